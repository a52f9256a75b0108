"""The ledger (SQLite): what must be remembered for ids never to change. Real state, not a cache.

One transaction a run, committed only after the feeds are published. A damaged ledger stops the
run: setting it aside silently would mint ids anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from feedsmith import store
from feedsmith.book import DATE_ORDER, name_of_bytes
from feedsmith.errors import LEDGER_ADVICE, LedgerError
from feedsmith.identity import Known
from feedsmith.tables import SCHEMA, STEPS, VERSION

_COLUMNS = (
    "id, permalink, url, site, title, published, text_hash, sketch, source, parser, first_seen, "
    "horizon, dated, updated, live, removed, filed"
)

# What came later and changes nothing for who does not know of it: the last number without a search.
_BY_NUMBER = "CREATE INDEX IF NOT EXISTS by_number ON articles (number)"
_LIVE = "WHERE live AND NOT removed"
_PUT = """
INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    url = excluded.url, site = excluded.site, title = excluded.title,
    published = excluded.published, text_hash = excluded.text_hash, sketch = excluded.sketch,
    source = excluded.source, parser = excluded.parser, horizon = excluded.horizon,
    updated = excluded.updated, live = excluded.live, removed = excluded.removed
"""


class Ledger:
    """A `Memory` that keeps; every method works inside the run's one transaction."""

    def __init__(self, path: str, connection: sqlite3.Connection) -> None:
        self.path = path
        self.db = connection
        self._number = connection.execute("SELECT max(number) FROM articles").fetchone()[0] or 0
        self._was_merged = bool(connection.execute("SELECT 1 FROM aliases LIMIT 1").fetchone())

    def is_empty(self) -> bool:
        """Say whether no article is known."""
        return not self._number

    def begin(self) -> None:
        """Start the run's transaction; nothing is kept until `commit`."""
        self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep what the run learnt; called after the feeds were published."""
        self.db.execute("COMMIT")

    def close(self) -> None:
        """Close the file; an open transaction is forgotten."""
        self.db.close()

    def by_path(self, path: str, part: str) -> Known | None:
        """Return the article last seen in this part of this file."""
        return self._one("id = (SELECT id FROM files WHERE path = ? AND part = ?)", path, part)

    def by_file(self, path: str, part: str, source: str) -> Known | None:
        """Return the article that this part of this file held when its bytes were the same."""
        where = "id = (SELECT id FROM files WHERE path = ? AND part = ? AND source = ?)"
        return self._one(where, path, part, source) or self._also(name_of_bytes(source, part))

    def by_url(self, url: str) -> Known | None:
        """Return the oldest article of this canonical address."""
        return self._one("url = ? AND url <> '' ORDER BY number", url) or self._also(f"url:{url}")

    def by_text(self, text_hash: str) -> Known | None:
        """Return the oldest article with exactly this text."""
        return self._one("text_hash = ? ORDER BY number", text_hash)

    def by_key(self, site: str, title: str, published: datetime) -> Known | None:
        """Return the oldest article of this site, folded title and time."""
        where = "title = ? AND published = ? AND site = ? ORDER BY number"
        found = self._one(where, title, _out(published), site)
        return found or self._also(f"key:{site}|{_out(published)}|{title}")

    def by_id(self, article_id: str) -> Known | None:
        """Return the article of this id, or of which it was the id before ledgers were merged."""
        return self._one("id = ?", article_id) or self._also(f"id:{article_id}")

    def every(self) -> Iterator[Known]:
        """Yield all articles, in no order."""
        return map(_known, self.db.execute(f"SELECT {_COLUMNS} FROM articles"))  # noqa: S608

    def put(self, known: Known) -> None:
        """Remember an article, new or changed."""
        self._number += 1
        row = (
            known.id, known.permalink, known.url, known.site, known.title, _out(known.published),
            known.text_hash, json.dumps(known.sketch), known.source, known.parser,
            _out(known.first_seen), _out(known.horizon), _out(known.dated), _out(known.updated),
            known.live, known.removed, self._number, _out(known.filed),
        )  # fmt: skip
        self.db.execute(_PUT, row)

    def put_file(self, path: str, part: str, article_id: str, source: str) -> None:
        """Remember which article a part of a file held, and the digest of the file's bytes."""
        self.db.execute("REPLACE INTO files VALUES (?, ?, ?, ?)", (path, part, article_id, source))

    def retire(self, ids: Iterable[str]) -> None:
        """Note that these articles are in no feed now; they keep their ids should they return."""
        self.db.executemany("UPDATE articles SET live = 0 WHERE id = ?", [(i,) for i in ids])

    def set_removed(self, article_id: str, *, removed: bool) -> None:
        """Note that the user took an article out on purpose, or let it in again."""
        self.db.execute("UPDATE articles SET removed = ? WHERE id = ?", (removed, article_id))

    def ids_in(self, path: str) -> list[str]:
        """Return the ids of the articles that a file held when it was last read."""
        rows = self.db.execute("SELECT id FROM files WHERE path = ? ORDER BY part", (path,))
        return [row[0] for row in rows]

    def live(self) -> Iterator[str]:
        """Yield the ids of the articles that the last published feeds knew, sorted."""
        rows = self.db.execute(f"SELECT id FROM articles {_LIVE} ORDER BY id")  # noqa: S608
        return (row[0] for row in rows)

    def number_live(self) -> int:
        """Return how many those are."""
        count: int = self.db.execute(f"SELECT count(*) FROM articles {_LIVE}").fetchone()[0]  # noqa: S608
        return count

    def is_live(self, article_id: str) -> bool:
        """Say whether an article is one of those."""
        query = f"SELECT 1 FROM articles {_LIVE} AND id = ?"  # noqa: S608 (our own text)
        return self.db.execute(query, (article_id,)).fetchone() is not None

    def name(self, key: str, default: str) -> str:
        """Return the value minted under a name, minting the default the first time."""
        row = self.db.execute("SELECT value FROM names WHERE name = ?", (key,)).fetchone()
        if row:
            value: str = row[0]
            return value
        self.db.execute("INSERT INTO names VALUES (?, ?)", (key, default))
        return default

    def _also(self, name: str) -> Known | None:
        """Return the article of which another ledger knew this name."""
        if not self._was_merged:
            return None
        return self._one("id = (SELECT id FROM aliases WHERE name = ?)", name)

    def date_order(self, article_id: str) -> str:
        """Return the order in which other files had an ambiguous date read, "" if none had."""
        return self.named(DATE_ORDER + article_id)

    def put_date_order(self, article_id: str, order: str) -> None:
        """Remember in which order the date of a new article is read, for ever."""
        row = (DATE_ORDER + article_id, order)
        self.db.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", row)

    def named(self, key: str) -> str:
        """Return the value under a name, "" when there is none."""
        row = self.db.execute("SELECT value FROM names WHERE name = ?", (key,))
        return next((value for (value,) in row), "")

    def names(self, start: str) -> list[tuple[str, str]]:
        """Return (name, value) of all names that begin so, in order."""
        query = "SELECT name, value FROM names WHERE name >= ? AND name < ? ORDER BY name"
        return self.db.execute(query, (start, start + chr(0x10FFFF))).fetchall()

    def set_name(self, key: str, value: str) -> None:
        """Remember a value under a name in place of the one that it had."""
        self.db.execute("REPLACE INTO names VALUES (?, ?)", (key, value))

    def forget_name(self, key: str) -> None:
        """Forget a name."""
        self.db.execute("DELETE FROM names WHERE name = ?", (key,))

    def _one(self, where: str, *values: str | None) -> Known | None:
        row = self.db.execute(
            f"SELECT {_COLUMNS} FROM articles WHERE {where} LIMIT 1",  # noqa: S608 (our own text)
            values,
        ).fetchone()
        return _known(row) if row else None


def open_ledger(path: str) -> Ledger:
    """Open the ledger, or make an empty one.

    Raises:
        LedgerError: the file is damaged, or of a version that this program doesn't know.
    """
    try:
        connection = store.connect(path, SCHEMA, VERSION, STEPS)
        connection.execute(_BY_NUMBER)
        return Ledger(path, connection)
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"{path}: cannot be used: {error}; {LEDGER_ADVICE}") from error


def _known(row: Sequence[str]) -> Known:
    return Known(
        id=row[0],
        permalink=row[1],
        url=row[2],
        site=row[3],
        title=row[4],
        published=datetime.fromisoformat(row[5]) if row[5] else None,
        text_hash=row[6],
        sketch=tuple(json.loads(row[7])),
        source=row[8],
        parser=row[9],
        first_seen=datetime.fromisoformat(row[10]),
        horizon=datetime.fromisoformat(row[11]),
        dated=datetime.fromisoformat(row[12]),
        updated=datetime.fromisoformat(row[13]),
        live=bool(row[14]),
        removed=bool(row[15]),
        filed=datetime.fromisoformat(row[16]) if row[16] else None,
    )


def _out(when: datetime | None) -> str | None:
    return when.astimezone(UTC).isoformat() if when else None
