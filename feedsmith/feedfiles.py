"""Plans → the files of feeds and of their archives: made again only where a key moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from hashlib import blake2b
from heapq import merge
from typing import NamedTuple, Protocol

from feedsmith import __version__, builder, check
from feedsmith.backlog import ALL, Backlog, Page, Periods, Span
from feedsmith.builder import feeds
from feedsmith.builder.archives import Place, name_of, newest_first, place_of
from feedsmith.builder.formats import chosen_formats
from feedsmith.builder.parts import Parts
from feedsmith.cache import Cache
from feedsmith.config import Config
from feedsmith.errands import Errands
from feedsmith.errors import FeedError
from feedsmith.feedmodel import Feed, Site
from feedsmith.inventory import Inventory, Kind
from feedsmith.making import Maker
from feedsmith.publish import Stage
from feedsmith.shelf import Shelf


class Pages(Protocol):
    """The pages of a feed's archive."""

    def end_before(self, held: list[feeds.Row]) -> str:
        """Return the newest page while the feed itself holds these entries, "" for none."""


class _Archive(NamedTuple):
    """The archive of a plan's feed; `number` tells it from the others."""

    number: int
    plan: feeds.Plan
    backlog: Backlog


class FeedFiles:
    """The feeds of one run.

    Their archives are made last, the pages of all feeds in the order of arrival: so an entry that
    stands in several of them is loaded and spelled once, and none need be kept for long.
    """

    def __init__(
        self, config: Config, cache: Cache, stage: Stage, files: Inventory, maker: Maker
    ) -> None:
        self._config = config
        self._cache = cache
        self._stage = stage
        self._files = files
        self._maker = maker
        self._titles = maker.titles
        self._shelf = Shelf(cache, config.feed.all_excludes)
        self._spans = spans_of(self._shelf)
        rows = cache.db.execute("SELECT folder, key, entries FROM fits")
        self._fits: dict[str, tuple[str, int]] = {row[0]: (row[1], row[2]) for row in rows}
        self._new_fits: list[tuple[str, str, int]] = []
        self._newest: dict[str, str] = {}  # folder → newest page of its archive, "" for none
        self._archives: list[_Archive] = []
        self._press = builder.Press(check_document)

    def note_renamed(self, topics: Iterable[str]) -> None:
        """Let the archive pages be looked at that show articles of these topics."""
        for slug in topics:
            for row in self._shelf.newest(slug):
                _widen(self._spans, place_of(row), row.topics.split())

    def put(self, plan: feeds.Plan, site: Site) -> None:
        """Put a feed, which names the newest page of its archive; note the archive."""
        archive = self._archive(plan, site)
        key = plan.key(self._salt(plan, site), self._titles)
        known, number = self._fits.get(plan.folder, ("", 0))
        if known == key:
            del plan.rows[number:]
        number = len(plan.rows)
        names = builder.file_names(site, plan.topic)
        older = archive.end_before(plan.rows) if archive else ""
        if self._new_ones(Kind.LIST, plan, names, _key(key, older)):
            files, older = self._fitting(plan, site, archive, older)
            if len(plan.rows) < number:  # what had no room is in the archive
                self._new_ones(Kind.LIST, plan, names, _key(key, older))
            self._put_made(files, plan)
        if known == key or len(plan.rows) < number:
            self._new_fits.append((plan.folder, key, len(plan.rows)))
        if archive:
            self._newest[plan.folder] = older
            self._note_archive(plan, archive)

    def _note_archive(self, plan: feeds.Plan, archive: Pages) -> None:
        assert isinstance(archive, Backlog)  # noqa: S101 (see _archive)
        self._archives.append(_Archive(len(self._archives), plan, archive))

    def _put_made(self, files: Mapping[str, bytes], plan: feeds.Plan) -> None:
        """Put documents into each of the plan's folders."""
        for path, data in placed(files, plan):
            self._stage.put(path, data)

    def finish(self, plans: Iterable[feeds.Plan], site: Site, errands: Errands) -> None:
        """Put the archives, forget pages that are no more, and note what was found to fit.

        No feed can be put any more; the archives are there when the errands are finished.
        """
        self._finish_archives(plans, site, errands)
        self._cache.db.execute("DELETE FROM fits")
        self._cache.db.executemany("INSERT INTO fits VALUES (?, ?, ?)", self._new_fits)

    def _finish_archives(self, plans: Iterable[feeds.Plan], site: Site, errands: Errands) -> None:
        self._put_archives(site, errands)
        before = {row[0] for row in self._cache.db.execute("SELECT folder FROM archives")}
        gone = [(folder,) for folder in before - self._newest.keys()]
        is_renewed = any(archive.backlog.is_renewed for archive in self._archives)
        if gone or is_renewed or not self._files.is_intact:
            self._forget_others(plans, site)
        self._cache.db.executemany("DELETE FROM archives WHERE folder = ?", gone)
        self._cache.db.executemany("DELETE FROM cuts WHERE folder = ?", gone)

    def _forget_others(self, plans: Iterable[feeds.Plan], site: Site) -> None:
        """Forget all pages that are none of these archives."""
        backlogs = {archive.plan.folder: archive.backlog for archive in self._archives}
        owners = {folder: backlogs.get(plan.folder) for plan in plans for folder in plan.folders}
        names = {known.file_name for known in chosen_formats(site)}

        @lru_cache(maxsize=1)  # the paths come sorted
        def pages_of(folder: str) -> frozenset[str]:
            backlog = owners.get(folder)
            return backlog.names() if backlog else frozenset()

        def is_unwanted(path: str) -> bool:
            folder, slash, name = path.rpartition("/")
            feed, page = builder.page_of(name)
            return feed not in names or page not in pages_of(folder + slash)

        self._files.forget_where(Kind.ARCHIVE, is_unwanted)

    def _salt(self, plan: feeds.Plan, site: Site) -> str:
        feed = self._config.feed
        stones = self._maker.stones_of(plan.topic)
        own = self._maker.feed_id(plan.topic)
        return repr((__version__, site, own, feed.ids, feed.hub, stones))

    def _fitting(
        self, plan: feeds.Plan, site: Site, archive: Pages | None, older: str
    ) -> tuple[dict[str, bytes], str]:
        """Return the files of a feed, old entries taken out of it until the largest file fits.

        The newest archive page is given, and returned, for the archive grows with them.
        """
        feed = self._config.feed
        stones = self._maker.stones_of(plan.topic)
        while True:
            made = self._maker.feed(plan, plan.rows, site)
            made = replace(made, hub=feed.hub, older=older, tombstones=stones)
            files = builder.write_feed(made, self._press)
            sizes = [len(data) for path, data in files.items() if not path.endswith(".html")]
            excess = max(sizes, default=0) - feed.max_bytes
            if excess <= 0 or len(plan.rows) < 2:
                return files, older
            plan.drop(excess)
            older = archive.end_before(plan.rows) if archive else ""

    def _archive(self, plan: feeds.Plan, site: Site) -> Pages | None:
        """Return the archive of a feed, cut where its entries are now."""
        feed = self._config.feed
        if not feed.archives:
            return None
        is_digest = plan.periods is not None
        source = Periods(plan.periods or ()) if is_digest else self._shelf
        archive = Backlog(self._cache, source, plan, feed.max_bytes // 2)
        excludes = () if plan.topic else sorted(feed.all_excludes)
        salt = _key(self._page_salt(plan, site), str(feed.max_bytes), *excludes)
        span = ALL if is_digest else self._spans.get(plan.topic.slug if plan.topic else None)
        archive.update(salt, span, is_known=self._files.is_intact and not is_digest)
        return archive

    def _page_salt(self, plan: feeds.Plan, site: Site) -> str:
        return page_salt(self._maker, plan, site, self._config)

    def _put_archives(self, site: Site, errands: Errands) -> None:
        """Put the pages of all archives; nothing in one depends on entries of another."""
        site = replace(site, language=self._config.feed.language)
        salts = [self._page_salt(archive.plan, site) for archive in self._archives]
        for archive in self._archives:
            for gone in archive.backlog.remember():
                names = builder.file_names(site, archive.plan.topic, gone)
                self._files.forget(Kind.ARCHIVE, _paths(archive.plan, names))
        for _, number, page in merge(*map(_places, self._archives)):
            archive = self._archives[number]
            if made := self._new_page(archive, page, site, salts[number]):
                self._give(made, archive.plan, errands)

    def _new_page(self, archive: _Archive, page: Page, site: Site, salt: str) -> Feed | None:
        """Return a page of an archive, None if it lies there as it is to be."""
        plan, name = archive.plan, name_of(page.start)
        rows = archive.backlog.rows(page)
        key = feeds.rows_key(rows, f"{salt}\n{page.older}\n{page.newer}", self._titles)
        names = builder.file_names(site, plan.topic, name)
        if not self._new_ones(Kind.ARCHIVE, plan, names, key):
            return None
        made = self._maker.feed(plan, newest_first(rows), site)
        return replace(made, page=name, older=page.older, newer=page.newer)

    def _give(self, made: Feed, plan: feeds.Plan, errands: Errands) -> None:
        """Have an archive page spelled and put; only what is to be spelled is kept until then."""
        order = self._press.order(made)

        def take(parts: Sequence[Parts]) -> None:
            self._put_made(builder.files_of(order.new, self._press.fill(order, parts)), plan)

        errands.give(partial(builder.spelled, order.new, check_document), take)

    def _new_ones(self, kind: Kind, plan: feeds.Plan, names: Iterable[str], key: str) -> list[str]:
        """Note the files of a feed as wanted; return those that have to be made."""
        return [path for path in _paths(plan, names) if self._files.is_new(kind, path, key)]


def page_salt(maker: Maker, plan: feeds.Plan, site: Site, config: Config) -> str:
    """Return what the pages of a feed's archive depend on besides their entries."""
    site = replace(site, language=config.feed.language)  # that of the whole feed is its own affair
    return repr((__version__, site, maker.feed_id(plan.topic), plan.topic, config.feed.ids))


def check_document(data: bytes, path: str) -> None:
    """Check that a document is well-formed.

    Raises:
        FeedError: it is not.
    """
    problems = check.check_well_formed(data, path.rsplit("/", 1)[-1])
    if problems:
        raise FeedError(f"{path}: {problems[0]}; nothing is published, please report it")


def placed(files: Mapping[str, bytes], plan: feeds.Plan) -> Iterator[tuple[str, bytes]]:
    """Yield documents with their paths in each of the plan's folders."""
    for path, data in files.items():
        for folder in plan.folders:
            yield folder + path.removeprefix(plan.folder), data


def _places(archive: _Archive) -> Iterator[tuple[Place, int, Page]]:
    """Yield where the pages begin that may not be what they were, and which they are."""
    for page in archive.backlog.to_check():
        yield page.start, archive.number, page


def _paths(plan: feeds.Plan, names: Iterable[str]) -> list[str]:
    return [folder + name for name in names for folder in plan.folders]


def spans_of(shelf: Shelf) -> dict[str | None, Span]:
    """Return the first and the last place at which this run touched each feed."""
    spans: dict[str | None, Span] = {}
    for dirty in shelf.dirty():
        _widen(spans, dirty.place, dirty.topics)
    return spans


def _widen(spans: dict[str | None, Span], place: Place, topics: Iterable[str]) -> None:
    for slug in (None, *topics):
        low, high = spans.get(slug, (place, place))
        spans[slug] = (min(low, place), max(high, place))


def _key(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
