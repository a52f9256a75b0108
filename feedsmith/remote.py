"""Saved files that lie elsewhere: listed and opened by their address, through fsspec, if allowed.

Nothing is fetched unless the user says so. What lies under `file://` is on this machine and is read
like any other file. A stamp of the change (ETag, time, size) stands for the inode.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import blake2b
from importlib import import_module
from io import BytesIO
from typing import Any, BinaryIO, cast

from feedsmith.errors import ConfigError, UnreadableSourceError
from feedsmith.walk import FileStat, Folder, is_remote, walk_listed

# What file systems call the time of a change, and what else changes with the bytes.
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "Last-Modified", "created")
_STAMPS = ("ETag", "etag", "md5Hash", "crc32c", "CRC", "content_md5", "ino", *_TIMES)


def walk(
    root: str, *, include: Collection[str] = (), exclude: Collection[str] = ()
) -> Iterator[Folder]:
    """Yield the folders below an address as `walk.walk` does those of a disk.

    An address that ends in "/" is a folder, whatever its file system says.

    Raises:
        OSError: it cannot be listed; `filename` is the address.
        ConfigError: a package is missing, or there is no such kind of address.
    """
    system, _ = _system(root)
    try:
        if not root.endswith("/") and (info := _info(root))["type"] != "directory":
            head, _, name = root.rpartition("/")
            yield Folder(head, "", [_stat(name, info)])
            return
        root = root.rstrip("/")
        yield from walk_listed(_lister(system), root, include=include, exclude=exclude)
    except OSError as error:
        raise OSError(error.errno or 0, error.strerror or str(error), root) from error


def stat(address: str) -> FileStat:
    """Return what is known of one file.

    Raises:
        OSError: there is none, or it cannot be asked for.
    """
    return _stat(address.rpartition("/")[2], _info(address))


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens a file where the work is done: all its bytes, or a stream where max_bytes is 0."""

    path: str
    max_bytes: int

    def __call__(self) -> BinaryIO:
        """Return the bytes.

        Raises:
            UnreadableSourceError: it cannot be fetched, or it has grown over the limit.
        """
        system, name = _system(self.path)
        if not self.max_bytes:
            _check_parts(self.path)
            return cast("BinaryIO", _tried(lambda: system.open(name, "rb")))
        with cast("BinaryIO", _tried(lambda: system.open(name, "rb"))) as stream:
            data = cast("bytes", _tried(lambda: stream.read(self.max_bytes + 1)))
        if len(data) > self.max_bytes:
            raise UnreadableSourceError(f"grew over input.max_file_bytes ({self.max_bytes})")
        return BytesIO(data)


@dataclass(frozen=True, slots=True)
class Beside:
    """Gives the bytes of a file that lies in a folder or below it, None where there is none."""

    folder: str
    max_bytes: int

    def __call__(self, name: str) -> bytes | None:
        """Return the bytes, or None."""
        below = posixpath.normpath(name)
        if below.startswith(("/", "..")) or is_remote(name):
            return None
        try:
            with Opener(f"{self.folder}/{below}", self.max_bytes)() as stream:
                return stream.read()
        except UnreadableSourceError:
            return None


def _check_parts(address: str) -> None:
    """Check that parts of a file can be had, without which a stream cannot be read here and there.

    Raises:
        UnreadableSourceError: its web server gives whole files only.
    """
    if address.startswith("http") and not _gives_parts(address):
        raise UnreadableSourceError(
            "its server gives whole files only (no HTTP ranges); fetch it yourself, or raise "
            "input.max_file_bytes"
        )


@lru_cache(maxsize=1024)
def _gives_parts(address: str) -> bool:
    system, name = _system(address)
    return len(cast("bytes", _tried(lambda: system.cat_file(name, 1, 2)))) == 1


def _tried(act: Callable[[], object]) -> object:
    try:
        return act()
    except Exception as error:  # each file system raises its own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UnreadableSourceError(f"cannot be fetched: {reason}; is it still there?") from error


@cache
def _of_protocol(root: str, process: int) -> Any:  # noqa: ANN401, ARG001 (fsspec has no types)
    """Return the file system that an address names.

    Each process has its own: what a fork inherits has connections whose thread is not there.

    Raises:
        ConfigError: a package is missing, or there is no such kind of address.
    """
    try:
        fsspec: Any = import_module("fsspec")
    except ModuleNotFoundError as error:
        raise ConfigError(f"{root}: to read it, run: pip install 'feedsmith[remote]'") from error
    try:
        return fsspec.core.url_to_fs(root)[0]
    except (ImportError, ValueError) as error:
        raise ConfigError(f"{root}: {error}") from error


def _system(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the name of the file in it."""
    scheme, mark, rest = address.partition("://")
    system = _of_protocol(f"{scheme}{mark}{rest.partition('/')[0]}", os.getpid())
    return system, system._strip_protocol(address)  # noqa: SLF001 (what fsspec's own users call)


def _info(address: str) -> Mapping[str, Any]:
    system, name = _system(address)
    try:
        info: Mapping[str, Any] = system.info(name)
    except OSError:
        raise
    except Exception as error:  # of a client library
        raise OSError(0, " ".join(str(error).split())[:200], address) from error
    return info


def _lister(system: Any) -> Callable[[str], tuple[list[FileStat], list[str]]]:  # noqa: ANN401
    """Return what lists one folder: its files with their stamps, and its sub-folders."""

    def listed(path: str) -> tuple[list[FileStat], list[str]]:
        files: list[FileStat] = []
        folders: list[str] = []
        for info in system.ls(system._strip_protocol(path), detail=True):  # noqa: SLF001
            name = info["name"].rstrip("/").rpartition("/")[2]
            if info["type"] == "directory":
                folders.append(name)
            elif name:
                files.append(_stat(name, info))
        return sorted(files), folders

    return listed


def _stat(name: str, info: Mapping[str, Any]) -> FileStat:
    stamps = repr([(key, info[key]) for key in _STAMPS if key in info])
    number = int.from_bytes(blake2b(stamps.encode(), digest_size=8).digest()) >> 1
    return name, _time_ns(info), int(info.get("size") or 0), number


def _time_ns(info: Mapping[str, Any]) -> int:
    """Return when a file was changed, the epoch where its file system does not say."""
    for key in _TIMES:
        when = info.get(key)
        if isinstance(when, datetime):
            when = when if when.tzinfo else when.replace(tzinfo=UTC)
            return int(when.timestamp()) * 1_000_000_000
        if isinstance(when, int | float) and when:
            return int(when) * 1_000_000_000
    return 0
