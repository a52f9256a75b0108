"""Which entries stand in which feed: the whole and one a topic, newest first, cut to the limits.

Works on small rows, not on articles, so that a feed whose plan is the one it was made from is not
made again; and of the rows it asks for those alone that a feed may hold. Pure: the same rows,
topics and configuration give the same plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from feedsmith.config import FeedConfig
from feedsmith.feedmodel import FeedSummary, Site
from feedsmith.model import Topic

ENTRY_OVERHEAD_BYTES = 1500  # bytes of markup an entry costs in a feed besides its body
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # `updated` of a feed that has no entry yet
_NEVER = "~"  # sorts after every time


class Row(Protocol):
    """What the choice needs to know of an entry.

    Times are RFC 3339 in UTC, `topics` slugs parted by blanks, `size` the bytes of the body.
    """

    @property
    def id(self) -> str:
        """Return the permanent name."""

    @property
    def published(self) -> str:
        """Return when it was published."""

    @property
    def updated(self) -> str:
        """Return when it last changed."""

    @property
    def digest(self) -> str:
        """Return what changes when anything shown does."""

    @property
    def size(self) -> int:
        """Return the bytes of its body."""

    @property
    def language(self) -> str:
        """Return the language, or ""."""

    @property
    def topics(self) -> str:
        """Return the slugs."""

    @property
    def seen(self) -> str:
        """Return when it was met first."""

    @property
    def dated(self) -> str:
        """Return the date it had then."""


class Shelf(Protocol):
    """Where the entries stand; a topic is given by its slug, the feed of all articles by None."""

    def newest(self, slug: str | None = None) -> Iterator[Any]:
        """Yield the entries of a feed, newest first; ties by id."""

    def unread(self, slug: str | None, since: str, after: Any) -> Iterator[Any]:  # noqa: ANN401
        """Yield those met from `since` on that come after one in the order of `newest`."""

    def totals(self) -> Mapping[str | None, int]:
        """Return the number of entries of each feed that has any."""

    def met_first(self) -> str:
        """Return when the first entry was met, "" without any."""

    def met_last(self) -> str:
        """Return when the last entry was met, "" without any."""

    def met_after(self, first: str, since: str) -> str:
        """Return the earliest time later than `first`, from `since` on, at which one was met."""


@dataclass(slots=True)
class Plan:
    """One feed to be: which entries, in which order; `key` changes when its bytes would.

    `rows` are the entries of the document that people subscribe to, newest first. `total` counts
    the articles before the limits, `newest` is the published time of the first; `noun` says what
    the entries are. `periods` are all entries of a feed of closed periods, in their order.
    """

    topic: Topic | None
    rows: list[Row]
    total: int = 0
    periods: tuple[Row, ...] | None = None
    bytes: int = 0
    is_full: bool = False
    is_closed: bool = False
    noun: str = "article"

    @property
    def folder(self) -> str:
        """Return the feed's place below the out folder."""
        return f"topics/{self.topic.slug}/" if self.topic else ""

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folder and those that a renamed topic had before, which hold the same."""
        old = self.topic.was if self.topic else ()
        return (self.folder, *(f"topics/{slug}/" for slug in old))

    @property
    def newest(self) -> datetime | None:
        """Return when the newest entry was published, None without entries."""
        return datetime.fromisoformat(self.rows[0].published) if self.rows else None

    def key(self, salt: str, labels: Mapping[str, str]) -> str:
        """Return a digest of all that the feed's bytes depend on."""
        return rows_key(self.rows, f"{salt}\n{self.topic!r}\n{self.total}", labels)

    def take(self, row: Row, limits: Limits) -> None:
        """Add the next older entry, unless the limits are reached; the first always fits."""
        cost = row.size + ENTRY_OVERHEAD_BYTES
        is_old = row.published < limits.oldest and len(self.rows) >= limits.least
        if is_old or (self.rows and self.bytes + cost > limits.bytes):
            self.is_closed = True
            return
        self.rows.append(row)
        self.bytes += cost
        self.is_full = len(self.rows) >= limits.entries

    def drop(self, excess: int) -> None:
        """Take out the oldest entries, some `excess` bytes of them and at least one; one stays."""
        while excess > 0 and len(self.rows) > 1:
            excess -= self.rows.pop().size + ENTRY_OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of all entries a feed holds. Times are RFC 3339 in UTC and compare as text.

    `entries` and `bytes` are the most it may have; what was published before `oldest` is only
    there to make up `least` entries; what was met from `unread` on stays beyond `entries`.
    """

    entries: int
    bytes: int
    least: int
    oldest: str
    unread: str


def limits_of(shelf: Shelf, config: FeedConfig) -> Limits:
    """Return the limits; days count back from the last time that an article was met.

    The clock of the run has no say. What the very first run met is not unread: nobody had
    subscribed before.
    """
    last = datetime.fromisoformat(shelf.met_last() or EPOCH.isoformat())
    oldest = (last - timedelta(days=config.max_age_days)).isoformat() if config.max_age_days else ""
    since = (last - timedelta(days=config.keep_days)).isoformat()
    unread = shelf.met_after(shelf.met_first(), since) if config.keep_days else ""
    return Limits(
        entries=config.limit,
        bytes=config.max_bytes,
        least=min(config.min_entries, config.limit),
        oldest=oldest,
        unread=unread or _NEVER,
    )


def rows_key(rows: Sequence[Row], salt: str, labels: Mapping[str, str]) -> str:
    """Return a digest of what a document with these entries depends on."""
    named = sorted({slug for text in {row.topics for row in rows} for slug in text.split()})
    parts = (salt, *[row.digest for row in rows], *[labels.get(slug, slug) for slug in named])
    return sha256("\n".join(parts).encode()).hexdigest()


def updated_of(rows: Iterable[Row]) -> datetime:
    """Return the newest change among entries."""
    return max((datetime.fromisoformat(row.updated) for row in rows), default=EPOCH)


def plan_feeds(shelf: Shelf, topics: Iterable[Topic], config: FeedConfig) -> list[Plan]:
    """Return the plans: all articles first, then the topics in the order given.

    Args:
        shelf: every entry; its feed of all articles leaves out what it shall.
        topics: every topic there is; a declared one gets its feed even when it has no entry.
        config: the limits.
    """
    limits = limits_of(shelf, config)
    totals = shelf.totals()
    plans = [Plan(None, [], totals.get(None, 0))]
    for topic in topics:
        total = totals.get(topic.slug, 0)
        if total or topic.declared:
            plans.append(Plan(topic, [], total))
    for plan in plans:
        _fill(plan, shelf, limits)
    return plans


def _fill(plan: Plan, shelf: Shelf, limits: Limits) -> None:
    """Give a plan its entries: the newest, then what was met lately while there is room."""
    slug = plan.topic.slug if plan.topic else None
    for row in shelf.newest(slug) if plan.total else ():
        plan.take(row, limits)
        if plan.is_closed or plan.is_full:
            break
    if plan.is_full and limits.unread != _NEVER:
        for row in shelf.unread(slug, limits.unread, plan.rows[-1]):
            plan.take(row, limits)
            if plan.is_closed:
                break


def plan_digests(topic: Topic, rows: Sequence[Row], limits: Limits) -> Plan:
    """Return the plan of a topic's feed whose entries are closed periods, newest first."""
    plan = Plan(topic, [], len(rows), tuple(reversed(rows)), noun="digest")
    for row in rows:
        if not (plan.is_closed or plan.is_full):
            plan.take(row, limits)
    return plan


def summary_of(plan: Plan, site: Site) -> FeedSummary:
    """Return a plan's line in the lists of feeds."""
    topic = plan.topic
    return FeedSummary(
        folder=plan.folder,
        title=topic.title if topic else site.title,
        description=topic.description if topic else site.subtitle,
        count=plan.total,
        newest=plan.newest,
        topic=topic,
        noun=plan.noun,
    )


def main_language(rows: Iterable[Row], config: FeedConfig) -> str:
    """Return the language a feed declares: the configured one, else the most frequent."""
    if config.language:
        return config.language
    return frequent_language(rows)


def frequent_language(rows: Iterable[Row]) -> str:
    """Return the most frequent language of entries, or ""."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.language:
            counts[row.language] = counts.get(row.language, 0) + 1
    return min(counts, key=lambda language: (-counts[language], language), default="")


def site_of(config: FeedConfig, formats: tuple[str, ...], *, pages: bool) -> Site:
    """Return what all the feeds and pages share."""
    return Site(
        title=config.title,
        subtitle=config.subtitle,
        base_url=config.base_url.rstrip("/") + "/",
        author=config.author,
        language=config.language,
        formats=formats,
        pages=pages,
        link=config.link,
        content=config.content,
    )
