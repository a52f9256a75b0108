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
    files: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    links: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: dict[str, str] = {}
    for path, kind in cache.db.execute("SELECT path, kind FROM files"):
        kinds[path] = kind or UNKNOWN
        files[kinds[path]] += 1
    for table, counter in (("articles", articles), ("lent", links)):
        query = f"SELECT path, count(*) FROM {table} GROUP BY path"  # noqa: S608 (our own names)
        for path, count in cache.db.execute(query):
            counter[kinds.get(path, UNKNOWN)] += count
    for path, failed, name, _ in cache.remarks():
        if failed or name.endswith("Error"):
            reasons[kinds.get(path, UNKNOWN)][name] += 1
    return tuple(
        Tally(kind, count, articles[kind], links[kind], tuple(reasons[kind].most_common()))
        for kind, count in sorted(files.items(), key=lambda item: (-item[1], item[0]))
    )
