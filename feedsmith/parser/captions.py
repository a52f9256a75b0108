"""Captions of a dump's gallery: a counter of its pictures ("2 of 9 |") tells them.

Text browsers print a gallery as paragraphs, each caption perhaps twice, above its counter and below
it. They read like the body, and would be taken for its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from feedsmith import text
from feedsmith.parser.page import Block

_COUNTER = re.compile(r"(\d{1,3}) (?:of|/) (\d{1,3})(?: ?(\|) ?|\Z)")
_BAR = "|"


def without_captions(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks, counters and captions of galleries made labels.

    A caption stands behind a counter's bar, in its line or on the next; or above and below a
    counter alike. Wherever it is said again, it is a caption too.
    """
    found = dict(_captions(blocks))
    if not found:
        return blocks
    said = {text.fold(blocks[at].text) for at, is_repeated in found.items() if is_repeated}
    return tuple(
        [
            block._replace(prose=0, label=True)
            if at in found or (block.prose and text.fold(block.text) in said)
            else block
            for at, block in enumerate(blocks)
        ]
    )


def _captions(blocks: Sequence[Block]) -> Iterator[tuple[int, bool]]:
    """Give the places of counters and captions, and whether one's text may be said elsewhere."""
    for at, block in enumerate(blocks):
        counter = _COUNTER.match(block.text) if block.text[0].isdecimal() else None
        if counter is None or int(counter[1]) > int(counter[2]):
            continue
        if counter.end() < len(block.text):
            yield at, False
            continue
        behind = at + 1
        if behind < len(blocks) and blocks[behind].text == _BAR:
            behind += 1
        above, below = _prose(blocks, at - 1), _prose(blocks, behind)
        is_twice = bool(above) and above == below
        if is_twice or (below and (counter[3] or behind > at + 1)):
            yield at, False
            yield behind, True


def _prose(blocks: Sequence[Block], at: int) -> str:
    """Return the folded text of a paragraph, "" of what is none."""
    is_paragraph = 0 <= at < len(blocks) and blocks[at].prose
    return text.fold(blocks[at].text) if is_paragraph else ""
