"""Where the pages of an archive lie, so that each can be read apart: small values that pickle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """Where a record lies in an archive: number of the file in it, offset and length in bytes."""

    file: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Where the pages of an archive lie, in the order in which they are read.

    `packed` are the files in it whose places count unpacked bytes; `error` says from where on it is
    broken, or "".
    """

    places: tuple[Place, ...]
    packed: frozenset[int] = frozenset()
    has_pictures: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Some pages of an archive, and what is known of all of it: digest, kind, see `Listing`."""

    digest: str
    kind: str
    places: tuple[Place, ...]
    packed: frozenset[int] = frozenset()
    has_pictures: bool = False
