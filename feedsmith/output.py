"""Entries → the files of out/: which are still right, which must be made, what is no longer wanted.

Each file has a key, a digest of all that its bytes depend on. A file whose key is the one it was
made under, and which still lies in out/, is left alone; its article is not even loaded. Pages are
asked after only where an entry was touched, unless something changed that stands on all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from itertools import chain, islice

from feedsmith import __version__, builder
from feedsmith.builder import atom, content, feeds, indexpage, opml, pages, search
from feedsmith.builder.digests import DigestRow
from feedsmith.builder.formats import OPML_NAME
from feedsmith.builder.styling import STYLE_NAME, style_sheet
from feedsmith.cache import Cache, EntryRow
from feedsmith.config import Config
from feedsmith.crews import Crew
from feedsmith.errands import Errands
from feedsmith.feedfiles import FeedFiles, check_document
from feedsmith.feedmodel import FeedSummary, Site
from feedsmith.inventory import Inventory, Kind
from feedsmith.ledger import Ledger
from feedsmith.making import Maker
from feedsmith.model import Picture, Topic
from feedsmith.owntemplates import Templates
from feedsmith.pictures import FOLDER
from feedsmith.publish import Stage
from feedsmith.shelf import Shelf
from feedsmith.topics import Catalog

# In the cache's `meta`: what all article pages depend on, what the topics are called, and how many
# files the search has.
_PAGES_SALT = "pages_salt"
_SEARCH = "search"
_TITLES = "titles"


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
        self._files = Inventory(cache, stage)
        self._shelf = Shelf(cache, config.feed.all_excludes)
        self._all = Shelf(cache)
        self._maker = Maker(config, catalog, cache, ledger, self._topics)
        self._titles = self._maker.titles
        self._loader = self._maker.loader
        self._renamed = self._renamed_topics()
        self._feeds = FeedFiles(config, cache, stage, self._files, self._maker)
        self._feeds.note_renamed(self._renamed)
        self.number_of_topics = 0

    def put_pictures(self, of_file: Callable[[str], Iterable[Picture]]) -> None:
        """Take the pictures that articles show into the set.

        Args:
            of_file: gives the pictures of a file again, for those that somebody took out of out/.
        """
        shown = set()
        lost = {}
        for name, path in self._cache.media():
            shown.add(place := FOLDER + name)
            if self._files.is_new(Kind.PICTURE, place, name) and not self._stage.holds(place):
                lost[place] = path
        for path in dict.fromkeys(lost.values()):
            for picture in of_file(path):
                self._stage.put(FOLDER + picture.name, picture.data)
        shown -= {place for place in lost if not self._stage.holds(place)}
        self._files.forget_where(Kind.PICTURE, lambda place: place not in shown)

    def publish(self, crew: Crew | None) -> bool:
        """Make what has to be made and exchange the folders; say whether anything changed.

        Args:
            crew: who makes article pages and archives; None, or too few of them, makes them here.

        Raises:
            FeedError: a feed would break its specification; nothing is published.
            OutputError: see publish.Stage.
        """
        plans = feeds.plan_feeds(self._shelf, self._topics.values(), self._config.feed)
        self.number_of_topics = len(plans) - 1
        formats = tuple(known.name for known in builder.FORMATS)
        chosen = tuple(name for name in formats if name in self._config.output.formats)
        site = feeds.site_of(self._config.feed, chosen, pages=self._config.output.pages)
        site = replace(site, templates=self._templates)
        plans, digests = self._maker.digests(plans, self._shelf, site)
        errands = Errands(crew)
        self._put_pages(digests, site, errands)
        site = replace(site, language=feeds.main_language(plans[0].rows, self._config.feed))
        for plan in plans:
            self._feeds.put(plan, site)
        self._feeds.finish(plans, site, errands)
        self._put_style(site)
        problems = self._put_problems(site)
        self._put_lists(plans, site, problems, self._put_search() if site.pages else ())
        errands.finish()
        changed = self._files.publish()
        self._files.remember()
        return changed

    def _put_pages(self, digests: Iterable[DigestRow], site: Site, errands: Errands) -> None:
        """Put the pages of the entries that were touched, or of all when they all may change."""
        salt = _key(repr((__version__, site)), self._maker.reasons_key)
        is_known = self._files.is_intact and self._cache.meta(_PAGES_SALT) == salt
        self._cache.set_meta(_PAGES_SALT, salt)
        if not is_known:
            self._files.forget_pages_without_entry()
        if not site.pages:
            self._files.forget_where(Kind.PAGE, lambda _: True)
            return
        touched = self._touched() if is_known else self._all.newest()
        labels: dict[str, str] = {}
        rows: Iterable[EntryRow | DigestRow] = chain(touched, digests)
        for row in rows:
            label = labels.get(row.topics)
            if label is None:
                label = labels[row.topics] = _key(*(t.title for t in self._named(row)))
            kind = Kind.LIST if isinstance(row, DigestRow) else Kind.PAGE
            key = _key(salt, row.digest, label, self._maker.besides(row))
            if row.permalink and self._files.is_new(kind, row.permalink, key):
                entry = self._maker.page_entry(row)
                make = partial(pages.article_page, entry, site, self._named(row))
                errands.give(make, partial(self._stage.put, row.permalink))

    def _touched(self) -> Iterator[EntryRow]:
        """Yield the entries that this run touched, or whose topics are called otherwise now.

        The pages of those that went are dropped.
        """
        for dirty in self._shelf.dirty():
            row = self._shelf.get(dirty.id)
            if row:
                yield row
            else:
                self._files.forget(Kind.PAGE, [dirty.permalink])
        for slug in self._renamed:
            yield from self._all.newest(slug)

    def _renamed_topics(self) -> list[str]:
        """Return the topics that are new, gone, or called otherwise than at the last run.

        There are none at the first run, which makes everything.
        """
        before = json.loads(self._cache.meta(_TITLES) or json.dumps(self._titles))
        self._cache.set_meta(_TITLES, json.dumps(self._titles))
        slugs = sorted(before.keys() | self._titles.keys())
        return [slug for slug in slugs if before.get(slug) != self._titles.get(slug)]

    def _named(self, row: EntryRow | DigestRow) -> list[Topic]:
        return [self._topics[slug] for slug in row.topics.split() if slug in self._topics]

    def _put_problems(self, site: Site) -> FeedSummary | None:
        """Put the feed of problems, an empty one too, for people subscribe to it."""
        if not self._config.feed.problems or atom.NAME not in site.formats:
            return None
        made = self._maker.problems(self._shelf, site)
        path = made.folder + atom.FILE_NAME
        if self._files.is_new(Kind.LIST, path, _key(repr((__version__, made)))):
            document = atom.write(made, content.shown_entries(made))
            check_document(document, path)
            self._stage.put(path, document)
        newest = made.entries[0].published if made.entries else None
        return FeedSummary(
            made.folder, made.title, made.subtitle, made.total, newest, None, "problem"
        )

    def _put_style(self, site: Site) -> None:
        """Put what a browser shows feeds in."""
        data = style_sheet(site.templates)
        if self._files.is_new(Kind.LIST, STYLE_NAME, _key(data.decode())):
            self._stage.put(STYLE_NAME, data)

    def _put_search(self) -> list[str]:
        """Put what the index page searches; return the paths of its scripts."""
        number = search.number_of_files(len(self._all))
        files = search.files_of(self._all.ids(), number)
        touched = self._touched_search(number)
        for path, ids in files.items():
            if touched is not None and path not in touched and self._files.has(path):
                continue
            rows = list(filter(None, map(self._all.get, ids)))
            if self._files.is_new(Kind.LIST, path, feeds.rows_key(rows, __version__, self._titles)):
                lines = [pages.summary_of(self._loader.entry(row)) for row in rows]
                self._stage.put(path, search.write(lines, self._titles))
        if files and self._files.is_new(Kind.LIST, search.LIBRARY, __version__):
            self._stage.put(search.LIBRARY, search.library())
        return [search.LIBRARY, *files] if files else []

    def _touched_search(self, number: int) -> set[str] | None:
        """Return the files of the search that this run may have changed, None for all.

        Besides those of the articles it touched these are the files of as many at the end of what
        is searched, for that moves with them.
        """
        state = f"{__version__} {number}"
        is_known = self._files.is_intact and self._cache.meta(_SEARCH) == state
        self._cache.set_meta(_SEARCH, state)
        if not is_known or self._renamed:
            return None
        ids = [dirty.id for dirty in self._all.dirty()]
        start = max(0, search.ARTICLES_MOST - len(ids))
        ids += islice(self._all.ids(start), 2 * len(ids))
        return {search.path_of(identifier, number) for identifier in ids}

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
        if self._files.is_new(Kind.LIST, OPML_NAME, key):
            self._stage.put(OPML_NAME, opml.write(site, summaries, problems))
        if self._files.is_new(Kind.LIST, pages.INDEX_NAME, _key(key, *scripts)):
            rows = [row for row in plans[0].rows if isinstance(row, EntryRow)]
            lines = [pages.summary_of(self._loader.shared(row)) for row in rows]
            page = indexpage.index_page(site, summaries, lines, problems, scripts)
            self._stage.put(pages.INDEX_NAME, page)


def _all_topics(catalog: Catalog, cache: Cache) -> Iterator[Topic]:
    """Yield the topics of the configuration, then those that folders gave, by slug."""
    yield from catalog.topics
    known = {topic.slug for topic in catalog.topics}
    rows = cache.whole.db.execute("SELECT * FROM topics ORDER BY slug")
    for slug, title, description, parent, declared in rows:
        if slug not in known:
            yield Topic(slug, title, description, parent, bool(declared))


def _key(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
