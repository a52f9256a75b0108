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
BATCH_TASKS = 12  # tasks; each takes 1 to 20 ms, and to hand over a batch costs 0.3 ms
_FEW_TASKS = 96  # tasks; to hire workers for fewer, or to wait for them, takes as long
_TURN_TASKS = 8  # done here before they are taken, so that both find their code in the cache
_AHEAD = 3  # batches in hand for each worker, some 5 MB in all


class Errands:
    """The errands of one run; `crew` is None where all is done here."""

    def __init__(self, crew: Crew | None) -> None:
        self._crew = crew
        self._line: Line | None = None
        self._tasks: list[Task] = []
        self._takes: deque[Take] = deque()

    def give(self, task: Task, take: Take) -> None:
        """Have something done; `take` gets the result, at the latest when all is finished."""
        self._tasks.append(task)
        self._takes.append(take)
        if self._crew is None:
            self._do_here(_TURN_TASKS)
            return
        if self._line is None and len(self._tasks) == _FEW_TASKS:
            self._line = Line(self._crew, Work(done, _singles, done), _AHEAD * self._crew.width)
        if self._line and len(self._tasks) >= BATCH_TASKS:
            self._hand_out(self._line)

    def finish(self) -> None:
        """Wait until everything is done, and taken."""
        if self._line:
            self._hand_out(self._line)
            self._take(self._line.rest())
        self._do_here(1)

    def _do_here(self, least: int) -> None:
        """Do what is left, and take it, if there are so many tasks."""
        if len(self._tasks) >= least:
            tasks, self._tasks = self._tasks, []
            self._take([done(tasks)])

    def _hand_out(self, line: Line) -> None:
        tasks, self._tasks = self._tasks, []
        for start in range(0, len(tasks), BATCH_TASKS):
            self._take(line.put(tasks[start : start + BATCH_TASKS]))

    def _take(self, batches: Iterable[Sequence[Any]]) -> None:
        for results in batches:
            for result in results:
                self._takes.popleft()(result)


def done(tasks: Sequence[Task]) -> list[Any]:
    """Return the results of tasks; what the workers run, and who leads when they die of it."""
    return [task() for task in tasks]


def _singles(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    return ([task] for task in tasks)
