"""What earlier runs came to and what they said: for `status`, and so that nothing is told twice.

A run that found nothing new leaves no trace, for it writes nothing. Deleting the file costs memory
only: what is wrong with the files is then told once more. It is never in the way of a build; when
it cannot be read everything counts as news, and when it cannot be written that is all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from hashlib import blake2b
from typing import NamedTuple

from feedsmith import store
from feedsmith.errors import OutputError
from feedsmith.remarks import Remark

VERSION = 1
KEPT_RUNS = 100  # of those that changed or refused something: months, for most people
REMIND_SECONDS = 86_400.0  # a refusal that lasts is told, and remembered, again once a day
_SCHEMA = """
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, started REAL NOT NULL, seconds REAL NOT NULL,
    status INTEGER NOT NULL, error TEXT NOT NULL, message TEXT NOT NULL,
    added INTEGER NOT NULL, changed INTEGER NOT NULL, removed INTEGER NOT NULL,
    articles INTEGER NOT NULL, failed INTEGER NOT NULL, skipped INTEGER NOT NULL,
    feeds INTEGER NOT NULL
);
CREATE TABLE told (mark TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE all_told (mark TEXT NOT NULL);
"""
_FORGET = "DELETE FROM runs WHERE number <= (SELECT max(number) FROM runs) - ?"


class Run(NamedTuple):
    """One run: when it started (Unix time, seconds), how long it took, what came of it.

    `error` and `message` say why nothing was published, or are empty; `added`, `changed` and
    `removed` count entries, `feeds` the feed files that were written.
    """

    started: float
    seconds: float
    status: int
    error: str = ""
    message: str = ""
    added: int = 0
    changed: int = 0
    removed: int = 0
    articles: int = 0
    failed: int = 0
    skipped: int = 0
    feeds: int = 0

    def is_like(self, other: Run) -> bool:
        """Say whether both were refused for the same reason."""
        return bool(self.error) and self[2:5] == other[2:5]


def last_runs(path: str, number: int = KEPT_RUNS) -> list[Run]:
    """Return the last runs that are remembered, the newest first."""
    with suppress(sqlite3.Error), _read(path) as db:
        rows = db.execute("SELECT * FROM runs ORDER BY number DESC LIMIT ?", (number,))
        return [Run(*row[1:]) for row in rows]
    return []


def is_told(path: str, run: Run) -> bool:
    """Say whether the last run was refused for the same reason, less than a day before."""
    return any(
        run.is_like(last) and 0 <= run.started - last.started < REMIND_SECONDS
        for last in last_runs(path, 1)
    )


def news(path: str, remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    """Return the remarks that no earlier run has made of the same bytes."""
    with suppress(sqlite3.Error), _read(path) as db:
        if _are_told(db, remarks):
            return ()
        told = {mark for (mark,) in db.execute("SELECT mark FROM told")}
        return tuple(remark for remark in remarks if _digest([remark]) not in told)
    return tuple(remarks)


def remember_refusal(path: str, run: Run) -> None:
    """Keep a run that published nothing, once for as long as it is told once."""
    if not is_told(path, run):
        _keep(path, run, None)


def remember(path: str, run: Run, remarks: Sequence[Remark]) -> None:
    """Keep a run, and all that is to be said of the files, if there is anything new in it."""
    told = not remarks
    with suppress(sqlite3.Error), _read(path) as db:
        told = _are_told(db, remarks)
    did_something = run.added or run.changed or run.removed or run.feeds or not told
    ends_refusals = any(last.error for last in last_runs(path, 1))
    if did_something or ends_refusals:
        _keep(path, run, remarks)


def _keep(path: str, run: Run, remarks: Sequence[Remark] | None) -> None:
    places = ", ".join("?" * len(run))
    with suppress(sqlite3.Error, OutputError, OSError), closing(_open(path)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute(f"INSERT INTO runs VALUES (NULL, {places})", run)  # noqa: S608 (our own text)
        db.execute(_FORGET, (KEPT_RUNS,))
        if remarks is not None:
            db.execute("DELETE FROM told")
            db.execute("DELETE FROM all_told")
            marks = {_digest([remark]) for remark in remarks}
            db.executemany("INSERT INTO told VALUES (?)", [(mark,) for mark in sorted(marks)])
            db.execute("INSERT INTO all_told VALUES (?)", (_digest(remarks),))
        db.execute("COMMIT")


def _are_told(db: sqlite3.Connection, remarks: Sequence[Remark]) -> bool:
    """Say whether these very remarks are the ones that were told, which is so in most runs."""
    row = db.execute("SELECT mark FROM all_told").fetchone()
    told = row[0] if row else _digest(())
    return bool(told == _digest(remarks))


def _digest(remarks: Iterable[Remark]) -> str:
    """Return what stands for remarks: their words, and the bytes of the files they are about."""
    digest = blake2b(digest_size=16)
    for path, _, kind, message, source in remarks:
        digest.update(f"{path}\0{kind}\0{message}\0{source}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _read(path: str) -> closing[sqlite3.Connection]:
    """Open the file for looking only.

    Raises:
        sqlite3.OperationalError: there is none.
    """
    address = (
        path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    )  # sqlite.org/uri.html
    return closing(sqlite3.connect(f"file:{address}?mode=ro", uri=True, timeout=5))


def _open(path: str) -> sqlite3.Connection:
    try:
        return store.connect(path, _SCHEMA, VERSION)
    except sqlite3.DatabaseError:
        store.set_aside(path)
        return store.connect(path, _SCHEMA, VERSION)
