"""Writes the pages that people open in a browser: an article, a topic, the index.

Strategy: all values are worked out here and the templates only place them, so a page costs
microseconds. Links between pages are relative, so a page opens from disk as well. An article's
page depends on its article and its topics alone, and has no script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from feedsmith import pictures, urls
from feedsmith.builder.content import display_title, known_language
from feedsmith.builder.formats import Format, chosen_formats
from feedsmith.builder.render import render
from feedsmith.feedmodel import Entry, EntrySummary, Feed, Sibling, Site
from feedsmith.model import Article, Topic
from feedsmith.text import MONTHS, one_line

INDEX_NAME: Final = "index.html"
# Languages written from right to left (their primary subtags).
_RIGHT_TO_LEFT: Final = frozenset(
    {"ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"}
)


@dataclass(frozen=True, slots=True)
class _Time:
    """A time as `<time>` wants it and as people read it."""

    machine: str
    human: str


@dataclass(frozen=True, slots=True)
class Address:
    """A feed's file: its format, media type and absolute address."""

    format: str
    type: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page of ours, relative to the page it stands on."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One article of a list."""

    title: str
    href: str
    time: _Time
    source: str
    summary: str
    language: str
    direction: str


def article_page(entry: Entry, site: Site, topics: Sequence[Topic]) -> bytes:
    """Return the page that holds the saved copy of one article, in UTF-8.

    Args:
        entry: its `permalink` is the page's place; all relative links start there.
        site: gives the name of the way back to the index.
        topics: topics known to the site; those that the article has are linked.
    """
    article = entry.article
    titles = {topic.slug: topic.title for topic in topics}
    root = "../" * entry.permalink.count("/")
    language = known_language(article.language)
    return render(
        site.templates,
        "article.html",
        title=display_title(article),
        subtitle=None if _opens_text(article) else article.subtitle,
        authors=", ".join(article.authors),
        place=article.place,
        published=_published(entry),
        updated=_updated(article),
        saved=article.published is None,
        url=article.url,
        source=_source_name(article.url, article.site),
        elsewhere=[Link(_source_name(one.url, one.name), one.url) for one in entry.elsewhere],
        also_in=[_sibling(one, site, root) for one in (*entry.earlier, *entry.later)],
        topics=[
            Link(titles[slug], f"{root}topics/{slug}/{INDEX_NAME}")
            for slug in article.topics
            if slug in titles
        ],
        why=article.why,
        note=article.note,
        body=Markup(pictures.placed(article.html, root)),  # noqa: S704 (sanitised by the parser, and the policy forbids scripts)
        language=language,
        direction=direction_of(language),
        feeds=_own_feeds(article, site, titles),
        home=Link(site.title, root + INDEX_NAME),
        is_copy=not entry.permalink.startswith("topics/"),  # a digest is our own
    )


def _sibling(sibling: Sibling, site: Site, root: str) -> Link:
    """Return an article on the same event: its page, else the original, else no address."""
    page = root + sibling.permalink if site.pages and sibling.permalink else ""
    return Link(f"{sibling.title} ({sibling.site})", page or sibling.url or "")


def _own_feeds(article: Article, site: Site, titles: Mapping[str, str]) -> list[Address]:
    """Return the feeds that the article is in, each in the format to prefer."""
    own = [slug for slug in article.topics if slug in titles]
    places = [("", site.title)]
    places += [(f"topics/{slug}/", f"{titles[slug]} · {site.title}") for slug in own]
    preferred = chosen_formats(site)[:1]
    return [_address(site, *place, known) for place in places for known in preferred]


def _opens_text(article: Article) -> bool:
    """Say whether the text begins with the subtitle, so that it need not be shown twice."""
    return bool(article.subtitle) and article.text.startswith(article.subtitle or "")


def topic_page(feed: Feed) -> bytes:
    """Return the page of one topic: its feeds' addresses and the entries that they hold."""
    root = "../" * feed.folder.count("/")
    return render(
        feed.site.templates,
        "topic.html",
        page_title=one_line(feed.title),
        title=one_line(feed.topic.title if feed.topic else feed.title),
        subtitle=one_line(feed.subtitle),
        language=known_language(feed.language),
        direction=direction_of(feed.language),
        addresses=addresses_of(feed.site, feed.folder, feed.title),
        lines=[list_line(summary_of(entry), root) for entry in feed.entries],
        count=count_of(max(feed.total, len(feed.entries)), feed.noun),
        cut=feed.total > len(feed.entries),
        home=Link(feed.site.title, root + INDEX_NAME),
    )


def addresses_of(site: Site, folder: str, title: str) -> tuple[Address, ...]:
    """Return a feed's addresses, in each format that the site has."""
    return tuple(_address(site, folder, title, known) for known in chosen_formats(site))


def _address(site: Site, folder: str, title: str, known: Format) -> Address:
    return Address(
        format=known.title,
        type=known.media_type,
        url=site.base_url + folder + known.file_name,
        title=f"{one_line(title)} ({known.title})",
    )


def summary_of(entry: Entry) -> EntrySummary:
    """Return an entry's line in a list of articles, its date in the offset that was printed."""
    article = entry.article
    return EntrySummary(
        title=display_title(article),
        permalink=entry.permalink,
        published=_printed(entry),
        url=article.url,
        site=article.site,
        summary=article.summary,
        language=article.language,
        topics=article.topics,
    )


def list_line(summary: EntrySummary, root: str) -> _Line:
    """Return what a list says of an article; `root` leads from the list to the out folder."""
    language = known_language(summary.language)
    return _Line(
        title=summary.title,
        href=root + summary.permalink if summary.permalink else summary.url or "",
        time=_day(summary.published),
        source=_source_name(summary.url, summary.site),
        summary=summary.summary,
        language=language,
        direction=direction_of(language),
    )


def _source_name(url: str | None, site: str | None) -> str:
    """Return the site's name and its host: the name may be anything, the host says where."""
    host = urls.host(url) if url else ""
    return f"{site} ({host})" if site and host and site != host else host or site or ""


def _printed(entry: Entry) -> datetime:
    """Return when the entry was published, in the offset that its page printed."""
    printed = entry.article.published
    return entry.published.astimezone(printed.tzinfo) if printed else entry.published


def _published(entry: Entry) -> _Time:
    """Return the article's own time, also where the feeds have it under the time of saving."""
    own = entry.article.published
    printed = own if entry.is_filed and own and own < entry.published else _printed(entry)
    return (_day if own is None or entry.article.precision == "day" else _minute)(printed)


def _updated(article: Article) -> _Time | None:
    if article.updated is None or article.published is None:
        return None
    return _minute(article.updated) if article.updated > article.published else None


def _minute(time: datetime) -> _Time:
    zone = f"UTC{time:%z}" if time.utcoffset() else "UTC"
    zone = f"{zone[:6]}:{zone[6:]}" if time.utcoffset() else zone
    human = f"{_day(time).human}, {time.hour:02}:{time.minute:02} {zone}"
    return _Time(time.replace(microsecond=0).isoformat(), human)


def _day(time: datetime) -> _Time:
    day = f"{time.year:04}-{time.month:02}-{time.day:02}"
    return _Time(day, f"{time.day} {MONTHS[time.month - 1]} {time.year}")


def count_of(number: int, noun: str = "article") -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def direction_of(language: str) -> str:
    """Return which way a language is written, "ltr" or "rtl"."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
