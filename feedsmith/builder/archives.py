"""Where a feed's archive is cut into pages. Pure.

All entries of a feed in the order in which they were met, oldest first, are cut into pages, and a
page is published as soon as it holds an entry that the feed itself has no room for. So a new
article can only lengthen the last page or begin another, whatever its date, and a reader that walks
back from page to page is done at the first one it knows (RFC 5005 section 4).

A cut depends on the entry before it alone, by its id, not on a count: an entry that goes is missed
by its own page, and the pages after it stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from feedsmith.builder.feeds import ENTRY_OVERHEAD_BYTES, Row

PAGE_LEAST: Final = 25  # entries; shorter pages would only be more files
PAGE_MOST: Final = 50  # entries; as many as a feed holds, so that the open end fits into it
_CUT: Final = "0"  # last digit of the id (a UUID) after which a page ends: one in sixteen
Place = tuple[str, str, str]  # seen, dated, id: where an entry stands in the order of arrival


class Cut(NamedTuple):
    """A page of the archive: where it begins, and whether it has the length of a whole one."""

    start: Place
    is_closed: bool


def place_of(row: Row) -> Place:
    """Return where an entry stands in the order of arrival."""
    return (row.seen, row.dated, row.id)


def name_of(start: Place) -> str:
    """Return the name of the page that begins there: the UUID of its first entry.

    So no page's name depends on how many pages there are before it.

    >>> name_of(("", "", "urn:uuid:eff14607-b3b1-5001-b56f-41babc666bba"))
    'eff14607-b3b1-5001-b56f-41babc666bba'
    """
    return start[2].rpartition(":")[2]


def cuts(arrivals: Iterable[Row], max_bytes: int) -> Iterator[Cut]:
    """Yield the pages that entries make, one after another; only the last one may be open.

    Args:
        arrivals: from the beginning of a page on, in the order of arrival.
        max_bytes: size of a page by the bodies' sizes; a single entry may exceed it.
    """
    for rows, is_closed in pages(arrivals, max_bytes):
        yield Cut(place_of(rows[0]), is_closed)


def pages(arrivals: Iterable[Row], max_bytes: int) -> Iterator[tuple[list[Row], bool]]:
    """Yield the entries of the same pages, and whether each has the length of a whole one."""
    rest = iter(arrivals)
    ahead: list[Row] = []
    while ahead := [*ahead, *islice(rest, PAGE_MOST - len(ahead))]:
        length = _length(ahead, max_bytes)
        yield ahead[: length or None], bool(length)
        ahead = ahead[length:] if length else []


def needed(latest: Iterable[Row], held: Sequence[Row]) -> Place | None:
    """Return the last entry that the feed has no room for, None when it holds all.

    Args:
        latest: the entries of the feed, the last met first.
        held: those that stand in the feed itself.
    """
    ids = {row.id for row in held}
    return next((place_of(row) for row in latest if row.id not in ids), None)


def _length(page: list[Row], max_bytes: int) -> int:
    """Return how many of these entries make a page, 0 when they do not fill it."""
    ends = (n for n, row in enumerate(page) if n >= PAGE_LEAST - 1 and row.id.endswith(_CUT))
    length = next(ends, PAGE_MOST - 1) + 1
    if sum([row.size for row in page[:length]]) + len(page) * ENTRY_OVERHEAD_BYTES > max_bytes:
        size = 0
        for number, row in enumerate(page[:length]):
            size += row.size + ENTRY_OVERHEAD_BYTES
            if number and size > max_bytes:
                return number
    return length if length <= len(page) else 0


def newest_first(page: Sequence[Row]) -> list[Row]:
    """Return the entries of a page in the order in which feeds show them."""
    return sorted(sorted(page, key=lambda row: row.id), key=lambda row: row.published, reverse=True)
