"""What each block of a document was taken for: a role that a person knows, for `explain`.

A ladder: the fields that were found name their blocks first, then the element names what was kept
for the body, then the box names what was left out; what is left is told by where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import NamedTuple

from feedsmith import text
from feedsmith.model import BlockFinding
from feedsmith.parser.page import Block

_SHOWN_CHARS = 60  # characters of a block that are shown
_BYLINE_CHARS = 100  # characters of a line that names authors
_KICKER_CHARS, _KICKER_BLOCKS = 60, 3  # characters of a kicker, and blocks from it to the title
_CAPTION_LEVELS = 3  # elements from a line of a caption up to the caption
# The role of a block of the body by the innermost of these elements that it lies in.
_KEPT = {
    "figcaption": "caption", "caption": "caption", "pre": "code", "blockquote": "quote",
    "li": "list", "dd": "list", "dt": "list", "tr": "table", "td": "table", "th": "table",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading",
    "h6": "heading",
}  # fmt: skip
# Boxes, by the beginnings of the words that mark them (`marks`); all others hold junk.
_BOXES = {
    "comment": ("comment", "disqus", "respond", "repl", "discussion", "fb-comments", "livefyre"),
    "related": (
        "related", "recommend", "trending", "popular", "most", "read", "also", "more-", "up",
        "teaser", "similar", "you-may", "latest", "further", "yarpp", "jp-related",
    ),
}  # fmt: skip


class Standing(NamedTuple):
    """How a block stood: its chance in percent, its box's word, the elements that hold it.

    `chance` is None where none was reckoned; `tags` go from the innermost outwards.
    """

    chance: int | None = None
    box: str = ""
    tags: tuple[str, ...] = ()


class Said(NamedTuple):
    """The fields that blocks print: title, authors' names, and for each role its blocks' places."""

    title: str
    authors: tuple[str, ...]
    places: dict[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a document was read: its blocks, those kept for the body, and what the fields say."""

    blocks: Sequence[Block]
    standings: Sequence[Standing]
    kept: frozenset[int]
    said: Said


class _Case(NamedTuple):
    reading: Reading
    place: int
    block: Block
    standing: Standing


def name_blocks(reading: Reading) -> tuple[BlockFinding, ...]:
    """Return a finding for each block, in page order."""
    standings = chain(reading.standings, repeat(Standing()))
    return tuple(
        [
            _finding(_Case(reading, at, block, standing))
            for at, (block, standing) in enumerate(zip(reading.blocks, standings, strict=False))
        ]
    )


def _finding(case: _Case) -> BlockFinding:
    role = next(role for rule in _RULES if (role := rule(case)))
    shown = text.shorten(case.block.text, max_chars=_SHOWN_CHARS)
    return BlockFinding(
        case.place, role, case.standing.chance, case.block.where, shown, case.standing.box
    )


def _heads(case: _Case) -> str:
    """Title and subtitle, wherever they stand; the title is printed twice at times."""
    places = case.reading.said.places
    known = next((name for name in ("title", "subtitle") if case.place in places[name]), "")
    if known or case.place in case.reading.kept:
        return known
    return "title" if text.fold(case.block.text) == text.fold(case.reading.said.title) else ""


def _lines(case: _Case) -> str:
    """Dateline and byline, unless they are a paragraph that the body keeps."""
    if case.place in case.reading.kept:
        return ""
    places = case.reading.said.places
    known = next((name for name in ("dateline", "byline") if case.place in places[name]), "")
    return known or ("byline" if _names_author(case) else "")


def _names_author(case: _Case) -> bool:
    """Say whether a short line above the body names an author whom metadata name, too."""
    is_above = case.place < min(case.reading.kept, default=0)
    line = case.block.text if is_above and len(case.block.text) <= _BYLINE_CHARS else ""
    return any(name in line for name in case.reading.said.authors)


def _kept(case: _Case) -> str:
    if case.place not in case.reading.kept:
        return ""
    tags = case.standing.tags or (case.block.tag,)
    return next((_KEPT[tag] for tag in tags if tag in _KEPT), "body")


def _caption(case: _Case) -> str:
    """A picture's caption stays with it, though it is no part of the text."""
    near = case.standing.tags[:_CAPTION_LEVELS]
    return "caption" if "figcaption" in near and not case.standing.box else ""


def _boxed(case: _Case) -> str:
    word = case.standing.box
    if not word:
        return ""
    return next((role for role, starts in _BOXES.items() if word.startswith(starts)), "junk")


def _label(case: _Case) -> str:
    return "junk" if case.block.label else ""


def _above_title(case: _Case) -> str:
    top = min(case.reading.said.places["title"], default=0)
    is_near = 0 < top - case.place <= _KICKER_BLOCKS
    return "kicker" if is_near and len(case.block.text) <= _KICKER_CHARS else ""


def _behind(case: _Case) -> str:
    return "tail" if case.place > max(case.reading.kept, default=case.place) else ""


def _rest(_: _Case) -> str:
    return "junk"


_RULES: tuple[Callable[[_Case], str], ...] = (
    _heads, _lines, _kept, _caption, _boxed, _label, _above_title, _behind, _rest,
)  # fmt: skip
