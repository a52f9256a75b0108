"""One saved file → articles, and many files through an executor; a bad file is a value.

The unit of work is a batch of sources handed to a module-level function; arguments and results
pickle, so threads of control of any kind may carry them. Results come back in the order of the
sources, whoever finishes first.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from feedsmith import files, parser, readers, topics
from feedsmith.config import Config
from feedsmith.errors import NoArticleError, SourceError, UnknownFormatError
from feedsmith.model import Article, Failure, Notice, Parsed, Source, Topic

if TYPE_CHECKING:  # only a pool pays for it
    from concurrent.futures import Executor, Future

BATCH_FILES = 64  # files; below 32 the hand-over between processes costs more than the work
POOL_FROM_FILES = 200  # files; a pool of processes costs 0.05 to 0.2 s before its first result
_AHEAD = 4  # batches in flight for each process


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file gave. `digest` is that of the bytes as read, "" when they could not be."""

    source: Source
    digest: str = ""
    articles: tuple[Article, ...] = ()
    topics: tuple[Topic, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Notice, ...] = ()


def parse(source: Source, config: Config) -> tuple[Parsed, ...]:
    """Return every article of a saved file, with how each field was found; no topics yet.

    Raises:
        SourceError: unreadable, of no known kind, damaged, or without any article.
    """
    return tuple(parser.parse(document, config) for document in readers.read(source))


def outcome(source: Source, config: Config, known: topics.Catalog) -> Outcome:
    """Return what one file gives, failures as values; articles have their topics.

    Args:
        source: the file; its bytes are read once.
        config: the whole configuration.
        known: its compiled topics, see `catalog`.
    """
    digest = ""
    try:
        data = source.read()
        digest = files.digest(data)
        found = parse(replace(source, opener=partial(BytesIO, data)), config)
    except (NoArticleError, UnknownFormatError) as error:
        notice = Notice(source.path, type(error).__name__, str(error))
        return Outcome(source, digest, notices=(notice,))
    except SourceError as error:
        failure = Failure(source.path, type(error).__name__, str(error))
        return Outcome(source, digest, failures=(failure,))
    except Exception as error:  # noqa: BLE001 (a bug met in one file must not end years of cron runs)
        return Outcome(source, digest, failures=(_bug(source, error),))
    return _outcome(source, digest, found, known)


def outcomes(
    sources: Iterable[Source], config: Config, executor: Executor | None = None
) -> Iterator[Outcome]:
    """Yield the outcome of each source, in their order.

    Args:
        sources: references; their bytes are read where the work is done.
        config: the whole configuration.
        executor: anything with `submit`; None does the work here.
    """
    if executor is None:
        known = catalog(config)
        for source in sources:
            yield outcome(source, config, known)
        return
    waiting: list[Future[list[Outcome]]] = []
    ahead = _AHEAD * processors()
    batches = _batched(sources, BATCH_FILES)
    for batch in batches:
        waiting.append(executor.submit(work, batch, config))
        if len(waiting) >= ahead:
            yield from waiting.pop(0).result()
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
    source: Source, digest: str, found: Iterable[Parsed], known: topics.Catalog
) -> Outcome:
    articles: list[Article] = []
    named: list[Topic] = []
    notices: list[Notice] = []
    for parsed in found:
        article, its_topics = with_topics(replace(parsed.article, path=source.relative), known)
        articles.append(article)
        named += its_topics
        notices += [replace(notice, path=source.path) for notice in parsed.notices]
    return Outcome(source, digest, tuple(articles), tuple(named), notices=tuple(notices))


def _bug(source: Source, error: Exception) -> Failure:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return Failure(
        source.path,
        type(error).__name__,
        f"a bug of feedsmith at {place} ({error}); the file is left out, please report it",
    )


def _batched(sources: Iterable[Source], size: int) -> Iterator[list[Source]]:
    rest = iter(sources)
    while batch := list(islice(rest, size)):
        yield batch
