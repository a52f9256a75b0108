"""`feedsmith list`: the articles of the last build that match a query."""

from __future__ import annotations

from dataclasses import replace

from feedsmith import reading, serial, steering, topics
from feedsmith.additions import from_json
from feedsmith.cli import options, show
from feedsmith.cli.published import entries, last_build
from feedsmith.errors import EXIT_OK
from feedsmith.shelf import Shelf
from feedsmith.text import shorten

TITLE_CHARS = 70  # characters of a title in the table; the rest of a terminal's line is for others


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith list --help`."""
    parser = options.command(
        "list",
        "List the articles of the last build that match a query, newest first: words, "
        '"two words", prefix*, /regex/, field:word, AND, OR, NOT or -, brackets. Without a query, '
        "all. Nothing is read again.",
        "feedsmith list 'site:nature.com lang:de -sport'",
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help="one query, best in quotes")
    parser.add_argument("--json", action="store_true", help="print JSON Lines, as parse does")
    options.add_project(parser)
    given = parser.parse_intermixed_args(arguments)
    project = options.taught(given, [])
    query = " ".join(given.query).strip()
    matches = topics.search(query) if query else lambda _: ()
    with last_build(project) as cache:
        found = (entry for entry in entries(cache) if matches(entry.article) is not None)
        if given.json:
            known = reading.catalog(project.config)
            said = {row.id: from_json(row.additions) for row in Shelf(cache).newest()}
            for entry in found:
                why = steering.assignment(entry.article, said[entry.id], known).why
                print(serial.to_line(replace(entry.article, why=why), entry.id))
            return EXIT_OK
        rows = [
            (
                entry.published.date().isoformat(),
                shorten(entry.article.title, max_chars=TITLE_CHARS),
                ", ".join(entry.article.topics) or "-",
                entry.article.path,
            )
            for entry in found
        ]
    show.table(("published", "title", "topics", "path"), rows)
    return EXIT_OK
