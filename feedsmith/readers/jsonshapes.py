"""Which service a JSON file comes from: told by the names that stand in its first bytes.

The names are those of its first rows, wherever they lie and in any order; nothing is decoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NAME = re.compile(rb"\"([^\"\\\n]{1,60})\"\s*:")


@dataclass(frozen=True, slots=True)
class JsonShape:
    """One service's file.

    Args:
        name: as in the table of kinds.
        title: what people call it.
        lead: whether it is a list, an object, or either.
        needs: names that must all be there.
        any_of: names of which one must be there, unless empty.
        module: the reader.
    """

    name: str
    title: str
    lead: bytes
    needs: frozenset[str]
    any_of: frozenset[str]
    module: str


def _shape(
    name: str, title: str, lead: bytes, needs: str, any_of: str = "", *, module: str
) -> JsonShape:
    return JsonShape(name, title, lead, frozenset(needs.split()), frozenset(any_of.split()), module)


# The most telling names first.
SHAPES = (
    _shape("wallabag", "wallabag export", b"[", "url is_archived",
           "domain_name is_starred content mimetype", module="wallabag"),
    _shape("wallabag", "wallabag export", b"[", "0 1 2 3", module="wallabag"),
    _shape("wallabag", "wallabag export", b"[", "url is_read is_fav", module="wallabag"),
    _shape("omnivore", "Omnivore list", b"[", "slug url savedAt", module="omnivore"),
    _shape("karakeep", "Karakeep export", b"{", "bookmarks createdAt",
           "content note archived", module="karakeep"),
    _shape("linkwarden", "Linkwarden export", b"{", "collections links", module="jsonlinks"),
    _shape("pinboard", "Pinboard export", b"[", "href description",
           "toread extended shared", module="jsonlinks"),
    _shape("goodlinks", "GoodLinks export", b"[", "url addedAt", module="jsonlinks"),
    _shape("firefox", "Firefox bookmarks", b"{", "root children guid", module="jsontrees"),
    _shape("chrome", "Chrome bookmarks", b"{", "roots", "bookmark_bar checksum other",
           module="jsontrees"),
    _shape("starred", "starred articles of a feed reader", b"{", "items",
           "canonical alternate crawlTimeMsec originId", module="starred"),
    _shape("starred", "starred articles of a feed reader", b"[", "title",
           "crawlTimeMsec originId actionTimestamp", module="starred"),
    _shape("feedbin", "starred articles of a feed reader", b"[", "title url content published",
           module="starred"),
    _shape("links-json", "list of links in JSON", b"[", "url title tags",
           "created created_at createdAt added_at date_added dateAdded savedAt",
           module="jsonlinks"),
    _shape("links-json", "list of links in JSON", b"[", "url title tag_names", module="jsonlinks"),
    _shape("csl", "references in CSL JSON", b"[", "type title",
           "issued container-title accessed", module="jsonlinks"),
    _shape("jsonld", "article in JSON-LD", b"[{", "@context @type",
           "headline articleBody datePublished", module="jsonld"),
)  # fmt: skip


@lru_cache(maxsize=2)  # each shape asks about the same file
def names_in(head: bytes) -> frozenset[str]:
    """Return the names that a file's first bytes hold.

    >>> sorted(names_in(b'[{"id": 1, "a": "b: c"}]'))
    ['a', 'id']
    """
    return frozenset(name.decode("utf-8", "replace") for name in _NAME.findall(head))


def fits(shape: JsonShape, head: bytes) -> bool:
    """Say whether a file's first bytes hold a shape's names."""
    names = names_in(head)
    return names >= shape.needs and not (shape.any_of and shape.any_of.isdisjoint(names))
