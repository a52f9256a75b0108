"""The values that flow between the rooms: frozen, slotted, picklable.

Rooms make and read them, none changes one. Every `datetime` is aware, every `str` is NFC and
free of characters that XML 1.0 forbids, every URL is absolute (normalised once, at the door).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Literal, NamedTuple

from feedsmith.errors import UnreadableSourceError
from feedsmith.spans import Span

Precision = Literal["minute", "day"]
PrintedOrder = Literal["dmy", "mdy", ""]
Lookup = Callable[[str], bytes | None]


def nothing_beside(_name: str) -> bytes | None:
    """Return None: the file stands alone."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """A saved file, by reference: nothing is read until `read` or `open` is called.

    `path` is the address shown to the user, `relative` the path below the walked folder
    (POSIX separators; the bare file name for a file that was named itself). `beside` gives the
    bytes of a file that lies in the same folder or below it ("page_files/a.png"), or None.
    A file over `max_bytes` can only be opened as a stream. `span` says that only some pages of an
    archive are meant, None all that the file holds.
    """

    path: str
    relative: str
    mtime: datetime
    size: int
    opener: Callable[[], BinaryIO]
    beside: Lookup = nothing_beside
    max_bytes: int = sys.maxsize
    span: Span | None = None

    @property
    def is_big(self) -> bool:
        """Whether the file may only be read piece by piece."""
        return self.size > self.max_bytes

    def open(self) -> BinaryIO:
        """Return the bytes as a seekable stream; the caller closes it."""
        return self.opener()

    def read(self) -> bytes:
        """Return all the bytes.

        Raises:
            UnreadableSourceError: the disk said no, or the file is over the size limit.
        """
        if self.is_big:
            raise UnreadableSourceError(
                f"has {self.size} bytes, more than input.max_file_bytes ({self.max_bytes}); "
                "raise the limit or leave the file out"
            )
        with self.open() as stream:
            return stream.read()


@dataclass(frozen=True, slots=True)
class Hints:
    """What a wrapper says about the page, as found and not trusted; None where it is silent.

    `byline` is the line as printed ("By Ann Ames and Bo Berg"), `authors` are names that the
    wrapper keeps apart; `place` is where the story was filed.
    """

    title: str | None = None
    subtitle: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    place: str | None = None
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

    `part` names the page inside its source ("" where the source is one page), by what stays the
    same when the source grows: an address, a message's id; `wrapper` names the tool that saved it
    ("SingleFile", "text dump" …), for `explain` only; `saved` is the wrapper's own time, `written`
    the file's. `is_fragment` says that the content is the body alone, cut out by a reader, an
    editor or an author: nothing is judged, all of it is kept. `is_edited` says that the hints are
    fields that people filled in for others to rely on (an agency's, a feed's): they win over what
    the content seems to say. `resources` gives the bytes of a picture by its address as the content
    spells it. `note` is what the user wrote about the page.
    """

    kind: Literal["text", "html"]
    content: str
    part: str = ""
    url: str | None = None
    saved: datetime | None = None
    hints: Hints = field(default_factory=Hints)
    wrapper: str = ""
    written: datetime | None = None
    is_fragment: bool = False
    is_edited: bool = False
    resources: Lookup = nothing_beside
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A row of an export that holds no text: what the user filed about an address.

    `part` is unique in its source; `saved` is when the user filed it; `hints` are what the export
    says further of the page: who wrote it, when, in which language.
    """

    url: str
    title: str | None = None
    summary: str | None = None
    tags: tuple[str, ...] = ()
    saved: datetime | None = None
    note: str | None = None
    hints: Hints = field(default_factory=Hints)
    part: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that lay inside a saved file, under the name it is published as: HASH.SUFFIX."""

    name: str
    data: bytes = field(repr=False)


class Media(NamedTuple):
    """A published picture: its name, and its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Article:
    """One normalised piece.

    `html` is sanitised and `text` derived from it (paragraphs parted by one empty line).
    `published` and `updated` keep their printed offset; `precision` and `zone_assumed` speak of
    `published`, `by_file_time` says that the file's time decides it; `swapped` is the same date
    with day and month the other way round where nothing in the file settles which is meant, and
    `date_order` the order it was read in, else that of the file's numeric dates beyond doubt.
    `sections` are the page's own section, breadcrumb and address words, in order.
    `topics` are slugs, the surest first; `why` says for each how it came about.
    `image` is the lead image's address; `media` are the pictures that lay inside the file, which
    `html` and perhaps `image` call media/NAME.
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
    swapped: datetime | None = None
    date_order: PrintedOrder = ""
    note: str | None = None
    media: tuple[Media, ...] = ()


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


# What a reader gives, in the order of the source: a bad part is a value, the next one goes on.
Read = Document | Link | Failure | Notice


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the parser gives for one document: the article, how it was found, and remarks.

    `trace` says how each field was found, `blocks` what each block was taken for; both are empty
    unless somebody wants to know. `pictures` are those of `article.media`, in the same order.
    """

    article: Article
    trace: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()
    blocks: tuple[BlockFinding, ...] = ()
    pictures: tuple[Picture, ...] = ()


ATTRIBUTE_MARK = "--"  # in the slug of a topic by an article's attribute: "site--post-example"
GROUPS = {"site": "Sites", "author": "Authors", "language": "Languages"}  # of such topics


@dataclass(frozen=True, slots=True)
class Topic:
    """A grouping with its own feed; `parent` is the slug of the topic that includes it, or None.

    `was` are slugs that it had before, the oldest first; their addresses stay alive. `code` is that
    of an IPTC Media Topic, or "".
    """

    slug: str
    title: str
    description: str = ""
    parent: str | None = None
    declared: bool = False
    was: tuple[str, ...] = ()
    code: str = ""

    @property
    def group(self) -> str:
        """Return what topics by an attribute are listed under, "" for all others."""
        kind, mark, _ = self.slug.partition(ATTRIBUTE_MARK)
        return GROUPS.get(kind, "") if mark else ""
