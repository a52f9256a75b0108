"""What went wrong or fell silent → the entries of the problems feed. Pure.

Nothing here looks at the clock: a file's entry is as old as the file, a topic counts as silent
against the newest article of all, builds are refused since the first run that was. An entry goes
when its cause is gone; ids are made of the kind of problem and what has it, so a problem that stays
is one entry.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from itertools import islice, pairwise
from typing import Final, NamedTuple

from feedsmith.builder.feeds import EPOCH, Shelf
from feedsmith.feedmodel import Entry, Feed, Site
from feedsmith.model import Article, Topic
from feedsmith.text import MONTHS, clean, one_line
from feedsmith.urls import permanent_id

FOLDER: Final = "problems/"
MOST: Final = 100  # entries; who has more looks at what the build prints
_MOST_MESSAGES: Final = 20  # lines an entry; a crawl may hold thousands of bad pages
_LANGUAGE: Final = "en"
_TIMES: Final = 5  # times its usual interval, and a topic is silent
_LEAST: Final = timedelta(days=14)  # but no holiday is a silence
_LOOKED_AT: Final = 21  # articles of a topic, the newest; they give twenty intervals
_TELLING: Final = 6  # articles; fewer have no usual interval


class FileProblem(NamedTuple):
    """A file with a failure, or with dates that could be read in two ways.

    `path` is as stored, `when` the file's time in UTC; `messages` are plain, in order.
    """

    path: str
    is_failure: bool
    messages: tuple[str, ...]
    when: datetime


class Refused(NamedTuple):
    """Builds that were refused: why the last one was, since when (UTC), and when that one was."""

    message: str
    since: datetime
    now: datetime


def of_refusal(refused: Refused, feed_id: str) -> Entry:
    """Return the entry of builds that are refused; those of another time are another problem."""
    html = (
        f"<p>{_text(refused.message)}</p>"
        f"<p>The feeds are as they were before {_day(refused.since)}, and stay so until a build "
        "succeeds; then this entry goes.</p>"
    )
    name = f"problem:{feed_id}:refused:{refused.since.isoformat()}"
    entry = _entry(name, "Builds are refused", html, refused.since)
    return replace(entry, updated=refused.now.replace(microsecond=0))


def of_files(found: Iterable[FileProblem], feed_id: str) -> tuple[Entry, ...]:
    """Return an entry for each file."""
    return tuple(_of_file(problem, feed_id) for problem in found)


def of_topics(
    shelf: Shelf, topics: Iterable[Topic], newest_time: str, feed_id: str
) -> tuple[Entry, ...]:
    """Return an entry for each declared topic that has gone silent.

    That is one whose newest article is older than the newest of all by five times its usual
    interval (the median of the last twenty), and by two weeks. Times are those of the feeds.

    Args:
        shelf: every entry.
        topics: all topics; those that nobody declared come and go as they like.
        newest_time: when the newest of all entries was published, "" without any.
        feed_id: of the problems feed.
    """
    found = []
    for topic in topics:
        rows = islice(shelf.newest(topic.slug), _LOOKED_AT) if topic.declared else ()
        times = [datetime.fromisoformat(row.published) for row in rows]
        if len(times) >= _TELLING:
            found.append(_of_topic(topic, times, feed_id))
    newest = datetime.fromisoformat(newest_time) if newest_time else EPOCH
    return tuple(entry for entry in found if entry.published < newest)


def feed(entries: Iterable[Entry], feed_id: str, site: Site) -> Feed:
    """Return the problems feed, newest first; its page is the index."""
    ordered = sorted(sorted(entries, key=_id), key=_published, reverse=True)
    return Feed(
        id=feed_id,
        title=f"Problems · {one_line(site.title)}",
        subtitle=(
            "Files that could not be read, doubtful dates, silent topics, builds that were refused"
        ),
        folder=FOLDER,
        language=_LANGUAGE,
        updated=max((entry.updated for entry in ordered), default=EPOCH),
        entries=tuple(ordered[:MOST]),
        site=site,
        total=len(ordered),
    )


def _of_file(problem: FileProblem, feed_id: str) -> Entry:
    path = one_line(clean(problem.path))
    lines = [f"<p>{_text(message)}</p>" for message in problem.messages[:_MOST_MESSAGES]]
    if len(problem.messages) > len(lines):
        lines.append(f"<p>And {len(problem.messages) - len(lines)} more.</p>")
    kind = "failed" if problem.is_failure else "date"
    title, advice = _SAID[kind]
    html = f"<p><code>{_text(path)}</code></p>{''.join(lines)}<p>{advice}</p>"
    name = f"problem:{feed_id}:{kind}:{problem.path}"
    return _entry(name, f"{title}: {path}", html, problem.when)


def _of_topic(topic: Topic, times: Sequence[datetime], feed_id: str) -> Entry:
    """Return the entry that a topic has from the time on at which its silence is too long."""
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    usual = timedelta(seconds=statistics.median(gaps))
    silent_from = times[0] + max(_TIMES * usual, _LEAST)
    last = _day(times[0])
    days = max(1, round(usual / timedelta(days=1)))
    often = "every day" if days == 1 else f"every {days} days"
    html = (
        f"<p>The newest article of {_text(topic.title)} is of {last}; before that there was one "
        f"about {often}, and other topics have gone on since.</p>"
        "<p>Look whether its articles are still saved, and whether its rules still find them: "
        "<code>feedsmith explain FILE</code> says why a file is in no topic.</p>"
    )
    name = f"problem:{feed_id}:silent:{topic.slug}"
    return _entry(name, f"Topic gone silent: {one_line(topic.title)}", html, silent_from)


# Title and advice by the kind of a file's problem.
_SAID: Final = {
    "failed": (
        "File failed",
        "This entry goes when the file is mended, replaced or taken away.",
    ),
    "date": (
        "Ambiguous date",
        (
            "If that is not the day, correct it: <code>feedsmith fix PATH --date YYYY-MM-DD</code>;"
            " if it is, say so in the same way, and this entry goes."
        ),
    ),
}


def _entry(name: str, title: str, html: str, when: datetime) -> Entry:
    when = when.replace(microsecond=0)
    article = Article(title=title, text="", html=html, published=when, language=_LANGUAGE)
    return Entry(permanent_id(name), "", when, when, article)


def _day(when: datetime) -> str:
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def _text(value: str) -> str:
    return escape(one_line(clean(value)), quote=False)


def _id(entry: Entry) -> str:
    return entry.id


def _published(entry: Entry) -> datetime:
    return entry.published
