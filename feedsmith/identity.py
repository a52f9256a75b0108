"""Which article is this, and what must its entry say: ids derived, then remembered. Pure.

An id is looked for down a ladder: the same file with the same bytes, the same canonical address,
the same text, the same file with much the same article, the same site, time and title. Only when
nothing answers is one minted, from the first of canonical address, site + published + title, text.
What was minted is never derived again: the ledger (any `Memory`) remembers it, so a rename, a
re-save, a corrected date or title keep it, and losing the ledger costs no more than that memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal, Protocol

from feedsmith.model import Article
from feedsmith.text import fold, short_hash, slugify
from feedsmith.urls import canonical, host, permanent_id

SKETCH_PARAGRAPHS = 24  # hashes kept of a text; news articles have 5 to 30 paragraphs
ALIKE = 0.34  # share of common paragraphs from which two versions are one article
MIN_TEXT_CHARS = 120  # characters; shorter texts (teasers, stubs) prove nothing by being equal
SHORT_COPY = 0.5  # a copy with less than this share of the longest copy's text is a teaser
DateRule = Literal["auto", "published", "saved"]
FUTURE = timedelta(hours=48)  # clocks and zones are wrong by hours, never by days


@dataclass(frozen=True, slots=True)
class Trait:
    """What identity looks at in one copy of an article.

    `source` is the digest of the file's bytes, `parser` the version that read them, `url`
    canonical (urls.canonical) or "", `published` the printed instant or None, `saved` the
    wrapper's time, else the file's; `sketch` are hashes of the first paragraphs, `chars` counts
    the text.
    """

    path: str
    part: str
    source: str
    parser: str
    url: str
    site: str
    title: str
    published: datetime | None
    updated: datetime | None
    saved: datetime
    text_hash: str
    sketch: tuple[int, ...]
    chars: int


@dataclass(frozen=True, slots=True)
class Known:
    """One article as the ledger remembers it.

    `horizon` is the latest time at which a copy was saved or first seen: dates beyond it are
    wrong. `dated` is the time an undated article is filed under; `filed` the time that stands
    for its date in the feeds, None when its own date does; `live` whether it was in the last
    feeds; `removed` whether the user took it out on purpose.
    """

    id: str
    permalink: str
    url: str
    site: str
    title: str
    published: datetime | None
    text_hash: str
    sketch: tuple[int, ...]
    source: str
    parser: str
    first_seen: datetime
    horizon: datetime
    dated: datetime
    updated: datetime
    live: bool = True
    removed: bool = False
    filed: datetime | None = None


class Memory(Protocol):
    """What identity asks of the ledger; every answer is the oldest that fits, or None."""

    def by_path(self, path: str, part: str) -> Known | None:
        """Return the article last seen in this part of this file."""

    def by_file(self, path: str, part: str, source: str) -> Known | None:
        """Return the article that this part of this file held when its bytes were the same."""

    def by_url(self, url: str) -> Known | None:
        """Return the article of this canonical address."""

    def by_text(self, text_hash: str) -> Known | None:
        """Return the article with exactly this text."""

    def by_key(self, site: str, title: str, published: datetime) -> Known | None:
        """Return the article of this site, folded title and time."""

    def by_id(self, article_id: str) -> Known | None:
        """Return the article of this id."""

    def date_order(self, article_id: str) -> str:
        """Return the order in which an ambiguous date was settled, "" if it was not."""

    def named(self, key: str) -> str:
        """Return what is remembered under a name, "" when nothing is."""


def trait(article: Article, *, path: str, source: str, parser: str, mtime: datetime) -> Trait:
    """Return what identity needs of an article that lies in the file `path`."""
    parts = article.text.split("\n\n", SKETCH_PARAGRAPHS)
    return Trait(
        path=path,
        part=article.part,
        source=source,
        parser=parser,
        url=canonical(article.url) if article.url else "",
        site=host(article.url) if article.url else fold(article.site or ""),
        title=fold(article.title),
        published=article.published,
        updated=article.updated,
        saved=article.saved or mtime,
        text_hash=sha256(article.text.encode()).hexdigest()[:32],
        sketch=tuple(zlib.crc32(part.encode()) for part in parts[:SKETCH_PARAGRAPHS]),
        chars=len(article.text),
    )


def find(found: Trait, memory: Memory) -> Known | None:
    """Return the article that this is a copy of, or None when it is new."""
    same = memory.by_file(found.path, found.part, found.source)
    if same:
        return same  # though another copy of the article may have changed meanwhile
    here = memory.by_path(found.path, found.part)
    if here and here.source == found.source:
        return here
    known = _same_address(found, memory) or _same_text(found, memory)
    if known is None and here and _same_article(found, here):
        known = here  # asked after the text: files may have swapped what they hold
    return known or _same_key(found, memory)


def find_either(found: Trait, swapped: datetime | None, memory: Memory) -> Known | None:
    """Return what `find` does, also when the article is known by its date's other reading."""
    known = find(found, memory)
    return known or (find(replace(found, published=swapped), memory) if swapped else None)


def mint(found: Trait, memory: Memory, *, first_seen: datetime) -> Known:
    """Return a new article for the ledger, its id derived from what least changes."""
    name = _name(found)
    article_id, number = permanent_id(name), 1
    while memory.by_id(article_id):  # an id is never reused for another article
        number += 1
        article_id = permanent_id(f"{name}#{number}")
    horizon = max(found.saved, first_seen)
    started = plausible(found.published, horizon) or found.saved.astimezone(UTC)
    return Known(
        id=article_id,
        permalink=_permalink(found, article_id),
        url=found.url,
        site=found.site,
        title=found.title,
        published=found.published,
        text_hash=found.text_hash,
        sketch=found.sketch,
        source=found.source,
        parser=found.parser,
        first_seen=first_seen,
        horizon=horizon,
        dated=started,
        updated=max(started, plausible(found.updated, horizon) or started),
    )


def remember(known: Known, found: Trait) -> Known:
    """Return the article as it stands after the copy `found` was taken for its best one.

    `updated` moves only when the file's bytes and the readable text both changed; then it is the
    time the copy was saved, never below `published` or what it was.
    """
    changed = found.source != known.source
    horizon = max(known.horizon, found.saved) if changed else known.horizon
    updated = max(known.updated, plausible(found.published, horizon) or known.dated)
    if changed and found.text_hash != known.text_hash:
        updated = max(updated, found.saved)
    return replace(
        known,
        horizon=horizon,
        url=found.url or known.url,
        site=found.site or known.site,
        title=found.title,
        published=found.published,
        text_hash=found.text_hash,
        sketch=found.sketch,
        source=found.source,
        parser=found.parser,
        updated=updated,
        live=True,
    )


def filing(found: Trait, first_seen: datetime, rule: DateRule, old: timedelta) -> datetime | None:
    """Return the time under which a new article stands in the feeds, None for its own date.

    Args:
        found: the copy it was met in; its time of saving counts unless that lies in the future.
        first_seen: the time of this run, in UTC.
        rule: "published" keeps its own date, "saved" never does, "auto" does unless it is old.
        old: age at first sight from which "auto" takes an article for old.
    """
    own = plausible(found.published, max(found.saved, first_seen))
    is_old = own is not None and own < first_seen - old
    if rule == "published" or (rule == "auto" and not is_old):
        return None
    return min(found.saved, first_seen).astimezone(UTC)


def filed(known: Known) -> datetime:
    """Return the time under which the entry is published, in UTC."""
    return known.filed or plausible(known.published, known.horizon) or known.dated


def best_copy(copies: Sequence[Trait]) -> Trait:
    """Return the copy that readers get: the one saved last, teasers apart.

    Args:
        copies: every copy of one article that is there now; at least one.
    """
    longest = max(copy.chars for copy in copies)
    whole = [copy for copy in copies if copy.chars >= longest * SHORT_COPY]
    return max(whole, key=lambda copy: (copy.saved, copy.chars, copy.path, copy.part))


def plausible(when: datetime | None, horizon: datetime) -> datetime | None:
    """Return `when` in UTC, or None when it lies after the article was already at hand."""
    if when is None or when > horizon + FUTURE:
        return None
    return when.astimezone(UTC)


def _same_article(found: Trait, known: Known) -> bool:
    if found.url and known.url:
        return found.url == known.url or _common(found.sketch, known.sketch) >= ALIKE
    return found.title == known.title or _common(found.sketch, known.sketch) >= ALIKE


def _same_address(found: Trait, memory: Memory) -> Known | None:
    return memory.by_url(found.url) if found.url else None


def _same_text(found: Trait, memory: Memory) -> Known | None:
    known = memory.by_text(found.text_hash)
    if known and found.chars < MIN_TEXT_CHARS and known.source != found.source:
        return None
    if known and found.url and known.url and found.title != known.title:
        return None  # a wall or an error page that many addresses show
    return known


def _same_key(found: Trait, memory: Memory) -> Known | None:
    if not found.published or not found.title:
        return None
    known = memory.by_key(found.site, found.title, found.published)
    if known and found.url and known.url:
        return None  # two addresses of one site: two articles
    return known


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    smaller = min(len(one), len(other))
    return len(set(one) & set(other)) / smaller if smaller else 0.0


def _name(found: Trait) -> str:
    if found.url:
        return f"url:{found.url}"
    if found.published and found.title:
        when = found.published.astimezone(UTC).isoformat()
        return f"key:{found.site}|{when}|{found.title}"
    return f"text:{found.text_hash}"


def _permalink(found: Trait, article_id: str) -> str:
    """Return the place of an article's page, in one of 256 folders by its id, however many."""
    digest = short_hash(article_id)
    return f"articles/{digest[:2]}/{slugify(found.title)}-{digest}.html"
