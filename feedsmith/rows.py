"""The rows of the cache as values; `cache` keeps them and names them as its own."""

from typing import NamedTuple


class FileRow(NamedTuple):
    """One file of the index; `kind` is what it was taken for, "" for nothing known."""

    path: str
    folder: str
    mtime_ns: int
    size: int
    inode: int
    source: str
    kind: str = ""


class ArticleRow(NamedTuple):
    """An article as the cache keeps it.

    `fields` is JSON of all that has no column, `digest` stands for all that a page or feed shows
    of the article, `size` is what the body costs in a feed, escaped, in bytes; `language` may
    be "". `why` is JSON of the reasons for its topics, "" where there are none.
    """

    path: str
    part: str
    id: str
    trait: str
    topics: str
    fields: str
    html: str
    text: str
    relative: str
    digest: str
    size: int
    language: str
    why: str = ""


class EntryRow(NamedTuple):
    """What the choice of entries for a feed needs to know; times as RFC 3339 in UTC.

    `topics` are slugs parted by blanks; `additions` what the user says of it, as JSON or "".
    `seen` and `dated` never change: when it was first met, and its date then. `filed` is "filed"
    when `published` is the time of saving in place of the article's own, else "". `elsewhere` says
    which other sites have it, as JSON, or ""; `story` which articles are on the same event.
    """

    id: str
    path: str
    part: str
    published: str
    updated: str
    permalink: str
    digest: str
    size: int
    language: str
    topics: str
    additions: str = ""
    seen: str = ""
    dated: str = ""
    filed: str = ""
    elsewhere: str = ""
    story: str = ""


class Copy(NamedTuple):
    """One copy of an article: where it lies, what identity and the entry need of it."""

    path: str
    part: str
    trait: str
    topics: str
    digest: str
    size: int
    language: str
    mtime_ns: int
