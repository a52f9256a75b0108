"""`feedsmith ledger`: back up, move, merge or rebuild what is remembered."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import reduce

from feedsmith import bookkeeping, merging, store
from feedsmith.book import Book, to_lines
from feedsmith.cli import options, show
from feedsmith.disk import write_whole
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.ledger import open_ledger
from feedsmith.project import Project
from feedsmith.state import StatePaths, check_whole, locked

_MOST_FILES = {"rebuild": 0, "export": 1, "import": 1, "merge": sys.maxsize}


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith ledger --help`."""
    parser = options.command(
        "ledger",
        "The ledger remembers ids, dates and removals. export writes it as text, one JSON object "
        "a line, to FILE or standard output; import takes such a text, or a ledger, where there is "
        "none yet; merge adds what other machines know, from texts or ledgers; rebuild sets a "
        "damaged ledger aside: what never changed gets its id again, the rest may come back as "
        "new.",
        "feedsmith ledger export ledger.jsonl",
    )
    parser.add_argument("action", choices=_MOST_FILES, help="what to do with the ledger")
    parser.add_argument("files", nargs="*", metavar="FILE", help="texts of ledgers, or ledgers")
    parser.add_argument(
        "--merge", action="store_true", help="import into a ledger that is there: same as merge"
    )
    options.add_project(parser)
    given = parser.parse_intermixed_args(arguments)
    least = 1 if given.action in {"import", "merge"} else 0
    if not least <= len(given.files) <= _MOST_FILES[given.action]:
        raise ConfigError(f"{given.action}: takes another number of files, see --help")
    project = options.project(given, [])
    check_whole(project.state)
    if given.action == "export":
        return _export(project, given.files)
    with locked(project.state):
        if given.action == "rebuild":
            return _rebuild(project.state)
        is_merge = given.merge or given.action == "merge"
        return _take_in(project, given.files, is_merge=is_merge)


def _export(project: Project, files: Sequence[str]) -> int:
    """Write what is known; a build that is at work meanwhile is no matter."""
    if not os.path.exists(project.state.ledger):
        raise ConfigError(f"{project.state.ledger}: not there yet; run 'feedsmith build' first")
    lines = (f"{line}\n" for line in to_lines(bookkeeping.read(project.state.ledger)))
    if files:
        write_whole(files[0], "".join(lines).encode())
    else:
        sys.stdout.writelines(lines)
    return EXIT_OK


def _take_in(project: Project, files: Sequence[str], *, is_merge: bool) -> int:
    path = project.state.ledger
    if os.path.exists(path) and not is_merge:
        raise ConfigError(
            f"{path}: is there already, nothing was changed; 'feedsmith ledger merge' adds to it"
        )
    others = [bookkeeping.read(name) for name in files]
    with closing(open_ledger(path)) as ledger:
        ledger.begin()
        before = bookkeeping.of_ledger(ledger)
        after = reduce(merging.merge, others, before)
        if after == before:
            show.result(f"{len(after.articles)} articles, nothing new; nothing was changed")
            return EXIT_OK
        bookkeeping.write(ledger, after)
        ledger.commit()
    _forget_cache(project.state)
    show.result(f"{_told(before, after)}; run 'feedsmith build' now")
    return EXIT_OK


def _told(before: Book, after: Book) -> str:
    known = {name for r in after.articles.values() for name in r.also if name.startswith("id:")}
    renamed = sum(f"id:{i}" in known for i in before.articles.keys() - after.articles.keys())
    new = len(after.articles) - len(before.articles)
    counts = f"{len(after.articles)} articles, {new} of them new"
    return f"{counts}, {renamed} with an id that is older elsewhere" if renamed else counts


def _rebuild(paths: StatePaths) -> int:
    if not os.path.exists(paths.ledger):
        show.result(f"{paths.ledger}: there is none, so nothing to set aside")
        return EXIT_OK
    aside = store.set_aside(paths.ledger)
    _forget_cache(paths)
    show.result(f"set aside as {aside}; run 'feedsmith build' now")
    return EXIT_OK


def _forget_cache(paths: StatePaths) -> None:
    """Remove the cache, whose entries carry the old ids; the next build reads the files anew."""
    if os.path.exists(paths.cache):
        os.unlink(paths.cache)
