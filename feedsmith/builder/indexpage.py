"""Writes the index, from which people subscribe: the newest articles, all feeds, how to use them.

Topics are listed as in the list of feeds, subtopics below their parents. Topics by an attribute
(each site, each author) are many as a rule: they have groups of their own, closed where long, and
their addresses stand on their pages alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from feedsmith.builder.content import known_language
from feedsmith.builder.formats import FORMATS, OPML_NAME
from feedsmith.builder.outline import Branch, groups_of
from feedsmith.builder.pages import (
    INDEX_NAME,
    Address,
    Link,
    addresses_of,
    count_of,
    direction_of,
    list_line,
)
from feedsmith.builder.render import render
from feedsmith.feedmodel import EntrySummary, FeedSummary, Site
from feedsmith.text import one_line

_LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_SHOWN: Final = 6  # topics of a group that is open; more push the articles off a phone


@dataclass(frozen=True, slots=True)
class _FeedLine:
    """One feed of the index, and those of its subtopics; `name` begins its elements' ids."""

    name: str
    title: str
    href: str
    description: str
    count: str
    addresses: tuple[Address, ...]
    below: tuple[_FeedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Topics that are listed together: `title` is "" for the user's, else their attribute."""

    title: str
    count: int
    is_long: bool
    feeds: tuple[_FeedLine, ...]


def index_page(
    site: Site,
    feeds: Sequence[FeedSummary],
    newest: Sequence[EntrySummary],
    problems: FeedSummary | None = None,
    scripts: Sequence[str] = (),
) -> bytes:
    """Return the index: every feed with its full address, how to subscribe, the newest articles.

    Args:
        site: gives title, addresses and formats.
        feeds: all feeds in the order in which people should see them.
        newest: the newest articles, newest first.
        problems: the problems feed, where there is one; it is Atom only.
        scripts: paths of the files that a search needs, in the order in which they are loaded;
            without any there is no search box.
    """
    atom = replace(site, formats=(FORMATS[0].name,))
    whole = [_feed_line(feed, site) for feed in feeds if feed.topic is None]
    groups = groups_of(feeds)
    own = [feed for branch in groups.get("", ()) for feed in branch.feeds()]
    return render(
        site.templates,
        "index.html",
        title=one_line(site.title),
        subtitle=one_line(site.subtitle),
        language=known_language(site.language),
        direction=direction_of(site.language),
        whole=whole,
        topics=[_feed_line(feed, site) for feed in own],
        groups=[_group(*group, site) for group in groups.items()],
        first=next((line.addresses[0] for line in whole if line.addresses), None),
        is_local=urlsplit(site.base_url).hostname in _LOCAL_HOSTS,
        opml=Link(site.base_url + OPML_NAME, OPML_NAME),
        lines=[list_line(summary, "") for summary in newest],
        pages=site.pages,
        problems=_feed_line(problems, atom) if problems else None,
        scripts=" ".join(scripts),
    )


def _group(title: str, branches: Sequence[Branch], site: Site) -> _Group:
    lines = [_branch_line(branch, site) for branch in branches]
    if title:
        lines = [_shortened(line) for line in lines]
    return _Group(title, len(lines), bool(title) and len(lines) > _SHOWN, tuple(lines))


def _branch_line(branch: Branch, site: Site) -> _FeedLine:
    below = tuple(_branch_line(child, site) for child in branch.below)
    return replace(_feed_line(branch.feed, site), below=below)


def _shortened(line: _FeedLine) -> _FeedLine:
    """Return a line as long lists have it: who has a page has the addresses there."""
    return replace(line, description="", addresses=() if line.href else line.addresses)


def _feed_line(feed: FeedSummary, site: Site) -> _FeedLine:
    return _FeedLine(
        name=f"topic-{feed.topic.slug}" if feed.topic else "all",
        title=one_line(feed.title),
        href=feed.folder + INDEX_NAME if feed.topic and site.pages else "",
        description=one_line(feed.description),
        count=count_of(feed.count, feed.noun),
        addresses=addresses_of(site, feed.folder, feed.title),
    )
