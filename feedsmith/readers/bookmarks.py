"""Bookmarks in HTML: the Netscape format of browsers and services, Pocket's and Instapaper's pages.

The Netscape format leaves out end tags, so that no tree can be made of it that is not a guess. Its
tags are taken one by one instead: a heading names the list that follows it, a description belongs
to the link before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from feedsmith.errors import DamagedSourceError, check_amount
from feedsmith.model import Link, Read, Source
from feedsmith.readers import fields
from feedsmith.readers.encoding import declared_charset, decode

MAX_TAGS = 1_000_000  # some 250,000 bookmarks, half a gigabyte and half a minute
_NETSCAPE = re.compile(r"\s*<!DOCTYPE\s+NETSCAPE-Bookmark-file-1", re.IGNORECASE)
_DATES = ("add_date", "time_added", "date_added")
# Attributes of the folders that browsers set up themselves.
_OWN_FOLDERS = ("personal_toolbar_folder", "unfiled_bookmarks_folder", "places_root")
# Their names where no attribute tells, and those of the shelves of services.
_OWN_NAMES = frozenset({
    "bookmarks", "bookmarks bar", "bookmarks toolbar", "bookmarks menu", "other bookmarks",
    "mobile bookmarks", "favorites", "favorites bar", "other favorites", "favourites",
    "reading list", "com.apple.readinglist", "unread", "read archive", "archive", "starred",
    "lesezeichen-symbolleiste", "lesezeichenleiste", "weitere lesezeichen", "mobile lesezeichen",
    "lesezeichen-menü", "barre personnelle", "barre de favoris", "autres favoris",
    "autres marque-pages", "marque-pages mobiles", "menu des marque-pages", "barra de marcadores",
    "otros marcadores", "barra dei preferiti", "altri preferiti", "outros favoritos",
    "barra de favoritos", "bladwijzerwerkbalk", "bladwijzerbalk", "andere bladwijzers",
    "панель закладок", "другие закладки", "ブックマーク バー", "その他のブックマーク",
    "书签栏", "其他书签",
})  # fmt: skip
# linkding keeps the user's own words behind the page's description.
_NOTES = re.compile(r"\[linkding-notes\](.*?)\[/linkding-notes\]", re.DOTALL)


_LISTS = frozenset({"dl", "ul", "ol"})


@dataclass(slots=True)
class _Row:
    """A link as it is read."""

    cells: Mapping[str, str]
    folders: tuple[str, ...]
    title: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Takes the tags one by one; `rows` are the links so far."""

    def __init__(self, headings: frozenset[str], *, is_nested: bool) -> None:
        super().__init__()
        self.rows: list[_Row] = []
        self._headings = headings
        self._is_nested = is_nested  # headings stand in lists, rather than lists below headings
        self._folders: list[str] = []
        self._heading: list[str] = []
        self._is_own = False
        self._into: list[str] | None = None  # where text goes
        self._is_described = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        cells = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in cells and ("add_date" in cells or not self._is_described):
            row = _Row(cells, tuple(filter(None, self._folders)))
            self.rows.append(row)
            self._heading = []
            self._write(row.title)
        elif tag in self._headings:
            self._heading = []
            self._is_own = not cells.keys().isdisjoint(_OWN_FOLDERS)
            self._write(self._heading)
        elif tag in _LISTS:
            self._open()
        elif tag == "dt":
            self._write(None)
        elif tag == "dd":
            self._describe()
        elif tag == "br" and self._is_described and self._into is not None:
            self._into.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LISTS:
            self._write(None)
            del self._folders[-1:]
        elif tag in self._headings or (tag == "a" and not self._is_described):
            self._write(None)

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def _write(self, into: list[str] | None) -> None:
        self._into, self._is_described = into, False

    def _describe(self) -> None:
        """Take what follows for the description of the link before, or of the folder for nobody."""
        is_of_link = bool(self.rows) and not self._heading
        self._write(self.rows[-1].said if is_of_link else None)
        self._is_described = True

    def _open(self) -> None:
        """Begin the list that the heading names."""
        if not self._is_nested:
            self._folders.clear()
        name = fields.line("".join(self._heading)) or ""
        self._folders.append("" if self._is_own or name.casefold() in _OWN_NAMES else name)
        self._heading, self._is_own = [], False
        self._write(None)


def read(source: Source) -> Iterator[Read]:
    """Give the bookmarks as links, in page order.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it has far too many tags, or they are broken from here on; what was
            whole has been given.
    """
    data = source.read()
    check_amount(data.count(b"<"), MAX_TAGS, "tags")
    content = decode(data, declared_charset(data))
    is_nested = bool(_NETSCAPE.match(content))
    reader = _Reader(frozenset({"h3"} if is_nested else {"h1", "h2"}), is_nested=is_nested)
    broken = None
    try:
        reader.feed(content)
        reader.close()
    except AssertionError as error:  # the standard library's word for a tag that it cannot read
        broken = error
    yield from fields.shelved(map(_link, reader.rows))
    if broken:
        raise DamagedSourceError(f"is broken: {broken}; export the bookmarks again") from broken


def _link(row: _Row) -> Link | None:
    said = "".join(row.said)
    note = _NOTES.search(said)
    dates = (fields.moment(row.cells.get(name)) for name in _DATES)
    return fields.link(
        row.cells.get("href"),
        "".join(row.title),
        tags=tuple(dict.fromkeys((*fields.tags(row.cells.get("tags")), *row.folders))),
        saved=next(filter(None, dates), None),
        summary=_NOTES.sub("", said),
        note=note[1] if note else None,
    )
