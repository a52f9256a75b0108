"""The union of what two ledgers hold: each article once, under one id. Pure.

Strategy: articles that share a name (see book.names_of) are one; everything that is joined is a
least or greatest element of some total order, or a union. So it does not matter which ledger comes
first, how three are bracketed, or how often one is merged. The names of the feeds themselves are
the exception: those of the first ledger stay, for readers have subscribed to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, TypeVar

from feedsmith.book import (
    OF_ARTICLES,
    Book,
    Frozen,
    Held,
    Remembered,
    Removal,
    name_of_bytes,
    names_of,
    order_of,
)

_Key = TypeVar("_Key", str, tuple[str, str])
_Value = TypeVar("_Value", str, tuple[int, ...], tuple[str, int])


def merge(one: Book, other: Book) -> Book:
    """Return what both know.

    The article met first keeps its id, its page and its place; the other ids are remembered as its
    names. What it says now is what the ledger with the newest `updated` says. A removal wins.
    """
    books = (one, other)
    articles = _articles(books)
    ids = {name[3:]: i for i, r in articles.items() for name in _all_names(r) if name[:3] == "id:"}
    files: dict[tuple[str, str], Held] = {}
    for key, held in _pairs(book.files for book in books):
        own = Held(ids.get(held.id, held.id), held.source)
        files[key] = max(own, files.get(key, own), key=lambda h: (h.source, h.id))
    return Book(
        articles=_without_names_of(files, articles),
        files=files,
        names=_names(one, other, ids),
        digests=_digests(books, ids, articles),
        newest=_greatest(book.newest for book in books),
        doubles=_doubles(books, ids, articles),
        prints=_greatest({ids.get(i, i): p for i, p in book.prints.items()} for book in books),
        junk=_greatest(book.junk for book in books),
    )


def _articles(books: tuple[Book, Book]) -> dict[str, Remembered]:
    """Return the articles of both, those that share a name joined, with all their names."""
    every = list(_with_names(books))
    first_of: dict[str, int] = {}
    groups = list(range(len(every)))

    def root(number: int) -> int:
        while groups[number] != number:
            groups[number] = number = groups[groups[number]]
        return number

    for number, remembered in enumerate(every):
        for name in _all_names(remembered):
            groups[root(number)] = root(first_of.setdefault(name, number))
    members: dict[int, list[Remembered]] = {}
    for number, remembered in enumerate(every):
        members.setdefault(root(number), []).append(remembered)
    joined = (reduce(_joined, group) for group in members.values())
    return {remembered.known.id: remembered for remembered in joined}


def _with_names(books: Iterable[Book]) -> Iterator[Remembered]:
    """Yield the articles, each with the names that the bytes of its files give it."""
    for book in books:
        bytes_of: dict[str, set[str]] = {}
        for (_, part), held in book.files.items():
            if held.source:
                bytes_of.setdefault(held.id, set()).add(name_of_bytes(held.source, part))
        for article_id, found in book.articles.items():
            yield replace(found, also=found.also | bytes_of.get(article_id, set()))


def _all_names(remembered: Remembered) -> frozenset[str]:
    return remembered.also | names_of(remembered.known)


def _joined(one: Remembered, other: Remembered) -> Remembered:
    """Return one article for two: its origin from the older, its state from the newer."""
    pair = (one, other)
    origin = min(pair, key=_origin).known
    state = max(pair, key=_state).known
    known = replace(
        state,
        id=origin.id,
        permalink=origin.permalink,
        first_seen=origin.first_seen,
        dated=origin.dated,
        filed=origin.filed,
        horizon=max(one.known.horizon, other.known.horizon),
    )
    also = (_all_names(one) | _all_names(other)) - names_of(known)
    return Remembered(known, also, _removal(one.removal, other.removal))


def _origin(remembered: Remembered) -> tuple[Any, ...]:
    known = remembered.known
    filed = known.filed.isoformat() if known.filed else ""
    return (*order_of(remembered), known.permalink, known.dated, filed)


def _state(remembered: Remembered) -> tuple[Any, ...]:
    known = remembered.known
    published = known.published.isoformat() if known.published else ""
    rest = (known.source, known.parser, known.url, known.site, known.title, published)
    return (known.updated, *rest, known.text_hash, known.sketch)


def _removal(one: Removal | None, other: Removal | None) -> Removal | None:
    """Return the removal of either, the earlier time of two, the topics of both."""
    if one is None or other is None:
        return one or other
    slugs = {slug for removal in (one, other) for slug in removal.topics or ()}
    nobody_knows = one.topics is None and other.topics is None
    return Removal(
        min(filter(None, (one.when, other.when)), default=""),
        None if nobody_knows else tuple(sorted(slugs)),
    )


def _without_names_of(
    files: Mapping[tuple[str, str], Held], articles: Mapping[str, Remembered]
) -> dict[str, Remembered]:
    """Return the articles without the names that the files or they themselves tell already."""
    told: dict[str, set[str]] = {}
    for (_, part), held in files.items():
        told.setdefault(held.id, set()).add(name_of_bytes(held.source, part))
    return {
        i: replace(r, also=r.also - names_of(r.known) - told.get(i, set()))
        for i, r in articles.items()
    }


def _names(one: Book, other: Book, ids: Mapping[str, str]) -> dict[str, str]:
    """Return the names of the feeds, the first ledger's before, and what is kept of articles."""
    names: dict[str, str] = {}
    for name, value in _pairs((other.names, one.names)):
        if name.startswith(OF_ARTICLES):
            kind, _, article_id = name.partition(":")
            own = f"{kind}:{ids.get(article_id, article_id)}"
            names[own] = min(value, names.get(own, value))
        else:
            names[name] = value
    return names


def _doubles(
    books: Iterable[Book], ids: Mapping[str, str], articles: Mapping[str, Remembered]
) -> dict[str, str]:
    """Return the doubles of both; where two articles stood for one, the older stands for all."""
    told = _pairs(book.doubles for book in books)
    pairs = {(ids.get(i, i), ids.get(leader, leader)) for i, leader in told}
    groups: dict[str, set[str]] = {}
    for pair in pairs:
        joined = set(pair).union(*(groups.get(one, ()) for one in pair))
        groups.update(dict.fromkeys(joined, joined))
    leaders = {leader for one, leader in pairs if one != leader and leader in articles}
    first = {
        one: min(group & leaders, key=lambda i: order_of(articles[i]), default=one)
        for one, group in groups.items()
    }
    return {one: leader for one, leader in first.items() if one != leader}


def _digests(
    books: Iterable[Book], ids: Mapping[str, str], articles: Mapping[str, Remembered]
) -> dict[tuple[str, str], Frozen]:
    """Return the closed periods of both; an article stands in the first of a topic's only."""
    periods: dict[tuple[str, str], Frozen] = {}
    places: dict[tuple[str, str], tuple[str, str, str, Mapping[str, str]]] = {}
    for (topic, period), frozen in _pairs(book.digests for book in books):
        known = periods.get((topic, period), frozen)
        language = max(known.language, frozen.language)
        periods[topic, period] = frozen._replace(language=language, members=())
        for member in frozen.members:
            own = _renamed(member, ids, articles)
            place = (frozen.starts, period, json.dumps(own, sort_keys=True), own)
            key = (topic, own["id"])
            places[key] = min(place, places.get(key, place), key=lambda p: p[:3])
    held: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for (topic, _), (_, period, _, member) in places.items():
        held.setdefault((topic, period), []).append(member)
    return {
        key: frozen._replace(members=_newest_first(held.get(key, ())))
        for key, frozen in periods.items()
    }


def _renamed(
    member: Mapping[str, str], ids: Mapping[str, str], articles: Mapping[str, Remembered]
) -> Mapping[str, str]:
    """Return a member of a digest under the id and with the page that its article has now."""
    now = articles.get(ids.get(member["id"], ""))
    return {**member, "id": now.known.id, "permalink": now.known.permalink} if now else member


def _newest_first(members: Iterable[Mapping[str, str]]) -> tuple[Mapping[str, str], ...]:
    by_id = sorted(members, key=lambda member: member["id"])
    return tuple(sorted(by_id, key=lambda member: member["published"], reverse=True))


def _pairs(maps: Iterable[Mapping[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    for each in maps:
        yield from each.items()


def _greatest(maps: Iterable[Mapping[_Key, _Value]]) -> dict[_Key, _Value]:
    found: dict[_Key, _Value] = {}
    for key, value in _pairs(maps):
        found[key] = max(value, found.get(key, value))
    return found
