"""The archive of one feed: cut anew only where something changed, read page by page.

Where each page begins is kept in the cache (`cuts`), for all entries of the feed in the order of
arrival; how many of the pages are published depends on what the feed itself has room for. After a
change the pages are cut again from the one before it on, until a page begins where it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final, Protocol

from feedsmith.builder import archives
from feedsmith.builder.archives import Place
from feedsmith.builder.feeds import Plan, Row
from feedsmith.cache import Cache

FIRST: Final[Place] = ("", "", "")  # before every entry
LAST: Final[Place] = ("~", "~", "~")  # after every entry
Span = tuple[Place, Place]
ALL: Final[Span] = (FIRST, LAST)


class Source(Protocol):
    """The entries of feeds in the order of arrival."""

    def arrivals(self, slug: str | None, start: Place) -> Iterator[Row]:
        """Yield the entries of a feed from a place on."""

    def latest(self, slug: str | None) -> Iterator[Row]:
        """Yield the entries of a feed, the last met first."""


class Periods:
    """The entries of a feed of closed periods; there are few."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(rows)

    def arrivals(self, _slug: str | None, start: Place) -> Iterator[Row]:
        """Yield the entries from a place on."""
        return (row for row in self._rows if archives.place_of(row) >= start)

    def latest(self, _slug: str | None) -> Iterator[Row]:
        """Yield the entries, the last one first."""
        return reversed(self._rows)


class Backlog:
    """The archive of the feed of a plan; `max_bytes` is the size of a page by its bodies."""

    def __init__(self, cache: Cache, source: Source, plan: Plan, max_bytes: int) -> None:
        self._db = cache.db
        self._source = source
        self._folder = plan.folder
        self._slug = plan.topic.slug if plan.topic else None
        self._max_bytes = max_bytes
        self._again = range(0)
        self._salt = ""
        self._before = self._published = 0
        self._is_renewed = False

    def update(self, salt: str, span: Span | None, *, is_known: bool) -> None:
        """Cut the pages anew where entries changed.

        Args:
            salt: what all the pages depend on besides their entries.
            span: the first and the last place at which an entry came, changed or went.
            is_known: the pages published before lie in out/ as they were made.
        """
        query = "SELECT salt, pages FROM archives WHERE folder = ?"
        stored = self._db.execute(query, (self._folder,)).fetchone()
        self._salt = salt
        self._is_renewed = stored is not None and stored[0] != salt
        self._published = stored[1] if stored else 0
        if stored is None or self._is_renewed:
            self._db.execute("DELETE FROM cuts WHERE folder = ?", (self._folder,))
            span = ALL
        elif is_known:
            self._before = stored[1]
        if span:
            self._again = self._cut(*span)

    def pages(self, held: list[Row]) -> int:
        """Return how many pages are published while the feed itself holds these entries."""
        last = archives.needed(self._source.latest(self._slug), held)
        return self._page_at(last) if last else 0

    def to_check(self, total: int) -> Iterator[int]:
        """Yield the pages that may not be what they were, of so many."""
        first = min(self._before, total)
        return (page for page in range(1, total + 1) if page >= first or page in self._again)

    def start_of(self, page: int) -> Place:
        """Return where a page begins."""
        return self._stored(page)[0]

    def rows(self, page: int, total: int, held: list[Row]) -> list[Row]:
        """Return the entries of a page of so many, in the order of arrival."""
        start, is_closed = self._stored(page)
        following, _ = self._stored(page + 1)
        rows = self._source.arrivals(self._slug, start)
        found = list(takewhile(lambda row: archives.place_of(row) < following, rows))
        if page < total or is_closed:
            return found
        last = archives.needed(self._source.latest(self._slug), held) or FIRST
        return [row for row in found if archives.place_of(row) <= last]

    def remember(self, total: int) -> bool:
        """Note what is published now; say whether pages of an earlier run may be left over."""
        row = (self._folder, self._salt, total)
        self._db.execute("REPLACE INTO archives VALUES (?, ?, ?)", row)
        return self._is_renewed or total < self._published

    def _cut(self, low: Place, high: Place) -> range:
        """Cut from the page before a place until in step again beyond another; say which pages.

        From the page before, for a page may end because the first entry after it has no room.
        """
        first = page = max(1, self._page_at(low) - 1)
        start = FIRST if page == 1 else self._stored(page)[0]
        rows = self._source.arrivals(self._slug, start)
        for cut in archives.cuts(rows, self._max_bytes):
            if cut.start > high and self._stored(page)[0] == cut.start:
                return range(first, page)
            row = (self._folder, page, *cut.start, cut.is_closed)
            self._db.execute("REPLACE INTO cuts VALUES (?, ?, ?, ?, ?, ?)", row)
            page += 1
        self._db.execute("DELETE FROM cuts WHERE folder = ? AND page >= ?", (self._folder, page))
        return range(first, page)

    def _page_at(self, place: Place) -> int:
        """Return the page that holds a place, 0 before the first one."""
        query = "SELECT max(page) FROM cuts WHERE folder = ? AND (seen, dated, id) <= (?, ?, ?)"
        return self._db.execute(query, (self._folder, *place)).fetchone()[0] or 0

    def _stored(self, page: int) -> tuple[Place, bool]:
        """Return where a page begins and whether it is closed; one that is not there is last."""
        query = "SELECT seen, dated, id, is_closed FROM cuts WHERE folder = ? AND page = ?"
        row = self._db.execute(query, (self._folder, page)).fetchone()
        return (row[:3], bool(row[3])) if row else (LAST, False)
