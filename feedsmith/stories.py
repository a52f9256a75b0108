"""Which articles of several sites are on one event, so that the later ones name the earlier.

Strategy: an article is compared once, with those of other sites that were met before it and stand
within days of it in time; an index of the words that say most of each finds the few that may be
like it. What makes two articles alike are their own words and no others. The ledger keeps the
outcome for ever, so no file that comes later moves an article from one story to another.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from feedsmith.book import STORY
from feedsmith.builder.content import display_title
from feedsmith.cache import Cache, EntryRow
from feedsmith.feedmodel import Sibling
from feedsmith.identity import Memory
from feedsmith.ledger import Ledger
from feedsmith.loading import Loader
from feedsmith.model import Article, Finding
from feedsmith.shelf import Shelf
from feedsmith.siblings import Named, with_siblings
from feedsmith.text import fold
from feedsmith.topics import likeness_of_events, most_shared, report_of
from feedsmith.topics.events import Report
from feedsmith.urls import host

_METHOD = "1"  # another one: the index is made anew
_APART = timedelta(days=3)  # between any two articles of a story
_LEAST_CHARS = 600  # characters of a text, some hundred words; shorter ones prove nothing
_LOOKED_UP = 24  # words of an article by which others are found
_SHARED = 4  # of them that two articles must share to be compared; of a story they share 6 or more
_COMMON = 500  # articles of those days that share a word; what more of them have finds nothing
_COMPARED = 30  # articles that one is compared with at most, those first that share most words
_NAMED = 8  # siblings that an entry names, each of another site


class _Placed(NamedTuple):
    """An article in the index; `leader` is the id of the first one of its story."""

    number: int
    id: str
    site: str
    published: str
    day: int
    words: bytes
    leader: str


class _Joined(NamedTuple):
    """Why an article is of a story, as the ledger keeps it; an empty list says that it is of none.

    `like` is the id of the article that it is most alike, `words` what gives most of that.
    """

    leader: str
    like: str
    closeness: float
    words: Sequence[str]


def bring_up_to_date(cache: Cache, ledger: Ledger, *, is_on: bool) -> None:
    """Bring the stories up to date with what this run touched, and what entries say of them."""
    known, wanted = cache.meta("stories"), _METHOD if is_on else ""
    if known != wanted:
        _forget(cache)
        cache.set_meta("stories", wanted)
    if is_on:
        _Desk(cache, ledger).work(every=known != wanted)


def explained(memory: Memory, article_id: str) -> Iterator[Finding]:
    """Yield with which article of another site one is on one event, and by which words."""
    text = memory.named(STORY + article_id)
    joined = _joined(text)
    other = memory.by_id(joined.like) if joined else None
    if joined and other:
        where = f"{joined.closeness:.2f} alike: {', '.join(joined.words)}"
        yield Finding("story", f"{other.title} ({other.site})", "same event", where)


def _forget(cache: Cache) -> None:
    """Take back what entries say of stories, and the index."""
    shelf = Shelf(cache)
    rows = cache.db.execute("SELECT id FROM entries WHERE story <> ''").fetchall()
    for row in filter(None, (shelf.get(article_id) for (article_id,) in rows)):
        shelf.put(with_siblings(row, (), ()))
    cache.db.execute("DELETE FROM stories")
    cache.db.execute("DELETE FROM story_words")


class _Desk:
    """The index and the stories of one run."""

    def __init__(self, cache: Cache, ledger: Ledger) -> None:
        self._cache = cache
        self._db = cache.db
        self._ledger = ledger
        self._shelf = Shelf(cache)
        self._loader = Loader(cache)
        self._report = lru_cache(maxsize=_COMPARED)(self._report_of)

    def work(self, *, every: bool) -> None:
        """Look at the entries that were touched, or at all, in the order of arrival."""
        touched: dict[str, None] = {}  # stories of several
        all_ids = (row.id for row in self._shelf.arrivals())
        for article_id in all_ids if every else self._shelf.dirty_arrivals():
            for leader in (self._drop(article_id), self._put(article_id)):
                if leader and self._has_others(leader, article_id):
                    touched[leader] = None
        for leader in touched:
            self._tell(leader)

    def _drop(self, article_id: str) -> str:
        """Take an article out of the index; return its story, "" for none."""
        placed = self._placed("id = ?", article_id)
        if placed is None:
            return ""
        self._db.execute("DELETE FROM stories WHERE number = ?", (placed.number,))
        query = "DELETE FROM story_words WHERE word = ? AND day = ? AND number = ?"
        rows = [(word, placed.day, placed.number) for word in _unpacked(placed.words)]
        self._db.executemany(query, rows)
        return placed.leader

    def _put(self, article_id: str) -> str:
        """Put an article into the index, with its story, which is found if it is new."""
        row = self._shelf.get(article_id)
        article = self._loader.entry(row).article if row else None
        if article is None or article.published is None or not _is_report(article):
            return ""
        found = report_of(article)
        words = sorted(zlib.crc32(word.encode()) for word in list(found.words)[:_LOOKED_UP])
        published = article.published.astimezone(UTC)
        placed = _Placed(
            0, article_id, _site(article), published.isoformat(), published.toordinal(),
            struct.pack(f"<{len(words)}I", *words), "",
        )  # fmt: skip
        text = self._ledger.named(STORY + article_id)
        joined = _joined(text) if text else self._find(placed, found)
        if not text:
            self._ledger.set_name(STORY + article_id, json.dumps(joined or [], ensure_ascii=False))
        leader = self._own_id(joined.leader) if joined else article_id
        put = "INSERT INTO stories VALUES (NULL, ?, ?, ?, ?, ?, ?)"
        number = self._db.execute(put, (*placed[1:-1], leader)).lastrowid
        rows = [(word, placed.day, number) for word in words]
        self._db.executemany("INSERT OR IGNORE INTO story_words VALUES (?, ?, ?)", rows)
        return leader

    def _has_others(self, leader: str, article_id: str) -> bool:
        query = "SELECT 1 FROM stories WHERE leader = ? AND id <> ? LIMIT 1"
        return self._db.execute(query, (leader, article_id)).fetchone() is not None

    def _own_id(self, article_id: str) -> str:
        """Return the id that an article has since ledgers were merged."""
        known = self._ledger.by_id(article_id)
        return known.id if known else article_id

    def _find(self, placed: _Placed, found: Report) -> _Joined | None:
        """Return the story of a new article, None when it begins one."""
        near = [
            (likeness_of_events(found, self._report(other.id)), other)
            for other in self._candidates(placed)
            if not _is_one_site(other.site, placed.site)
        ]
        best, other = max(near, key=lambda pair: (pair[0], pair[1].id), default=(0.0, placed))
        if not best or not self._fits(placed, found, other.leader):
            return None
        words = most_shared(found.words, self._report(other.id).words)
        return _Joined(other.leader, other.id, round(best, 2), words)

    def _candidates(self, placed: _Placed) -> Iterator[_Placed]:
        """Yield the articles of those days that were met before and share some words."""
        shared: Counter[int] = Counter()
        query = "SELECT number FROM story_words WHERE word = ? AND day BETWEEN ? AND ? LIMIT ?"
        days = placed.day - _APART.days, placed.day + _APART.days
        for word in _unpacked(placed.words):
            holders = self._db.execute(query, (word, *days, _COMMON + 1)).fetchall()
            shared.update(number for (number,) in holders if len(holders) <= _COMMON)
        likely = sorted(shared, key=lambda number: (-shared[number], number))
        for number in likely[:_COMPARED]:
            other = self._placed("number = ?", number) if shared[number] >= _SHARED else None
            if other and _is_near(other, placed) and self._is_before(other, placed):
                yield other

    def _is_before(self, one: _Placed, other: _Placed) -> bool:
        first, second = self._place(one), self._place(other)
        return bool(first and second) and first < second

    def _fits(self, placed: _Placed, found: Report, leader: str) -> bool:
        """Say whether an article is near all of a story in time, and like half of it."""
        members = self._members(leader)
        alike = [likeness_of_events(found, self._report(one.id)) > 0 for one in members]
        return all(_is_near(one, placed) for one in members) and 2 * sum(alike) >= len(alike)

    def _tell(self, leader: str) -> None:
        """Let the entries of a story name one another."""
        members = self._members(leader)
        for at, placed in enumerate(members):
            row = self._shelf.get(placed.id)
            assert row is not None  # noqa: S101 (what is gone has left the index)
            earlier = self._named(placed, members[:at])
            later = self._named(placed, members[at + 1 :])
            told = with_siblings(row, earlier, later)
            if told != row:
                self._shelf.put(told)

    def _named(self, placed: _Placed, others: Iterable[_Placed]) -> list[Named]:
        """Return the first few of others as an entry names them, each site once."""
        chosen: list[_Placed] = []
        for other in others:
            if not any(_is_one_site(other.site, one.site) for one in (placed, *chosen)):
                chosen.append(other)
        rows = (self._shelf.get(one.id) for one in chosen[:_NAMED])
        return [self._sibling(row) for row in rows if row]

    def _sibling(self, row: EntryRow) -> Named:
        article = self._loader.shared(row).article
        site = article.site or host(article.url or "")
        return Sibling(display_title(article), site, article.url, row.permalink), row.topics

    def _members(self, leader: str) -> list[_Placed]:
        """Return the articles of a story in the order in which they were met."""
        query = "SELECT * FROM stories WHERE leader = ?"
        reports = map(_Placed._make, self._db.execute(query, (leader,)).fetchall())
        return sorted(reports, key=self._place)

    def _place(self, placed: _Placed) -> tuple[str, ...]:
        """Return where an article stands in the order of arrival, () when it has no entry now."""
        row = self._shelf.get(placed.id)
        return (row.seen, row.dated, row.id) if row else ()

    def _placed(self, where: str, value: str | int) -> _Placed | None:
        query = f"SELECT * FROM stories WHERE {where}"  # noqa: S608 (our own text)
        row = self._db.execute(query, (value,)).fetchone()
        return _Placed(*row) if row else None

    def _report_of(self, article_id: str) -> Report:
        row = self._shelf.get(article_id)
        return report_of(self._loader.entry(row).article) if row else Report({}, frozenset())


def _joined(text: str) -> _Joined | None:
    stored = json.loads(text) if text else []
    return _Joined(*stored) if stored else None


def _is_report(article: Article) -> bool:
    return len(article.text) >= _LEAST_CHARS and bool(_site(article))


def _site(article: Article) -> str:
    return host(article.url) if article.url else fold(article.site or "")


def _is_one_site(one: str, other: str) -> bool:
    """Say whether two hosts are one, or one lies below the other."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def _is_near(one: _Placed, other: _Placed) -> bool:
    first, second = (datetime.fromisoformat(placed.published) for placed in (one, other))
    return abs(first - second) <= _APART


def _unpacked(words: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(words) // 4}I", words)
