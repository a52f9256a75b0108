"""JSON files: the items of a list one by one, or one object; what is broken is said with its place.

A list is decoded item by item, so that of a truncated file everything whole is read, and nothing
is held but the text and the item at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Source
from feedsmith.readers.encoding import decode

MAX_VALUES = (
    2_000_000  # lists and objects held at once, half a gigabyte; an export has some 100,000
)
_DECODER = json.JSONDecoder(strict=False)  # writers leave line ends and tabs in strings
_BLANK = re.compile(r"[\s\ufeff]*")
_BETWEEN = re.compile(r"[\s,]*")


def rows(data: bytes) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a list, or the one object that there is, in the file's order.

    Raises:
        DamagedSourceError: it is no JSON from here on; what was whole has been given.
    """
    content = decode(data)
    at = _end(_BLANK, content, 0)
    if not content.startswith("[", at):
        yield whole(data)
        return
    at = _end(_BETWEEN, content, at + 1)
    while not content.startswith("]", at):
        item, at = _decoded(content, at)
        if isinstance(item, dict):
            yield item
        at = _end(_BETWEEN, content, at)


def whole(data: bytes) -> Mapping[str, object]:
    """Return the one object that a file is.

    Raises:
        DamagedSourceError: it is no JSON, or no object.
    """
    content = decode(data)
    _check_size(content)
    found, _ = _decoded(content, _end(_BLANK, content, 0))
    if not isinstance(found, dict):
        raise DamagedSourceError("is JSON of another shape than its first lines say")
    return found


def value(content: str) -> object:
    """Return what a text in JSON says.

    Raises:
        DamagedSourceError: it is no JSON, or too much of it.
    """
    _check_size(content)
    try:
        return json.loads(content, strict=False)
    except (ValueError, RecursionError) as error:
        raise DamagedSourceError(
            f"is no JSON that can be read ({error}); export the file again"
        ) from error


def read_rows(source: Source) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a file that is a list, see `rows`."""
    return rows(source.read())


def _check_size(content: str) -> None:
    count = content.count("{") + content.count("[")
    if count > MAX_VALUES:
        raise DamagedSourceError(
            f"holds {count} lists and objects, more than {MAX_VALUES}; split it"
        )


def _decoded(content: str, at: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(content, at)
    except (ValueError, RecursionError) as error:
        raise DamagedSourceError(
            f"is no JSON from character {at} on ({error}); export the file again"
        ) from error


def _end(pattern: re.Pattern[str], content: str, at: int) -> int:
    found = pattern.match(content, at)
    return found.end() if found else at
