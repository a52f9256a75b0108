"""Writes the list of feeds as OPML 2.0, so that a reader can subscribe to all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET

from feedsmith.builder.formats import FORMATS, chosen_formats
from feedsmith.builder.links import filled
from feedsmith.builder.outline import Branch, groups_of
from feedsmith.feedmodel import FeedSummary, Site
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
    _add_topics(body, feeds, site)
    if problems:
        _subscribe(body, problems, replace(site, formats=(FORMATS[0].name,), pages=False))
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_topics(body: ET.Element, feeds: Sequence[FeedSummary], site: Site) -> None:
    groups = groups_of(feeds)
    if not groups:
        return
    topics = _group(body, _GROUP)
    for name, branches in groups.items():
        place = _group(topics, name) if name else topics
        for branch in branches:
            _add_branch(place, branch, site)


def _add_branch(place: ET.Element, branch: Branch, site: Site) -> None:
    if branch.below:
        place = _group(place, branch.feed.title)
    _subscribe(place, branch.feed, site)
    for child in branch.below:
        _add_branch(place, child, site)


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
