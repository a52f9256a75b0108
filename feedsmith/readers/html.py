"""Saved web pages: as the browser saved them, or wrapped by SingleFile, WebScrapBook and others.

A page may have its pictures in a folder beside it, and in a snapshot of ArchiveBox a file that says
where it came from. The page itself is left to the parser.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from feedsmith import text, urls
from feedsmith.model import Document, Hints, Source
from feedsmith.readers import letters, wrappers
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.readers.nearby import look

# What ArchiveBox calls the pages of a snapshot; the walk lists one of them.
_SNAPSHOT_PAGES = frozenset({"singlefile.html", "output.html"})
_READER_PAGE = "content.html"


def read(source: Source) -> Iterator[Document]:
    """Give the file as one document of kind "html", with what its wrapper says.

    Raises:
        UnreadableSourceError: the disk said no.
        UnknownFormatError: the page is one that feedsmith made: reading it would go in circles.
    """
    data = source.read()
    found = _as_letter(wrappers.document(decode(data, declared_charset(data))))
    name = source.relative.rsplit("/", 1)[-1]
    if name in _SNAPSHOT_PAGES:
        found = _with_snapshot(found, source.beside("index.json"))
    elif name == _READER_PAGE:
        found = _with_reader(found, source.beside("article.json"))
    yield replace(found, resources=partial(look, source.beside))


def _as_letter(document: Document) -> Document:
    """Return a page that is the body of a newsletter without what its sender put around it."""
    if not letters.may_be_one(document.content):
        return document
    # 0.02 s to import, and hardly a page is a letter.
    from feedsmith.readers import newsletter  # noqa: PLC0415
    from feedsmith.readers.redirects import is_opaque  # noqa: PLC0415

    if not newsletter.is_newsletter(document.content):
        return document
    letter = newsletter.tidy(document.content)
    if letter is None or not letter.chars:
        return document
    copy = letter.address if not is_opaque(letter.address) else ""
    return replace(
        document,
        content=letter.html,
        url=copy or document.url,
        wrapper=f"newsletter, {document.wrapper}",
        is_fragment=True,
    )


def _with_snapshot(document: Document, index: bytes | None) -> Document:
    """Return a page with what the index of an ArchiveBox snapshot says about it."""
    known = _object(index or b"")
    url, stamp = known.get("url"), known.get("timestamp")
    if not isinstance(url, str) or not isinstance(stamp, (str, int, float)):
        return document
    title, tags = known.get("title"), known.get("tags")
    return replace(
        document,
        url=urls.absolute(url) or document.url,
        saved=_epoch(stamp) or document.saved,
        hints=Hints(
            title=text.one_line(title) or None if isinstance(title, str) else None,
            tags=_tags(tags),
        ),
        wrapper=f"ArchiveBox, {document.wrapper}",
    )


def _with_reader(document: Document, article: bytes | None) -> Document:
    """Return what a reader within ArchiveBox cut out of a page, with what it says about it."""
    known = _object(article or b"")
    if not isinstance(known.get("title"), str):
        return document
    told = {key: text.one_line(value) for key, value in known.items() if isinstance(value, str)}
    return replace(
        document,
        url=urls.absolute(told.get("url", "")) or document.url,
        hints=Hints(
            title=told["title"] or None,
            byline=told.get("byline") or told.get("author") or None,
            site=told.get("siteName") or None,
            summary=told.get("excerpt") or None,
        ),
        wrapper="ArchiveBox reader",
        is_fragment=True,
    )


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _epoch(stamp: str | float) -> datetime | None:
    """Return the time of a snapshot's number: seconds since 1970.

    >>> _epoch("1700000000.123").isoformat()
    '2023-11-14T22:13:20+00:00'
    """
    try:
        return datetime.fromtimestamp(int(float(stamp)), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _tags(found: object) -> tuple[str, ...]:
    """Return a snapshot's tags: a list, or one text parted by commas."""
    parts = found.split(",") if isinstance(found, str) else found
    if not isinstance(parts, list):
        return ()
    named = [text.one_line(part) for part in parts if isinstance(part, str)]
    return tuple(tag for tag in named if tag)
