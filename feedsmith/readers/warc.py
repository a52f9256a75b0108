"""Crawls: WARC, ARC, and WACZ (a ZIP of WARC files); the pages in them, the last capture of each.

A first pass notes for each address where its last good capture lies, a second one reads those, so
that memory holds one page and a number for each address. Many workers may share the second pass:
`listed` gives the places, and a source that names some of them is read there alone.
Only what the server gave as a page, with status 200, counts; which of these are articles is left to
the parser.
Source: ISO 28500; the WACZ specification.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.message import Message
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter
from typing import BinaryIO

from warcio.recordloader import ArcWarcRecord

from feedsmith import urls
from feedsmith.errors import DamagedSourceError, SourceError, UnknownFormatError
from feedsmith.model import Notice, Read, Source, nothing_beside
from feedsmith.readers import wrappers
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.readers.warcindex import (
    BROKEN,
    READ_BYTES,
    Index,
    Records,
    files_of,
    index_of,
    key_of,
    quiet,
    url_of,
    way_to,
)
from feedsmith.spans import Listing, Place

_MAX_PAGE_BYTES = 20_000_000  # bytes of one page unpacked; the longest pages have some 5 million
_BLANKS = b"\xef\xbb\xbf \t\r\n"
# What is not unpacked without a further package, and what to do about it.
_PACKED = {"br": "to read it, run: pip install brotli", "zstd": "left out"}


def read(source: Source) -> Iterator[Read]:
    """Give each page as one document of kind "html", named by its address.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is broken from some place on; what was whole has been given.
    """
    if source.span:
        yield from _pages(source, source.span.places, _remembered(source))
        return
    index = index_of(source)
    places = index.places()
    index.pages.clear()
    yield from _pages(source, places, index)
    if index.error:
        raise DamagedSourceError(index.error)


def listed(source: Source) -> Listing:
    """Return where the pages lie, in the order in which `read` gives them.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is a ZIP archive and a broken one.
    """
    index = index_of(source)
    return Listing(
        tuple(index.places()), frozenset(index.packed), bool(index.pictures), index.error
    )


def _pages(source: Source, places: Sequence[Place], index: Index) -> Iterator[Read]:
    with files_of(source) as openers:
        for file, held in groupby(places, key=attrgetter("file")):
            with way_to(openers[file], file, index.packed)() as stream:
                for place in held:
                    stream.seek(place.offset)
                    yield from _page(stream, source, index)


def _remembered(source: Source) -> Index:
    """Return what the pages of a span need to know of the rest of the crawl."""
    span = source.span
    assert span  # noqa: S101 (asked for spans only)
    if not span.has_pictures:
        return Index(packed=set(span.packed))
    return _whole_index(replace(source, span=None, beside=nothing_beside))


@lru_cache(maxsize=2)
def _whole_index(source: Source) -> Index:
    """Return the index of a crawl; made once in each process that reads pages with pictures."""
    index = index_of(source)
    index.pages.clear()
    return index


def _page(stream: BinaryIO, source: Source, index: Index) -> Iterator[Read]:
    """Give the page whose record begins here, or why it cannot be read."""
    url = ""
    try:
        with quiet():
            record = next(Records(stream, arc2warc=True))
            url = url_of(record)
            data = _content(record)
        if not data.strip():
            return
        document = wrappers.document(decode(data, _charset(record) or declared_charset(data)))
    except UnknownFormatError as error:
        yield Notice("", "UnknownFormatError", f"{url}: {error}")
        return
    except BROKEN as error:
        yield Notice("", "DamagedSourceError", f"{url}: cannot be unpacked ({error}); left out")
        return
    saved = wrappers.time_of(record.rec_headers.get_header("WARC-Date") or "")
    pictures = partial(_picture, source, index, url)
    yield replace(document, part=url, url=url, saved=saved, wrapper="WARC", resources=pictures)


def _picture(source: Source, index: Index, base: str, address: str) -> bytes | None:
    """Return the bytes of a picture that was captured, too, or None."""
    url = urls.absolute(address, base)
    place = index.pictures.get(key_of(url)) if url else None
    if place is None or place.file in index.packed:
        return None
    try:
        with files_of(source) as openers, openers[place.file]() as stream:
            stream.seek(place.offset)
            with quiet():
                return _content(next(Records(stream, arc2warc=True)))
    except (*BROKEN, SourceError):
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
    while piece := stream.read(READ_BYTES):
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
