"""The values that flow from identity to the builder: entries, feeds, and the lines of lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feedsmith.model import Article, Topic
from feedsmith.owntemplates import NO_TEMPLATES, Templates


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else an article stands: the site's name (or its host), and the absolute address."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """An article of another site on the same event.

    `site` is that site's name (or its host), `url` the article's own address or None, `permalink`
    the place of its page, "" where it has none.
    """

    title: str
    site: str
    url: str | None
    permalink: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a feed: `id` and `permalink` are minted once and never change.

    `permalink` is the path of the article's own page below the out folder, "" where it has none.
    `published` is never None (an undated article has its saved time, else the time it was first
    seen); `updated` is never below it. Both in UTC. `is_filed` says that `published` is the time of
    saving, which stands in the feeds for the article's own, older date. `elsewhere` are other sites
    that have it; `earlier` and `later` articles of other sites on the same event, met before it and
    after it: feeds name the former alone, so that no entry of a feed changes for what came later.
    """

    id: str
    permalink: str
    published: datetime
    updated: datetime
    article: Article
    is_filed: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()
    earlier: tuple[Sibling, ...] = ()
    later: tuple[Sibling, ...] = ()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that was taken out of a feed on purpose, and when (UTC)."""

    id: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Site:
    """What every feed and page of one out folder shares.

    `base_url` is absolute and ends in a slash; `language` may be "" (not known); `formats` are
    names of the FORMATS table, in its order.
    """

    title: str
    subtitle: str
    base_url: str
    author: str
    language: str
    formats: tuple[str, ...]
    pages: bool = True
    link: Literal["original", "copy"] = "original"
    content: Literal["full", "excerpt", "link"] = "full"
    templates: Templates = NO_TEMPLATES


@dataclass(frozen=True, slots=True)
class Feed:
    """Ids, links and ordered entries, free of any format.

    `folder` is the feed's place below the out folder ("" for all articles, or "topics/SLUG/").
    `entries` are newest first and cut to the limits; `updated` is the newest entry's (UTC).
    `topic` is None for the feed of all articles. `topics` are the topics that the entries name
    (for category labels), in slug order. `total` counts the articles before the limits.

    `page` is "" for the document that people subscribe to, else what tells an archive page from the
    others; `older` and `newer` are the pages before and after it, "" for none.
    `hub` is the address of a WebSub hub, or "". `tombstones` are the newest first;
    `noun` says what the entries are.
    """

    id: str
    title: str
    subtitle: str
    folder: str
    language: str
    updated: datetime
    entries: tuple[Entry, ...]
    site: Site
    topics: tuple[Topic, ...] = ()
    topic: Topic | None = None
    total: int = 0
    page: str = ""
    older: str = ""
    newer: str = ""
    hub: str = ""
    tombstones: tuple[Tombstone, ...] = ()
    noun: str = "article"


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """One line of the list of feeds (index page, OPML, `feedsmith topics`).

    `newest` is the newest entry's published time in UTC, None for an empty feed; `noun` says what
    is counted.
    """

    folder: str
    title: str
    description: str
    count: int
    newest: datetime | None
    topic: Topic | None = None
    noun: str = "article"


@dataclass(frozen=True, slots=True)
class EntrySummary:
    """One line of a list of articles on a page. `url` is the original's address, or None."""

    title: str
    permalink: str
    published: datetime
    url: str | None
    site: str | None
    summary: str
    language: str | None
    topics: tuple[str, ...]
