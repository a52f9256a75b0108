"""Writes the list of feeds as OPML 2.0, so that a reader can subscribe to all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET

from feedsmith.builder.formats import FORMATS, chosen_formats
from feedsmith.builder.links import filled
from feedsmith.feedmodel import FeedSummary, Site
from feedsmith.model import Topic
from feedsmith.text import one_line

_GROUP: Final = "Topics"


def write(site: Site, feeds: Sequence[FeedSummary], problems: FeedSummary | None = None) -> bytes:
    """Return the subscription list in UTF-8; it changes only when a feed comes, goes or is renamed.

    The feed of all articles stands first, the topics in a group below it in the order given. A
    topic with subtopics is a group of its own that begins with the topic's own feed, because a
    subscription holds no outlines.

    Args:
        site: gives the title, the addresses and the formats (the first one is subscribed to).
        feeds: all feeds, in the order in which people should see them.
        problems: the problems feed, where there is one; it stands last.

    Source: OPML 2.0 specification, "Subscription lists" (`type="rss"` for every format).
    """
    root = ET.Element("opml", {"version": "2.0"})
    ET.SubElement(ET.SubElement(root, "head"), "title").text = one_line(site.title) or "Feeds"
    body = ET.SubElement(root, "body")
    for feed in feeds:
        if feed.topic is None:
            _subscribe(body, feed, site)
    _add_topics(body, [(feed.topic, feed) for feed in feeds if feed.topic is not None], site)
    if problems:
        _subscribe(body, problems, replace(site, formats=(FORMATS[0].name,), pages=False))
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_topics(body: ET.Element, feeds: Sequence[tuple[Topic, FeedSummary]], site: Site) -> None:
    if not feeds:
        return
    children = _by_parent(feeds)
    group = _group(body, _GROUP)
    groups = {"": group}
    waiting = [(group, *pair) for pair in reversed(children[None])]
    while waiting:
        group, topic, feed = waiting.pop()
        if topic.group not in groups:
            groups[topic.group] = _group(groups[""], topic.group)
        group = groups[topic.group] if topic.group else group
        below = children.get(topic.slug, ())
        place = _group(group, feed.title) if below else group
        _subscribe(place, feed, site)
        waiting.extend((place, *pair) for pair in reversed(below))


def _by_parent(
    feeds: Sequence[tuple[Topic, FeedSummary]],
) -> Mapping[str | None, Sequence[tuple[Topic, FeedSummary]]]:
    """Return the feeds below each topic; below None those that stand at the top."""
    parents = {topic.slug: topic.parent for topic, _ in feeds}
    children: dict[str | None, list[tuple[Topic, FeedSummary]]] = {None: []}
    for topic, feed in feeds:
        children.setdefault(_parent(topic.slug, parents), []).append((topic, feed))
    return children


def _parent(slug: str, parents: Mapping[str, str | None]) -> str | None:
    """Return the parent's slug when it is listed too and not below slug itself, else None."""
    above = list(_ancestors(slug, parents))
    return above[0] if above and slug not in above else None


def _ancestors(slug: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    seen: set[str] = set()
    parent = parents[slug]
    while parent is not None and parent in parents and parent not in seen:
        seen.add(parent)
        yield parent
        parent = parents[parent]


def _group(parent: ET.Element, title: str) -> ET.Element:
    return ET.SubElement(parent, "outline", {"text": one_line(title), "title": one_line(title)})


def _subscribe(parent: ET.Element, feed: FeedSummary, site: Site) -> None:
    formats = chosen_formats(site)
    if not formats:
        return
    address = site.base_url + feed.folder
    name = one_line(feed.title) or one_line(site.title)
    attributes = filled(
        type="rss",
        text=name,
        title=name,
        description=one_line(feed.description),
        xmlUrl=address + formats[0].file_name,
        htmlUrl=address if site.pages else "",
    )
    ET.SubElement(parent, "outline", attributes)
