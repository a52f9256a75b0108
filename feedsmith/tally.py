"""What the files were taken for, counted by kind: the table at the end of a build."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from feedsmith.cache import Cache

UNKNOWN = "unknown"


class Tally(NamedTuple):
    """One kind of file: how many there are, what came of them, what was left out and why.

    `reasons` counts remarks by their name, the most frequent first.
    """

    kind: str
    files: int
    articles: int
    links: int
    reasons: tuple[tuple[str, int], ...]


def tally(cache: Cache) -> tuple[Tally, ...]:
    """Return a line for each kind, the most frequent first."""
    rows = cache.db.execute("SELECT kind, count(*) FROM files GROUP BY kind")
    files = Counter(dict(rows))
    articles = _held(cache, "articles", files)
    links = _held(cache, "lent", files)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    said = "SELECT files.kind, failed, remarks.kind FROM remarks LEFT JOIN files USING (path)"
    for kind, failed, name in cache.db.execute(f"{said} ORDER BY path, remarks.rowid"):
        if failed or name.endswith("Error"):
            reasons[kind or ""][name] += 1
    return tuple(
        Tally(
            kind or UNKNOWN,
            count,
            articles[kind],
            links[kind],
            tuple(reasons[kind].most_common()),
        )
        for kind, count in sorted(files.items(), key=lambda item: (-item[1], item[0] or UNKNOWN))
    )


def _held(cache: Cache, table: str, files: Counter[str]) -> Counter[str]:
    """Return how many rows of a table are of files of each kind.

    Nearly all files are of one kind as a rule, so only those of the others are gone through.
    """
    total = cache.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 (ours)
    query = f"SELECT count(*) FROM files CROSS JOIN {table} USING (path) WHERE files.kind = ?"  # noqa: S608
    held: Counter[str] = Counter()
    for kind, _ in files.most_common()[1:]:
        held[kind] = cache.db.execute(query, (kind,)).fetchone()[0]
    for kind, _ in files.most_common(1):
        held[kind] = total - sum(held.values())
    return held
