"""Which entries stand in which feed: the whole and one a topic, newest first, cut to the limits.

Works on small rows, not on articles, so that a feed whose plan is the one it was made from is not
made again. Pure: the same rows, topics and configuration give the same plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from feedsmith.config import FeedConfig
from feedsmith.feedmodel import Site
from feedsmith.model import Topic

ENTRY_OVERHEAD_BYTES = 1500  # bytes of markup an entry costs in a feed besides its body
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # `updated` of a feed that has no entry yet


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


@dataclass(slots=True)
class Plan:
    """One feed to be: which entries, in which order; `key` changes when its bytes would.

    `total` counts the articles before the limits, `newest` is the published time of the first.
    """

    topic: Topic | None
    rows: list[Row]
    total: int = 0
    bytes: int = 0
    is_full: bool = False

    @property
    def folder(self) -> str:
        """Return the feed's place below the out folder."""
        return f"topics/{self.topic.slug}/" if self.topic else ""

    @property
    def updated(self) -> datetime:
        """Return the newest change among the entries."""
        return max((datetime.fromisoformat(row.updated) for row in self.rows), default=EPOCH)

    @property
    def newest(self) -> datetime | None:
        """Return when the newest entry was published, None without entries."""
        return datetime.fromisoformat(self.rows[0].published) if self.rows else None

    def key(self, salt: str, labels: Mapping[str, str]) -> str:
        """Return a digest of all that the feed's bytes depend on."""
        parts = [salt, repr(self.topic), str(self.total)]
        parts += [f"{row.digest} {row.language}" for row in self.rows]
        slugs = sorted({slug for row in self.rows for slug in row.topics.split()})
        parts += [labels.get(slug, slug) for slug in slugs]
        return sha256("\n".join(parts).encode()).hexdigest()

    def take(self, row: Row, config: FeedConfig) -> None:
        """Add the next older entry, unless the limits are reached; the first always fits."""
        cost = row.size + ENTRY_OVERHEAD_BYTES
        if self.rows and self.bytes + cost > config.max_bytes:
            self.is_full = True
            return
        self.rows.append(row)
        self.bytes += cost
        self.is_full = len(self.rows) >= config.limit


def plan_feeds(rows: Iterable[Row], topics: Iterable[Topic], config: FeedConfig) -> list[Plan]:
    """Return the plans: all articles first, then the topics in the order given.

    Args:
        rows: every entry, newest first.
        topics: every topic there is; a declared one gets its feed even when it has no entry.
        config: the limits.
    """
    whole = Plan(None, [])
    by_slug = {topic.slug: Plan(topic, []) for topic in topics}
    plans: dict[str, list[Plan]] = {}  # by the topics as written; there are few combinations
    for row in rows:
        chosen = plans.get(row.topics)
        if chosen is None:
            chosen = [whole, *(by_slug[slug] for slug in row.topics.split() if slug in by_slug)]
            plans[row.topics] = chosen
        for plan in chosen:
            plan.total += 1
            if not plan.is_full:
                plan.take(row, config)
    return [whole, *(p for p in by_slug.values() if p.rows or (p.topic and p.topic.declared))]


def main_language(rows: Iterable[Row], config: FeedConfig) -> str:
    """Return the language a feed declares: the configured one, else the most frequent."""
    if config.language:
        return config.language
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
