"""What the tools that save a page write into it: where it came from, and when it was saved.

A wrapper says so in a comment or in attributes of its own. That is all that is read here; the page
itself is left to the parser.
"""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from feedsmith import text, urls
from feedsmith.dates import DateContext, parse_date
from feedsmith.errors import UnknownFormatError
from feedsmith.model import Document, Hints

OUR_MARK = '<meta name="generator" content="feedsmith">'  # templates/metas.html writes it
_HEAD_CHARS = 20_000  # characters; wrappers write their notes at the top
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|OriginalSrc: )(\S+)\s*-->")
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
_ROOT = re.compile(r"<html\b[^>]*>", re.IGNORECASE)
_SCRAPBOOK = re.compile(r"\bdata-scrapbook-(source|create|title)=\"([^\"]*)\"", re.IGNORECASE)
_DIGITS = re.compile(r"\d{14}|\d{17}")
_NO_ZONE = DateContext(UTC, "dmy")  # wrappers write a zone, or mean UTC


def document(content: str) -> Document:
    """Return a page as a document of kind "html", with what its wrapper says.

    Raises:
        UnknownFormatError: the page is one that feedsmith made: reading it would go in circles.
    """
    head = content[:_HEAD_CHARS]
    if OUR_MARK in head:
        raise UnknownFormatError(
            "is a page that feedsmith made; leave its folder out with [input] exclude"
        )
    for wrapper in _WRAPPERS:
        found = wrapper(content, head)
        if found:
            return found
    return Document(kind="html", content=content, wrapper="saved page")


def time_of(printed: str) -> datetime | None:
    """Return the time that a wrapper printed: ISO 8601, RFC 2822, or as JavaScript spells it.

    Of the latter the bracket at its end is in the user's language and says nothing.

    >>> time_of("Thu Mar 09 2023 08:05:12 GMT+0200 (Eastern European Standard Time)").isoformat()
    '2023-03-09T08:05:12+02:00'
    """
    found = parse_date(printed.partition("(")[0], _NO_ZONE)
    return found.when if found else None


def _singlefile(content: str, head: str) -> Document | None:
    found = _SINGLEFILE.search(head)
    if not found:
        return None
    url, saved = _SINGLEFILE_URL.search(found[1]), _SINGLEFILE_DATE.search(found[1])
    return Document(
        kind="html",
        content=content,
        url=urls.absolute(html.unescape(url[1])) if url else None,
        saved=time_of(saved[1]) if saved else None,
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
        saved=time_of(notes.get("date", "")),
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
        saved=time_of(found[2]),
        wrapper="monolith",
    )


def _scrapbook(content: str, head: str) -> Document | None:
    """WebScrapBook: attributes of the root element; the time is UTC to the millisecond."""
    root = _ROOT.search(head)
    notes = {
        m[1].lower(): html.unescape(m[2]) for m in _SCRAPBOOK.finditer(root[0] if root else "")
    }
    if not notes:
        return None
    return Document(
        kind="html",
        content=content,
        url=urls.absolute(notes.get("source", "")),
        saved=_scrapbook_time(notes.get("create", "")),
        hints=Hints(title=text.one_line(notes.get("title", "")) or None),
        wrapper="WebScrapBook",
    )


def _scrapbook_time(digits: str) -> datetime | None:
    """Return the time that 17 digits spell, those of older versions fewer.

    >>> _scrapbook_time("20200917155205232").isoformat()
    '2020-09-17T15:52:05.232000+00:00'
    """
    if not _DIGITS.fullmatch(digits):
        return None
    try:
        whole = datetime.fromisoformat(f"{digits[:8]}T{digits[8:14]}").replace(tzinfo=UTC)
    except ValueError:
        return None
    return whole + timedelta(milliseconds=int(digits[14:] or 0))


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
    _scrapbook,
    _saved_from,
)
