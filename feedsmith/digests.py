"""Closed periods of digest topics: frozen in the ledger, read back for the feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from feedsmith.builder import digests, feeds
from feedsmith.builder.digests import Digest, DigestRow, Kind, Member, Period
from feedsmith.cache import EntryRow
from feedsmith.config import Config
from feedsmith.feedmodel import Site
from feedsmith.ledger import Ledger
from feedsmith.loading import Loader
from feedsmith.model import Topic
from feedsmith.shelf import Shelf
from feedsmith.topics import Catalog


def kinds_of(config: Config, catalog: Catalog) -> Mapping[str, Kind]:
    """Return how long the periods of each digest topic are, by slug."""
    pairs = zip(catalog.declared, config.topic, strict=True)
    return {topic.slug: declared.digest for topic, declared in pairs if declared.digest}


def close(ledger: Ledger, loader: Loader, shelf: Shelf, kinds: Mapping[str, Kind]) -> None:
    """Freeze the periods that have closed since the last build.

    Args:
        ledger: inside the run's transaction.
        loader: gives the articles of the rows.
        shelf: every entry.
        kinds: the digest topics.
    """
    latest = shelf.newest_time()
    for slug, kind in kinds.items():
        before = _newest(ledger, slug)
        times = [datetime.fromisoformat(latest)] if latest else []
        newest = max([*times, *([before] if before else [])], default=None)
        if newest is None:
            continue
        taken = {one.id for digest in _stored(ledger, slug) for one in digest.members}
        mine = (row for row in shelf.newest(slug) if row.id not in taken)
        for period, found in digests.closed(mine, kind, newest, before).items():
            _freeze(ledger, loader, slug, period, found)
        query = "REPLACE INTO digest_topics VALUES (?, ?)"
        ledger.db.execute(query, (slug, newest.isoformat()))


def rows_of(
    ledger: Ledger, topic: Topic, site: Site, feed_id: str, shown: Mapping[str, str] | None = None
) -> list[DigestRow]:
    """Return the entries of a topic's closed periods, newest first.

    Args:
        ledger: has the periods.
        topic: whose they are.
        site: see builder.digests.row_of.
        feed_id: likewise.
        shown: the pages of the articles that may be shown, by id; None means all, as they were.
    """
    removed = _removed(ledger)
    stored = _stored(ledger, topic.slug)
    if shown is not None:
        known = {**dict.fromkeys(removed, ""), **shown}
        stored = (_cut(digest, known) for digest in stored)
    made = (digests.row_of(digest, topic, site, feed_id, removed) for digest in stored)
    found = [row for row in made if row]
    return sorted(found, key=lambda row: (row.published, row.id), reverse=True)


def _cut(digest: Digest, shown: Mapping[str, str]) -> Digest:
    kept = [one for one in digest.members if one.id in shown]
    return replace(digest, members=tuple(replace(m, permalink=shown[m.id]) for m in kept))


def _freeze(
    ledger: Ledger, loader: Loader, slug: str, period: Period, rows: Sequence[feeds.Row]
) -> None:
    entries = [loader.entry(row) for row in rows if isinstance(row, EntryRow)]
    members = json.dumps([digests.member(entry).to_dict() for entry in entries], ensure_ascii=False)
    ledger.db.execute(
        "INSERT INTO digests VALUES (?, ?, ?, ?, ?, ?)",
        (
            slug, period.name, period.starts.isoformat(), period.ends.isoformat(),
            feeds.frequent_language(rows), members,
        ),
    )  # fmt: skip


def _stored(ledger: Ledger, slug: str) -> Iterator[Digest]:
    query = "SELECT * FROM digests WHERE topic = ? ORDER BY starts, period"
    for _, name, starts, ends, language, members in ledger.db.execute(query, (slug,)).fetchall():
        period = Period(name, datetime.fromisoformat(starts), datetime.fromisoformat(ends))
        yield Digest(period, language, tuple(Member(**one) for one in json.loads(members)))


def _newest(ledger: Ledger, slug: str) -> datetime | None:
    query = "SELECT newest FROM digest_topics WHERE topic = ?"
    row = ledger.db.execute(query, (slug,)).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def _removed(ledger: Ledger) -> dict[str, datetime]:
    """Return when articles were removed on purpose; the oldest removals have no time."""
    query = (
        "SELECT id, coalesce(tombstones.removed, first_seen)"
        " FROM articles LEFT JOIN tombstones USING (id) WHERE articles.removed"
    )
    return {i: datetime.fromisoformat(when) for i, when in ledger.db.execute(query)}
