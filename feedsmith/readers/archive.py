"""ZIP archives, read member by member and never unpacked to the disk; what is a bomb is refused."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Source

MAX_MEMBERS = 100_000  # a crawl of a big site has some 10,000
MAX_MEMBER_BYTES = 50_000_000  # bytes of one member unpacked; as input.max_file_bytes by default
MAX_TOTAL_BYTES = 2_000_000_000  # bytes of all that is read of one archive
MAX_RATIO = 200  # unpacked to packed; text packs 3 to 20 times, zeros a thousand
_FREE_BYTES = 1_000_000  # bytes; a small member may pack as well as it likes
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


class Archive:
    """An open archive: the names of its files, and their bytes within the limits."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_TOTAL_BYTES
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise DamagedSourceError(f"holds {len(infos)} files, more than {MAX_MEMBERS}")
        self._infos = {info.filename: info for info in infos if not info.is_dir()}

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

    def look(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where they cannot be had."""
        try:
            return self.read(name)
        except DamagedSourceError:
            return None


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
            raise DamagedSourceError(f"is a broken ZIP archive: {error}") from error
        with archive:
            yield Archive(archive)
