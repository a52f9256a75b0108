"""Starred articles as feed readers export them in JSON: Inoreader, FreshRSS, Feedly, Feedbin.

Most follow the shape of the old Google Reader: `items` with lists of addresses, times since 1970
and the text in `content` or `summary`. Feedbin writes a plain list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document, Hints, Read, Source
from feedsmith.readers import fields, jsonfile

_Row = Mapping[str, object]
_LABEL = re.compile(r"^user/[^/]+/label/(.+)$")
_STREAM = re.compile(r"^(?:user|feed|tag)[/:]")
_SAVED = ("actionTimestamp", "starred_at", "timestampUsec", "crawlTimeMsec", "crawled")


def read(source: Source) -> Iterator[Read]:
    """Give articles with their text as documents, those without as links.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON from here on.
    """
    yield from fields.shelved(_found(row) for row in _rows(source))


def _rows(source: Source) -> Iterator[_Row]:
    for row in jsonfile.read_rows(source):
        if "items" not in row:
            yield row
            continue
        items = row["items"]
        if not isinstance(items, list):
            raise DamagedSourceError("is JSON of another shape than its first lines say")
        yield from map(fields.record, items)


def _found(row: _Row) -> Read | None:
    url = fields.address(_href(row))
    content = _text(row.get("content")) or _text(row.get("summary"))
    hints = _hints(row, url)
    saved = next((when for key in _SAVED if (when := fields.moment(row.get(key)))), None)
    note = fields.marks(row.get("annotations"), "text", "note")
    if content is None:
        link = fields.link(url, hints.title, tags=hints.tags, saved=saved, note=note)
        return link and replace(link, hints=hints)
    return Document(
        kind="html",
        content=content,
        part=fields.line(row.get("id")) or url or hints.title or "",
        url=url,
        saved=saved,
        hints=hints,
        wrapper="starred articles",
        is_fragment=True,
        is_edited=True,
        note=note,
    )


def _href(row: _Row) -> object:
    for key in ("canonical", "alternate"):
        for one in fields.listed(row.get(key)):
            if fields.address(fields.record(one).get("href")):
                return fields.record(one).get("href")
    return row.get("canonicalUrl") or row.get("url") or row.get("originId")


def _text(cell: object) -> str | None:
    return fields.prose(fields.record(cell).get("content") if isinstance(cell, dict) else cell)


def _hints(row: _Row, url: str | None) -> Hints:
    origin = fields.record(row.get("origin"))
    visual = fields.record(row.get("visual"))
    return Hints(
        title=fields.headline(row.get("title"), url or ""),
        byline=fields.line(row.get("author")),
        published=fields.stamp(row.get("published") or row.get("published_at")),
        site=fields.line(origin.get("title")),
        language=fields.line(row.get("language")),
        tags=_labels(row),
        image=fields.address(visual.get("url")),
    )


def _labels(row: _Row) -> tuple[str, ...]:
    """Return the user's labels and the article's own words, not what a reader notes in streams."""
    named = (*fields.tags(row.get("tags")), *fields.tags(row.get("categories")))
    labels = [found[1] if (found := _LABEL.match(name)) else name for name in named]
    return tuple([name for name in labels if not _STREAM.match(name)])
