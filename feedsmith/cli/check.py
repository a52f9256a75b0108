"""`feedsmith check`: what is wrong with the configuration, or with feeds."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

from feedsmith import chains, check, reading
from feedsmith.builder import FORMATS, page_of
from feedsmith.builder.render import check as check_templates
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED, ConfigError
from feedsmith.project import Project, check_trees

_NAMES = {name for known in FORMATS for name in known.file_names}


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith check --help`."""
    parser = options.command(
        "check",
        "Say what is wrong with the configuration and with the feeds of an out folder, or with "
        "single feed files.",
        "feedsmith check && feedsmith check out/atom.xml",
    )
    parser.add_argument("paths", nargs="*", metavar="OUT or FEED", help="default: the out folder")
    options.add_project(parser)
    given = parser.parse_intermixed_args(arguments)
    project = options.project(given, [])
    reading.catalog(project.config)
    check_templates(project.templates)
    check_trees(project)
    if not given.paths and not os.path.isdir(project.out):
        show.result(f"{project.name or 'configuration'}: in order; {project.out} is not built yet")
        return EXIT_OK
    feeds, count = 0, 0
    for path in given.paths or [project.out, *published(project)]:
        number, problems = problems_of(path)
        feeds, count = feeds + number, count + len(problems)
        for name, text in problems:
            show.remark(name, "FeedError", text)
    show.result(f"{feeds} feed files checked, {count} problems")
    return EXIT_SOME_FAILED if count else EXIT_OK


def problems_of(path: str) -> tuple[int, list[tuple[str, str]]]:
    """Return how many feed files there are at or below a path, and (file, problem) of each problem.

    Raises:
        ConfigError: there is none, or it cannot be read.
    """
    number, problems = 0, list[tuple[str, str]]()
    for folder, names in _feeds(Path(path)):
        number += len(names)
        problems += _check_folder(folder, names)
    return number, problems


def published(project: Project) -> list[str]:
    """Return the out folders of the trees that were built."""
    return [tree.out for tree in project.trees if os.path.isdir(tree.out)]


def _feeds(path: Path) -> list[tuple[Path, list[str]]]:
    """Return the feed files at or below path, folder by folder.

    Raises:
        ConfigError: there is nothing at path, or no feed below it.
    """
    if path.is_file():
        return [(path.parent, [path.name])]
    found = []
    for folder, folders, names in os.walk(path):
        folders.sort()
        feeds = sorted(n for n in names if page_of(n)[0] in _NAMES or n.endswith(".opml"))
        if feeds:
            found.append((Path(folder), feeds))
    if not found:
        raise ConfigError(f"{path}: no feed there")
    return found


def _check_folder(folder: Path, names: list[str]) -> list[tuple[str, str]]:
    """Return what is wrong with a folder's feeds, page by page."""
    pages: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        pages[page_of(name)[1]].append(name)
    problems: list[tuple[str, str]] = []
    places: dict[str, chains.Place] = {}
    for page in sorted(pages):
        data = {name: _bytes(folder / name) for name in pages[page]}
        problems += _page_problems(data)
        found = {name: chains.place_of(content) for name, content in data.items()}
        places.update({name: place for name, place in found.items() if place})
    if len(names) > 1:
        problems += [("feeds", text) for text in chains.check_chains(places)]
    return [(str(folder / name), text) for name, text in problems]


def _page_problems(data: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return the problems of the files that hold the same entries."""
    problems = [(n, text) for n, content in data.items() for text in check.check_feed(content, n)]
    feeds = {name: content for name, content in data.items() if not name.endswith(".opml")}
    return problems + [("feeds", text) for text in check.check_agreement(feeds)]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
