"""MHTML: a page and its pictures as the parts of one message (RFC 2557).

The page is the part that `start` names, else the first HTML part; further HTML parts are frames.
Browsers leave the encoding to the page itself. What was cut off or never had its header is read
as far as it goes.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from functools import partial
from urllib.parse import unquote, urldefrag, urljoin

from feedsmith import text, urls
from feedsmith.errors import NoArticleError
from feedsmith.model import Document, Source
from feedsmith.readers import wrappers
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.readers.rawmail import parse

_PAGES = ("text/html", "application/xhtml+xml")
_BOUNDARY = re.compile(rb"\s*--([^\s\"]{1,200}?)[ \t]*\r?\n")
_LOST = "??"  # what early Chrome wrote for a subject beyond ASCII


def read(source: Source) -> Iterator[Document]:
    """Give the page as one document of kind "html"; its pictures are looked up in the other parts.

    Raises:
        UnreadableSourceError: the disk said no.
        NoArticleError: there is no page in it.
        DamagedSourceError: see `rawmail.parse`.
    """
    message = parse(_with_header(source.read()))
    parts = [part for part in message.walk() if not part.is_multipart()]
    page = _page(message, parts)
    if page is None:
        raise NoArticleError("holds no HTML page; leave it out with [input] exclude")
    data = _payload(page)
    found = wrappers.document(decode(data, page.get_content_charset() or declared_charset(data)))
    url = _address(message, page)
    subject = _subject(message)
    yield replace(
        found,
        url=url or found.url,
        saved=wrappers.time_of(_header(message, "date")) or found.saved,
        hints=replace(found.hints, title=subject) if subject else found.hints,
        wrapper="MHTML",
        resources=partial(_resource, _named(parts), _header(page, "content-location")),
    )


def _with_header(data: bytes) -> bytes:
    """Return the message with a header that names its boundary, where only the parts are left."""
    found = _BOUNDARY.match(data)
    if not found:
        return data.lstrip()
    return b'Content-Type: multipart/related; boundary="%s"\n\n%s' % (found[1], data)


def _page(message: Message, parts: list[Message]) -> Message | None:
    pages = [part for part in parts if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    for part in pages:
        if isinstance(start, str) and start and _header(part, "content-id") == start.strip():
            return part
    return next(iter(pages), None)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _address(message: Message, page: Message) -> str | None:
    """Return the first http(s) address among those that the message and its page give."""
    told = (
        _header(message, "snapshot-content-location"),
        _header(page, "content-location"),
        _header(message, "content-location"),
        _header(page, "content-base"),
        _header(message, "content-base"),
    )
    return next((url for value in told if (url := urls.absolute(value))), None)


def _subject(message: Message) -> str | None:
    """Return the page title; None where its characters were lost."""
    subject = text.one_line(_header(message, "subject"))
    return None if not subject or _LOST in subject else subject


def _header(part: Message, name: str) -> str:
    """Return a header on one line with its encoded words decoded, "" where there is none.

    Addresses are folded without a blank, and may be encoded words, too (RFC 2557 section 4.4.1).
    """
    value = part.get(name)
    if value is None:
        return ""
    try:
        decoded = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        decoded = str(value)
    decoded = decoded.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    is_address = name.endswith(("location", "base"))
    return re.sub(r"\s+", "" if is_address else " ", decoded).strip()


def _named(parts: list[Message]) -> dict[str, Message]:
    """Return the parts by address and by Content-ID, the first of each name."""
    named: dict[str, Message] = {}
    for part in parts:
        number = _header(part, "content-id").strip("<>")
        for name in (_header(part, "content-location"), f"cid:{number}" if number else ""):
            if name:
                named.setdefault(name, part)
    return named


def _resource(named: dict[str, Message], base: str, address: str) -> bytes | None:
    """Return the bytes of the part that an address in the page means, or None."""
    joined = urldefrag(urljoin(base, address))[0]
    for name in (address, joined, unquote(address)):
        if name in named:
            return _payload(named[name])
    return None
