"""What may stop the next run: looked for before it does. Checks in the order in which a run needs.

What can be tried is tried: beside the out folder and in the state folder a small folder is made,
filled, flushed, exchanged with another one and removed again. Nothing else is written, and nobody
is asked over the network.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Literal, NamedTuple

from feedsmith import cache, disk, journal, lessons, reading, store, tables
from feedsmith.builder.render import check as check_templates
from feedsmith.config import LOCAL_URL
from feedsmith.errors import LEDGER_ADVICE, FeedsmithError
from feedsmith.project import Project, check_trees
from feedsmith.state import check_owner, parts_of

LEAST_BYTES = 16_000_000  # bytes; what a build of a few hundred articles writes
LEAST_FILES = 1_000  # files that the file system can still take
BEHIND_SECONDS = 120.0  # a clock may be set back so far by being set right
AHEAD_SECONDS = 2 * 366 * 86_400.0  # without a run for so long, the clock is the likelier cause


class Finding(NamedTuple):
    """One line: what was looked at, how it is, and if it is not well what to do about it."""

    level: Literal["ok", "warning", "problem"]
    what: str
    message: str


def examine(project: Project, now: float) -> Iterator[Finding]:
    """Yield what is found; each check yields a line at least.

    Args:
        project: what is to be built; its configuration could be read.
        now: Unix time, seconds.
    """
    for check in CHECKS:
        yield from check(project, now)


def _configuration(project: Project, _: float) -> Iterator[Finding]:
    name = project.name or "configuration"
    try:
        reading.catalog(lessons.taught(project.config, project.base))
        check_templates(project.templates)
        check_trees(project)
        if os.path.exists(project.state.owner):
            check_owner(project.state, project.out)
    except FeedsmithError as error:
        yield Finding("problem", "config", str(error))
    else:
        yield Finding("ok", "config", f"{name}: in order")
    hook = project.config.hooks.after_build
    if hook and not isinstance(hook, str) and not shutil.which(hook[0]):
        yield Finding("problem", "hooks.after_build", f"{hook[0]}: no such command; mend the path")


def _input(project: Project, _: float) -> Iterator[Finding]:
    if not project.roots:
        yield Finding("problem", "input", "none: set [input] paths in config.toml")
    for root in project.roots:
        try:
            if os.path.isdir(root):
                with os.scandir(root) as entries:
                    is_empty = next(entries, None) is None
            else:
                is_empty = not os.stat(root).st_size
        except OSError as error:
            advice = "is the disk mounted, may this user read it?"
            yield Finding("problem", "input", f"{root}: {error.strerror}; {advice}")
        else:
            advice = "is empty; is the disk mounted?"
            yield (
                Finding("problem", "input", f"{root}: {advice}")
                if is_empty
                else Finding("ok", "input", f"{root}: can be read")
            )


def _folders(project: Project, _: float) -> Iterator[Finding]:
    out = os.path.realpath(project.out)
    if os.path.exists(out) and not os.path.isdir(out):
        yield Finding("problem", "out folder", f"{project.out}: is a file; name a folder with -o")
    elif journal.stage_of(out).startswith(f"{out}/"):  # a mount point, or its parent is read-only
        tried = _tried("out folder", out)
        advice = "can be written; cannot be exchanged in one step, so files are moved one by one"
        is_fine = tried.level == "ok"
        yield Finding("ok", "out folder", f"{project.out}: {advice}") if is_fine else tried
    else:
        yield _tried("out folder", os.path.dirname(out))
    yield _tried("state folder", project.state.folder)


def _tried(what: str, folder: str) -> Finding:
    """Do in a folder, or the one it will be made in, what publishing does."""
    while not os.path.exists(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(os.path.abspath(folder))
    try:
        with tempfile.TemporaryDirectory(prefix=".feedsmith-doctor-", dir=folder) as trial:
            one, other = os.path.join(trial, "one"), os.path.join(trial, "other")
            os.mkdir(one)
            os.mkdir(other)
            disk.write_whole(os.path.join(one, "file"), b"tried by feedsmith doctor\n")
            disk.sync_file_system(trial)
            disk.swap(one, other)
    except disk.CannotExchangeError:
        return Finding("ok", what, f"{folder}: can be written; files are moved one by one")
    except OSError as error:
        advice = "mend the permissions, or choose another folder"
        return Finding("problem", what, f"{folder}: cannot be written: {error.strerror}; {advice}")
    return Finding("ok", what, f"{folder}: can be written, flushed, and exchanged in one step")


def _space(project: Project, _: float) -> Iterator[Finding]:
    parent = os.path.dirname(os.path.realpath(project.out))
    while not os.path.exists(parent):
        parent = os.path.dirname(parent)
    room, known = shutil.disk_usage(parent), os.statvfs(parent)
    needed = sum(_sizes(project.out)) + sum(_sizes(project.state.folder))
    text = f"{room.free:,} bytes free where out/ lies; building all of it anew takes {needed:,}"
    if room.free < LEAST_BYTES:
        yield Finding("problem", "disk", f"{text}; make room")
    elif room.free < needed:
        yield Finding("warning", "disk", f"{text}; make room before the next upgrade")
    else:
        yield Finding("ok", "disk", text)
    if known.f_files and known.f_favail < LEAST_FILES:
        yield Finding("problem", "disk", f"room for {known.f_favail} more files only; remove some")


def _sizes(folder: str) -> Iterator[int]:
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield os.lstat(os.path.join(place, name)).st_size


def _clock(project: Project, now: float) -> Iterator[Finding]:
    paths = (project.state.cache, project.state.ledger, project.state.history, project.out)
    times = [os.stat(path).st_mtime for path in (*paths, __file__) if os.path.exists(path)]
    ahead = now - max(times)
    if ahead < -BEHIND_SECONDS:
        advice = "set it right; feedsmith takes no date from it, but files saved now look old"
        yield Finding(
            "problem", "clock", f"{-ahead / 3600:.1f} hours behind the last run; {advice}"
        )
    elif ahead > AHEAD_SECONDS:
        days = int(ahead / 86_400)
        yield Finding("warning", "clock", f"{days} days after the last run; is it right?")
    else:
        yield Finding("ok", "clock", "goes with what the last run left")


def _lock(project: Project, _: float) -> Iterator[Finding]:
    state = project.state
    is_held = False
    if os.path.exists(state.lock):
        try:
            descriptor = os.open(state.lock, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                yield Finding("problem", "lock", f"{state.lock}: {error.strerror}; mend this")
                return
            is_held = True
    yield Finding("ok", "lock", "a run is at work now" if is_held else "free")
    head, name = os.path.split(os.path.realpath(project.out))
    stage = os.path.join(head, f".{name}.staging")
    if os.path.exists(stage) and not is_held:
        advice = "left by a run that died; the next build clears it away"
        yield Finding("warning", "staging folder", f"{stage}: {advice}")


def _state(project: Project, _: float) -> Iterator[Finding]:
    state = project.state
    for path in parts_of(state.ledger) or [state.ledger]:
        yield _database("ledger", path, tables.VERSION)
    yield _database("cache", state.cache, cache.VERSION)
    for name, path in (("manifest", state.manifest), ("history", state.history)):
        yield _database(name, path, 0)


def _database(what: str, path: str, newest: int) -> Finding:
    if not os.path.exists(path):
        return Finding("ok", what, "not there yet; the next build makes it")
    if not store.is_sound(path):
        if what == "ledger":
            return Finding("problem", what, f"{path}: damaged; {LEDGER_ADVICE}")
        return Finding("warning", what, f"{path}: damaged; the next build makes it anew")
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if newest and version > newest and what == "ledger":
            advice = "upgrade feedsmith, or restore the ledger from a backup"
            return Finding("problem", what, f"{path}: made by a newer feedsmith; {advice}")
    return Finding("ok", what, "sound")


def _address(project: Project, _: float) -> Iterator[Finding]:
    base = project.config.feed.base_url
    if base == LOCAL_URL:
        advice = "readers elsewhere need [feed] base_url"
        yield Finding(
            "ok", "base_url", f"not set: {LOCAL_URL}, where 'feedsmith serve' answers; {advice}"
        )
    else:
        yield Finding("ok", "base_url", f"not asked (no network); try: curl -I {base}feeds.opml")


CHECKS: tuple[Callable[[Project, float], Iterator[Finding]], ...] = (
    _configuration, _input, _folders, _space, _clock, _lock, _state, _address,
)  # fmt: skip
