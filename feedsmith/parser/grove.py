"""A forest asked all trees at once, for the many blocks of a page or a dump.

Each question of a tree is put to a block once for all trees that ask for the same feature, and the
answers are joined as bits of one number: a third of the time that walking down each tree takes.
"""

from __future__ import annotations

import functools
import struct
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import and_, getitem

from feedsmith.parser.trees import BEYOND_DOUBT, ROUND, Forest, Node, load_forest

_WIDTHS = {8: "B", 16: "H", 32: "I", 64: "Q"}  # bits of a tree, at most its leaves; `struct` codes


@dataclass(frozen=True, slots=True)
class Grove:
    """A number has some bits for each tree, and in them one for each leaf, from the left.

    `base` is the log odds before any tree was asked. `thresholds[f]` are those that the trees ask
    feature f for, ascending, and `left[f][n]` keeps the leaves that can be reached where n of them
    are below the value. What is left of all features' numbers says by its lowest bit in each tree
    which leaf that is; `worth` tells for each tree what that bit adds. `lowest` has the first bit
    of each tree, `bits` takes a number apart.

    Source: Lucchese et al., QuickScorer, SIGIR 2015.
    """

    base: float
    thresholds: tuple[list[float], ...]
    left: tuple[list[int], ...]
    worth: tuple[dict[int, float], ...]
    lowest: int
    bits: struct.Struct

    def log_odds(self, row: Sequence[float]) -> float:
        """Return what `Forest.log_odds` does.

        Args:
            row: the values of the forest's features, in their order.
        """
        below = map(bisect_left, self.thresholds, row)
        reached = functools.reduce(and_, map(getitem, self.left, below))
        exits = reached & ~(reached - self.lowest)
        found = self.bits.unpack(exits.to_bytes(self.bits.size, "little"))
        says = list(map(getitem, self.worth, found))
        total = self.base
        for at in range(0, len(says), ROUND):
            total = sum(says[at : at + ROUND], total)
            if abs(total) > BEYOND_DOUBT:
                break
        return total


@functools.cache
def load_grove(name: str) -> Grove:
    """Return the forest in the package's file `parser/weights/NAME.txt` as a grove."""
    return gather(load_forest(name))


def gather(forest: Forest) -> Grove:
    """Return a forest, of one tree at least and of at most 64 leaves a tree, as a grove."""
    trees = forest.trees
    leaves = [list(_leaves(tree)) for tree in trees]
    most = max(len(found) for found in leaves)
    width = next(bits for bits in _WIDTHS if bits >= most)
    whole = (1 << width * len(trees)) - 1
    gone: list[dict[float, int]] = [{} for _ in forest.features]
    for at, tree in enumerate(trees):
        for feature, threshold, first, count in _splits(tree):
            lost = ((1 << count) - 1) << (at * width + first)
            gone[feature][threshold] = gone[feature].get(threshold, 0) | lost
    thresholds = tuple([sorted(asked) for asked in gone])
    left = tuple(
        list(
            accumulate(
                [asked[one] for one in ordered], lambda now, lost: now & ~lost, initial=whole
            )
        )
        for asked, ordered in zip(gone, thresholds, strict=True)
    )
    worth = tuple({1 << at: leaf for at, leaf in enumerate(found)} for found in leaves)
    lowest = sum(1 << at * width for at in range(len(trees)))
    bits = struct.Struct(f"<{len(trees)}{_WIDTHS[width]}")
    return Grove(forest.base, thresholds, left, worth, lowest, bits)


def _leaves(tree: Node) -> Iterator[float]:
    if isinstance(tree, tuple):
        yield from _leaves(tree[2])
        yield from _leaves(tree[3])
    else:
        yield tree


def _splits(tree: Node, first: int = 0) -> Iterator[tuple[int, float, int, int]]:
    """Give each node: feature, threshold, and which leaves a value above that rules out.

    Those are told by the number of the first and by how many there are.
    """
    if isinstance(tree, tuple):
        feature, threshold, below, above = tree
        count = len(list(_leaves(below)))
        yield feature, threshold, first, count
        yield from _splits(below, first)
        yield from _splits(above, first + count)
