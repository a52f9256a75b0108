"""What an EPUB says of itself: its metadata, its chapters in reading order, its table of contents.

Source: EPUB 3.3 sections 3 to 7 (package document, navigation document); OPF 2.0.1, NCX.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from feedsmith import text, xmltree
from feedsmith.errors import DamagedSourceError, check_amount
from feedsmith.readers.archive import Archive
from feedsmith.xmltree import Element

MAX_CHAPTERS = 20_000  # some eight seconds; a shelf of saved articles has some 1,000
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts may be veiled without the book being locked.
_VEILED = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = frozenset(
    {"application/xhtml+xml", "text/html", "application/html", "text/x-oeb1-document"}
)
# Kinds of pages, in guide, landmarks and `epub:type`, that hold no text of their own.
_ASIDE = re.compile(
    r"\b(?:cover|title-?page|toc|copyright-?page|landmarks|page-list|loi|lot|index)\b",
    re.IGNORECASE,
)
_ASIDE_NAME = re.compile(
    r"(?:^|[/_-])(?:cover(?:page|back)?|title_?page|toc|nav|contents|copyright|tableofcontents)\d*\.x?html?$",
    re.IGNORECASE,
)
_FIRST_NAMES = re.compile(r"([^,]+), ([^,]+)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of a book: its name in the archive, its title in the table of contents."""

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A book. `maker` is what made the file, as far as it is said; dates are as printed."""

    title: str
    authors: tuple[str, ...]
    date: str
    modified: str
    language: str
    source: str
    publisher: str
    maker: str
    kind: str
    tags: tuple[str, ...]
    summary: str
    chapters: tuple[Chapter, ...] = field(default=())


def open_book(archive: Archive) -> Book:
    """Return what a book says of itself.

    Raises:
        DamagedSourceError: it is locked, or a part that says what is in it is missing or broken.
    """
    _refuse_locked(archive)
    name = _package_name(archive)
    package = xmltree.parse(archive.read(name))
    return _book(package, _chapters(archive, package, name))


def _refuse_locked(archive: Archive) -> None:
    if "META-INF/rights.xml" in archive.names or "META-INF/sinf.xml" in archive.names:
        raise DamagedSourceError(_LOCKED)
    data = archive.look(_ENCRYPTION)
    for found in xmltree.find_all(xmltree.parse(data), "EncryptionMethod") if data else ():
        if (found.get("Algorithm") or "") not in _VEILED:
            raise DamagedSourceError(_LOCKED)


_LOCKED = "is an EPUB locked by DRM; only a copy without it can be read"


def _package_name(archive: Archive) -> str:
    data = archive.look(_CONTAINER)
    for found in xmltree.find_all(xmltree.parse(data), "rootfile") if data else ():
        name = unquote(found.get("full-path") or "")
        if name in archive.names:
            return name
    for name in archive.names:
        if name.endswith(".opf"):
            return name
    raise DamagedSourceError("is an EPUB without its package document; download it again")


def _book(package: Element, chapters: tuple[Chapter, ...]) -> Book:
    metas = {
        (meta.get("name") or meta.get("property") or ""): meta.get("content")
        or xmltree.text_of(meta)
        for meta in xmltree.find_all(package, "meta")
    }
    makers = [
        *_texts(package, "contributor"),
        *_texts(package, "publisher"),
        metas.get("generator", ""),
    ]
    types = [*_texts(package, "type"), metas.get("calibre:publication_type", "")]
    types += _texts(package, "publication_type")
    return Book(
        title=next(iter(_texts(package, "title")), ""),
        authors=_authors(package),
        date=_date(package),
        modified=metas.get("dcterms:modified", ""),
        language=next(iter(_texts(package, "language")), ""),
        source=next((s for s in _texts(package, "source") if s.startswith("http")), ""),
        publisher=next(iter(_texts(package, "publisher")), ""),
        maker=" ".join([*makers, *_texts(package, "creator"), *_texts(package, "identifier")]),
        kind=" ".join(types),
        tags=tuple(dict.fromkeys(_texts(package, "subject"))),
        summary=next(iter(_texts(package, "description")), ""),
        chapters=chapters,
    )


def _texts(package: Element, name: str) -> list[str]:
    found = [xmltree.text_of(node) for node in xmltree.find_all(package, name)]
    return [text.one_line(value) for value in found if value]


def _authors(package: Element) -> tuple[str, ...]:
    """Return the names of the creators whose role, if any, is that of an author."""
    roles = {
        (meta.get("refines") or "").lstrip("#"): xmltree.text_of(meta)
        for meta in xmltree.find_all(package, "meta")
        if meta.get("property") == "role"
    }
    names: list[str] = []
    for node in xmltree.find_all(package, "creator"):
        attributes = {str(key).rpartition("}")[2]: str(value) for key, value in node.items()}
        role = attributes.get("role") or roles.get(attributes.get("id", ""), "aut")
        if role == "aut":
            names.append(_straight(text.one_line(xmltree.text_of(node)), attributes))
    return tuple(dict.fromkeys(name for name in names if name))


def _straight(name: str, attributes: dict[str, str]) -> str:
    """Return a name whose family name may stand first, as the name it is sorted by."""
    turned = _FIRST_NAMES.fullmatch(name)
    is_sorted = turned and attributes.get("file-as", name) == name
    return f"{turned[2]} {turned[1]}" if turned and is_sorted and " " not in turned[1] else name


def _date(package: Element) -> str:
    """Return the day of publication: the date that calls itself so, else one without a name."""
    dated = []
    for node in xmltree.find_all(package, "date"):
        event = next((str(v) for key, v in node.items() if str(key).endswith("event")), "")
        dated.append((event, xmltree.text_of(node)))
    for wanted in ("publication", "original-publication", ""):
        for event, value in dated:
            if event == wanted and value:
                return value
    return ""


def _chapters(archive: Archive, package: Element, name: str) -> tuple[Chapter, ...]:
    """Return the pages of the spine that hold text, each once, with their titles."""
    items = {item.get("id") or "": item for item in xmltree.find_all(package, "manifest/item")}
    aside = {
        _joined(name, ref.get("href") or "")
        for ref in xmltree.find_all(package, "reference")
        if _ASIDE.search(ref.get("type") or "")
    }
    titles = dict(_contents(archive, items, name))
    spine = [items.get(ref.get("idref") or "") for ref in xmltree.find_all(package, "itemref")]
    known = set(archive.names)
    pages = [
        page
        for item in spine or items.values()
        if item is not None and item.get("media-type") in _PAGES
        if (page := _joined(name, item.get("href") or "")) in known
        if "nav" not in (item.get("properties") or "").split()
    ]
    told = [page for page in pages if page not in aside and not _ASIDE_NAME.search(page)]
    named = dict.fromkeys(told or pages)
    check_amount(len(named), MAX_CHAPTERS, "chapters")
    return tuple([Chapter(page, titles.get(page, "")) for page in named])


def _joined(base: str, href: str) -> str:
    """Return the name in the archive that an address in one of its files stands for."""
    return posixpath.normpath(
        posixpath.join(posixpath.dirname(base), unquote(href.partition("#")[0]))
    )


def _contents(
    archive: Archive, items: dict[str, Element], package: str
) -> Iterator[tuple[str, str]]:
    """Give each page of the table of contents with its title; the first title wins."""
    given: set[str] = set()
    for item in items.values():
        page = _joined(package, item.get("href") or "")
        is_nav = "nav" in (item.get("properties") or "").split()
        is_ncx = item.get("media-type") == "application/x-dtbncx+xml"
        data = archive.look(page) if is_nav or is_ncx else None
        for href, title in _points(xmltree.parse(data), is_ncx=is_ncx) if data else ():
            name = _joined(page, href)
            if name not in given and title:
                given.add(name)
                yield name, title


def _points(root: Element, *, is_ncx: bool) -> Iterator[tuple[str, str]]:
    """Give address and title of each point of a table of contents."""
    if is_ncx:
        for point in xmltree.find_all(root, "navPoint"):
            content = xmltree.find(point, "content")
            label = xmltree.text_of(xmltree.find(point, "navLabel/text"))
            yield (content.get("src") or "") if content is not None else "", label
        return
    navs = sorted(xmltree.find_all(root, "nav"), key=lambda nav: "toc" not in nav.values())
    for found in xmltree.find_all(navs[0], "a") if navs else ():
        yield found.get("href") or "", xmltree.text_of(found)
