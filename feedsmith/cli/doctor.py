"""`feedsmith doctor`: look for what may stop the next run, one line each."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator

from feedsmith import doctor, installation
from feedsmith.cli import check, options, show
from feedsmith.doctor import Finding
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED, ConfigError
from feedsmith.project import Project


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith doctor --help`."""
    parser = options.command(
        "doctor",
        "Look for what may stop the next run: configuration, permissions, disk, clock, lock, "
        "state, packages, models, and the feeds themselves. Each line says how it is and what to "
        "do; exit status 1 when there is a problem. Makes a small folder beside the out folder "
        "and one in the state folder, and removes them again.",
        "feedsmith doctor -c feeds/config.toml",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders to read")
    options.add_project(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_intermixed_args(arguments)
    try:
        project = options.project(given, given.paths)
    except ConfigError as error:
        findings = [Finding("problem", "config", str(error)), *installation.examine()]
    else:
        findings = [*doctor.examine(project, time.time_ns() / 1e9), *_feeds(project)]
        findings += installation.examine()
    if given.json:
        print(json.dumps([finding._asdict() for finding in findings], ensure_ascii=False))
    else:
        for level, what, message in findings:
            print(f"{level:8} {what}: {show.printable(message)}")
    is_wrong = any(finding.level == "problem" for finding in findings)
    return EXIT_SOME_FAILED if is_wrong else EXIT_OK


def _feeds(project: Project) -> Iterator[Finding]:
    if not os.path.isdir(project.out):
        yield Finding("ok", "feeds", "not built yet")
        return
    for folder in (project.out, *check.published(project)):
        try:
            number, problems = check.problems_of(folder)
        except ConfigError as error:
            yield Finding("problem", "feeds", f"{error}; run 'feedsmith build'")
            continue
        for path, text in problems:
            yield Finding("problem", "feeds", f"{path}: {text}")
        if not problems:
            yield Finding("ok", "feeds", f"{folder}: {number} files, all valid")
