"""Single links that a desktop keeps as files: `.url` (Windows), `.webloc` (macOS), `.desktop`.

The file's name is the link's title; a `.desktop` file has one of its own.
"""

from __future__ import annotations

import configparser
import plistlib
from collections.abc import Iterator, Mapping
from xml.parsers.expat import ExpatError

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Link, Notice, Source
from feedsmith.readers import fields
from feedsmith.readers.encoding import decode

_SECTIONS = ("InternetShortcut", "Desktop Entry")


def read(source: Source) -> Iterator[Link | Notice]:
    """Give the one link.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is broken.
    """
    data = source.read()
    named = source.relative.rsplit("/", 1)[-1].rpartition(".")[0]
    cells = _plist(data) if data.lstrip()[:1] in {b"<", b"b"} else _section(decode(data))
    link = fields.link(cells.get("URL"), cells.get("Name") or named, note=cells.get("Comment"))
    if link is None:
        address = fields.line(cells.get("URL"))
        yield Notice("", "NoArticleError", f"leads to no page of the web: {address}")
    else:
        yield link


def _plist(data: bytes) -> Mapping[str, object]:
    try:
        return fields.record(plistlib.loads(data))
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError) as error:
        raise DamagedSourceError(f"is a broken property list: {error}") from error


def _section(content: str) -> Mapping[str, object]:
    parser = configparser.ConfigParser(
        strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"),
        allow_no_value=True,
    )  # fmt: skip
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(content)
    except configparser.Error as error:
        reason = str(error).splitlines()[0]
        raise DamagedSourceError(f"is a broken link file: {reason}") from error
    return next((dict(parser[name]) for name in _SECTIONS if name in parser), {})
