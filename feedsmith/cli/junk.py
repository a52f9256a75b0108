"""`feedsmith junk`: the lines that recur in the files of a site; take one back, or add one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from feedsmith import junk
from feedsmith.book import CUT
from feedsmith.cache import Cache
from feedsmith.cli import options, show
from feedsmith.cli.corrections import write
from feedsmith.cli.published import last_build
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.junklists import lines_said, lists_of
from feedsmith.memory import open_copy
from feedsmith.project import CORRECTIONS_NAME, Project
from feedsmith.recurring import TITLE, names_for
from feedsmith.text import one_line, printable

_SHOWN_FILES = 3  # files named of those that had a line
_REMARK = "lines that recur: keep them, or drop further ones"


class _Row(NamedTuple):
    source: str
    line: str
    place: str  # "text" or "title"
    kept: bool
    files: tuple[str, ...]  # of the entries that had it when they were published, sorted


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
    lists = lists_of(project.corrections, is_on=True)
    with last_build(project) as cache, open_copy(project.state.ledger) as ledger:
        learned = junk.learned(ledger)
        files: dict[tuple[str, str], list[str]] = {}
        for identifier, names in ledger.names(CUT):
            for path, source in _places(cache, identifier.removeprefix(CUT)):
                for name in names.split():
                    files.setdefault((source, name), []).append(path)
    return [
        _Row(
            one.source, one.line, "title" if one.name[0] == TITLE else "text",
            one.name in lists.keep, tuple(sorted(files.get((one.source, one.name), ()))),
        )
        for one in learned
    ]  # fmt: skip


def _places(cache: Cache, article_id: str) -> Iterator[tuple[str, str]]:
    """Yield (path, source) of each file that holds an article."""
    for copy in cache.copies(article_id):
        yield copy.path, junk.source_of(copy.path, json.loads(copy.trait)[3])


def _told(row: _Row) -> Sequence[str]:
    more = len(row.files) - _SHOWN_FILES
    named = ", ".join(row.files[:_SHOWN_FILES]) + (f" and {more} more" if more > 0 else "")
    marks = " (of titles)" * (row.place == "title") + " (kept)" * row.kept
    files = "1 file" if len(row.files) == 1 else f"{len(row.files)} files"
    head = f"{row.source}: {files}{marks}"
    return [printable(line) for line in (head, f"  {row.line}", *([f"  {named}"] if named else []))]
