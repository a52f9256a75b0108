"""What is known of each block of a page, as rows of numbers: what the forest `page` is asked with.

The columns come in groups: what the block's own words measure and what they are, the boxes it lies
in, how much prose and how many links its surroundings hold (`surroundings`), its neighbours in page
order, and its place between the title and the end (`sequence`). A column is a plain count, a share
(0 to 1) or yes (1), no (0).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from feedsmith import text
from feedsmith.parser import sequence, surroundings
from feedsmith.parser.sight import HEADINGS, Sight
from feedsmith.parser.wording import count_calls, read_wording, words_of

# Paragraph, heading, item, other; cells are none of these.
_KINDS = (
    {"p": (1, 0, 0, 0)}
    | dict.fromkeys(HEADINGS, (0, 1, 0, 0))
    | dict.fromkeys(("li", "dd", "dt"), (0, 0, 1, 0))
    | dict.fromkeys(("td", "th", "tr"), (0, 0, 0, 0))
)
_OTHER = (0, 0, 0, 1)
_FOLDED_CHARS = 300  # characters; a longer block neither repeats the title nor the description
_COPY_CHARS = 25  # characters; shorter lines stand there twice for other reasons
_SHARED_CHARS = 60  # characters; two texts with so long an opening in common say the same
_WORD = re.compile(r"\w+")
_RUN = 4  # words in a row that a body out of sight and a block have in common

_MEASURED = (
    "words", "chars", "link", "upper", "commas", "callshare", "code", "titled", "hidden_body",
)  # fmt: skip
_SORTED = (
    "prose", "ends", "calls", "paragraph", "heading", "item", "other", "described", "copies",
)  # fmt: skip
GROUPS = (_MEASURED, _SORTED, *surroundings.GROUPS, *sequence.GROUPS)
COLUMNS = tuple(chain.from_iterable(GROUPS))


def rows(sight: Sight) -> list[tuple[float, ...]]:
    """Return a row of `COLUMNS` for each block, in page order."""
    columns = grouped(sight, range(len(sight.blocks)))
    return [tuple(chain.from_iterable(parts)) for parts in zip(*columns, strict=True)]


def grouped(sight: Sight, places: Sequence[int]) -> tuple[Iterable[tuple[float, ...]], ...]:
    """Return for each of `GROUPS` its values for each block at some places, in page order."""
    lines = [block.text for block in sight.blocks]
    words = words_of(lines)
    calls = [count_calls(*pair) for pair in zip(lines, words, strict=True)]
    copies = Counter([line for line in lines if len(line) > _COPY_CHARS])
    return (
        *_own(sight, places, (words, calls), copies),
        *surroundings.groups(sight, places, calls),
        *sequence.groups(sight, places, calls, copies),
    )


def _own(
    sight: Sight,
    places: Sequence[int],
    said: tuple[list[list[bytes]], list[int]],
    copies: Counter[str],
) -> tuple[list[tuple[float, ...]], list[tuple[float, ...]]]:
    """Return what the blocks' own words measure, and what sort of blocks they are."""
    elsewhere, (words, calls) = _Said(sight), said
    measured: list[tuple[float, ...]] = []
    sorts: list[tuple[float, ...]] = []
    for at in places:
        block, called = sight.blocks[at], calls[at]
        line, size = block.text, len(block.text)
        count, ends, upper, commas, code = read_wording(line)
        titled, described = elsewhere.of(line, words[at])
        measured.append((
            count, size, block.link_chars / size, upper, commas, called / count, code, titled,
            elsewhere.hidden(line),
        ))  # fmt: skip
        sorts.append((
            block.prose > 0, ends, called, *_KINDS.get(block.tag, _OTHER), described,
            copies.get(line, 1),
        ))  # fmt: skip
    return measured, sorts


class _Said:
    """What the page says of the article out of sight, to be found again in blocks."""

    def __init__(self, sight: Sight) -> None:
        title = _WORD.findall(sight.headline)
        self._title: set[object] = set(title)
        self._plain: set[object] = {word.encode() for word in title if word.isascii()}
        self._description = sight.description
        self._runs = set(_runs(sight.hidden_body)) if sight.hidden_body else None

    def of(self, line: str, words: list[bytes]) -> tuple[float, float]:
        """Return which share of a line's words is the title's, and if the description is it."""
        if len(line) > _FOLDED_CHARS or not self._title:
            return 0.0, 0.0
        own: set[object]
        if line.isascii():  # the same in less time
            folded, own, title = line.lower(), set(words), self._plain
        else:
            folded = text.fold(line)
            own, title = set(_WORD.findall(folded)), self._title
        shared = len(own & title) / len(own) if own else 0.0
        opening, other = folded[:_SHARED_CHARS], self._description[:_SHARED_CHARS]
        is_long = len(folded) > _SHARED_CHARS // 2 and len(other) > _SHARED_CHARS // 2
        return shared, is_long and (opening in self._description or other in folded)

    def hidden(self, line: str) -> float:
        """Return the share of a line that the body out of sight says too; -1 without such a one."""
        if self._runs is None:
            return -1.0
        runs = _runs(line)
        return sum([run in self._runs for run in runs]) / len(runs) if runs else 0.5


def _runs(line: str) -> list[tuple[str, ...]]:
    found = _WORD.findall(line)
    return list(zip(*[found[at:] for at in range(_RUN)], strict=False))
