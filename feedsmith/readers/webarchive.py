"""Safari web archives: a property list that holds the page and what it loaded.

The page says nothing of when it was saved; the file's time has to do.
"""

import plistlib
import struct
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urldefrag, urljoin
from xml.parsers.expat import ExpatError

from feedsmith import urls
from feedsmith.errors import DamagedSourceError, NoArticleError, check_amount
from feedsmith.model import Document, Source
from feedsmith.readers import wrappers
from feedsmith.readers.encoding import declared_charset, decode

_BROKEN = (
    plistlib.InvalidFileException, ExpatError, ValueError, TypeError, KeyError, AttributeError,
    IndexError, OverflowError, RecursionError, struct.error,
)  # fmt: skip
_MOST_TAGS = 1_000_000  # some three seconds; a page with 500 pictures has 8,000
_TEXTS = ("text/plain",)


def read(source: Source) -> Iterator[Document]:
    """Give the main page as one document; its pictures are looked up among the subresources.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no property list, or has no page in it.
        NoArticleError: what was saved is no page.
    """
    stored = source.read()
    if not stored.startswith(b"bplist"):  # XML, in which pages and pictures are in Base64
        check_amount(stored.count(b"<"), _MOST_TAGS, "tags")
    try:
        archive = plistlib.loads(stored)
    except _BROKEN as error:
        raise DamagedSourceError(f"is a broken web archive: {error}; save it again") from error
    main = _dict(_dict(archive).get("WebMainResource"))
    data = _bytes(main.get("WebResourceData"))
    if not data:
        raise DamagedSourceError("is a web archive without its page; save it again")
    url = _string(main.get("WebResourceURL"))
    yield replace(
        _document(data, _string(main.get("WebResourceMIMEType")), main),
        url=urls.absolute(url),
        wrapper="web archive",
        resources=partial(_resource, _subresources(archive), url),
    )


def _document(data: bytes, mime: str, main: dict[str, Any]) -> Document:
    declared = _string(main.get("WebResourceTextEncodingName")) or declared_charset(data)
    if mime in _TEXTS:
        return Document(kind="text", content=decode(data, declared))
    if mime and "html" not in mime:
        raise NoArticleError(f"holds no page but {mime}; leave it out with [input] exclude")
    return wrappers.document(decode(data, declared))


def _subresources(archive: dict[str, Any]) -> dict[str, bytes]:
    """Return what the page loaded, by address."""
    found = archive.get("WebSubresources")
    rows = [_dict(row) for row in found] if isinstance(found, list) else []
    return {_string(row.get("WebResourceURL")): _bytes(row.get("WebResourceData")) for row in rows}


def _resource(known: dict[str, bytes], base: str, address: str) -> bytes | None:
    return known.get(address) or known.get(urldefrag(urljoin(base, address))[0])


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""
