"""Feeds saved to disk: RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0; an article or link an entry.

Elements are looked up by the usual prefix of their namespace, whatever the feed calls it. Feeds are
broken in many ways: entities that nobody declared are HTML's, bare ampersands are themselves, an
encoding is believed only where the bytes are no UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from html.entities import html5

from feedsmith import text, xmltree
from feedsmith.errors import UnknownFormatError
from feedsmith.model import Hints, Read, Source
from feedsmith.readers import feedentry
from feedsmith.readers.encoding import decode
from feedsmith.readers.feedentry import Entry, markup, plain
from feedsmith.xmltree import Element

_SPACES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
}
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_PUBLISHED = (
    "pubdate", "atom:published", "published", "atom:issued", "dc:date", "dcterms:issued",
    "dcterms:created", "atom:created", "date",
)  # fmt: skip
_UPDATED = ("atom:updated", "updated", "atom:modified", "dcterms:modified")
_IDS = ("guid", "atom:id", "dc:identifier")
_TEXTS = ("content:encoded", "atom:content", "xhtml:body", "xhtml:div", "content", "fulltext")
_TEASERS = ("description", "atom:summary", "summary", "dc:description", "itunes:summary")
_TITLES = ("title", "atom:title", "dc:title", "media:title")
_CHANNEL = ("channel", "atom:channel")
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_MOST_ALIKE = 1000  # children of one name; an entry has ten authors and thirty categories
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
# What begins with "&" and is no reference that XML knows.
_ENTITY = re.compile(
    r"&(?!#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});|(?:amp|lt|gt|quot|apos);)(?:(\w{2,31});)?"
)
_OURS = re.compile(r"feedsmith(?: v?\d\S*)?")
_MAIL_AND_NAME = re.compile(r"\s*[^\s()]+@[^\s()]+\s*\(([^()]+)\)|([^<>@]+)<[^<>]+@[^<>]+>")


def read(source: Source) -> Iterator[Read]:
    """Give each entry of a feed, in its order.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: no element can be read, or there are far too many.
        NoArticleError: there is no entry in it.
        UnknownFormatError: the feed is one that feedsmith made: reading it would go in circles.
    """
    root = xmltree.parse(_mended(source.read()))
    channel = _Node(root)
    top = next((found for name in _CHANNEL for found in channel.all(name)), root)
    about = _about(_Node(top), root)
    items = [node for node in root.iter("*") if _key(node) in {"item", "atom:entry", "entry"}]
    is_atom = xmltree.name_of(root) == "feed"
    wrapper = "Atom feed" if is_atom else "RSS feed"
    yield from feedentry.read((_entry(_Node(node), about) for node in items), wrapper)


@dataclass(frozen=True, slots=True)
class _About:
    """What a feed says of itself and its entries inherit."""

    title: str
    authors: tuple[str, ...]
    language: str
    link: str


def _mended(data: bytes) -> bytes:
    """Return a feed in UTF-8, without entities that XML does not know."""
    found = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    said = decode(data, found[1].decode("ascii") if found else None)
    said = _DECLARATION.sub("", said).lstrip()
    first, *rest = said.split(_CDATA_END)
    return _CDATA_END.join([_with_entities(first), *map(_with_entities, rest)]).encode()


def _with_entities(piece: str) -> str:
    """Return what lies between the ends of two CDATA sections with entities that XML knows."""
    markup_part, start, literal = piece.partition(_CDATA)
    return _ENTITY.sub(_known, markup_part) + start + literal


def _known(found: re.Match[str]) -> str:
    name = found[1]
    character = html5.get(f"{name};") if name else None
    return escape(character) if character else f"&amp;{found[0][1:]}"


def _key(node: Element) -> str:
    """Return an element's name with the usual prefix of its namespace, in lower case."""
    space, _, name = str(node.tag).rpartition("}")
    prefix = _SPACES.get(space[1:], "") if space else ""
    return f"{prefix}:{name}".lower() if prefix else name.lower()


class _Node:
    """An element whose children are looked up by name; not more than some of each."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self._inner: dict[str, list[Element]] = {}
        for child in element:
            inner = self._inner.setdefault(_key(child), [])
            if len(inner) < _MOST_ALIKE:
                inner.append(child)

    def all(self, *names: str) -> list[Element]:
        """Return the children of the first of these names that has any."""
        return next((self._inner[name] for name in names if name in self._inner), [])

    def every(self, *names: str) -> list[Element]:
        """Return the children of all these names."""
        return [child for name in names for child in self._inner.get(name, ())]

    def text(self, *names: str) -> str:
        """Return the text of the first child of these names that has any, else ""."""
        found = (xmltree.text_of(child) for child in self.every(*names))
        return next((value for value in found if value), "")


def _about(top: _Node, root: Element) -> _About:
    generator = top.text("generator", "atom:generator") or _Node(root).text("atom:generator")
    if _OURS.fullmatch(generator.strip()):
        raise UnknownFormatError(
            "is a feed that feedsmith made; leave its folder out with [input] exclude"
        )
    base = top.element.get(_BASE) or root.get(_BASE) or ""
    language = top.text("language", "dc:language") or root.get(_LANGUAGE) or ""
    return _About(
        title=_title(top),
        authors=_authors(top),
        language=language,
        link=_link(top, base) or base,
    )


def _entry(node: _Node, about: _About) -> Entry:
    own_base = _base(node.element)
    start = own_base or about.link
    sources = [_Node(found) for found in node.all("atom:source")]
    published, updated = node.text(*_PUBLISHED), node.text(*_UPDATED)
    inherited = next((names for one in sources if (names := _authors(one))), about.authors)
    named = next((name for one in sources if (name := _title(one))), "") or node.text("source")
    hints = Hints(
        title=_title(node) or None,
        authors=_authors(node) or inherited,
        published=published or updated or None,
        updated=updated or None,
        site=named or about.title or None,
        language=node.text("dc:language") or node.element.get(_LANGUAGE) or about.language or None,
        tags=_tags(node),
        image=feedentry.link(_image(node), start),
    )
    inner = next((base for child in node.element if (base := child.get(_BASE))), "")
    base = feedentry.link(inner, start) or own_base
    entry = Entry(part=node.text(*_IDS), url=_link(node, start), base=base, hints=hints)
    texts = [_html(child) for child in node.every(*_TEXTS)]
    return feedentry.choose(entry, texts, [_html(child) for child in node.every(*_TEASERS)])


def _base(node: Element) -> str:
    """Return the base that an element or one around it declares, "" for none."""
    bases = [node.get(_BASE), *(around.get(_BASE) for around in node.iterancestors())]
    found = ""
    for base in reversed([base for base in bases if base]):
        found = feedentry.link(base, found) or found
    return found


def _title(node: _Node) -> str:
    for found in node.every(*_TITLES):
        is_plain = found.get("type") == "text"
        value = xmltree.text_of(found) if is_plain else plain("".join(map(str, found.itertext())))
        if value:
            return text.one_line(value)
    return ""


def _html(node: Element) -> str:
    """Return the content of an element as HTML: escaped, in XHTML, or plain."""
    kind = node.get("type") or ""
    if node.get("src") or kind.startswith(("image/", "audio/", "video/")):
        return ""
    if len(node) or kind == "xhtml" or _key(node).startswith("xhtml:"):
        return _inner_html(node)
    value = text.clean("".join(map(str, node.itertext()))).strip()
    if kind in {"text", "text/plain"}:
        return markup(escape(value, quote=False))
    return markup(value)


def _inner_html(node: Element) -> str:
    """Return the markup inside an element, without the prefixes of XHTML."""
    for child in node.iter("*"):
        with suppress(ValueError):  # the name of a prefix that is not declared is none in HTML
            child.tag = xmltree.name_of(child)
    return xmltree.markup(node)


def _authors(node: _Node) -> tuple[str, ...]:
    named = [_Node(found) for found in node.every("atom:author", "author")]
    names = [one.text("atom:name", "name") for one in named]
    names += [_name(value) for one in named if not len(one.element) and (value := _text(one))]
    names = [name for name in names if name]
    names = names or [_name(_text(_Node(found))) for found in node.every("dc:creator")]
    names = names or [_name(node.text("itunes:author"))]
    return tuple(dict.fromkeys(name for name in names if name))


def _text(node: _Node) -> str:
    return plain(xmltree.text_of(node.element))


def _name(value: str) -> str:
    """Return the name in what a feed gives as its author: without an address, "" for a bare one.

    >>> _name("ada@a.example (Ada Quill)"), _name("Bo Berg <bo@a.example>"), _name("a@a.example")
    ('Ada Quill', 'Bo Berg', '')
    """
    found = _MAIL_AND_NAME.fullmatch(value)
    name = (found[1] or found[2]) if found else value
    return "" if "@" in name and " " not in name.strip() else name.strip()


def _link(node: _Node, base: str) -> str | None:
    """Return the address of the page that an element stands for."""
    for found in node.every("feedburner:origlink", "link", "atom:link"):
        if found.get("href") and found.get("rel", "alternate") != "alternate":
            continue
        address = feedentry.link(found.get("href") or xmltree.text_of(found), base)
        if address:
            return address
    for found in node.all("guid", "atom:id"):
        value = xmltree.text_of(found)
        if (found.get("isPermaLink") or "true") != "false" and value.startswith("http"):
            return feedentry.link(value)
    return None


def _tags(node: _Node) -> tuple[str, ...]:
    names = [
        found.get("label") or found.get("term") or xmltree.text_of(found)
        for found in node.every("category", "atom:category", "dc:subject")
    ]
    return tuple(dict.fromkeys(name for name in map(plain, names) if name))


def _image(node: _Node) -> str:
    for found in node.element.iter("*"):
        key, kind = _key(found), (found.get("type") or found.get("medium") or "")
        address = found.get("url") or found.get("href") or ""
        is_image = key in {"media:thumbnail", "itunes:image"}
        if key in {"media:content", "enclosure", "atom:link", "link"}:
            is_link = key.endswith("link")
            is_image = kind.startswith("image") and (found.get("rel") == "enclosure" or not is_link)
        if address and is_image:
            return address
    return ""
