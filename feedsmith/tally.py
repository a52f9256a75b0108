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
    files = Counter(_by_kind(cache, ""))
    articles = Counter(_by_kind(cache, "JOIN articles USING (path)"))
    links = Counter(_by_kind(cache, "JOIN lent USING (path)"))
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    said = "SELECT files.kind, failed, remarks.kind FROM remarks LEFT JOIN files USING (path)"
    for kind, failed, name in cache.db.execute(f"{said} ORDER BY path, remarks.rowid"):
        if failed or name.endswith("Error"):
            reasons[kind or UNKNOWN][name] += 1
    return tuple(
        Tally(kind, count, articles[kind], links[kind], tuple(reasons[kind].most_common()))
        for kind, count in sorted(files.items(), key=lambda item: (-item[1], item[0]))
    )


def _by_kind(cache: Cache, join: str) -> dict[str, int]:
    query = f"SELECT files.kind, count(*) FROM files {join} GROUP BY files.kind"  # noqa: S608 (ours)
    return {kind or UNKNOWN: count for kind, count in cache.db.execute(query)}
