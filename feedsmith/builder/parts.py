"""Where the entries stand in a document that a format wrote, so that they can be used again."""

from __future__ import annotations

from typing import NamedTuple


class Parts(NamedTuple):
    """A document in pieces: put together they are its bytes again."""

    head: bytes
    entries: tuple[bytes, ...]
    tail: bytes


def xml_parts(document: bytes, *, start: bytes, end: bytes, tail: bytes) -> Parts:
    """Return the pieces of an XML document whose entries are the last children before its tail.

    Inside an element no "<" can stand but those of markup, so `start` and `end` find nothing else.

    Args:
        document: pretty-printed, so that entries begin and end on lines of their own.
        start: what an entry begins with, its indentation included.
        end: what it ends with, the line end included.
        tail: what follows the last entry.
    """
    first = document.find(b"\n" + start) + 1 or len(document) - len(tail)
    entries = document[first : len(document) - len(tail)].split(end)[:-1]
    return Parts(document[:first], tuple([entry + end for entry in entries]), tail)
