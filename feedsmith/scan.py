"""Did anything change? The walk held against the index; imports nothing heavy.

A folder whose digest (names, times, sizes, inodes) is the stored one is skipped whole. In the
others each file is compared by stat, and one whose stat moved by its bytes: what was only touched
is not changed. A file written within the clock's grain of the last scan is looked at again, for a
second edit in the same tick leaves no trace in its stat. A file that the disk refused is tried
again by each run; one that gave articles before keeps them until it can be read, as a folder does.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

from feedsmith.anywhere import stamp_of, walk_any
from feedsmith.cache import Cache, FileRow
from feedsmith.walk import FileStat, Folder, is_remote

_CHUNK_BYTES = 1 << 20
_MTIME = itemgetter(1)  # of a file as the walk gives it
GRAIN_NS = 2_000_000_000  # nanoseconds; FAT stores times in steps of two seconds


class Request(NamedTuple):
    """What to walk: `base` is the folder that stored paths are relative to.

    `fetch` allows roots that do not lie on this machine.
    """

    base: str
    roots: tuple[str, ...]
    skip: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    fetch: bool = False


class Found(NamedTuple):
    """A new or changed file: where it lies, below its root, and the row to store."""

    path: str
    relative: str
    row: FileRow


class Delta(NamedTuple):
    """What changed since the index was stored.

    `changed` and `removed` count the files that the cache's table `news` names, those that are new
    or changed and those that are gone. `total` counts all the files there are; `unlisted` are
    folders that could not be listed, with the reason: what was known of them stays; `is_fresh` says
    that some were written so shortly before the last scan that they had to be looked into, and need
    not be after this one.
    """

    changed: int
    touched: tuple[FileRow, ...]
    removed: int
    folders: dict[str, bytes]
    total: int
    unlisted: tuple[tuple[str, str], ...]
    is_fresh: bool


def is_quiet(delta: Delta, cache: Cache) -> bool:
    """Say that no file changed; one that was only touched counts where its time does."""
    if delta.changed or delta.removed:
        return False
    return not cache.go_by_time(row.path for row in delta.touched)


class _Findings:
    """What a scan has found so far."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.stored = cache.folders()
        self.unread = _unread(cache)
        self.waiting = {os.path.dirname(path) or "." for path in self.unread}
        self.since = int(cache.meta("scanned_ns") or 0) - GRAIN_NS
        self.changed = 0
        self.touched: list[FileRow] = []
        self.removed = 0
        self.folders: dict[str, bytes] = {}
        self.unlisted: list[tuple[str, str]] = []
        self.total = 0
        self.is_fresh = False

    def keep(self, key: str, reason: str) -> None:
        """Leave all that is known of a folder that could not be listed as it is."""
        self.unlisted.append((key, reason))
        for known in self.stored:
            if known == key or known.startswith(f"{key}/"):
                self.folders[known] = self.stored[known]
                self.total += len(self.cache.files_in(known))

    def compare(self, key: str, folder: Folder) -> None:
        """Compare a folder, and its files if need be, with the index."""
        self.total += len(folder.files)
        self.folders[key] = digest = stamp_of(folder)
        fresh = max(map(_MTIME, folder.files), default=0) >= self.since
        stored = self.stored.get(key, b"")
        if stored == digest and not fresh and key not in self.waiting:
            return
        self.is_fresh |= fresh or stored not in {b"", digest}  # or of an older version
        known = self.cache.files_in(key)
        changed: list[Found] = []
        for file in folder.files:
            row, source = self._compare(key, folder, file, known)
            if not source and row.source and (reason := _refusal(folder.path_of(file[0]))):
                self.unlisted.append((row.path, reason))
                self.folders[key] = b""  # so that the next run looks again
            elif not source:
                relative = _text(folder.relative + file[0])
                changed.append(Found(folder.path_of(file[0]), relative, row._replace(source="")))
            elif source != "same":
                self.touched.append(row)
        self.changed += len(changed)
        _put_news(self.cache, changed)
        self.remove(known.values())

    def remove(self, rows: Collection[FileRow]) -> None:
        """Note files that are gone."""
        self.removed += len(rows)
        _put_news(self.cache, [Found("", "", row) for row in rows])

    def _compare(
        self, key: str, folder: Folder, file: FileStat, known: dict[str, FileRow]
    ) -> tuple[FileRow, str]:
        """Return a file's row and "same", the digest of a touched one, or "" for a changed one."""
        name, mtime_ns, size, inode = file
        path, place = _stored(key, name), folder.path_of(name)
        old = known.pop(path, None)
        source, kind = (old.source, old.kind) if old else ("", "")
        row = FileRow(path, key, mtime_ns, size, inode, source, kind)
        if path in self.unread:
            return row._replace(source=""), "same" if _refusal(place) else ""
        if row == old and source and (mtime_ns < self.since or is_remote(path)):
            return row, "same"
        if old is None or old.size != size or _hash(place) != old.source:
            return row, ""
        return row, "same" if row == old else old.source


def scan(request: Request, cache: Cache) -> Delta:
    """Return what differs from the index.

    Raises:
        OSError: a root cannot be read (a disk that is not mounted).
    """
    found = _Findings(cache)
    for key, folder in _folders(request):
        if folder.error:
            found.keep(key, folder.error)
        elif key not in found.folders:
            found.compare(key, folder)
    for key in found.stored.keys() - found.folders.keys():
        found.remove(cache.files_in(key).values())
    return Delta(
        changed=found.changed,
        touched=tuple(found.touched),
        removed=found.removed,
        folders=found.folders,
        total=found.total,
        unlisted=tuple(found.unlisted),
        is_fresh=found.is_fresh,
    )


def news(cache: Cache) -> Iterator[Found]:
    """Yield what a scan found to be new or changed, in the order of the stored paths."""
    rows = cache.db.execute("SELECT * FROM news WHERE name <> x'' ORDER BY path, name")
    for path, name, relative, folder, mtime_ns, size, inode in rows:
        yield Found(
            os.fsdecode(name), relative, FileRow(path, folder, mtime_ns, size, inode, "", "")
        )


def store(delta: Delta, cache: Cache, *, scanned_ns: int) -> None:
    """Put a scan that was acted upon into the index; who read changed files puts their rows."""
    cache.put_files(delta.touched)
    if delta.removed:
        cache.db.execute("DELETE FROM files WHERE path IN (SELECT path FROM news WHERE name = x'')")
    if delta.changed or delta.removed:
        cache.db.execute("DELETE FROM news")
    known = cache.folders()
    cache.db.executemany(
        "REPLACE INTO folders VALUES (?, ?)",
        [(path, digest) for path, digest in delta.folders.items() if known.get(path) != digest],
    )
    gone = known.keys() - delta.folders.keys()
    cache.db.executemany("DELETE FROM folders WHERE path = ?", [(path,) for path in gone])
    cache.set_meta("scanned_ns", str(scanned_ns))


def every_file(request: Request) -> Iterator[Found]:
    """Yield every file as if it were new, in the order of the walk (for `parse`)."""
    for key, folder in _folders(request):
        for file in folder.files:
            name = file[0]
            row = FileRow(_stored(key, name), key, *file[1:], "", "")
            yield Found(folder.path_of(name), _text(folder.relative + name), row)


def _put_news(cache: Cache, found: Iterable[Found]) -> None:
    """Write down new and changed files; those that are gone have no path to be opened under."""
    cache.db.executemany(
        "REPLACE INTO news VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (row.path, os.fsencode(path), relative, row.folder, row.mtime_ns, row.size, row.inode)
            for path, relative, row in found
        ),
    )


def key_of(path: str, base: str) -> str:
    """Return the stored form of a path: relative to base, text that any database takes.

    An address is stored as it is.
    """
    if is_remote(path):
        return path
    return _text(os.path.relpath(path, base))


def _text(name: str) -> str:
    """Return a file name as text that can be encoded; odd bytes show as their numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _folders(request: Request) -> Iterator[tuple[str, Folder]]:
    """Yield (stored key, folder); files that were named singly come last, joined by folder."""
    single: dict[str, Folder] = {}
    limits = {"include": request.include, "exclude": request.exclude}
    for root in request.roots:
        for folder in walk_any(root, fetch=request.fetch, skip=request.skip, **limits):
            if folder.path != root and not folder.relative:
                single.setdefault(folder.path, Folder(folder.path, "", [])).files += folder.files
            else:
                yield key_of(folder.path, request.base), folder
    for path in sorted(single):
        single[path].files.sort()
        yield key_of(path or ".", request.base), single[path]


def _stored(key: str, name: str) -> str:
    """Return the stored path of a file of the folder with this key."""
    return _text(name) if key == "." else f"{key}/{_text(name)}"


def _unread(cache: Cache) -> set[str]:
    """Return the stored paths of the files that the disk refused at the last run."""
    query = "SELECT path FROM remarks WHERE kind = 'UnreadableSourceError' AND message GLOB ?"
    return {path for (path,) in cache.db.execute(query, ("cannot be*",))}


def _refusal(path: str) -> str:
    """Return why a file that is there cannot be read, tried twice; "" when it can."""
    reason = ""
    for _ in range(2):
        try:
            with open(path, "rb", opener=_gently) as stream:
                while stream.read(_CHUNK_BYTES):
                    pass
        except FileNotFoundError:
            return ""
        except OSError as error:
            reason = error.strerror or "no reason given"
        else:
            return ""
    return reason


def _hash(path: str) -> str:
    """Return the digest of a regular file's bytes, "" when it cannot be had."""
    try:
        with open(path, "rb", opener=_gently) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _gently(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def digest_of(texts: Iterable[str]) -> str:
    """Return a digest of texts, for fingerprints of configuration and options."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()
