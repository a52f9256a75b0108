"""`feedsmith remove`: take an article out of the feeds on purpose; its file is not touched."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime

from feedsmith import doubles, tombstones
from feedsmith.cache import Cache, open_cache
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.ledger import Ledger, open_ledger
from feedsmith.project import Project
from feedsmith.scan import key_of
from feedsmith.state import locked


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith remove --help`."""
    parser = options.command(
        "remove",
        "Take articles out of the feeds on purpose, for good; the saved files are not touched.",
        "feedsmith remove saved/page.html && feedsmith build",
    )
    parser.add_argument("names", nargs="+", metavar="PATH or ID", help="saved files or entry ids")
    parser.add_argument("--undo", action="store_true", help="let them in again")
    options.add_project(parser)
    given = parser.parse_intermixed_args(arguments)
    project = options.project(given, [])
    if not os.path.exists(project.state.ledger):
        raise ConfigError(f"{project.out}: not built yet; run 'feedsmith build' first")
    with (
        locked(project.state),
        closing(open_ledger(project.state.ledger)) as ledger,
        closing(_cache(project)) as cache,
    ):
        named = [i for name in given.names for i in _ids(name, project, ledger)]
        ids = list(dict.fromkeys(doubles.leader_of(ledger, one) for one in named))
        now = datetime.fromtimestamp(time.time_ns() // 10**9, tz=UTC)
        ledger.begin()
        for article_id in ids:
            if given.undo:
                tombstones.take_back(ledger, article_id)
            else:
                tombstones.bury(ledger, article_id, cache.topics_of(article_id), now)
        ledger.commit()
        _look_again(cache)
    done = "let in again" if given.undo else "removed"
    show.result(f"{len(ids)} {done}; run 'feedsmith build' now")
    return EXIT_OK


def _ids(name: str, project: Project, ledger: Ledger) -> list[str]:
    """Return the ids that a path or an id names.

    Raises:
        ConfigError: the ledger knows neither such a file nor such an id.
    """
    if known := ledger.by_id(name):
        return [known.id]
    ids = ledger.ids_in(key_of(name, project.base))
    if not ids:
        raise ConfigError(f"{name}: neither a file nor an id of an article that was built")
    return ids


def _cache(project: Project) -> Cache:
    try:
        return open_cache(project.state.cache)[0]
    except sqlite3.Error as error:
        raise ConfigError(f"{project.state.cache}: cannot be written ({error})") from error


def _look_again(cache: Cache) -> None:
    """Let the next build go through every entry."""
    cache.set_meta("fingerprint", "")
    cache.set_meta("topics_key", "look again")
