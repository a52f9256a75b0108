"""A forest asked all trees at once, for the many blocks of a page or a dump.

Each question of a tree is put to a block once for all trees that ask for the same feature, and the
answers are joined as bits of one number: a third of the time that walking down each tree takes.
Where the first few trees settle most, `Forest.log_odds` does less. The features come in groups,
for many blocks of a page agree in a whole group (what holds of the element around them), and then
its answers are joined but once.
"""

from __future__ import annotations

import functools
import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import and_, getitem
from typing import NamedTuple

from feedsmith.parser.trees import BEYOND_DOUBT, ROUND, Forest, Node, load_forest

_WIDTHS = {8: "B", 16: "H", 32: "I", 64: "Q"}  # bits of a tree, at most its leaves; `struct` codes
_MOST_BITS = 64  # of trees that are looked up together
_TOGETHER = 2  # trees; what two leaves add fits in a table, and a look at each costs more
Values = tuple[float, ...]


class _Group(NamedTuple):
    """What the trees ask of some features, and what an answer rules out.

    `thresholds[f]` are those that they ask feature f for, ascending, and `left[f][n]` keeps the
    leaves that can be reached where n of them are below the value.
    """

    thresholds: tuple[list[float], ...]
    left: tuple[list[int], ...]

    def reached(self, values: Values) -> int:
        """Return the leaves that can be reached with these values."""
        below = map(bisect_left, self.thresholds, values)
        return functools.reduce(and_, map(getitem, self.left, below))


class Grove(NamedTuple):
    """A number has some bits for each tree, and in them one for each leaf, from the left.

    `base` is the log odds before any tree was asked. What is left of all groups' numbers says by
    its lowest bit in each tree which leaf that is; `worth` tells what such bits add, for as many
    trees at once as `together`. `lowest` has the first bit of each tree, `bits` takes a number
    apart.

    Source: Lucchese et al., QuickScorer, SIGIR 2015.
    """

    base: float
    groups: tuple[_Group, ...]
    worth: tuple[dict[int, float], ...]
    lowest: int
    bits: struct.Struct
    together: int

    def log_odds(self, columns: Iterable[Iterable[Values]]) -> list[float]:
        """Return what `Forest.log_odds` does, for many blocks.

        Args:
            columns: for each group of features, in their order, its values for each block.
        """
        reached = [_reached(*pair) for pair in zip(self.groups, columns, strict=True)]
        return [
            self._sum(functools.reduce(and_, numbers)) for numbers in zip(*reached, strict=True)
        ]

    def _sum(self, reached: int) -> float:
        exits = reached & ~(reached - self.lowest)
        found = self.bits.unpack(exits.to_bytes(self.bits.size, "little"))
        says = list(map(getitem, self.worth, found))
        total, step = self.base, ROUND // self.together
        for at in range(0, len(says), step):
            total = sum(says[at : at + step], total)
            if abs(total) > BEYOND_DOUBT:
                break
        return total


def _reached(group: _Group, rows: Iterable[Values]) -> list[int]:
    known: dict[Values, int] = {}
    found = []
    for values in rows:
        number = known.get(values)
        if number is None:
            number = known[values] = group.reached(values)
        found.append(number)
    return found


@functools.cache
def load_grove(name: str, groups: tuple[tuple[str, ...], ...]) -> Grove:
    """Return the forest in the package's file `parser/weights/NAME.txt` as a grove.

    Args:
        name: of the file.
        groups: the names of the forest's features, each once.
    """
    return gather(load_forest(name), groups)


def gather(forest: Forest, groups: Sequence[Sequence[str]]) -> Grove:
    """Return a forest, of one tree at least and of at most 64 leaves a tree, as a grove."""
    leaves = [list(_leaves(tree)) for tree in forest.trees]
    most = max(len(found) for found in leaves)
    width = next(bits for bits in _WIDTHS if bits >= most)
    together = min(_MOST_BITS // width, _TOGETHER)
    leaves += [[0.0]] * (-len(leaves) % together)
    worth = tuple(
        [_sums(leaves[at : at + together], width) for at in range(0, len(leaves), together)]
    )
    lowest = sum(1 << at * width for at in range(len(leaves)))
    bits = struct.Struct(f"<{len(worth)}{_WIDTHS[together * width]}")
    whole = (1 << width * len(leaves)) - 1
    asked = dict(zip(forest.features, _questions(forest, width, whole), strict=True))
    found = tuple([_Group(*zip(*[asked[name] for name in names], strict=True)) for names in groups])
    return Grove(forest.base, found, worth, lowest, bits, together)


def _sums(trees: list[list[float]], width: int) -> dict[int, float]:
    """Return what the leaves of one or two trees add, by the bits of these."""
    found = {0: 0.0}
    for at, leaves in enumerate(trees):
        found = {
            bits | 1 << at * width + place: said + leaf
            for bits, said in found.items()
            for place, leaf in enumerate(leaves)
        }
    return found


def _questions(forest: Forest, width: int, whole: int) -> Iterator[tuple[list[float], list[int]]]:
    """Give for each feature its thresholds, and what is left of the leaves behind each of them."""
    gone: list[dict[float, int]] = [{} for _ in forest.features]
    for at, tree in enumerate(forest.trees):
        for feature, threshold, first, count in _splits(tree):
            lost = ((1 << count) - 1) << (at * width + first)
            gone[feature][threshold] = gone[feature].get(threshold, 0) | lost
    for asked in gone:
        ordered = sorted(asked)
        lost_at = [asked[one] for one in ordered]
        yield ordered, list(accumulate(lost_at, lambda now, lost: now & ~lost, initial=whole))


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
