"""CDX and CDXJ: where the captures of a crawl lie, as the tool that wrote it listed them.

Such a list says neither what it left out nor whether the crawl has grown since. So it only spares
unpacking what it names: whoever uses it reads every record that it does not name.
Source: the legend of CDX files ("CDX N b a m s k r M S V g"); CDXJ as pywb and WACZ write it.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from feedsmith.model import Source
from feedsmith.readers.archive import opened

_LEGEND = "N b a m s k r M S V g"
_COLUMNS = {"b": "timestamp", "a": "url", "m": "mime", "s": "status", "S": "length", "V": "offset"}
_NAME = "filename"
_ENDINGS = (".cdxj", ".cdx", ".cdxj.gz", ".cdx.gz")
_INDEXES = "indexes/"  # where a WACZ keeps its own


class Capture(NamedTuple):
    """One record of a crawl: address, media type, status, day and time as WARC writes them."""

    url: str
    mime: str
    status: str
    date: str
    length: int

    @property
    def is_told(self) -> bool:
        """Whether the list says all of it; a record of which it does not is read."""
        return self.status.isdigit() and "/" in self.mime

    @property
    def kind(self) -> str:
        """Return the media type of what a server gave with status 200, else ""."""
        return self.mime if self.status == "200" else ""


Captures = dict[str, dict[int, Capture]]  # by name of the file and offset in it


def captures_of(source: Source) -> Captures:
    """Return what lists in a WACZ, or beside a crawl, name; {} where there are none."""
    with source.open() as stream:
        is_zip = stream.read(2) == b"PK"
    found: Captures = {}
    for data in _inside(source) if is_zip else _beside(source):
        for name, captures in parse(data).items():
            found.setdefault(name, {}).update(captures)
    return found


def parse(data: bytes) -> Captures:
    """Return the captures of a list; lines that cannot be understood are left out."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return {}
    found: Captures = {}
    legend = _LEGEND.split()
    for line in data.decode("utf-8", "replace").splitlines():
        if line.startswith(" CDX "):
            legend = line.split()[1:]
            continue
        fields = _json_fields(line) if "{" in line else _fields(line, legend)
        try:
            place = int(fields["offset"])
            found.setdefault(fields[_NAME].rpartition("/")[2], {})[place] = _capture(fields)
        except (KeyError, ValueError):
            continue
    return found


def _inside(source: Source) -> Iterator[bytes]:
    with opened(source) as archive:
        for name in archive.names:
            if name.startswith(_INDEXES) and name.endswith(_ENDINGS):
                yield archive.look(name) or b""


def _beside(source: Source) -> Iterator[bytes]:
    name = source.path.rpartition("/")[2]
    stems = dict.fromkeys((name, name.removesuffix(".gz"), name.partition(".warc")[0]))
    for stem in stems:
        for ending in _ENDINGS:
            if data := source.beside(stem + ending):
                yield data


def _json_fields(line: str) -> Mapping[str, str]:
    head, _, rest = line.partition("{")
    try:
        fields = json.loads("{" + rest)
    except ValueError:
        return {}
    parts = head.split()
    return {**fields, "timestamp": parts[1]} if len(parts) > 1 else {}


def _fields(line: str, legend: list[str]) -> Mapping[str, str]:
    values = line.split()
    if len(values) != len(legend):
        return {}
    named = dict(zip(legend, values, strict=True))
    fields = {name: named[letter] for letter, name in _COLUMNS.items() if letter in named}
    return {**fields, _NAME: named["g"]} if "g" in named else {}


def _capture(fields: Mapping[str, str]) -> Capture:
    """Return a capture.

    Raises:
        KeyError: a field is missing.
        ValueError: one is no number.
    """
    when = fields["timestamp"]
    date = f"{when[:4]}-{when[4:6]}-{when[6:8]}T{when[8:10]}:{when[10:12]}:{when[12:14]}"
    return Capture(
        fields["url"], fields["mime"].lower(), str(fields["status"]), date, int(fields["length"])
    )
