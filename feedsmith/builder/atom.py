"""Writes a feed as Atom 1.0, the format to recommend: ids, edits and text types are all defined.

Strategy: feedgen writes the skeleton; what it cannot say (link attributes of entries, xml:lang,
a complete atom:source) is added by a registered extension, which gets each finished element.
feedgen builds the tree without a namespace (xmlns is a plain attribute), so the extension's
elements have bare names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from feedsmith import __version__
from feedsmith.builder.content import Origin, Shown, feed_title, instant, known_language
from feedsmith.builder.links import (
    HISTORY_NAMESPACE,
    HTML_TYPE,
    TOMBSTONES_NAMESPACE,
    feed_links,
    home_url,
    self_url,
)
from feedsmith.builder.parts import Parts, xml_parts
from feedsmith.builder.styling import styled
from feedsmith.feedmodel import Feed
from feedsmith.text import one_line

NAME: Final = "atom"
FILE_NAME: Final = "atom.xml"
MEDIA_TYPE: Final = "application/atom+xml"
_EXTENSION: Final = "feedsmith"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


class _Element(Protocol):
    text: str | None

    def set(self, key: str, value: str) -> None: ...


def write(feed: Feed, entries: Sequence[Shown]) -> bytes:
    """Return the feed as an Atom document in UTF-8.

    Titles and summaries are plain text escaped once, content is `type="html"`; dates are UTC.

    Source: RFC 4287 section 4; RFC 5005 section 4 for archive pages; RFC 6721 for tombstones.
    """
    generator = FeedGenerator()
    generator.register_extension(_EXTENSION, _FeedExtension, _EntryExtension, rss=False)
    generator.id(feed.id)
    generator.title(feed_title(feed))
    generator.updated(instant(feed.updated))
    generator.author(name=one_line(feed.site.author) or feed_title(feed))
    generator.generator("feedsmith", version=__version__)
    if subtitle := one_line(feed.subtitle):
        generator.subtitle(subtitle)
    if language := known_language(feed.language):
        generator.language(language)
    generator.link(href=self_url(feed, FILE_NAME), rel="self", type=MEDIA_TYPE)
    generator.link(href=home_url(feed), rel="alternate", type=HTML_TYPE)
    generator.feedsmith.feed = feed
    for shown in entries:
        _add_entry(generator, shown)
    document: bytes = generator.atom_str(pretty=True)
    return styled(feed, document)


def parts(document: bytes) -> Parts:
    """Return the pieces of a document that `write` gave."""
    return xml_parts(document, start=b"  <entry", end=b"  </entry>\n", tail=b"</feed>\n")


def _add_entry(generator: FeedGenerator, shown: Shown) -> None:
    entry = generator.add_entry(order="append")
    entry.id(shown.id)
    entry.title(shown.title)
    entry.published(shown.published)
    entry.updated(shown.updated)
    entry.content(shown.html, type="html")
    if shown.summary:
        entry.summary(shown.summary)
    if shown.authors:
        entry.author([{"name": name} for name in shown.authors])
    if shown.categories:
        entry.category([category.attributes() for category in shown.categories])
    entry.feedsmith.shown = shown


class _FeedExtension:
    """Adds what feedgen would not all allow: the links to archive and hub, and the tombstones."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        history = {"fh": HISTORY_NAMESPACE} if self.feed.page else {}
        deleted = {"at": TOMBSTONES_NAMESPACE} if self.feed.tombstones else {}
        return {**history, **deleted}

    def extend_atom(self, feed: _Element) -> _Element:
        for link in feed_links(self.feed, FILE_NAME, MEDIA_TYPE):
            xml_elem("link", feed, **link.attributes())
        if self.feed.page:
            xml_elem(f"{{{HISTORY_NAMESPACE}}}archive", feed)
        for stone in self.feed.tombstones:
            when = instant(stone.when).isoformat()
            xml_elem(f"{{{TOMBSTONES_NAMESPACE}}}deleted-entry", feed, ref=stone.id, when=when)
        return feed


class _EntryExtension:
    """Adds to an entry what feedgen drops or does not know."""

    shown: Shown

    def extend_atom(self, entry: _Element) -> _Element:
        if self.shown.language:
            entry.set(_XML_LANG, self.shown.language)
        for link in self.shown.links:
            xml_elem("link", entry, **link.attributes())
        if self.shown.origin:
            self._add_source(entry, self.shown.origin)
        return entry

    def _add_source(self, entry: _Element, origin: Origin) -> None:
        """Name the site that the article comes from; it was updated when the article was."""
        source = xml_elem("source", entry)
        xml_elem("id", source).text = origin.url
        xml_elem("title", source).text = origin.title
        xml_elem("updated", source).text = self.shown.updated.isoformat()
        xml_elem("link", source, rel="alternate", href=origin.url, type=HTML_TYPE)
