"""`feedsmith topics`: the topics of the last build; its options look into and correct them."""

from __future__ import annotations

import json

from feedsmith import reading
from feedsmith.builder import FORMATS
from feedsmith.cache import Cache
from feedsmith.cli import options, show
from feedsmith.cli.published import last_build
from feedsmith.errors import EXIT_OK
from feedsmith.model import Topic
from feedsmith.project import Project
from feedsmith.shelf import Shelf


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith topics --help`."""
    parser = options.command(
        "topics",
        "List the topics of the last build: name, articles, newest, address of the feed. Or say "
        "why files have their topics, try a query, correct, look for topics worth declaring.",
        "feedsmith topics --explain saved/page.html",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH or ID", help="what to explain or correct")
    options.add_project(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    work = parser.add_mutually_exclusive_group()
    work.add_argument("--explain", action="store_true", help="say why files have their topics")
    work.add_argument("--test", metavar="QUERY", help="list what a query matches, before it is one")
    work.add_argument("--set", metavar="TOPICS", help="correct: the files have just these topics")
    work.add_argument("--unset", metavar="TOPICS", help="correct: the files have not these topics")
    work.add_argument("--suggest", action="store_true", help="topics that seem worth declaring")
    given = parser.parse_intermixed_args(arguments)
    from feedsmith.cli import topicwork

    correcting = next((key for key in ("set", "unset") if getattr(given, key) is not None), "")
    if bool(given.paths) != bool(given.explain or correcting):
        parser.error("--explain, --set and --unset need a PATH, and nothing else takes one")
    project = options.taught(given, given.paths if given.explain else [])
    if given.explain:
        return topicwork.explain(project, as_json=given.json)
    if correcting:
        names = [name.strip() for name in getattr(given, correcting).split(",") if name.strip()]
        return topicwork.correct(given, names, correcting)
    if given.test is not None:
        return topicwork.test(project, given.test, as_json=given.json)
    if given.suggest:
        return topicwork.propose(project)
    return _print(project, as_json=given.json)


def _print(project: Project, *, as_json: bool) -> int:
    found = rows(project)
    if as_json:
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
    with last_build(project) as cache:
        return _list(project, cache)


def _list(project: Project, cache: Cache) -> list[tuple[str, str, str, str]]:
    newest: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in Shelf(cache).newest():
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
