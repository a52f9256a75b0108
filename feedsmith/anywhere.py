"""The walk of a root, wherever it lies, and what stands for a folder that it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import blake2b
from itertools import chain
from struct import pack

from feedsmith.errors import ConfigError
from feedsmith.walk import Folder, is_remote, walk


def walk_any(
    root: str,
    *,
    fetch: bool,
    skip: Collection[str] = (),
    include: Collection[str] = (),
    exclude: Collection[str] = (),
) -> Iterator[Folder]:
    """Return the folders below a path or, where something may be fetched, an address.

    Raises:
        OSError: it cannot be read.
        ConfigError: it lies elsewhere and nothing may be fetched, or a package is missing.
    """
    if not is_remote(root):
        return walk(root, skip=skip, include=include, exclude=exclude)
    if not fetch:
        raise ConfigError(
            f"{root}: does not lie on this machine, and nothing is fetched; allow it with "
            "[input] remote = true, or --allow-fetch"
        )
    from feedsmith import remote  # noqa: PLC0415 (see above)

    return remote.walk(root, include=include, exclude=exclude)


def stamp_of(folder: Folder) -> bytes:
    """Return what stands for the names, times, sizes and inodes of a folder's files, one or more.

    To spell the numbers out takes three times as long as to pack them.
    """
    names, *numbers = zip(*folder.files, strict=True)
    size = len(names)
    packed = pack(f"={size}q{size}q{size}Q", *chain.from_iterable(numbers))
    text = "\0".join(names).encode("utf-8", "surrogatepass")
    return blake2b(text + packed, digest_size=16).digest()
