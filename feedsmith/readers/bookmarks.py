"""Bookmarks in HTML: the Netscape format of browsers and services, Pocket's and Instapaper's pages.

The Netscape format leaves out end tags, so nothing is said about which element lies in which but
that a folder's list follows its heading; the elements are taken in page order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from feedsmith import dom
from feedsmith.dom import Element, Tree
from feedsmith.model import Link, Read, Source
from feedsmith.readers import fields
from feedsmith.readers.encoding import declared_charset, decode

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


class _Row(NamedTuple):
    node: Element
    folders: tuple[str, ...]
    said: str = ""


def read(source: Source) -> Iterator[Read]:
    """Give the bookmarks as links, in page order.

    Raises:
        UnreadableSourceError: the disk said no.
    """
    data = source.read()
    content = decode(data, declared_charset(data))
    root = dom.parse(content)
    rows = () if root is None else (_nested if _NETSCAPE.match(content) else _shelved)(root)
    yield from fields.shelved(map(_link, rows))


def _link(row: _Row) -> Link | None:
    cells = {str(name).lower(): str(value) for name, value in row.node.attrib.items()}
    note = _NOTES.search(row.said)
    return fields.link(
        cells.get("href"),
        dom.text_of(row.node),
        tags=tuple(dict.fromkeys((*fields.tags(cells.get("tags")), *row.folders))),
        saved=next((when for name in _DATES if (when := fields.moment(cells.get(name)))), None),
        summary=_NOTES.sub("", row.said),
        note=note[1] if note else None,
    )


def _nested(root: Element) -> Iterator[_Row]:
    """Yield the links of nested lists, each with the text that follows it."""
    tree = dom.index(root)
    folders: dict[int, str] = {}
    heading, row = "", None
    for at, (node, tag) in enumerate(zip(tree.nodes, tree.tags, strict=True)):
        if tag in {"a", "h3"} and row:
            yield row
            row = None
        if tag == "h3":
            heading = "" if _is_own(node) else dom.text_of(node)
        elif tag == "dl":
            folders[at], heading = heading, ""
        elif tag == "a" and _is_bookmark(node, tree.tags[tree.parents[at]]):
            row = _Row(node, _around(tree, at, folders))
        elif tag == "dd" and row:
            row = row._replace(said=_own_text(node))
    if row:
        yield row


def _is_bookmark(node: Element, parent: str) -> bool:
    """Say whether a link is a row, rather than a part of a description."""
    return node.get("href") is not None and (parent != "dd" or node.get("add_date") is not None)


def _around(tree: Tree, at: int, folders: dict[int, str]) -> tuple[str, ...]:
    names = []
    while at:
        at = tree.parents[at]
        names.append(folders.get(at, ""))
    return tuple([name for name in reversed(names) if name])


def _is_own(heading: Element) -> bool:
    marks = [name for name in _OWN_FOLDERS if heading.get(name) is not None]
    return bool(marks) or dom.text_of(heading).casefold() in _OWN_NAMES


def _own_text(node: Element) -> str:
    """Return what a description says itself, not the list that may follow in it."""
    pieces = [node.text or ""]
    for child in node:
        if child.tag in {"dl", "dt"}:
            break
        pieces += ["\n" if child.tag == "br" else dom.joined(child), child.tail or ""]
    return "".join(pieces)


def _shelved(root: Element) -> Iterator[_Row]:
    """Yield the links of lists that each stand below a heading."""
    heading = ""
    for node in root.iter("h1", "h2", "a"):
        if node.tag != "a":
            heading = "" if _is_own(node) else dom.text_of(node)
        elif node.get("href") is not None:
            yield _Row(node, (heading,) if heading else ())
