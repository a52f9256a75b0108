"""The links of a feed and of its entries, and where its documents lie; free of any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from feedsmith.feedmodel import Feed

HTML_TYPE: Final = "text/html"
HISTORY_NAMESPACE: Final = "http://purl.org/syndication/history/1.0"  # RFC 5005
TOMBSTONES_NAMESPACE: Final = "http://purl.org/atompub/tombstones/1.0"  # RFC 6721


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an entry, as Atom's attributes spell it; "" means: leave the attribute out."""

    rel: str
    href: str
    type: str = HTML_TYPE
    title: str = ""
    length: str = ""

    def attributes(self) -> dict[str, str]:
        """Return the attributes of an atom:link."""
        return filled(
            rel=self.rel, href=self.href, type=self.type, title=self.title, length=self.length
        )


def home_url(feed: Feed) -> str:
    """Return the address of the web page that the feed stands for."""
    return feed.site.base_url + (feed.folder if feed.site.pages else "")


def self_url(feed: Feed, file_name: str) -> str:
    """Return the address where this document of the feed lies."""
    return page_url(feed, file_name, feed.page)


def page_url(feed: Feed, file_name: str, page: str) -> str:
    """Return the address of an archive page of the feed, or of its own file for page ""."""
    return feed.site.base_url + feed.folder + page_name(file_name, page)


def page_name(file_name: str, page: str) -> str:
    """Return the name of an archive page beside the file of that name; that name for page "".

    >>> page_name("atom.xml", ""), page_name("atom.xml", "202409000002")
    ('atom.xml', 'atom-archive-202409000002.xml')
    """
    stem, _, suffix = file_name.rpartition(".")
    return f"{stem}-archive-{page}.{suffix}" if page else file_name


def feed_links(feed: Feed, file_name: str, media_type: str) -> tuple[Link, ...]:
    """Return the links from this document to the hub and to the other documents of the feed.

    Source: RFC 5005 section 4; WebSub section 4.
    """
    pages = {"prev-archive": feed.older, "next-archive": feed.newer}
    links = [Link("hub", feed.hub, "")] if feed.hub else []
    links += [
        Link(rel, page_url(feed, file_name, page), media_type)
        for rel, page in pages.items()
        if page
    ]
    if feed.page:
        links.append(Link("current", page_url(feed, file_name, ""), media_type))
    return tuple(links)


def filled(**attributes: str) -> dict[str, str]:
    """Return the attributes that say something, in the same order."""
    return {key: value for key, value in attributes.items() if value}
