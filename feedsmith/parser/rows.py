"""What is known of each block of a page, as rows of numbers: what the forest `page` is asked with.

Five groups of columns: the block's own words, the boxes it lies in, how much prose and how many
links its surroundings hold (`surroundings`), its neighbours in page order, and its place between
the title and the end (`sequence`). A column is a plain count, a share (0 to 1) or yes (1), no (0).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from feedsmith import text
from feedsmith.parser import sequence, surroundings
from feedsmith.parser.sight import HEADINGS, Sight
from feedsmith.parser.wording import count_calls, read_wording

_ITEMS, _CELLS = frozenset({"li", "dd", "dt"}), frozenset({"td", "th", "tr"})
_FOLDED_CHARS = 300  # characters; a longer block neither repeats the title nor the description
_COPY_CHARS = 25  # characters; shorter lines stand there twice for other reasons
_SHARED_CHARS = 60  # characters; two texts with so long an opening in common say the same
_WORD = re.compile(r"\w+")
_APART = bytes([byte if _WORD.match(chr(byte)) else ord(" ") for byte in range(256)])
_RUN = 4  # words in a row that a body out of sight and a block have in common

OWN = (
    "words", "chars", "prose", "label", "link", "ends", "upper", "commas", "calls", "callshare",
    "code", "paragraph", "heading", "item", "cell", "other", "titled", "described", "copies",
    "hidden_body",
)  # fmt: skip
COLUMNS = (*OWN, *surroundings.COLUMNS, *sequence.COLUMNS)


def rows(sight: Sight, places: Sequence[int] | None = None) -> list[tuple[float, ...]]:
    """Return a row of `COLUMNS` for each block, or for those at some places, in page order."""
    places = range(len(sight.blocks)) if places is None else places
    calls = [count_calls(block.text) for block in sight.blocks]
    copies = Counter([block.text for block in sight.blocks if len(block.text) > _COPY_CHARS])
    groups = (
        _own(sight, places, calls, copies),
        *surroundings.groups(sight, places, calls),
        *sequence.groups(sight, places, calls, copies),
    )
    return [tuple(chain.from_iterable(parts)) for parts in zip(*groups, strict=True)]


def _own(
    sight: Sight, places: Sequence[int], calls: list[int], copies: Counter[str]
) -> Iterable[tuple[float, ...]]:
    said = _Said(sight)
    for at in places:
        block, called = sight.blocks[at], calls[at]
        tag, line = block.tag, block.text
        count, ends, upper, commas, code = read_wording(line)
        is_heading, is_item, is_cell = tag in HEADINGS, tag in _ITEMS, tag in _CELLS
        yield (
            count, len(line), block.prose > 0, block.label, block.link_chars / len(line), ends,
            upper, commas, called, called / count, code, tag == "p", is_heading, is_item, is_cell,
            not (tag == "p" or is_heading or is_item or is_cell), *said.of(line),
            copies.get(line, 1), said.hidden(line),
        )  # fmt: skip


class _Said:
    """What the page says of the article out of sight, to be found again in blocks."""

    def __init__(self, sight: Sight) -> None:
        self._title = _words(sight.headline)
        self._description = sight.description
        self._runs = set(_runs(sight.hidden_body)) if sight.hidden_body else None

    def of(self, line: str) -> tuple[float, float]:
        """Return which share of a line's words is the title's, and if the description is it."""
        if len(line) > _FOLDED_CHARS or not self._title:
            return 0.0, 0.0
        folded = text.fold(line)
        own = _words(folded)
        shared = len(own & self._title) / len(own) if own else 0.0
        opening, other = folded[:_SHARED_CHARS], self._description[:_SHARED_CHARS]
        is_long = len(folded) > _SHARED_CHARS // 2 and len(other) > _SHARED_CHARS // 2
        return shared, is_long and (opening in self._description or other in folded)

    def hidden(self, line: str) -> float:
        """Return the share of a line that the body out of sight says too; -1 without such a one."""
        if self._runs is None:
            return -1.0
        runs = _runs(line)
        return sum([run in self._runs for run in runs]) / len(runs) if runs else 0.5


def _words(folded: str) -> set[str]:
    if folded.isascii():  # the same in half the time
        return set(folded.encode().translate(_APART).decode().split())
    return set(_WORD.findall(folded))


def _runs(line: str) -> list[tuple[str, ...]]:
    found = _WORD.findall(line)
    return list(zip(*[found[at:] for at in range(_RUN)], strict=False))
