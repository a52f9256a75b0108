"""Readers that were installed beside feedsmith: found by their entry points, loaded once."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from feedsmith.errors import PluginError
from feedsmith.readers import KINDS
from feedsmith.readers.kind import Kind

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

READERS = "feedsmith.readers"
_POINTS = "*-info/entry_points.txt"  # where an installed package names its entry points


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of files that other packages read, in the order of their names.

    Raises:
        PluginError: one cannot be loaded, is no kind, or takes the name of another one.
    """
    if not _are_named():
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415 (0.03 s, and few have a reader)

    found: dict[str, Kind] = {}
    for point in sorted(entry_points(group=READERS), key=lambda point: point.name):
        kind = _loaded(point)
        if kind.name in found or any(kind.name == own.name for own in KINDS):
            raise PluginError(
                f"{_named(point)}: there is a kind {kind.name!r} already; uninstall one of the two"
            )
        found[kind.name] = kind
    return tuple(found.values())


def _are_named() -> bool:
    """Say whether any package that is installed names a reader."""
    section = f"[{READERS}]".encode()
    return any(
        section in points.read_bytes()
        for folder in sys.path
        for points in Path(folder).glob(_POINTS)
    )


def _loaded(point: EntryPoint) -> Kind:
    try:
        kind = point.load()
    except Exception as error:
        raise PluginError(
            f"{_named(point)}: cannot be loaded: {error}; update or uninstall it"
        ) from error
    if not isinstance(kind, Kind):
        raise PluginError(
            f"{_named(point)}: is no feedsmith.readers.kind.Kind; update or uninstall it"
        )
    return kind


def _named(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"reader {point.name}{package}"
