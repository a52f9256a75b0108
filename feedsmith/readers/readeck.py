"""Readeck's export: a ZIP archive with a folder for each bookmark.

`bookmarks/UID/info.json` describes it, `bookmarks/UID/container/index.html` is the article cut out
of the page, with its pictures beside it; a bookmark without that page is a link.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document, Failure, Hints, Link, Read, Source
from feedsmith.readers import fields, jsonfile
from feedsmith.readers.archive import Archive, opened
from feedsmith.readers.encoding import decode

INFO = re.compile(r"(?:.*/)?bookmarks/[^/]+/info\.json")
_TEXT = re.compile(r"<body[^>]*>.*?[^\s<>][^<>]*<", re.DOTALL | re.IGNORECASE)


def read(source: Source) -> Iterator[Read]:
    """Give bookmarks that have a text as documents, the others as links.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is a broken archive.
    """
    yield from fields.shelved(_found(source))


def _found(source: Source) -> Iterator[Read | None]:
    with opened(source) as archive:
        for name in filter(INFO.fullmatch, archive.names):
            try:
                row = jsonfile.whole(archive.read(name))
            except DamagedSourceError as error:
                yield Failure("", "DamagedSourceError", f"part {name}: {error}")
                continue
            folder = f"{posixpath.dirname(name)}/container/"
            yield _document(source, archive, folder, row) or _link(row)


def _document(
    source: Source, archive: Archive, folder: str, row: Mapping[str, object]
) -> Document | None:
    page = archive.look(folder + "index.html")
    content = decode(page) if page else ""
    if not _TEXT.search(content):
        return None
    url = fields.address(row.get("URL"))
    return Document(
        kind="html",
        content=content,
        part=url or fields.line(row.get("UID")) or "",
        url=url,
        saved=fields.moment(row.get("Created")),
        hints=_hints(row, url),
        wrapper="Readeck",
        is_fragment=True,
        is_edited=True,
        resources=partial(_picture, source, folder),
        note=fields.marks(row.get("Annotations"), "text", "note"),
    )


def _picture(source: Source, folder: str, address: str) -> bytes | None:
    """Return a file of the bookmark's folder."""
    name = posixpath.normpath(folder + address)
    if not name.startswith(folder):
        return None
    with opened(source) as archive:
        return archive.look(name)


def _link(row: Mapping[str, object]) -> Link | None:
    link = fields.link(
        row.get("URL"),
        row.get("Title"),
        tags=fields.tags(row.get("Labels")),
        saved=fields.moment(row.get("Created")),
        summary=row.get("Description"),
        note=fields.marks(row.get("Annotations"), "text", "note"),
    )
    return link and replace(link, hints=_hints(row, link.url))


def _hints(row: Mapping[str, object], url: str | None) -> Hints:
    return Hints(
        title=fields.headline(row.get("Title"), url or ""),
        authors=fields.tags(row.get("Authors")),
        published=fields.line(row.get("Published")),
        site=fields.line(row.get("SiteName")),
        language=fields.line(row.get("Lang")),
        tags=fields.tags(row.get("Labels")),
        summary=fields.line(row.get("Description")),
    )
