"""The walk of a root, wherever it lies; what other machines need is imported only for one there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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
