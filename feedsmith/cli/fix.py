"""`feedsmith fix`: write a correction of one article; its file is not touched."""

from __future__ import annotations

import argparse
import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

from feedsmith.cli import options, show
from feedsmith.cli.corrections import find_article, write
from feedsmith.dates import DateContext, parse_date
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.project import CORRECTIONS_NAME, Project

_TEXTS = ("title", "subtitle", "site", "language", "note")
_LISTS = ("authors", "topics", "tags")


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith fix --help`."""
    parser = options.command(
        "fix",
        f"Correct what was read of a file, or add to it; it is kept in {CORRECTIONS_NAME} beside "
        "the configuration, and the next build obeys. Lists are parted by commas; an empty value "
        "takes a correction back.",
        "feedsmith fix saved/page.html --title 'The ferry is back' --date 2024-09-02",
    )
    parser.add_argument("name", metavar="PATH or ID", help="a saved file, or an entry's id")
    for key in (*_TEXTS, "date", *_LISTS):
        parser.add_argument(f"--{key}", metavar=key.upper(), help=_help(key))
    options.add_project(parser)
    given = parser.parse_intermixed_args(arguments)
    project = options.project(given, [given.name] if os.path.exists(given.name) else [])
    values = _values(given, project)
    if not values:
        raise ConfigError("nothing to correct: name at least one field, such as --title")
    identifier, remark = find_article(given.name, project)
    write(project, identifier, values, remark)
    show.result(f"{remark}: corrected in {CORRECTIONS_NAME}; run 'feedsmith build' now")
    return EXIT_OK


def _help(key: str) -> str:
    return "names parted by commas" if key in _LISTS else f"the right {key}"


def _values(given: argparse.Namespace, project: Project) -> dict[str, object]:
    """Return the fields that were given; "" takes one back."""
    values: dict[str, object] = {
        key: value for key in _TEXTS if (value := getattr(given, key)) is not None
    }
    for key in _LISTS:
        if (names := getattr(given, key)) is not None:
            values[key] = [name.strip() for name in names.split(",") if name.strip()]
    if given.date is not None:
        values["date"] = _date(given.date, project) if given.date else ""
    return values


def _date(printed: str, project: Project) -> datetime | date:
    settings = project.config.input
    found = parse_date(printed, DateContext(ZoneInfo(settings.timezone), settings.date_order))
    if found is None:
        raise ConfigError(f"--date: {printed!r} is no date; write 2024-09-02 or 2024-09-02T19:25Z")
    return found.when.date() if found.precision == "day" else found.when
