"""Leads a wide build: shelve every batch, settle every part, merge the newest, publish the feeds.

The feeds are made by the code of every build, from a cache that holds nothing but what they show.
Nothing of what a run learnt takes its place before the feeds are published.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from glob import glob
from typing import Any, NamedTuple

from feedsmith import __version__, assembly, executors, files, guard, lessons, reading, scan, serial
from feedsmith.additions import parse_corrections
from feedsmith.builder.feeds import ENTRY_OVERHEAD_BYTES
from feedsmith.cache import ArticleRow, Cache, FileRow, open_cache
from feedsmith.config import Config
from feedsmith.crews import Crew, Work, in_order
from feedsmith.errors import ConfigError, OutputError
from feedsmith.manifest import open_manifest
from feedsmith.model import Picture, Source
from feedsmith.output import Output
from feedsmith.pictures import FOLDER
from feedsmith.project import Project, scan_request
from feedsmith.shelf import Shelf
from feedsmith.staging import staged
from feedsmith.state import check_owner, locked
from feedsmith.wide import batches, merge, settling, shards
from feedsmith.wide.batches import Depot, Shelved
from feedsmith.wide.merge import Limits, Tops
from feedsmith.wide.settling import Part, Settled

FAN_IN = 16  # tops that one worker merges; 256 parts are merged in two rounds
MOST_PARTS = 4096
_TABLES = ("folders", "files", "articles", "media", "lent", "remarks", "topics")


class Gathered(NamedTuple):
    """What a wide build came to; `remarks` are (path, failed, kind, message)."""

    articles: int
    topics: int
    changed: bool
    batches: int
    remarks: tuple[tuple[str, bool, str, str], ...]


class Request(NamedTuple):
    """What to gather: `folder` of the shards, `parts` of the ledger."""

    project: Project
    folder: str
    parts: int
    allow_shrink: bool
    now: datetime


def gather(
    request: Request, progress: Callable[[Iterable[Shelved]], Iterable[Shelved]] = iter
) -> Gathered:
    """Bring the shards and the feeds up to date.

    Raises:
        ConfigError: a package is missing, or the project asks for what only `build` can do.
        FeedsmithError: nothing was published; see assembly.build.
    """
    project = _checked(request)
    config = lessons.taught(project.config, project.base)
    config = replace(
        config,
        feed=replace(config.feed, archives=False),
        output=replace(config.output, pages=False),
    )
    key = assembly.parse_key(config, __version__)
    depot = Depot(
        os.path.realpath(request.folder), project.base,
        scan.digest_of([key, assembly.topics_key(config)]), key[:16],
    )  # fmt: skip
    with locked(project.state):
        check_owner(project.state, project.out)
        sources = _sources(project, depot.folder)
        with executors.crew_for(config.run, executors.POOL_FROM_FILES) or nullcontext() as crew:
            shelved = tuple(progress(batches.shelve_all(sources, config, depot, crew)))
            run = settling.Run(
                config, depot, tuple(one.key for one in shelved if one.key), request.now,
                parse_corrections(project.corrections),
            )  # fmt: skip
            parts = _parts(request)
            settled = list(_each(crew, partial(settling.settle, run=run), parts))
            _guard(request, settled)
            limits = _limits(settled, config)
            tops = _top(crew, parts, limits)
        topics, changed = _published(request, run, tops, shelved)
    articles = sum(one.articles for one in settled)
    remarks = tuple(said[:4] for one in shelved for said in one.remarks)
    return Gathered(articles, topics, changed, len(run.keys), remarks)


def _checked(request: Request) -> Project:
    project = request.project
    shards.check_installed()
    if not project.roots:
        raise ConfigError("no input: name a folder, or set [input] paths in config.toml")
    if not 1 <= request.parts <= MOST_PARTS:
        raise ConfigError(f"--parts: expected 1 to {MOST_PARTS}, got {request.parts}")
    _check_config(project)
    for path in glob(glob_of(project, "*")):
        if path not in {part.path for part in _parts(request)} and path.endswith(".sqlite3"):
            raise ConfigError(
                f"{path}: the ledger has another number of parts; give the same --parts, or move "
                "these files away to derive all ids anew"
            )
    return project


def _check_config(project: Project) -> None:
    """Refuse what only a build can do."""
    if project.trees:
        raise ConfigError("[[tree]]: only 'feedsmith build' makes further trees; take them out")
    if project.config.feed.stories:
        raise ConfigError("[feed] stories: only 'feedsmith build' looks for them; take it out")
    for topic in project.config.topic:
        if topic.digest:
            raise ConfigError(
                f"topic {topic.title!r}: only 'feedsmith build' makes digests; take this one out"
            )


def glob_of(project: Project, number: str) -> str:
    """Return the pattern of the parts of a ledger that has several."""
    return os.path.join(project.state.folder, f"ledger-{number}-of-*.sqlite3")


def _parts(request: Request) -> list[Part]:
    """Return the parts of the ledger; one alone is the ledger of every build."""
    state, of = request.project.state, request.parts
    if of == 1:
        return [Part(0, 1, state.ledger)]
    names = (f"ledger-{number:04}-of-{of:04}.sqlite3" for number in range(of))
    return [Part(n, of, os.path.join(state.folder, name)) for n, name in enumerate(names)]


def _sources(project: Project, folder: str) -> Iterator[Source]:
    """Yield the files in the order of their stored paths, as a build takes them."""
    walked = scan_request(project)
    walked = walked._replace(skip=(*walked.skip, folder))
    found = sorted(scan.every_file(walked), key=lambda one: one.row.path)
    for one in found:
        yield files.source(
            one.path, one.relative, mtime_ns=one.row.mtime_ns, size=one.row.size,
            max_bytes=project.config.input.max_file_bytes,
        )  # fmt: skip


def _each(crew: Crew | None, call: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[Any]:
    """Yield the results of a few large items.

    Raises:
        OutputError: the worker that had one was lost each time.
    """
    if crew is None:
        return map(call, items)
    return in_order(crew, Work(call, lambda item: (item,), _refuse), items, len(items) + 1)


def _refuse(item: object) -> None:
    raise OutputError(
        f"{item}: the worker that settled it was lost three times (out of memory?); the feeds "
        "already published stay, take more --parts"
    )


def _guard(request: Request, settled: Sequence[Settled]) -> None:
    if not request.allow_shrink:
        there = sum(bool(one.articles) for one in settled)
        live, gone = sum(one.live for one in settled), sum(one.gone for one in settled)
        guard.check_numbers(there, live, gone, request.project.roots)


def _limits(settled: Iterable[Settled], config: Config) -> Limits:
    """Return how much of each topic can come into its feed (see builder.feeds.limits_of)."""
    feed = config.feed
    met = frozenset[str]().union(*(one.met for one in settled))
    most = feed.max_bytes // ENTRY_OVERHEAD_BYTES + 1
    newest = min(max(feed.limit, feed.min_entries), most)
    excluded = frozenset(feed.all_excludes)
    if not feed.keep_days or len(met) < 2:
        return Limits(newest, most, "", excluded)
    since = datetime.fromisoformat(max(met)) - timedelta(days=feed.keep_days)
    later = [seen for seen in met - {min(met)} if seen >= since.isoformat()]
    return Limits(newest, most, min(later, default=""), excluded)


def _top(crew: Crew | None, parts: Sequence[Part], limits: Limits) -> Tops:
    """Return the newest of all parts: each worker merges some, and we what they give."""
    some = [tuple(parts[start : start + FAN_IN]) for start in range(0, len(parts), FAN_IN)]
    found = _each(crew, partial(settling.tops_of_parts, limits=limits), some)
    return merge.merged_all(found, limits)


def _published(
    request: Request, run: settling.Run, tops: Tops, shelved: Sequence[Shelved]
) -> tuple[int, bool]:
    """Publish the feeds, then let what was learnt take its place; return topics, and if changed."""
    project, parts = request.project, _parts(request)
    cache, _ = open_cache(project.state.cache)
    manifest, _ = open_manifest(project.state.manifest)
    names = parts[0].next if len(parts) == 1 else project.state.ledger
    with (
        closing(cache), closing(manifest), assembly.opened_ledger(names) as ledger,
        staged(project.out, manifest) as stage,
    ):  # fmt: skip
        ledger.name("feeds", f"{run.config.feed.title}|{tops.first}")
        cache.begin()
        _fill(cache, run.depot.folder, tops, shelved)
        catalog = reading.catalog(run.config)
        output = _Newest(run.config, catalog, cache, ledger, stage, project.templates)
        output.count(tops)
        output.put_pictures(partial(_pictures, cache, run.depot.folder))
        changed = output.publish()
        ledger.commit()
        for name in ("parse_key", "fingerprint", "summary"):  # the next build begins anew
            cache.set_meta(name, "")
        cache.commit()
    for part in parts:
        settling.publish_part(part)
    return output.number_of_topics, changed


class _Counted(Shelf):
    """Entries that are the newest of more than the cache holds."""

    tops = Tops()

    def totals(self) -> dict[str | None, int]:
        """Return the number of entries of each topic, and of the feed of all (None)."""
        topics = {topic for counts in self.tops.totals.values() for topic in counts}
        return {topic or None: self.tops.total(topic) for topic in topics}


class _Newest(Output):
    """The files of feeds whose entries are the newest of more than the cache holds."""

    def count(self, tops: Tops) -> None:
        """Take the numbers of entries from here."""
        shelf = _Counted(self._cache, self._config.feed.all_excludes)
        shelf.tops = tops
        self._shelf = shelf


def _fill(cache: Cache, folder: str, tops: Tops, shelved: Sequence[Shelved]) -> None:
    """Put what the feeds show into an emptied cache, and what is to be said of the files."""
    for table in _TABLES:
        cache.db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
    for one in shelved:
        query = "INSERT INTO topics VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        cache.db.executemany(query, one.topics)
        for *remark, when in one.remarks:
            cache.db.execute("INSERT INTO remarks VALUES (?, ?, ?, ?)", remark)
            cache.put_files([FileRow(str(remark[0]), "", when * 10**9, 0, 0, "")])
    rows = {row.body: row for row in tops.rows()}
    shelf = Shelf(cache)
    wanted = {row.entry.id for row in rows.values()}
    for entry in list(shelf.newest()):
        if entry.id not in wanted:
            shelf.drop(entry.id)
    for place, body in shards.read_bodies(folder, rows):
        entry = rows[place].entry
        article = ArticleRow(
            entry.path, entry.part, entry.id, "", entry.topics, body.fields, body.html, body.text,
            body.relative, entry.digest, entry.size, entry.language,
        )  # fmt: skip
        cache.put_article(article)
        shelf.put(entry)
        names = [media.name for media in serial.from_row(article).media]
        cache.put_media(entry.path, entry.part, names)


def _pictures(cache: Cache, folder: str, path: str) -> Iterator[Picture]:
    """Yield the pictures of a file's articles, from beside the shards."""
    for (name,) in cache.db.execute("SELECT name FROM media WHERE path = ?", (path,)).fetchall():
        with open(os.path.join(folder, FOLDER, name), "rb") as stream:
            yield Picture(name, stream.read())
