"""Forests: what the modules that are written of them say, and that no look too early misleads."""

from __future__ import annotations

import dis
import importlib.util
from collections.abc import Callable
from types import ModuleType

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from feedsmith.parser import rows
from feedsmith.parser.trees import probability
from feedsmith.parser.weights import page, text, text_again, title_text


def _written() -> ModuleType:
    spec = importlib.util.spec_from_file_location("written", ROOT / "tools/written.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WRITTEN = _written()
NAMES = ("link", "words-2", "words+1")
Node = str | tuple[str, str, "Node", "Node"]


def forest(*trees: Node) -> Callable[..., float]:
    return WRITTEN.loaded(WRITTEN.to_module(NAMES, trees, ["Made by hand."]))


@pytest.mark.parametrize(
    ("row", "expected"),
    [((0.1, 2, 0), 0.25), ((0.1, 8, 0), 1.5), ((0.5, 20, 0), 2.0), ((0.9, 20, 0), -1.5)],
)
def test_a_forest_adds_what_each_tree_says(row: tuple[float, ...], expected: float) -> None:
    links = ("link", "0.5", ("words-2", "3", "0.25", "1.5"), "-2")
    assert forest(links, ("words-2", "10", "0", "0.5"))(*row) == pytest.approx(expected)


def test_a_block_beyond_doubt_is_not_shown_to_the_rest() -> None:
    sure = forest(*[("link", "0", "-0.2", "0.2")] * 200)
    assert sure(1.0, 0, 0) == pytest.approx(8.0)
    assert sure(-1.0, 0, 0) == pytest.approx(-8.0)


def test_probabilities_stay_between_none_and_all() -> None:
    assert probability(-1e9) > 0
    assert probability(1e9) <= 1
    assert probability(2.2) == pytest.approx(0.9, abs=0.01)


def said(node: Node, row: dict[str, float]) -> float:
    while not isinstance(node, str):
        name, threshold, below, above = node
        node = below if row[name] <= float(threshold) else above
    return float(node)


LEAVES = st.integers(-50, 50).map(lambda thousandths: f"{thousandths / 1000}")
SPLITS = st.tuples(st.sampled_from(NAMES), st.sampled_from(("1e-35", "0.5", "2.5")))
TREES = st.recursive(
    LEAVES, lambda inner: st.builds(lambda *n: (*n[0], *n[1:]), SPLITS, inner, inner), max_leaves=60
)
VALUES = st.sampled_from((0, 0.5, True, 1.5, 2.5, 9, -1.0))


@given(st.lists(TREES, min_size=1, max_size=90), st.tuples(VALUES, VALUES, VALUES))
def test_a_module_says_what_its_trees_say(trees: list[Node], row: tuple[float, ...]) -> None:
    by_name = dict(zip(NAMES, row, strict=True))
    assert forest(*trees)(*row) == pytest.approx(sum(said(tree, by_name) for tree in trees))


@pytest.mark.parametrize("module", [page, text, text_again, title_text])
def test_a_forest_takes_its_features_in_their_order(module: ModuleType) -> None:
    code = module.log_odds.__code__
    taken = code.co_varnames[: code.co_argcount]
    assert taken == tuple(map(WRITTEN._argument, module.FEATURES))


@pytest.mark.parametrize("module", [page, text, title_text])
def test_no_feature_is_reckoned_that_no_tree_asks_for(module: ModuleType) -> None:
    code = module.log_odds.__code__
    asked = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_FAST"}
    assert set(code.co_varnames[: code.co_argcount]) <= asked


def test_the_forest_of_pages_takes_the_columns_as_they_come() -> None:
    assert page.FEATURES == rows.COLUMNS
