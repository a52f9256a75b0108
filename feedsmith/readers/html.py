"""Saved web pages: as the browser saved them, or wrapped by SingleFile, Save Page WE, monolith.

A wrapper says in a comment or in metas of its own where the page came from and when it was saved.
That is all that is read here; the page itself is left to the parser.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from feedsmith import text, urls
from feedsmith.dates import DateContext, parse_date
from feedsmith.errors import UnknownFormatError
from feedsmith.model import Document, Hints, Source
from feedsmith.readers import newsletter
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.readers.redirects import is_opaque

OUR_MARK = '<meta name="generator" content="feedsmith">'  # templates/metas.html writes it
_HEAD_CHARS = 20_000  # characters; wrappers write their notes at the top
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+)\s*-->")
_SINGLEFILE = re.compile(
    r"<!--\s*(?:Page saved with SingleFile|Archive processed by SingleFile)\s*(.{0,3000}?)-->",
    re.DOTALL,
)
_SINGLEFILE_URL = re.compile(r"^\s*url:\s*(\S+)", re.MULTILINE)
_SINGLEFILE_DATE = re.compile(r"^\s*saved date:\s*(.+)$", re.MULTILINE)
_MONOLITH = re.compile(r"<!-- Saved from (\S+) at (\S+) using monolith")
_SAVEPAGE = re.compile(
    r"<meta\s+name=[\"']?savepage-(\w+)[\"']?\s+content=(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE
)
_NO_ZONE = DateContext(UTC, "dmy")  # wrappers write a zone, or mean UTC


def read(source: Source) -> Iterator[Document]:
    """Give the file as one document of kind "html", with what its wrapper says.

    Raises:
        UnreadableSourceError: the disk said no.
        UnknownFormatError: the page is one that feedsmith made: reading it would go in circles.
    """
    data = source.read()
    content = decode(data, declared_charset(data))
    head = content[:_HEAD_CHARS]
    if OUR_MARK in head:
        raise UnknownFormatError(
            "is a page that feedsmith made; leave its folder out with [input] exclude"
        )
    found = (document for wrapper in _WRAPPERS if (document := wrapper(content, head)))
    yield _as_letter(next(found, Document(kind="html", content=content, wrapper="saved page")))


def _as_letter(document: Document) -> Document:
    """Return a page that is the body of a newsletter without what its sender put around it."""
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


def _singlefile(content: str, head: str) -> Document | None:
    found = _SINGLEFILE.search(head)
    if not found:
        return None
    url, saved = _SINGLEFILE_URL.search(found[1]), _SINGLEFILE_DATE.search(found[1])
    return Document(
        kind="html",
        content=content,
        url=urls.absolute(html.unescape(url[1])) if url else None,
        saved=_time(saved[1]) if saved else None,
        wrapper="SingleFile",
    )


def _savepage(content: str, head: str) -> Document | None:
    notes = {m[1].lower(): html.unescape(m[2] or m[3] or "") for m in _SAVEPAGE.finditer(head)}
    if "url" not in notes:
        return None
    return Document(
        kind="html",
        content=content,
        url=urls.absolute(notes["url"]),
        saved=_time(notes.get("date", "")),
        hints=Hints(
            title=text.one_line(notes.get("title", "")) or None,
            published=text.one_line(notes.get("pubdate", "")) or None,
        ),
        wrapper="Save Page WE",
    )


def _monolith(content: str, head: str) -> Document | None:
    found = _MONOLITH.search(head)
    if not found:
        return None
    return Document(
        kind="html",
        content=content,
        url=urls.absolute(found[1]),
        saved=_time(found[2]),
        wrapper="monolith",
    )


def _saved_from(content: str, head: str) -> Document | None:
    found = _SAVED_FROM.search(head)
    if not found:
        return None
    return Document(
        kind="html", content=content, url=urls.absolute(html.unescape(found[1])), wrapper="browser"
    )


# The most talkative first: a SingleFile page may keep the comment of an earlier save.
_WRAPPERS: tuple[Callable[[str, str], Document | None], ...] = (
    _singlefile,
    _savepage,
    _monolith,
    _saved_from,
)


def _time(printed: str) -> datetime | None:
    """Return the time that a wrapper printed: ISO 8601, or as JavaScript's `Date` spells it.

    Of the latter the bracket at its end is in the user's language and says nothing.

    >>> _time("Thu Mar 09 2023 08:05:12 GMT+0200 (Eastern European Standard Time)").isoformat()
    '2023-03-09T08:05:12+02:00'
    """
    found = parse_date(printed.partition("(")[0], _NO_ZONE)
    return found.when if found else None
