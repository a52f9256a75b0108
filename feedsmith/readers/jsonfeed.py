"""JSON Feed saved to disk, versions 1.0 and 1.1: an article or a link an item.

Source: JSON Feed version 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from feedsmith import text
from feedsmith.errors import DamagedSourceError, UnknownFormatError
from feedsmith.model import Hints, Read, Source
from feedsmith.readers import feedentry, jsonfile
from feedsmith.readers.encoding import decode
from feedsmith.readers.feedentry import Entry, markup

# How feedsmith's own feeds begin, and what their ids are.
_OUR_START = '{"version": "https://jsonfeed.org/version/1.1",\n"title": '
_OUR_IDS = "urn:uuid:"
_Item = Mapping[str, object]


def read(source: Source) -> Iterator[Read]:
    """Give each item of a feed, in its order.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON, too much of it, or no object with items.
        NoArticleError: there is no entry in it.
        UnknownFormatError: the feed is one that feedsmith made: reading it would go in circles.
    """
    said = decode(source.read())
    feed = jsonfile.value(said)
    if not isinstance(feed, dict) or not isinstance(items := feed.get("items"), list):
        raise DamagedSourceError("is a JSON Feed without a list of items; save it again")
    known = [item for item in items if isinstance(item, dict)]
    if said.startswith(_OUR_START) and all(
        _string(item, "id").startswith(_OUR_IDS) for item in known
    ):
        raise UnknownFormatError(
            "is a feed that feedsmith made; leave its folder out with [input] exclude"
        )
    yield from feedentry.read((_entry(item, feed) for item in known), "JSON Feed")


def _entry(item: _Item, feed: _Item) -> Entry:
    home = _string(feed, "home_page_url")
    url = next(
        (found for key in ("url", "external_url") if (found := _address(item, key, home))), None
    )
    image = _address(item, "image", home) or _address(item, "banner_image", home)
    tags = item.get("tags")
    published, updated = _string(item, "date_published"), _string(item, "date_modified")
    hints = Hints(
        title=_string(item, "title") or None,
        authors=_authors(item) or _authors(feed),
        published=published or updated or None,
        updated=updated or None,
        site=_string(feed, "title") or None,
        language=_string(item, "language") or _string(feed, "language") or None,
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        image=image,
    )
    content = _raw(item, "content_html") or markup(escape(_raw(item, "content_text"), quote=False))
    summary = markup(escape(_raw(item, "summary"), quote=False))
    entry = Entry(part=_string(item, "id"), url=url, hints=hints)
    return feedentry.choose(entry, [content] if content else [], [summary] if summary else [])


def _raw(item: _Item, key: str) -> str:
    value = item.get(key)
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    return text.clean(str(value)) if is_plain else ""


def _string(item: _Item, key: str) -> str:
    return text.one_line(_raw(item, key))


def _address(item: _Item, key: str, base: str) -> str | None:
    return feedentry.link(_string(item, key), base)


def _authors(item: _Item) -> tuple[str, ...]:
    """Return the names of the authors; version 1.0 has one, 1.1 a list."""
    listed = item.get("authors")
    found = [*(listed if isinstance(listed, list) else []), item.get("author")]
    names = [_string(one, "name") for one in found if isinstance(one, dict)]
    return tuple(dict.fromkeys(name for name in names if name))
