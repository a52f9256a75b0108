"""Crawls: WARC, ARC, and WACZ (a ZIP of WARC files); the pages in them, the last capture of each.

A first pass notes for each address where its last good capture lies, a second one reads those, so
that memory holds one page and a number for each address. Only what the server gave as a page, with
status 200, counts; which of these are articles is left to the parser.
Source: ISO 28500; the WACZ specification.
"""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from feedsmith import urls
from feedsmith.errors import DamagedSourceError, UnknownFormatError
from feedsmith.model import Notice, Read, Source
from feedsmith.readers import wrappers
from feedsmith.readers.archive import opened
from feedsmith.readers.encoding import declared_charset, decode

_MAX_PAGE_BYTES = 20_000_000  # bytes of one page unpacked; the longest pages have some 5 million
_READ_BYTES = 65_536
_BLANK_BYTES = 16  # bytes; empty lines behind the last record
_PAGES = ("text/html", "application/xhtml+xml")
_KEPT = ("response", "resource")
_PACKED = frozenset({"br", "zstd"})  # what only further packages unpack
_BROKEN = (
    ArchiveLoadFailed, zlib.error, EOFError, OSError, ValueError, KeyError, AttributeError,
)  # fmt: skip
_ADVICE = "what is whole before it was read; get the archive again"
_Opener = Callable[[], BinaryIO]


class _Records(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
    """The records of a stream; nothing is printed about them."""

    INC_RECORD = ""


@dataclass(slots=True)
class _Index:
    """Where the last good capture of each address lies, and what went wrong on the way."""

    found: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    error: str = ""

    def add(self, url: str, date: str, file: int, offset: int) -> None:
        """Note a capture: its WARC-Date, the number of its file, and its place there in bytes."""
        digest = hashlib.blake2b(urls.canonical(url).encode("utf-8", "replace"), digest_size=8)
        key = int.from_bytes(digest.digest())
        known = self.found.get(key)
        if known is None or date[:19] >= known[0]:
            self.found[key] = (date[:19], file, offset)


def read(source: Source) -> Iterator[Read]:
    """Give each page as one document of kind "html", named by its address.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is broken from some place on; what was whole has been given.
    """
    with source.open() as stream:
        is_zip = stream.read(2) == b"PK"
    if not is_zip:
        yield from _captures([source.open])
        return
    with opened(source) as archive:
        names = sorted(name for name in archive.names if _is_warc(name))
        yield from _captures([partial(archive.stream, name) for name in names])


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))


def _captures(openers: list[_Opener]) -> Iterator[Read]:
    index = _Index()
    ways = [_indexed(opener, number, index) for number, opener in enumerate(openers)]
    places = sorted((file, offset) for _, file, offset in index.found.values())
    index.found.clear()
    at, stream = -1, None
    try:
        for file, offset in places:
            if file != at or stream is None:
                if stream is not None:
                    stream.close()
                at, stream = file, ways[file]()
            stream.seek(offset)
            yield from _page(_Records(stream, arc2warc=True))
    finally:
        if stream is not None:
            stream.close()
    if index.error:
        raise DamagedSourceError(index.error)


def _indexed(opener: _Opener, number: int, index: _Index) -> _Opener:
    """Note the captures of one file; return how it is to be opened for the places to be right."""
    for way in (opener, partial(_unpacked, opener)):
        with way() as stream:
            error = _scan(stream, number, index)
        if "non-chunked" not in error:
            index.error = index.error or error
            return way
    return opener


def _unpacked(opener: _Opener) -> BinaryIO:
    """Return the bytes of a file that was packed as a whole rather than record by record."""
    unpacked: Any = gzip.GzipFile(fileobj=opener())
    return unpacked  # type: ignore[no-any-return]


def _scan(stream: BinaryIO, number: int, index: _Index) -> str:
    """Note the captures of a stream, and return what is wrong with it, or ""."""
    records = _Records(stream, arc2warc=True)
    offset = end = 0
    try:
        for record in records:
            url = _url(record)
            is_page = bool(url) and _is_page(record)
            offset = records.get_record_offset()  # reads the record to its end
            if getattr(record.raw_stream, "limit", 0) > 0:
                return f"ends in the middle of the record at byte {offset}; {_ADVICE}"
            if is_page:
                date = record.rec_headers.get_header("WARC-Date") or ""
                index.add(url, date, number, offset)
            end = offset + records.get_record_length()
        while stream.read(_READ_BYTES):
            pass
        if stream.tell() - end > _BLANK_BYTES:
            return f"ends in the middle of the record at byte {end}; {_ADVICE}"
    except _BROKEN as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        return f"is broken behind the record at byte {offset}: {reason[:200]}; {_ADVICE}"
    return ""


def _url(record: ArcWarcRecord) -> str:
    """Return the http(s) address of a record, "" for a log, a robots.txt and the like."""
    url = urls.absolute(record.rec_headers.get_header("WARC-Target-URI") or "") or ""
    return "" if urlsplit(url).path == "/robots.txt" else url


def _is_page(record: ArcWarcRecord) -> bool:
    if record.rec_type not in _KEPT:
        return False
    http = record.http_headers
    if record.rec_type == "resource" or http is None:
        kind = record.rec_headers.get_header("Content-Type")
    elif http.get_statuscode() != "200":
        return False
    else:
        told = http.get_header("Content-Type")
        kind = told or record.rec_headers.get_header("WARC-Identified-Payload-Type")
    return (kind or "").lower().strip().startswith(_PAGES)


def _page(records: _Records) -> Iterator[Read]:
    """Give the page of the first of these records, or why it cannot be read."""
    record = next(iter(records))
    url = _url(record)
    try:
        data = _content(record)
    except UnknownFormatError as error:
        yield Notice("", "UnknownFormatError", f"{url}: {error}")
        return
    except _BROKEN as error:
        yield Notice("", "DamagedSourceError", f"{url}: cannot be unpacked ({error}); left out")
        return
    if not data.strip():
        return
    try:
        document = wrappers.document(decode(data, _charset(record) or declared_charset(data)))
    except UnknownFormatError as error:
        yield Notice("", "UnknownFormatError", f"{url}: {error}")
        return
    saved = wrappers.time_of(record.rec_headers.get_header("WARC-Date") or "")
    yield replace(document, part=url, url=url, saved=saved, wrapper="WARC")


def _content(record: ArcWarcRecord) -> bytes:
    """Return a page's bytes, with what the server packed undone.

    Raises:
        UnknownFormatError: it is packed in a way that needs a further package, or too long.
    """
    packing = _header(record, "Content-Encoding").lower()
    pieces: list[bytes] = []
    size = 0
    stream = record.content_stream()
    while piece := stream.read(_READ_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > _MAX_PAGE_BYTES:
            raise UnknownFormatError(f"a page of more than {_MAX_PAGE_BYTES} bytes; left out")
    data = b"".join(pieces)
    if packing in _PACKED and b"<" not in data[:1000].lstrip()[:1]:
        raise UnknownFormatError(f"is packed with {packing}; to read it, run: pip install brotli")
    return data


def _header(record: ArcWarcRecord, name: str) -> str:
    value = record.http_headers.get_header(name) if record.http_headers else None
    return value or ""


def _charset(record: ArcWarcRecord) -> str | None:
    """Return the encoding that the server named."""
    kind = Message()
    kind["Content-Type"] = _header(record, "Content-Type")
    return kind.get_content_charset()
