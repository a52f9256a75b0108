"""Karakeep's (once Hoarder's) JSON export: links, pages where their text is there, and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from feedsmith.model import Document, Hints, Link, Read, Source
from feedsmith.readers import fields, jsonfile

_Row = Mapping[str, object]


def read(source: Source) -> Iterator[Read]:
    """Give notes and pages with their text as documents, all else as links.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON, or of another shape.
    """
    export = jsonfile.whole(source.read())
    lists = {
        fields.line(one.get("id")): fields.line(one.get("name"))
        for one in map(fields.record, fields.listed(export.get("lists")))
    }
    rows = map(fields.record, fields.listed(export.get("bookmarks")))
    yield from fields.shelved(_found(row, lists) for row in rows)


def _found(row: _Row, lists: Mapping[str | None, str | None]) -> Read | None:
    content = fields.record(row.get("content"))
    named = [lists.get(fields.line(one), "") for one in fields.listed(row.get("lists"))]
    tags = (*fields.tags(row.get("tags")), *filter(None, named))
    if content.get("type") == "text":
        return _note(row, content, tags)
    link = _link(row, content, tags)
    page = fields.prose(content.get("htmlContent"))
    return _page(link, page) if link and page else link


def _note(row: _Row, content: _Row, tags: tuple[str, ...]) -> Document | None:
    words = fields.prose(content.get("text"))
    if not words:
        return None
    title, created = fields.line(row.get("title")), fields.line(row.get("createdAt"))
    return Document(
        kind="text",
        content=words,
        part=fields.line(row.get("id")) or f"note of {created}",
        url=fields.address(content.get("sourceUrl")),
        saved=fields.moment(row.get("createdAt")),
        hints=Hints(title=title, tags=tags),
        wrapper="Karakeep",
        is_fragment=True,
        is_edited=True,
        note=fields.prose(row.get("note")),
    )


def _link(row: _Row, content: _Row, tags: tuple[str, ...]) -> Link | None:
    url = content.get("url") or content.get("sourceUrl")
    link = fields.link(
        url,
        fields.line(row.get("title")) or content.get("title"),
        tags=tags,
        saved=fields.moment(row.get("createdAt")),
        summary=row.get("summary") or content.get("description"),
        note=row.get("note"),
    )
    hints = Hints(
        byline=fields.line(content.get("author")),
        published=fields.stamp(content.get("datePublished")),
        site=fields.line(content.get("publisher")),
        image=fields.address(content.get("imageUrl")),
    )
    return link and replace(link, hints=hints)


def _page(link: Link, page: str) -> Document:
    return Document(
        kind="html",
        content=page,
        part=link.part,
        url=link.url,
        saved=link.saved,
        hints=replace(link.hints, title=link.title, tags=link.tags, summary=link.summary),
        wrapper="Karakeep",
        is_fragment=True,
        is_edited=True,
        note=link.note,
    )
