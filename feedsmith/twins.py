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
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from feedsmith import disk
from feedsmith.disk import Pair

# Given a folder and the names in it, what stays: name in the next folder → name here; None: all.
Staying = Callable[[str, Mapping[str, int]], Mapping[str, str] | None]


class Look(NamedTuple):
    """How a folder was: its time of modification (0: it has to be looked at again), what is in it.

    `gone` are the files that the other one shall not have, `folders` the names of folders. `pair`
    says of which folders it was seen that both hold the same files and no folders, () of none.
    `is_fresh`: the names in the next one may not be on the disk yet.
    """

    mtime_ns: int = 0
    gone: Collection[str] = ()
    folders: Collection[str] = ()
    pair: Pair | tuple[()] = ()
    is_fresh: bool = False


Seen = Mapping[str, Look]
_SETTLED_NS = 2 * 10**9  # a change within the tick of the clock before would not show in the time
_WRITTEN_NS = 600 * 10**9  # systems write names within some 30 seconds, laptops within 600


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


def begin(out: str, following: str) -> None:
    """Make the following folder of one that was published for the first time.

    Not to have it costs the next run time and nothing else, so nothing is said when that fails.
    """
    try:
        level(out, following, lambda *_: None, {})
    except OSError:
        shutil.rmtree(following, ignore_errors=True)


def level(out: str, following: str, staying: Staying, known: Mapping[str, Pair]) -> Seen:
    """Make the following folder hold what stays of the published one, and nothing else.

    Args:
        out: the published folder.
        following: the next one, there or not.
        staying: says what stays.
        known: folders that were the same in both, by path, see `Look.pair`; one of them is listed
            only when it has changed since, or shall change.

    Returns:
        How the folders of the published one were, for `retire`.

    Raises:
        CannotExchangeError: this file system has no hard links.
        OSError: the disk said no.
    """
    os.makedirs(following, exist_ok=True)
    before = time.time_ns() - _SETTLED_NS
    seen = {}
    pending = [""]
    while pending:
        relative = pending.pop()
        source, target = os.path.join(out, relative), os.path.join(following, relative)
        info, other = os.stat(source), os.stat(target)
        mtime_ns = info.st_mtime_ns if info.st_mtime_ns < before else 0
        is_fresh = other.st_ctime_ns > before - _WRITTEN_NS  # an earlier run left it so
        pair = _pair(info, other)
        if known.get(relative) == pair and staying(relative, {}) is None:
            seen[relative] = Look(mtime_ns, pair=pair, is_fresh=is_fresh)
            continue
        look, was_same = _level_one(source, target, partial(staying, relative))
        if info.st_mode != other.st_mode:
            os.chmod(target, stat.S_IMODE(info.st_mode))
        elif was_same and max(info.st_ctime_ns, other.st_ctime_ns) < before:
            look = look._replace(pair=pair)
        seen[relative] = look._replace(mtime_ns=mtime_ns, is_fresh=is_fresh or look.is_fresh)
        pending += sorted((os.path.join(relative, name) for name in look.folders), reverse=True)
    return seen


def _pair(info: os.stat_result, other: os.stat_result) -> Pair:
    """Return what any change of one of two folders changes; no program can set the time of one."""
    one, two = sorted([(info.st_ino, info.st_ctime_ns), (other.st_ino, other.st_ctime_ns)])
    return (*one, *two)


def _level_one(
    source: str, target: str, staying: Callable[[Mapping[str, int]], Mapping[str, str] | None]
) -> tuple[Look, bool]:
    """Do for one folder what `level` does; say whether there was nothing to do, nor any folder."""
    names, folders = listing(source)
    there, others = listing(target)
    for name in sorted(others - folders):
        shutil.rmtree(os.path.join(target, name))
    kept = staying(names)
    inodes = names if kept is None else {new: names[old] for new, old in kept.items()}
    if inodes != there:
        surplus = {name for name, inode in there.items() if inodes.get(name) != inode}
        lacking = [name for name, inode in inodes.items() if there.get(name) != inode]
        missing = {name: kept[name] if kept else name for name in lacking}
        _bring(source, target, surplus, missing)
    for name in sorted(folders - others):
        os.mkdir(os.path.join(target, name))
    gone = [n for n in names if inodes.get(n) != names[n]] if kept is not None else []
    was_same = names == there and not gone and not folders and not others
    is_fresh = inodes != there or folders != others
    return Look(gone=gone, folders=folders, is_fresh=is_fresh), was_same


def retire(
    old: str, out: str, is_ours: Callable[[str], bool], seen: Seen, *, is_kept: bool
) -> None:
    """Take from the folder that was exchanged away what the published one has not, or all.

    What the user put there in the last moment is moved to the published one.

    Args:
        old: the folder that was exchanged away.
        out: the published one.
        is_ours: says whether a path below both is a file of ours.
        seen: how the folders of the old one were, for those that nobody has changed since.
        is_kept: leave what both have, for the next run.
    """
    for relative, look in reversed(list(_looks(old, seen))):
        folder, current = os.path.join(old, relative), os.path.join(out, relative)
        gone, same, is_there = look.gone, set(), os.path.isdir(current)
        if not (look.mtime_ns and is_there):
            names = listing(folder)[0]
            still = listing(current)[0] if is_there else {}
            same = {name for name, inode in names.items() if still.get(name) == inode}
            gone = names.keys() - same if is_kept else names
        for name in sorted(gone):
            path = os.path.join(relative, name)
            if name in same or is_ours(path) or not _give_back(old, out, path):
                os.unlink(os.path.join(folder, name))
        if not (is_kept and is_there):
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


def _looks(root: str, seen: Seen) -> Iterator[tuple[str, Look]]:
    """Yield the folders below and with root, parents first, as they were seen if they still are."""
    pending = [""]
    while pending:
        relative = pending.pop()
        folder = os.path.join(root, relative)
        look = seen.get(relative, Look())
        if os.stat(folder).st_mtime_ns != look.mtime_ns:
            look = Look(folders=listing(folder)[1])
        yield relative, look
        pending += sorted((os.path.join(relative, name) for name in look.folders), reverse=True)


def _give_back(old: str, out: str, path: str) -> bool:
    """Move a retired file to out/ if it is the user's newest; say whether it was."""
    mine, published = os.path.join(old, path), os.path.join(out, path)
    if not disk.is_newer(mine, published):
        return False
    os.makedirs(os.path.dirname(published), exist_ok=True)
    os.rename(mine, published)
    return True
