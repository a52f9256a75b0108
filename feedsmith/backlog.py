"""The archive of one feed: cut anew only where something changed, read page by page.

Where each page begins is kept in the cache (`cuts`), for all entries of the feed in the order of
arrival; which of the pages are published depends on what the feed itself has room for. After a
change the pages are cut again from the one before it on, until a page begins where one did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final, NamedTuple, Protocol

from feedsmith.builder import archives
from feedsmith.builder.archives import Place, name_of
from feedsmith.builder.feeds import Plan, Row
from feedsmith.cache import Cache
from feedsmith.shelf import FIRST

LAST: Final[Place] = ("~", "~", "~")  # after every entry
Span = tuple[Place, Place]
ALL: Final[Span] = (FIRST, LAST)
_PLACE: Final = "(seen, dated, id)"


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


class Page(NamedTuple):
    """A page: the places where it and the next one begin, the names of its neighbours ("": none).

    `is_closed` says whether it has the length of a whole one.
    """

    start: Place
    end: Place
    is_closed: bool
    older: str
    newer: str


class Backlog:
    """The archive of the feed of a plan; `max_bytes` is the size of a page by its bodies.

    Pages are cut (`update`), then the newest one is found (`end_before`), then pages are asked for.
    """

    def __init__(self, cache: Cache, source: Source, plan: Plan, max_bytes: int) -> None:
        self._db = cache.db
        self._source = source
        self._folder = plan.folder
        self._slug = plan.topic.slug if plan.topic else None
        self._max_bytes = max_bytes
        self._salt = ""
        self._again: Span = (LAST, FIRST)  # first and last page that was cut anew; here none
        self._published = self._known = FIRST  # the newest page published before; as it was made
        self._newest = self._last = FIRST  # where the newest page begins; its last entry
        self._dropped: list[Place] = []
        self.is_renewed = False

    def update(self, salt: str, span: Span | None, *, is_known: bool) -> None:
        """Cut the pages anew where entries changed.

        Args:
            salt: what all the pages depend on besides their entries.
            span: the first and the last place at which an entry came, changed or went.
            is_known: the pages published before lie in out/ as they were made.
        """
        query = "SELECT salt, seen, dated, id FROM archives WHERE folder = ?"
        stored = self._db.execute(query, (self._folder,)).fetchone()
        self._salt = salt
        self.is_renewed = stored is not None and stored[0] != salt
        self._published = stored[1:] if stored else FIRST
        if stored is None or self.is_renewed:
            span = ALL
        elif is_known:
            self._known = self._published
        if span:
            self._again = self._cut(*span)

    def end_before(self, held: list[Row]) -> str:
        """Let the archive end with the last entry that is not among these; return its newest page.

        Args:
            held: what stands in the feed itself.
        """
        self._last = archives.needed(self._source.latest(self._slug), held) or FIRST
        self._newest = self._start("<=", self._last)
        return name_of(self._newest)

    def to_check(self) -> Iterator[Page]:
        """Yield the pages that may not be what they were, in their order."""
        known = self._start("<=", min(self._known, self._newest))
        query = f"""
            SELECT seen, dated, id, is_closed FROM cuts WHERE folder = ? AND {_PLACE} <= (?, ?, ?)
            AND ({_PLACE} >= (?, ?, ?) OR {_PLACE} >= (?, ?, ?) AND {_PLACE} <= (?, ?, ?))
            ORDER BY seen, dated, id
        """  # noqa: S608
        low, high = self._again
        values = (self._folder, *self._newest, *known, *low, *high)
        for seen, dated, first, is_closed in self._db.execute(query, values):
            yield self._page((seen, dated, first), is_closed=bool(is_closed))

    def rows(self, page: Page) -> list[Row]:
        """Return the entries of a page, in the order of arrival."""
        rows = self._source.arrivals(self._slug, page.start)
        found = list(takewhile(lambda row: archives.place_of(row) < page.end, rows))
        if page.newer or page.is_closed:
            return found
        return [row for row in found if archives.place_of(row) <= self._last]

    def names(self) -> frozenset[str]:
        """Return the names of all pages that are published now."""
        return frozenset(map(name_of, self._between(FIRST, self._newest)))

    def remember(self) -> list[str]:
        """Note what is published now; return the names of pages that are no more."""
        row = (self._folder, self._salt, *self._newest)
        self._db.execute("REPLACE INTO archives VALUES (?, ?, ?, ?, ?)", row)
        gone = [start for start in self._dropped if start <= self._published]
        return [name_of(start) for start in (*gone, *self._between(self._newest, self._published))]

    def _cut(self, low: Place, high: Place) -> Span:
        """Cut from the page before a place until in step again beyond another.

        From the page before, for a page may end because the first entry after it has no room.

        Returns:
            The first page cut anew, and the first one after them: it has another neighbour.
        """
        first = last = self._start("<", self._start("<=", low))
        rows = self._source.arrivals(self._slug, first)
        for cut in archives.cuts(rows, self._max_bytes):
            self._drop(last, cut.start)
            last = cut.start
            if last > high and self._start("<=", last) == last:
                return first, last
            row = (self._folder, *last, cut.is_closed)
            self._db.execute("REPLACE INTO cuts VALUES (?, ?, ?, ?, ?)", row)
        self._drop(last, LAST)
        return first, LAST

    def _drop(self, low: Place, high: Place) -> None:
        """Drop the cuts after one place and before another."""
        dropped = [start for start in self._between(low, high) if start != high]
        rows = [(self._folder, *start) for start in dropped]
        query = f"DELETE FROM cuts WHERE folder = ? AND {_PLACE} = (?, ?, ?)"  # noqa: S608
        self._db.executemany(query, rows)
        self._dropped += dropped

    def _page(self, start: Place, *, is_closed: bool) -> Page:
        query = f"""
            SELECT seen, dated, id FROM cuts WHERE folder = ? AND {_PLACE} > (?, ?, ?)
            ORDER BY seen, dated, id LIMIT 1
        """  # noqa: S608
        end = self._db.execute(query, (self._folder, *start)).fetchone() or LAST
        newer = "" if start == self._newest else name_of(end)
        return Page(start, end, is_closed, name_of(self._start("<", start)), newer)

    def _start(self, which: str, place: Place) -> Place:
        """Return where the last page begins before ("<"), or before or at ("<="), a place."""
        query = f"""
            SELECT seen, dated, id FROM cuts WHERE folder = ? AND {_PLACE} {which} (?, ?, ?)
            ORDER BY seen DESC, dated DESC, id DESC LIMIT 1
        """  # noqa: S608
        found: Place | None = self._db.execute(query, (self._folder, *place)).fetchone()
        return found or FIRST

    def _between(self, low: Place, high: Place) -> list[Place]:
        """Return where pages begin after one place, up to another."""
        query = f"""
            SELECT seen, dated, id FROM cuts
            WHERE folder = ? AND {_PLACE} > (?, ?, ?) AND {_PLACE} <= (?, ?, ?)
        """  # noqa: S608
        return self._db.execute(query, (self._folder, *low, *high)).fetchall()
