"""Plans → feeds: ids, titles, loaded entries and what else a feed says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b

from feedsmith import digests, steering, tombstones, troubles
from feedsmith.additions import from_json
from feedsmith.builder import feeds, problems
from feedsmith.builder.digests import DigestRow
from feedsmith.cache import Cache, EntryRow
from feedsmith.config import Config
from feedsmith.feedmodel import Entry, Feed, Site, Tombstone
from feedsmith.ledger import Ledger
from feedsmith.loading import Loader
from feedsmith.model import Topic
from feedsmith.shelf import Shelf
from feedsmith.topics import Catalog
from feedsmith.urls import permanent_id

Topics = Mapping[str, Topic]


class Maker:
    """Makes the feeds of one run; `topics` are all there are, by slug.

    `titles` say what each of them is called, for keys and for the search. `reasons_key` changes
    with whatever may change the reasons on a page; "" where none stand there.
    """

    def __init__(
        self, config: Config, catalog: Catalog, cache: Cache, ledger: Ledger, topics: Topics
    ) -> None:
        self._config = config
        self._cache = cache
        self._ledger = ledger
        self.topics = topics
        self._catalog = catalog
        self.titles = {slug: f"{t.title}\n{t.code}" for slug, t in topics.items()}
        self._kinds = digests.kinds_of(config, catalog)
        self.loader = Loader(cache)
        rules = repr((config.topics, config.topic)) if config.output.reasons else ""
        self.reasons_key = blake2b(rules.encode(), digest_size=16).hexdigest() if rules else ""

    def feed(self, plan: feeds.Plan, rows: Sequence[feeds.Row], site: Site) -> Feed:
        """Return the feed of a plan with some of its entries, without its place in an archive."""
        topic = plan.topic
        is_digest = bool(topic and topic.slug in self._kinds)
        entries = tuple(map(self.entry, rows))
        if self._is_scoped(topic) and not is_digest:
            identifier = self.feed_id(topic)
            entries = tuple(scoped(entry, identifier) for entry in entries)
        named = sorted({slug for entry in entries for slug in entry.article.topics})
        return Feed(
            id=self.feed_id(topic),
            title=f"{topic.title} · {site.title}" if topic else site.title,
            subtitle=topic.description if topic else site.subtitle,
            folder=plan.folder,
            language=feeds.main_language(rows, self._config.feed),
            updated=feeds.updated_of(rows),
            entries=entries,
            site=replace(site, content="full") if is_digest else site,
            topics=tuple(self.topics[slug] for slug in named if slug in self.topics),
            topic=topic,
            total=plan.total,
            noun=plan.noun,
        )

    def entry(self, row: feeds.Row) -> Entry:
        """Return the entry of a row, be it an article or a closed period."""
        if isinstance(row, DigestRow):
            return row.entry
        assert isinstance(row, EntryRow)  # noqa: S101 (there are no others)
        return self.loader.shared(row)

    def besides(self, row: feeds.Row) -> str:
        """Return what an entry's page depends on that its feeds do not: story, and path for why."""
        if not isinstance(row, EntryRow):
            return ""
        return (row.path if self.reasons_key else "") + row.story

    def page_entry(self, row: feeds.Row) -> Entry:
        """Return the entry of a row for a page of its own, with why it has its topics."""
        if isinstance(row, DigestRow):
            return row.entry
        assert isinstance(row, EntryRow)  # noqa: S101 (there are no others)
        entry = self.loader.entry(row)
        why: tuple[str, ...] = ()
        if self._config.output.reasons:
            said = from_json(row.additions)
            if entry.article.why and all(one.only_cuts for one in said):
                return entry
            why = steering.assignment(entry.article, said, self._catalog).why
        return replace(entry, article=replace(entry.article, why=why))

    def digests(
        self, plans: Sequence[feeds.Plan], shelf: Shelf, site: Site
    ) -> tuple[list[feeds.Plan], list[DigestRow]]:
        """Close what is over; return the plans with those of digests, and all digests."""
        if not self._kinds:
            return list(plans), []
        shown = None
        if self._cache.tree:  # the main folder, with all articles, has closed what is over
            shown = {row.id: row.permalink for row in Shelf(self._cache).newest()}
        else:
            digests.close(self._ledger, self.loader, shelf, self._kinds)
        limits = feeds.limits_of(shelf, self._config.feed)
        chosen, found = list(plans), []
        for number, plan in enumerate(plans):
            if plan.topic and plan.topic.slug in self._kinds:
                name = self.feed_id(plan.topic)
                own = digests.rows_of(self._ledger, plan.topic, site, name, shown)
                chosen[number] = feeds.plan_digests(plan.topic, own, limits)
                found += own
        return chosen, found

    def feed_id(self, topic: Topic | None) -> str:
        """Return the feed's id, from a name minted once, never from an address."""
        if topic is None:
            return self._config.feed.id or permanent_id(f"feed:{self._name}:")
        return permanent_id(f"feed:{self._name}:{(*topic.was, topic.slug)[0]}")

    def stones_of(self, topic: Topic | None) -> tuple[Tombstone, ...]:
        """Return what readers of the feed are told to be gone, under the ids it had there."""
        feed = self._config.feed
        slug = topic.slug if topic else None
        if slug in self._kinds:
            return ()  # its entries are periods
        stones = tombstones.of_feed(self._removed, slug, feed.all_excludes)
        if self._is_scoped(topic):
            own = self.feed_id(topic)
            stones = tuple(replace(stone, id=scoped_id(stone.id, own)) for stone in stones)
        return stones

    def _is_scoped(self, topic: Topic | None) -> bool:
        """Say whether entries have ids of their own here: readers know the shared ones already."""
        return self._config.feed.ids == "scoped" and bool(topic or self._cache.tree)

    def problems(self, shelf: Shelf, site: Site, refused: problems.Refused | None = None) -> Feed:
        """Return the feed of what went wrong; its entries have no page, its page is the index."""
        identifier = permanent_id(f"problems:{self.feed_id(None)}")
        entries = (
            *problems.of_files(troubles.file_problems(self._cache.whole), identifier),
            *problems.of_topics(shelf, self.topics.values(), shelf.newest_time(), identifier),
            *([problems.of_refusal(refused, identifier)] if refused else []),
        )
        return problems.feed(entries, identifier, replace(site, pages=False, content="full"))

    @cached_property
    def _removed(self) -> tuple[tombstones.Removed, ...]:
        standing = tombstones.standing(self._ledger, self._config.feed.tombstone_days)
        return tuple(removed for removed in standing if self._cache.shows(removed.topics))

    @cached_property
    def _name(self) -> str:
        if self._config.feed.id:
            return self._config.feed.id
        oldest = self._cache.db.execute("SELECT min(id) FROM entries").fetchone()[0]
        return self._ledger.name("feeds", f"{self._config.feed.title}|{oldest}")


def scoped(entry: Entry, feed_id: str) -> Entry:
    """Return the entry under an id of its own in this feed, for readers that share ids badly."""
    return replace(entry, id=scoped_id(entry.id, feed_id))


def scoped_id(entry_id: str, feed_id: str) -> str:
    """Return the id that an entry has in one feed alone."""
    return permanent_id(f"scoped:{feed_id}|{entry_id}")
