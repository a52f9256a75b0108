"""A forest written as a Python module, which asks it faster than any loop over its trees could.

Each tree is one expression. The module needs nothing: `feedsmith.parser.weights` holds three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

# A leaf is the number that it adds; a node is (feature, threshold, below or equal, above).
Node: TypeAlias = "str | tuple[str, str, Node, Node]"

ROUND = 20  # pairs of trees between two looks whether the rest could change the verdict
BEYOND_DOUBT = 5.0  # log odds; 0.7 % or 99.3 %
_LINE = 90  # characters


def to_module(names: Sequence[str], trees: Sequence[Node], provenance: Sequence[str]) -> str:
    """Return the text of a module with `FEATURES` and `log_odds`.

    The first trees say most, so a block that is beyond doubt is not shown to the rest.

    Args:
        names: the features, in the order in which `log_odds` takes their values.
        trees: in the order in which they were grown.
        provenance: lines that say what it was made from; the first ends in a full stop.
    """
    lines = ['"""' + provenance[0], "", *provenance[1:], '"""', ""]
    lines += ["FEATURES = (", *_wrapped(f'"{name}"' for name in names), ")", "", ""]
    lines += ["def log_odds(", *_wrapped(f"{_argument(name)}: float" for name in names)]
    lines += [") -> float:", '    """Return how much speaks for it: 0 is even, 2.2 nine to one."""']
    lines += ["    odds = 0.0"]
    for at in range(0, len(trees), 2):
        lines.append("    odds += " + " + ".join(map(_expression, trees[at : at + 2])))
        if (at // 2 + 1) % ROUND == 0 and at + 2 < len(trees):
            lines += [
                f"    if not -{BEYOND_DOUBT} <= odds <= {BEYOND_DOUBT}:",
                "        return odds",
            ]
    return "\n".join([*lines, "    return odds", ""])


def _argument(name: str) -> str:
    """Return a feature's name as Python takes it.

    >>> _argument("chars-2"), _argument("upper+1")
    ('chars_before2', 'upper_after1')
    """
    return name.replace("-", "_before").replace("+", "_after")


def _expression(node: Node) -> str:
    if isinstance(node, str):
        return node
    name, threshold, below, above = node
    return f"({_expression(below)} if {_argument(name)} <= {threshold} else {_expression(above)})"


def _wrapped(parts: Iterable[str]) -> list[str]:
    lines = [""]
    for part in parts:
        if len(lines[-1]) + len(part) > _LINE:
            lines.append("")
        lines[-1] += f" {part}," if lines[-1] else f"    {part},"
    return lines


def loaded(module: str) -> Callable[..., float]:
    """Return the function `log_odds` of a module's text."""
    names: dict[str, Callable[..., float]] = {}
    exec(compile(module, "forest", "exec"), names)  # noqa: S102 (our own text)
    return names["log_odds"]
