"""What the cache knows of files that failed or have doubtful dates, for the problems feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from feedsmith.additions import from_json
from feedsmith.builder.problems import FileProblem
from feedsmith.cache import Cache


def file_problems(cache: Cache) -> Iterator[FileProblem]:
    """Yield the files with a problem, by path; a failure says more than a doubtful date."""
    for path, rows in groupby(cache.problems(), key=itemgetter(0)):
        found = list(rows)
        failures = [f"{kind}: {message}" for _, failed, kind, message, _ in found if failed]
        if not failures and _are_dated(cache, path):
            continue
        messages = failures or [message for _, _, _, message, _ in found]
        when = datetime.fromtimestamp(found[0][4] // 10**9, tz=UTC)
        yield FileProblem(path, bool(failures), tuple(dict.fromkeys(messages)), when)


def _are_dated(cache: Cache, path: str) -> bool:
    """Say whether the user gave a date to each article of a file, or removed it."""
    query = "SELECT additions FROM entries WHERE id IN (SELECT id FROM articles WHERE path = ?)"
    rows = cache.db.execute(query, (path,)).fetchall()
    return all(any(said.when for said in from_json(row[0])) for row in rows)
