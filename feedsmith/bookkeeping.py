"""Ledgers and their texts ↔ what they hold: read for export and merging, written whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace

from feedsmith import doubles
from feedsmith.book import Book, Frozen, Held, Remembered, Removal, from_lines, order_of
from feedsmith.errors import ConfigError
from feedsmith.ledger import Ledger
from feedsmith.memory import open_copy

_SQLITE = b"SQLite format 3\x00"
_TABLES = (
    "articles", "aliases", "files", "names", "tombstones", "digests", "digest_topics", "doubles",
    "prints", "print_hashes", "junk",
)  # fmt: skip


def read(path: str) -> Book:
    """Return what a ledger, or the text of one, holds; the file is only looked at.

    Raises:
        ConfigError: there is no such file, or it is no text of a ledger.
        LedgerError: the ledger is damaged, or of a version that this program doesn't know.
    """
    try:
        with open(path, "rb") as stream:
            is_ledger = stream.read(len(_SQLITE)) == _SQLITE
        if not is_ledger:
            with open(path, encoding="utf-8") as lines:
                return from_lines(lines, path)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a text"
        raise ConfigError(f"{path}: cannot be read as a ledger: {why}") from error
    with open_copy(path) as ledger:
        return of_ledger(ledger)


def of_ledger(ledger: Ledger) -> Book:
    """Return what an open ledger holds."""
    also: dict[str, set[str]] = {}
    for name, article_id in ledger.db.execute("SELECT name, id FROM aliases"):
        also.setdefault(article_id, set()).add(name)
    removals = dict(_removals(ledger.db))
    articles = {
        known.id: Remembered(
            replace(known, live=False, removed=False),
            frozenset(also.get(known.id, ())),
            removals.get(known.id, Removal("", None)) if known.removed else None,
        )
        for known in ledger.every()
    }
    files = ledger.db.execute("SELECT path, part, id, source FROM files")
    digests = ledger.db.execute("SELECT * FROM digests")
    return Book(
        articles=articles,
        files={(path, part): Held(*held) for path, part, *held in files},
        names=dict(ledger.db.execute("SELECT name, value FROM names")),
        digests={
            (topic, period): Frozen(starts, ends, language, tuple(json.loads(members)))
            for topic, period, starts, ends, language, members in digests
        },
        newest=dict(ledger.db.execute("SELECT topic, newest FROM digest_topics")),
        doubles=dict(doubles.pairs(ledger)),
        prints=dict(doubles.prints(ledger)),
        junk={row[:2]: row[2:] for row in ledger.db.execute("SELECT * FROM junk")},
    )


def write(ledger: Ledger, book: Book) -> None:
    """Make a ledger hold this and nothing else; what was in its feeds goes on being so.

    Args:
        ledger: inside a transaction.
        book: what it shall hold.
    """
    live = set(ledger.live())
    for table in _TABLES:
        ledger.db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
    for remembered in sorted(book.articles.values(), key=order_of):
        _put(ledger, remembered, live)
    rows = ((path, part, *held) for (path, part), held in sorted(book.files.items()))
    ledger.db.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", rows)
    ledger.db.executemany("INSERT INTO names VALUES (?, ?)", sorted(book.names.items()))
    ledger.db.executemany("INSERT INTO digest_topics VALUES (?, ?)", sorted(book.newest.items()))
    ledger.db.executemany("INSERT INTO digests VALUES (?, ?, ?, ?, ?, ?)", _digests(book.digests))
    lines = ((*key, *value) for key, value in sorted(book.junk.items()))
    ledger.db.executemany("INSERT INTO junk VALUES (?, ?, ?, ?)", lines)
    for article_id, leader in sorted(book.doubles.items()):
        doubles.join(ledger, article_id, leader)
    for remembered in sorted(book.articles.values(), key=order_of):  # the oldest is found first
        doubles.note(ledger, remembered.known.id, book.prints.get(remembered.known.id, ()))


def _put(ledger: Ledger, remembered: Remembered, live: set[str]) -> None:
    known, removal = remembered.known, remembered.removal
    ids = {known.id, *(name[3:] for name in remembered.also if name.startswith("id:"))}
    ledger.put(replace(known, live=bool(ids & live), removed=removal is not None))
    names = ((name, known.id) for name in sorted(remembered.also))
    ledger.db.executemany("INSERT INTO aliases VALUES (?, ?)", names)
    if removal and removal.when:
        topics = None if removal.topics is None else " ".join(removal.topics)
        row = (known.id, removal.when, topics)
        ledger.db.execute("INSERT INTO tombstones VALUES (?, ?, ?)", row)


def _removals(database: sqlite3.Connection) -> Iterator[tuple[str, Removal]]:
    for article_id, when, topics in database.execute("SELECT id, removed, topics FROM tombstones"):
        yield article_id, Removal(when, None if topics is None else tuple(sorted(topics.split())))


def _digests(digests: Mapping[tuple[str, str], Frozen]) -> Iterator[tuple[str, ...]]:
    for (topic, period), frozen in sorted(digests.items()):
        members = json.dumps(list(map(dict, frozen.members)), ensure_ascii=False)
        yield (topic, period, frozen.starts, frozen.ends, frozen.language, members)
