"""Forests: what their text says, and that looking early never changes a verdict by much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsmith.parser.grove import gather
from feedsmith.parser.trees import Forest, Node, parse_forest, probability

TWO = """# made by hand
features link words
base -0.5
link 0.5 words 3 0.25 1.5 -2
words 10 0 0.5
"""


@pytest.mark.parametrize(
    ("row", "expected"),
    [((0.1, 2), -0.25), ((0.1, 8), 1.0), ((0.5, 20), 1.5), ((0.9, 20), -2.0)],
)
def test_a_forest_adds_what_each_tree_says(row: tuple[float, float], expected: float) -> None:
    assert parse_forest(TWO).log_odds(row) == pytest.approx(expected)


def test_a_block_beyond_doubt_is_not_shown_to_the_rest() -> None:
    sure = Forest(("x",), 0.0, ((0, 0.0, -0.2, 0.2),) * 200)
    assert sure.log_odds((1.0,)) == pytest.approx(8.0)
    assert sure.log_odds((-1.0,)) == pytest.approx(-8.0)


def test_probabilities_stay_between_none_and_all() -> None:
    assert probability(-1e9) > 0
    assert probability(1e9) <= 1
    assert probability(2.2) == pytest.approx(0.9, abs=0.01)


SPLITS = st.tuples(st.integers(0, 2), st.sampled_from((0.0, 0.5, 2.5)))
LEAVES = st.integers(-200, 200).map(lambda thousandths: thousandths / 1000)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(SPLITS, inner, inner).map(lambda node: (*node[0], *node[1:])),
    max_leaves=60,
)
VALUES = st.sampled_from((0, 0.5, True, 1.5, 2.5, 9, -1.0))


@given(st.lists(TREES, min_size=1, max_size=90), st.tuples(VALUES, VALUES, VALUES))
def test_all_trees_at_once_say_what_each_says_alone(
    trees: list[Node], row: tuple[float, ...]
) -> None:
    forest = Forest(("a", "b", "c"), 0.25, tuple(trees))
    grove = gather(forest, (("a",), ("b", "c")))
    assert grove.log_odds(([row[:1]], [row[1:]])) == pytest.approx([forest.log_odds(row)])


@pytest.mark.parametrize("leaves", [8, 9, 33, 64])
def test_trees_of_many_leaves_are_asked_at_once(leaves: int) -> None:
    chain: Node = 0.0
    for at in range(leaves - 1, 0, -1):
        chain = (0, at - 0.5, at / 100, chain)
    grove = gather(Forest(("x",), 0.0, (chain, chain)), (("x",),))
    assert grove.log_odds([[(at,) for at in range(leaves - 1)]]) == pytest.approx(
        [at / 50 + 0.02 for at in range(leaves - 1)]
    )
