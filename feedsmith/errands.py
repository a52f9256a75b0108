"""Pieces of work that may be done elsewhere: by the workers of a run or, where they are few, here.

What is given away is pure: values in, bytes out. What becomes of a result is decided here, by the
process that leads, in the order in which the work was given; so it is all the same who did it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from feedsmith.crews import Crew, Line, Work

Task = Callable[[], Any]  # a partial of a module-level function and values: it must pickle
Take = Callable[[Any], None]
# Entries; each takes 0.4 ms as a page and 0.8 ms in feeds. To hand over a batch costs 0.3 ms, and
# who leads may come to it some ms later.
BATCH_ENTRIES = 32
_FEW_TASKS = 96  # tasks; to hire workers for fewer, or to wait for them, takes as long
_TURN_TASKS = 8  # done here before they are taken, so that both find their code in the cache
_AHEAD = 3  # batches in hand for each worker, some 5 MB in all


class Errands:
    """The errands of one run; `crew` is None where all is done here."""

    def __init__(self, crew: Crew | None) -> None:
        self._crew = crew
        self._line: Line | None = None
        self._tasks: list[Task] = []
        self._entries = 0
        self._batches: list[list[Task]] = []
        self._takes: deque[Take] = deque()

    def give(self, task: Task, take: Take, entries: int = 1) -> None:
        """Have something done; `take` gets the result, at the latest when all is finished.

        `entries` says how much there is to do.
        """
        self._tasks.append(task)
        self._takes.append(take)
        self._entries += entries
        if self._crew is None:
            if len(self._tasks) == _TURN_TASKS:
                self._do_here()
            return
        if self._entries >= BATCH_ENTRIES:
            self._end_batch()
        if self._line is None and len(self._takes) == _FEW_TASKS:
            self._line = Line(self._crew, Work(done, _singles, done), _AHEAD * self._crew.width)
        if self._line:
            self._hand_out(self._line)

    def finish(self) -> None:
        """Wait until everything is done, and taken."""
        if self._line:
            self._end_batch()
            self._hand_out(self._line)
            self._take(self._line.rest())
        else:
            self._do_here()

    def _do_here(self) -> None:
        self._end_batch()
        batches, self._batches = self._batches, []
        self._take(map(done, batches))

    def _end_batch(self) -> None:
        if self._tasks:
            self._batches.append(self._tasks)
            self._tasks, self._entries = [], 0

    def _hand_out(self, line: Line) -> None:
        batches, self._batches = self._batches, []
        for batch in batches:
            self._take(line.put(batch))

    def _take(self, batches: Iterable[Sequence[Any]]) -> None:
        for results in batches:
            for result in results:
                self._takes.popleft()(result)


def done(tasks: Sequence[Task]) -> list[Any]:
    """Return the results of tasks; what the workers run, and who leads when they die of it."""
    return [task() for task in tasks]


def _singles(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    return ([task] for task in tasks)
