"""Lists of links in CSV: Pocket, Raindrop, Readwise Reader, Instapaper, Matter and their like.

What the columns are called stands in `csvshapes`. Pocket packs its parts into a ZIP archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from feedsmith.model import Hints, Link, Read, Source
from feedsmith.readers import fields
from feedsmith.readers.archive import opened
from feedsmith.readers.csvshapes import CsvShape, named, shape_of
from feedsmith.readers.table import rows_of

POCKET_PART = re.compile(r"(?:.*/)?part_\d+\.csv")
_PATH = " / "  # parts the folders of a path; a name may hold a bare slash
# Shelves that a service itself sets up; they say nothing of what lies on them.
_OWN_SHELVES = frozenset({
    "unread", "archive", "starred", "liked", "unsorted", "inbox", "read", "later", "my list",
})  # fmt: skip


def read(source: Source) -> Iterator[Read]:
    """Give the rows as links.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no table from here on.
    """
    yield from fields.shelved(_found(source))


def _found(source: Source) -> Iterator[Link | None]:
    with source.open() as stream:
        is_zip = stream.read(2) == b"PK"
    if not is_zip:
        yield from _links(source.read())
        return
    with opened(source) as archive:
        for name in sorted(filter(POCKET_PART.fullmatch, archive.names)):
            yield from _links(archive.read(name))


def _links(data: bytes) -> Iterator[Link | None]:
    for row in rows_of(data):
        shape = shape_of(tuple(row))
        yield _link(named(row, shape), shape) if shape else None


def _link(row: dict[str, str], shape: CsvShape) -> Link | None:
    link = fields.link(
        row.get("url"),
        row.get("title"),
        tags=(*fields.tags(row.get(shape.tags, ""), shape.separator), *_folders(row, shape)),
        saved=fields.moment(row.get(shape.saved)),
        summary=row.get(shape.summary),
        note=fields.joined(*(row.get(name) for name in shape.notes)),
    )
    hints = Hints(
        byline=fields.line(row.get(shape.author)),
        site=fields.line(row.get(shape.site)),
        image=fields.address(row.get(shape.image)),
    )
    return link and replace(link, hints=hints)


def _folders(row: dict[str, str], shape: CsvShape) -> tuple[str, ...]:
    names = (fields.line(name) for name in row.get(shape.folder, "").split(_PATH))
    return tuple([name for name in names if name and name.casefold() not in _OWN_SHELVES])
