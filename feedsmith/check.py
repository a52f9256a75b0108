"""Says what is wrong with a feed: its grammar's musts, and the rules that no grammar can say.

Strategy: `facts` reads each format into the same few values, then every rule looks at those alone.
A problem is one line: file, place, what is wrong, what to do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Final

from lxml import etree

from feedsmith.facts import Facts, Item, UnreadableError, is_json, read_facts, xml_facts, xml_root

MAX_BYTES: Final = 10_000_000  # bytes; libxml2 refuses longer texts, most readers stop before
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")  # urn:uuid:…, tag:…, https://…
_LOCAL_ID: Final = re.compile(r"file:|https?://(localhost|127\.|\[::1\])", re.IGNORECASE)
_MARKUP: Final = re.compile(r"</(p|div|a|li|span|b|i|em|strong)>|<br ?/?>", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ACTIVE_ADDRESS: Final = re.compile(r"javascript:|vbscript:|data:(?!image/)", re.IGNORECASE)
# Blanks and controls that browsers or readers skip before they look at a scheme.
_SKIPPED: Final = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u3000\ufeff]+"
)
_ACTIVE_ELEMENTS: Final = frozenset(
    (
        *("applet", "base", "embed", "form", "frame", "frameset", "iframe", "input"),
        *("link", "meta", "object", "script", "style"),
    )
)
_ADDRESS_ATTRIBUTES: Final = frozenset({"action", "cite", "data", "href", "poster", "src"})
_TOO_DEEP: Final = "ERR_RESOURCE_LIMIT"  # libxml2's: over 255 levels the rest is dropped
_WHERE_CHARS: Final = 60  # characters of an id that a message shows


def check_feed(data: bytes, name: str) -> tuple[str, ...]:
    """Return the problems of one Atom, RSS, JSON Feed or OPML file, none when it is sound.

    Args:
        data: the file's bytes.
        name: what the messages call it; the format is told by the content.

    Returns:
        One line a problem, in the order of the rules, then of the entries.

    Source: RFC 4287, RSS 2.0, JSON Feed 1.1, OPML 2.0; RFC 3339 and RFC 822 for the dates.
    """
    problems = [*_size_rule(data), *_content_problems(data)]
    return tuple(f"{name}: {problem}" for problem in problems)


def check_well_formed(data: bytes, name: str) -> tuple[str, ...]:
    """Return why a file cannot be read at all, in one line without its name; none when it can.

    It costs a quarter of `check_feed` and is what every build asks of the feeds it made.

    Args:
        data: the file's bytes.
        name: its path; a page (`.html`) is passed, for any bytes are a page to a browser.
    """
    if name.endswith(".html"):
        return ()
    try:
        read_facts(data) if is_json(data) else xml_root(data)
    except UnreadableError as error:
        return (str(error),)
    return ()


def check_agreement(feeds: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return where the formats of one folder say different things.

    Args:
        feeds: bytes by file name; files that are no feed, or unreadable, are left to `check_feed`.

    Returns:
        One line a difference from the first feed of the mapping.
    """
    names: dict[bytes, str] = {}  # a copy agrees with what it is a copy of
    for name, data in feeds.items():
        names.setdefault(data, name)
    known = [(name, facts) for data, name in names.items() if (facts := _find_facts(data))]
    return tuple(
        f"{name}: {difference}; build the feeds again"
        for name, facts in known[1:]
        for difference in _differences(facts, known[0][1], known[0][0])
    )


def _find_facts(data: bytes) -> Facts | None:
    try:
        return read_facts(data)
    except UnreadableError:
        return None


def _size_rule(data: bytes) -> Iterator[str]:
    if len(data) > MAX_BYTES:
        yield (
            f"the file has {len(data):,} bytes, more than readers take ({MAX_BYTES:,}); "
            "lower feed.limit or feed.max_bytes"
        )


def _content_problems(data: bytes) -> Iterator[str]:
    try:
        if is_json(data):
            facts = read_facts(data)
        else:
            root = xml_root(data)
            if root.tag == "opml":
                yield from _opml_problems(root)
                return
            facts = xml_facts(root)
    except UnreadableError as error:
        yield str(error)
        return
    for rule in _RULES:
        yield from rule(facts)


def _opml_problems(root: etree._Element) -> Iterator[str]:
    subscriptions = [outline for outline in root.iter("outline") if outline.get("xmlUrl")]
    if root.get("version") != "2.0":
        yield "opml: version is not 2.0; set it"
    if not subscriptions:
        yield "body: no subscription in it; list the feeds"
    for outline in root.iter("outline"):
        yield from _outline_problems(outline)
    for address, times in Counter(o.get("xmlUrl", "") for o in subscriptions).items():
        if times > 1:
            yield f"{address}: subscribed to {times} times; list it once"


def _outline_problems(outline: etree._Element) -> Iterator[str]:
    address = outline.get("xmlUrl")
    if not outline.get("text"):
        yield f"line {outline.sourceline}: an outline without text; give it one"
    if address and outline.get("type") != "rss":
        yield f'{address}: the subscription does not say type="rss"; readers skip it without'
    if address and not _is_absolute(address):
        yield f"{address}: xmlUrl is not absolute; set feed.base_url"


def _where(number: int, item: Item) -> str:
    return f"entry {number} ({item.id[:_WHERE_CHARS] or 'no id'})"


def _numbered(facts: Facts) -> Iterator[tuple[str, Item]]:
    for number, item in enumerate(facts.items, 1):
        yield _where(number, item), item


def _is_absolute(address: str) -> bool:
    return _IRI.match(address) is not None


def _required_rule(facts: Facts) -> Iterator[str]:
    for name, value in facts.required:
        if not value:
            yield f"feed: {name} is missing or empty; the format demands it"


def _link_rule(facts: Facts) -> Iterator[str]:
    if not _is_absolute(facts.self_url):
        yield f"feed: self link {facts.self_url!r} is not absolute; set feed.base_url"
    if facts.home_url and not _is_absolute(facts.home_url):
        yield f"feed: page address {facts.home_url!r} is not absolute; set feed.base_url"
    if facts.home_url == facts.self_url != "":
        yield "feed: the page address is the feed itself; name its web page"
    for where, item in _numbered(facts):
        if item.link and not _is_absolute(item.link):
            yield f"{where}: link {item.link!r} is not absolute; give the whole address"


def _id_rule(facts: Facts) -> Iterator[str]:
    for where, item in _numbered(facts):
        if not _is_absolute(item.id):
            yield f"{where}: id {item.id!r} is no absolute IRI; use urn:uuid: or tag:"
        elif _LOCAL_ID.match(item.id):
            yield f"{where}: the id depends on this machine; use urn:uuid: or tag:"
    for name, times in Counter(item.id for item in facts.items).items():
        if times > 1:
            yield f"{name}: stands {times} times, readers keep one; give each entry its own id"


def _title_rule(facts: Facts) -> Iterator[str]:
    for where, item in _numbered(facts):
        if not item.title:
            yield f"{where}: the title is empty; readers have nothing to list"


def _date_rule(facts: Facts) -> Iterator[str]:
    if facts.updated and facts.parse_date(facts.updated) is None:
        yield f"feed: {facts.updated!r} is no date with a zone; write it in UTC"
    for where, item in _numbered(facts):
        for text in dict.fromkeys((item.published, item.updated)):
            if facts.parse_date(text) is None:
                yield f"{where}: {text!r} is no date with a zone; write it in UTC"
        published, updated = facts.parse_date(item.published), facts.parse_date(item.updated)
        if published and updated and updated < published:
            yield f"{where}: updated before it was published; correct one of the dates"


def _feed_updated_rule(facts: Facts) -> Iterator[str]:
    feed = facts.parse_date(facts.updated)
    newest = max(
        filter(None, (facts.parse_date(item.updated) for item in facts.items)), default=None
    )
    if feed and newest and feed < newest:
        yield "feed: updated before its newest entry; readers would miss it; take the entry's time"


def _order_rule(facts: Facts) -> Iterator[str]:
    times = [facts.parse_date(item.published) for item in facts.items]
    for number, (above, below) in enumerate(pairwise(times), 2):
        if above and below and above < below:
            where = _where(number, facts.items[number - 1])
            yield f"{where}: newer than the entry before it; put the newest first"


def _content_rule(facts: Facts) -> Iterator[str]:
    for where, item in _numbered(facts):
        if not item.html:
            yield f"{where}: no content; give at least a summary"
        elif item.is_plain:
            if _MARKUP.search(item.html):
                yield f'{where}: markup in content of type text; say type="html"'
        else:
            for problem in dict.fromkeys(_html_problems(item.html)):
                yield f"{where}: {problem}"


def _html_problems(html: str) -> Iterator[str]:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    # Inside an element even blanks or a comment alone have a root.
    root = etree.fromstring(f"<div>{html}".encode("utf-8", "replace"), parser)
    if any(error.type_name == _TOO_DEEP for error in parser.error_log):
        yield "the content is nested too deep to be read; flatten it"
    for element in root.iter(etree.Element):
        if element.tag in _ACTIVE_ELEMENTS:
            yield f"<{element.tag}> in the content; remove it"
        for key, value in element.items():
            yield from _attribute_problems(str(key), _SKIPPED.sub("", str(value)))


def _attribute_problems(name: str, value: str) -> Iterator[str]:
    if name.startswith("on"):
        yield f"{name}= in the content is active; remove it"
    elif name in _ADDRESS_ATTRIBUTES:
        if _ACTIVE_ADDRESS.match(value):
            yield f"{name}={value[:_WHERE_CHARS]!r} in the content is active; remove it"
        elif not value.startswith("#") and not _SCHEME.match(value):
            yield f"{name}={value[:_WHERE_CHARS]!r} in the content is relative; make it absolute"


_RULES: Final = (
    _required_rule,
    _link_rule,
    _id_rule,
    _title_rule,
    _date_rule,
    _feed_updated_rule,
    _order_rule,
    _content_rule,
)


def _differences(facts: Facts, first: Facts, first_name: str) -> Iterator[str]:
    if [item.id for item in facts.items] != [item.id for item in first.items]:
        yield f"feed: other entries, or another order, than in {first_name}"
        return
    for number, (item, other) in enumerate(zip(facts.items, first.items, strict=True), 1):
        for what, here, there in (
            ("title", item.title, other.title),
            ("link", item.link, other.link),
            ("published", _moment(facts, item.published), _moment(first, other.published)),
            ("updated", _moment(facts, item.updated), _moment(first, other.updated)),
            ("content", item.html, other.html),
        ):
            if here != there and _words(here) != _words(there):
                yield f"{_where(number, item)}: another {what} than in {first_name}"


def _words(value: str | datetime) -> list[str]:
    return str(value).split()


def _moment(facts: Facts, text: str) -> datetime | str:
    return facts.parse_date(text) or text
