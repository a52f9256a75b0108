"""The manifest (SQLite): which files below out/ are ours, with the digest of their bytes.

Only what stands here is ever replaced or removed. New files are announced before the exchange and
old ones forgotten after it, so that whatever a dying run leaves in out/ is still known as ours.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping

from feedsmith import store
from feedsmith.disk import Pair

VERSION = 1
Place = tuple[str, int, int, int]  # path, mtime_ns, size, inode
_KEPT_TOGETHER = 1000  # files noted in one transaction, so that readers of the manifest wait little
_SCHEMA = """
CREATE TABLE files (
    path TEXT NOT NULL, digest TEXT NOT NULL, current INTEGER NOT NULL, PRIMARY KEY (path, digest)
) WITHOUT ROWID;
CREATE TABLE stage (inode INTEGER NOT NULL);
"""
_END = "\U0010ffff"  # after every path; "0" comes right after "/"
# What the run at work has written into its stage. Not part of the schema, for it came later, and
# a server of an older version shall go on reading.
_WRITTEN = (
    "CREATE TABLE IF NOT EXISTS written (path TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID"
)


# Folders of out/ that the next folder held the same files as (see twins.py), with inode and time of
# change of both, the lower inode first.
_PAIRS = """
CREATE TABLE IF NOT EXISTS pairs (
    path TEXT PRIMARY KEY, one INTEGER NOT NULL, one_ns INTEGER NOT NULL,
    other INTEGER NOT NULL, other_ns INTEGER NOT NULL
) WITHOUT ROWID
"""


class Manifest:
    """Path → digest; commits by itself, for it must be ahead of the exchange."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._noted = 0

    def owned(self) -> dict[str, str]:
        """Return the published files: path below out/ → SHA-256 in hexadecimal digits."""
        return dict(self._db.execute("SELECT path, digest FROM files WHERE current"))

    def digest_of(self, path: str) -> str:
        """Return the digest of a published file, "" when there is none of ours."""
        query = "SELECT digest FROM files WHERE path = ? AND current"
        row = self._db.execute(query, (path,)).fetchone()
        return row[0] if row else ""

    def knows(self, path: str) -> bool:
        """Say whether a path is ours, published or announced by a run that died."""
        query = "SELECT 1 FROM files WHERE path = ?"
        return self._db.execute(query, (path,)).fetchone() is not None

    def known(self, folder: str | None = None) -> Iterator[str]:
        """Yield all paths that are ours, sorted, also those that a run announced and died.

        Args:
            folder: only those that lie right in this folder.
        """
        return self._paths("SELECT DISTINCT path FROM files", folder)

    def is_ours(self, path: str, digest: str) -> bool:
        """Say whether we wrote these bytes there, now or in a run that died."""
        row = self._db.execute(
            "SELECT 1 FROM files WHERE path = ? AND digest = ?", (path, digest)
        ).fetchone()
        return row is not None

    def stage_inode(self) -> int | None:
        """Return the inode of the stage of a run that died on its way to `settle`, or None."""
        row = self._db.execute("SELECT inode FROM stage").fetchone()
        return row[0] if row else None

    def begin(self) -> None:
        """Forget what an earlier run wrote into its stage."""
        self._db.execute(_WRITTEN)
        self._db.execute(_PAIRS)
        if self.number_written():
            self._db.execute("DELETE FROM written")

    def note(self, path: str, digest: str) -> None:
        """Note a file that was written into the stage."""
        self._begin()
        self._db.execute("REPLACE INTO written VALUES (?, ?)", (path, digest))
        self._noted += 1
        if self._noted % _KEPT_TOGETHER == 0:
            self._db.execute("COMMIT")

    def take_back(self, path: str) -> None:
        """Note that a file is not in the stage any more."""
        self._db.execute("DELETE FROM written WHERE path = ?", (path,))

    def written(self, folder: str | None = None) -> Iterator[str]:
        """Yield the paths of the files that this run wrote, sorted; see `known`."""
        return self._paths("SELECT path FROM written", folder)

    def digest_written(self, path: str) -> str:
        """Return the digest of a file that this run wrote, "" when it did not."""
        query = "SELECT digest FROM written WHERE path = ?"
        row = self._db.execute(query, (path,)).fetchone()
        return row[0] if row else ""

    def number_written(self) -> int:
        """Return how many files this run wrote."""
        count: int = self._db.execute("SELECT count(*) FROM written").fetchone()[0]
        return count

    def has_at_least(self, number: int) -> bool:
        """Say whether so many files are ours, with those that a run announced."""
        query = "SELECT 1 FROM files LIMIT 1 OFFSET ?"
        return self._db.execute(query, (number - 1,)).fetchone() is not None

    def announce(self, stage_inode: int) -> None:
        """Note what is about to be published, and which folder it waits in."""
        self._keep()
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("DELETE FROM stage")
        self._db.execute("INSERT INTO stage VALUES (?)", (stage_inode,))
        self._db.execute("INSERT OR IGNORE INTO files SELECT path, digest, 0 FROM written")
        self._db.execute("COMMIT")

    def settle(self, dropped: Iterable[str]) -> None:
        """Note that the announced files are published now, and that others are gone."""
        gone = [(path,) for path in dropped]
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("DELETE FROM files WHERE path = ?", gone)
        self._db.execute("DELETE FROM files WHERE path IN (SELECT path FROM written)")
        self._db.execute("DELETE FROM files WHERE NOT current")
        self._db.execute("DELETE FROM stage")
        self._db.execute("INSERT INTO files SELECT path, digest, 1 FROM written")
        self._db.execute("COMMIT")

    def pairs(self) -> dict[str, Pair]:
        """Return the folders that the next folder was seen to hold the same files as, by path."""
        return {path: tuple(pair) for path, *pair in self._db.execute("SELECT * FROM pairs")}

    def note_pairs(self, pairs: Mapping[str, Pair]) -> None:
        """Note which folders were the same in the next folder; kept with what is announced."""
        self._begin()
        self._db.execute("DELETE FROM pairs")
        rows = [(path, *pair) for path, pair in pairs.items()]
        self._db.executemany("INSERT INTO pairs VALUES (?, ?, ?, ?, ?)", rows)

    def forget_stage(self) -> None:
        """Note that what a dead run left beside out/ is cleared."""
        self._keep()
        self._db.execute("DELETE FROM stage")

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def _keep(self) -> None:
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def _paths(self, query: str, folder: str | None) -> Iterator[str]:
        if folder is None:
            rows = self._db.execute(f"{query} ORDER BY path")
        else:
            start, end = (f"{folder}/", f"{folder}0") if folder else ("", _END)
            below = "WHERE path > ? AND path < ? AND instr(substr(path, ?), '/') = 0 ORDER BY path"
            rows = self._db.execute(f"{query} {below}", (start, end, len(start) + 1))
        return (path for (path,) in rows)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def open_manifest(path: str) -> tuple[Manifest, str]:
    """Open the manifest, or make an empty one; a damaged one is set aside.

    Returns:
        The manifest, and a warning for the user ("" when all is well).
    """
    try:
        return Manifest(store.connect(path, _SCHEMA, VERSION)), ""
    except sqlite3.DatabaseError as error:
        aside = store.set_aside(path)
        warning = f"{path}: damaged ({error}); set aside as {aside}, made anew"
        return Manifest(store.connect(path, _SCHEMA, VERSION)), warning


def places(out: str, folders: Iterable[str], files: Collection[str]) -> list[Place]:
    """Return the Place of out/, its folders, its feeds and lists.

    What is stored after publishing and compared before saying that nothing changed: pages,
    pictures and archives are watched by their folders, the feeds one by one.

    Args:
        out: the out folder.
        folders: those that hold a file of ours; the folders above them are added.
        files: the feeds and lists.
    """
    watched = {""}
    for folder in folders:
        above = folder
        while above not in watched:
            watched.add(above)
            above = os.path.dirname(above)
    rows = []
    for path in sorted(watched) + sorted(files):
        info = os.stat(os.path.join(out, path))
        size = 0 if path in watched else info.st_size
        rows.append((path, info.st_mtime_ns, size, info.st_ino))
    return rows


def are_intact(out: str, rows: Iterable[Place]) -> bool:
    """Say whether out/ still looks as `places` saw it."""
    seen = False
    for path, mtime_ns, size, inode in rows:
        seen = True
        try:
            info = os.stat(f"{out}/{path}")
        except OSError:
            return False
        folder = stat.S_ISDIR(info.st_mode)
        found = (info.st_mtime_ns, 0 if folder else info.st_size, info.st_ino)
        if found != (mtime_ns, size, inode):
            return False
    return seen
