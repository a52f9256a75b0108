"""Waits for files to change and to be still again, then lets build.

Strategy: watchfiles tells what changed (by the kernel, or by polling where the kernel is not told);
a build waits until nothing was told for a second and every changed file has kept its size and time
for as long, so that a half-written one is not read. The configuration and single files are looked
at once a second. A folder that vanishes is waited for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from typing import NamedTuple

import watchfiles

from feedsmith.errors import ConfigError, OutputError
from feedsmith.walk import is_partial

QUIET_SECONDS = 1.0  # a browser that saves a page pauses for less
LONGEST_SECONDS = 300.0  # a folder that is never still is built all the same after so long
_DEBOUNCE_MS = 200  # changes told together
_REMOTE = ("nfs", "cifs", "smb", "9p", "ceph", "afs", "davfs", "fuse.", "virtiofs", "vboxsf")
Stamp = tuple[int, int, int, int] | None


class Place(NamedTuple):
    """What is watched, as real paths.

    `roots` are the folders and files to read, `skip` the folders below them that are not, and
    `beside` further files whose change matters (the configuration), which need not exist.
    """

    roots: tuple[str, ...]
    skip: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def watch(
    place: Callable[[], Place],
    build: Callable[[], bool],
    stop: Event,
    *,
    poll_seconds: float = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Build after a quiet second, and whenever something changed and is still again.

    Args:
        place: gives what to watch; asked again when a file of `beside` or a folder's identity
            changed.
        build: does the work and says whether it is done; else it is asked again a second later.
        stop: when set, the watch ends within a fraction of a second, or with the build.
        poll_seconds: 0 lets the kernel tell; more looks at every file so often.
        tell: takes a line when a folder vanished and when it is back.

    Raises:
        ConfigError: a root is not there at the start.
        OutputError: the kernel does not watch so many folders.
    """
    where = place()
    missing = _missing(where)
    if missing:
        raise ConfigError(f"{missing[0]}: not there, so it cannot be watched")
    pending = True  # whatever changed before the kernel was asked to tell
    while not stop.is_set():
        where = place()
        missing = _missing(where)
        if missing:
            tell(f"{missing[0]}: gone; waiting until it is back, the feeds stay")
            while _missing(where) and not stop.wait(QUIET_SECONDS):
                pass
            pending = True
            continue
        pending = _watch_place(where, build, stop, poll_seconds=poll_seconds, pending=pending)


def _watch_place(
    where: Place, build: Callable[[], bool], stop: Event, *, poll_seconds: float, pending: bool
) -> bool:
    """Watch until a folder is another one or a file beside changed; say if a build is due."""
    beside = _stamps(where.beside)
    folders = _identities(where)
    still = _Stillness(where, pending=pending)
    for changed in _changes(where, stop, poll_seconds):
        if _identities(where) != folders:
            return True
        if _stamps(where.beside) != beside:
            _wait_for(where.beside, stop)
            return True
        if still.is_reached(changed) and build():
            still = _Stillness(where, pending=False)
    return False


class _Stillness:
    """Knows what changed since the last build, and whether it has come to rest."""

    def __init__(self, where: Place, *, pending: bool) -> None:
        self._files = tuple(root for root in where.roots if not os.path.isdir(root))
        self._stamps = _stamps(self._files)
        self._pending = pending
        self._since = time.monotonic()

    def is_reached(self, changed: Iterable[str]) -> bool:
        """Take what was told in the last second; say whether a build is due."""
        told = set(changed)
        stamps = _stamps({*self._stamps, *told})
        is_moving = bool(told) or stamps != self._stamps
        self._stamps = stamps
        if is_moving and not self._pending:
            self._pending, self._since = True, time.monotonic()
        is_late = time.monotonic() - self._since > LONGEST_SECONDS
        return self._pending and (not is_moving or is_late)


def _changes(where: Place, stop: Event, poll_seconds: float) -> Iterator[set[str]]:
    """Yield the paths that changed as soon as told, and an empty set after each quiet second."""
    folders = [root for root in where.roots if os.path.isdir(root)]
    if not folders:
        while not stop.wait(QUIET_SECONDS):
            yield set()
        return
    try:
        for changes in watchfiles.watch(
            *folders,
            watch_filter=lambda _, path: is_watched(path, where),
            debounce=_DEBOUNCE_MS,
            stop_event=stop,
            rust_timeout=int(QUIET_SECONDS * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=poll_seconds > 0,
            poll_delay_ms=int(poll_seconds * 1000) or 300,
            ignore_permission_denied=True,
        ):
            yield {path for _, path in changes}
    except FileNotFoundError:  # gone between our look and the kernel's
        return
    except OSError as error:
        raise OutputError(
            f"{folders[0]}: cannot be watched ({error}); raise fs.inotify.max_user_watches, or use "
            "--poll SECONDS"
        ) from error


def is_watched(path: str, where: Place) -> bool:
    """Say whether a change of this file can change the feeds."""
    for folder in where.skip:
        if path == folder or path.startswith(f"{folder}/"):
            return False
    root = next((r for r in where.roots if path == r or path.startswith(f"{r.rstrip('/')}/")), "")
    below = path[len(root) :]
    return "/." not in below and not is_partial(below)


def remote_system(path: str, mounts: str) -> str:
    """Return the kind of the network file system that a path lies on, "" when it is on a disk here.

    What another machine changes there is not told to this one's kernel.

    Args:
        path: a real path.
        mounts: the text of /proc/self/mounts, proc(5): one mount a line, white space as octal.
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, system, *_ = f"{line} - - -".split()
        for code, char in ((r"\040", " "), (r"\011", "\t"), (r"\134", "\\")):
            point = point.replace(code, char)
        below = f"{path}/".startswith(f"{point.rstrip('/')}/")
        if below and len(point) >= len(best):
            best, kind = point, system
    return kind if kind.startswith(_REMOTE) else ""


def _wait_for(paths: Iterable[str], stop: Event) -> None:
    """Wait until files have kept their size and time for a second."""
    before = _stamps(paths)
    while not stop.wait(QUIET_SECONDS) and (now := _stamps(paths)) != before:
        before = now


def _missing(where: Place) -> list[str]:
    return [root for root in where.roots if not os.path.exists(root)]


def _identities(where: Place) -> tuple[tuple[int, int] | None, ...]:
    stamps = _stamps(root for root in where.roots if root not in where.beside)
    folders = (stamps[root] for root in where.roots if os.path.isdir(root) or stamps[root] is None)
    return tuple(stamp and stamp[2:] for stamp in folders)


def _stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    """Return (time, size, device, inode) of files, None for those that are not there."""
    found: dict[str, Stamp] = {}
    for path in paths:
        try:
            info = os.stat(path)
        except OSError:
            found[path] = None
        else:
            found[path] = (info.st_mtime_ns, info.st_size, info.st_dev, info.st_ino)
    return found
