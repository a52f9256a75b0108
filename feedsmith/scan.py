"""Did anything change? The walk held against the index; imports nothing heavy.

A folder whose digest (names, times, sizes, inodes) is the stored one is skipped whole. In the
others each file is compared by stat, and one whose stat moved by its bytes: what was only touched
is not changed. A file written within the clock's grain of the last scan is looked at again, for a
second edit in the same tick leaves no trace in its stat.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feedsmith.cache import Cache, FileRow
from feedsmith.walk import FileStat, Folder, walk

GRAIN_NS = 2_000_000_000  # nanoseconds; FAT stores times in steps of two seconds


class Request(NamedTuple):
    """What to walk: `base` is the folder that stored paths are relative to."""

    base: str
    roots: tuple[str, ...]
    skip: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    max_bytes: int


class Found(NamedTuple):
    """A new or changed file: where it lies, below its root, and the row to store."""

    path: str
    relative: str
    row: FileRow


class Delta(NamedTuple):
    """What changed since the index was stored.

    `total` counts all the files there are; `is_fresh` says that some were written so shortly
    before the last scan that they had to be looked into, and need not be after this one.
    """

    changed: tuple[Found, ...]
    touched: tuple[FileRow, ...]
    removed: tuple[str, ...]
    folders: dict[str, bytes]
    total: int
    is_fresh: bool


def scan(request: Request, cache: Cache) -> Delta:
    """Return what differs from the index.

    Raises:
        OSError: a root cannot be read (a disk that is not mounted).
    """
    stored = cache.folders()
    since = int(cache.meta("scanned_ns") or 0) - GRAIN_NS
    changed: list[Found] = []
    touched: list[FileRow] = []
    removed: list[str] = []
    digests: dict[str, bytes] = {}
    total, is_fresh = 0, False
    for key, folder in _folders(request):
        if key in digests:
            continue
        total += len(folder.files)
        digests[key] = digest = _digest(folder)
        fresh = any(f.mtime_ns >= since for f in folder.files)
        if stored.get(key) == digest and not fresh:
            continue
        is_fresh |= fresh
        known = cache.files_in(key)
        for file in folder.files:
            row, source = _compare(request, key, folder, file, known)
            if source == "same":
                continue
            if source:
                touched.append(row)
            else:
                path = f"{folder.path}/{file.name}"
                changed.append(Found(path, _text(folder.relative + file.name), row))
        removed += known
    for key in stored.keys() - digests.keys():
        removed += cache.files_in(key)
    return Delta(tuple(changed), tuple(touched), tuple(sorted(removed)), digests, total, is_fresh)


def store(delta: Delta, cache: Cache, *, scanned_ns: int) -> None:
    """Put a scan that was acted upon into the index; who read changed files puts their rows."""
    cache.put_files(delta.touched)
    cache.db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in delta.removed])
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
            row, _ = _compare(request, key, folder, file, {})
            yield Found(f"{folder.path}/{file.name}", _text(folder.relative + file.name), row)


def key_of(path: str, base: str) -> str:
    """Return the stored form of a path: relative to base, text that any database takes."""
    return _text(os.path.relpath(path, base))


def _text(name: str) -> str:
    """Return a file name as text that can be encoded; odd bytes show as their numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _folders(request: Request) -> Iterator[tuple[str, Folder]]:
    """Yield (stored key, folder); files that were named singly come last, joined by folder."""
    single: dict[str, Folder] = {}
    for root in request.roots:
        for folder in walk(
            root, skip=request.skip, include=request.include, exclude=request.exclude
        ):
            if folder.path != root and not folder.relative:
                single.setdefault(folder.path, Folder(folder.path, "", [])).files += folder.files
            else:
                yield key_of(folder.path, request.base), folder
    for path in sorted(single):
        single[path].files.sort(key=lambda file: file.name)
        yield key_of(path or ".", request.base), single[path]


def _digest(folder: Folder) -> bytes:
    rows = "\n".join([f"{f.name}\0{f.mtime_ns}\0{f.size}\0{f.inode}" for f in folder.files])
    return hashlib.blake2b(rows.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _compare(
    request: Request, key: str, folder: Folder, file: FileStat, known: dict[str, FileRow]
) -> tuple[FileRow, str]:
    """Return the file's row and "same", the digest of a touched file, or "" for a changed one."""
    name = _text(file.name)
    path = name if key == "." else f"{key}/{name}"
    old = known.pop(path, None)
    row = FileRow(path, key, file.mtime_ns, file.size, file.inode, old.source if old else "")
    if old is None or old.size != file.size:
        return row._replace(source=""), ""
    if _hash(f"{folder.path}/{file.name}", request.max_bytes) != old.source:
        return row._replace(source=""), ""
    return row, "same" if row == old else old.source


def _hash(path: str, max_bytes: int) -> str:
    """Return the digest of a regular file's bytes, "" when it cannot be had."""
    try:
        with open(path, "rb", opener=_gently) as stream:
            return hashlib.sha256(stream.read(max_bytes + 1)).hexdigest()
    except OSError:
        return ""


def _gently(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def digest_of(texts: Iterable[str]) -> str:
    """Return a digest of texts, for fingerprints of configuration and options."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()
