"""The archive pages of one month, made by the worker that owns it from rows and shards.

The entries of a month (by the time under which they stand in the feeds) are cut in the order of
arrival, by the cuts of every archive; so a page belongs to a feed and a month, and an entry that
comes late changes pages of its own month alone. A page's number tells its place: 202409000002 is
the second one of September 2024.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import blake2b, sha256
from heapq import merge
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from feedsmith import builder, reading
from feedsmith.builder import archives
from feedsmith.builder.feeds import Plan, Row, rows_key
from feedsmith.cache import Cache, open_cache
from feedsmith.config import Config
from feedsmith.feedfiles import check_document, page_salt, placed
from feedsmith.feedmodel import Site
from feedsmith.ledger import open_ledger
from feedsmith.making import Maker
from feedsmith.model import Topic
from feedsmith.shelf import Shelf
from feedsmith.wide import shards
from feedsmith.wide.merge import WHOLE
from feedsmith.wide.settling import Part, whole

PAGES: Final = "pages"  # folder beside the shards where made pages wait for being published
_MONTH_CHARS: Final = 7  # of a time that name its month
_SUM: Final = 2**128


class Looked(NamedTuple):
    """What a part of the ledger tells of its months: a sum of each one's entries; all pictures."""

    months: Mapping[str, int]
    pictures: frozenset[str]


class Desk(NamedTuple):
    """What the pages of all months are made with.

    `folder` is that of the shards, `name` the one that ids of feeds are derived from; `topics` are
    all there are.
    """

    parts: Sequence[Part]
    folder: str
    config: Config
    site: Site
    topics: Sequence[Topic]
    name: str


class Month(NamedTuple):
    """A month to make: for each feed the page before its first one here and that after its last.

    Feeds are given by slug, WHOLE for that of all; "" stands for no page. `known` are the keys
    under which pages of this month were made, by path.
    """

    name: str
    around: Mapping[str, tuple[str, str]]
    known: Mapping[str, str]


class Page(NamedTuple):
    """A page that was made and waits beside the shards; `digest` is its SHA-256."""

    path: str
    key: str
    digest: str


class Made(NamedTuple):
    """What became of a month: its new pages, and paths of known ones that are no more."""

    pages: Sequence[Page]
    gone: Sequence[str]


class _Sheet(NamedTuple):
    """A page to be: its feed, its name and those of its neighbours, its entries, its files."""

    plan: Plan
    name: str
    older: str
    newer: str
    rows: Sequence[Row]
    key: str
    paths: Sequence[str]


def name_of(month: str, number: int) -> str:
    """Return the name of a month's page, counted from 1.

    >>> name_of("2024-09", 2)
    '202409000002'
    """
    return f"{month.replace('-', '')}{number:06}"


def month_of(page: str) -> str:
    """Return the year and month in an archive page's name, "" where it is no month's.

    >>> month_of("202409000002"), month_of("eff14607-b3b1-5001-b56f-41babc666bba")
    ('202409', '')
    """
    return page[:6] if page.isdecimal() else ""


def looked_at(part: Part) -> Looked:
    """Return what a part has in each month; sums of parts may be added in any order."""
    cache, _ = open_cache(part.entries)
    with closing(cache):
        months: dict[str, int] = {}
        rows = cache.db.execute("SELECT published, digest, seen, dated FROM entries")
        for row in rows:
            value = int.from_bytes(blake2b("\n".join(row).encode(), digest_size=16).digest(), "big")
            month = row[0][:_MONTH_CHARS]
            months[month] = (months.get(month, 0) + value) % _SUM
        return Looked(months, frozenset(name for name, _ in cache.media()))


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return the sums of two parts together."""
    months = one.keys() | other.keys()
    return {month: (one.get(month, 0) + other.get(month, 0)) % _SUM for month in months}


def counted(month: str, parts: Sequence[Part], config: Config) -> dict[str, int]:
    """Return the number of a month's pages for each feed that has entries there."""
    with _rows_of(month, parts) as cache:
        totals = Shelf(cache, config.feed.all_excludes).totals()
        return {
            slug or WHOLE: sum(1 for _ in _cut(cache, slug, config))
            for slug, total in totals.items()
            if total
        }


def make(month: Month, desk: Desk) -> Made:
    """Make the pages of a month that are not known; may be done twice at once."""
    with _rows_of(month.name, desk.parts) as cache, closing(open_ledger(":memory:")) as ledger:
        ledger.set_name("feeds", desk.name)
        topics = {topic.slug: topic for topic in desk.topics}
        maker = Maker(desk.config, reading.catalog(desk.config), cache, ledger, topics)
        gone = set(month.known)
        for sheet in _sheets(month, desk, maker, cache):
            gone.difference_update(sheet.paths)
            if _is_new(sheet, month):
                cache.affect(row.id for row in sheet.rows)
        _bring_bodies(cache, desk.folder)
        press = builder.Press(check_document)
        made = [
            page
            for sheet in _sheets(month, desk, maker, cache)
            if _is_new(sheet, month)
            for page in _written(sheet, desk, maker, press)
        ]
        return Made(made, sorted(gone))


@contextmanager
def _rows_of(month: str, parts: Sequence[Part]) -> Iterator[Cache]:
    """Give a cache with the entries of a month; the text of an article is its place in a shard."""
    with TemporaryDirectory(prefix="feedsmith-") as folder:
        cache, _ = open_cache(os.path.join(folder, "month.sqlite3"))
        with closing(cache):
            cache.db.execute("PRAGMA journal_mode = OFF")
            cache.db.execute("PRAGMA synchronous = OFF")
            for part in parts:
                cache.db.execute("ATTACH ? AS other", (part.entries,))
                cache.begin()
                for query in _TAKE:
                    cache.db.execute(query, (month, f"{month}~"))
                cache.commit()
                cache.db.execute("DETACH other")
            cache.begin()
            rows = cache.db.execute("SELECT topics, published, id, seen, dated FROM entries")
            members = ((slug, *rest) for topics, *rest in rows for slug in topics.split())
            cache.db.executemany("INSERT OR IGNORE INTO members VALUES (?, ?, ?, ?, ?)", members)
            yield cache


_TAKE = (
    "INSERT INTO entries SELECT * FROM other.entries WHERE published >= ? AND published < ?",
    """
    INSERT INTO articles SELECT articles.* FROM other.entries CROSS JOIN other.articles
    USING (path, part) WHERE published >= ? AND published < ?
    """,
)


def _cut(cache: Cache, slug: str | None, config: Config) -> Iterator[Sequence[Row]]:
    arrivals = Shelf(cache, config.feed.all_excludes).arrivals(slug)
    return (rows for rows, _ in archives.pages(arrivals, config.feed.max_bytes // 2))


def _sheets(month: Month, desk: Desk, maker: Maker, cache: Cache) -> Iterator[_Sheet]:
    """Yield the pages of all feeds in the order of arrival, so that each entry is spelled once."""
    each = [_sheets_of(slug, month, desk, maker, cache) for slug in sorted(month.around)]
    return merge(*each, key=lambda sheet: archives.place_of(sheet.rows[0]))


def _sheets_of(slug: str, month: Month, desk: Desk, maker: Maker, cache: Cache) -> Iterator[_Sheet]:
    before, after = month.around[slug]
    plan = Plan(maker.topics[slug] if slug else None, [])
    salt = page_salt(maker, plan, desk.site, desk.config)
    cut = _cut(cache, slug or None, desk.config)
    rows, number, older = next(cut, None), 1, before
    while rows is not None:
        following = next(cut, None)
        name = name_of(month.name, number)
        newer = name_of(month.name, number + 1) if following is not None else after
        key = rows_key(rows, f"{salt}\n{older}\n{newer}", maker.titles)
        names = builder.file_names(desk.site, plan.topic, name)
        paths = [folder + name for name in names for folder in plan.folders]
        yield _Sheet(plan, name, older, newer, rows, key, paths)
        rows, number, older = following, number + 1, name


def _is_new(sheet: _Sheet, month: Month) -> bool:
    return any(month.known.get(path) != sheet.key for path in sheet.paths)


def _bring_bodies(cache: Cache, folder: str) -> None:
    """Put what the shards have into the articles that are asked for, each shard opened once."""
    places = cache.db.execute(
        "SELECT articles.text FROM affected CROSS JOIN entries USING (id)"
        " CROSS JOIN articles USING (path, part)"
    ).fetchall()
    for _, body in shards.read_bodies(folder, (place for (place,) in places)):
        cache.put_article(whole(cache.article(body.path, body.part), body))


def _written(sheet: _Sheet, desk: Desk, maker: Maker, press: builder.Press) -> Iterator[Page]:
    site = replace(desk.site, language=desk.config.feed.language)
    feed = maker.feed(sheet.plan, archives.newest_first(sheet.rows), site)
    feed = replace(feed, page=sheet.name, older=sheet.older, newer=sheet.newer)
    for path, data in placed(builder.write_feed(feed, press), sheet.plan):
        target = os.path.join(desk.folder, PAGES, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        unfinished = f"{target}.{os.uname().nodename}-{os.getpid()}.tmp"
        with open(unfinished, "wb") as stream:
            stream.write(data)
        os.replace(unfinished, target)
        yield Page(path, sheet.key, sha256(data).hexdigest())
