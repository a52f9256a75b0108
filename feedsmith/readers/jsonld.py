"""Articles described in JSON-LD (schema.org), as scrapers and archives write them to files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from feedsmith.model import Document, Hints, Link, Notice, Read, Source
from feedsmith.readers import fields, jsonfile

_Row = Mapping[str, object]
_KINDS = ("Article", "BlogPosting", "Report", "Review", "OpinionPiece", "Posting")  # ends of types


def read(source: Source) -> Iterator[Read]:
    """Give each article with `articleBody` as a document, each without as a link.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON from here on.
    """
    yield from fields.shelved(_found(row) for row in _articles(source))


def _articles(source: Source) -> Iterator[_Row]:
    for row in jsonfile.read_rows(source):
        graph = fields.listed(row.get("@graph"))
        yield from filter(_is_article, map(fields.record, graph or [row]))


def _is_article(row: _Row) -> bool:
    kinds = row.get("@type")
    return any(
        isinstance(kind, str) and kind.endswith(_KINDS)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _found(row: _Row) -> Document | Link | Notice:
    url = fields.address(_id(row.get("url")) or _id(row.get("mainEntityOfPage")) or row.get("@id"))
    hints = _hints(row)
    words = fields.prose(row.get("articleBody")) or fields.prose(row.get("text"))
    if words is None:
        link = fields.link(url, hints.title, tags=hints.tags, summary=hints.summary)
        if link is None:
            return Notice(
                "", "NoArticleError", f"{hints.title}: describes an article, without its text"
            )
        return replace(link, hints=hints)
    return Document(
        kind="html" if "<p" in words or "<br" in words else "text",
        content=words,
        part=url or hints.title or "",
        url=url,
        hints=hints,
        wrapper="JSON-LD",
        is_fragment=True,
        is_edited=True,
    )


def _hints(row: _Row) -> Hints:
    return Hints(
        title=fields.line(row.get("headline")) or fields.line(row.get("name")),
        subtitle=fields.line(row.get("alternativeHeadline")),
        authors=_names(row.get("author")),
        published=fields.line(row.get("datePublished")),
        updated=fields.line(row.get("dateModified")),
        site=next(iter(_names(row.get("publisher"))), None),
        language=fields.line(row.get("inLanguage")),
        tags=fields.tags(row.get("keywords")),
        summary=fields.line(row.get("description")),
        image=fields.address(_id(row.get("image"))),
    )


def _names(cell: object) -> tuple[str, ...]:
    several = cell if isinstance(cell, list) else [cell]
    named = (fields.line(fields.record(one).get("name")) or fields.line(one) for one in several)
    return tuple([name for name in named if name])


def _id(cell: object) -> object:
    """Return the address of something: itself, or of an object that stands for it."""
    if isinstance(cell, list):
        cell = cell[0] if cell else None
    if isinstance(cell, dict):
        return cell.get("url") or cell.get("@id")
    return cell
