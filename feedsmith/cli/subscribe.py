"""`feedsmith subscribe`: the very lines or clicks for a feed reader."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from feedsmith.builder import FORMATS
from feedsmith.cli import options, topics
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.project import Project
from feedsmith.subscriptions import READERS, Reader, Subscription, how_to, reach


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith subscribe --help`."""
    parser = options.command(
        "subscribe",
        f"Say how to subscribe in a reader: {', '.join(READERS)}.",
        "feedsmith subscribe newsboat science >> ~/.newsboat/urls",
    )
    parser.add_argument("reader", metavar="READER", help="the reader")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help="slug or name (default: all)")
    options.add_project(parser)
    options.add_base_url(parser)
    given = parser.parse_intermixed_args(arguments)
    project = options.project(given, [])
    reader = _reader(given.reader)
    base = f"{project.config.feed.base_url.rstrip('/')}/"
    _refuse_unreachable(reader, base)
    feeds = _feeds(project, base, given.topics)
    print("\n".join(how_to(reader, feeds, f"{base}feeds.opml")))
    return EXIT_OK


def _reader(name: str) -> Reader:
    key = name.lower().replace(" ", "").replace("-", "")
    if key not in READERS:
        raise ConfigError(f"{name}: no reader that is known here{_near(key, READERS)}")
    return READERS[key]


def _refuse_unreachable(reader: Reader, base: str) -> None:
    if reader.is_hosted and reach(base) != "public":
        raise ConfigError(
            f"{reader.title} fetches from its own machines and cannot reach {base}: put the out "
            "folder on a public web server and set [feed] base_url to its address, or choose a "
            "reader that runs on your own machine"
        )


def _feeds(project: Project, base: str, wanted: Sequence[str]) -> list[Subscription]:
    formats = project.config.output.formats
    name = next(known.file_name for known in FORMATS if known.name in formats)
    title = project.config.feed.title
    if not wanted:
        return [Subscription(title, base + name, "")]
    slugs = {address.rsplit("/", 2)[1]: topic for topic, _, _, address in topics.rows(project)}
    by_word = {topic.lower(): slug for slug, topic in slugs.items()} | {s: s for s in slugs}
    found = []
    for word in wanted:
        slug = by_word.get(word.lower())
        if slug is None:
            raise ConfigError(f"{word}: no topic of the last build{_near(word.lower(), by_word)}")
        found.append(Subscription(slugs[slug], f"{base}topics/{slug}/{name}", slugs[slug]))
    return found


def _near(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, tuple(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; one of {', '.join(known)}"
