"""Where a feed's archive is cut into pages. Pure.

All entries of a feed in the order in which they were met, oldest first, are cut into pages, and a
page is published as soon as it holds an entry that the feed itself has no room for. So a new
article can only lengthen the last page or begin another, whatever its date, and a reader that walks
back from page to page is done at the first one it knows (RFC 5005 section 4).

A cut depends on the entry before it alone, by its id, not on a count: an entry that goes is missed
by its own page, and the pages after it stay as they are.
"""

from __future__ import annotations

from typing import Final

from feedsmith.builder.feeds import ENTRY_OVERHEAD_BYTES, Plan, Row

PAGE_LEAST: Final = 25  # entries; shorter pages would only be more files
PAGE_MOST: Final = 50  # entries; as many as a feed holds, so that the open end fits into it
_CUT: Final = "0"  # last digit of the id (a UUID) after which a page ends: one in sixteen


def pages_of(plan: Plan, max_bytes: int) -> list[list[Row]]:
    """Return the pages of a feed's archive, the oldest first; none while the feed holds all.

    Args:
        plan: the feed; its `rows` are those that the feed itself holds.
        max_bytes: size of a page by the bodies' sizes; a single entry may exceed it.
    """
    if len(plan.rows) == len(plan.arrivals):
        return []
    held = {row.id for row in plan.rows}
    pages: list[list[Row]] = []
    page: list[Row] = []
    size = needed = 0  # needed: how many pages up to the last one that must be there …
    end = 0  # … and how many entries of it, should it still be open
    for row in plan.arrivals:
        cost = row.size + ENTRY_OVERHEAD_BYTES
        if page and size + cost > max_bytes:
            pages.append(page)
            page, size = [], 0
        page.append(row)
        size += cost
        if row.id not in held:
            needed, end = len(pages) + 1, len(page)
        if _is_done(page):
            pages.append(page)
            page, size = [], 0
    if needed > len(pages):
        pages.append(page[:end])
    return pages[:needed]


def _is_done(page: list[Row]) -> bool:
    return len(page) == PAGE_MOST or (len(page) >= PAGE_LEAST and page[-1].id.endswith(_CUT))


def newest_first(page: list[Row]) -> list[Row]:
    """Return the entries of a page in the order in which feeds show them."""
    return sorted(sorted(page, key=lambda row: row.id), key=lambda row: row.published, reverse=True)
