"""Entries → the files of out/: which are still right, which must be made, what is no longer wanted.

Each file has a key, a digest of all that its bytes depend on. A file whose key is the one it was
made under, and which still lies in out/, is left alone; its article is not even loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from feedsmith import __version__, builder, check
from feedsmith.builder import archives, atom, content, feeds, opml, pages, search
from feedsmith.builder.digests import DigestRow
from feedsmith.builder.formats import OPML_NAME
from feedsmith.builder.styling import STYLE_NAME, style_sheet
from feedsmith.cache import Cache, EntryRow
from feedsmith.config import Config
from feedsmith.errors import FeedError
from feedsmith.feedmodel import FeedSummary, Site, Templates
from feedsmith.ledger import Ledger
from feedsmith.making import Maker
from feedsmith.manifest import are_intact, places
from feedsmith.model import Picture, Topic
from feedsmith.pictures import FOLDER
from feedsmith.publish import Stage
from feedsmith.topics import Catalog


class Output:
    """The set of files that one run publishes; made for one call of `publish`."""

    def __init__(
        self,
        config: Config,
        catalog: Catalog,
        cache: Cache,
        ledger: Ledger,
        stage: Stage,
        templates: Templates,
    ) -> None:
        self._config = config
        self._templates = templates
        self._cache = cache
        self._stage = stage
        topics = [topic for topic in _all_topics(catalog, cache) if cache.shows_topic(topic.slug)]
        self._topics = {topic.slug: topic for topic in topics}
        self._titles = {slug: f"{t.title}\n{t.code}" for slug, t in self._topics.items()}
        rows = cache.db.execute("SELECT folder, key, entries FROM fits")
        self._fits: dict[str, tuple[str, int]] = {row[0]: (row[1], row[2]) for row in rows}
        self._new_fits: list[tuple[str, str, int]] = []
        self._old = _still_right(cache, stage)
        self._wanted: set[str] = set()
        self._new: dict[str, str] = {}
        self._maker = Maker(config, catalog, cache, ledger, self._topics)
        self._loader = self._maker.loader
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
        plans = self._planned(rows)
        self.number_of_topics = len(plans) - 1
        formats = tuple(known.name for known in builder.FORMATS)
        chosen = tuple(name for name in formats if name in self._config.output.formats)
        site = feeds.site_of(self._config.feed, chosen, pages=self._config.output.pages)
        site = replace(site, templates=self._templates)
        plans, digests = self._maker.digests(plans, rows, site)
        if site.pages:
            self._put_pages([*rows, *digests], site)
        site = replace(site, language=feeds.main_language(plans[0].rows, self._config.feed))
        for plan in plans:
            self._put_feed(plan, site)
        self._put_style(site)
        problems = self._put_problems(rows, site)
        self._put_lists(plans, site, problems, self._put_search(rows) if site.pages else ())
        changed = self._stage.publish(self._wanted)
        self._remember()
        return changed

    def _planned(self, rows: Sequence[EntryRow]) -> list[feeds.Plan]:
        """Return which entries stand in which feed, and how many there are of each topic."""
        return feeds.plan_feeds(rows, self._topics.values(), self._config.feed)

    def _put_pages(self, rows: Iterable[EntryRow | DigestRow], site: Site) -> None:
        salt = _key(repr((__version__, site)))
        labels: dict[str, str] = {}
        for row in rows:
            label = labels.get(row.topics)
            if label is None:
                label = labels[row.topics] = _key(*(t.title for t in self._named(row)))
            # Three digests side by side, not hashed again: this runs once an article each build.
            if row.permalink and self._is_new(row.permalink, f"{salt}{row.digest}{label}"):
                entry = row.entry if isinstance(row, DigestRow) else self._loader.entry(row)
                page = pages.article_page(entry, site, self._named(row))
                self._stage.put(row.permalink, page)

    def _named(self, row: EntryRow | DigestRow) -> list[Topic]:
        return [self._topics[slug] for slug in row.topics.split() if slug in self._topics]

    def _put_feed(self, plan: feeds.Plan, site: Site) -> None:
        """Put a feed and its archive, of which the feed names the newest page."""
        feed = self._config.feed
        stones = self._maker.stones_of(plan.topic)
        own = self._maker.feed_id(plan.topic)
        salt = repr((__version__, site, own, feed.ids, feed.hub, stones))
        key = plan.key(salt, self._titles)
        known, number = self._fits.get(plan.folder, ("", 0))
        if known == key:
            del plan.rows[number:]
        number = len(plan.rows)
        names = builder.file_names(site, plan.topic)
        pages = archives.pages_of(plan, feed.max_bytes // 2)
        if self._new_ones(plan, names, _key(key, str(len(pages)))):
            files, older = self._fitting(plan, site, len(pages))
            if len(plan.rows) < number:  # what had no room is in the archive
                pages = archives.pages_of(plan, feed.max_bytes // 2)
                self._new_ones(plan, names, _key(key, str(older)))
            self._put_files(files, plan)
        if known == key or len(plan.rows) < number:
            self._new_fits.append((plan.folder, key, len(plan.rows)))
        self._put_archive(plan, replace(site, language=feed.language), pages)

    def _fitting(self, plan: feeds.Plan, site: Site, older: int) -> tuple[dict[str, bytes], int]:
        """Return the files of a feed, old entries taken out of it until the largest file fits.

        The number of the newest archive page is given, and returned, for that grows with them.
        """
        feed = self._config.feed
        stones = self._maker.stones_of(plan.topic)
        while True:
            made = self._maker.feed(plan, plan.rows, site)
            made = replace(made, hub=feed.hub, older=older, tombstones=stones)
            files = builder.write_feed(made)
            sizes = [len(data) for path, data in files.items() if not path.endswith(".html")]
            excess = max(sizes, default=0) - feed.max_bytes
            if excess <= 0 or len(plan.rows) < 2:
                return files, older
            plan.drop(excess)
            older = len(archives.pages_of(plan, feed.max_bytes // 2))

    def _put_archive(
        self, plan: feeds.Plan, site: Site, pages: Sequence[Sequence[feeds.Row]]
    ) -> None:
        """Put the pages of a feed's archive; nothing in one depends on entries of another."""
        ids = self._config.feed.ids
        salt = repr((__version__, site, self._maker.feed_id(plan.topic), plan.topic, ids))
        for page, rows in enumerate(pages, 1):
            newer = page + 1 if page < len(pages) else 0
            key = feeds.rows_key(rows, f"{salt}\n{newer}", self._titles)
            if self._new_ones(plan, builder.file_names(site, plan.topic, page), key):
                made = self._maker.feed(plan, archives.newest_first(rows), site)
                made = replace(made, page=page, older=page - 1, newer=newer)
                self._put_files(builder.write_feed(made), plan)

    def _new_ones(self, plan: feeds.Plan, names: Iterable[str], key: str) -> list[str]:
        """Note the files of a feed as wanted; return those that have to be made."""
        paths = [folder + name for name in names for folder in plan.folders]
        return [path for path in paths if self._is_new(path, key)]

    def _put_files(self, files: Mapping[str, bytes], plan: feeds.Plan | None = None) -> None:
        for data, path in {data: path for path, data in files.items()}.items():  # copies once
            problems = check.check_well_formed(data, path.rsplit("/", 1)[-1])
            if problems:
                raise FeedError(f"{path}: {problems[0]}; nothing is published, please report it")
        for path, data in files.items():
            for folder in plan.folders if plan else ("",):
                name = path.removeprefix(plan.folder) if plan else path
                self._stage.put(folder + name, data)

    def _put_problems(self, rows: Sequence[EntryRow], site: Site) -> FeedSummary | None:
        """Put the feed of problems, an empty one too, for people subscribe to it."""
        if not self._config.feed.problems or atom.NAME not in site.formats:
            return None
        made = self._maker.problems(rows, site)
        path = made.folder + atom.FILE_NAME
        if self._is_new(path, _key(repr((__version__, made)))):
            self._put_files({path: atom.write(made, content.shown_entries(made))})
        newest = made.entries[0].published if made.entries else None
        return FeedSummary(
            made.folder, made.title, made.subtitle, made.total, newest, None, "problem"
        )

    def _put_style(self, site: Site) -> None:
        """Put what a browser shows feeds in."""
        data = style_sheet(site.templates)
        if self._is_new(STYLE_NAME, _key(data.decode())):
            self._stage.put(STYLE_NAME, data)

    def _put_search(self, rows: Sequence[EntryRow]) -> list[str]:
        """Put what the index page searches; return the paths of its scripts."""
        files = search.files_of(rows)
        for path, held in files.items():
            if self._is_new(path, feeds.rows_key(held, __version__, self._titles)):
                entries = [self._loader.entry(row) for row in held]
                lines = [pages.summary_of(entry) for entry in entries]
                self._stage.put(path, search.write(lines, self._titles))
        if files and self._is_new(search.LIBRARY, __version__):
            self._stage.put(search.LIBRARY, search.library())
        return [search.LIBRARY, *files] if files else []

    def _put_lists(
        self,
        plans: Sequence[feeds.Plan],
        site: Site,
        problems: FeedSummary | None,
        scripts: Sequence[str],
    ) -> None:
        summaries = [feeds.summary_of(plan, site) for plan in plans]
        newest = [row.digest for row in plans[0].rows if isinstance(row, EntryRow)]
        key = _key(repr((__version__, site, summaries, problems)), *newest)
        if self._is_new(OPML_NAME, key):
            self._stage.put(OPML_NAME, opml.write(site, summaries, problems))
        if self._is_new(pages.INDEX_NAME, _key(key, *scripts)):
            rows = [row for row in plans[0].rows if isinstance(row, EntryRow)]
            lines = [pages.summary_of(self._loader.shared(row)) for row in rows]
            page = pages.index_page(site, summaries, lines, problems, scripts)
            self._stage.put(pages.INDEX_NAME, page)

    def _is_new(self, path: str, key: str) -> bool:
        """Note the file as wanted; say whether it has to be made."""
        self._wanted.add(path)
        if self._old.get(path) == key:
            return False
        self._new[path] = key
        return True

    def _remember(self) -> None:
        """Store what each file was made from, and how out/ looks now."""
        stored = {row[0] for row in self._cache.db.execute("SELECT path FROM outputs")}
        gone = [(path,) for path in stored - self._wanted]
        self._cache.db.executemany("DELETE FROM outputs WHERE path = ?", gone)
        self._cache.db.executemany("REPLACE INTO outputs VALUES (?, ?)", sorted(self._new.items()))
        self._cache.db.execute("DELETE FROM fits")
        self._cache.db.executemany("INSERT INTO fits VALUES (?, ?, ?)", self._new_fits)
        self._cache.db.execute("DELETE FROM places")
        self._cache.db.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?)", places(self._stage.out, self._wanted)
        )


def _all_topics(catalog: Catalog, cache: Cache) -> Iterator[Topic]:
    """Yield the topics of the configuration, then those that folders gave, by slug."""
    yield from catalog.topics
    known = {topic.slug for topic in catalog.topics}
    rows = cache.whole.db.execute("SELECT * FROM topics ORDER BY slug")
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


def _key(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
