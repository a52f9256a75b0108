"""Publishes a wide build: the feeds of the newest, the archive pages that workers made, pictures.

The feeds are made by the code of every build, from a cache that holds nothing but what they show.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import NamedTuple

from feedsmith import assembly, reading, serial, tombstones
from feedsmith.builder import feeds_among
from feedsmith.cache import ArticleRow, Cache, FileRow, open_cache
from feedsmith.crews import Crew
from feedsmith.inventory import Kind
from feedsmith.manifest import open_manifest
from feedsmith.output import Output
from feedsmith.pictures import FOLDER
from feedsmith.project import Project, after_build
from feedsmith.shelf import Shelf
from feedsmith.staging import staged
from feedsmith.wide import periods, settling, shards
from feedsmith.wide.merge import Tops
from feedsmith.wide.months import Hands, MonthlyFiles, MovingStage, calendar_of
from feedsmith.wide.settling import Part, Run
from feedsmith.wide.shards import Remark, TopicRow

_TABLES = ("folders", "files", "articles", "media", "lent", "remarks", "topics")


class Said(NamedTuple):
    """The topics that there are besides the configured ones, and what is said of the files.

    `removed` is what the user took out, `met` when the last article was met.
    """

    topics: Sequence[TopicRow]
    remarks: Sequence[Remark]
    removed: Sequence[tombstones.Row]
    met: str


class Published(NamedTuple):
    """Topics, whether anything changed, and what went wrong afterwards ("" for nothing)."""

    topics: int
    changed: bool
    hook: str


def publish(
    project: Project,
    run: Run,
    parts: Sequence[Part],
    found: tuple[Tops, Said],
    crew: Crew | None,
) -> Published:
    """Publish, let what was learnt take its place, and run the user's own command.

    Raises:
        FeedsmithError: nothing was published; see assembly.build.
    """
    tops, said = found
    cache, _ = open_cache(project.state.cache)
    manifest, _ = open_manifest(project.state.manifest)
    names = parts[0].next if len(parts) == 1 else project.state.ledger
    with (
        closing(cache), closing(manifest), assembly.opened_ledger(names) as ledger,
        staged(project.out, manifest, MovingStage) as stage, _swept(run.depot.folder),
    ):  # fmt: skip
        name = ledger.name("feeds", f"{run.config.feed.title}|{tops.first}")
        if len(parts) > 1:
            tombstones.mirror(ledger, said.removed, said.met)
        cache.begin()
        _fill(cache, run.depot.folder, tops, said)
        catalog = reading.catalog(run.config)
        output = _Newest(run.config, catalog, cache, ledger, stage, project.templates)
        output.lead(tops, Hands(parts, run.depot.folder, name, crew))
        changed = output.publish(crew)
        ledger.commit()
        for key in ("parse_key", "fingerprint", "summary"):  # the next build begins anew
            cache.set_meta(key, "")
        cache.commit()
        feeds = tuple(feeds_among(stage.put_in()))
    for part in parts:
        settling.publish_part(part)
    hook = after_build(project, feeds) if changed else ""
    return Published(output.number_of_topics, changed, hook)


@contextmanager
def _swept(folder: str) -> Iterator[None]:
    """Let no page that waits for being published be left beside the shards."""
    pages = os.path.join(folder, periods.PAGES)
    shutil.rmtree(pages, ignore_errors=True)
    try:
        yield
    finally:
        shutil.rmtree(pages, ignore_errors=True)


class _Counted(Shelf):
    """Entries that are the newest of more than the cache holds."""

    tops = Tops()

    def totals(self) -> dict[str | None, int]:
        """Return the number of entries of each topic, and of the feed of all (None)."""
        topics = {topic for counts in self.tops.totals.values() for topic in counts}
        return {topic or None: self.tops.total(topic) for topic in topics}


class _Newest(Output):
    """The files of feeds whose entries are the newest of more than the cache holds."""

    def lead(self, tops: Tops, hands: Hands) -> None:
        """Take the numbers of entries from the tops, archives and pictures from the workers."""
        shelf = _Counted(self._cache, self._config.feed.all_excludes)
        shelf.tops = tops
        self._shelf = shelf
        calendar = calendar_of(self._cache, hands, self._config)
        self._feeds = MonthlyFiles(
            self._config, self._cache, self._stage, self._files, self._maker,
            calendar=calendar, hands=hands,
        )  # fmt: skip
        shown = {name for name, _ in self._cache.media()} | calendar.pictures
        self._take_pictures({FOLDER + name: name for name in shown}, hands.folder)

    def _take_pictures(self, shown: Mapping[str, str], folder: str) -> None:
        """Take pictures from beside the shards into the set, and no others."""
        for place in sorted(shown):
            is_new = self._files.is_new(Kind.PICTURE, place, shown[place])
            if is_new and not self._stage.holds(place):
                with open(os.path.join(folder, place), "rb") as stream:
                    self._stage.put(place, stream.read())
        self._files.forget_where(Kind.PICTURE, lambda place: place not in shown)


def _fill(cache: Cache, folder: str, tops: Tops, said: Said) -> None:
    """Put what the feeds show into an emptied cache, and what is to be said of the files."""
    for table in _TABLES:
        cache.db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
    cache.db.executemany(
        "INSERT INTO topics VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", said.topics
    )
    for path, failed, kind, message, when in said.remarks:
        cache.db.execute("INSERT INTO remarks VALUES (?, ?, ?, ?)", (path, failed, kind, message))
        cache.put_files([FileRow(path, "", when * 10**9, 0, 0, "")] if when else ())
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
