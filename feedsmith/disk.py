"""What publishing asks of the system: walks, synced data, two folders exchanged in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator

from feedsmith.errors import OutputError

_RENAME_EXCHANGE = 2  # linux/fs.h; also RENAME_SWAP of macOS's renamex_np


def open_folder(folder: str) -> int:
    """Return a descriptor of a folder, to work below it or to sync it; the caller closes it."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def sync(path: str) -> None:
    """Bring a file's bytes, or a folder's list of names, to the disk."""
    descriptor = os.open(path or ".", os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: str, data: bytes) -> None:
    """Write a file so that, whatever happens, it holds the old bytes or the new ones."""
    temporary = f"{path}.tmp"
    with open(temporary, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    sync(os.path.dirname(path))


def sync_file_system(folder: str) -> None:
    """Bring everything of the folder's file system to the disk (see docs/adr/001)."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:  # macOS
        os.sync()
        return
    descriptor = open_folder(folder)
    try:
        if syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), folder)
    finally:
        os.close(descriptor)


def swap(one: str, other: str) -> None:
    """Exchange two folders in one step.

    Raises:
        OutputError: this file system or system cannot.
    """
    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = library.renamex_np(first, second, _RENAME_EXCHANGE)
    else:
        here = -100  # AT_FDCWD
        failed = library.renameat2(here, first, here, second, _RENAME_EXCHANGE)
    if failed:
        number = ctypes.get_errno()
        if number in {errno.EINVAL, errno.ENOSYS, errno.EBUSY, errno.EXDEV}:
            raise OutputError(
                f"{other}: this file system cannot exchange two folders in one step "
                f"({os.strerror(number)}); put the out folder on a local disk (ext4, xfs, btrfs, "
                "tmpfs, APFS), not on a mount point itself"
            )
        raise OSError(number, os.strerror(number), other)


def is_newer(old: str, new: str) -> bool:
    """Say whether a retired file, in no other folder, is missing from out/ or was saved later."""
    info = os.lstat(old)
    if info.st_nlink > 1:
        return False
    try:
        other = os.lstat(new)
    except FileNotFoundError:
        return True
    return not stat.S_ISDIR(other.st_mode) and info.st_mtime_ns > other.st_mtime_ns


def tree(root: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (folder below root, names of its files), parents first, sorted."""
    pending = [""]
    while pending:
        relative = pending.pop()
        names: list[str] = []
        folders: list[str] = []
        try:
            with os.scandir(os.path.join(root, relative)) as entries:
                for entry in entries:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    (folders if is_folder else names).append(entry.name)
        except FileNotFoundError:
            if relative:
                raise
            return
        yield relative, sorted(names)
        pending += [f"{relative}/{n}" if relative else n for n in sorted(folders, reverse=True)]
