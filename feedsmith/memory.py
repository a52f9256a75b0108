"""Ledgers that are only looked at: that of a project, if there is one, or any ledger's file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from urllib.parse import quote

from feedsmith import store
from feedsmith.errors import LedgerError
from feedsmith.identity import Memory
from feedsmith.ledger import Ledger
from feedsmith.tables import STEPS, VERSION


@contextmanager
def read_ledger(path: str) -> Iterator[Memory]:
    """Give the ledger for looking only; an empty memory when there is none. Creates nothing.

    Raises:
        LedgerError: see open_copy.
    """
    if not os.path.exists(path):
        yield Nothing()
        return
    with open_copy(path) as ledger:
        yield ledger


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
