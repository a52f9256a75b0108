"""Publishing file by file where two folders cannot be exchanged: a journal, then renames.

The new files wait complete in the stage. The journal names every one of them, and what shall go;
once it is on the disk the new set is bound to come: a run that dies in the middle leaves some files
old and some new, none of them torn, and the next run finishes its work before it does anything
else. Each step may be done twice. A file that holds something that feedsmith did not write there
is never replaced or removed, but kept beside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256

from feedsmith.disk import is_mount_point, sync, sync_names, write_whole
from feedsmith.errors import OutputError

_SUFFIX = ".journal"
_FIRST = ("articles/", "media/", "search/")  # what feeds and lists lead to comes before them
_LAST = ("feeds.opml", "index.html")


def stage_of(out: str) -> str:
    """Return the folder in which the next set of out/ is prepared, on the same file system.

    It lies beside out/, and inside it when out/ is a mount point (such as the volume of a
    container) or its parent cannot be written.
    """
    beside, inside = _stages(out)
    if not os.path.isdir(out):
        return beside
    parent = os.path.dirname(out)
    if is_mount_point(out) or not os.access(parent, os.W_OK | os.X_OK):
        return inside
    return beside


def publish(out: str, stage: str, puts: Mapping[str, str], drops: Mapping[str, str]) -> None:
    """Move files from the stage into out/ and remove others, so that it can be finished later.

    Args:
        out: absolute path of the out folder, which exists.
        stage: of `stage_of`; everything in it is on the disk.
        puts: path below both → digest of what lies in out/ and may be replaced, "" for nothing.
        drops: path → digest of what may be removed; "" if what lies there is to be kept aside.

    Raises:
        OSError: the disk said no; the next run goes on.
    """
    ordered = sorted(puts.items(), key=lambda put: (_rank(put[0]), put[0]))
    steps = {"puts": ordered, "drops": sorted(drops.items())}
    write_whole(stage + _SUFFIX, json.dumps(steps).encode())
    resume(out)


def resume(out: str) -> None:
    """Finish what a run began, if one did; else do nothing.

    Raises:
        OSError: the disk said no; the next run goes on.
    """
    for stage in _stages(out):
        journal = stage + _SUFFIX
        if not os.path.exists(journal):
            continue
        from shutil import rmtree  # noqa: PLC0415 (most runs find none, and need it not)

        with open(journal, encoding="utf-8") as stream:
            steps = json.load(stream)
        _put(out, stage, steps["puts"])
        _drop(out, steps["drops"])
        rmtree(stage, ignore_errors=True)
        os.unlink(journal)
        sync(os.path.dirname(journal))


def is_begun(out: str) -> bool:
    """Say whether a journal waits to be finished."""
    return any(os.path.exists(stage + _SUFFIX) for stage in _stages(out))


def resume_first(*outs: str) -> None:
    """Finish what a run that died had begun in out folders, before a run looks at anything.

    Raises:
        OutputError: the disk said no.
    """
    for out in outs:
        try:
            resume(os.path.realpath(out))
        except OSError as error:
            raise OutputError(
                f"{error.filename or out}: {error.strerror}; some feeds are new and some are old "
                "until a run can finish, make room or mend the permissions"
            ) from error


def digest_of(path: str) -> str:
    """Return the SHA-256 of a file in hexadecimal digits, "" when there is none."""
    try:
        with open(path, "rb") as stream:
            return sha256(stream.read()).hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return ""


def aside_name(path: str, digest: str) -> str:
    """Return where a file of ours that the user edited is kept."""
    return f"{path}.edited-{digest[:8]}"


def file_above(root: str, path: str) -> str:
    """Return which of the folders between root and a path below it is a file, "" for none."""
    found = next(filter(os.path.isfile, _folders_of(root, path)), "")
    return os.path.relpath(found, root) if found else ""


def sweep(out: str) -> None:
    """Remove a journal that a run died over; nothing of it had been done."""
    for stage in _stages(out):
        with suppress(FileNotFoundError):
            os.unlink(f"{stage}{_SUFFIX}.tmp")


def prune(root: str, paths: Iterable[str]) -> None:
    """Remove the folders below root that only held these files, which are gone."""
    for emptied in sorted({os.path.dirname(path) for path in paths}, reverse=True):
        folder = emptied
        while folder:
            try:
                os.rmdir(os.path.join(root, folder))
            except OSError:
                break
            folder = os.path.dirname(folder)


def _stages(out: str) -> tuple[str, str]:
    parent, name = os.path.split(out)
    return os.path.join(parent, f".{name}.staging"), os.path.join(out, f".{name}.staging")


def _folders_of(root: str, path: str) -> list[str]:
    """Return the folders between root and a path below it."""
    parts = path.split("/")
    return [os.path.join(root, *parts[:end]) for end in range(1, len(parts))]


def _rank(path: str) -> int:
    """Return when a file comes: pages, feeds of topics, main feeds, the lists of feeds."""
    if path in _LAST:
        return 3 + _LAST.index(path)
    if path.startswith(_FIRST):
        return 0
    return 1 if "/" in path else 2


def _put(out: str, stage: str, puts: Iterable[tuple[str, str]]) -> None:
    folders = {out}
    for path, replaced in puts:
        new, target = os.path.join(stage, path), os.path.join(out, path)
        if not os.path.lexists(new):
            continue  # the run that died got so far
        os.makedirs(os.path.dirname(target), exist_ok=True)
        folders.update(_folders_of(out, path))
        there = digest_of(target)
        if there not in {"", replaced, digest_of(new)}:
            os.rename(target, aside_name(target, there))
        os.replace(new, target)
    for folder in sorted(folders):
        sync(folder)


def _drop(out: str, drops: Collection[tuple[str, str]]) -> None:
    for path, digest in drops:
        target = os.path.join(out, path)
        there = digest_of(target)
        if there and there == digest:
            os.unlink(target)
        elif there and not digest:
            os.rename(target, aside_name(target, there))
    dropped = [path for path, _ in drops]  # some of them by the run that died, and not synced
    prune(out, dropped)
    sync_names(out, map(os.path.dirname, dropped))
