"""Where a file that is named alone lies below the input: its folders give it topics."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from feedsmith.config import Config
from feedsmith.scan import key_of

Place = Callable[[str, str], str]


@contextmanager
def placed(config: Config, base: str, cache: str) -> Iterator[Place]:
    """Give what returns a file's path below the input, of its path and its path as walked now.

    That is the path below the first of `[input] paths` that holds it; where none does, the one
    that the last build saw; else the path as walked.

    Args:
        config: the whole configuration.
        base: the folder that its paths are relative to.
        cache: path of the last build's cache; there may be none, and nothing is written to it.
    """
    roots = [os.path.realpath(os.path.join(base, path)) for path in config.input.paths]
    with closing(_opened(cache)) as seen:

        def place(path: str, walked: str) -> str:
            real = os.path.realpath(path)
            for root in roots:
                if real.startswith(os.path.join(root, "")):
                    return key_of(real, root)
            return _as_built(seen, key_of(path, base)) or walked

        yield place


def _opened(cache: str) -> sqlite3.Connection:
    """Return the cache to look at, an empty one where there is none or it cannot be read."""
    try:
        return sqlite3.connect(f"{Path(os.path.abspath(cache)).as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return sqlite3.connect(":memory:")


def _as_built(seen: sqlite3.Connection, key: str) -> str:
    query = "SELECT relative FROM articles WHERE path = ? LIMIT 1"
    try:
        row = seen.execute(query, (key,)).fetchone()
    except sqlite3.Error:  # none was built, or by another version
        return ""
    return str(row[0]) if row else ""
