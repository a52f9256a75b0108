"""The cases below data/feeds and what is written for them; run it to renew the golden files.

    python tests/golden.py

A case is a folder with `case.json` (site, topics, entries, and perhaps the feed's place in an
archive) and `expected/`, an out folder. Some
things are left out of the golden files, because they would change all of them at once: the
program's version, and the pages' style sheet and script (with their hashes).
"""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedsmith import __version__
from feedsmith.builder import indexpage, opml, pages, search, write_feed
from feedsmith.feedmodel import Entry, Feed, FeedSummary, Site
from feedsmith.model import Article, Topic

CASES = Path(__file__).parent / "data" / "feeds"
_VERSION = re.compile(re.escape(f'version="{__version__}"').encode())
_STYLE = re.compile(rb"<style>.*?</style>", re.DOTALL)
_SCRIPT = re.compile(rb"<script>.*?</script>", re.DOTALL)
_HASH = re.compile(rb"sha256-[A-Za-z0-9+/=]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def case_names() -> list[str]:
    return sorted(folder.name for folder in CASES.iterdir() if (folder / "case.json").exists())


def read_case(name: str) -> tuple[Site, tuple[Topic, ...], tuple[Entry, ...]]:
    """Return (site, topics, entries) of a case, the entries newest first."""
    case = json.loads((CASES / name / "case.json").read_text(encoding="utf-8"))
    site = Site(**{**case["site"], "formats": tuple(case["site"]["formats"])})
    topics = tuple(Topic(**topic) for topic in case["topics"])
    return site, topics, tuple(map(_entry, case["entries"]))


def place_of(name: str) -> dict[str, Any]:
    """Return what a case says of the feed's page, the pages beside it, and the hub."""
    case = json.loads((CASES / name / "case.json").read_text(encoding="utf-8"))
    place: dict[str, Any] = case.get("place", {})
    return place


def feeds_of(site: Site, topics: tuple[Topic, ...], entries: tuple[Entry, ...]) -> tuple[Feed, ...]:
    """Return the feed of all entries, then one a topic."""
    whole = _feed(site, topics, entries, None)
    return whole, *(
        _feed(site, topics, tuple(e for e in entries if topic.slug in e.article.topics), topic)
        for topic in topics
    )


def render(name: str) -> dict[str, bytes]:
    """Return the out folder of a case: bytes by path."""
    site, topics, entries = read_case(name)
    feeds = [replace(feed, **place_of(name)) for feed in feeds_of(site, topics, entries)]
    summaries = [summary_of_feed(feed) for feed in feeds]
    files = {path: data for feed in feeds for path, data in write_feed(feed).items()}
    files["feeds.opml"] = opml.write(site, summaries)
    lines = list(map(pages.summary_of, entries))
    scripts = ["search/minisearch.js", "search/1.js"]
    files["index.html"] = indexpage.index_page(site, summaries, lines, None, scripts)
    files["search/1.js"] = search.write(lines, {topic.slug: topic.title for topic in topics})
    for entry in entries:
        files[entry.permalink] = pages.article_page(entry, site, topics)
    return files


def steady(data: bytes) -> bytes:
    """Return the bytes without what changes all golden files at once."""
    data = _VERSION.sub(b'version="@VERSION@"', data)
    data = _SCRIPT.sub(b"<script>@SCRIPT@</script>", data)
    return _HASH.sub(b"@HASH@", _STYLE.sub(b"<style>@STYLE@</style>", data))


def summary_of_feed(feed: Feed) -> FeedSummary:
    newest = feed.entries[0].published if feed.entries else None
    return FeedSummary(feed.folder, feed.title, feed.subtitle, feed.total, newest, feed.topic)


def _entry(given: dict[str, Any]) -> Entry:
    article = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in given["article"].items()
    }
    for key in ("published", "updated"):
        if article.get(key):
            article[key] = datetime.fromisoformat(article[key])
    return Entry(
        given["id"],
        given["permalink"],
        datetime.fromisoformat(given["published"]),
        datetime.fromisoformat(given["updated"]),
        Article(**article),
        given.get("is_filed", False),
    )


def _feed(
    site: Site, topics: tuple[Topic, ...], entries: tuple[Entry, ...], topic: Topic | None
) -> Feed:
    return Feed(
        id=f"urn:uuid:6f2c1b1e-0000-5000-8000-{topics.index(topic) + 1 if topic else 0:012d}",
        title=topic.title if topic else site.title,
        subtitle=topic.description if topic else site.subtitle,
        folder=f"topics/{topic.slug}/" if topic else "",
        language=site.language,
        updated=max((entry.updated for entry in entries), default=_EPOCH),
        entries=entries,
        site=site,
        topics=tuple(t for t in topics if any(t.slug in e.article.topics for e in entries)),
        topic=topic,
        total=len(entries),
    )


def main() -> None:
    for name in case_names():
        folder = CASES / name / "expected"
        for old in sorted(folder.rglob("*"), reverse=True):
            old.unlink() if old.is_file() else old.rmdir()
        for path, data in render(name).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(steady(data))


if __name__ == "__main__":
    main()
