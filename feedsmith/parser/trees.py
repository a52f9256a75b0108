"""What boosted decision trees say of a block, as a probability.

A forest is a sum: each tree looks at a few features of a block and adds a number; above zero means
"part of the body". The forests are modules (`weights`), for Python asks a tree that is one
expression in half the time of any loop over nodes, and has it read as soon as it is imported.
"""

from __future__ import annotations

import functools
import math

_KNOWN_ODDS = 4096  # log odds; more than the blocks of a page, which are asked for several times


def to_chance(log_odds: float) -> float:
    """Return log odds as a probability.

    >>> to_chance(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


probability = functools.lru_cache(maxsize=_KNOWN_ODDS)(to_chance)  # the same, remembered
