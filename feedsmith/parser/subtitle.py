"""The subtitle: the line under the title that a reader sees, rather than the search engine's text.

First what the page marks as one, then what stands where one stands; the description that the page
gives to others counts only if it says something that the body's start does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from feedsmith import text
from feedsmith.parser import junk
from feedsmith.parser.names import introduced_by
from feedsmith.parser.page import Answer, Block, Choice, Page, climb

_MIN, _MAX = 25, 400  # letters; shorter are labels, longer are paragraphs
_MIN_BETWEEN = 10  # letters of a subtitle between the title and its repeat, where nothing else is
_AHEAD = 8  # blocks behind the title in which a marked subtitle is looked for
_OPENING_CHARS = 50  # characters; two texts that share so long an opening say the same


class _Case(NamedTuple):
    page: Page
    title: str
    place: int | None
    again: int = 0


def find_subtitle(page: Page, title: Choice[str]) -> Choice[str]:
    """Return the subtitle on one line, with the places of the blocks that print it."""
    place, again = (*title.places, 0, 0)[:2] if title.places else (None, 0)
    rules = _RULES[page.document.kind]
    return climb(rules, _Case(page, text.fold(title.value or ""), place, again))


def _hint(case: _Case) -> Answer[str] | None:
    hint = case.page.document.hints.subtitle
    return Answer(hint, case.page.document.wrapper) if hint else None


def _marked(case: _Case) -> Answer[str] | None:
    if case.place is None:
        return None
    from feedsmith.parser import marks  # noqa: PLC0415 (only pages need it)

    blocks = case.page.blocks
    for at in range(case.place + 1, min(case.place + 1 + _AHEAD, len(blocks))):
        block = blocks[at]
        if at > case.page.start + 1:
            return None
        if marks.is_subtitle(block.marks) and _fits(block, case) and not _goes_on(blocks, at):
            return Answer(block.text, f"{block.where} marked by its class", (at,))
    return None


def _goes_on(blocks: Sequence[Block], at: int) -> bool:
    """Say whether another paragraph stands in the same box: together they begin the body."""
    block, beside = blocks[at], (*blocks[max(0, at - 1) : at], *blocks[at + 1 : at + 2])
    return any(near.prose and (near.tag, near.marks) == (block.tag, block.marks) for near in beside)


def _below_title(case: _Case) -> Answer[str] | None:
    """The sentence right under the title, when a dateline or byline parts it from the body."""
    if case.place is None:
        return None
    blocks = case.page.blocks
    at = case.place + 1
    if at >= len(blocks) or not _fits(blocks[at], case) or at in case.page.dated:
        return None
    if blocks[at].tag in {"h2", "h3", "h4"}:
        return Answer(blocks[at].text, f"{blocks[at].where} below the title", (at,))
    for behind in range(at + 1, min(at + 5, len(blocks))):
        if _parts(case, behind):
            return Answer(blocks[at].text, f"{blocks[at].where} below the title", (at,))
        if blocks[behind].prose and behind in case.page.body:
            return None
    return None


def _above_caption(case: _Case) -> Answer[str] | None:
    """The line between the title and its repeat as a caption."""
    if case.place is None or case.again <= case.place + 1:
        return None
    at = case.place + 1
    block = case.page.blocks[at]
    least = _MIN if block.label else _MIN_BETWEEN
    if at in case.page.dated or junk.is_byline(block.text):
        return None
    if len(block.text) > _MAX or junk.weight(block.text) < least:
        return None
    return Answer(block.text, block.where, (at,))


def _parts(case: _Case, at: int) -> bool:
    block = case.page.blocks[at]
    return (
        at in case.page.dated or text.fold(block.text) == case.title or junk.is_byline(block.text)
    )


def _alternative(case: _Case) -> Answer[str] | None:
    value = case.page.meta.linked.alternative
    if not value or not _differs(value, case) or len(value) < _MIN:
        return None
    return Answer(value, "JSON-LD alternativeHeadline")


def _description(case: _Case) -> Answer[str] | None:
    """The page's description, if it is no cut of the body and not the title again."""
    where, value = case.page.meta.first("og:description", "description", "twitter:description")
    if not value or not _MIN <= len(value) <= _MAX or not _differs(value, case):
        return None
    if value.endswith(("…", "...", "[…]", "[...]")) or not junk.ends_sentence(value):
        return None
    opening = text.fold(value)[:_OPENING_CHARS]
    body = text.fold(" ".join(case.page.blocks[at].text for at in case.page.body[:12]))
    return None if opening in body else Answer(value, f"<meta {where}>")


def _fits(block: Block, case: _Case) -> bool:
    return (
        len(block.text) <= _MAX
        and junk.weight(block.text) >= _MIN
        and block.link_chars * 2 < len(block.text)
        and not block.label
        and not junk.is_byline(block.text)
        and not introduced_by(block.text)
        and _differs(block.text, case)
    )


def _differs(value: str, case: _Case) -> bool:
    folded = text.fold(value)
    return folded != case.title and folded not in case.title


_RULES = {
    "html": (_hint, _marked, _below_title, _alternative, _description),
    "text": (_hint, _above_caption, _below_title),
}
