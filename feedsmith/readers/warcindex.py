"""Where the pages of a crawl lie: the last good capture of each address, found in one pass.

Source: ISO 28500; the WACZ specification.
"""

import gzip
import hashlib
import logging
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from functools import partial
from io import SEEK_END, FileIO, StringIO
from threading import RLock
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from feedsmith import urls
from feedsmith.model import Source
from feedsmith.readers.archive import opened
from feedsmith.readers.cdx import Capture, captures_of
from feedsmith.spans import Place

READ_BYTES = 65_536
_BLANK_BYTES = 16  # bytes; empty lines behind the last record
_PAGES = ("text/html", "application/xhtml+xml")
_MAX_PICTURES = 200_000  # pictures; some 30 MB of memory
_KEPT = ("response", "resource")
_PACKED = b"\x1f\x8b"
BROKEN = (
    ArchiveLoadFailed, StopIteration, zlib.error, EOFError, OSError, ValueError, KeyError,
    AttributeError,
)  # fmt: skip
_ADVICE = "what is whole before it was read; get the archive again"
logging.getLogger("warcio").setLevel(logging.CRITICAL)  # what it finds is told in our own words
_QUIET = RLock()  # there is but one sys.stderr, and perhaps many threads
Opener = Callable[[], BinaryIO]


class Records(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
    """The records of a stream; nothing is printed about them."""

    INC_RECORD = ""


@dataclass(slots=True)
class Index:
    """Where the last good capture of each address lies, and what went wrong on the way.

    `packed` are the files in which a place is reached only by unpacking all before it.
    """

    pages: dict[int, tuple[str, Place]] = field(default_factory=dict)
    pictures: dict[int, Place] = field(default_factory=dict)
    packed: set[int] = field(default_factory=set)
    error: str = ""

    def places(self) -> list[Place]:
        """Return where the pages lie, in the order of the archive."""
        return sorted(place for _, place in self.pages.values())

    def add(self, record: ArcWarcRecord, url: str, place: Place) -> None:
        """Note the capture of a record."""
        date = (record.rec_headers.get_header("WARC-Date") or "")[:19]
        self.note(url, _type_of(record), date, place)

    def note(self, url: str, kind: str, date: str, place: Place) -> None:
        """Note a capture, if it is one of a page or a picture."""
        if not url:
            return
        if kind.startswith(_PAGES):
            known = self.pages.get(key_of(url))
            if known is None or date >= known[0]:
                self.pages[key_of(url)] = (date, place)
        elif kind.startswith("image/") and len(self.pictures) < _MAX_PICTURES:
            self.pictures[key_of(url)] = place


def key_of(url: str) -> int:
    """Return a number that stands for an address."""
    digest = hashlib.blake2b(urls.canonical(url).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest())


@contextmanager
def quiet() -> Iterator[None]:
    """Let warcio print nothing, whose lines about broken files are for no user; one at a time."""
    with _QUIET, redirect_stderr(StringIO()):
        yield


@contextmanager
def files_of(source: Source) -> Iterator[list[Opener]]:
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


def index_of(source: Source) -> Index:
    """Return where everything in a crawl lies.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is a ZIP archive and a broken one.
    """
    index = Index()
    captures = captures_of(source)
    with files_of(source) as openers:
        for number, opener in enumerate(openers):
            name = opener.args[0] if isinstance(opener, partial) else source.path
            known = captures.get(name.rpartition("/")[2])
            if not (known and _note_listed(opener, number, index, known)):
                _note(opener, number, index)
    return index


def way_to(opener: Opener, number: int, packed: Collection[int]) -> Opener:
    """Return how a file is to be opened for its places to be right."""
    return partial(_unpacked, opener) if number in packed else opener


def _note_listed(opener: Opener, number: int, index: Index, known: Mapping[int, Capture]) -> bool:
    """Note the captures of a file as a list names them; say whether that was all of the file.

    What it does not name, or not fully, is read. It is for files that are packed record by record.
    """
    found = Index()
    at = 0
    with opener() as stream, quiet():
        size = stream.seek(0, SEEK_END)
        stream.seek(0)
        if stream.read(2) != _PACKED:
            return False
        while at < size:
            capture = known.get(at)
            if capture and capture.length > 0 and capture.is_told:
                place = Place(number, at, capture.length)
                found.note(_page_url(capture.url), capture.kind, capture.date, place)
                at += capture.length
            else:
                length = _read_one(stream, Place(number, at, 0), found)
                if not length:
                    return False
                at += length
    if at == size:
        _join(index, found)
    return at == size


def _read_one(stream: BinaryIO, place: Place, index: Index) -> int:
    """Note the record at a place; return its length, 0 when there is none."""
    stream.seek(place.offset)
    records = Records(stream, arc2warc=True)
    try:
        record = next(records)
        url = url_of(record)
        records.get_record_offset()  # reads the record to its end
        length: int = records.get_record_length()
        if getattr(record.raw_stream, "limit", 0) > 0:
            return 0
    except BROKEN:
        return 0
    index.add(record, url, place._replace(length=length))
    return length


def _join(index: Index, other: Index) -> None:
    """Take into an index what stands in a later file."""
    for key, (date, place) in other.pages.items():
        known = index.pages.get(key)
        if known is None or date >= known[0]:
            index.pages[key] = (date, place)
    index.pictures.update(other.pictures)


def _note(opener: Opener, number: int, index: Index) -> None:
    """Note the captures of one file, which may have to be unpacked as a whole."""
    for way in (opener, partial(_unpacked, opener)):
        with way() as stream:
            error = _scan(stream, number, index)
        if "non-chunked" not in error:
            index.error = index.error or error
            return
        index.packed.add(number)


def _unpacked(opener: Opener) -> BinaryIO:
    """Return the bytes of a file that was packed as a whole rather than record by record."""
    unpacked = gzip.GzipFile(fileobj=opener())
    unpacked.myfileobj = cast("FileIO", unpacked.fileobj)  # so that it is closed, too
    return cast("BinaryIO", unpacked)


def _scan(stream: BinaryIO, number: int, index: Index) -> str:
    """Note the captures of a stream, and return what is wrong with it, or ""."""
    with quiet():
        return _scanned(Records(stream, arc2warc=True), stream, number, index)


def _scanned(records: Records, stream: BinaryIO, number: int, index: Index) -> str:
    offset = end = 0
    try:
        for record in records:
            url = url_of(record)
            offset = records.get_record_offset()  # reads the record to its end
            if getattr(record.raw_stream, "limit", 0) > 0:
                return f"ends in the middle of the record at byte {offset}; {_ADVICE}"
            length = records.get_record_length()
            index.add(record, url, Place(number, offset, length))
            end = offset + length
        while stream.read(READ_BYTES):
            pass
        if stream.tell() - end > _BLANK_BYTES:
            return f"ends in the middle of the record at byte {end}; {_ADVICE}"
    except BROKEN as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, AttributeError):  # of a field that is not there
            reason = "a field that every record has is missing"
        return f"is broken behind the record at byte {offset}: {reason[:200]}; {_ADVICE}"
    return ""


def url_of(record: ArcWarcRecord) -> str:
    """Return the http(s) address of a record, "" for a log, a robots.txt and the like."""
    return _page_url(record.rec_headers.get_header("WARC-Target-URI") or "")


def _page_url(address: str) -> str:
    url = urls.absolute(address) or ""
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
