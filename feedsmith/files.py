"""Saved files on disk → Sources. Opening refuses what is no regular file or over the size limit."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import BinaryIO

from feedsmith import remote
from feedsmith.errors import UnreadableSourceError
from feedsmith.model import Lookup, Source
from feedsmith.walk import is_remote, stat_of

_CHUNK_BYTES = 1 << 20
_PASSING = (errno.EIO, errno.ESTALE, errno.ETIMEDOUT)  # errors worth a second try


def source(path: str, relative: str, *, mtime_ns: int, size: int, max_bytes: int) -> Source:
    """Return the reference to one saved file.

    Args:
        path: the file's path, as the user may open it.
        relative: its path below the walked folder, POSIX separators.
        mtime_ns: modification time, nanoseconds since the epoch.
        size: bytes, as the walk saw it.
        max_bytes: a file above this is opened as a stream, for the kinds that are read so.
    """
    return Source(
        path=path,
        relative=relative,
        mtime=datetime.fromtimestamp(mtime_ns // 1_000_000_000, tz=UTC),
        size=size,
        opener=_opener(path, max_bytes if size <= max_bytes else 0),
        beside=_sibling(path, max_bytes),
        max_bytes=max_bytes,
    )


def again(path: str, relative: str, *, max_bytes: int) -> Source | None:
    """Return the reference to a file that was met in an earlier run, None where it is gone."""
    try:
        found = remote.stat(path) if is_remote(path) else stat_of(path)
    except OSError:
        return None
    _, mtime_ns, size, _ = found
    return source(path, relative, mtime_ns=mtime_ns, size=size, max_bytes=max_bytes)


def _opener(path: str, max_bytes: int) -> _Opener | remote.Opener:
    return remote.Opener(path, max_bytes) if is_remote(path) else _Opener(path, max_bytes)


def _sibling(path: str, max_bytes: int) -> Lookup:
    if is_remote(path):
        return remote.Beside(path.rpartition("/")[0], max_bytes)
    return partial(_beside, os.path.dirname(path), max_bytes)


def streamed(source: Source) -> Source:
    """Return the source of a file so that opening it reads nothing."""
    opener = source.opener
    if isinstance(opener, _Opener | remote.Opener):
        return replace(source, opener=replace(opener, max_bytes=0))
    return source


def fingerprint(stream: BinaryIO) -> str:
    """Return the SHA-256 of all that a stream holds, 64 hexadecimal digits, read piece by piece."""
    sha = hashlib.sha256()
    while chunk := stream.read(_CHUNK_BYTES):
        sha.update(chunk)
    return sha.hexdigest()


def digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def standard_input(data: bytes, mtime: datetime) -> Source:
    """Return bytes that came from standard input as a Source named `-`."""
    return Source("-", "-", mtime, len(data), partial(BytesIO, data))


def _beside(folder: str, max_bytes: int, name: str) -> bytes | None:
    """Return the bytes of a file in a folder or below it, None where there is none."""
    path = os.path.normpath(os.path.join(folder, name))
    real, root = os.path.realpath(path), os.path.realpath(folder)
    if not real.startswith(os.path.join(root, "")) or not os.path.isfile(real):
        return None
    try:
        with _open(path, max_bytes) as stream:
            return stream.read()
    except UnreadableSourceError:
        return None


@dataclass(frozen=True, slots=True)
class _Opener:
    """Opens a file; two of the same file are equal, so that a process knows what it has met."""

    path: str
    max_bytes: int

    def __call__(self) -> BinaryIO:
        """Return the bytes as they are now, or a stream where max_bytes is 0."""
        return _open(self.path, self.max_bytes)


def _open(path: str, max_bytes: int) -> BinaryIO:
    """Open a regular file, if need be at the second try: a file system over a network may blink."""
    try:
        return _opened(path, max_bytes)
    except UnreadableSourceError as error:
        if getattr(error.__cause__, "errno", None) not in _PASSING:
            raise
    return _opened(path, max_bytes)


def _opened(path: str, max_bytes: int) -> BinaryIO:
    """Open a regular file: its bytes as they are now, or a stream where max_bytes is 0."""
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableSourceError(f"cannot be opened: {reason}; check its permissions") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableSourceError("is no regular file; leave it out with [input] exclude")
    if not max_bytes:
        return os.fdopen(descriptor, "rb")
    try:
        return BytesIO(_read(descriptor, max_bytes))
    except OSError as error:
        reason = f"cannot be read: {error.strerror}; check the disk"
        raise UnreadableSourceError(reason) from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, max_bytes: int) -> bytes:
    info = os.fstat(descriptor)
    chunks = []
    total = 0
    while chunk := os.read(descriptor, info.st_size + 1 if not total else _CHUNK_BYTES):
        total += len(chunk)
        if total > max_bytes:  # it grew while it was read
            raise UnreadableSourceError(f"grew over input.max_file_bytes ({max_bytes})")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
