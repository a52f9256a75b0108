"""Rows of articles → entries with ids: one part of the ledger at a time, each by one worker.

A part of the ledger is a ledger: with one part it is that of every build. A row belongs to the part
that the id it would have if it were new falls into, so all copies of one address meet in one part;
only copies of the same text under several addresses may lie in several parts and stay apart.
What a worker learnt lies beside the part, and takes its place once the feeds are published.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import NamedTuple

from feedsmith import intake, lending, placing, tombstones
from feedsmith.additions import Addition
from feedsmith.cache import ArticleRow, Cache, EntryRow, open_cache
from feedsmith.config import Config
from feedsmith.inventory import without
from feedsmith.junklists import Lists
from feedsmith.ledger import Ledger, open_ledger
from feedsmith.shelf import Shelf
from feedsmith.wide import merge, shards, taking
from feedsmith.wide.batches import Depot
from feedsmith.wide.shards import TopicRow
from feedsmith.wide.taking import Dated


class Part(NamedTuple):
    """One part of the ledger: its number of how many, and where it is kept."""

    number: int
    of: int
    path: str

    @property
    def next(self) -> str:
        """Return where the ledger lies that takes this one's place after publishing."""
        return f"{self.path}.next"

    @property
    def entries(self) -> str:
        """Return where the entries of this part lie while the run lasts."""
        return f"{self.path}.entries"


class Settled(NamedTuple):
    """What a part came to: ids that were in the last feeds, how many of them are gone.

    `met` are the times at which entries were met; `topics` those that additions gave, `dated` the
    dates that other files settled, `lonely` the rows of exports whose address no article has here;
    `removed` is what the user took out.
    """

    live: int
    gone: int
    articles: int
    met: frozenset[str]
    topics: Sequence[TopicRow]
    dated: Sequence[Dated]
    lonely: frozenset[tuple[str, str]]
    removed: Sequence[tombstones.Row]


class Run(NamedTuple):
    """What all parts are settled with; `keys` are the batches in their order."""

    config: Config
    depot: Depot
    keys: Sequence[str]
    now: datetime
    corrections: Mapping[str, Addition]
    lists: Lists = Lists()


def settle(part: Part, run: Run) -> Settled:
    """Give the rows of a part their ids and make its entries; may be done twice at once."""
    mine = f".{os.uname().nodename}-{os.getpid()}"
    entries, ledger_path = part.entries + mine, part.next + mine
    for path in (entries, ledger_path):
        _drop(path)
    if os.path.exists(part.path):
        shutil.copyfile(part.path, ledger_path)
    with (
        closing(_open_entries(entries, run.depot.folder)) as cache,
        closing(open_ledger(ledger_path)) as ledger,
    ):
        cache.begin()
        ledger.begin()
        settled = _settle(part, run, cache, ledger)
        cache.commit()
        ledger.commit()
    os.replace(entries, part.entries)
    os.replace(ledger_path, part.next)
    return settled


def tops_of_parts(parts: Sequence[Part], limits: merge.Limits) -> merge.Tops:
    """Return the newest entries of parts that were settled."""
    return merge.merged_all((_tops(part, limits) for part in parts), limits)


def _tops(part: Part, limits: merge.Limits) -> merge.Tops:
    cache, _ = open_cache(part.entries)
    with closing(cache):
        rows = cache.db.execute(
            "SELECT entries.*, articles.text FROM entries JOIN articles USING (path, part)"
        )
        found = (merge.Row(EntryRow(*row[:-1]), row[-1]) for row in rows)
        return merge.tops_of(found, limits, part.number)


def publish_part(part: Part) -> None:
    """Let what was learnt take the ledger's place, and forget the rest."""
    os.replace(part.next, part.path)
    _drop(part.entries)


class _Shelved(Cache):
    """A cache whose articles lie in shards; it keeps the place of each as its text."""

    folder = ""

    def article(self, path: str, part: str) -> ArticleRow:
        """Return an article, with what its shard has."""
        row = super().article(path, part)
        return whole(row, dict(shards.read_bodies(self.folder, [row.text]))[row.text])


def whole(row: ArticleRow, body: shards.Body) -> ArticleRow:
    """Return a row with what lies in its shard."""
    return row._replace(fields=body.fields, html=body.html, text=body.text, relative=body.relative)


def _open_entries(path: str, folder: str) -> _Shelved:
    cache, _ = open_cache(path)
    shelved = _Shelved(cache.db)
    shelved.folder = folder
    return shelved


def _drop(path: str) -> None:
    if os.path.exists(path):
        os.remove(path)


def _settle(part: Part, run: Run, cache: Cache, ledger: Ledger) -> Settled:
    work = placing.Intake(
        run.config, cache, ledger, run.depot.parser, run.now, lambda _name, _data: None,
        run.corrections, lists=run.lists,
    )  # fmt: skip
    folder = run.depot.folder
    batches = (shards.read_batch(folder, key) for key in run.keys)
    orders = (row for key in run.keys for row in shards.read_orders(folder, key))
    dated = taking.take_all(
        work, batches, lambda row: row.name % part.of == part.number, lambda: orders
    )
    intake.settle_entries(work)
    there = (found for (found,) in cache.db.execute("SELECT id FROM entries ORDER BY id"))
    live, gone = ledger.number_live(), list(without(ledger.live(), there))
    ledger.retire(gone)
    return Settled(
        live, len(gone), len(Shelf(cache)),
        frozenset(seen for (seen,) in cache.db.execute("SELECT DISTINCT seen FROM entries")),
        tuple(cache.db.execute("SELECT * FROM topics ORDER BY slug")),
        tuple(dated),
        frozenset(lending.lonely(cache, ledger)),
        tombstones.every(ledger),
    )  # fmt: skip
