"""The title of a page: the heading that its own words agree on, never the page title as it is.

Every h1 is scored by how well og:title, twitter:title, the JSON-LD headline and the page title
bear it out; without a good one these vote among themselves. Dumps have `headline`.
"""

from __future__ import annotations

import re
from collections import Counter

from feedsmith import text
from feedsmith.parser.page import Answer, Block, Choice, Page, climb, site_names

_SEPARATOR = re.compile(r"\s+(?:[|–—•·»«:]|-{1,2}|::|//|<|>)\s+|\s*\|\s*")
_WORD = re.compile(r"\w+")
_LINE_MIN = 12  # characters; shorter headings prove nothing by being found elsewhere
_SECTION_WORDS = 2  # words; so short a heading is a section's name, not a headline
_SLACK = 3  # characters by which quotes or an ellipsis change a length; words to the same are small
_MAX_CHARS = 250  # characters; longer ones are paragraphs in a heading
_KICKER_REST = 0.4  # of a heading's characters; a kicker in front of it is shorter than the title
_TAIL_WORDS = 6  # words; a site's name with its motto


def find_title(page: Page) -> Choice[str]:
    """Return the title on one line, with the places of the blocks that print it."""
    return climb(_RULES, page)


def _heading(page: Page) -> Answer[str] | None:
    witnesses = _witnesses(page)
    scored: list[tuple[float, int, Block]] = []
    for place, block in enumerate(page.blocks):
        if block.tag == "h1" or "headline" in block.marks[:40]:
            scored.append((_h1_score(block, len(scored), witnesses, page), -place, block))
    if not scored:
        return None
    score, place, block = max(scored, key=lambda item: item[:2])
    if score <= 0:
        return None
    value = _without_kicker(_without_site(block.text, page), page)
    return Answer(value, f"<{block.tag}>", (-place,))


def _without_kicker(heading: str, page: Page) -> str:
    """Return a heading cut to the title that the page declares, when it ends with just that."""
    folded = text.fold(heading)
    for declared in (page.meta.linked.headline, page.meta.first("og:title")[1]):
        title = _without_site(declared, page) if declared else ""
        end = text.fold(title)
        if len(end) > _KICKER_REST * len(folded) and end != folded and folded.endswith(end):
            return title
    return heading


def _h1_score(block: Block, rank: int, witnesses: list[str], page: Page) -> float:
    mine = text.fold(block.text)
    words = set(_WORD.findall(mine))
    if not words or len(mine) > _MAX_CHARS or mine in site_names(page):
        return -1
    score = 0.5 if block.tag == "h1" else -3.0
    for witness in witnesses:
        if witness == mine:
            score += 3
        elif len(mine) > _LINE_MIN and (mine in witness or witness in mine):
            score += 2
        else:
            shared = len(words & set(_WORD.findall(witness)))
            score += 1.2 * shared / max(len(words), 1) - 0.4
    if len(words) <= _SECTION_WORDS:
        score -= 1.5
    return score - 0.3 * min(rank, 5)


def _witnesses(page: Page) -> list[str]:
    raw = [
        page.meta.first("og:title")[1],
        page.meta.first("twitter:title")[1],
        page.meta.linked.headline,
        page.meta.page_title,
    ]
    return [text.fold(_without_site(value, page)) for value in raw if value]


def _metadata(page: Page) -> Answer[str] | None:
    values = [
        ("JSON-LD headline", page.meta.linked.headline),
        ("<meta property=og:title>", page.meta.first("og:title")[1]),
        ("<meta name=twitter:title>", page.meta.first("twitter:title")[1]),
        ("<meta name=title>", page.meta.first("headline", "dc.title", "title")[1]),
        ("<title>", page.meta.page_title),
    ]
    cut = [(where, _without_site(value, page)) for where, value in values if value]
    if not cut:
        return None
    votes = Counter(text.fold(value) for _, value in cut)
    headings = {text.fold(b.text) for b in page.blocks if b.tag in {"h2", "h3"}}
    where, value = max(
        cut, key=lambda item: votes[text.fold(item[1])] + (text.fold(item[1]) in headings)
    )
    size = len(value)
    place = tuple(
        at
        for at, b in enumerate(page.blocks)
        if abs(len(b.text) - size) <= _SLACK and text.fold(b.text) == text.fold(value)
    )
    return Answer(value, where, place[:1])


def _hint(page: Page) -> Answer[str] | None:
    value = page.document.hints.title
    return Answer(_without_site(value, page), page.document.wrapper) if value else None


def _any_heading(page: Page) -> Answer[str] | None:
    for tag in ("h1", "h2"):
        for place, block in enumerate(page.blocks):
            if block.tag == tag and len(block.text) <= _MAX_CHARS:
                return Answer(block.text, f"<{tag}>", (place,))
    return None


def _without_site(title: str, page: Page) -> str:
    """Return a title without the pieces at its ends that are the site's name."""
    spans = _spans(title)
    if len(spans) == 1:
        return title
    names = site_names(page)
    squeezed = {re.sub(r"\W", "", name) for name in names}
    while len(spans) > 1 and _is_site(title[slice(*spans[-1])], names, squeezed, page):
        spans.pop()
    while len(spans) > 1 and _is_site(title[slice(*spans[0])], names, squeezed, page):
        spans.pop(0)
    return title[spans[0][0] : spans[-1][1]].strip()


def _spans(title: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for separator in _SEPARATOR.finditer(title):
        spans.append((at, separator.start()))
        at = separator.end()
    return [*spans, (at, len(title))]


def _is_site(piece: str, names: set[str], squeezed: set[str], page: Page) -> bool:
    folded = text.fold(piece)
    plain = re.sub(r"\W", "", folded)
    if not plain or folded in names or plain in squeezed:
        return True
    if len(_WORD.findall(piece)) > _TAIL_WORDS:
        return False
    if any(len(name) > _SLACK and name in plain for name in squeezed):
        return True
    # A tail that no h1 prints, while one prints the rest.
    headings = [text.fold(b.text) for b in page.blocks if b.tag == "h1"]
    title = text.fold(page.meta.page_title)
    return any(len(h) > _LINE_MIN and h in title and folded not in h for h in headings)


_RULES = (_heading, _metadata, _hint, _any_heading)
