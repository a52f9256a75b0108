"""The two SQLite files open alike: one writer, a schema version, damage noticed at once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping

from feedsmith.errors import LEDGER_ADVICE, LedgerError, OutputError

PAGES_KIB = 1_000  # KiB of pages kept in memory: as many as 1,000 articles fill, and it ends there
Steps = Mapping[int, str]  # version of a file → statements that bring it to the next one


def connect(path: str, schema: str, version: int, steps: Steps | None = None) -> sqlite3.Connection:
    """Open or create a database and check it.

    Args:
        path: the file; its folder exists.
        schema: statements that make the tables of a new file.
        version: `user_version` the file must have.
        steps: how an older file is brought up to date; each step is kept whole or not at all.

    Raises:
        sqlite3.DatabaseError: damaged, not a database, or of a version from which no step leads.
        OutputError: the disk said no.
    """
    try:
        return _opened(path, schema, version, steps or {})
    except sqlite3.OperationalError as error:  # no room, no permission: nothing is damaged
        raise OutputError(
            f"{path}: cannot keep state here: {error}; the feeds already published stay, "
            "make room or mend the permissions"
        ) from error


def _opened(path: str, schema: str, version: int, steps: Steps) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    try:
        _prepare(connection, schema, version, steps)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, schema: str, version: int, steps: Steps) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if not found and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.executescript(f"BEGIN; {schema}; PRAGMA user_version = {version:d}; COMMIT;")
    else:
        migrate(connection, version, steps)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{PAGES_KIB}")


def migrate(connection: sqlite3.Connection, version: int, steps: Steps) -> None:
    """Bring a database to a version, step by step.

    Raises:
        sqlite3.DatabaseError: no step leads there.
    """
    while (found := connection.execute("PRAGMA user_version").fetchone()[0]) != version:
        if found not in steps:
            raise sqlite3.DatabaseError(f"version {found}, expected {version}")
        connection.executescript(
            f"BEGIN IMMEDIATE; {steps[found]}; PRAGMA user_version = {found + 1:d}; COMMIT;"
        )


def is_sound(path: str) -> bool:
    """Say whether every page of a database can be read; a missing one is sound."""
    if not os.path.exists(path):
        return True
    try:
        connection = sqlite3.connect(path, timeout=5)
        try:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.OperationalError:  # no room, no permission: nothing is known to be damaged
        return True
    except sqlite3.DatabaseError:
        return False
    return bool(answer) and answer[0] == "ok"


def set_aside(path: str) -> str:
    """Rename a damaged file (and its journal) to the first free `PATH.bad-N`; return that name."""
    number = 1
    while os.path.exists(f"{path}.bad-{number}"):
        number += 1
    target = f"{path}.bad-{number}"
    os.replace(path, target)
    if os.path.exists(f"{path}-journal"):
        os.replace(f"{path}-journal", f"{target}-journal")
    return target


def set_damaged_aside(
    ledger: str, remade: Iterable[str], error: sqlite3.DatabaseError, warn: Callable[[str], None]
) -> None:
    """Set aside what a run stumbled over in the middle, if it can be made anew.

    Args:
        ledger: the file that cannot.
        remade: the files that can.
        error: what the run met.
        warn: is told of each.

    Raises:
        LedgerError: it is the ledger.
        OutputError: the disk said no, or nothing is found damaged.
    """
    if not is_sound(ledger):
        raise LedgerError(f"{ledger}: damaged ({error}); {LEDGER_ADVICE}") from error
    damaged = [path for path in remade if not is_sound(path)]
    if isinstance(error, sqlite3.OperationalError) or not damaged:
        raise OutputError(
            f"{os.path.dirname(ledger)}: the state cannot be kept ({error}); what is published is "
            "whole, make room or mend the permissions"
        ) from error
    for path in damaged:
        warn(f"{path}: damaged ({error}); set aside as {set_aside(path)}, made anew")
