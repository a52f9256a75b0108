"""The articles on one event, as the row of an entry names them. Pure.

An entry's digest stands for what its feeds show, so it covers those that were met before it; those
that came later stand on its page alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import blake2b

from feedsmith.feedmodel import Sibling
from feedsmith.rows import EntryRow

_MARK = "+"  # before what a digest says of siblings
Named = tuple[Sibling, str]  # with its topics: slugs parted by blanks


def with_siblings(row: EntryRow, earlier: Sequence[Named], later: Sequence[Named]) -> EntryRow:
    """Return the row of an entry that names these, and no others any more."""
    digest = row.digest.partition(_MARK)[0]
    told = [sibling for sibling, _ in earlier]
    if told:
        digest += _MARK + blake2b(repr(told).encode(), digest_size=16).hexdigest()
    stored = [[_stored(one) for one in named] for named in (earlier, later)]
    story = json.dumps(stored, ensure_ascii=False) if any(stored) else ""
    return row._replace(digest=digest, story=story)


def seen(row: EntryRow, shows: Callable[[Collection[str]], bool], *, with_pages: bool) -> EntryRow:
    """Return the row without the siblings that one does not see.

    Args:
        row: of an entry.
        shows: says whether articles of these topics are seen.
        with_pages: whether articles have pages there.
    """
    if not row.story:
        return row
    earlier, later = (
        [
            (
                sibling if with_pages else Sibling(sibling.title, sibling.site, sibling.url, ""),
                named,
            )
            for sibling, named in group
            if shows(named.split())
        ]
        for group in _groups(row)
    )
    return with_siblings(row, earlier, later)


def earlier_of(row: EntryRow) -> tuple[Sibling, ...]:
    """Return the articles on the same event that were met before."""
    return _siblings(row, 0)


def later_of(row: EntryRow) -> tuple[Sibling, ...]:
    """Return the articles on the same event that were met after."""
    return _siblings(row, 1)


def _siblings(row: EntryRow, which: int) -> tuple[Sibling, ...]:
    return tuple([sibling for sibling, _ in _groups(row)[which]]) if row.story else ()


def _groups(row: EntryRow) -> list[list[Named]]:
    return [[_named(*stored) for stored in group] for group in json.loads(row.story)]


def _stored(named: Named) -> Iterable[str | None]:
    sibling, topics = named
    return sibling.title, sibling.site, sibling.url, sibling.permalink, topics


def _named(title: str, site: str, url: str | None, permalink: str, topics: str) -> Named:
    return Sibling(title, site, url, permalink), topics
