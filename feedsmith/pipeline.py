"""Many saved files through the workers of a run.

The unit of work is a batch of sources handed to a module-level function; arguments and results
pickle, so workers of any kind may carry them. Results come back in the order of the sources,
whoever finishes first. A batch whose worker is lost is given out once more, then file by file, so
that the file that kills its worker costs one line and the others go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from feedsmith.config import Config
from feedsmith.errors import WorkerLostError
from feedsmith.executors import Crew
from feedsmith.model import Failure, Source
from feedsmith.reading import Outcome, catalog, outcome, pieces
from feedsmith.splitting import SPLIT_BYTES, Split, apart, looked_into, split

if TYPE_CHECKING:  # only a pool pays for it
    from concurrent.futures import Future

BATCH_BYTES = 16_000_000  # bytes of files; pages with pictures are 1 to 20 MB
BATCH_FILES = 64  # files; below 32 the hand-over between processes costs more than the work
_AHEAD = 4  # batches in flight for each worker
_LOST = "the worker that read it was lost (out of memory?); read it alone with 'feedsmith parse'"


class _Batch(NamedTuple):
    """Sources that were handed out together."""

    sources: list[Source]
    future: Future[list[Outcome]]


def outcomes(
    sources: Iterable[Source], config: Config, crew: Crew | None = None
) -> Iterator[Outcome]:
    """Yield the outcome of each source, in their order; a big one has several.

    Args:
        sources: references; their bytes are read where the work is done.
        config: the whole configuration.
        crew: who does the work; None, or too few files to hand out, does it here.
    """
    remaining = iter(sources)
    first = list(islice(remaining, BATCH_FILES))
    if crew is None or (len(first) < BATCH_FILES and sum(s.size for s in first) < SPLIT_BYTES):
        for source in chain(first, remaining):
            yield from _here(source, config)
    else:
        yield from _handed_out(chain(first, remaining), config, crew)


def _here(source: Source, config: Config) -> Iterator[Outcome]:
    """Yield the outcomes of a source, read in this process."""
    known = catalog(config)
    found = split(source)
    if found is None:
        yield from pieces(source, config, known)
        return
    for span in found.spans:
        yield outcome(span, config, known)
    yield found.ending


def _handed_out(sources: Iterable[Source], config: Config, crew: Crew) -> Iterator[Outcome]:
    waiting: deque[_Batch | Iterable[Outcome]] = deque()
    ahead = _AHEAD * crew.width
    for job in _jobs(sources, config, crew):
        if isinstance(job, list):
            waiting.append(_Batch(job, crew.submit(work, job, config)))
        else:
            waiting.append(job)
        while len(waiting) >= ahead:
            yield from _taken(waiting.popleft(), config, crew)
    while waiting:
        yield from _taken(waiting.popleft(), config, crew)


def _jobs(
    sources: Iterable[Source], config: Config, crew: Crew
) -> Iterator[list[Source] | Iterator[Outcome]]:
    """Yield batches to hand out and, as iterators, what is done or kept here; in order."""
    looked = groupby(_looked_into(sources, crew), key=lambda pair: pair[0].is_big or bool(pair[1]))
    for is_big, group in looked:
        if not is_big:
            yield from _batched(source for source, _ in group)
            continue
        for source, found in group:
            if found is None:
                yield pieces(source, config, catalog(config))
                continue
            for span in found.spans:
                yield [span]
            yield iter((found.ending,))


def _looked_into(sources: Iterable[Source], crew: Crew) -> Iterator[tuple[Source, Split | None]]:
    """Yield each source, with its spans if it is an archive; workers find them some files ahead."""
    waiting: deque[tuple[Source, Future[list[Split]] | None]] = deque()
    for source in sources:
        future = crew.submit(looked_into, source) if source.size >= SPLIT_BYTES else None
        waiting.append((source, future))
        while waiting and (waiting[0][1] is None or len(waiting) > crew.width):
            yield _looked(*waiting.popleft(), crew)
    for source, future in waiting:
        yield _looked(source, future, crew)


def _looked(
    source: Source, future: Future[list[Split]] | None, crew: Crew
) -> tuple[Source, Split | None]:
    if future is None:
        return source, None
    found = crew.result(future)
    if found is None:
        found = crew.once(looked_into, source)
    if found is None:
        return source, Split((), _lost(source))
    return source, found[0] if found else None


def work(batch: Sequence[Source], config: Config) -> list[Outcome]:
    """Return the outcomes of a batch; the one function that other processes run."""
    known = catalog(config)
    return [outcome(source, config, known) for source in batch]


def _taken(waiting: _Batch | Iterable[Outcome], config: Config, crew: Crew) -> Iterable[Outcome]:
    """Return what a batch gave, or what is done here gives as it is asked for."""
    if not isinstance(waiting, _Batch):
        return waiting
    found: list[Outcome] | None = crew.result(waiting.future)
    return found if found is not None else _again(waiting.sources, config, crew)


def _again(batch: list[Source], config: Config, crew: Crew) -> Iterator[Outcome]:
    """Yield the outcomes of a batch whose worker was lost: in one go, else one by one."""
    found: list[Outcome] | None = crew.once(work, batch, config)
    if found is not None:
        yield from found
        return
    for source in chain.from_iterable(map(apart, batch)):
        yield from crew.once(work, [source], config) or [_lost(source)]


def _lost(source: Source) -> Outcome:
    failure = Failure(source.path, WorkerLostError.__name__, _LOST)
    return Outcome(source, failures=(failure,), is_last=source.span is None)


def _batched(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Yield the sources in batches for one worker each."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        if batch and size + source.size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += source.size
        if len(batch) == BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
