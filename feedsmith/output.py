"""Entries → the files of out/: which are still right, which must be made, what is no longer wanted.

Each file has a key, a digest of all that its bytes depend on. A file whose key is the one it was
made under, and which still lies in out/, is left alone; its article is not even loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from feedsmith import __version__, builder, check, serial
from feedsmith.additions import amended, from_json
from feedsmith.builder import feeds, opml, pages
from feedsmith.builder.formats import OPML_NAME
from feedsmith.cache import Cache, EntryRow
from feedsmith.config import Config
from feedsmith.errors import FeedError
from feedsmith.feedmodel import Entry, Feed, FeedSummary, Site
from feedsmith.ledger import Ledger
from feedsmith.manifest import are_intact, places
from feedsmith.model import Picture, Topic
from feedsmith.pictures import FOLDER
from feedsmith.publish import Stage
from feedsmith.topics import Catalog
from feedsmith.urls import permanent_id

SHARED_ENTRIES = 1000  # entries kept while the feeds are made; some 10 kB each


class Output:
    """The set of files that one run publishes; made for one call of `publish`."""

    def __init__(
        self, config: Config, catalog: Catalog, cache: Cache, ledger: Ledger, stage: Stage
    ) -> None:
        self._config = config
        self._cache = cache
        self._ledger = ledger
        self._stage = stage
        self._topics = {topic.slug: topic for topic in _all_topics(catalog, cache)}
        self._old = _still_right(cache, stage)
        self._wanted: set[str] = set()
        self._new: dict[str, str] = {}
        self._loaded: dict[str, Entry] = {}
        self.number_of_topics = 0

    def put_pictures(self, of_file: Callable[[str], Iterable[Picture]]) -> None:
        """Take the pictures that articles show into the set.

        Args:
            of_file: gives the pictures of a file again, for those that somebody took out of out/.
        """
        lost = {
            name: path
            for name, path in self._cache.media()
            if self._is_new(FOLDER + name, name) and not self._stage.holds(FOLDER + name)
        }
        for path in dict.fromkeys(lost.values()):
            for picture in of_file(path):
                self._stage.put(FOLDER + picture.name, picture.data)
        self._wanted -= {FOLDER + name for name in lost if not self._stage.holds(FOLDER + name)}

    def publish(self) -> bool:
        """Make what has to be made and exchange the folders; say whether anything changed.

        Raises:
            FeedError: a feed would break its specification; nothing is published.
            OutputError: see publish.Stage.
        """
        rows = list(self._cache.entries())
        plans = feeds.plan_feeds(rows, self._topics.values(), self._config.feed)
        self.number_of_topics = len(plans) - 1
        formats = tuple(known.name for known in builder.FORMATS)
        chosen = tuple(name for name in formats if name in self._config.output.formats)
        site = feeds.site_of(self._config.feed, chosen, pages=self._config.output.pages)
        if site.pages:
            self._put_pages(rows, site)
        site = replace(site, language=feeds.main_language(plans[0].rows, self._config.feed))
        for plan in plans:
            self._put_feed(plan, site)
        self._put_lists(plans, site)
        changed = self._stage.publish(self._wanted)
        self._remember()
        return changed

    def _put_pages(self, rows: Sequence[EntryRow], site: Site) -> None:
        salt = _key(repr((__version__, site)))
        labels: dict[str, str] = {}
        for row in rows:
            label = labels.get(row.topics)
            if label is None:
                label = labels[row.topics] = _key(*(t.title for t in self._named(row)))
            # Three digests side by side, not hashed again: this runs once an article each build.
            if self._is_new(row.permalink, f"{salt}{row.digest}{label}"):
                page = pages.article_page(self._entry(row), site, self._named(row))
                self._stage.put(row.permalink, page)

    def _named(self, row: EntryRow) -> list[Topic]:
        return [self._topics[slug] for slug in row.topics.split() if slug in self._topics]

    def _put_feed(self, plan: feeds.Plan, site: Site) -> None:
        titles = {slug: topic.title for slug, topic in self._topics.items()}
        identifier = self._feed_id(plan.topic)
        key = plan.key(repr((__version__, site, identifier)), titles)
        names = _file_names(site, plan.topic)
        new = [name for name in names if self._is_new(plan.folder + name, key)]
        if not new:
            return
        files = builder.write_feed(self._feed(plan, site, identifier))
        for data, path in {data: path for path, data in files.items()}.items():  # copies once
            problems = check.check_well_formed(data, path.rsplit("/", 1)[-1])
            if problems:
                raise FeedError(f"{path}: {problems[0]}; nothing is published, please report it")
        for path, data in files.items():
            self._stage.put(path, data)

    def _put_lists(self, plans: Sequence[feeds.Plan], site: Site) -> None:
        summaries = [_summary(plan, site) for plan in plans]
        newest = [row.digest for row in plans[0].rows if isinstance(row, EntryRow)]
        key = _key(repr((__version__, site, summaries)), *newest)
        if self._is_new(OPML_NAME, key):
            self._stage.put(OPML_NAME, opml.write(site, summaries))
        if self._is_new(pages.INDEX_NAME, key):
            rows = [row for row in plans[0].rows if isinstance(row, EntryRow)]
            lines = [pages.summary_of(self._shared(row)) for row in rows]
            self._stage.put(pages.INDEX_NAME, pages.index_page(site, summaries, lines))

    def _is_new(self, path: str, key: str) -> bool:
        """Note the file as wanted; say whether it has to be made."""
        self._wanted.add(path)
        if self._old.get(path) == key:
            return False
        self._new[path] = key
        return True

    def _entry(self, row: EntryRow) -> Entry:
        stored = self._cache.article(row.path, row.part)
        if stored.topics != row.topics:  # other copies have a say in the topics
            stored = stored._replace(topics=row.topics)
        return Entry(
            id=row.id,
            permalink=row.permalink,
            published=datetime.fromisoformat(row.published),
            updated=datetime.fromisoformat(row.updated),
            article=amended(serial.from_row(stored), from_json(row.additions)),
        )

    def _shared(self, row: EntryRow) -> Entry:
        """Return an entry that several feeds are likely to hold, loading it once."""
        if len(self._loaded) > SHARED_ENTRIES:
            self._loaded.clear()
        if row.id not in self._loaded:
            self._loaded[row.id] = self._entry(row)
        return self._loaded[row.id]

    def _feed(self, plan: feeds.Plan, site: Site, identifier: str) -> Feed:
        topic = plan.topic
        entries = tuple(self._shared(row) for row in plan.rows if isinstance(row, EntryRow))
        named = sorted({slug for entry in entries for slug in entry.article.topics})
        return Feed(
            id=identifier,
            title=f"{topic.title} · {site.title}" if topic else site.title,
            subtitle=topic.description if topic else site.subtitle,
            folder=plan.folder,
            language=feeds.main_language(plan.rows, self._config.feed),
            updated=plan.updated,
            entries=entries,
            site=site,
            topics=tuple(self._topics[slug] for slug in named if slug in self._topics),
            topic=topic,
            total=plan.total,
        )

    def _feed_id(self, topic: Topic | None) -> str:
        """Return the feed's id, from a name minted once, never from an address."""
        name = self._config.feed.id or self._ledger.name("feeds", self._first_name())
        if topic is None:
            return self._config.feed.id or permanent_id(f"feed:{name}:")
        return permanent_id(f"feed:{name}:{topic.slug}")

    def _first_name(self) -> str:
        oldest = self._cache.db.execute("SELECT min(id) FROM entries").fetchone()[0]
        return f"{self._config.feed.title}|{oldest}"

    def _remember(self) -> None:
        """Store what each file was made from, and how out/ looks now."""
        stored = {row[0] for row in self._cache.db.execute("SELECT path FROM outputs")}
        gone = [(path,) for path in stored - self._wanted]
        self._cache.db.executemany("DELETE FROM outputs WHERE path = ?", gone)
        self._cache.db.executemany("REPLACE INTO outputs VALUES (?, ?)", sorted(self._new.items()))
        self._cache.db.execute("DELETE FROM places")
        self._cache.db.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?)", places(self._stage.out, self._wanted)
        )


def _all_topics(catalog: Catalog, cache: Cache) -> Iterator[Topic]:
    """Yield the topics of the configuration, then those that folders gave, by slug."""
    yield from catalog.topics
    known = {topic.slug for topic in catalog.topics}
    rows = cache.db.execute("SELECT * FROM topics ORDER BY slug")
    for slug, title, description, parent, declared in rows:
        if slug not in known:
            yield Topic(slug, title, description, parent, bool(declared))


def _still_right(cache: Cache, stage: Stage) -> dict[str, str]:
    """Return the keys of the files that still lie in out/ as they were published."""
    keys: dict[str, str] = dict(cache.db.execute("SELECT path, key FROM outputs"))
    if are_intact(stage.out, cache.db.execute("SELECT * FROM places")):
        return keys
    return {path: key for path, key in keys.items() if _lies_there(stage, path)}


def _lies_there(stage: Stage, path: str) -> bool:
    return stage.is_current(path, stage.owned.get(path, ""))


def _file_names(site: Site, topic: Topic | None) -> list[str]:
    names = [n for known in builder.FORMATS if known.name in site.formats for n in known.file_names]
    return names + ([pages.INDEX_NAME] if topic and site.pages else [])


def _summary(plan: feeds.Plan, site: Site) -> FeedSummary:
    topic = plan.topic
    return FeedSummary(
        folder=plan.folder,
        title=topic.title if topic else site.title,
        description=topic.description if topic else site.subtitle,
        count=plan.total,
        newest=plan.newest,
        topic=topic,
    )


def _key(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
