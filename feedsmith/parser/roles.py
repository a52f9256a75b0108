"""Which blocks of a page are its body: each is judged by a forest, then all are chosen together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from feedsmith.parser import rows
from feedsmith.parser.boxes import is_hopeless
from feedsmith.parser.junk import is_phrase
from feedsmith.parser.page import Block
from feedsmith.parser.sight import Sight
from feedsmith.parser.trees import load_forest, probability
from feedsmith.parser.wording import is_data

NEVER = -9.0  # log odds of what is beyond doubt no part of a body
_EVEN = 0.5  # probability from which on a block is taken whatever the others are


def judge(sight: Sight) -> list[float]:
    """Return for each block of a page the log odds that it is part of the body."""
    forest = load_forest("page")
    odds = [NEVER] * len(sight.blocks)
    asked = [at for at in range(len(odds)) if is_asked(sight, at)]
    for at, row in zip(asked, rows.rows(sight, asked), strict=True):
        odds[at] = forest.log_odds(row)
    return odds


def is_asked(sight: Sight, at: int) -> bool:
    """Say whether a block is worth a question: no data, no phrase, in a box prose."""
    block, box = sight.blocks[at], sight.boxed[sight.owners[at]]
    if box and (not block.prose or is_hopeless(box)):
        return False
    return not is_data(block.text) and not (block.label and is_phrase(block.text))


def choose(blocks: Sequence[Block], odds: Sequence[float]) -> tuple[int, ...]:
    """Return the places of the blocks that are likely to make the best body together.

    Blocks are taken from the likeliest on as long as that raises the expected F1 of the words:
    where no block is sure, as on a page of odd make, the likeliest are taken all the same.
    """
    known = {odd: probability(odd) for odd in set(odds)}
    chances = [known[odd] for odd in odds]
    order = sorted(range(len(odds)), key=lambda at: (-odds[at], at))
    sizes = [len(blocks[at].text) for at in order]
    right = list(accumulate(chances[at] * size for at, size in zip(order, sizes, strict=True)))
    taken = list(accumulate(sizes))
    if not order or not right[-1]:
        return ()
    expected = [2 * good / (all_ + right[-1]) for good, all_ in zip(right, taken, strict=True)]
    least = min(chances[order[expected.index(max(expected))]], _EVEN)
    return tuple(at for at, chance in enumerate(chances) if chance >= least)
