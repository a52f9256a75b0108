"""A few large calls to the workers, whose loss nothing can stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from feedsmith.crews import Crew, Work, in_order
from feedsmith.errors import OutputError


def each(crew: Crew | None, call: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    """Yield the results of a few large items, in their order.

    Raises:
        OutputError: the worker that had one was lost each time.
    """
    if crew is None:
        return map(call, items)
    return in_order(crew, Work(call, lambda item: (item,), _refuse), items, 2 * crew.width + 1)


def _refuse(_: object) -> NoReturn:
    raise OutputError(
        "a worker was killed each time it merged; the feeds already published stay, give the "
        "workers more memory or the ledger more --parts"
    )
