"""Readers that were installed beside feedsmith: found by their entry points, loaded once."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from feedsmith.errors import PluginError
from feedsmith.readers import KINDS
from feedsmith.readers.kind import Kind

READERS = "feedsmith.readers"


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of files that other packages read, in the order of their names.

    Raises:
        PluginError: one cannot be loaded, is no kind, or takes the name of another one.
    """
    found: dict[str, Kind] = {}
    for point in sorted(entry_points(group=READERS), key=lambda point: point.name):
        kind = _loaded(point)
        if kind.name in found or any(kind.name == own.name for own in KINDS):
            raise PluginError(
                f"{_named(point)}: there is a kind {kind.name!r} already; uninstall one of the two"
            )
        found[kind.name] = kind
    return tuple(found.values())


def _loaded(point: EntryPoint) -> Kind:
    try:
        kind = point.load()
    except Exception as error:
        raise PluginError(f"{_named(point)}: cannot be loaded: {error}") from error
    if not isinstance(kind, Kind):
        raise PluginError(f"{_named(point)}: is no feedsmith.readers.kind.Kind")
    return kind


def _named(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"reader {point.name}{package}"
