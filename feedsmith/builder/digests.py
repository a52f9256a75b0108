"""Periods of a digest topic: which articles a closed one has, and its entry. Pure.

A period is a day or a week (from Monday) in UTC. It closes once an article of any topic is filed
after its end, never by the clock. What comes late for a closed period goes into the one that was
open when it came, so no closed period changes and no article is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from html import escape
from typing import Final, Literal, NamedTuple

from feedsmith.builder.content import display_title, excerpt
from feedsmith.builder.feeds import Row
from feedsmith.feedmodel import Entry, Site
from feedsmith.model import Article, Topic
from feedsmith.text import MONTHS, one_line, shorten
from feedsmith.urls import permanent_id

Kind = Literal["daily", "weekly"]
_SUMMARY_MAX_CHARS: Final = 300  # characters; of the titles in a row
_SECOND: Final = timedelta(seconds=1)


class Period(NamedTuple):
    """A day or a week; `ends` is the first moment after it. Both in UTC."""

    name: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a closed period, as it was then; `published` is RFC 3339."""

    id: str
    title: str
    url: str
    permalink: str
    source: str
    published: str
    summary: str

    def to_dict(self) -> dict[str, str]:
        """Return what the constructor takes by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Digest:
    """A closed period of a topic and its articles, newest first; `language` may be ""."""

    period: Period
    language: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class DigestRow:
    """The entry of a closed period, with what the choice for a feed asks (see feeds.Row)."""

    entry: Entry
    id: str
    published: str
    updated: str
    permalink: str
    digest: str
    size: int
    language: str
    topics: str
    seen: str = field(default="")
    dated: str = field(default="")


def period_of(when: datetime, kind: Kind) -> Period:
    """Return the period that a time lies in.

    Source: ISO 8601 for the names of weeks.

    >>> period_of(datetime(2024, 12, 31, 23, tzinfo=UTC), "weekly").name
    '2025-W01'
    """
    day = when.astimezone(UTC).date()
    if kind == "daily":
        start, days, name = day, 1, day.isoformat()
    else:
        start, days = day - timedelta(days=day.weekday()), 7
        year, week, _ = day.isocalendar()
        name = f"{year:04}-W{week:02}"
    starts = datetime.combine(start, time(tzinfo=UTC))
    return Period(name, starts, starts + timedelta(days=days))


def closed(
    rows: Iterable[Row], kind: Kind, newest: datetime, before: datetime | None
) -> Mapping[Period, Sequence[Row]]:
    """Return the periods that have closed since the last build, the oldest first.

    Args:
        rows: the topic's articles that no closed period has, newest first.
        kind: how long a period is.
        newest: the newest time that any article was ever filed under.
        before: what that was at the last build, None at the topic's first.
    """
    open_then = period_of(before, kind) if before else None
    groups: dict[Period, list[Row]] = {}
    for row in rows:
        period = period_of(datetime.fromisoformat(row.published), kind)
        if open_then and period.starts < open_then.starts:
            period = open_then
        groups.setdefault(period, []).append(row)
    return {period: groups[period] for period in sorted(groups) if period.ends <= newest}


def member(entry: Entry) -> Member:
    """Return what a digest keeps of an article."""
    article = entry.article
    return Member(
        id=entry.id,
        title=display_title(article),
        url=article.url or "",
        permalink=entry.permalink,
        source=one_line(article.site or ""),
        published=entry.published.isoformat(),
        summary=one_line(excerpt(article)),
    )


def row_of(
    digest: Digest, topic: Topic, site: Site, feed_id: str, removed: Mapping[str, datetime]
) -> DigestRow | None:
    """Return the entry of a closed period, None when all its articles were removed on purpose.

    Args:
        digest: the period as it was closed.
        topic: whose period it is.
        site: says where the titles lead to.
        feed_id: of the topic's feed.
        removed: when articles were removed, by id; they are left out, which is a change.
    """
    members = [one for one in digest.members if one.id not in removed]
    if not members:
        return None
    closing = digest.period.ends - _SECOND
    changes = [removed[one.id] for one in digest.members if one.id in removed]
    html = _html(members, site)
    article = Article(
        title=f"{one_line(topic.title)}: {_span(digest.period)}",
        text="",
        html=html,
        published=closing,
        precision="day",
        language=digest.language or None,
        summary=shorten("; ".join(one.title for one in members), max_chars=_SUMMARY_MAX_CHARS),
        topics=(topic.slug,),
    )
    entry = Entry(
        id=permanent_id(f"digest:{feed_id}:{digest.period.name}"),
        permalink=f"topics/{topic.slug}/{digest.period.name.lower()}.html",
        published=closing,
        updated=max([closing, *changes]),
        article=article,
    )
    return _row(entry, digest.language)


def _row(entry: Entry, language: str) -> DigestRow:
    published = entry.published.isoformat()
    return DigestRow(
        entry=entry,
        id=entry.id,
        published=published,
        updated=entry.updated.isoformat(),
        permalink=entry.permalink,
        digest=blake2b(repr(entry).encode(), digest_size=16).hexdigest(),
        size=len(escape(entry.article.html).encode()),
        language=language,
        topics=entry.article.topics[0],
        seen=published,  # periods close in their order
        dated=published,
    )


def _html(members: Sequence[Member], site: Site) -> str:
    """Return the contents, titles that lead to the articles, then an excerpt of each."""
    titles = [_title(one, site) for one in members]
    contents = "".join(f"<li>{title}</li>" for title in titles)
    parts = [f"<ul>{contents}</ul>"] if len(members) > 1 else []
    for one, title in zip(members, titles, strict=True):
        when = datetime.fromisoformat(one.published)
        about = " · ".join(filter(None, (one.source, _day(when))))
        parts.append(f"<h2>{title}</h2><p>{escape(about, quote=False)}</p>")
        if one.summary and one.summary != one.title:
            parts.append(f"<p>{escape(one.summary, quote=False)}</p>")
    return "".join(parts)


def _title(one: Member, site: Site) -> str:
    copy = site.base_url + one.permalink if site.pages and one.permalink else ""
    address = copy if copy and (site.link == "copy" or not one.url) else one.url
    title = escape(one.title, quote=False)
    return f'<a href="{escape(address)}">{title}</a>' if address else title


def _span(period: Period) -> str:
    """Return the days of a period, as people write them."""
    first, last = period.starts, period.ends - _SECOND
    if first.date() == last.date():
        return _day(first)
    if first.month == last.month:
        return f"{first.day}–{_day(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} – {_day(last)}"
    return f"{_day(first)} – {_day(last)}"


def _day(when: datetime) -> str:
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"
