"""Boosted decision trees that judge blocks, read from a small text file and asked in plain Python.

A forest is a sum: each tree looks at a few features of a block and adds a number; above zero means
"part of the body". The first trees say most, so a block that is beyond doubt is not shown to the
rest. The files are written by `tools/train.py` and say in their head what they were made from.
"""

from __future__ import annotations

import functools
import math
import struct
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import and_, getitem
from typing import TypeAlias

from feedsmith import resources

# A leaf is the number that it adds; a node is (feature's place, threshold, below or equal, above).
Node: TypeAlias = "float | tuple[int, float, Node, Node]"

_ROUND = 40  # trees between two looks whether the rest could change the verdict
_BEYOND_DOUBT = 5.0  # log odds; 0.7 % or 99.3 %
_WIDTHS = {8: "B", 16: "H", 32: "I", 64: "Q"}  # bits of a tree, at most its leaves; `struct` codes


@dataclass(frozen=True, slots=True)
class Forest:
    """All trees at once: a number has some bits for each tree, and in them one for each leaf.

    `base` is the log odds before any tree was asked. `thresholds[f]` are those that the trees ask
    feature f for, ascending, and `left[f][n]` keeps the leaves that can be reached where n of them
    are below the value. What is left of all features' numbers says by its lowest bit in each tree
    which leaf that is; `worth` tells for each tree what that bit adds.

    Source: Lucchese et al., QuickScorer, SIGIR 2015.
    """

    features: tuple[str, ...]
    base: float
    thresholds: tuple[list[float], ...]
    left: tuple[list[int], ...]
    worth: tuple[dict[int, float], ...]
    lowest: int
    bits: struct.Struct

    def log_odds(self, row: Sequence[float]) -> float:
        """Return how much speaks for a block: 0 is even, 2.2 is nine to one.

        Args:
            row: the values of `features`, in their order.
        """
        below = map(bisect_left, self.thresholds, row)
        open_ = functools.reduce(and_, map(getitem, self.left, below))
        exits = open_ & ~(open_ - self.lowest)
        found = self.bits.unpack(exits.to_bytes(self.bits.size, "little"))
        says = list(map(getitem, self.worth, found))
        total = self.base
        for at in range(0, len(says), _ROUND):
            total = sum(says[at : at + _ROUND], total)
            if abs(total) > _BEYOND_DOUBT:
                break
        return total


def plant(features: tuple[str, ...], base: float, trees: Sequence[Node]) -> Forest:
    """Return the forest of trees in the order in which they were grown.

    Args:
        features: names of what the trees ask for.
        base: log odds before any tree was asked.
        trees: one at least; of at most 64 leaves each.
    """
    leaves = [list(_leaves(tree)) for tree in trees]
    most = max(len(found) for found in leaves)
    width = next(bits for bits in _WIDTHS if bits >= most)
    whole = (1 << width * len(trees)) - 1
    gone: list[dict[float, int]] = [{} for _ in features]
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
    return Forest(features, base, thresholds, left, worth, lowest, bits)


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


def probability(log_odds: float) -> float:
    """Return log odds as a probability.

    >>> probability(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


@functools.cache
def load_forest(name: str) -> Forest:
    """Return the forest in the package's file `parser/weights/NAME.txt`.

    The file: comment lines begin with "#"; `features` and their names; `base` and a number; then a
    tree a line in prefix order, where a name and a threshold are followed by the two branches and a
    number alone is a leaf.
    """
    return parse_forest(resources.text("parser/weights", f"{name}.txt"))


def parse_forest(text: str) -> Forest:
    r"""Return the forest that a weights file describes.

    >>> forest = parse_forest("features link words\nbase -1\nlink 0.5 words 3 0.1 0.7 -0.4")
    >>> forest.thresholds, forest.log_odds((0.5, 4))
    (([0.5], [3.0]), -0.30000000000000004)
    """
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    (_, *names), (_, base), *rest = lines
    places = {name: place for place, name in enumerate(names)}
    trees = tuple(_node(iter(tokens), places) for tokens in rest)
    return plant(tuple(names), float(base), trees)


def _node(tokens: Iterator[str], places: dict[str, int]) -> Node:
    token = next(tokens)
    if token not in places:
        return float(token)
    threshold = float(next(tokens))
    return places[token], threshold, _node(tokens, places), _node(tokens, places)
