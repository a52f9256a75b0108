"""Ledgers that are only looked at: that of a project, if there is one, or any ledger's file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from urllib.parse import quote

from feedsmith import store
from feedsmith.errors import LedgerError
from feedsmith.identity import Known, Memory
from feedsmith.ledger import Ledger
from feedsmith.state import parts_of
from feedsmith.tables import STEPS, VERSION


@contextmanager
def read_ledger(path: str) -> Iterator[Memory]:
    """Give the ledger for looking only; an empty memory when there is none. Creates nothing.

    Of one in parts all of them are asked.

    Raises:
        LedgerError: see open_copy.
    """
    with ExitStack() as stack:
        parts = [stack.enter_context(open_copy(part)) for part in parts_of(path)]
        if parts:
            yield Several(parts)
        elif os.path.exists(path):
            yield stack.enter_context(open_copy(path))
        else:
            yield Nothing()


@contextmanager
def open_copy(path: str) -> Iterator[Ledger]:
    """Give a ledger for looking only; one of an older version is brought up to date in memory.

    Raises:
        LedgerError: the ledger is damaged, of a version that this program doesn't know, or cannot
            be read; also while it is asked.
    """
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection,
            closing(_current(connection)) as current,
        ):
            yield Ledger(path, current)
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: cannot be read: {error}") from error


def _current(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return the database, or a copy in memory when it must be brought up to date first."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return connection
    copy = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(copy)
    store.migrate(copy, VERSION, STEPS)
    return copy


class Nothing:
    """The memory of one who has seen nothing yet."""

    def by_path(self, path: str, part: str) -> None:
        """Return None."""

    def by_file(self, path: str, part: str, source: str) -> None:
        """Return None."""

    def by_url(self, url: str) -> None:
        """Return None."""

    def by_text(self, text_hash: str) -> None:
        """Return None."""

    def by_key(self, site: str, title: str, published: datetime) -> None:
        """Return None."""

    def by_id(self, article_id: str) -> None:
        """Return None."""

    def date_order(self, article_id: str) -> str:  # noqa: ARG002 (the protocol's)
        """Return ""."""
        return ""

    def named(self, key: str) -> str:  # noqa: ARG002 (the protocol's)
        """Return ""."""
        return ""


class Several:
    """What several memories know together; the first of them that answers is believed."""

    def __init__(self, parts: Sequence[Memory]) -> None:
        self._parts = parts

    def by_path(self, path: str, part: str) -> Known | None:
        """Return the article last seen in this part of this file."""
        return self._first(lambda memory: memory.by_path(path, part))

    def by_file(self, path: str, part: str, source: str) -> Known | None:
        """Return the article that this part of this file held when its bytes were the same."""
        return self._first(lambda memory: memory.by_file(path, part, source))

    def by_url(self, url: str) -> Known | None:
        """Return the article of this canonical address."""
        return self._first(lambda memory: memory.by_url(url))

    def by_text(self, text_hash: str) -> Known | None:
        """Return an article with exactly this text."""
        return self._first(lambda memory: memory.by_text(text_hash))

    def by_key(self, site: str, title: str, published: datetime) -> Known | None:
        """Return an article of this site, folded title and time."""
        return self._first(lambda memory: memory.by_key(site, title, published))

    def by_id(self, article_id: str) -> Known | None:
        """Return the article of this id."""
        return self._first(lambda memory: memory.by_id(article_id))

    def date_order(self, article_id: str) -> str:
        """Return the order in which an ambiguous date was settled, "" if it was not."""
        return next(filter(None, (memory.date_order(article_id) for memory in self._parts)), "")

    def named(self, key: str) -> str:
        """Return what is remembered under a name, "" when nothing is."""
        return next(filter(None, (memory.named(key) for memory in self._parts)), "")

    def _first(self, ask: Callable[[Memory], Known | None]) -> Known | None:
        return next(filter(None, map(ask, self._parts)), None)
