"""What the last build left in its cache, for commands that only look at it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from feedsmith.cache import Cache, open_cache
from feedsmith.errors import ConfigError
from feedsmith.feedmodel import Entry
from feedsmith.project import Project
from feedsmith.shelf import Shelf


@contextmanager
def last_build(project: Project) -> Iterator[Cache]:
    """Open the cache of the last build.

    Raises:
        ConfigError: there was none, or its cache cannot be read.
    """
    if not os.path.exists(project.state.cache):
        raise ConfigError(f"{project.out}: not built yet; run 'feedsmith build' first")
    try:
        cache, _ = open_cache(project.state.cache)
    except sqlite3.Error as error:
        raise ConfigError(f"{project.state.cache}: cannot be read ({error})") from error
    try:
        yield cache
    finally:
        cache.close()


def entries(cache: Cache) -> Iterator[Entry]:
    """Yield every entry with its article, newest first."""
    from feedsmith.loading import Loader

    loader = Loader(cache)
    return map(loader.entry, Shelf(cache).newest())
