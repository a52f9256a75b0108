"""The ledger's tables, and the steps that bring a file of an older version to today's."""

from __future__ import annotations

from feedsmith.store import Steps

VERSION = 8
_ARTICLES = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, permalink TEXT NOT NULL, url TEXT NOT NULL, site TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, text_hash TEXT NOT NULL, sketch TEXT NOT NULL,
    source TEXT NOT NULL, parser TEXT NOT NULL, first_seen TEXT NOT NULL,
    horizon TEXT NOT NULL, dated TEXT NOT NULL, updated TEXT NOT NULL,
    live INTEGER NOT NULL, removed INTEGER NOT NULL, number INTEGER NOT NULL,
    filed TEXT
);
CREATE INDEX by_url ON articles (url, number) WHERE url <> '';
CREATE INDEX by_text ON articles (text_hash, number);
CREATE INDEX by_key ON articles (title, published, site, number);
CREATE TABLE files (
    path TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (path, part)
) WITHOUT ROWID;
CREATE TABLE names (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_TOMBSTONES = """
CREATE TABLE tombstones (id TEXT PRIMARY KEY, removed TEXT NOT NULL, topics TEXT) WITHOUT ROWID;
"""
_DIGESTS = """
CREATE TABLE digests (
    topic TEXT NOT NULL, period TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL,
    language TEXT NOT NULL, members TEXT NOT NULL, PRIMARY KEY (topic, period)
) WITHOUT ROWID;
CREATE TABLE digest_topics (topic TEXT PRIMARY KEY, newest TEXT NOT NULL) WITHOUT ROWID;
"""
_PRINTS = """
CREATE TABLE prints (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hashes BLOB NOT NULL);
CREATE TABLE print_hashes (
    hash INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (hash, number)
) WITHOUT ROWID;
CREATE TABLE doubles (id TEXT PRIMARY KEY, leader TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX doubles_of ON doubles (leader);
"""
# Further names of articles (see book.names_of), known since two ledgers were merged.
_ALIASES = "CREATE TABLE aliases (name TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;"
# Lines that recur in the files of one site, see junk.Learned.
_JUNK = """
CREATE TABLE junk (
    source TEXT NOT NULL, name TEXT NOT NULL, line TEXT NOT NULL, rule INTEGER NOT NULL,
    PRIMARY KEY (source, name)
) WITHOUT ROWID;
"""
_SOURCES = "ALTER TABLE files ADD COLUMN source TEXT NOT NULL DEFAULT ''"
SCHEMA = _ARTICLES + _TOMBSTONES + _DIGESTS + _PRINTS + _ALIASES + _JUNK
# What brings a file of an older version to the next one; nothing that is remembered is lost.
STEPS: Steps = {
    1: "ALTER TABLE articles ADD COLUMN filed TEXT",
    2: _TOMBSTONES,
    3: _DIGESTS,
    4: _SOURCES,
    5: _PRINTS,
    6: _ALIASES,
    7: _JUNK,
}
