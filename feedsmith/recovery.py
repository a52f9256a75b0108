"""What cache and feeds tell of articles, for a build whose ledger was lost.

The cache knows all but what was removed on purpose. Without it the feeds in out/ are asked. An id
derived anew mostly is the one an article had, but its dates, its page and the times of its changes
are not to be had from its file: what was published tells them. An article without an address whose
title or date had been put right derives another id; it is known again by title and date together,
where one article alone has them.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from glob import escape, glob
from typing import Any, Final, NamedTuple

from feedsmith import serial
from feedsmith.cache import Cache, Copy
from feedsmith.identity import Known, Trait, mint, plausible
from feedsmith.ledger import Ledger
from feedsmith.shelf import Shelf
from feedsmith.text import fold, short_hash
from feedsmith.urls import permanent_id

_FEED: Final = "feed.json"
_STONE: Final = re.compile(rb'deleted-entry ref="(urn:uuid:[0-9a-f-]+)" when="([^"]+)"')
_FEED_ID: Final = re.compile(rb"<id>([^<]+)</id>")


class Told(NamedTuple):
    """What a feed tells of an article; `key` is its title, folded, "" when it has an address."""

    id: str
    key: str
    published: datetime
    updated: datetime
    permalink: str


class Recovered(NamedTuple):
    """All that was found: by id, by title and date, and when which id was removed on purpose.

    `name` is what the ids of the feeds were made of, "" if that is not known.
    """

    by_id: Mapping[str, Told]
    by_key: Mapping[tuple[str, datetime], Told]
    removed: Mapping[str, datetime]
    name: str


NOTHING: Final = Recovered({}, {}, {}, "")


def look(out: str, cache: Cache, ledger: Ledger) -> Recovered:
    """Return what the feeds tell of articles, if neither the ledger nor the cache knows any.

    An empty ledger learns what the cache holds, and the name of the feeds' ids.

    Args:
        out: the out folder.
        cache: of the last build, or empty.
        ledger: inside a transaction.
    """
    if not ledger.is_empty():
        return NOTHING
    recovered = read(out)
    if recovered.name:
        ledger.name("feeds", recovered.name)
    _learn(cache, ledger)
    return recovered if ledger.is_empty() else NOTHING


def _learn(cache: Cache, ledger: Ledger) -> None:
    for row in Shelf(cache).arrivals():
        copies = {(copy.path, copy.part): _trait(copy) for copy in cache.copies(row.id)}
        if (row.path, row.part) not in copies:
            continue
        chosen, seen = copies[row.path, row.part], datetime.fromisoformat(row.seen)
        known = replace(
            mint(chosen, ledger, first_seen=seen),
            id=row.id,
            permalink=row.permalink,
            dated=datetime.fromisoformat(row.dated),
            updated=datetime.fromisoformat(row.updated),
            filed=datetime.fromisoformat(row.published) if row.filed else None,
        )
        ledger.put(known)
        for copy in copies.values():
            ledger.put_file(copy.path, copy.part, row.id, copy.source)


def read(out: str) -> Recovered:
    """Return what the feeds of all articles in an out folder tell; nothing where there are none."""
    told: dict[str, Told] = {}
    title = ""
    try:
        pages = {path[-13:-5]: path for path in _article_pages(out)}
        for feed in _feeds(out):
            title, base = feed["title"], feed["feed_url"].rpartition("/")[0] + "/"
            told.update((item["id"], _told(item, base, pages)) for item in feed["items"])
        with open(os.path.join(out, "atom.xml"), "rb") as stream:
            atom = stream.read()
        removed = {i.decode(): datetime.fromisoformat(w.decode()) for i, w in _STONE.findall(atom)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return NOTHING  # no feeds of ours, or not in all formats
    counts = Counter((one.key, one.published) for one in told.values() if one.key)
    by_key = {(o.key, o.published): o for o in told.values() if counts[o.key, o.published] == 1}
    return Recovered(told, by_key, removed, _name(atom, title, told))


def recall(minted: Known, recovered: Recovered, *, keeps_dates: bool) -> Known:
    """Return a new article as it stood in the feeds, if it did.

    Args:
        minted: the article under the id that was derived.
        recovered: what the feeds tell.
        keeps_dates: whether entries stand under their own dates ([feed] date), so that nothing
            but an article without a date needs the feed's.
    """
    told = recovered.by_id.get(minted.id)
    if told is None and not minted.url:
        told = recovered.by_key.get((minted.title, minted.published or minted.dated))
    if told is None:
        return minted
    own = plausible(minted.published, minted.horizon)
    return replace(
        minted,
        id=told.id,
        permalink=told.permalink or minted.permalink,
        dated=told.published,
        filed=None if keeps_dates or told.published == own else told.published,
        updated=told.updated,
    )


def _trait(copy: Copy) -> Trait:
    mtime = datetime.fromtimestamp(copy.mtime_ns // 10**9, tz=UTC)
    return serial.trait_from(copy.path, copy.part, copy.trait, mtime)


def _feeds(out: str) -> Iterator[Any]:
    """Yield the feed of all articles and the pages of its archive, the feed last: it counts."""
    for path in (*sorted(glob(os.path.join(escape(out), "feed-archive-*.json"))), _FEED):
        with open(os.path.join(out, path), encoding="utf-8") as stream:
            yield json.load(stream)


def _told(item: Mapping[str, Any], base: str, pages: Mapping[str, str]) -> Told:
    has_address = "external_url" in item or not item["url"].startswith(base)
    return Told(
        id=item["id"],
        key="" if has_address else fold(item["title"]),
        published=datetime.fromisoformat(item["date_published"]).astimezone(UTC),
        updated=datetime.fromisoformat(item["date_modified"]).astimezone(UTC),
        permalink=pages.get(short_hash(item["id"]), ""),
    )


def _article_pages(out: str) -> Iterator[str]:
    for path in glob(os.path.join(escape(out), "articles", "*", "*.html")):
        yield os.path.relpath(path, out).replace(os.sep, "/")


def _name(atom: bytes, title: str, ids: Iterable[str]) -> str:
    """Return what the feeds' ids were made of: the title, and the least id of the first build."""
    found = _FEED_ID.search(atom)
    wanted = found[1].decode() if found else ""
    names = (f"{title}|{article_id}" for article_id in ids)
    return next((name for name in names if permanent_id(f"feed:{name}:") == wanted), "")
