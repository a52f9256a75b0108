"""Crawls: WARC, ARC, and WACZ (a ZIP of WARC files); the pages in them, the last capture of each.

A first pass notes for each address where its last good capture lies, a second one reads those, so
that memory holds one page and a number for each address. Only what the server gave as a page, with
status 200, counts; which of these are articles is left to the parser.
Source: ISO 28500; the WACZ specification.
"""

import gzip
import hashlib
import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import partial
from io import FileIO, StringIO
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from feedsmith import urls
from feedsmith.errors import DamagedSourceError, SourceError, UnknownFormatError
from feedsmith.model import Notice, Read, Source
from feedsmith.readers import wrappers
from feedsmith.readers.archive import opened
from feedsmith.readers.encoding import declared_charset, decode

_MAX_PAGE_BYTES = 20_000_000  # bytes of one page unpacked; the longest pages have some 5 million
_READ_BYTES = 65_536
_BLANK_BYTES = 16  # bytes; empty lines behind the last record
_PAGES = ("text/html", "application/xhtml+xml")
_MAX_PICTURES = 200_000  # pictures; some 30 MB of memory
_KEPT = ("response", "resource")
_BLANKS = b"\xef\xbb\xbf \t\r\n"
# What is not unpacked without a further package, and what to do about it.
_PACKED = {"br": "to read it, run: pip install brotli", "zstd": "left out"}
_BROKEN = (
    ArchiveLoadFailed, StopIteration, zlib.error, EOFError, OSError, ValueError, KeyError,
    AttributeError,
)  # fmt: skip
_ADVICE = "what is whole before it was read; get the archive again"
logging.getLogger("warcio").setLevel(logging.CRITICAL)  # what it finds is told in our own words
_Opener = Callable[[], BinaryIO]


class _Records(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
    """The records of a stream; nothing is printed about them."""

    INC_RECORD = ""


@dataclass(slots=True)
class _Index:
    """Where the last good capture of each address lies, and what went wrong on the way.

    Places are the number of a file and the offset of a record in it, in bytes; `packed` are the
    files in which a place is reached only by unpacking all before it.
    """

    pages: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    pictures: dict[int, tuple[int, int]] = field(default_factory=dict)
    packed: set[int] = field(default_factory=set)
    error: str = ""

    def add(self, record: ArcWarcRecord, url: str, file: int, offset: int) -> None:
        """Note a capture, if it is one of a page or a picture."""
        kind = _type_of(record) if url else ""
        if kind.startswith(_PAGES):
            date = (record.rec_headers.get_header("WARC-Date") or "")[:19]
            known = self.pages.get(_key(url))
            if known is None or date >= known[0]:
                self.pages[_key(url)] = (date, file, offset)
        elif kind.startswith("image/") and len(self.pictures) < _MAX_PICTURES:
            self.pictures[_key(url)] = (file, offset)


def _key(url: str) -> int:
    """Return a number that stands for an address."""
    digest = hashlib.blake2b(urls.canonical(url).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest())


def read(source: Source) -> Iterator[Read]:
    """Give each page as one document of kind "html", named by its address.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is broken from some place on; what was whole has been given.
    """
    index = _Index()
    with _files(source) as openers:
        ways = [_indexed(opener, number, index) for number, opener in enumerate(openers)]
        places = sorted((file, offset) for _, file, offset in index.pages.values())
        index.pages.clear()
        for file, offsets in groupby(places, key=itemgetter(0)):
            with ways[file]() as stream:
                for _, offset in offsets:
                    stream.seek(offset)
                    yield from _page(stream, source, index)
    if index.error:
        raise DamagedSourceError(index.error)


@contextmanager
def _files(source: Source) -> Iterator[list[_Opener]]:
    """Give what opens each of the crawl's files."""
    with source.open() as stream:
        is_zip = stream.read(2) == b"PK"
    if not is_zip:
        yield [source.open]
        return
    with opened(source) as archive:
        names = sorted(name for name in archive.names if _is_warc(name))
        yield [partial(archive.stream, name) for name in names]


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))


def _indexed(opener: _Opener, number: int, index: _Index) -> _Opener:
    """Note the captures of one file; return how it is to be opened for the places to be right."""
    for way in (opener, partial(_unpacked, opener)):
        with way() as stream:
            error = _scan(stream, number, index)
        if "non-chunked" not in error:
            index.error = index.error or error
            return way
        index.packed.add(number)
    return opener


def _unpacked(opener: _Opener) -> BinaryIO:
    """Return the bytes of a file that was packed as a whole rather than record by record."""
    unpacked = gzip.GzipFile(fileobj=opener())
    unpacked.myfileobj = cast("FileIO", unpacked.fileobj)  # so that it is closed, too
    return cast("BinaryIO", unpacked)


def _scan(stream: BinaryIO, number: int, index: _Index) -> str:
    """Note the captures of a stream, and return what is wrong with it, or ""."""
    with redirect_stderr(StringIO()):  # warcio prints what it thinks of a broken file
        return _scanned(_Records(stream, arc2warc=True), stream, number, index)


def _scanned(records: _Records, stream: BinaryIO, number: int, index: _Index) -> str:
    offset = end = 0
    try:
        for record in records:
            url = _url(record)
            offset = records.get_record_offset()  # reads the record to its end
            if getattr(record.raw_stream, "limit", 0) > 0:
                return f"ends in the middle of the record at byte {offset}; {_ADVICE}"
            index.add(record, url, number, offset)
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


def _type_of(record: ArcWarcRecord) -> str:
    """Return the media type of what a server gave with status 200, else ""."""
    if record.rec_type not in _KEPT:
        return ""
    http = record.http_headers
    told = record.rec_headers.get_header("WARC-Identified-Payload-Type")
    if record.rec_type == "resource" or http is None:
        told = record.rec_headers.get_header("Content-Type")
    elif http.get_statuscode() != "200":
        return ""
    else:
        told = http.get_header("Content-Type") or told
    return (told or "").lower().strip()


def _page(stream: BinaryIO, source: Source, index: _Index) -> Iterator[Read]:
    """Give the page whose record begins here, or why it cannot be read."""
    url = ""
    try:
        with redirect_stderr(StringIO()):
            record = next(_Records(stream, arc2warc=True))
            url = _url(record)
            data = _content(record)
        if not data.strip():
            return
        document = wrappers.document(decode(data, _charset(record) or declared_charset(data)))
    except UnknownFormatError as error:
        yield Notice("", "UnknownFormatError", f"{url}: {error}")
        return
    except _BROKEN as error:
        yield Notice("", "DamagedSourceError", f"{url}: cannot be unpacked ({error}); left out")
        return
    saved = wrappers.time_of(record.rec_headers.get_header("WARC-Date") or "")
    pictures = partial(_picture, source, index, url)
    yield replace(document, part=url, url=url, saved=saved, wrapper="WARC", resources=pictures)


def _picture(source: Source, index: _Index, base: str, address: str) -> bytes | None:
    """Return the bytes of a picture that was captured, too, or None."""
    url = urls.absolute(address, base)
    file, offset = index.pictures.get(_key(url), (0, -1)) if url else (0, -1)
    if offset < 0 or file in index.packed:
        return None
    try:
        with _files(source) as openers, openers[file]() as stream:
            stream.seek(offset)
            with redirect_stderr(StringIO()):
                return _content(next(_Records(stream, arc2warc=True)))
    except (*_BROKEN, SourceError):
        return None


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
    if packing in _PACKED and data.lstrip(_BLANKS)[:1] != b"<":  # some crawlers unpack themselves
        advice = _PACKED[packing]
        raise UnknownFormatError(f"is packed with {packing}; {advice}")
    return data


def _header(record: ArcWarcRecord, name: str) -> str:
    value = record.http_headers.get_header(name) if record.http_headers else None
    return value or ""


def _charset(record: ArcWarcRecord) -> str | None:
    """Return the encoding that the server named."""
    kind = Message()
    kind["Content-Type"] = _header(record, "Content-Type")
    return kind.get_content_charset()
