"""Lists of links in JSON: Pinboard, GoodLinks, Linkwarden, anybody's, and references (CSL JSON).

Each row is told by its own keys. Linkwarden keeps its rows in collections, and the text of a page
with some of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from feedsmith.model import Document, Hints, Link, Read, Source
from feedsmith.readers import fields, jsonfile

_Row = Mapping[str, object]
# When a row was filed, as GoodLinks, linkding, Delicious and others call it.
_SAVED = (
    "addedAt", "date_added", "dateAdded", "added_at", "savedAt", "created",
    "created_at", "createdAt",
)  # fmt: skip
_TEXT_CHARS = 300  # characters; what is shorter is a teaser


def read(source: Source) -> Iterator[Read]:
    """Give the rows as links, and as documents where the text of the page is there.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON from here on.
    """
    yield from fields.shelved(_rows(source))


def _rows(source: Source) -> Iterator[Read | None]:
    for row in jsonfile.read_rows(source):
        if "collections" in row:
            yield from _collections(row)
        elif "href" in row:
            yield _pinboard(row)
        elif "type" in row and not row.keys() & {"tags", "tag_names"}:
            yield _reference(row)
        else:
            yield _bookmark(row)


def _pinboard(row: _Row) -> Link | None:
    return fields.link(
        row.get("href"),
        row.get("description"),
        tags=fields.tags(row.get("tags"), " "),
        saved=fields.moment(row.get("time")),
        summary=row.get("extended"),
    )


def _bookmark(row: _Row) -> Link | None:
    """Return a row of GoodLinks, linkding, Delicious or anybody's list."""
    link = fields.link(
        row.get("url"),
        row.get("title"),
        tags=fields.tags(row.get("tags") or row.get("tag_names")),
        saved=next((when for key in _SAVED if (when := fields.moment(row.get(key)))), None),
        summary=row.get("summary") or row.get("description") or row.get("excerpt"),
        note=fields.joined(row.get("notes"), row.get("note")),
    )
    return link and replace(link, hints=Hints(byline=fields.line(row.get("author"))))


def _collections(export: _Row) -> Iterator[Read | None]:
    for collection in map(fields.record, fields.listed(export.get("collections"))):
        name = fields.line(collection.get("name")) or ""
        for row in map(fields.record, fields.listed(collection.get("links"))):
            yield _linkwarden(row, () if name == _OWN_COLLECTION else (name,))


_OWN_COLLECTION = "Unorganized"  # where Linkwarden puts what the user put nowhere


def _linkwarden(row: _Row, folder: tuple[str, ...]) -> Read | None:
    link = fields.link(
        row.get("url"),
        row.get("name"),
        tags=(*fields.tags(row.get("tags")), *filter(None, folder)),
        saved=fields.moment(row.get("importDate") or row.get("createdAt")),
        summary=row.get("description"),
    )
    words = fields.prose(row.get("textContent")) or ""
    if link is None or len(words) < _TEXT_CHARS:
        return link
    return Document(
        kind="text",
        content=words,
        part=link.part,
        url=link.url,
        saved=link.saved,
        hints=Hints(title=link.title, tags=link.tags, summary=link.summary),
        wrapper="Linkwarden",
        is_fragment=True,
        is_edited=True,
    )


def _reference(row: _Row) -> Link | None:
    """Return a reference; its `id` is no address unless it looks like one.

    Source: Citation Style Language 1.0.2, appendix III to V (CSL JSON).
    """
    link = fields.link(
        row.get("URL") or row.get("id"),
        row.get("title"),
        tags=fields.tags(row.get("keyword")),
        saved=fields.moment(_date(row.get("accessed"))),
        summary=row.get("abstract"),
        note=row.get("note"),
    )
    hints = Hints(
        authors=tuple(filter(None, map(_person, fields.listed(row.get("author"))))),
        published=_date(row.get("issued")),
        site=fields.line(row.get("container-title")),
        language=fields.line(row.get("language")),
    )
    return link and replace(link, hints=hints)


def _person(cell: object) -> str | None:
    person = fields.record(cell)
    names = (person.get("given"), person.get("non-dropping-particle"), person.get("family"))
    full = " ".join(filter(None, map(fields.line, names)))
    return full or fields.line(person.get("literal"))


def _date(cell: object) -> str | None:
    """Return the first day of CSL's `date-parts`, or the date as it stands; no part is made up.

    >>> _date({"date-parts": [[2023, 3, "9"]]}), _date({"raw": "March 2023"})
    ('2023-03-09', 'March 2023')
    """
    date = fields.record(cell)
    first = fields.listed((fields.listed(date.get("date-parts")) or [None])[0])
    parts = [fields.line(part) or "" for part in first]
    if parts and all(part.isdecimal() for part in parts):
        return "-".join(part.zfill(2) for part in parts)
    return fields.line(date.get("raw")) or fields.line(date.get("literal"))
