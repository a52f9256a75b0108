"""Forests: what their text says, and that looking early never changes a verdict by much."""

from __future__ import annotations

import pytest

from feedsmith.parser.trees import parse_forest, plant, probability

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
    sure = plant(("x",), 0.0, ((0, 0.0, -0.2, 0.2),) * 200)
    assert sure.log_odds((1.0,)) == pytest.approx(8.0)
    assert sure.log_odds((-1.0,)) == pytest.approx(-8.0)


def test_probabilities_stay_between_none_and_all() -> None:
    assert probability(-1e9) > 0
    assert probability(1e9) <= 1
    assert probability(2.2) == pytest.approx(0.9, abs=0.01)
