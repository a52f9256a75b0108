"""Omnivore's export: a ZIP archive of lists, articles and highlights, or one of its lists alone.

`metadata_0_to_20.json` lists articles, `content/SLUG.html` is the text of one and
`highlights/SLUG.md` what the user marked in it. A list alone gives links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document, Failure, Hints, Link, Read, Source
from feedsmith.readers import fields, jsonfile
from feedsmith.readers.archive import Archive, opened
from feedsmith.readers.encoding import decode

LIST = re.compile(r"(?P<folder>(?:.*/)?)metadata_(?P<first>\d+)_to_\d+\.json")


def read(source: Source) -> Iterator[Read]:
    """Give what has its text as documents, all else as links.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no archive, or no list from here on.
    """
    yield from fields.shelved(_found(source))


def _found(source: Source) -> Iterator[Read | None]:
    with source.open() as stream:
        is_zip = stream.read(2) == b"PK"
    if not is_zip:
        yield from (_link(row) for row in jsonfile.read_rows(source))
        return
    with opened(source) as archive:
        lists = filter(None, map(LIST.fullmatch, archive.names))
        for found in sorted(lists, key=lambda one: (one["folder"], int(one["first"]))):
            yield from _listed(archive, found.group(), found["folder"])


def _listed(archive: Archive, name: str, folder: str) -> Iterator[Read | None]:
    try:
        for row in jsonfile.rows(archive.read(name)):
            yield _document(archive, folder, row) or _link(row)
    except DamagedSourceError as error:
        yield Failure("", "DamagedSourceError", f"part {name}: {error}")


def _document(archive: Archive, folder: str, row: Mapping[str, object]) -> Document | None:
    slug = fields.line(row.get("slug")) or fields.line(row.get("id")) or ""
    text = archive.look(f"{folder}content/{slug}.html")
    if not text or not text.strip():
        return None
    marked = archive.look(f"{folder}highlights/{slug}.md")
    url = fields.address(row.get("url"))
    return Document(
        kind="html",
        content=decode(text),
        part=url or slug,
        url=url,
        saved=fields.moment(row.get("savedAt")),
        hints=_hints(row, url),
        wrapper="Omnivore",
        is_fragment=True,
        is_edited=True,
        note=fields.prose(decode(marked)) if marked else None,
    )


def _link(row: Mapping[str, object]) -> Link | None:
    link = fields.link(
        row.get("url"),
        row.get("title"),
        tags=fields.tags(row.get("labels")),
        saved=fields.moment(row.get("savedAt")),
        summary=row.get("description"),
    )
    return link and replace(link, hints=_hints(row, link.url))


def _hints(row: Mapping[str, object], url: str | None) -> Hints:
    return Hints(
        title=fields.headline(row.get("title"), url or ""),
        byline=fields.line(row.get("author")),
        published=fields.line(row.get("publishedAt")),
        tags=fields.tags(row.get("labels")),
        summary=fields.line(row.get("description")),
        image=fields.address(row.get("thumbnail")),
    )
