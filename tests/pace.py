"""What a job costs, told so that slow and busy machines can hold the same bar as quick ones."""

from __future__ import annotations

import time
from collections.abc import Callable

ROUNDS = 100_000


def cost(job: Callable[[], object]) -> float:
    """Return the processor time of a job, in units of a loop timed just before and just after it.

    The loop takes about 20 ms on a machine of 2024; what slows the job slows the loop as well.
    """
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
