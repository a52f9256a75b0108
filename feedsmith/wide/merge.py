"""The newest entries of each topic, from parts that were looked at apart. Pure.

Merging is associative, commutative and idempotent: parts may come in any order, in any tree and
twice, and give the same. That holds because what is cut off can never come back: an entry is left
out only when as many better ones of the topic are known, and of two rows with one id the one that
ranks first stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from feedsmith.cache import EntryRow

WHOLE = ""  # stands for the feed of all articles, as a slug does for a topic
Ranked = tuple["Row", ...]


class Row(NamedTuple):
    """An entry, and where the body of its article lies (see shards)."""

    entry: EntryRow
    body: str


class Limits(NamedTuple):
    """How much is kept of each topic.

    `newest` entries, and of those met from `unread` on (RFC 3339 in UTC, "" for none) as many as a
    feed can hold at most; `excluded` topics keep their entries out of the feed of all articles.
    """

    newest: int
    most: int
    unread: str = ""
    excluded: frozenset[str] = frozenset()

    def topics_of(self, entry: EntryRow) -> list[str]:
        """Return the feeds that an entry stands in."""
        slugs = entry.topics.split()
        return slugs if self.excluded.intersection(slugs) else [WHOLE, *slugs]


@dataclass(frozen=True, slots=True)
class Tops:
    """The newest entries and the newest unread ones of each topic, best first.

    `totals` counts all entries: for each part of the ledger, which has every id once, and there for
    each topic; `first` is the least id; `ends` are the entries that were met first and last.
    """

    newest: Mapping[str, Ranked] = field(default_factory=dict)
    unread: Mapping[str, Ranked] = field(default_factory=dict)
    totals: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    first: str = ""
    ends: tuple[Row, ...] = ()

    def total(self, topic: str) -> int:
        """Return the number of a topic's entries."""
        return sum(counts.get(topic, 0) for counts in self.totals.values())

    def rows(self) -> list[Row]:
        """Return all entries once, in the order of their ids."""
        ranked = [self.ends, *self.unread.values(), *self.newest.values()]
        chosen = {row.entry.id: row for rows in ranked for row in rows}
        return [chosen[identifier] for identifier in sorted(chosen)]


def merged(one: Tops, other: Tops, limits: Limits) -> Tops:
    """Return the tops of two parts, which may have entries in common."""
    firsts = [first for first in (one.first, other.first) if first]
    return Tops(
        _joined(one.newest, other.newest, limits.newest),
        _joined(one.unread, other.unread, limits.most),
        {**one.totals, **other.totals},
        min(firsts, default=""),
        _ends((*one.ends, *other.ends)),
    )


def merged_all(parts: Iterable[Tops], limits: Limits) -> Tops:
    """Return the tops of many parts."""
    return reduce(lambda one, other: merged(one, other, limits), parts, Tops())


def tops_of(rows: Iterable[Row], limits: Limits, part: int = 0) -> Tops:
    """Return the tops of one part of the ledger, looking at each of its rows once.

    Args:
        rows: its entries, each id once, in any order; only those that may be kept are.
        limits: how much is kept.
        part: its number.
    """
    newest, unread = _Keeper(limits.newest), _Keeper(limits.most)
    feeds: dict[str, list[str]] = {}  # by the topics as written; there are few combinations
    counts: dict[str, int] = {}
    border = _Border()
    for row in rows:
        written = row.entry.topics
        if written not in feeds:
            feeds[written] = limits.topics_of(row.entry)
        counts[written] = counts.get(written, 0) + 1
        border.add(row)
        for topic in feeds[written]:
            newest.add(topic, row)
        if limits.unread and row.entry.seen >= limits.unread:
            for topic in feeds[written]:
                unread.add(topic, row)
    totals: dict[str, int] = {}
    for written, count in counts.items():
        for topic in feeds[written]:
            totals[topic] = totals.get(topic, 0) + count
    return Tops(
        dict(newest.ranked()), dict(unread.ranked()), {part: totals}, border.first, border.ends
    )


class _Border:
    """The least id, and the rows that were met first and last, so far."""

    def __init__(self) -> None:
        self.first = ""
        self.ends: tuple[Row, ...] = ()

    def add(self, row: Row) -> None:
        identifier = row.entry.id
        if not self.first or identifier < self.first:
            self.first = identifier
        if not self.ends or not _met(self.ends[0]) < _met(row) < _met(self.ends[-1]):
            self.ends = _ends((*self.ends, row))


class _Keeper:
    """The best rows of each topic so far; twice as many as are wanted, before it sorts."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._kept: dict[str, list[Row]] = {}
        self._least: dict[str, str] = {}  # time of the last that is kept, where there are enough

    def add(self, topic: str, row: Row) -> None:
        if row.entry.published < self._least.get(topic, ""):
            return
        kept = self._kept.setdefault(topic, [])
        kept.append(row)
        if len(kept) >= 2 * self._number:
            self._kept[topic] = kept = list(_best(kept, self._number))
            if len(kept) == self._number:
                self._least[topic] = kept[-1].entry.published

    def ranked(self) -> Iterator[tuple[str, Ranked]]:
        for topic, kept in self._kept.items():
            yield topic, _best(kept, self._number)


def _joined(
    one: Mapping[str, Ranked], other: Mapping[str, Ranked], number: int
) -> dict[str, Ranked]:
    topics: Collection[str] = one.keys() | other.keys()
    return {topic: _best((*one.get(topic, ()), *other.get(topic, ())), number) for topic in topics}


def _met(row: Row) -> tuple[str, str]:
    return row.entry.seen, row.entry.id


def _ends(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows that were met first and last."""
    ordered = sorted(sorted(set(rows)), key=_met)
    return tuple(dict.fromkeys((*ordered[:1], *ordered[-1:])))


def _best(rows: Iterable[Row], number: int) -> Ranked:
    """Return the first so many, newest first, ties by id; of two with one id the first."""
    chosen: dict[str, Row] = {}
    for row in sorted(sorted(rows), key=lambda row: row.entry.published, reverse=True):
        if len(chosen) == number:
            break
        chosen.setdefault(row.entry.id, row)
    return tuple(chosen.values())
