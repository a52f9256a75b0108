"""`feedsmith topics`: the topics of the last build, with the address to subscribe to."""

from __future__ import annotations

import json
import os
import sqlite3

from feedsmith import reading
from feedsmith.builder import FORMATS
from feedsmith.cache import Cache, open_cache
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.model import Topic
from feedsmith.project import Project


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith topics --help`."""
    parser = options.command(
        "topics",
        "List the topics of the last build: name, articles, newest, address of the feed.",
        "feedsmith topics",
    )
    options.add_project(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    project = options.project(given, [])
    found = rows(project)
    if given.json:
        keys = ("topic", "articles", "newest", "address")
        print(json.dumps([dict(zip(keys, row, strict=True)) for row in found], ensure_ascii=False))
    else:
        show.table(("topic", "articles", "newest", "address"), found)
    return EXIT_OK


def rows(project: Project) -> list[tuple[str, str, str, str]]:
    """Return (title, number of articles, day of the newest, address of the feed) of each topic.

    Raises:
        ConfigError: there was no build yet.
    """
    if not os.path.exists(project.state.cache):
        raise ConfigError(f"{project.out}: not built yet; run 'feedsmith build' first")
    try:
        cache, _ = open_cache(project.state.cache)
    except sqlite3.Error as error:
        raise ConfigError(f"{project.state.cache}: cannot be read ({error})") from error
    try:
        return _list(project, cache)
    finally:
        cache.close()


def _list(project: Project, cache: Cache) -> list[tuple[str, str, str, str]]:
    newest: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in cache.entries():
        for slug in row.topics.split():
            counts[slug] = counts.get(slug, 0) + 1
            newest.setdefault(slug, row.published[:10])
    known = {topic.slug: topic for topic in reading.catalog(project.config).topics}
    for slug, title, description, parent, _ in cache.db.execute("SELECT * FROM topics"):
        known.setdefault(slug, Topic(slug, title, description, parent))
    names = {known_format.name: known_format.file_name for known_format in FORMATS}
    file_name = next(names[name] for name in names if name in project.config.output.formats)
    base = project.config.feed.base_url.rstrip("/")
    shown = [topic for topic in known.values() if topic.declared or topic.slug in counts]
    return [
        (
            topic.title,
            str(counts.get(topic.slug, 0)),
            newest.get(topic.slug, "-"),
            f"{base}/topics/{topic.slug}/{file_name}",
        )
        for topic in sorted(shown, key=lambda t: (-counts.get(t.slug, 0), t.slug))
    ]
