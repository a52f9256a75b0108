"""The bytes beyond ASCII of a file, and what around them tells in which encoding they are.

No more is looked at than tells it: a file may be large, and all in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ENOUGH_BYTES = 65_536  # bytes; they tell encodings apart, and the guess stays below 0.1 s
_LONG_BYTES = 500  # bytes; paragraphs of prose that are longer lose nothing but plain words
_PIECE = re.compile(rb"[^\r\n<>]+")  # its ends are no bytes of longer characters in the Far East
_WORD = re.compile(rb"[^ ]+")
_ODD = bytes(range(0x80, 256))


def pieces(data: bytes) -> bytes:
    """Return the lines, and the texts between tags, that hold more than ASCII, each once.

    Of long ones, which may be a script's data, only the words that do.
    """
    return _begun(b"\n", _told(data))


def _told(data: bytes) -> Iterator[bytes]:
    seen: set[bytes] = set()
    for piece in _odd(_PIECE, data):
        if piece not in seen:
            seen.add(piece)
            yield piece if len(piece) <= _LONG_BYTES else _begun(b" ", _odd(_WORD, piece))


def _odd(pattern: re.Pattern[bytes], data: bytes) -> Iterator[bytes]:
    return (found[0] for found in pattern.finditer(data) if not found[0].isascii())


def _begun(seam: bytes, found: Iterable[bytes]) -> bytes:
    """Return the first bytes of pieces with a seam between them; no more are asked for."""
    kept: list[bytes] = []
    size = 0
    for piece in found:
        kept.append(piece)
        size += len(piece) + 1
        if size > _ENOUGH_BYTES:
            break
    return seam.join(kept)[:_ENOUGH_BYTES]


def count(data: bytes) -> int:
    """Return how many bytes are no ASCII."""
    return len(data) - len(data.translate(None, _ODD))
