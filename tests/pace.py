"""What a job costs, told so that slow and busy machines can hold the same bar as quick ones.

A machine that many share may stand still in the midst of a measurement: a bar is missed only when
it is missed each time of several.
"""

from __future__ import annotations

import time
from collections.abc import Callable

ROUNDS = 100_000
TRIES = 5
ROOM = 4  # times what straight growth would cost; the square of 16 would take 16 times it


def is_within(bar: float, job: Callable[[], object]) -> bool:
    """Say whether a job costs less than a bar in one of several tries.

    The bar is in units of a loop timed just before and just after the job, about 20 ms on a machine
    of 2024; what slows the job slows the loop as well.
    """
    return any(cost(job) < bar for _ in range(TRIES))


def is_straight(job: Callable[[int], object], few: int, many: int) -> bool:
    """Say whether the time of a job grows with its size and not with the square of it."""
    assert many >= 16 * few
    return any(
        _seconds(lambda: job(many)) < ROOM * (many / few) * _seconds(lambda: job(few)) + 0.05
        for _ in range(TRIES)
    )


def cost(job: Callable[[], object]) -> float:
    """Return the processor time of a job in units of the loop."""
    before = _seconds(_loop)
    spent = _seconds(job)
    return spent / max(before, _seconds(_loop))


def _loop() -> None:
    words: dict[str, int] = {}
    for number in range(ROUNDS):
        word = str(number % 977)
        words[word] = words.get(word, 0) + 1


def _seconds(job: Callable[[], object]) -> float:
    start = time.process_time()
    job()
    return time.process_time() - start
