"""`feedsmith junk`: the lines that recur in the files of a site; take one back, or add one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from feedsmith import junk, serial
from feedsmith.additions import from_json
from feedsmith.book import CUT
from feedsmith.cache import Cache
from feedsmith.cli import options, show
from feedsmith.cli.corrections import write
from feedsmith.cli.published import last_build
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.junklists import lines_said, lists_of
from feedsmith.ledger import Ledger
from feedsmith.memory import open_copy
from feedsmith.project import CORRECTIONS_NAME, Project
from feedsmith.recurring import TITLE, names_for
from feedsmith.settle import origin_of
from feedsmith.shelf import Shelf
from feedsmith.text import one_line, printable

_SHOWN_FILES = 3  # files named of those that had a line
_REMARK = "lines that recur: keep them, or drop further ones"


class _Row(NamedTuple):
    source: str
    line: str
    place: str  # "text" or "title"
    kept: bool
    files: tuple[str, ...]  # that have it, sorted


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith junk --help`."""
    parser = options.command(
        "junk",
        "List the lines that were cut because they recur in the files of one site: the site, the "
        "line, the files that had it. Or say that one is to stay, or that another one is to go, "
        f"in all articles; that is kept in {CORRECTIONS_NAME} beside the configuration.",
        "feedsmith junk --keep 'Follow us on every quay and in every harbour'",
    )
    options.add_project(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, with all files")
    work = parser.add_mutually_exclusive_group()
    work.add_argument("--keep", metavar="LINE", help="a line that stays, though it recurs")
    work.add_argument("--drop", metavar="LINE", help="a line that goes, wherever it stands")
    given = parser.parse_intermixed_args(arguments)
    project = options.project(given, [])
    if given.keep is not None or given.drop is not None:
        return _correct(project, given)
    rows = _rows(project)
    if given.json:
        print(json.dumps([row._asdict() for row in rows], ensure_ascii=False))
    elif rows:
        print("\n".join(line for row in rows for line in _told(row)))
    else:
        show.result("no line recurs in enough files of one site")
    return EXIT_OK


def _correct(project: Project, given: argparse.Namespace) -> int:
    """Put a line on one list, and take it off the other."""
    to, off = ("keep", "drop") if given.keep is not None else ("drop", "keep")
    line = one_line(getattr(given, to))
    if not line:
        raise ConfigError(f"--{to}: no line given")
    said = lines_said(project.corrections)
    same = names_for(line)
    values = {key: [one for one in said[key] if not names_for(one) & same] for key in (to, off)}
    values[to].append(line)
    write(project, "junk", values, _REMARK)
    show.result(f"{line}: noted in {CORRECTIONS_NAME}; run 'feedsmith build' now")
    return EXIT_OK


def _rows(project: Project) -> list[_Row]:
    lists, said = lists_of(project.corrections, is_on=True), lines_said(project.corrections)
    with last_build(project) as cache, open_copy(project.state.ledger) as ledger:
        return [*_learned(cache, ledger, lists.keep), *_dropped(cache, said["drop"])]


def _learned(cache: Cache, ledger: Ledger, kept: Collection[str]) -> Iterator[_Row]:
    """Yield the lines that were learned, with the files that had them when they were published."""
    files: dict[tuple[str, str], list[str]] = {}
    for identifier, names in ledger.names(CUT):
        for copy in cache.copies(identifier.removeprefix(CUT)):
            source = origin_of(copy.path, serial.site_of(copy.trait))
            for name in names.split():
                files.setdefault((source, name), []).append(copy.path)
    for one in junk.learned(ledger):
        place = "title" if one.name[0] == TITLE else "text"
        found = sorted(files.get((one.source, one.name), ()))
        yield _Row(one.source, one.line, place, one.name in kept, tuple(found))


def _dropped(cache: Cache, lines: Collection[str]) -> Iterator[_Row]:
    """Yield the lines that the user drops, with the files that they are cut out of."""
    rows = Shelf(cache).newest() if lines else ()
    cut = [(row.path, {n for said in from_json(row.additions) for n in said.junk}) for row in rows]
    for line in lines:
        files = sorted(path for path, names in cut if names & names_for(line))
        yield _Row(CORRECTIONS_NAME, line, "text", kept=False, files=tuple(files))


def _told(row: _Row) -> Sequence[str]:
    more = len(row.files) - _SHOWN_FILES
    named = ", ".join(row.files[:_SHOWN_FILES]) + (f" and {more} more" if more > 0 else "")
    marks = " (of titles)" * (row.place == "title") + " (kept)" * row.kept
    files = "1 file" if len(row.files) == 1 else f"{len(row.files)} files"
    head = f"{row.source}: {files}{marks}"
    return [printable(line) for line in (head, f"  {row.line}", *([f"  {named}"] if named else []))]
