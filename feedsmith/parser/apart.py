"""Which blocks of a body are no part of the text, because they hold a field of the article."""

from __future__ import annotations

from feedsmith import text
from feedsmith.dates import find_place
from feedsmith.parser import footers, junk
from feedsmith.parser.page import Block, Choice, Page

_TITLE_SLACK = 3  # characters by which folding may change a title's length
_OPENING_BLOCKS = 5  # blocks of the body of which one may open with its place
_PLACE_CHARS = 60  # characters of a place dateline before the text
_ECHO_CHARS = 40  # characters; two paragraphs that share so many are one
_DATE_CHARS = 160  # characters; a longer block is prose that mentions a date


def opening(page: Page, under: Choice[str]) -> frozenset[int]:
    """Return the places of the subtitle if the text begins with it.

    It does where the subtitle is made of whole sentences, for that is how newspapers begin their
    texts; but a place dateline behind it says that the text begins there.
    """
    blocks = page.blocks
    behind = next((at for at in page.body if at > max(under.places, default=-1)), -1)
    if behind < 0 or find_place(blocks[behind].text) is not None:
        return frozenset()
    return frozenset(at for at in under.places if junk.ends_sentence(blocks[at].text))


def dropped(
    page: Page, title: Choice[str], gone: tuple[int, ...], lines: tuple[int, ...]
) -> frozenset[int]:
    """Return the places of the blocks that are no part of the text.

    Title, subtitle and signatures (`gone`) go, the datelines and bylines that are `lines` of their
    own, and whatever stands above the title.
    """
    away = {*title.places, *gone}
    away |= {at for at in (*lines, *page.dated) if _is_line(page.blocks[at])}
    top = max(title.places, default=-1)
    away |= {at for at in page.body if at <= top and not page.blocks[at].prose}
    folded = text.fold(title.value or "")
    sizes = range(len(folded) - _TITLE_SLACK, len(folded) + _TITLE_SLACK + 1)
    said = [(at, page.blocks[at].text) for at in page.body]
    away |= {at for at, line in said if len(line) in sizes and text.fold(line) == folded}
    away |= _echoes(said)
    return frozenset(away)


def _echoes(said: list[tuple[int, str]]) -> set[int]:
    """Return the places right above a place dateline of what opens like the text behind the place.

    Such a line is a cut of the text, made for lists; the text begins with the place.
    """
    for n in range(1, min(_OPENING_BLOCKS, len(said))):
        line = said[n][1]
        if find_place(line):
            return {at for at, above in said[:n] if 0 < line.find(_opening(above)) <= _PLACE_CHARS}
    return set()


def _opening(line: str) -> str:
    """Return the opening of a paragraph, or what no line holds if it is too short to tell."""
    return line[:_ECHO_CHARS] if len(line) >= _ECHO_CHARS else "\n"


def _is_line(block: Block) -> bool:
    is_short = not block.prose and len(block.text) <= _DATE_CHARS
    return is_short or bool(footers.day_told(block.text))
