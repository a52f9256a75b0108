"""How alike two texts are, from a small print of each: MinHash over runs of words. Pure.

Strategy: every run of five words is hashed; the smallest of the hashes are a fair sample of all of
them, and the same sample wherever the text stands. The share of two samples that is common says how
much of two texts is: near 1 for one text with another footer, near 0 for two reports of one event.

Source: Broder, On the resemblance and containment of documents (1997).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from feedsmith.text import fold

RUN_WORDS = 5  # words; shorter runs are figures of speech, longer ones break at every edit
PRINT_HASHES = 64  # hashes of a print; the likeness is off by 0.06 at most times
MOST_CHARS = 40_000  # characters of a text that are looked at; an article has 5,000
LEAST_WORDS = 100  # words; shorter texts (teasers, walls, captions) prove nothing by being alike
_LOW = 1 << 30  # a quarter of the hashes lie below; sorting these alone takes a fourth of the time
# In scripts without spaces a character is taken for a word.
WORD = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W_]+"
)

_BLANKED = bytes(n if n < 128 and chr(n).isalnum() else 32 for n in range(256))


def print_of(text: str) -> tuple[int, ...]:
    """Return the print of a text: hashes in ascending order, () for one that is too short."""
    words = words_of(fold(text[:MOST_CHARS]))
    if len(words) < LEAST_WORDS:
        return ()
    runs = map(b" ".join, zip(*[words[n:] for n in range(RUN_WORDS)], strict=False))
    hashes = [*map(zlib.crc32, runs)]
    low = {some for some in hashes if some < _LOW}
    return tuple(sorted(low if len(low) >= PRINT_HASHES else {*hashes})[:PRINT_HASHES])


def words_of(folded: str) -> list[bytes]:
    """Return the words of a text that is folded already, in UTF-8."""
    if folded.isascii():  # the same in a fifth of the time
        return folded.encode().translate(_BLANKED).split()
    return [word.encode() for word in WORD.findall(folded)]


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the estimated share of all word runs of two texts that both have, 0 to 1.

    >>> likeness((1, 2, 3, 4), (1, 2, 3, 5))
    0.75
    """
    size = min(len(one), len(other))
    shared = {*one} & {*other}
    if not shared:
        return 0.0
    smallest = sorted({*one, *other})[:size]
    return len(shared.intersection(smallest)) / size
