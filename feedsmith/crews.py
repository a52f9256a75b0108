"""The workers of one run: calls are handed out to them, results come in the order of the calls.

A worker may be lost at any time (killed, out of memory, its machine gone): what it had in hand is
given out again, for a call has no effect but its result.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:  # only a pool pays for it
    from concurrent.futures import Executor, Future

USUAL_WIDTH = 2  # calls at once of an executor that does not tell how many

Hire = Callable[[], AbstractContextManager["Executor"]]


class Hiring(NamedTuple):
    """One sort of executor: how it is started, and its errors that mean "the worker is gone".

    `losses` are asked for when the executor runs, so that nothing is imported before;
    `shares_memory` says that what is loaded before the first call need not be loaded by each.
    """

    hire: Hire
    losses: Callable[[], tuple[type[BaseException], ...]] = tuple
    shares_memory: bool = False


class Crew:
    """The workers of one run. They are hired at the first call, so a run without one has none."""

    def __init__(self, hiring: Hiring) -> None:
        self._hiring = hiring
        self._stack = ExitStack()
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def shares_memory(self) -> bool:
        """Whether what is loaded before the first call need not be loaded by each worker."""
        return self._hiring.shares_memory

    @property
    def width(self) -> int:
        """Return how many calls run at once, as far as the executor tells."""
        number = getattr(self._hired(), "_max_workers", 0)
        return number if isinstance(number, int) and number else USUAL_WIDTH

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Hand out a call; when the workers are gone, to new ones."""
        from concurrent.futures import BrokenExecutor  # noqa: PLC0415 (is loaded with any pool)

        try:
            return self._hired().submit(function, *arguments)
        except BrokenExecutor:
            self._dismiss()
            return self._hired().submit(function, *arguments)

    def once(self, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 (the function's own)
        """Return the result of a call, None when the worker that had it is lost."""
        return self.result(self.submit(function, *arguments))

    def result(self, future: Future[Any]) -> Any:  # noqa: ANN401 (the function's own)
        """Return the result of a call, None when the worker that had it is lost."""
        try:
            return future.result()
        except self._losses():
            return None

    def _losses(self) -> tuple[type[BaseException], ...]:
        from concurrent.futures import BrokenExecutor, CancelledError  # noqa: PLC0415

        return (BrokenExecutor, CancelledError, *self._hiring.losses())

    def _hired(self) -> Executor:
        if self._executor is None:
            self._executor = self._stack.enter_context(self._hiring.hire())
        return self._executor

    def _dismiss(self) -> None:
        self._stack.close()
        self._executor = None


class Here(NamedTuple):
    """A result that needs no worker; it keeps its place in the order."""

    result: Any


class Work(NamedTuple):
    """What is done with an item, all of it by values and functions that pickle.

    `apart` gives the smaller items that an item consists of, to find the one that kills its worker;
    `lost` gives the result that stands for that one.
    """

    call: Callable[[Any], Any]
    apart: Callable[[Any], Iterable[Any]]
    lost: Callable[[Any], Any]


class Line:
    """Items at work; their results come in the order of the items, whoever finishes first.

    An item whose worker is lost is handed out once more, then apart, each piece twice if need be,
    and has several results. `Here` gives its own.
    """

    def __init__(self, crew: Crew, work: Work, ahead: int) -> None:
        """Take the workers, what they do, and how many items are in hand at most."""
        self._crew = crew
        self._work = work
        self._ahead = ahead
        self._waiting: deque[tuple[Any, Future[Any] | None]] = deque()

    def put(self, item: Any) -> Iterator[Any]:  # noqa: ANN401 (what the work takes)
        """Hand out an item; yield the results of the first one when enough are in hand."""
        is_here = isinstance(item, Here)
        future = None if is_here else self._crew.submit(self._work.call, item)
        self._waiting.append((item, future))
        if len(self._waiting) >= self._ahead:
            yield from self._taken(*self._waiting.popleft())

    def rest(self) -> Iterator[Any]:
        """Yield the results that are still to come."""
        while self._waiting:
            yield from self._taken(*self._waiting.popleft())

    def _taken(self, item: Any, future: Future[Any] | None) -> Iterator[Any]:  # noqa: ANN401
        if future is None:
            yield item.result
            return
        found = self._crew.result(future)
        if found is None:
            found = self._crew.once(self._work.call, item)
        if found is not None:
            yield found
            return
        for small in self._work.apart(item):
            for _ in range(2):  # a worker that is going may take one down that has done nothing
                found = self._crew.once(self._work.call, small)
                if found is not None:
                    break
            yield self._work.lost(small) if found is None else found


def in_order(crew: Crew, work: Work, items: Iterable[Any], ahead: int) -> Iterator[Any]:
    """Yield the results of items, see Line.

    Args:
        crew: the workers.
        work: what they do; never gives None.
        items: taken as they are needed.
        ahead: how many of them are handed out before the first is done.
    """
    line = Line(crew, work, ahead)
    for item in items:
        yield from line.put(item)
    yield from line.rest()
