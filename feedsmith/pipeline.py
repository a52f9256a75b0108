"""Many saved files through an executor.

The unit of work is a batch of sources handed to a module-level function; arguments and results
pickle, so threads of control of any kind may carry them. Results come back in the order of the
sources, whoever finishes first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.model import Source
from feedsmith.reading import Outcome, catalog, outcome, pieces

if TYPE_CHECKING:  # only a pool pays for it
    from concurrent.futures import Executor, Future

BATCH_BYTES = 16_000_000  # bytes of files; pages with pictures are 1 to 20 MB
BATCH_FILES = 64  # files; below 32 the hand-over between processes costs more than the work
POOL_FROM_FILES = 200  # files; a pool of processes costs 0.05 to 0.2 s before its first result
_AHEAD = 4  # batches in flight for each process


def outcomes(
    sources: Iterable[Source], config: Config, executor: Executor | None = None
) -> Iterator[Outcome]:
    """Yield the outcome of each source, in their order; a big one has several.

    Args:
        sources: references; their bytes are read where the work is done.
        config: the whole configuration.
        executor: anything with `submit`; None does the work here, as it is done with big files.
    """
    known = catalog(config)
    if executor is None:
        for source in sources:
            yield from pieces(source, config, known)
        return
    waiting: list[Future[list[Outcome]]] = []
    ahead = _AHEAD * processors()
    for batch in _loaded_for(_batched(sources)):
        if not batch[0].is_big:
            waiting.append(executor.submit(work, batch, config))
        while waiting and (batch[0].is_big or len(waiting) >= ahead):
            yield from waiting.pop(0).result()
        if batch[0].is_big:
            yield from pieces(batch[0], config, known)
    for future in waiting:
        yield from future.result()


def work(batch: Sequence[Source], config: Config) -> list[Outcome]:
    """Return the outcomes of a batch; the one function that other processes run."""
    known = catalog(config)
    return [outcome(source, config, known) for source in batch]


def executor_for(jobs: int, number: int) -> Callable[[], Executor] | None:
    """Return what makes the pool of processes for so many files, None when it would not pay."""
    wanted = jobs or processors()
    if wanted < 2 or number < POOL_FROM_FILES:
        return None
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (only a pool pays for it)

    return partial(ProcessPoolExecutor, wanted)


def _loaded_for(batches: Iterable[list[Source]]) -> Iterator[list[Source]]:
    """Yield batches; what reading files such as the first's needs is loaded by then.

    The processes of a pool are forked when the first batch is handed over, and share it.
    """
    for number, batch in enumerate(batches):
        if not number:
            parser.preload({_likely_kind(source) for source in batch})
        yield batch


def _likely_kind(source: Source) -> Literal["text", "html"]:
    return "text" if source.relative.endswith(".txt") else "html"


def processors() -> int:
    """Return the number of processors this run may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _batched(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Yield the sources in batches for one process each, big ones alone."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        if batch and (source.is_big or size + source.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += source.size
        if source.is_big or len(batch) == BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
