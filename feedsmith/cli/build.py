"""`feedsmith build`: the main job."""

from __future__ import annotations

import json
import os

from feedsmith.cli import options, show
from feedsmith.config import LOCAL_URL
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED
from feedsmith.project import Built, Project, build
from feedsmith.tally import Tally
from feedsmith.walk import is_remote

_QUIET = ("InlineImages", "DepthCapped")  # notices told only with --verbose


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith build --help`."""
    parser = options.command(
        "build",
        "Turn saved files into feeds: one of all articles, one a topic. When nothing changed, "
        "nothing is written.",
        "feedsmith build ~/Articles -o ~/public/feeds --base-url https://feeds.example.org/",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders to read")
    options.add_project(parser)
    options.add_base_url(parser)
    parser.add_argument(
        "--allow-shrink", action="store_true", help="publish even if most articles are gone"
    )
    options.add_fetch(parser)
    options.add_executor(parser)
    parser.add_argument("--strict", action="store_true", help="exit 1 when a file was skipped")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell every notice")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    given = parser.parse_intermixed_args(arguments)
    project = options.project(given, given.paths)
    built = build(project, allow_shrink=given.allow_shrink, warn=show.line, progress=show.bar)
    _tell(built, project, verbose=given.verbose)
    for line in filter(None, (*built.trees, built.hook)):
        show.line(line)
    if given.json:
        print(_as_json(built, project))
    elif not given.quiet:
        _summarise(built, project)
    is_wrong = built.failed or built.trees or built.hook or (given.strict and built.skipped)
    return EXIT_SOME_FAILED if is_wrong else EXIT_OK


def _tell(built: Built, project: Project, *, verbose: bool) -> None:
    folder = os.path.relpath(project.base)
    if folder.startswith(".."):
        folder = project.base
    for path, _, kind, message in built.remarks:
        if verbose or kind not in _QUIET:
            where = path if is_remote(path) else os.path.normpath(os.path.join(folder, path))
            show.remark(where, kind, message)
    for path in built.edited:
        show.line(
            f"{os.path.join(project.out, path)}: your edited version of a feedsmith file, kept"
        )


def _summarise(built: Built, project: Project) -> None:
    if len(built.kinds) > 1:
        head = ("kind", "files", "articles", "links", "skipped")
        show.table(head, [_kind_row(line) for line in built.kinds])
        print()
    counts = [_count(built.articles, "article"), _count(built.topics, "topic")]
    if built.failed or built.skipped:
        counts.append(_count(built.failed, "problem"))
        counts.append(f"{built.skipped} skipped")
    if not built.changed:
        counts.append("nothing changed")
    page = os.path.join(project.out, "index.html")
    show.result(f"{', '.join(counts)} · open {page}")
    if project.config.feed.base_url == LOCAL_URL and built.changed:
        print(f"base_url is not set: the feeds say {LOCAL_URL}, where 'feedsmith serve' answers")


def _kind_row(line: Tally) -> tuple[str, ...]:
    why = ", ".join(f"{count} {name.removesuffix('Error')}" for name, count in line.reasons)
    numbers = (str(number) if number else "" for number in line[1:4])
    return (line.kind, *numbers, why)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _as_json(built: Built, project: Project) -> str:
    remarks = [
        {"path": path, "failed": failed, "kind": kind, "message": message}
        for path, failed, kind, message in built.remarks
    ]
    return json.dumps({
        "articles": built.articles, "topics": built.topics, "failed": built.failed,
        "skipped": built.skipped, "changed": built.changed, "out": project.out,
        "trees": built.trees, "hook": built.hook,
        "kinds": [line._asdict() | {"reasons": dict(line.reasons)} for line in built.kinds],
        "remarks": remarks,
    }, ensure_ascii=False)  # fmt: skip
