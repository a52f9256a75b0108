"""What detection sees of a file: its first and last bytes, its name, the names inside a ZIP."""

from __future__ import annotations

import os
from functools import cached_property

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Source
from feedsmith.readers.encoding import wide_encoding

HEAD_BYTES = 4096  # bytes; where a page may declare its encoding, and what most signs stand in
TAIL_BYTES = 2048  # bytes; notes that end with their fields
_BLANKS_AHEAD = 64  # bytes; in UTF-16 some of so many are zero
_BLANKS = b" \t\r\n\f\v\x00"


class Probe:
    """The looks of one source; what costs more than its first bytes is read when it is asked for.

    `head` is as it lies in the file; `plain` is the same without a byte order mark, UTF-16 as
    ASCII; `lead` is the first byte of it that is not blank, b"" where there is none.
    """

    def __init__(self, source: Source, head: bytes) -> None:
        self.source = source
        self.head = head
        self.plain = _plain(head)
        self.lead = self.plain.lstrip(_BLANKS)[:1]

    @property
    def name(self) -> str:
        """The file's bare name, in lower case."""
        return self.source.relative.rsplit("/", 1)[-1].lower()

    @cached_property
    def tail(self) -> bytes:
        """The file's last bytes."""
        with self.source.open() as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - TAIL_BYTES))
            return stream.read(TAIL_BYTES)

    @cached_property
    def members(self) -> frozenset[str]:
        """The names in a ZIP archive; empty for anything else, and for one that is broken."""
        if not self.is_zip:
            return frozenset()
        from feedsmith.readers.archive import opened  # noqa: PLC0415 (0.01 s, few files are ZIP)

        try:
            with opened(self.source) as archive:
                return frozenset(archive.names)
        except DamagedSourceError:
            return frozenset()

    @property
    def is_zip(self) -> bool:
        """Whether the file begins like a ZIP archive."""
        return self.head.startswith((b"PK\x03\x04", b"PK\x05\x06"))

    @cached_property
    def is_also_zip(self) -> bool:
        """Whether the file, whatever it begins like, ends like a ZIP archive."""
        import zipfile  # noqa: PLC0415 (see above)

        with self.source.open() as stream:
            return zipfile.is_zipfile(stream)


def _plain(head: bytes) -> bytes:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head[2:].replace(b"\x00", b"")
    if b"\x00" in head[:_BLANKS_AHEAD] and wide_encoding(head):
        return head.replace(b"\x00", b"")
    return head.removeprefix(b"\xef\xbb\xbf")
