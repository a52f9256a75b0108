"""`feedsmith check`: what is wrong with the configuration, or with feeds."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

from feedsmith import check, reading
from feedsmith.builder import FORMATS, page_of
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED, ConfigError

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
    if not given.paths and not os.path.isdir(project.out):
        show.result(f"{project.name or 'configuration'}: in order; {project.out} is not built yet")
        return EXIT_OK
    feeds, problems = 0, 0
    for path in given.paths or [project.out]:
        for folder, names in _feeds(Path(path)):
            feeds += len(names)
            problems += _check_folder(folder, names)
    show.result(f"{feeds} feed files checked, {problems} problems")
    return EXIT_SOME_FAILED if problems else EXIT_OK


def _feeds(path: Path) -> list[tuple[Path, list[str]]]:
    """Return the feed files at or below path, folder by folder, each archive page apart.

    Raises:
        ConfigError: there is nothing at path, or no feed below it.
    """
    if path.is_file():
        return [(path.parent, [path.name])]
    found = []
    for folder, folders, names in os.walk(path):
        folders.sort()
        found += [(Path(folder), feeds) for feeds in _by_page(names)]
    if not found:
        raise ConfigError(f"{path}: no feed there")
    return found


def _by_page(names: list[str]) -> list[list[str]]:
    """Return the names of feed files in groups that hold the same entries."""
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for name in sorted(names):
        plain, page = page_of(name)
        if plain in _NAMES or name.endswith(".opml"):
            groups[page].append(name)
    return [groups[page] for page in sorted(groups)]


def _check_folder(folder: Path, names: list[str]) -> int:
    data = {}
    for name in names:
        try:
            data[name] = (folder / name).read_bytes()
        except OSError as error:
            raise ConfigError(f"{folder / name}: cannot be read: {error.strerror}") from error
    problems = [(name, text) for name in names for text in check.check_feed(data[name], name)]
    if len(names) > 1:
        whole = {name: content for name, content in data.items() if not name.endswith(".opml")}
        problems += [("feeds", text) for text in check.check_agreement(whole)]
    for name, text in problems:
        show.remark(str(folder / name), "FeedError", text)
    return len(problems)
