"""What publishing asks of the system: data on the disk, and two folders exchanged in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import sys

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
