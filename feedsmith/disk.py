"""What publishing asks of the system: walks, synced data, two folders exchanged in one step."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable

_RENAME_EXCHANGE = 2  # linux/fs.h; also RENAME_SWAP of macOS's renamex_np
# What file systems say that have no exchange of folders, or no hard links.
CANNOT = {
    errno.EINVAL, errno.ENOSYS, errno.EBUSY, errno.EXDEV, errno.EPERM, errno.ENOTSUP,
    errno.EOPNOTSUPP, errno.EMLINK,
}  # fmt: skip
Pair = tuple[int, int, int, int]  # inode, time of change in nanoseconds: of a folder, of another


class CannotExchangeError(OSError):
    """This file system cannot publish a folder in one step; nothing is wrong with it otherwise."""


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


def sync_names(root: str, folders: Iterable[str]) -> None:
    """Bring the names in folders below root to the disk; of one that is gone, those above it."""
    standing = set()
    for folder in folders:
        path = os.path.normpath(os.path.join(root, folder))
        while not os.path.isdir(path):
            path = os.path.dirname(path)
        standing.add(path)
    for path in sorted(standing):
        sync(path)


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
    import ctypes  # noqa: PLC0415 (a run that changes nothing needs none of it)

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


def is_mount_point(folder: str) -> bool:
    """Say whether a folder is a mount point, also that of a folder of the same file system."""
    return _mount_of(folder) != _mount_of(os.path.dirname(folder))


def _mount_of(folder: str) -> str:
    descriptor = open_folder(folder)
    try:
        with open(f"/proc/self/fdinfo/{descriptor}", encoding="ascii") as stream:
            return next(line for line in stream if line.startswith("mnt_id:"))
    except (OSError, StopIteration):  # no Linux
        return str(os.fstat(descriptor).st_dev)
    finally:
        os.close(descriptor)


def swap(one: str, other: str) -> None:
    """Exchange two folders in one step.

    Raises:
        CannotExchangeError: this file system or system cannot.
        OSError: the disk said no.
    """
    import ctypes  # noqa: PLC0415 (as above)

    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = library.renamex_np(first, second, _RENAME_EXCHANGE)
    else:
        here = -100  # AT_FDCWD
        failed = library.renameat2(here, first, here, second, _RENAME_EXCHANGE)
    if failed:
        number = ctypes.get_errno()
        kind = CannotExchangeError if number in CANNOT else OSError
        raise kind(number, os.strerror(number), other)


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
