"""One page of a book → HTML, and what it says of itself: a source, a day, who wrote it.

What collectors of articles put around a text goes: bars of links to other pages, a list of fields
under the title, the line that says where it came from.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from datetime import UTC
from html import escape
from urllib.parse import unquote

from feedsmith import dom, text, urls
from feedsmith.dates import DateContext, find_dateline
from feedsmith.dom import Element
from feedsmith.readers import letterwords
from feedsmith.readers.book import Chapter
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.readers.layout import leaves

PICTURES = "epub:"  # in front of a picture's name in the archive
_VOID = "area|base|br|col|embed|hr|image|img|input|link|meta|param|path|source|track|use|wbr"
_CLOSED = re.compile(rf"<(?!(?:{_VOID})\b)([a-zA-Z][\w:-]*)((?:\s[^<>]*)?)/>")
_XML_CHARSET = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_BARS = re.compile(r"\b(?:calibre_?)?nav_?bar\d*\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(?:\(\d+/\d+\)|\d{1,4}\.)\s+")
_CAME_FROM = re.compile(r"(?:this )?article was downloaded by\b.{0,60}", re.IGNORECASE)
_SOURCE = re.compile(
    r"(?:(?:original|source|via|from|url|link|read (?:it )?(?:on|at)|view (?:the )?original|quelle"
    r"|fuente|fonte|источник)\b\s*(?:article|page|url)?:?\s*)?(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?)?",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?")
_HEAD_LINES, _FOOT_LINES = 8, 3  # lines in which a page says where it came from
_LINE_CHARS = 160  # characters of such a line
_LIST_SHARE = 0.6  # of a page's text inside links; above it is a list of them
_LEAST_CHARS = 40  # characters beside the title; less is the title of a part
_HEADINGS = ("h1", "h2", "h3")
_NO_ZONE = DateContext(UTC, "dmy")


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `html` is the body alone; `is_signed` says that it names a day or an author."""

    name: str
    title: str
    html: str
    chars: int
    is_list: bool
    is_signed: bool
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: str = ""
    saved: str = ""
    tags: tuple[str, ...] = ()

    @property
    def has_text(self) -> bool:
        """Whether there is more than a title."""
        return self.chars - len(self.title) >= _LEAST_CHARS

    @property
    def with_heading(self) -> str:
        """The HTML with the title above it, unless it begins with a heading of its own."""
        has_one = re.search(r"<h[1-3]\b", self.html[:2000])
        return self.html if has_one else f"<h2>{escape(self.title, quote=False)}</h2>\n{self.html}"


@dataclass(frozen=True, slots=True)
class _Fields:
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: str = ""
    saved: str = ""
    tags: tuple[str, ...] = ()


def read_page(data: bytes, chapter: Chapter) -> Page | None:
    """Return a page of a book, or None where it holds no text."""
    charset = _XML_CHARSET.match(data)
    declared = charset[1].decode("ascii") if charset else declared_charset(data)
    root = dom.parse(_CLOSED.sub(r"<\1\2></\1>", decode(data, declared)))
    body = root.find("body") if root is not None else None
    if root is None or body is None or not dom.text_of(body):
        return None
    page_title = dom.text_of(head) if (head := root.find("head/title")) is not None else ""
    dom.strip(body, ("script", "style"))
    _cut_bars(body)
    fields = _listed(body) or _Fields(url=_source(body))
    title = _title(body, chapter, page_title)
    _name_pictures(body, chapter.name)
    body.tag = "section"
    chars, linked = len(dom.text_of(body)), sum(len(dom.text_of(a)) for a in body.iter("a"))
    return Page(
        name=chapter.name,
        title=title,
        html=dom.markup(body),
        chars=chars,
        is_list=linked > _LIST_SHARE * max(chars, 1),
        is_signed=bool(fields.authors or fields.published) or _is_signed(body),
        url=fields.url,
        authors=fields.authors,
        published=fields.published,
        saved=fields.saved,
        tags=fields.tags,
    )


def _cut_bars(body: Element) -> None:
    for node in list(body.iter("div", "nav", "p", "table")):
        if _BARS.search(node.get("class") or ""):
            dom.cut(node)


def _title(body: Element, chapter: Chapter, page_title: str) -> str:
    """Return the title of a page; a heading that is only its number and title again goes."""
    heading = next((node for node in body.iter(*_HEADINGS) if dom.text_of(node)), None)
    own = text.one_line(dom.text_of(heading)) if heading is not None else ""
    listed = text.one_line(_NUMBER.sub("", chapter.title, count=1))
    bare = _NUMBER.sub("", own, count=1)
    if heading is not None and bare != own and text.fold(bare) == text.fold(listed):
        dom.cut(heading)
        return bare
    return listed or own or text.one_line(page_title)


def _listed(body: Element) -> _Fields | None:
    """Return what a list of fields above the text says, and cut it.

    Its labels are in any language; its values tell what they are: an address that is spelled out,
    the day of publication before the day of saving, who published it first, labels last.
    """
    found = next(iter(body.iter("dl")), None)
    values = list(found.iter("dd")) if found is not None else []
    links = [
        a.get("href") or ""
        for dd in values
        for a in dd.iter("a")
        if dom.text_of(a) == a.get("href")
    ]
    if found is None or not links:
        return None
    said = [text.one_line(dom.text_of(dd)) for dd in values]
    days = [value for value in said if _DAY.fullmatch(value)]
    is_dated = len(days) > 1
    labels = [dd for dd in values[-1:] if dd.find(".//a") is None and len(values) > 3]
    by = said[0] if said and not _DAY.fullmatch(said[0]) and "." not in said[0] else ""
    is_named = is_dated or " " in by  # one word may say that nobody knows
    dom.cut(found)
    return _Fields(
        url=urls.absolute(links[0]),
        authors=tuple(name.strip() for name in by.split(",") if name.strip() and is_named),
        published=days[0] if is_dated else "",
        saved=days[-1] if days else "",
        tags=tuple(t.strip() for dd in labels for t in dom.text_of(dd).split(",") if t.strip()),
    )


def _source(body: Element) -> str | None:
    """Return the address that a line at the top or the end names as the source, and cut it."""
    lines = leaves(body)
    for node in (*lines[:_HEAD_LINES], *lines[-_FOOT_LINES:]):
        said = dom.text_of(node)
        links = [urls.absolute(a.get("href") or "") for a in node.iter("a")]
        links = links or [urls.absolute(said)]
        if len(said) > _LINE_CHARS * 2 or len(links) != 1 or not links[0]:
            continue
        if _CAME_FROM.match(said) or (said and _SOURCE.fullmatch(said)):
            dom.cut(node)
            for line in lines[:_HEAD_LINES]:
                if dom.text_of(line).removeprefix("www.") == urls.host(links[0]):
                    dom.cut(line)
            return links[0]
    return None


def _is_signed(body: Element) -> bool:
    """Say whether a line at the top prints a day, or who wrote the page."""
    for node in leaves(body)[:_HEAD_LINES]:
        said = dom.text_of(node)
        if len(said) > _LINE_CHARS:
            return False
        if letterwords.BYLINE.fullmatch(said) or find_dateline(said, _NO_ZONE):
            return True
    return False


def _name_pictures(body: Element, page: str) -> None:
    """Give each picture in the archive an address of its own, whatever page it is on."""
    for image in body.iter("img"):
        address = image.get("src") or ""
        if address and not re.match(r"[a-zA-Z][\w+.-]*:|//", address):
            name = posixpath.join(posixpath.dirname(page), unquote(address.partition("#")[0]))
            image.set("src", PICTURES + posixpath.normpath(name))
