"""What the field ladders look at: a page laid out in blocks, whatever kind of document it was.

The lowest module of the room: it knows the values and how a ladder is climbed, and no field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, NamedTuple, Protocol, TypeVar

from feedsmith import text, urls
from feedsmith.dates import DateContext, Found
from feedsmith.model import Document, Picture

_COPY_CHARS = 60  # characters; shorter lines may well be said twice
_REPEATING = frozenset({"li", "td", "th", "tr", "dd", "dt", "pre"})
_READER_HEAD = 3  # lines of a Reader view's copy before its reading time
T = TypeVar("T")
A = TypeVar("A")


class Block(NamedTuple):
    """A line of a dump, or the text of one block element; `text` is on one line, not empty.

    A named tuple, because a page makes hundreds and a frozen dataclass costs five times as much.
    `tag` is the element's name ("" for a line); `marks` are class, id and itemprop words of the
    element and those around it, in lower case; `prose` counts the characters that read like
    sentences (0 for menus, labels, links); `stamp` is the machine-readable time of a `<time>`,
    `author` the name in an inline element marked as one;
    `line` is the 1-based line of a dump; `label` says that it is a phrase or a row of labels
    which pages put around articles.
    """

    text: str
    tag: str = ""
    marks: str = ""
    prose: int = 0
    link_chars: int = 0
    stamp: str = ""
    author: str = ""
    line: int = 0
    label: bool = False

    @property
    def where(self) -> str:
        """Where the block stands, for people."""
        return f"line {self.line}" if self.line else f"<{self.tag}>"


class Body(NamedTuple):
    """The body as sanitised HTML and as paragraphs of text, and what the sanitiser had to cut.

    `pictures` are those that lay inside the file.
    """

    html: str
    paragraphs: list[str]
    dropped_images: int = 0
    capped: bool = False
    pictures: tuple[Picture, ...] = ()


class Compose(Protocol):
    """Gives the body of a page without some of its blocks, and with some that were not in it."""

    def __call__(self, dropped: frozenset[int], added: frozenset[int] = frozenset(), /) -> Body:
        """Return the body; `dropped` and `added` are places of blocks, none of them in both."""


@dataclass(frozen=True, slots=True)
class LinkedData:
    """What the page's JSON-LD says about the article; "" and () where it is silent.

    `authors` are people, `desks` the organisations declared as authors; `page_published` and
    `page_updated` are those of the web page around the article; `body` is the text of the article;
    `kinds` are the types of all that is described.
    """

    headline: str = ""
    alternative: str = ""
    published: str = ""
    updated: str = ""
    page_published: str = ""
    page_updated: str = ""
    authors: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    publisher: str = ""
    sections: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    image: str = ""
    url: str = ""
    breadcrumbs: tuple[str, ...] = ()
    body: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says about itself out of sight.

    `metas` maps a lower-case name, property or itemprop of a `<meta>` to its contents in page
    order; `props` does the same for visible microdata (datetime or content before the text);
    `author_links` are the texts of links to authors' pages, () where JSON-LD names people.
    """

    metas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    props: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    linked: LinkedData = LinkedData()
    page_title: str = ""
    canonical: str = ""
    language: str = ""
    base: str = ""
    breadcrumbs: tuple[str, ...] = ()
    author_links: tuple[str, ...] = ()

    def first(self, *names: str) -> tuple[str, str]:
        """Return (name, content) of the first of the names that has one, else two ""."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content:
                    return name, content
        return "", ""


@dataclass(frozen=True, slots=True)
class Page:
    """A document laid out: its blocks, and which of them are the body.

    `body` holds the places (indices of `blocks`) of the body's blocks in order, title and dateline
    perhaps still among them; empty when there is no prose. `dated` holds the dates of the blocks
    near the body's start that print one, `looked` the places of all that were asked for one;
    `start` is the place of the first body block that is prose, else the number of blocks.
    """

    document: Document
    blocks: tuple[Block, ...]
    body: tuple[int, ...]
    meta: Metadata
    dates: DateContext
    url: str | None = None
    dated: Mapping[int, tuple[Found, ...]] = field(default_factory=dict)
    looked: frozenset[int] = frozenset()
    start: int = 0

    @property
    def reader_head(self) -> tuple[Block, ...]:
        """Site, title and byline: what a Reader view puts above its reading time; else ()."""
        is_copy = self.document.wrapper == "reader copy" and len(self.blocks) > _READER_HEAD
        return self.blocks[:_READER_HEAD] if is_copy else ()


def first_prose(blocks: Sequence[Block], body: Iterable[int]) -> int:
    """Return the place of the first of the body's blocks that is prose, else their number."""
    return next((at for at in body if blocks[at].prose), len(blocks))


def once(blocks: Sequence[Block], places: Iterable[int]) -> Iterator[int]:
    """Give the places without those of paragraphs that were given before, others between."""
    seen: set[str] = set()
    last = ""
    for at in places:
        line = blocks[at].text
        if (
            len(line) < _COPY_CHARS
            or blocks[at].tag in _REPEATING
            or line not in seen
            or line == last
        ):
            seen.add(line)
            yield at
            last = line


def site_names(page: Page) -> set[str]:
    """Return what the site calls itself, its host and the host's first label; all folded."""
    host = urls.host(page.url or page.meta.canonical)
    names = (page.meta.first("og:site_name")[1], page.meta.linked.publisher, host)
    return {text.fold(name) for name in (*names, host.split(".")[0]) if name}


class Answer(NamedTuple, Generic[T]):
    """What a rule found, where it stood, and the places of the blocks that hold it."""

    value: T
    where: str = ""
    places: tuple[int, ...] = ()


def _nobody() -> tuple[tuple[str, T], ...]:
    return ()


class Choice(NamedTuple, Generic[T]):
    """The outcome of a ladder: the first answer and its rule's name.

    `rivals` asks the rules below it and gives their (name, value) pairs, in order; that is only
    done for one who wants to know.
    """

    answer: Answer[T] | None
    rule: str = ""
    rivals: Callable[[], tuple[tuple[str, T], ...]] = _nobody

    @property
    def value(self) -> T | None:
        """The value found, or None."""
        return self.answer.value if self.answer else None

    @property
    def places(self) -> tuple[int, ...]:
        """The places of the blocks that hold the value."""
        return self.answer.places if self.answer else ()

    def standing(self) -> tuple[tuple[str, T], ...]:
        """Return the (rule, value) pairs of all the rules that answer, the winner first."""
        won = ((self.rule, self.answer.value),) if self.answer else ()
        return (*won, *self.rivals())


def climb(rules: tuple[Callable[[A], Answer[T] | None], ...], argument: A) -> Choice[T]:
    """Ask the rules in order until one answers."""
    for step, rule in enumerate(rules, 1):
        answer = rule(argument)
        if answer:
            return Choice(answer, name_of(rule), partial(_answers, rules[step:], argument))
    return Choice(None)


def name_of(rule: Callable[[A], object]) -> str:
    """Return a rule's name as the trace shows it."""
    return rule.__name__.strip("_")


def _answers(
    rules: tuple[Callable[[A], Answer[T] | None], ...], argument: A
) -> tuple[tuple[str, T], ...]:
    found = ((name_of(rule), rule(argument)) for rule in rules)
    return tuple((name, answer.value) for name, answer in found if answer)
