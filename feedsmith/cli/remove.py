"""`feedsmith remove`: take an article out of the feeds on purpose; its file is not touched."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import UTC, datetime

from feedsmith import doubles, tombstones
from feedsmith.cache import Cache, open_cache
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.ledger import Ledger, open_ledger
from feedsmith.project import Project
from feedsmith.scan import key_of
from feedsmith.state import locked, parts_of


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
    paths = parts_of(project.state.ledger) or [project.state.ledger]
    if not os.path.exists(paths[0]):
        raise ConfigError(f"{project.out}: not built yet; run 'feedsmith build' first")
    with locked(project.state), closing(_cache(project)) as cache:
        named = {path: _named(path, given.names, project) for path in paths}
        _check_all(given.names, named.values())
        for path in paths:
            _change(path, named[path].values(), cache, is_undone=given.undo)
        _look_again(cache)
    number = len({i for found in named.values() for ids in found.values() for i in ids})
    done = "let in again" if given.undo else "removed"
    command = "build" if len(paths) == 1 else "gather"
    show.result(f"{number} {done}; run 'feedsmith {command}' now")
    return EXIT_OK


def _named(path: str, names: Iterable[str], project: Project) -> dict[str, list[str]]:
    """Return the ids that paths or ids name, as far as a ledger, or a part of one, knows them."""
    with closing(open_ledger(path)) as ledger:
        found = {name: _ids(name, project, ledger) for name in names}
        return {
            name: [doubles.leader_of(ledger, one) for one in ids]
            for name, ids in found.items()
            if ids
        }


def _ids(name: str, project: Project, ledger: Ledger) -> list[str]:
    known = ledger.by_id(name)
    return [known.id] if known else ledger.ids_in(key_of(name, project.base))


def _check_all(names: Iterable[str], found: Iterable[Collection[str]]) -> None:
    """Check that each name means something.

    Raises:
        ConfigError: the ledger knows neither such a file nor such an id.
    """
    known = set[str]().union(*found)
    for name in names:
        if name not in known:
            raise ConfigError(f"{name}: neither a file nor an id of an article that was built")


def _change(path: str, named: Iterable[list[str]], cache: Cache, *, is_undone: bool) -> None:
    """Take articles out of a ledger, or a part of one; or let them in again."""
    ids = list(dict.fromkeys(one for found in named for one in found))
    if not ids:
        return
    now = datetime.fromtimestamp(time.time_ns() // 10**9, tz=UTC)
    with closing(open_ledger(path)) as ledger:
        ledger.begin()
        for article_id in ids:
            if is_undone:
                tombstones.take_back(ledger, article_id)
            else:
                tombstones.bury(ledger, article_id, cache.topics_of(article_id), now)
        ledger.commit()


def _cache(project: Project) -> Cache:
    try:
        return open_cache(project.state.cache)[0]
    except sqlite3.Error as error:
        raise ConfigError(f"{project.state.cache}: cannot be written ({error})") from error


def _look_again(cache: Cache) -> None:
    """Let the next build go through every entry."""
    cache.set_meta("fingerprint", "")
    cache.set_meta("topics_key", "look again")
