"""What the lines of a dump look like, in numbers: the columns that the forests are asked about.

A column holds one number a block, in page order. All come from cheap looks at the whole page:
letters are counted in UTF-8, words are looked up in small sets, neighbourhoods are differences of
running sums. Training and use share these functions, so they cannot differ.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import sub, truediv
from string import ascii_letters, ascii_uppercase, digits
from typing import TypeVar

from feedsmith.parser import junk, phrases, textpage
from feedsmith.parser.page import Block

Column = list[float]
T = TypeVar("T")

FAR = 40  # blocks or columns; beyond that a distance says no more
LOOK_WORDS = 60  # words of a block that are compared with others
_LOOK_CHARS = 600  # characters of a block that are looked at
_TELLING = 5  # bytes; shorter words tell no subject
_SPOKEN_BLOCKS, _LEDE_BLOCKS = 40, 3  # of the likely body, whose words a title shares
_SHORT = 60  # characters; longer lines are no labels
_STOPS = (". ", "? ", "! ", ".” ", "… ")
_CUTS = ("…", "...")
_MOST_REST = 200.0  # characters behind the last sentence; more of them say no more
_GAP = 4.0  # empty lines; more of them say no more
_LETTERS = frozenset(f"{ascii_letters}{digits}'")
_UPPER, _DIGITS, _QUOTES = ascii_uppercase.encode(), digits.encode(), b'"\x9c\x9d'
_BELOW_CJK = bytes(range(0xE3))  # of UTF-8: all bytes but the first of what lies behind U+3000
# Chinese and Japanese part no words: pairs of letters stand for them.
_PAIR = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}))")
# Bytes of UTF-8 to words in lower case: what is no letter, digit or apostrophe parts them.
_WORDS = bytes(
    byte if byte >= 0x80 else ord(chr(byte).lower()) if chr(byte) in _LETTERS else 0x20
    for byte in range(256)
)


@dataclass(frozen=True, slots=True)
class Lines:
    """Blocks of a dump with what every column needs of them, each in page order.

    `places` are theirs among all blocks of the page; every other number counts these blocks only.
    `raw` are the dump's own lines, for indents and the empty lines between blocks; `run` is the
    half-open range of blocks that `textpage.run_of` takes for the body; `words` are those of each
    block's start, in lower case; `telling` the longer ones among them; `spoken` and `lede` those of
    the run's paragraphs and of the first of them.
    """

    blocks: Sequence[Block]
    places: Sequence[int]
    raw: Sequence[str]
    run: tuple[int, int]
    texts: list[str]
    chars: list[int]
    prose: list[int]
    data: list[bytes]
    words: list[list[bytes]]
    telling: list[set[bytes]]
    spoken: frozenset[bytes]
    lede: frozenset[bytes]


def look_at(page: Sequence[Block], places: Sequence[int], raw: Sequence[str]) -> Lines:
    """Return the blocks at these places of a page, and its own lines, looked at."""
    blocks = [page[at] for at in places]
    texts = [block.text for block in blocks]
    data = [line[:_LOOK_CHARS].encode("utf-8", "surrogatepass") for line in texts]
    words = [_words(some) for some in data]
    telling = [{word for word in some[:LOOK_WORDS] if len(word) >= _TELLING} for some in words]
    run = textpage.run_of(blocks)
    end = min(run[1], run[0] + _SPOKEN_BLOCKS)
    spoken = [words[at][:LOOK_WORDS] for at in range(run[0], end) if blocks[at].prose]
    return Lines(
        blocks=blocks,
        places=places,
        raw=raw,
        run=run,
        texts=texts,
        chars=list(map(len, texts)),
        prose=[block.prose for block in blocks],
        data=data,
        words=words,
        telling=telling,
        spoken=frozenset(itertools.chain.from_iterable(spoken)),
        lede=frozenset(itertools.chain.from_iterable(spoken[:_LEDE_BLOCKS])),
    )


def _words(data: bytes) -> list[bytes]:
    words = data.translate(_WORDS).split()
    if data.isascii() or not data.translate(None, _BELOW_CJK):
        return words
    return words + [pair.encode() for pair in _PAIR.findall(data.decode("utf-8", "replace"))]


def own_columns(lines: Lines) -> dict[str, Column]:
    """Return what each line says of itself: its shape, its stops, its capitals."""
    texts, chars, blocks = lines.texts, lines.chars, lines.blocks
    spaces = [line.count(" ") + 1 for line in texts]
    ends = [junk.ends_sentence(line) for line in texts]
    return {
        "chars": list(map(float, chars)),
        "words": list(map(float, spaces)),
        "long": list(map(truediv, chars, spaces)),
        "prose": [1.0 if n else 0.0 for n in lines.prose],
        "label": [1.0 if block.label else 0.0 for block in blocks],
        "head": [float(block.tag[1:]) if block.tag[:1] == "h" else 0.0 for block in blocks],
        "item": [1.0 if block.tag == "li" else 0.0 for block in blocks],
        "ends": list(map(float, ends)),
        "rest": [-1.0 if end else _rest(line) for line, end in zip(texts, ends, strict=True)],
        "cut": [1.0 if line.endswith(_CUTS) else 0.0 for line in texts],
        "bars": [1.0 if "|" in line or "»" in line or " / " in line else 0.0 for line in texts],
        "stops": [line.count(". ") / n for line, n in zip(texts, spaces, strict=True)],
        "commas": [line.count(",") / n for line, n in zip(texts, spaces, strict=True)],
        "byline": [1.0 if junk.is_byline(line) else 0.0 for line in texts],
        **_letter_columns(lines.data, spaces),
        **_word_columns(lines.words),
        **_layout_columns(lines),
    }


def _rest(line: str) -> float:
    """Return how many characters follow the last sentence of a line that does not end with one.

    A caption ends so in the name of who took the picture.

    >>> _rest("The mole at dusk. Ada Quill"), _rest("Ada Quill")
    (9.0, 200.0)
    """
    last = max([line.rfind(stop) for stop in _STOPS])
    return min(float(len(line) - last - 2), _MOST_REST) if last >= 0 else _MOST_REST


def _letter_columns(data: Sequence[bytes], spaces: Sequence[int]) -> dict[str, Column]:
    """Return shares of letters; taking them out of bytes is the fastest way to count them."""
    sizes = [len(some) for some in data]
    upper = [
        size - len(some.translate(None, _UPPER)) for some, size in zip(data, sizes, strict=True)
    ]
    digit = [
        size - len(some.translate(None, _DIGITS)) for some, size in zip(data, sizes, strict=True)
    ]
    quote = [
        size - len(some.translate(None, _QUOTES)) for some, size in zip(data, sizes, strict=True)
    ]
    return {
        "upper": list(map(truediv, upper, spaces)),
        "digits": list(map(truediv, digit, sizes)),
        "quotes": list(map(float, quote)),
    }


def _word_columns(words: Sequence[Sequence[bytes]]) -> dict[str, Column]:
    """Return how many words of each kind a line holds; dates and tails only in short lines."""
    short = [len(line) <= phrases.HEADING_WORDS for line in words]
    heads = [line if few else () for line, few in zip(words, short, strict=True)]
    known = [phrases.KNOWN.intersection(line) for line in words]  # one look at each word
    said: frozenset[bytes] = frozenset().union(*known)
    nothing = [0.0] * len(words)
    found = {
        name: nothing
        if kind.isdisjoint(said)
        else [float(len(kind & some)) if some else 0.0 for some in known]
        for name, kind in phrases.KINDS.items()
    }
    found["small"] = [
        len(phrases.SMALL & some) / (min(len(line), LOOK_WORDS) + 1)
        for some, line in zip(known, words, strict=True)
    ]
    found["dated"] = [0.0 if phrases.DATES.isdisjoint(line) else 1.0 for line in heads]
    found["tail"] = [0.0 if phrases.TAIL.isdisjoint(line[:3]) else 1.0 for line in heads]
    return found


def _layout_columns(lines: Lines) -> dict[str, Column]:
    """Return each block's indent and the empty lines above it; -1 for a piece of the same line."""
    empty = streaks([not line or line.isspace() for line in lines.raw])
    above = [0.0, *empty]
    numbers = [block.line for block in lines.blocks]
    starts = [lines.raw[number - 1] for number in numbers]
    indents = [
        float(min(len(line) - len(line.lstrip()), FAR)) if line[:1].isspace() else 0.0
        for line in starts
    ]
    gaps = [
        -1.0 if number == last else min(above[number - 1], _GAP)
        for last, number in itertools.pairwise((0, *numbers))
    ]
    return {"indent": indents, "gap": gaps, "gap_next": [*gaps[1:], _GAP]}


def median(numbers: Iterable[float]) -> float:
    """Return the median of some numbers; the module `statistics` costs 0.01 s to import.

    >>> median([3, 1, 8, 2])
    2.5
    """
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def counted(values: Iterable[T]) -> dict[T, int]:
    """Return how often each value comes; for few of them a dict is faster than a Counter.

    >>> counted("aba")
    {'a': 2, 'b': 1}
    """
    found: dict[T, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def shifted(column: Column, by: int, beyond: float = -1.0) -> Column:
    """Return a column moved so that each place holds its neighbour's number.

    >>> shifted([1.0, 2.0, 3.0], 1), shifted([1.0, 2.0, 3.0], -1)
    ([2.0, 3.0, -1.0], [-1.0, 1.0, 2.0])
    """
    filler = [beyond] * min(abs(by), len(column))
    return [*column[by:], *filler] if by > 0 else [*filler, *column[: max(0, len(column) + by)]]


def windowed(column: Sequence[float], around: int, size: int) -> Column:
    """Return the sums of a column over the places at most `around` away.

    >>> windowed([1.0, 2.0, 3.0, 4.0], 1, 4)
    [3.0, 6.0, 9.0, 7.0]
    """
    if not any(column):  # most columns of most pages
        return [0.0] * size
    sums = list(itertools.accumulate(column, initial=0.0))
    lows = [0] * min(around, size) + sums[: max(0, size - around)]
    highs = sums[around + 1 :] + [sums[-1]] * min(around, size)
    return list(map(sub, highs, lows))


def streaks(flags: Iterable[float]) -> Column:
    """Return for each place how many flags in a row are set up to it.

    >>> streaks([1.0, 1.0, 0.0, 1.0])
    [1.0, 2.0, 0.0, 1.0]
    """
    found, n = [], 0.0
    for flag in flags:
        n = min(n + 1.0, FAR) if flag else 0.0
        found.append(n)
    return found


def menus(lines: Lines) -> Column:
    """Return which lines are short and no prose."""
    return [
        float(n <= _SHORT and not prose) for n, prose in zip(lines.chars, lines.prose, strict=True)
    ]


def distances(size: int, origin: int) -> Column:
    """Return how far each of `size` places is from one of them, as far as the forests were shown.

    >>> distances(3, 1)
    [-1.0, 0.0, 1.0]
    """
    return [float(max(-FAR, min(3 * FAR, by))) for by in range(-origin, size - origin)]
