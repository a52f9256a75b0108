"""The values that flow between the rooms: frozen, slotted, picklable.

Rooms make and read them, none changes one. Every `datetime` is aware, every `str` is NFC and
free of characters that XML 1.0 forbids, every URL is absolute (normalised once, at the door).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Literal

Precision = Literal["minute", "day"]


@dataclass(frozen=True, slots=True)
class Source:
    """A saved file, by reference: nothing is read until `read` or `open` is called.

    `path` is the address shown to the user, `relative` the path below the walked folder
    (POSIX separators; the bare file name for a file that was named itself).
    """

    path: str
    relative: str
    mtime: datetime
    size: int
    opener: Callable[[], BinaryIO]
    siblings: tuple[str, ...] = ()

    def open(self) -> BinaryIO:
        """Return the bytes as a seekable stream; the caller closes it."""
        return self.opener()

    def read(self) -> bytes:
        """Return all the bytes.

        Raises:
            UnreadableSourceError: the disk said no, or the file is over the size limit.
        """
        with self.open() as stream:
            return stream.read()


@dataclass(frozen=True, slots=True)
class Hints:
    """What a wrapper says about the page, as found and not trusted; None where it is silent."""

    title: str | None = None
    subtitle: str | None = None
    byline: str | None = None
    published: str | None = None
    updated: str | None = None
    site: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One page inside a source, decoded but not yet understood.

    `part` names the page inside its source ("" where the source is one page); `wrapper` names the
    tool that saved it ("SingleFile", "text dump" …), for `explain` only; `saved` is the wrapper's
    own time, `written` the file's.
    """

    kind: Literal["text", "html"]
    content: str
    part: str = ""
    url: str | None = None
    saved: datetime | None = None
    hints: Hints = field(default_factory=Hints)
    wrapper: str = ""
    written: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One normalised piece.

    `html` is sanitised and `text` derived from it (paragraphs parted by one empty line).
    `published` and `updated` keep their printed offset; `precision` and `zone_assumed` speak of
    `published`, `by_file_time` says that the file's time decides it. `sections` are the page's own
    section, breadcrumb and address words, in order.
    `topics` are slugs, the surest first; `why` says for each how it came about.
    `image` is the lead image's address; `media` are images that lay inside the file (none yet).
    """

    title: str
    text: str
    html: str
    path: str = ""
    part: str = ""
    url: str | None = None
    subtitle: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    saved: datetime | None = None
    authors: tuple[str, ...] = ()
    site: str | None = None
    place: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    summary: str = ""
    image: str | None = None
    precision: Precision = "minute"
    zone_assumed: bool = False
    by_file_time: bool = False
    note: str | None = None
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """How one field of an article was found: the rule that won, where, and the runners-up.

    `rivals` are (rule, value) pairs in ladder order; `value` is what a person would read.
    """

    field: str
    value: str
    rule: str
    where: str = ""
    rivals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BlockFinding:
    """What one block of a document was taken for.

    `place` counts the blocks from 0; `role` is title, subtitle, dateline, byline, kicker, body,
    heading, list, quote, table, code, caption, related, comment, tail or junk; `chance` to be part
    of the body is in percent, None where none was reckoned; `text` is the block's beginning; `box`
    is the word of the box around it that spoke against it, or "".
    """

    place: int
    role: str
    chance: int | None
    where: str
    text: str
    box: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that did not become an article; `error` is the class name, `message` plain words."""

    path: str
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth saying about a file that is no failure (skipped, an image dropped …)."""

    path: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the parser gives for one document: the article, how it was found, and remarks.

    `blocks` says what each block was taken for; empty unless somebody wants to know.
    """

    article: Article
    trace: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()
    blocks: tuple[BlockFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A grouping with its own feed; `parent` is the slug of the topic that includes it, or None."""

    slug: str
    title: str
    description: str = ""
    parent: str | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a feed: `id` and `permalink` are minted once and never change.

    `permalink` is the path of the article's own page below the out folder. `published` is never
    None (an undated article has its saved time, else the time it was first seen); `updated` is
    never below it. Both in UTC.
    """

    id: str
    permalink: str
    published: datetime
    updated: datetime
    article: Article


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


@dataclass(frozen=True, slots=True)
class Feed:
    """Ids, links and ordered entries, free of any format.

    `folder` is the feed's place below the out folder ("" for all articles, or "topics/SLUG/").
    `entries` are newest first and cut to the limits; `updated` is the newest entry's (UTC).
    `topic` is None for the feed of all articles. `topics` are the topics that the entries name
    (for category labels), in slug order. `total` counts the articles before the limits.
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


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """One line of the list of feeds (index page, OPML, `feedsmith topics`).

    `newest` is the newest entry's published time in UTC, None for an empty feed.
    """

    folder: str
    title: str
    description: str
    count: int
    newest: datetime | None
    topic: Topic | None = None


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
