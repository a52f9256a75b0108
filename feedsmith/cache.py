"""The cache (SQLite): parsed articles, the index of files, what lies in out/.

Deleting it costs time only.

Tables, from the cheapest question to the dearest: `meta` and `folders` answer "did anything
change?", `files` says which file did, `articles` spares parsing, `entries` spares identity,
`outputs` spares writing. `news`, `affected`, `undecided` and `dirty` are what one run hands on
from step to step, empty between runs, so that no list of all articles is ever in memory. One
transaction a run, committed after the feeds are published.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from feedsmith import store
from feedsmith.rows import ArticleRow, Copy, EntryRow, FileRow
from feedsmith.sight import Sight

__all__ = ["ArticleRow", "Cache", "Copy", "EntryRow", "FileRow", "open_cache"]

VERSION = 12
PAGES_KIB = 8_000  # KiB of pages kept in memory, so that a first build writes most rows once
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('born', hex(randomblob(8)));
CREATE TABLE folders (path TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, folder TEXT NOT NULL, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL,
    inode INTEGER NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX in_folder ON files (folder);
CREATE INDEX of_kind ON files (kind);
CREATE TABLE news (
    path TEXT NOT NULL, name BLOB NOT NULL, relative TEXT NOT NULL, folder TEXT NOT NULL,
    mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, inode INTEGER NOT NULL,
    PRIMARY KEY (path, name)
) WITHOUT ROWID;
CREATE TABLE affected (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE remarks (
    path TEXT NOT NULL, failed INTEGER NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL
);
CREATE INDEX remarks_of ON remarks (path);
CREATE TABLE articles (
    path TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, trait TEXT NOT NULL,
    topics TEXT NOT NULL, fields TEXT NOT NULL, html TEXT NOT NULL,
    text TEXT NOT NULL, relative TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
    language TEXT NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (path, part)
);
CREATE INDEX copies ON articles (id);
CREATE TABLE media (
    path TEXT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (path, part, name)
) WITHOUT ROWID;
CREATE TABLE lent (
    path TEXT NOT NULL, part TEXT NOT NULL, target TEXT NOT NULL, additions TEXT NOT NULL,
    PRIMARY KEY (path, part)
) WITHOUT ROWID;
CREATE INDEX lent_to ON lent (target);
CREATE TABLE orders (
    path TEXT NOT NULL, part TEXT NOT NULL, origin TEXT NOT NULL, date_order TEXT NOT NULL,
    PRIMARY KEY (path, part)
) WITHOUT ROWID;
CREATE INDEX orders_of ON orders (origin, date_order);
CREATE TABLE lines (
    line INTEGER NOT NULL, place INTEGER NOT NULL, body INTEGER NOT NULL, article INTEGER NOT NULL,
    files INTEGER NOT NULL, PRIMARY KEY (line, place, body, article)
) WITHOUT ROWID;
CREATE TABLE undecided (
    path TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL,
    names TEXT NOT NULL
);
CREATE TABLE corrections (id TEXT PRIMARY KEY, additions TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE topics (
    slug TEXT PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL, parent TEXT,
    declared INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE stories (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, site TEXT NOT NULL,
    published TEXT NOT NULL, day INTEGER NOT NULL, words BLOB NOT NULL, leader TEXT NOT NULL
);
CREATE INDEX stories_of ON stories (leader);
CREATE TABLE story_words (
    word INTEGER NOT NULL, day INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (word, day, number)
) WITHOUT ROWID;
"""
# What is shown in one out folder and was made for it; each has these tables, the main one here.
OUTPUTS_SCHEMA = """
CREATE TABLE entries (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, part TEXT NOT NULL, published TEXT NOT NULL,
    updated TEXT NOT NULL, permalink TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
    language TEXT NOT NULL, topics TEXT NOT NULL, additions TEXT NOT NULL, seen TEXT NOT NULL,
    dated TEXT NOT NULL, filed TEXT NOT NULL, elsewhere TEXT NOT NULL, story TEXT NOT NULL
);
CREATE INDEX newest ON entries (published DESC, id);
CREATE INDEX arrivals ON entries (seen, dated, id);
CREATE TABLE members (
    topic TEXT NOT NULL, published TEXT NOT NULL, id TEXT NOT NULL, seen TEXT NOT NULL,
    dated TEXT NOT NULL, PRIMARY KEY (topic, published DESC, id)
) WITHOUT ROWID;
CREATE INDEX members_arrivals ON members (topic, seen, dated, id);
CREATE TABLE dirty (
    id TEXT PRIMARY KEY, seen TEXT NOT NULL, dated TEXT NOT NULL, permalink TEXT NOT NULL,
    topics TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE outputs (
    kind INTEGER NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, path)
) WITHOUT ROWID;
CREATE TABLE fits (folder TEXT PRIMARY KEY, key TEXT NOT NULL, entries INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE archives (
    folder TEXT PRIMARY KEY, salt TEXT NOT NULL, seen TEXT NOT NULL, dated TEXT NOT NULL,
    id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE cuts (
    folder TEXT NOT NULL, seen TEXT NOT NULL, dated TEXT NOT NULL, id TEXT NOT NULL,
    is_closed INTEGER NOT NULL, PRIMARY KEY (folder, seen, dated, id)
) WITHOUT ROWID;
CREATE TABLE places (
    path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, inode INTEGER NOT NULL
) WITHOUT ROWID;
"""

_PUT_ARTICLE = "REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_IS_PROBLEM = "(failed OR remarks.kind = 'AmbiguousDate')"


class Cache(Sight):
    """Thin, typed statements; every change waits for `commit`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection
        self.whole: Cache = self  # a window has what it looks at

    def begin(self) -> None:
        """Start the run's transaction."""
        self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep the run's changes."""
        self.db.execute("COMMIT")

    def close(self) -> None:
        """Close the file; an open transaction is forgotten."""
        self.db.close()

    def meta(self, key: str) -> str:
        """Return a remembered value, "" when there is none."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Remember a value."""
        self.db.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))

    def folders(self) -> dict[str, bytes]:
        """Return the digest of every folder of the last scan."""
        return dict(self.db.execute("SELECT path, digest FROM folders"))

    def files_in(self, folder: str) -> dict[str, FileRow]:
        """Return the files that the last scan saw in a folder, by path."""
        rows = self.db.execute("SELECT * FROM files WHERE folder = ?", (folder,))
        return {row[0]: FileRow(*row) for row in rows}

    def put_files(self, rows: Iterable[FileRow]) -> None:
        """Remember files."""
        self.db.executemany("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def article(self, path: str, part: str) -> ArticleRow:
        """Return the stored article of a part of a file."""
        query = "SELECT * FROM articles WHERE path = ? AND part = ?"
        return ArticleRow(*self.db.execute(query, (path, part)).fetchone())

    def put_article(self, row: ArticleRow) -> None:
        """Store an article."""
        self.db.execute(_PUT_ARTICLE, row)

    def put_media(self, path: str, part: str, names: Iterable[str]) -> None:
        """Remember which published pictures an article shows."""
        rows = [(path, part, name) for name in names]
        if rows:
            self.db.executemany("REPLACE INTO media VALUES (?, ?, ?)", rows)

    def media(self) -> list[tuple[str, str]]:
        """Return (name, path) of every picture that an entry shows, with a file that holds it."""
        rows = self.db.execute(
            "SELECT name, min(path) FROM media CROSS JOIN articles USING (path, part)"
            " CROSS JOIN entries USING (id, path, part) GROUP BY name"
        )
        return list(rows)

    def ids_in(self, path: str) -> list[str]:
        """Return the ids of the articles that a file holds."""
        rows = self.db.execute("SELECT id FROM articles WHERE path = ?", (path,))
        return [row[0] for row in rows]

    def stale(self) -> Iterator[tuple[str]]:
        """Yield the path of every file that is new, changed or gone, as a row."""
        return self.db.execute("SELECT path FROM news")

    def drop_stale(self) -> None:
        """Forget what was read from files that are new, changed or gone."""
        for table in ("articles", "media", "lent", "orders", "remarks"):
            query = f"DELETE FROM {table} WHERE path = ?"  # noqa: S608 (our own names)
            self.db.executemany(query, self.stale())

    def affect(self, ids: Iterable[str]) -> None:
        """Note articles whose entries are to be settled anew in this run."""
        self.db.executemany("INSERT OR IGNORE INTO affected VALUES (?)", ((i,) for i in ids))

    def go_by_time(self, paths: Iterable[str]) -> bool:
        """Say whether the time of one of these files decides anything.

        It does where an article lies in another place as well, and in the feed of problems.
        """
        return any(self._has_copies(path) or self._has_problem(path) for path in paths)

    def _has_copies(self, path: str) -> bool:
        query = "SELECT 1 FROM articles WHERE id = ? LIMIT 1 OFFSET 1"
        return any(self.db.execute(query, (i,)).fetchone() for i in self.ids_in(path))

    def _has_problem(self, path: str) -> bool:
        query = f"SELECT 1 FROM remarks WHERE path = ? AND {_IS_PROBLEM} LIMIT 1"  # noqa: S608 (our own text)
        return self.db.execute(query, (path,)).fetchone() is not None

    def problems(self) -> Iterator[tuple[str, bool, str, str, int]]:
        """Yield (path, failed, kind, message, mtime_ns) of failures and doubtful dates, by path."""
        rows = self.db.execute(
            "SELECT path, failed, remarks.kind, message, mtime_ns FROM remarks JOIN files"  # noqa: S608
            f" USING (path) WHERE {_IS_PROBLEM} ORDER BY path, remarks.rowid"
        )
        return ((path, bool(failed), *rest) for path, failed, *rest in rows)

    def copies(self, article_id: str) -> list[Copy]:
        """Return every copy of an article, by path."""
        rows = self.db.execute(
            "SELECT path, part, trait, topics, digest, articles.size, language, mtime_ns"
            " FROM articles JOIN files USING (path) WHERE id = ? ORDER BY path, part",
            (article_id,),
        )
        return [Copy(*row) for row in rows]

    def topics_of(self, article_id: str) -> str | None:
        """Return the slugs of an entry's topics, None when there is no such entry."""
        row = self.db.execute("SELECT topics FROM entries WHERE id = ?", (article_id,)).fetchone()
        return row[0] if row else None

    def remarks(self) -> Iterator[tuple[str, bool, str, str]]:
        """Yield (path, failed, kind, message) of every failure and notice, by path."""
        rows = self.db.execute("SELECT * FROM remarks ORDER BY path, rowid")
        return ((path, bool(failed), kind, message) for path, failed, kind, message in rows)


def open_cache(path: str) -> tuple[Cache, str]:
    """Open the cache, or make an empty one; a damaged one is set aside.

    Returns:
        The cache, and a warning for the user ("" when all is well).
    """
    warning = ""
    try:
        connection = store.connect(path, _SCHEMA + OUTPUTS_SCHEMA, VERSION)
    except sqlite3.DatabaseError as error:
        aside = store.set_aside(path)
        warning = (
            f"{path}: damaged or of another version ({error}); set aside as {aside}, made anew"
        )
        connection = store.connect(path, _SCHEMA + OUTPUTS_SCHEMA, VERSION)
    connection.execute(f"PRAGMA cache_size = -{PAGES_KIB}")
    return Cache(connection), warning
