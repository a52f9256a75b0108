"""Every entry in the cache, kept in the orders that feeds ask for, with a note of what changed.

A feed reads the few rows that it shows, an archive page its own; nobody needs all of them at once.
`members` says which topics an entry is in, `dirty` which entries this run put, changed or dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from feedsmith.cache import Cache, EntryRow

Place = tuple[str, str, str]  # seen, dated, id: where an entry stands in the order of arrival
FIRST: Place = ("", "", "")  # before every entry
# What is asked in the order of "t": of all entries, or of a topic's.
_ALL = "SELECT t.* FROM entries AS t {} WHERE true"
_OF_TOPIC = (
    "SELECT e.* FROM members AS t {} CROSS JOIN entries AS e USING (id) WHERE t.topic = :topic"
)
_BY_ARRIVAL = "INDEXED BY arrivals", "INDEXED BY members_arrivals"


# How many entries each topic has. Counted once, when first asked for, and from then on by SQLite.
_COUNTED = (
    "CREATE TABLE totals (topic TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO totals SELECT topic, count(*) FROM members GROUP BY topic",
    """
    CREATE TRIGGER one_more AFTER INSERT ON members BEGIN
        INSERT INTO totals VALUES (NEW.topic, 1)
        ON CONFLICT (topic) DO UPDATE SET number = number + 1;
    END
    """,
    """
    CREATE TRIGGER one_less AFTER DELETE ON members BEGIN
        UPDATE totals SET number = number - 1 WHERE topic = OLD.topic;
    END
    """,
)


class Dirty(NamedTuple):
    """An entry that this run touched; `topics` are slugs, those that it lost as well."""

    id: str
    place: Place
    permalink: str
    topics: tuple[str, ...]


class Shelf:
    """The entries; `excludes` are topics that the feed of all articles leaves out."""

    def __init__(self, cache: Cache, excludes: Collection[str] = ()) -> None:
        self._db = cache.db
        self._excludes = frozenset(excludes)

    def put(self, row: EntryRow) -> None:
        """Store an entry, new or changed."""
        old = self.get(row.id)
        if old == row:
            return
        self._db.execute(
            "REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
        )
        if old:
            self._leave_topics(old)
        rows = [(slug, row.published, row.id, row.seen, row.dated) for slug in row.topics.split()]
        self._db.executemany("INSERT OR IGNORE INTO members VALUES (?, ?, ?, ?, ?)", rows)
        self._note(row, f"{old.topics} {row.topics}" if old else row.topics)

    def drop(self, article_id: str) -> None:
        """Forget an entry that no file holds any more."""
        old = self.get(article_id)
        if old:
            self._db.execute("DELETE FROM entries WHERE id = ?", (article_id,))
            self._leave_topics(old)
            self._note(old, old.topics)

    def get(self, article_id: str) -> EntryRow | None:
        """Return an entry, or None."""
        row = self._db.execute("SELECT * FROM entries WHERE id = ?", (article_id,)).fetchone()
        return EntryRow(*row) if row else None

    def newest(self, slug: str | None = None) -> Iterator[EntryRow]:
        """Yield the entries of a topic (None: of the feed of all), newest first; ties by id."""
        return self._rows(slug, "ORDER BY t.published DESC, t.id")

    def ids(self, start: int = 0) -> Iterator[str]:
        """Yield the ids of all entries, newest first, leaving out so many."""
        query = "SELECT id FROM entries ORDER BY published DESC, id LIMIT -1 OFFSET ?"
        return (row[0] for row in self._db.execute(query, (start,)))

    def unread(self, slug: str | None, since: str, after: EntryRow) -> Iterator[EntryRow]:
        """Yield the entries met from `since` on that come after one in the order of `newest`.

        There are few as a rule, which SQLite does not know.
        """
        return self._rows(
            slug,
            "AND t.seen >= :since"
            " AND (t.published < :published OR (t.published = :published AND t.id > :id))"
            " ORDER BY t.published DESC, t.id",
            {"since": since, "published": after.published, "id": after.id},
            by=_BY_ARRIVAL,
        )

    def arrivals(self, slug: str | None = None, start: Place = FIRST) -> Iterator[EntryRow]:
        """Yield the entries of a feed from a place on, in the order in which they were met."""
        return self._rows(
            slug,
            "AND (t.seen, t.dated, t.id) >= (:seen, :dated, :id) ORDER BY t.seen, t.dated, t.id",
            dict(zip(("seen", "dated", "id"), start, strict=True)),
        )

    def latest(self, slug: str | None = None) -> Iterator[EntryRow]:
        """Yield the entries of a feed, the last met first."""
        return self._rows(slug, "ORDER BY t.seen DESC, t.dated DESC, t.id DESC")

    def totals(self) -> dict[str | None, int]:
        """Return the number of entries of each topic, and of the feed of all (None)."""
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'totals'").fetchone():
            for statement in _COUNTED:
                self._db.execute(statement)
        counts: dict[str | None, int] = dict(
            self._db.execute("SELECT topic, number FROM totals WHERE number")
        )
        return {**counts, None: len(self) - self._excluded()}

    def __len__(self) -> int:
        count: int = self._db.execute("SELECT count(*) FROM entries").fetchone()[0]
        return count

    def newest_time(self) -> str:
        """Return when the newest of all entries was published, "" without any."""
        return self._one("SELECT max(published) FROM entries")

    def met_first(self) -> str:
        """Return when the first entry was met, "" without any."""
        return self._one("SELECT min(seen) FROM entries")

    def met_last(self) -> str:
        """Return when the last entry was met, "" without any."""
        return self._one("SELECT max(seen) FROM entries")

    def met_after(self, first: str, since: str) -> str:
        """Return the earliest time later than `first`, from `since` on, at which one was met."""
        query = "SELECT min(seen) FROM entries WHERE seen > ? AND seen >= ?"
        return self._one(query, first, since)

    def dirty(self) -> Iterator[Dirty]:
        """Yield what this run touched, by id: any other order takes room to sort them all."""
        rows = self._db.execute("SELECT * FROM dirty ORDER BY id")
        for identifier, seen, dated, permalink, topics in rows:
            place = (seen, dated, identifier)
            yield Dirty(identifier, place, permalink, tuple(topics.split()))

    def dirty_arrivals(self) -> Iterator[str]:
        """Yield the ids of what this run touched, in the order of arrival."""
        return (row[0] for row in self._db.execute("SELECT id FROM dirty ORDER BY seen, dated, id"))

    def settle(self) -> None:
        """Note that all that was touched has been published, in every out folder."""
        self._db.execute("REPLACE INTO meta SELECT 'settled', value FROM meta WHERE key = 'run'")
        self._db.execute("DELETE FROM dirty")

    def _rows(
        self,
        slug: str | None,
        which: str,
        values: Mapping[str, str] | None = None,
        *,
        by: tuple[str, str] = ("", ""),
    ) -> Iterator[EntryRow]:
        query = _ALL.format(by[0]) if slug is None else _OF_TOPIC.format(by[1])
        cursor = self._db.execute(f"{query} {which}", {**(values or {}), "topic": slug})
        rows = map(EntryRow._make, cursor)
        if slug is None and self._excludes:
            return (row for row in rows if not self._excludes & set(row.topics.split()))
        return rows

    def _excluded(self) -> int:
        marks = ", ".join("?" * len(self._excludes))
        query = f"SELECT count(DISTINCT id) FROM members WHERE topic IN ({marks})"  # noqa: S608
        return int(self._db.execute(query, sorted(self._excludes)).fetchone()[0])

    def _one(self, query: str, *values: str) -> str:
        return self._db.execute(query, values).fetchone()[0] or ""

    def _leave_topics(self, row: EntryRow) -> None:
        query = "DELETE FROM members WHERE topic = ? AND published = ? AND id = ?"
        rows = [(slug, row.published, row.id) for slug in row.topics.split()]
        self._db.executemany(query, rows)

    def _note(self, row: EntryRow, topics: str) -> None:
        self._db.execute(
            "INSERT INTO dirty VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET topics = topics || ' ' || excluded.topics",
            (row.id, row.seen, row.dated, row.permalink, topics),
        )
