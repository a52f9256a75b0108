"""Zotero's RDF export: items with their snapshots of pages, which lie in a folder beside the file.

An item leads to its attachments and notes by their names (`rdf:about`). A snapshot that is there
is read as the saved page that it is; an item without one is a link.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from feedsmith import text, xmltree
from feedsmith.model import Document, Hints, Link, Read, Source
from feedsmith.readers import fields
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.xmltree import Element

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ABOUT, _RESOURCE = _RDF + "about", _RDF + "resource"
_PAGE_KINDS = ("text/html", "application/xhtml+xml")
_PAGE_ENDS = (".html", ".htm", ".xhtml", ".mhtml")
_NO_ITEMS = frozenset({"Attachment", "Memo", "Collection"})

_WITHOUT_TAGS = re.compile(r"<[^>]*>")
_Things = Mapping[str, Element]


def read(source: Source) -> Iterator[Read]:
    """Give items with a snapshot as documents, those with an address alone as links.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no XML.
    """
    root = xmltree.parse(source.read())
    things = {str(node.get(_ABOUT)): node for node in root if node.get(_ABOUT)}
    yield from fields.shelved(_found(source, root, things))


def _found(source: Source, root: Element, things: _Things) -> Iterator[Read | None]:
    shelves = _shelves(root)
    used: set[Element] = set()
    for item in root:
        if xmltree.name_of(item) in _NO_ITEMS:
            continue
        attachments = [things[name] for name in _names(item, "link") if name in things]
        used.update(attachments)
        shelf = shelves.get(str(item.get(_ABOUT)), ())
        yield from _item(source, item, attachments, _filed(item, things, shelf))
    for item in root:
        if xmltree.name_of(item) == "Attachment" and item not in used:
            shelf = shelves.get(str(item.get(_ABOUT)), ())
            yield from _item(source, item, [item], _filed(item, things, shelf))


def _item(
    source: Source, item: Element, attachments: list[Element], filed: Link
) -> Iterator[Document | Link | None]:
    """Yield an item's snapshots, or the item alone."""
    places = [item, *attachments]
    url = next((found for one in places if (found := fields.address(_address(one)))), "")
    saved = next((when for one in reversed(places) if (when := _saved(one))), None)
    filed = replace(filed, url=url, saved=saved, title=fields.headline(filed.title, url))
    has_page = False
    for attachment in attachments:
        page = _page(source, attachment, filed)
        if page:
            has_page = True
            yield page
    if not has_page:
        yield replace(filed, part=url) if url else None


def _page(source: Source, attachment: Element, filed: Link) -> Document | None:
    name = _path(attachment)
    kind = xmltree.text_of(attachment.find("{*}type"))
    if not name or not (kind in _PAGE_KINDS or name.lower().endswith(_PAGE_ENDS)):
        return None
    data = source.beside(name)
    if data is None:
        return None
    return Document(
        kind="html",
        content=decode(data, declared_charset(data)),
        part=name,
        url=filed.url or None,
        saved=filed.saved,
        hints=replace(filed.hints, title=filed.title, tags=filed.tags),
        wrapper="Zotero",
        is_edited=True,
        resources=partial(_picture, source, posixpath.dirname(name)),
        note=filed.note,
    )


def _picture(source: Source, folder: str, address: str) -> bytes | None:
    """Return a file of the snapshot's folder."""
    if "://" in address or address.startswith(("/", "data:")):
        return None
    name = posixpath.normpath(posixpath.join(folder, address))
    return source.beside(name) if name.startswith(folder + "/") else None


def _filed(item: Element, things: _Things, shelf: tuple[str, ...]) -> Link:
    """Return what the user filed, and what the library says, of an item."""
    notes = [things[name] for name in _names(item, "isReferencedBy") if name in things]
    return Link(
        url="",
        title=fields.line(xmltree.text_of(item.find("{*}title"))),
        summary=fields.line(xmltree.text_of(item.find("{*}abstract"))),
        tags=(*_subjects(item), *shelf),
        note=fields.joined(*map(_plain, notes)),
        hints=Hints(
            authors=_authors(item),
            published=fields.line(xmltree.text_of(item.find("{*}date"))),
            site=_site(item),
            language=fields.line(xmltree.text_of(item.find("{*}language"))),
            summary=fields.line(xmltree.text_of(item.find("{*}abstract"))),
        ),
    )


def _names(item: Element, relation: str) -> list[str]:
    return [str(node.get(_RESOURCE)) for node in item.findall(f"{{*}}{relation}")]


def _path(attachment: Element) -> str:
    """Return the file of an attachment, as newer and older versions write it."""
    for name in ("path", "resource"):
        node = attachment.find(f"{{*}}{name}")
        place = "" if node is None else node.get(_RESOURCE) or xmltree.text_of(node)
        path = posixpath.normpath(str(place)) if place else ""
        if path and not path.startswith(("/", "..")):
            return path
    return ""


def _address(item: Element) -> str:
    for node in item.findall("{*}identifier/{*}URI/{*}value"):
        return xmltree.text_of(node)
    return str(item.get(_ABOUT) or "")


def _saved(item: Element) -> datetime | None:
    return fields.moment(xmltree.text_of(item.find("{*}dateSubmitted")))


def _subjects(item: Element) -> tuple[str, ...]:
    return tuple(
        filter(None, (fields.line(xmltree.text_of(node)) for node in item.findall("{*}subject")))
    )


def _authors(item: Element) -> tuple[str, ...]:
    people = item.findall("{*}authors/{*}Seq/{*}li/{*}Person")
    return tuple(filter(None, map(_person, people)))


def _person(node: Element) -> str | None:
    given = node.find("{*}givenName")
    if given is None:
        given = node.find("{*}givenname")
    return fields.line(f"{xmltree.text_of(given)} {xmltree.text_of(node.find('{*}surname'))}")


def _site(item: Element) -> str | None:
    """Return the title of the paper, journal or web site that an item is part of."""
    for node in item.findall("{*}isPartOf/*/{*}title"):
        return fields.line(xmltree.text_of(node))
    return None


def _plain(memo: Element) -> str:
    """Return a note's words; notes are written in HTML."""
    words = xmltree.text_of(memo.find("{*}value"))
    return text.one_line(_WITHOUT_TAGS.sub(" ", words)) if words else ""


def _shelves(root: Element) -> dict[str, tuple[str, ...]]:
    """Return the names of the collections in which each item lies."""
    found: dict[str, tuple[str, ...]] = {}
    for shelf in root.findall("{*}Collection"):
        name = fields.line(xmltree.text_of(shelf.find("{*}title")))
        for part in _names(shelf, "hasPart"):
            found[part] = (*found.get(part, ()), *filter(None, (name,)))
    return found
