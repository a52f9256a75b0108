"""Where a feed's archive is cut into pages. Pure.

All entries of a feed in the order in which they were met, oldest first, are cut into pages, and a
page is published as soon as it holds an entry that the feed itself has no room for. So a new
article can only lengthen the last page or begin another, whatever its date, and a reader that walks
back from page to page is done at the first one it knows (RFC 5005 section 4).

A cut depends on the entry before it alone, by its id, not on a count: an entry that goes is missed
by its own page, and the pages after it stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from feedsmith.builder.feeds import ENTRY_OVERHEAD_BYTES, Plan, Row

PAGE_LEAST: Final = 25  # entries; shorter pages would only be more files
PAGE_MOST: Final = 50  # entries; as many as a feed holds, so that the open end fits into it
_CUT: Final = "0"  # last digit of the id (a UUID) after which a page ends: one in sixteen


def pages_of(plan: Plan, max_bytes: int) -> list[list[Row]]:
    """Return the pages of a feed's archive, the oldest first; none while the feed holds all.

    The last one is cut after the last entry that must be there, should it still be open.

    Args:
        plan: the feed; its `rows` are those that the feed itself holds.
        max_bytes: size of a page by the bodies' sizes; a single entry may exceed it.
    """
    arrivals = plan.arrivals
    held = {row.id for row in plan.rows}
    needed = len(arrivals)
    while needed and arrivals[needed - 1].id in held:
        needed -= 1
    pages: list[list[Row]] = []
    start = 0
    while start < needed:
        page = arrivals[start : start + PAGE_MOST]
        length = _length(page, max_bytes)
        pages.append(page[: length or needed - start])
        start += length or PAGE_MOST
    return pages


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
