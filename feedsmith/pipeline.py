"""Many saved files through the workers of a run.

The unit of work is a batch of sources handed to a module-level function; arguments and results
pickle, so workers of any kind may carry them. Results come back in the order of the sources,
whoever finishes first. A batch whose worker is lost is given out once more, then file by file, so
that the file that kills its worker costs one line and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby, islice
from typing import Literal, TypeVar

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.crews import Crew, Here, Work, in_order
from feedsmith.errors import WorkerLostError
from feedsmith.model import Failure, Source
from feedsmith.reading import Outcome, catalog, outcome, pieces
from feedsmith.splitting import SPLIT_BYTES, Split, apart, look_into, split

BATCH_BYTES = 16_000_000  # bytes of files; pages with pictures are 1 to 20 MB
BATCH_FILES = 64  # files; to hand a batch to another machine costs some ms, to parse a file 5 ms
NEAR_FILES = 16  # files for workers of this machine, 0.3 ms a batch: so all of them end together
_AHEAD = 4  # batches in flight for each worker
_NEAR_BYTES = 1_000_000  # of files whose outcomes wait in memory; sixteen dumps have 100 kB
_LOST = "the worker that read it was lost (out of memory?); read it alone with 'feedsmith parse'"

Result = TypeVar("Result")
Finish = Callable[[Outcome], Result]


def outcomes(
    sources: Iterable[Source], config: Config, crew: Crew | None = None
) -> Iterator[Outcome]:
    """Yield the outcome of each source, in their order; a big one has several."""
    return finished(sources, config, crew, _as_it_is)


def finished(
    sources: Iterable[Source], config: Config, crew: Crew | None, finish: Finish[Result]
) -> Iterator[Result]:
    """Yield what is made of the outcome of each source, in their order; a big one has several.

    Args:
        sources: references; their bytes are read where the work is done.
        config: the whole configuration.
        crew: who does the work; None, or too few files to hand out, does it here.
        finish: makes it, where the work is done: a function that pickles.
    """
    remaining = iter(sources)
    first = list(islice(remaining, BATCH_FILES))
    if crew is None or (len(first) < BATCH_FILES and sum(s.size for s in first) < SPLIT_BYTES):
        read = (one for source in chain(first, remaining) for one in _here(source, config))
        yield from map(finish, _in_turns(read))
        return
    if crew.shares_memory:
        parser.preload(set(map(_likely_kind, first)))
    yield from _handed_out(chain(first, remaining), config, crew, finish)


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


def _in_turns(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Yield outcomes, some files read before what they gave is used.

    Reading and storing need the processor's whole cache each; taking turns after each file costs a
    tenth of both.
    """
    waiting: list[Outcome] = []
    size = 0
    for one in outcomes:
        waiting.append(one)
        size += one.source.size
        if len(waiting) == NEAR_FILES or size > _NEAR_BYTES:
            yield from waiting
            waiting, size = [], 0
    yield from waiting


def _handed_out(
    sources: Iterable[Source], config: Config, crew: Crew, finish: Finish[Result]
) -> Iterator[Result]:
    call = partial(work, config=config, finish=finish)
    task = Work(call, _singles, lambda batch: list(map(finish, map(lost, batch))))
    for found in in_order(crew, task, _jobs(sources, config, crew, finish), _AHEAD * crew.width):
        yield from found


def work(batch: Sequence[Source], config: Config, finish: Finish[Result]) -> list[Result]:
    """Return what is made of the outcomes of a batch; what the workers run."""
    known = catalog(config)
    return [finish(outcome(source, config, known)) for source in batch]


def _as_it_is(outcome: Outcome) -> Outcome:
    return outcome


def looked_into(sources: Iterable[Source], crew: Crew) -> Iterator[tuple[Source, Split | None]]:
    """Yield each source, with its spans if it is an archive; workers find them some files ahead."""
    task = Work(look_into, lambda source: (source,), lambda source: (source, _lost_split(source)))
    items = (s if s.size >= SPLIT_BYTES else Here((s, None)) for s in sources)
    return in_order(crew, task, items, crew.width)


def lost(source: Source) -> Outcome:
    """Return the outcome of a source that kills its worker."""
    failure = Failure(source.path, WorkerLostError.__name__, _LOST)
    return Outcome(source, failures=(failure,), is_last=source.span is None)


def _likely_kind(source: Source) -> Literal["text", "html"]:
    return "text" if source.relative.endswith(".txt") else "html"


def _jobs(
    sources: Iterable[Source], config: Config, crew: Crew, finish: Finish[Result]
) -> Iterator[list[Source] | Here]:
    """Yield batches to hand out and, as iterators, what is done or kept here; in order."""
    looked = groupby(looked_into(sources, crew), key=lambda pair: pair[0].is_big or bool(pair[1]))
    for is_big, group in looked:
        if not is_big:
            most = NEAR_FILES if crew.shares_memory else BATCH_FILES
            yield from _batched((source for source, _ in group), most)
            continue
        for source, found in group:
            if found is None:
                yield Here(map(finish, pieces(source, config, catalog(config))))
                continue
            for span in found.spans:
                yield [span]
            yield Here((finish(found.ending),))


def _singles(batch: Iterable[Source]) -> Iterator[list[Source]]:
    for source in batch:
        for one in apart(source):
            yield [one]


def _lost_split(source: Source) -> Split:
    return Split((), lost(source))


def _batched(sources: Iterable[Source], most: int) -> Iterator[list[Source]]:
    """Yield the sources in batches of so many files at most, for one worker each."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        if batch and size + source.size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += source.size
        if len(batch) == most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
