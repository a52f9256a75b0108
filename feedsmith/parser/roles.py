"""Which blocks of a page are its body: each is judged by a forest, then all are chosen together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain

from feedsmith.parser import rows
from feedsmith.parser.boxes import HIDDEN, is_hopeless
from feedsmith.parser.junk import is_phrase
from feedsmith.parser.page import Block, once
from feedsmith.parser.sight import Sight
from feedsmith.parser.trees import probability
from feedsmith.parser.weights.page import log_odds
from feedsmith.parser.wording import is_data

NEVER = -9.0  # log odds of what is beyond doubt no part of a body
_APPEALS = 3  # copies; two may be the article for wide and for narrow screens
_EVEN = 0.5  # probability from which on a block is taken whatever the others are


def take_all(sight: Sight) -> tuple[list[float], tuple[int, ...]]:
    """Return the log odds and the places of a body that somebody cut out already."""
    odds = [NEVER if sight.boxed[own] == HIDDEN else -NEVER for own in sight.owners]
    return odds, tuple(at for at, odd in enumerate(odds) if odd > 0)


def judge(sight: Sight) -> list[float]:
    """Return for each block of a page the log odds that it is part of the body."""
    odds = [NEVER] * len(sight.blocks)
    repeated = _repeated_boxes(sight)
    asked = [at for at in range(len(odds)) if at not in repeated and is_asked(sight, at)]
    for at, *parts in zip(asked, *rows.grouped(sight, asked), strict=True):
        # A number of another type than the threshold's takes three times as long to compare.
        odds[at] = log_odds(*map(float, chain.from_iterable(parts)))
    return odds


def _repeated_boxes(sight: Sight) -> set[int]:
    """Return the places of paragraphs in boxes that are said again and again: appeals."""
    boxed = [at for at, owner in enumerate(sight.owners) if sight.boxed[owner]]
    copies = Counter([sight.blocks[at].text for at in boxed if sight.blocks[at].prose])
    return {at for at in boxed if copies[sight.blocks[at].text] >= _APPEALS}


def is_asked(sight: Sight, at: int) -> bool:
    """Say whether a block is worth a question: no data, no phrase, in a box prose."""
    block, box = sight.blocks[at], sight.boxed[sight.owners[at]]
    if box and (not block.prose or is_hopeless(box)):
        return False
    is_contents = block.label and 2 * block.link_chars > len(block.text)
    return not (is_contents or is_data(block.text) or (block.label and is_phrase(block.text)))


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
    likely = [at for at, chance in enumerate(chances) if chance >= least]
    return tuple(sorted([*once(blocks, likely), *_code_between(blocks, likely)]))


def _code_between(blocks: Sequence[Block], places: Sequence[int]) -> list[int]:
    """Return the places of code right between two of the blocks: it says what they speak of."""
    taken = set(places)
    return [
        at
        for at, block in enumerate(blocks)
        if block.tag == "pre" and at not in taken and {at - 1, at + 1} <= taken
    ]
