"""The title of a page: the heading that its own words agree on, never the page title as it is.

Every h1 is scored by how well og:title, twitter:title, the JSON-LD headline and the page title
bear it out, and so is a lower heading that is one of them or a piece of one. A lone h1 above the
prose needs no witness; without one these vote among themselves. Dumps have `headline`.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable

from feedsmith import text
from feedsmith.parser.page import Answer, Block, Choice, Page, climb, site_names
from feedsmith.parser.tails import LOGO, spans_of, without_site

_SIGNS = " ¶🔗"  # blanks and what stands for a link to the heading itself
_WORD = re.compile(r"\w+")
_LINE_MIN = 12  # characters; shorter headings prove nothing by being found elsewhere
_SECTION_WORDS = 2  # words; so short a heading is a section's name, not a headline
_SLACK = 3  # characters by which quotes or an ellipsis change a length; words to the same are small
_MAX_CHARS = 250  # characters; longer ones are paragraphs in a heading
_KICKER_REST = 0.4  # of a heading's characters; a kicker in front of it is shorter than the title
_LOWER = frozenset({"h2", "h3", "h4"})  # headings that may be the title where h1 is the site
_BASE = {"h1": 0.5, "h2": -0.5, "h3": -1.0, "h4": -1.5}  # votes
_NOT = -9.0  # the score of what is no title at all
_PART_WORDS = 4  # words of a part of a declared title that may be a title of its own
_NEAR = 20  # blocks from the only h1 of a page to its prose


def find_title(page: Page) -> Choice[str]:
    """Return the title on one line, with the places of the blocks that print it.

    Soft hyphens and the sign of a link to the heading itself are left out.
    """
    choice = climb(_RULES, page)
    if not choice.answer:
        return choice
    value = choice.answer.value.replace("\xad", "").strip(_SIGNS)
    return choice._replace(answer=choice.answer._replace(value=value or choice.answer.value))


def _heading(page: Page) -> Answer[str] | None:
    declared = _declared(page)
    cuts = {value: without_site(value, page) for value in dict.fromkeys(declared.values())}
    witnesses = [text.fold(cuts[value]) for value in declared.values()]
    pieces = {piece for value in cuts for piece in _pieces(value)}
    names = site_names(page)
    scored: list[tuple[float, int, Block]] = []
    rank = 0
    for place, block in enumerate(page.blocks):
        if block.tag == "h1" or "headline" in block.marks[:40]:
            scored.append((_h1_score(block, rank, witnesses, names), -place, block))
            rank += 1
        elif block.tag in _LOWER and text.fold(block.text) in pieces:
            scored.append((_h1_score(block, min(rank, 1), witnesses, names), -place, block))
    if not scored:
        return None
    score, place, block = max(scored, key=lambda item: item[:2])
    if score <= 0:
        return _alone(page, scored)
    wholes = {where: cuts[value] for where, value in declared.items()}
    value = _without_kicker(without_site(block.text, page), wholes)
    return Answer(value, f"<{block.tag}>", (-place,))


def _alone(page: Page, scored: list[tuple[float, int, Block]]) -> Answer[str] | None:
    """The only h1 of a page, right above its prose, though nothing declared bears it out."""
    tops = [
        (-place, block)
        for score, place, block in scored
        if block.tag == "h1" and score > _NOT and not LOGO.search(block.marks)
    ]
    if len(tops) != 1 or not page.start - _NEAR <= tops[0][0] <= page.start:
        return None
    place, block = tops[0]
    words = set(_WORD.findall(text.fold(block.text)))
    known = {word for value in _declared(page).values() for word in _WORD.findall(text.fold(value))}
    is_title = len(words) > _SECTION_WORDS or words <= known
    return Answer(block.text, "<h1>", (place,)) if is_title else None


def _declared(page: Page) -> dict[str, str]:
    """Return what out of sight calls itself the title, by where it stands."""
    values = {
        "og": page.meta.first("og:title")[1],
        "twitter": page.meta.first("twitter:title")[1],
        "linked": page.meta.linked.headline,
        "page": page.meta.page_title,
    }
    return {where: html.unescape(value) for where, value in values.items() if value}


def _parts(title: str) -> list[str]:
    """Return the longer parts of a title that a colon or a separator divides."""
    parts = [part for span in spans_of(title) for part in title[slice(*span)].split(": ")]
    return [part.strip() for part in parts if part.count(" ") >= _PART_WORDS - 1 and part != title]


def _pieces(title: str) -> list[str]:
    """Return what stands before or behind a separator of a title, folded; short tails left out."""
    spans = spans_of(title)
    heads = [text.fold(title[:end]) for _, end in spans]
    tails = [text.fold(title[start:]) for start, _ in spans]
    return [*heads, *(tail for tail in tails if tail.count(" ") >= _SECTION_WORDS)]


def _without_kicker(heading: str, wholes: dict[str, str]) -> str:
    """Return a heading cut to the title that the page declares, when it ends with just that."""
    folded = text.fold(heading)
    for title in [wholes[where] for where in ("linked", "og") if where in wholes]:
        start = _start(folded, title)
        if start:
            return title if _is_kicker(start) else heading
    for title in (part for whole in dict.fromkeys(wholes.values()) for part in _parts(whole)):
        start = _start(folded, title)
        if start and start[-1].isalpha():
            return title
    return _without_dek(heading, wholes.values())


def _start(folded: str, title: str) -> str:
    """Return what a folded heading says in front of a title that is most of it, or ""."""
    end = text.fold(title)
    if end == folded or len(end) <= _KICKER_REST * len(folded) or not folded.endswith(end):
        return ""
    return folded[: -len(end)].strip()


def _without_dek(heading: str, wholes: Iterable[str]) -> str:
    """Return a heading cut to the title that is declared twice, when a new sentence follows it."""
    for title, times in Counter(wholes).most_common(1):
        rest = heading.removeprefix(title)
        if times > 1 and rest[:1] == " " and rest[1:2].isupper() and len(rest) < len(title):
            return title
    return heading


def _is_kicker(start: str) -> bool:
    """Say whether the start of a heading is a label or a day, rather than a number or a quote."""
    return '"' not in start and any(letter.isalpha() for letter in start)


def _h1_score(block: Block, rank: int, witnesses: list[str], names: set[str]) -> float:
    mine = text.fold(block.text)
    words = set(_WORD.findall(mine))
    if not words or len(mine) > _MAX_CHARS or mine in names:
        return _NOT
    score = _BASE.get(block.tag, -3.0)
    score -= 3 if LOGO.search(block.marks) else 0
    for witness in witnesses:
        if witness == mine or (block.tag == "h1" and mine.startswith(f"{witness} ")):
            score += 3  # search engines are given a shorter title than readers
        elif len(mine) > _LINE_MIN and (mine in witness or witness in mine):
            score += 2
        elif len(words) > _SECTION_WORDS:
            shared = len(words & set(_WORD.findall(witness)))
            score += 1.2 * shared / max(len(words), 1) - 0.4
    if len(words) <= _SECTION_WORDS:
        score -= 1.5
    return score - 0.3 * min(rank, 5)


def _metadata(page: Page) -> Answer[str] | None:
    values = [
        ("JSON-LD headline", page.meta.linked.headline),
        ("<meta property=og:title>", page.meta.first("og:title")[1]),
        ("<meta name=twitter:title>", page.meta.first("twitter:title")[1]),
        ("<meta name=title>", page.meta.first("headline", "dc.title", "title")[1]),
        ("<title>", page.meta.page_title),
    ]
    cut = [(where, without_site(html.unescape(value), page)) for where, value in values if value]
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
    return Answer(without_site(value, page), page.document.wrapper) if value else None


def _any_heading(page: Page) -> Answer[str] | None:
    for tag in ("h1", "h2"):
        for place, block in enumerate(page.blocks):
            if block.tag == tag and len(block.text) <= _MAX_CHARS:
                return Answer(block.text, f"<{tag}>", (place,))
    return None


def _stated(page: Page) -> Answer[str] | None:
    """The title that people filled in, with the place of the first block that prints it.

    A page prints it without the name of its site.
    """
    value = page.document.hints.title
    if not value or not page.document.is_edited:
        return None
    keys = {text.fold(value), text.fold(without_site(value, page))}
    places = tuple(at for at, block in enumerate(page.blocks) if text.fold(block.text) in keys)
    return Answer(text.one_line(value), page.document.wrapper, places[:1])


_RULES = (_stated, _heading, _metadata, _hint, _any_heading)
