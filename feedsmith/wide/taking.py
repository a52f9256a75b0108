"""Rows of batches → their places in ledger and cache, as `placing` has it for a build.

What other files say of an article, and how they write dates, comes from the rows of all batches,
whichever part of the ledger the article belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from feedsmith import doubles, identity, lending, placing, serial, settle
from feedsmith.cache import ArticleRow, FileRow
from feedsmith.intake import WAITING
from feedsmith.shelf import Shelf
from feedsmith.wide import shards
from feedsmith.wide.batches import seconds
from feedsmith.wide.shards import Batch, Kept

Orders = Callable[[], Iterable[tuple[str, str, str, str]]]


class Dated(NamedTuple):
    """An ambiguous date that other files settled: its file, as it was read, and as it is."""

    path: str
    read: datetime
    settled: datetime


def take_all(
    work: placing.Intake, batches: Iterable[Batch], is_ours: Callable[[Kept], bool], orders: Orders
) -> list[Dated]:
    """Store the rows that belong to a part, and note what more than one file has a say in.

    Args:
        work: the stores of the part.
        batches: all of them, in their order.
        is_ours: says whether a row belongs to the part.
        orders: gives (path, part, origin, order) of all rows that leave no doubt, when needed.
    """
    waiting: list[Kept] = []
    dated: list[Dated] = []
    last = ""
    for batch in batches:
        lending.put(work.cache, batch.lent)
        for row in filter(is_ours, batch.rows):
            if row.path != last:
                last = row.path
                work.cache.put_files([FileRow(row.path, "", row.mtime * 10**9, 0, 0, "")])
            if row.swapped and not _find(work, row):
                waiting.append(row)
            else:
                dated += _take(work, row, "")
        if len(waiting) >= WAITING:
            dated += _take_waiting(work, waiting, orders)
    dated += _take_waiting(work, waiting, orders)
    work.cache.affect(lending.spoken_of(work.cache, work.ledger))
    return dated


def _take_waiting(work: placing.Intake, waiting: list[Kept], orders: Orders) -> Iterator[Dated]:
    """Store the articles that waited, their dates read as other files of the same site say."""
    if waiting and not work.cache.db.execute("SELECT 1 FROM orders LIMIT 1").fetchone():
        put = "REPLACE INTO orders VALUES (?, ?, ?, ?)"
        work.cache.db.executemany(put, orders())
    found = [(row, settle.order_for(work.cache, row.origin)) for row in waiting]
    waiting.clear()
    for row, order in found:
        yield from _take(work, row, order)


def _find(work: placing.Intake, row: Kept) -> identity.Known | None:
    return identity.find_either(_trait_of(row), _swapped(row), work.ledger)


def _take(work: placing.Intake, row: Kept, order: str) -> Iterator[Dated]:
    """Store a row, and its entry if it is new; yield its date if other files settled it."""
    found = _trait_of(row)
    known = _find(work, row)
    order = work.ledger.date_order(known.id) if known and row.swapped else order
    when = _published(row, found, known, order)
    if order and found.published and when:
        yield Dated(row.path, found.published, when)
    trait = replace(found, published=when)
    is_new = known is None
    leader = doubles.find_leader(work.ledger, trait, row.text_print) if is_new else ""
    known = known or placing.mint(work, trait, order)
    doubles.note(work.ledger, known.id, row.text_print)
    work.ledger.put_file(trait.path, trait.part, known.id, trait.source)
    article = _article(row, known.id)
    if when and when != found.published:
        article = article._replace(
            trait=serial.trait_dated(row.trait, when.isoformat()),
            text=shards.dated_place(row.body, when.isoformat()),
        )
    work.cache.put_article(article)
    work.cache.put_media(row.path, row.part, row.media)
    if leader:
        doubles.join(work.ledger, known.id, leader)
    elif is_new:
        Shelf(work.cache).put(placing.entry_of(known, article, article.topics))
    if leader or not is_new or known.id in work.corrections:
        work.cache.affect([known.id])


def _published(
    row: Kept, found: identity.Trait, known: identity.Known | None, order: str
) -> datetime | None:
    """Return the date of a row: as other files say, or as the same bytes had it first."""
    if row.swapped and order:
        return found.published if order == row.date_order else _swapped(row)
    if row.by_file_time and known and known.published and known.source == found.source:
        return known.published
    return found.published


def _article(row: Kept, article_id: str) -> ArticleRow:
    return ArticleRow(
        row.path, row.part, article_id, row.trait, row.topics, "", "", row.body, row.relative,
        row.digest, row.size, row.language,
    )  # fmt: skip


def _trait_of(row: Kept) -> identity.Trait:
    return serial.trait_from(row.path, row.part, row.trait, seconds(row.mtime))


def _swapped(row: Kept) -> datetime | None:
    return datetime.fromisoformat(row.swapped) if row.swapped else None
