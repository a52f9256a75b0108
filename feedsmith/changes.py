"""Which entries a run adds, changes and removes: the cache itself notes what stood there before.

Triggers, so that a run pays for the entries it touches and not for those it leaves alone. What they
note lives as long as the connection and is in no file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from feedsmith.cache import Cache

_TABLE = "CREATE TEMP TABLE before (id TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID"
# Of an empty cache it is known: a first build would note all it has, in memory.
_NOTHING = "CREATE TEMP VIEW before AS SELECT id, NULL AS digest FROM main.entries"
# What stood there first counts. OR IGNORE will not do: the REPLACE that fires it overrules that.
_TRIGGER = """
CREATE TEMP TRIGGER before_{event} BEFORE {event} ON main.entries BEGIN
    INSERT INTO before
    SELECT {row}.id, (SELECT digest FROM entries WHERE id = {row}.id)
    WHERE NOT EXISTS (SELECT 1 FROM before WHERE id = {row}.id);
END
"""
_ROWS = {"INSERT": "NEW", "UPDATE": "OLD", "DELETE": "OLD"}
_FOUND = """
SELECT before.id, before.digest IS NULL, entries.digest IS NULL
FROM before LEFT JOIN entries USING (id)
WHERE entries.digest IS NOT before.digest ORDER BY before.id
"""


class Changes(NamedTuple):
    """How many entries a run added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def note(cache: Cache) -> None:
    """Have the cache note from now on what becomes of its entries."""
    cache.db.execute("PRAGMA temp_store = MEMORY")
    if not cache.db.execute("SELECT 1 FROM entries LIMIT 1").fetchone():
        cache.db.execute(_NOTHING)
        return
    cache.db.execute(_TABLE)
    for event, row in _ROWS.items():
        cache.db.execute(_TRIGGER.format(event=event, row=row))


def found(cache: Cache) -> Iterator[tuple[str, str]]:
    """Yield (id, "added", "changed" or "removed") of every entry that is not as it was, by id."""
    for identifier, is_new, is_gone in cache.db.execute(_FOUND):
        yield identifier, "added" if is_new else "removed" if is_gone else "changed"


def count(cache: Cache) -> Changes:
    """Return how many entries are not as they were."""
    kinds = Counter(kind for _, kind in found(cache))
    return Changes(*(kinds[name] for name in Changes._fields))
