"""Two folders that take turns: the one that is published, and the one that will be next.

Both hold the same files, as hard links of one another, but for what has changed since they last
took turns. So a run links and unlinks that and nothing else, however many files there are. What
differs is told by the names and inodes of both, so a folder that is missing, half made or years
behind is brought up to date in the same way. Nobody's own work is in the next one alone.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping

from feedsmith import disk

# Given a folder and the names in it, what stays: name in the next folder → name here; None: all.
Staying = Callable[[str, Mapping[str, int]], Mapping[str, str] | None]


def listing(folder: str) -> tuple[dict[str, int], set[str]]:
    """Return (name → inode of the files, names of the folders) of a folder, links being files."""
    files, folders = {}, set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.add(entry.name)
            else:
                files[entry.name] = entry.inode()
    return files, folders


def level(out: str, following: str, staying: Staying) -> None:
    """Make the following folder hold what stays of the published one, and nothing else.

    Raises:
        CannotExchangeError: this file system has no hard links.
        OSError: the disk said no.
    """
    os.makedirs(following, exist_ok=True)
    pending = [""]
    while pending:
        relative = pending.pop()
        source, target = os.path.join(out, relative), os.path.join(following, relative)
        names, folders = listing(source)
        there, others = listing(target)
        for name in sorted(others - folders):
            shutil.rmtree(os.path.join(target, name))
        kept = staying(relative, names)
        wanted = dict(zip(names, names, strict=True)) if kept is None else kept
        inodes = {new: names[old] for new, old in wanted.items()}
        if inodes != there:
            surplus = {name for name, inode in there.items() if inodes.get(name) != inode}
            missing = {new: old for new, old in wanted.items() if there.get(new) != inodes[new]}
            _bring(source, target, surplus, missing)
        _copy_mode(source, target)
        for name in sorted(folders - others):
            os.mkdir(os.path.join(target, name))
        pending += sorted((os.path.join(relative, name) for name in folders), reverse=True)


def retire(old: str, out: str, is_ours: Callable[[str], bool], *, is_kept: bool) -> None:
    """Take from the folder that was exchanged away what the published one has not, or all.

    What the user put there in the last moment is moved to the published one.

    Args:
        old: the folder that was exchanged away.
        out: the published one.
        is_ours: says whether a path below both is a file of ours.
        is_kept: leave what both have, for the next run.
    """
    for relative in reversed(list(_folders(old))):
        folder, current = os.path.join(old, relative), os.path.join(out, relative)
        names = listing(folder)[0]
        still = listing(current)[0] if os.path.isdir(current) else {}
        gone = dict(names.items() - still.items()) if is_kept else names
        descriptor = disk.open_folder(folder)
        try:
            for name in sorted(gone):
                path = os.path.join(relative, name)
                is_same = still.get(name) == names[name]
                if is_same or is_ours(path) or not _give_back(old, out, path):
                    os.unlink(name, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        if not (is_kept and os.path.isdir(current)):
            os.rmdir(folder)


def _bring(source: str, target: str, surplus: set[str], missing: Mapping[str, str]) -> None:
    """Unlink what is too much in one folder, and link what is missing from another."""
    here, there = disk.open_folder(source), disk.open_folder(target)
    try:
        for name in sorted(surplus):
            os.unlink(name, dir_fd=there)
        for new, old in sorted(missing.items()):
            try:
                os.link(old, new, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
            except OSError as error:  # which knows no more than the bare name
                kind = disk.CannotExchangeError if error.errno in disk.CANNOT else OSError
                where = os.path.join(source, old)
                raise kind(error.errno, error.strerror, where) from error
    finally:
        os.close(here)
        os.close(there)


def _copy_mode(source: str, target: str) -> None:
    """Give a folder the mode that the user gave its twin."""
    mode = stat.S_IMODE(os.stat(source).st_mode)
    if stat.S_IMODE(os.stat(target).st_mode) != mode:
        os.chmod(target, mode)


def _folders(root: str) -> Iterator[str]:
    """Yield the folders below and with root, parents first."""
    pending = [""]
    while pending:
        relative = pending.pop()
        yield relative
        names = sorted(listing(os.path.join(root, relative))[1], reverse=True)
        pending += [os.path.join(relative, name) for name in names]


def _give_back(old: str, out: str, path: str) -> bool:
    """Move a retired file to out/ if it is the user's newest; say whether it was."""
    mine, published = os.path.join(old, path), os.path.join(out, path)
    if not disk.is_newer(mine, published):
        return False
    os.makedirs(os.path.dirname(published), exist_ok=True)
    os.rename(mine, published)
    return True
