"""Grow the forests that judge blocks, and write them as Python modules.

Needs the extra `feedsmith[train]` (LightGBM and numpy); nothing of it is needed to use feedsmith.
"""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm
import numpy as np
import written

_PARAMETERS = {
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 8, "min_data_in_leaf": 60,
    "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0,
    "verbose": -1, "num_threads": 1, "seed": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip


def grow(
    rows: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray,
    names: Sequence[str],
    *,
    trees: int,
    **changes: float,
) -> lightgbm.Booster:
    """Return a forest that tells rows labelled 1 from those labelled 0.

    `changes` are parameters of LightGBM that shall differ from those above.
    """
    data = lightgbm.Dataset(rows, labels, weight=weights, feature_name=list(names))
    return lightgbm.train({**_PARAMETERS, **changes}, data, trees)


def to_module(booster: lightgbm.Booster, names: Sequence[str], provenance: Sequence[str]) -> str:
    """Return a forest as the text of a module, see `written.to_module`.

    Args:
        booster: what `grow` returned.
        names: the features' names in the order of the columns.
        provenance: lines that say what it was made from.
    """
    trees = booster.dump_model()["tree_info"]
    nodes = [_node(tree["tree_structure"], names) for tree in trees]
    return written.to_module(names, nodes, provenance)


def _node(node: dict, names: Sequence[str]) -> written.Node:
    if "leaf_value" in node:
        return f"{node['leaf_value']:.3f}"
    head = names[node["split_feature"]], f"{node['threshold']:.4g}"
    return (*head, _node(node["left_child"], names), _node(node["right_child"], names))
