"""One saved file → articles, and many files through an executor; a bad file is a value.

The unit of work is a batch of sources handed to a module-level function; arguments and results
pickle, so threads of control of any kind may carry them. Results come back in the order of the
sources, whoever finishes first.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from io import BytesIO
from itertools import islice

from feedsmith import files, parser, readers, topics
from feedsmith.config import Config
from feedsmith.errors import MissingExtraError, NoArticleError, SourceError, UnknownFormatError
from feedsmith.model import Article, Document, Failure, Link, Notice, Parsed, Picture, Source, Topic

PIECE_ARTICLES = 64  # articles of a big file that are kept in memory together
BATCH_BYTES = 16_000_000  # bytes of files; pages with pictures are 1 to 20 MB
BATCH_FILES = 64  # files; below 32 the hand-over between processes costs more than the work
POOL_FROM_FILES = 200  # files; a pool of processes costs 0.05 to 0.2 s before its first result
SKIPPED = (NoArticleError, UnknownFormatError, MissingExtraError)  # no failures
_AHEAD = 4  # batches in flight for each process


Found = Parsed | Link | Failure | Notice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file gave. `digest` is that of the bytes as read, "" when they could not be.

    Of a big file there are several; `is_last` ends them.
    """

    source: Source
    digest: str = ""
    articles: tuple[Article, ...] = ()
    topics: tuple[Topic, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Notice, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    is_last: bool = True


def parse(source: Source, config: Config) -> Iterator[Found]:
    """Yield what a saved file holds, articles with how each field was found; no topics yet.

    What goes wrong with one page of a file that holds many is a value; the next one goes on.

    Raises:
        SourceError: unreadable, of no known kind, damaged, or one page without any article.
    """
    for found in readers.read(source):
        if not isinstance(found, Document):
            yield found
        elif not found.part:
            yield parser.parse(found, config)
        else:
            yield _parsed(found, config)


def _parsed(document: Document, config: Config) -> Parsed | Failure | Notice:
    """Return the article of one page of many, or why there is none."""
    try:
        return parser.parse(document, config)
    except SKIPPED as error:
        return Notice("", type(error).__name__, f"{document.part}: {error}")
    except SourceError as error:
        return Failure("", type(error).__name__, f"{document.part}: {error}")


def outcome(source: Source, config: Config, known: topics.Catalog) -> Outcome:
    """Return what one file gives, failures as values; articles have their topics.

    Args:
        source: the file; its bytes are read once.
        config: the whole configuration.
        known: its compiled topics, see `catalog`.
    """
    try:
        data = source.read()
    except SourceError as error:
        return Outcome(source, failures=(_failure(source, error),))
    whole = replace(source, opener=partial(BytesIO, data))
    return _outcome(source, files.digest(data), _found(whole, config), known)


def pieces(source: Source, config: Config, known: topics.Catalog) -> Iterator[Outcome]:
    """Yield what a file gives, a big one piece by piece; the last piece says that it is it."""
    if not source.is_big:
        yield outcome(source, config, known)
        return
    digest, waiting = "", _found(source, config)
    try:
        if not readers.detect(readers.probe_of(source)).streams:
            source.read()  # which says that it is too big
        with source.open() as stream:
            digest = files.fingerprint(stream)
    except (SourceError, OSError) as error:
        waiting = iter((_told(source, error),))
    while piece := tuple(islice(waiting, PIECE_ARTICLES)):
        yield replace(_outcome(source, digest, piece, known), is_last=False)
    yield Outcome(source, digest)


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
    for batch in _batched(sources):
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

    return partial(_ready_pool, ProcessPoolExecutor, wanted)


def _ready_pool(make: Callable[..., Executor], workers: int) -> Executor:
    """Return a pool whose processes, where they are forked, need not load what they all need."""
    parser.preload()
    return make(max_workers=workers)


def processors() -> int:
    """Return the number of processors this run may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=4)
def catalog(config: Config) -> topics.Catalog:
    """Return the compiled topics of a configuration.

    Raises:
        ConfigError: two topics collide, a parent is unknown, a rule cannot be read.
    """
    return topics.compile_topics(config)


def with_topics(article: Article, known: topics.Catalog) -> tuple[Article, tuple[Topic, ...]]:
    """Return the article with the slugs of its topics, and the topics themselves.

    `path` of the article is its path below the walked folder: rules and folder names look at it.
    """
    named = topics.assign(article, known).topics
    return replace(article, topics=tuple([topic.slug for topic in named])), named


def _outcome(
    source: Source,
    digest: str,
    found: Iterable[Found],
    known: topics.Catalog,
) -> Outcome:
    articles: list[Article] = []
    named: list[Topic] = []
    notices: list[Notice] = []
    failures: list[Failure] = []
    links: list[Link] = []
    pictures: list[Picture] = []
    for one in found:
        if isinstance(one, Parsed):
            article, its_topics = with_topics(replace(one.article, path=source.relative), known)
            articles.append(article)
            named += its_topics
            pictures += one.pictures
            notices += [replace(notice, path=source.path) for notice in one.notices]
        elif isinstance(one, Link):
            links.append(one)
        elif isinstance(one, Notice):
            notices.append(replace(one, path=source.path))
        else:
            failures.append(replace(one, path=source.path))
    return Outcome(
        source, digest, tuple(articles), tuple(named), tuple(failures), tuple(notices),
        tuple(links), tuple(pictures),
    )  # fmt: skip


def _found(source: Source, config: Config) -> Iterator[Found]:
    """Yield what a source holds; what ends the reading is the last value."""
    try:
        yield from parse(source, config)
    except Exception as error:  # noqa: BLE001 (a bug met in one file must not end years of cron runs)
        yield _told(source, error)


def _told(source: Source, error: Exception) -> Failure | Notice:
    if isinstance(error, SKIPPED):
        return Notice(source.path, type(error).__name__, str(error))
    return _failure(source, error)


def _failure(source: Source, error: Exception) -> Failure:
    if isinstance(error, SourceError):
        return Failure(source.path, type(error).__name__, str(error))
    return _bug(source, error)


def _bug(source: Source, error: Exception) -> Failure:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return Failure(
        source.path,
        type(error).__name__,
        f"a bug of feedsmith at {place} ({error}); the file is left out, please report it",
    )


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
