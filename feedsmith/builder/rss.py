"""Writes a feed as RSS 2.0, for readers that know no Atom.

Strategy: feedgen writes the skeleton with values of RSS's own (`description` is HTML here, plain
text in Atom; the channel link must be set last, for feedgen takes the last one). A registered
extension adds what RSS takes from other namespaces: authors without an e-mail address, the time
of the last change, links, and the language of an item.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, Protocol

from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from feedsmith import __version__
from feedsmith.builder.content import Shown, feed_title, instant, known_language
from feedsmith.builder.links import HISTORY_NAMESPACE, feed_links, home_url, self_url
from feedsmith.builder.parts import Parts, xml_parts
from feedsmith.builder.styling import styled
from feedsmith.feedmodel import Feed
from feedsmith.text import one_line

FILE_NAME: Final = "rss.xml"
MEDIA_TYPE: Final = "application/rss+xml"
_EXTENSION: Final = "feedsmith"
_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_DC_NAMESPACE: Final = "http://purl.org/dc/elements/1.1/"
_DC: Final = f"{{{_DC_NAMESPACE}}}"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
# Link relations that RSS has no element for; `alternate` is the item's link, an enclosure its own.
_ATOM_LINKS: Final = frozenset({"related", "via"})


class _Element(Protocol):
    text: str | None

    def set(self, key: str, value: str) -> None: ...

    def __getitem__(self, index: int) -> _Element: ...


def write(feed: Feed, entries: Sequence[Shown]) -> bytes:
    """Return the feed as an RSS 2.0 document in UTF-8.

    The full text is `content:encoded`, `description` the summary (or the text, when there is no
    summary of its own); guids are the Atom ids, marked as no addresses.

    Source: RSS 2.0 specification; the RSS Advisory Board's profile for the other namespaces.
    """
    generator = FeedGenerator()
    generator.register_extension(_EXTENSION, _FeedExtension, _EntryExtension, atom=False)
    generator.title(feed_title(feed))
    generator.description(one_line(feed.subtitle) or feed_title(feed))
    generator.lastBuildDate(instant(feed.updated))
    generator.generator("feedsmith", version=__version__)
    if language := known_language(feed.language):
        generator.language(language)
    generator.link(href=self_url(feed, FILE_NAME), rel="self", type=MEDIA_TYPE)
    generator.link(href=home_url(feed), rel="alternate")
    generator.feedsmith.feed = feed
    for shown in entries:
        _add_item(generator, shown)
    document: bytes = generator.rss_str(pretty=True)
    return styled(feed, document)


def parts(document: bytes) -> Parts:
    """Return the pieces of a document that `write` gave."""
    tail = b"  </channel>\n</rss>\n"
    return xml_parts(document, start=b"    <item", end=b"    </item>\n", tail=tail)


def _add_item(generator: FeedGenerator, shown: Shown) -> None:
    item = generator.add_entry(order="append")
    item.guid(shown.id, permalink=False)
    item.title(shown.title)
    item.published(shown.published)
    item.content(shown.html)
    if shown.url:
        item.link(href=shown.url)
    if shown.summary:
        item.description(escape(shown.summary, quote=False), isSummary=True)
    if shown.categories:
        item.category([category.attributes() for category in shown.categories])
    for link in shown.links:
        if link.rel == "enclosure":
            item.enclosure(link.href, link.length, link.type)
    if shown.origin:
        item.source(shown.origin.url, shown.origin.title)
    item.feedsmith.shown = shown


class _FeedExtension:
    """Adds to the channel what RSS has no element of its own for.

    That is the author's name, which RSS takes with an address only, and the links to archive and
    hub.
    """

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        history = {"fh": HISTORY_NAMESPACE} if self.feed.page else {}
        return {"dc": _DC_NAMESPACE, **history}

    def extend_rss(self, rss: _Element) -> _Element:
        channel = rss[0]
        if author := one_line(self.feed.site.author):
            xml_elem(f"{_DC}creator", channel).text = author
        for link in feed_links(self.feed, FILE_NAME, MEDIA_TYPE):
            xml_elem(f"{_ATOM}link", channel, **link.attributes())
        if self.feed.page:
            xml_elem(f"{{{HISTORY_NAMESPACE}}}archive", channel)
        return rss


class _EntryExtension:
    """Adds to an item what RSS 2.0 has no element for."""

    shown: Shown

    def extend_rss(self, item: _Element) -> _Element:
        if self.shown.language:
            item.set(_XML_LANG, self.shown.language)
        for name in self.shown.authors:
            xml_elem(f"{_DC}creator", item).text = name
        for link in self.shown.links:
            if link.rel in _ATOM_LINKS:
                xml_elem(f"{_ATOM}link", item, **link.attributes())
        xml_elem(f"{_ATOM}updated", item).text = self.shown.updated.isoformat()
        return item
