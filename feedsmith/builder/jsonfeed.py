"""Writes a feed as JSON Feed 1.1: the same entries for programs that would rather not read XML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from feedsmith.builder.content import IPTC_SCHEME, Shown, feed_title, known_language
from feedsmith.builder.links import home_url, page_url, self_url
from feedsmith.builder.parts import Parts
from feedsmith.feedmodel import Feed
from feedsmith.text import one_line

FILE_NAME: Final = "feed.json"
MEDIA_TYPE: Final = "application/feed+json"
BETWEEN: Final = b",\n"  # two items
_ITEMS: Final = '"items": [\n'
_END: Final = "\n]}\n"
_HUB_TYPE: Final = "WebSub"
_VERSION: Final = "https://jsonfeed.org/version/1.1"
_Value = str | Sequence[str] | Sequence[Mapping[str, str]] | None


def write(feed: Feed, entries: Sequence[Shown]) -> bytes:
    """Return the feed as a JSON Feed 1.1 document in UTF-8 that ends with a line end.

    `external_url` is given only where `url` is our copy: it names the page elsewhere that the
    item is about. Absent values have no key. `next_url` is the format's own paging: it leads from
    the feed to its newest archive page and from each page to the older one; there is no way back.

    Source: JSON Feed version 1.1, "Top-level" and "Items".
    """
    top = _present(
        {
            "version": _VERSION,
            "title": feed_title(feed),
            "home_page_url": home_url(feed),
            "feed_url": self_url(feed, FILE_NAME),
            "description": one_line(feed.subtitle),
            "language": known_language(feed.language),
            "authors": _authors((one_line(feed.site.author),)),
            "next_url": page_url(feed, FILE_NAME, feed.older) if feed.older else None,
            "hubs": [{"type": _HUB_TYPE, "url": feed.hub}] if feed.hub else [],
        }
    )
    items = BETWEEN.decode().join(json.dumps(_item(shown), ensure_ascii=False) for shown in entries)
    # One item a line: a change shows as a line, and the quick encoder of the library does it.
    head = json.dumps(top, ensure_ascii=False, separators=(",\n", ": "))
    return f"{head[:-1]},\n{_ITEMS}{items}{_END}".encode()


def parts(document: bytes) -> Parts:
    """Return the pieces of a document that `write` gave: no line end stands inside an item."""
    head, start, rest = document.partition(_ITEMS.encode())
    items = rest.removesuffix(_END.encode())
    return Parts(head + start, tuple(items.split(BETWEEN)) if items else (), _END.encode())


def _item(shown: Shown) -> dict[str, _Value]:
    return _present(
        {
            "id": shown.id,
            "url": shown.url,
            "external_url": shown.original,
            "title": shown.title,
            "content_html": shown.html,
            "summary": shown.summary,
            "image": shown.image,
            "date_published": shown.published.isoformat(),
            "date_modified": shown.updated.isoformat(),
            "authors": _authors(shown.authors),
            "tags": [c.label for c in shown.categories if c.scheme != IPTC_SCHEME],
            "language": shown.language,
        }
    )


def _authors(names: Sequence[str]) -> list[dict[str, str]]:
    return [{"name": name} for name in names if name]


def _present(values: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return the pairs that say something, in the same order."""
    return {key: value for key, value in values.items() if value}
