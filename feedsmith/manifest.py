"""The manifest (SQLite): which files below out/ are ours, with the digest of their bytes.

Only what stands here is ever replaced or removed. New files are announced before the exchange and
old ones forgotten after it, so that whatever a dying run leaves in out/ is still known as ours.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterable, Mapping

from feedsmith import store

VERSION = 1
_SCHEMA = """
CREATE TABLE files (
    path TEXT NOT NULL, digest TEXT NOT NULL, current INTEGER NOT NULL, PRIMARY KEY (path, digest)
) WITHOUT ROWID;
CREATE TABLE stage (inode INTEGER NOT NULL);
"""


class Manifest:
    """Path → digest; commits by itself, for it must be ahead of the exchange."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def owned(self) -> dict[str, str]:
        """Return the published files: path below out/ → SHA-256 in hexadecimal digits."""
        return dict(self._db.execute("SELECT path, digest FROM files WHERE current"))

    def pending(self) -> set[str]:
        """Return the paths that a run announced and did not live to publish."""
        return {path for (path,) in self._db.execute("SELECT path FROM files WHERE NOT current")}

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

    def announce(self, files: Mapping[str, str], stage_inode: int) -> None:
        """Note what is about to be published, and which folder it waits in."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("DELETE FROM stage")
        self._db.execute("INSERT INTO stage VALUES (?)", (stage_inode,))
        self._db.executemany(
            "INSERT INTO files VALUES (?, ?, 0) ON CONFLICT DO NOTHING", files.items()
        )
        self._db.execute("COMMIT")

    def settle(self, written: Mapping[str, str], dropped: Iterable[str]) -> None:
        """Note that the announced files are published now, and that others are gone."""
        gone = [(path,) for path in (*written, *dropped)]
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("DELETE FROM files WHERE path = ?", gone)
        self._db.execute("DELETE FROM files WHERE NOT current")
        self._db.execute("DELETE FROM stage")
        self._db.executemany("INSERT INTO files VALUES (?, ?, 1)", sorted(written.items()))
        self._db.execute("COMMIT")

    def forget_stage(self) -> None:
        """Note that what a dead run left beside out/ is cleared."""
        self._db.execute("DELETE FROM stage")

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


def places(out: str, wanted: Iterable[str]) -> list[tuple[str, int, int, int]]:
    """Return (path, mtime_ns, size, inode) of out/, its folders, its feeds and lists.

    What is stored after publishing and compared before saying that nothing changed: pages,
    pictures and archives are watched by their folders, the feeds one by one.
    """
    folders = {""}
    files = []
    for path in wanted:
        folder = os.path.dirname(path)
        while folder not in folders:
            folders.add(folder)
            folder = os.path.dirname(folder)
        if not (path.startswith(("articles/", "media/")) or "-archive-" in os.path.basename(path)):
            files.append(path)
    rows = []
    for path in sorted(folders) + sorted(files):
        info = os.stat(os.path.join(out, path))
        size = 0 if path in folders else info.st_size
        rows.append((path, info.st_mtime_ns, size, info.st_ino))
    return rows


def are_intact(out: str, rows: Iterable[tuple[str, int, int, int]]) -> bool:
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
