"""Where the state lies, and the lock that lets one run at a time touch it."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from feedsmith.errors import ConfigError, LockedError, OutputError

WAIT_SECONDS = 2.0  # a build that changes little is over by then; a longer one is not waited for
_POLL_SECONDS = 0.05


class StatePaths(NamedTuple):
    """The files of one state folder."""

    folder: str
    lock: str
    cache: str
    ledger: str
    manifest: str
    owner: str
    token: str
    history: str


def state_paths(folder: str) -> StatePaths:
    """Return the names of what a state folder holds."""
    return StatePaths(
        folder=folder,
        lock=os.path.join(folder, "lock"),
        cache=os.path.join(folder, "cache.sqlite3"),
        ledger=os.path.join(folder, "ledger.sqlite3"),
        manifest=os.path.join(folder, "manifest.sqlite3"),
        owner=os.path.join(folder, "out"),
        token=os.path.join(folder, "token"),
        history=os.path.join(folder, "history.sqlite3"),
    )


@contextmanager
def locked(paths: StatePaths) -> Iterator[None]:
    """Hold the lock, making the state folder if need be. The kernel frees it should the run die.

    Raises:
        LockedError: another run holds it.
        OutputError: the state folder cannot be made or written.
    """
    try:
        os.makedirs(paths.folder, exist_ok=True)
        descriptor = os.open(paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise OutputError(f"{paths.folder}: cannot keep state here: {error.strerror}") from error
    try:
        _take(descriptor, paths.lock)
        yield
    finally:
        os.close(descriptor)


def check_owner(paths: StatePaths, out: str) -> None:
    """Refuse state that belongs to another out folder; remember the out folder the first time.

    The name is kept relative to the state folder, so that both can be moved together.

    Raises:
        ConfigError: the state was made for another out folder.
        OutputError: the state folder cannot be written.
    """
    name = os.path.relpath(os.path.realpath(out), os.path.realpath(paths.folder))
    try:
        with open(paths.owner, encoding="utf-8", errors="surrogateescape") as stream:
            owner = stream.read().rstrip("\n")
    except FileNotFoundError:
        _note_owner(paths, name)
        return
    if owner != name:
        raise ConfigError(
            f"{paths.folder}: this state belongs to the out folder "
            f"{os.path.normpath(os.path.join(paths.folder, owner))}, not {out}; "
            "give another out folder a config of its own, or set [state] dir"
        )


def part_of(ledger: str, number: int, of: int) -> str:
    """Return where a part of a ledger lies that has several, see `feedsmith gather --parts`."""
    stem, suffix = os.path.splitext(ledger)
    return f"{stem}-{number:04}-of-{of:04}{suffix}"


def parts_of(ledger: str) -> list[str]:
    """Return where the parts of a ledger lie, in their order; [] when it is one file."""
    folder, name = os.path.split(ledger)
    stem, suffix = map(re.escape, os.path.splitext(name))
    pattern = re.compile(rf"{stem}-\d{{4}}-of-\d{{4}}{suffix}")
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, one) for one in sorted(names) if pattern.fullmatch(one)]


def check_whole(paths: StatePaths) -> None:
    """Refuse a ledger in parts, for what knows but one.

    Raises:
        ConfigError: it is.
    """
    if parts := parts_of(paths.ledger):
        raise ConfigError(
            f"{paths.folder}: the ledger is in {len(parts)} parts; only 'feedsmith gather' and "
            "'feedsmith remove' can write it. Set [state] dir for a ledger of its own, or move the "
            "parts away to derive all ids anew"
        )


def strays(paths: StatePaths) -> list[str]:
    """Return other ledgers in the state folder, as programs that sync folders make them.

    Two machines that built at once leave the ledger of one under another name: "conflicted copy",
    "sync-conflict", the machine's name, a number, as the program likes.
    """
    own = os.path.basename(paths.ledger)
    stem, suffix = os.path.splitext(own)
    try:
        names = os.listdir(paths.folder)
    except OSError:
        return []
    return [
        os.path.join(paths.folder, name)
        for name in sorted(names)
        if name != own and name.startswith(stem) and name.endswith(suffix)
        if "-of-" not in name  # parts, see part_of
    ]


def _note_owner(paths: StatePaths, name: str) -> None:
    try:
        with open(paths.owner, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(f"{name}\n")
    except OSError as error:
        raise OutputError(f"{paths.owner}: cannot keep state here: {error.strerror}") from error


def _take(descriptor: int, path: str) -> None:
    waited = 0.0
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise OutputError(f"{path}: cannot be locked: {error.strerror}") from error
            if waited >= WAIT_SECONDS:
                raise LockedError(
                    f"{path}: another run is at work; this one leaves it alone"
                ) from None
            time.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
        else:
            return
