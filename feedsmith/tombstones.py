"""What was taken out of the feeds on purpose, told to readers for a while (RFC 6721).

A file that only vanished leaves no tombstone: its disk may come back. How long one stands is
counted against the ledger's own latest time, that of the last article met or removed, so the same
ledger gives the same feeds whatever the day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from feedsmith.feedmodel import Tombstone
from feedsmith.ledger import Ledger

MOST: Final = 500  # tombstones a feed; some 60 kB
_MET: Final = "met"  # in the ledger's names
Row = tuple[str, str, str | None]


class Removed(NamedTuple):
    """An article that was removed, when, and the slugs of its topics then."""

    id: str
    when: datetime
    topics: tuple[str, ...]


def bury(ledger: Ledger, article_id: str, topics: str | None, when: datetime) -> None:
    """Remember a removal; one that was removed before keeps its time.

    Args:
        ledger: inside a transaction.
        article_id: the entry's id.
        topics: slugs parted by blanks; None when nobody knows now.
        when: the time of removal.
    """
    ledger.set_removed(article_id, removed=True)
    row = (article_id, when.astimezone(UTC).isoformat(), topics)
    ledger.db.execute("INSERT INTO tombstones VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)


def take_back(ledger: Ledger, article_id: str) -> None:
    """Let an article in again and forget that it was removed."""
    ledger.set_removed(article_id, removed=False)
    ledger.db.execute("DELETE FROM tombstones WHERE id = ?", (article_id,))


def place(ledger: Ledger, article_id: str, topics: str) -> None:
    """Fill in the topics of a removed article where they were not known."""
    query = "UPDATE tombstones SET topics = ? WHERE id = ? AND topics IS NULL"
    ledger.db.execute(query, (topics, article_id))


def standing(ledger: Ledger, days: int) -> tuple[Removed, ...]:
    """Return the removals that readers are still told of, the newest first."""
    query = "SELECT id, removed, topics FROM tombstones ORDER BY removed DESC, id"
    rows = ledger.db.execute(query).fetchall() if days else []
    if not rows:
        return ()
    oldest = datetime.fromisoformat(max(_met(ledger), rows[0][1])) - timedelta(days=days)
    found = (
        Removed(i, datetime.fromisoformat(when), tuple((t or "").split())) for i, when, t in rows
    )
    return tuple(removed for removed in found if removed.when >= oldest)


def every(ledger: Ledger) -> tuple[Row, ...]:
    """Return all that was removed: id, time and topics as stored."""
    return tuple(ledger.db.execute("SELECT id, removed, topics FROM tombstones ORDER BY id"))


def mirror(ledger: Ledger, rows: Iterable[Row], met: str) -> None:
    """Let a ledger without articles tell of what was removed from the parts of another one.

    Args:
        ledger: inside a transaction.
        rows: of `every`.
        met: when the last article was met, RFC 3339 in UTC.
    """
    ledger.db.execute("DELETE FROM tombstones")
    ledger.db.executemany("INSERT INTO tombstones VALUES (?, ?, ?)", rows)
    ledger.set_name(_MET, met)


def _met(ledger: Ledger) -> str:
    met = ledger.db.execute("SELECT max(first_seen) FROM articles").fetchone()[0]
    return met or ledger.named(_MET)


def of_feed(
    removed: Iterable[Removed], slug: str | None, all_excludes: Collection[str]
) -> tuple[Tombstone, ...]:
    """Return the tombstones of one feed: that of a topic, or (slug None) that of all articles."""
    if slug is None:
        stones = [r for r in removed if not set(r.topics) & set(all_excludes)]
    else:
        stones = [r for r in removed if slug in r.topics]
    return tuple(Tombstone(r.id, r.when) for r in stones[:MOST])
