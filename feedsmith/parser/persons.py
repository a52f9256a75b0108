"""Whom a page names as its authors out of sight: in JSON-LD and by links to authors' pages.

JSON-LD says it in many shapes: a text, an object, a list, several names in one object, or only a
reference (`@id`) to an object elsewhere, as most blog software does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from feedsmith import text
from feedsmith.dom import Element, text_of

_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|e|in)?|auteurs?|staff|staff-list|profiles?|people|contributors?"
    r"|columnists?|by|reporters?|journalists?|writers?|author-blog)/[^/?#]+|[?&]_?author=",
)
_WRITES = re.compile(
    r"(?:Article|Posting|Report|Review|Blog|NewsItem|CreativeWork|Recipe|HowTo|Page)\Z"
)
_MAX_LINKS = 40  # links to authors; an index of authors holds more
_LINK_CHARS = 60  # characters of a link's text; a longer one is no name
_ABOVE = 6  # elements above a link that tell whether it lies among comments

Node = Mapping[str, object]


class Declared(NamedTuple):
    """The people, and the organisations, that JSON-LD declares as authors."""

    people: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()


def find_declared(article: Node, nodes: Iterable[Node]) -> Declared:
    """Return the authors of an article; those of the page around it where it names none."""
    nodes = list(nodes)
    known = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    writing = [
        article,
        *(node for node in nodes if node is not article and _is_kind(node, _WRITES)),
    ]
    people = _first(writing, known, organisations=False)
    if not people:
        alone = [node for node in nodes if node.get("@type") in ("Person", ["Person"])]
        people = tuple(_names(alone[0].get("name"))) if len(alone) == 1 else ()
    return Declared(people, _first(writing, known, organisations=True))


def _first(
    nodes: Iterable[Node], known: Mapping[str, Node], *, organisations: bool
) -> tuple[str, ...]:
    for node in nodes:
        for key in ("author", "creator"):
            found = [
                name
                for item in _items(node.get(key))
                for name in _names_of(item, known, organisations=organisations)
            ]
            if found:
                return tuple(dict.fromkeys(found))
    return ()


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _names_of(item: object, known: Mapping[str, Node], *, organisations: bool) -> list[str]:
    if not isinstance(item, dict):
        return [] if organisations else _names(item)
    if "name" not in item:
        item = known.get(str(item.get("@id")), item)
    is_desk = "Person" not in str(item.get("@type")) and "Organization" in str(item.get("@type"))
    return _names(item.get("name")) if is_desk == organisations else []


def _names(value: object) -> list[str]:
    found = (text.one_line(html.unescape(v)) for v in _items(value) if isinstance(v, str))
    return [name for name in found if name]


def _is_kind(node: Node, kinds: re.Pattern[str]) -> bool:
    return any(kinds.search(kind) for kind in _items(node.get("@type")) if isinstance(kind, str))


def read_links(root: Element) -> tuple[str, ...]:
    """Return the texts of the links to authors' pages in page order, those in comments left out."""
    found: dict[str, None] = {}
    leads = _AUTHOR_PAGE.search
    for link in root.iter("a"):
        if leads(link.get("href") or "") or link.get("rel") == "author":
            name = text.one_line(text_of(link))
            if 1 < len(name) <= _LINK_CHARS and not _is_comment(link):
                found[name] = None
    return tuple(found)[:_MAX_LINKS]


def _is_comment(link: Element) -> bool:
    node: Element | None = link
    for _ in range(_ABOVE):
        if node is None:
            return False
        if "comment" in f"{node.get('class') or ''} {node.get('id') or ''}".lower():
            return True
        node = node.getparent()
    return False
