"""Reads a written feed back into a few facts, the same for every format; `check` judges them.

Nothing is normalised but white space around a value: what stands in the file is what is judged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from lxml import etree

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_ENCODED: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ARCHIVE: Final = "{http://purl.org/syndication/history/1.0}archive"
_PAGE_LINKS: Final = frozenset({"current", "next-archive", "prev-archive"})  # RFC 5005
_JSON_VERSION: Final = "https://jsonfeed.org/version/1"  # 1 and 1.1 both begin so
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as written: "" stands for what is absent, `is_plain` for content of type text."""

    id: str
    title: str
    link: str
    published: str
    updated: str
    html: str
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """A feed as written. `required` are (name, value) pairs that may not be empty.

    `pages` are (relation, address) of the other documents of the feed; `is_archive` says that the
    document calls itself one.
    """

    required: tuple[tuple[str, str], ...]
    self_url: str
    home_url: str
    updated: str
    items: tuple[Item, ...]
    parse_date: Callable[[str], datetime | None]
    pages: tuple[tuple[str, str], ...] = ()
    is_archive: bool = False


class UnreadableError(Exception):
    """The bytes are no feed at all; the message says why."""


def read_facts(data: bytes) -> Facts:
    """Return what an Atom, RSS or JSON Feed file says; the format is told by the content.

    Raises:
        UnreadableError: the bytes are none of them, or not well-formed.
    """
    return _json_facts(data) if is_json(data) else xml_facts(xml_root(data))


def is_json(data: bytes) -> bool:
    """Tell whether the bytes begin as JSON does."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def xml_root(data: bytes) -> etree._Element:
    """Return the root element; entities stay unresolved and nothing is fetched.

    Raises:
        UnreadableError: not well-formed XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"not well-formed: {error}; build the feed again") from error


def xml_facts(root: etree._Element) -> Facts:
    """Return what an Atom or RSS document says.

    Raises:
        UnreadableError: the root element is neither's.
    """
    if root.tag == f"{_ATOM}feed":
        return _atom_facts(root)
    channel = root.find("channel")
    if root.tag == "rss" and channel is not None:
        return _rss_facts(channel)
    raise UnreadableError(f"the root element {root.tag} is neither Atom, RSS nor OPML")


def _text(parent: etree._Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()


def _link(parent: etree._Element, rel: str) -> str:
    for link in parent.findall(f"{_ATOM}link"):
        if link.get("rel", "alternate") == rel:
            return link.get("href") or ""
    return ""


def _atom_facts(root: etree._Element) -> Facts:
    return Facts(
        required=tuple((name, _text(root, _ATOM + name)) for name in ("id", "title", "updated")),
        self_url=_link(root, "self"),
        home_url=_link(root, "alternate"),
        updated=_text(root, f"{_ATOM}updated"),
        items=tuple(_atom_item(entry) for entry in root.findall(f"{_ATOM}entry")),
        parse_date=_parse_rfc3339,
        pages=_pages(root),
        is_archive=root.find(_ARCHIVE) is not None,
    )


def _pages(parent: etree._Element) -> tuple[tuple[str, str], ...]:
    links = [(link.get("rel", ""), link.get("href", "")) for link in parent.findall(f"{_ATOM}link")]
    return tuple(pair for pair in links if pair[0] in _PAGE_LINKS)


def _atom_item(entry: etree._Element) -> Item:
    content = entry.find(f"{_ATOM}content")
    if content is None:
        content = entry.find(f"{_ATOM}summary")
    updated = _text(entry, f"{_ATOM}updated")
    return Item(
        id=_text(entry, f"{_ATOM}id"),
        title=_text(entry, f"{_ATOM}title"),
        link=_link(entry, "alternate"),
        published=_text(entry, f"{_ATOM}published") or updated,
        updated=updated,
        html="" if content is None else "".join(map(str, content.itertext())),
        is_plain=content is not None and content.get("type", "text") == "text",
    )


def _rss_facts(channel: etree._Element) -> Facts:
    return Facts(
        required=tuple((name, _text(channel, name)) for name in ("title", "link", "description")),
        self_url=_link(channel, "self"),
        home_url=_text(channel, "link"),
        updated=_text(channel, "lastBuildDate"),
        items=tuple(_rss_item(item) for item in channel.findall("item")),
        parse_date=_parse_any,
        pages=_pages(channel),
        is_archive=channel.find(_ARCHIVE) is not None,
    )


def _rss_item(item: etree._Element) -> Item:
    published = _text(item, "pubDate")
    return Item(
        id=_text(item, "guid"),
        title=_text(item, "title"),
        link=_text(item, "link"),
        published=published,
        updated=_text(item, f"{_ATOM}updated") or published,
        html=_text(item, _ENCODED) or _text(item, "description"),
    )


def _json_facts(data: bytes) -> Facts:
    try:
        loaded: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {error}; build the feed again") from error
    document = _mapping(loaded)
    if not _value(document, "version").startswith(_JSON_VERSION):
        raise UnreadableError("no JSON Feed: `version` does not name one")
    items, following = document.get("items"), _value(document, "next_url")
    return Facts(
        required=(("title", _value(document, "title")),),
        self_url=_value(document, "feed_url"),
        home_url=_value(document, "home_page_url"),
        updated="",
        items=tuple(map(_json_item, items)) if isinstance(items, list) else (),
        parse_date=_parse_rfc3339,
        pages=(("next_url", following),) if following else (),
    )


def _json_item(item: object) -> Item:
    values = _mapping(item)
    published = _value(values, "date_published")
    return Item(
        id=_value(values, "id"),
        title=_value(values, "title"),
        link=_value(values, "url"),
        published=published,
        updated=_value(values, "date_modified") or published,
        html=_value(values, "content_html") or _value(values, "content_text"),
        is_plain="content_html" not in values,
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _value(values: Mapping[str, object], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _parse_rfc3339(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _RFC3339.match(text) else None
    except ValueError:
        return None


def _parse_any(text: str) -> datetime | None:
    """Read RFC 822 (RSS's own dates) or RFC 3339 (atom:updated inside an item)."""
    try:
        time = parsedate_to_datetime(text)
    except ValueError:
        return _parse_rfc3339(text)
    return time if time.tzinfo else None
