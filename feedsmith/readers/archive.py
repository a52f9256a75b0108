"""ZIP archives, read member by member and never unpacked to the disk; what is a bomb is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

MAX_MEMBERS = 100_000  # a crawl of a big site has some 10,000
MAX_MEMBER_BYTES = 50_000_000  # bytes of one member unpacked; as input.max_file_bytes by default
MAX_TOTAL_BYTES = 2_000_000_000  # bytes of all that is read of one archive
MAX_RATIO = 200  # unpacked to packed; text packs 3 to 20 times, zeros a thousand
_FREE_BYTES = 1_000_000  # bytes; a small member may pack as well as it likes
# Where a file's own header keeps the sizes of its name and extra field, and where these begin
# (APPNOTE section 4.3.7).
_NAME_SIZES_AT = 26
_HEADER_BYTES = 30
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


class Archive:
    """An open archive: the names of its files, and their bytes within the limits."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_TOTAL_BYTES
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise DamagedSourceError(f"holds {len(infos)} files, more than {MAX_MEMBERS}; split it")
        self._infos = {info.filename: info for info in infos if info.filename and not info.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """The files' names, in the archive's order."""
        return tuple(self._infos)

    def read(self, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            DamagedSourceError: there is none of that name, it is broken, encrypted or a bomb.
        """
        info = self._infos.get(name)
        if info is None:
            raise DamagedSourceError(f"{name} is missing in the archive")
        allowed = min(MAX_MEMBER_BYTES, self._left)
        allowed = min(allowed, max(_FREE_BYTES, info.compress_size * MAX_RATIO))
        try:
            with self._archive.open(info) as stream:
                data = stream.read(allowed + 1)
        except (*_BROKEN, OSError) as error:
            raise DamagedSourceError(f"{name} cannot be unpacked: {error}") from error
        if len(data) > allowed:
            raise DamagedSourceError(f"{name} unpacks to more than {allowed} bytes; left out")
        self._left -= len(data)
        return data

    def stream(self, name: str) -> BinaryIO:
        """Return a file's bytes as a seekable stream, for readers that never hold all of them.

        No limits apply. Where the file is stored as it is, seeking costs nothing.

        Raises:
            DamagedSourceError: there is none of that name, it is broken or encrypted.
        """
        info = self._infos.get(name)
        if info is None:
            raise DamagedSourceError(f"{name} is missing in the archive")
        try:
            with self._archive.open(info):
                pass  # its own header was read and found in order
            if info.compress_type != zipfile.ZIP_STORED or self._archive.fp is None:
                return cast("BinaryIO", self._archive.open(info))
            self._archive.fp.seek(info.header_offset + _NAME_SIZES_AT)
            sizes = struct.unpack("<HH", self._archive.fp.read(4))
        except (*_BROKEN, OSError, struct.error) as error:
            raise DamagedSourceError(f"{name} cannot be unpacked: {error}") from error
        start = info.header_offset + _HEADER_BYTES + sum(sizes)
        return cast("BinaryIO", _Stored(self._archive.fp, start, info.file_size))

    def look(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where they cannot be had."""
        try:
            return self.read(name)
        except DamagedSourceError:
            return None


class _Stored(io.RawIOBase):
    """A file that lies unpacked inside a larger stream."""

    def __init__(self, stream: IO[bytes], start: int, size: int) -> None:
        super().__init__()
        self._stream = stream
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer from here on; return how far."""
        view = memoryview(buffer).cast("B")
        self._stream.seek(self._start + self._at)
        data = self._stream.read(max(0, min(len(view), self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


@contextmanager
def opened(source: Source) -> Iterator[Archive]:
    """Open a source as a ZIP archive.

    Raises:
        DamagedSourceError: it is none, or it is truncated.
    """
    with source.open() as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (*_BROKEN, OSError) as error:
            raise DamagedSourceError(f"is a broken ZIP archive: {error}; get it again") from error
        with archive:
            yield Archive(archive)
