"""Boosted decision trees that judge blocks, read from a small text file and asked in plain Python.

A forest is a sum: each tree looks at a few features of a block and adds a number; above zero means
"part of the body". The first trees say most, so a block that is beyond doubt is not shown to the
rest. The files are written by `tools/train.py` and say in their head what they were made from.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from feedsmith import resources

# A leaf is the number that it adds; a node is (feature's place, threshold, below or equal, above).
Node: TypeAlias = "float | tuple[int, float, Node, Node]"

ROUND = 40  # trees between two looks whether the rest could change the verdict
_KNOWN_ODDS = 4096  # log odds; more than the blocks of a page, which are asked for several times
BEYOND_DOUBT = 5.0  # log odds; 0.7 % or 99.3 %


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees in the order in which they were grown, and the names of the features that they ask.

    `base` is the log odds before any tree was asked.
    """

    features: tuple[str, ...]
    base: float
    trees: tuple[Node, ...]

    def log_odds(self, row: Sequence[float]) -> float:
        """Return how much speaks for a block: 0 is even, 2.2 is nine to one.

        Args:
            row: the values of `features`, in their order.
        """
        total = self.base
        for first in range(0, len(self.trees), ROUND):
            for node in self.trees[first : first + ROUND]:
                while node.__class__ is tuple:
                    place, threshold, below, above = node
                    node = below if row[place] <= threshold else above  # noqa: PLW2901
                total += node  # type: ignore[operator]  # a leaf
            if abs(total) > BEYOND_DOUBT:
                break
        return total


@functools.lru_cache(maxsize=_KNOWN_ODDS)
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

    >>> parse_forest("features link words\nbase -1\nlink 0.5 words 3 0.1 0.7 -0.4").trees
    ((0, 0.5, (1, 3.0, 0.1, 0.7), -0.4),)
    """
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    (_, *names), (_, base), *rest = lines
    places = {name: place for place, name in enumerate(names)}
    trees = tuple(_node(iter(tokens), places) for tokens in rest)
    return Forest(tuple(names), float(base), trees)


def _node(tokens: Iterator[str], places: dict[str, int]) -> Node:
    token = next(tokens)
    if token not in places:
        return float(token)
    threshold = float(next(tokens))
    return places[token], threshold, _node(tokens, places), _node(tokens, places)
