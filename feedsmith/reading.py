"""One saved file → what it gives: articles with their topics, links, pictures, remarks.

A bad file is a value, and so is a bad page of a file that holds many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from html import escape
from io import BytesIO
from itertools import islice

from feedsmith import files, parser, plugins, readers, topics, urls
from feedsmith.additions import NOTE_SUFFIX
from feedsmith.config import Config
from feedsmith.errors import (
    MissingExtraError,
    NoArticleError,
    SourceError,
    UnknownFormatError,
    UnreadableSourceError,
)
from feedsmith.model import Article, Document, Failure, Link, Notice, Parsed, Picture, Source, Topic
from feedsmith.readers.encoding import decode
from feedsmith.readers.kind import Kind
from feedsmith.text import one_line

PIECE_ARTICLES = 64  # articles of a big file that are kept in memory together
SKIPPED = (NoArticleError, UnknownFormatError, MissingExtraError)  # no failures
NOTE_KIND = "note"
LARGE_BYTES = 1_000_000  # bytes; a smaller file that finds no memory is not to blame for that
_TOO_LARGE = "cannot be read: not enough memory; leave it out, or give the run more"

Found = Parsed | Link | Failure | Notice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file gave. `digest` is that of the bytes as read, "" when they could not be.

    `kind` is the name of what the file was taken for, "" where nothing was recognised.
    Of a big file there are several; `is_last` ends them. `note` is what a note beside another file
    says.
    """

    source: Source
    digest: str = ""
    kind: str = ""
    articles: tuple[Article, ...] = ()
    topics: tuple[Topic, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Notice, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    note: str = ""
    is_last: bool = True


def parse(source: Source, config: Config, kind: Kind | None = None) -> Iterator[Found]:
    """Yield what a saved file holds, articles with how each field was found; no topics yet.

    What goes wrong with one page of a file that holds many is a value; the next one goes on.

    Args:
        source: the file.
        config: the whole configuration.
        kind: what `kind_of` found; None asks it.

    Raises:
        SourceError: unreadable, of no known kind, damaged, or one page without any article.
    """
    for found in readers.read(source, kind or kind_of(source)):
        if not isinstance(found, Document):
            yield found
            if isinstance(found, Link) and config.input.links == "entry":
                yield _linked(found, config)
        elif not found.part:
            yield parser.parse(found, config)
        else:
            yield _parsed(found, config)


def kind_of(source: Source) -> Kind:
    """Return the kind of a file: one of ours, or of a reader that was installed beside feedsmith.

    Raises:
        UnknownFormatError: it is of none.
        PluginError: such a reader is broken.
    """
    others = plugins.kinds()
    kinds = (*readers.SURE, *others, *readers.BASIC) if others else readers.KINDS
    return readers.detect(source, kinds)


def _linked(link: Link, config: Config) -> Parsed:
    """Return the article that stands for an address of which nothing was saved.

    It has no text, so that any copy that has some is the better one.
    """
    title = one_line(link.title or "") or urls.host(link.url)
    said = one_line(link.summary or "")
    document = Document(
        "html",
        f"<p>{escape(said or title, quote=False)}</p>",
        part=link.part or link.url,
        url=link.url,
        saved=link.saved,
        hints=replace(link.hints, title=title, tags=link.tags),
        wrapper="link",
        is_fragment=True,
        is_edited=True,
        note=link.note,
    )
    article = parser.parse(document, config).article
    return Parsed(replace(article, text="", html=article.html if said else "", summary=said))


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
        source: the file, whose bytes are read once, or a span of an archive.
        config: the whole configuration.
        known: its compiled topics, see `catalog`.
    """
    if source.span:
        empty = Outcome(source, source.span.digest, source.span.kind, is_last=False)
        return _filled(empty, _guarded(source, config, None), known)
    try:
        data = source.read()
    except SourceError as error:
        return Outcome(source, failures=(_failure(source, error),))
    empty = Outcome(source, files.digest(data))
    if source.relative.endswith(NOTE_SUFFIX):
        return replace(empty, kind=NOTE_KIND, note=decode(data))
    kind, found = _found(replace(source, opener=partial(BytesIO, data)), config)
    return _filled(replace(empty, kind=kind), found, known)


def pieces(source: Source, config: Config, known: topics.Catalog) -> Iterator[Outcome]:
    """Yield what a file gives, a big one piece by piece; the last piece says that it is it."""
    if not source.is_big:
        yield outcome(source, config, known)
        return
    empty = Outcome(source, is_last=False)
    try:
        if not kind_of(source).streams:
            source.read()  # which says that it is too big
        with source.open() as stream:
            empty = replace(empty, digest=files.fingerprint(stream))
        kind, found = _found(source, config)
    except (SourceError, OSError) as error:
        kind, found = "", iter((_told(source, error),))
    while piece := tuple(islice(found, PIECE_ARTICLES)):
        yield _filled(replace(empty, kind=kind), piece, known)
    yield replace(empty, kind=kind, is_last=True)


@lru_cache(maxsize=4)
def catalog(config: Config) -> topics.Catalog:
    """Return the compiled topics of a configuration.

    Raises:
        ConfigError: two topics collide, a parent is unknown, a rule cannot be read.
    """
    return topics.compile_topics(config)


def with_topics(article: Article, known: topics.Catalog) -> tuple[Article, tuple[Topic, ...]]:
    """Return the article with the slugs of its topics and why it has them, and the topics.

    `path` of the article is its path below the walked folder: rules and folder names look at it.
    """
    found = topics.assign(article, known)
    return replace(article, topics=tuple(t.slug for t in found.topics), why=found.why), found.topics


def _filled(empty: Outcome, found: Iterable[Found], known: topics.Catalog) -> Outcome:
    """Return an outcome with what was found of its source."""
    source = empty.source
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
    return replace(
        empty, articles=tuple(articles), topics=tuple(named), failures=tuple(failures),
        notices=tuple(notices), links=tuple(links), pictures=tuple(pictures),
    )  # fmt: skip


def _found(source: Source, config: Config) -> tuple[str, Iterator[Found]]:
    """Return the name of a source's kind, and all that it holds."""
    try:
        kind = kind_of(source)
    except Exception as error:  # noqa: BLE001 (see _guarded)
        return "", iter((_told(source, error),))
    return kind.name, _guarded(source, config, kind)


def _guarded(source: Source, config: Config, kind: Kind | None) -> Iterator[Found]:
    """Yield what a source holds; what ends the reading is the last value."""
    try:
        yield from parse(source, config, kind)
    except Exception as error:  # noqa: BLE001 (a bug met in one file must not end years of cron runs)
        yield _told(source, error)


def _told(source: Source, error: Exception) -> Failure | Notice:
    if isinstance(error, SKIPPED):
        return Notice(source.path, type(error).__name__, str(error))
    return _failure(source, error)


def _failure(source: Source, error: Exception) -> Failure:
    if isinstance(error, SourceError):
        return Failure(source.path, type(error).__name__, str(error))
    if isinstance(error, OSError) and error.errno:
        if not source.is_big:
            raise error  # its bytes were read before; the disk refused something of ours
        reason = f"cannot be read: {error.strerror}; check the disk"
        return Failure(source.path, UnreadableSourceError.__name__, reason)
    if isinstance(error, MemoryError):
        if source.size < LARGE_BYTES:
            raise error  # the machine is short of it, whatever the file
        return Failure(source.path, UnreadableSourceError.__name__, _TOO_LARGE)
    return _bug(source, error)


def _bug(source: Source, error: Exception) -> Failure:
    import traceback  # noqa: PLC0415 (5 ms, and no run ought to need it)

    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
    return Failure(
        source.path,
        type(error).__name__,
        f"a bug of feedsmith at {place} ({error}); the file is left out, please report it",
    )
