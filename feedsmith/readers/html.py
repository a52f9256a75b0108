"""Saved web pages: as the browser saved them, or wrapped by SingleFile, Save Page WE, monolith.

A wrapper says in a comment or in metas of its own where the page came from and when it was saved.
That is all that is read here; the page itself is left to the parser.
"""

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

from feedsmith import text, urls
from feedsmith.model import Document, Hints, Source
from feedsmith.readers.encoding import declared_charset, decode

NAME = "html"
TITLE = "saved HTML page"
_HEAD_CHARS = 20_000  # characters; wrappers write their notes at the top
_MARKUP = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|article|main|section|div|p|h1|table|script|style"
    rb"|link|base|center|font|span|header|nav|noscript|a|b|i|ul|ol|img|form|br)\b",
    re.IGNORECASE | re.DOTALL,
)
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
# "Thu Mar 09 2023 08:05:12 GMT+0200 (…)": the bracket is in the user's language and says nothing.
_JS_DATE = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d):(\d\d):(\d\d)"
    r"(?: GMT([+-])(\d\d)(\d\d))?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def sniff(head: bytes) -> bool:
    """Say whether the first bytes are HTML: markup that a page begins with, marked or not."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.replace(b"\x00", b"")[2:]
    return bool(_MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")))


def read(source: Source) -> Iterator[Document]:
    """Give the file as one document of kind "html", with what its wrapper says.

    Raises:
        UnreadableSourceError: the disk said no.
    """
    data = source.read()
    content = decode(data, declared_charset(data))
    head = content[:_HEAD_CHARS]
    for wrapper in _WRAPPERS:
        document = wrapper(content, head)
        if document:
            yield document
            return
    yield Document(kind="html", content=content, wrapper="saved page")


def _singlefile(content: str, head: str) -> Document | None:
    found = _SINGLEFILE.search(head)
    if not found:
        return None
    url, saved = _SINGLEFILE_URL.search(found[1]), _SINGLEFILE_DATE.search(found[1])
    return Document(
        kind="html",
        content=content,
        url=urls.absolute(html.unescape(url[1])) if url else None,
        saved=_js_date(saved[1]) if saved else None,
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
        saved=_js_date(notes.get("date", "")),
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
        saved=_iso_date(found[2]),
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


def _js_date(line: str) -> datetime | None:
    """Return the time that JavaScript's `Date.toString()` printed; the zone is its GMT offset.

    >>> _js_date("Thu Mar 09 2023 08:05:12 GMT+0200 (Eastern European Standard Time)").isoformat()
    '2023-03-09T08:05:12+02:00'
    """
    found = _JS_DATE.search(line)
    if not found or found[1] not in _MONTHS:
        return None
    sign = -1 if found[7] == "-" else 1
    offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0)) * sign
    zone = timezone(offset) if offset else UTC
    year, day, hour, minute, second = (int(found[n]) for n in (3, 2, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _iso_date(word: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(word)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
