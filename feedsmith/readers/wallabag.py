"""wallabag's export: articles with their text, in JSON (versions 1 and 2) or CSV.

Version 1 gives every value twice, under its name and under a number. What could not be fetched
was saved all the same, as a sentence of wallabag's own; that is no article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from feedsmith.model import Document, Hints, Link, Notice, Read, Source
from feedsmith.readers import fields, jsonfile
from feedsmith.readers.csvshapes import first_line, header_of
from feedsmith.readers.table import rows_of

# The numbers of version 1, for a file that holds nothing else.
_NUMBERED = {"1": "title", "2": "url", "5": "content"}
_PLACEHOLDER_CHARS = 4000  # characters; a longer text only speaks of such a failure
# Each sentence is followed by the address of help, which is the same in all languages.
_FAILED = re.compile(
    r"errors_during_fetching|github\.com/wallabag/wallabag/issues|what a shame, no content"
    r"|can.?t retrieve contents|unable to retrieve (?:full-text|readable) content",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"no title found|untitled", re.IGNORECASE)
_DAY_CHARS = 10  # characters; the hours behind a day in CSV lack "am" and "pm"
_TAG = re.compile(r"<[^>]*>")
_PICTURE = re.compile(r"<(?:img|picture|video|iframe|audio)\b", re.IGNORECASE)


def read(source: Source) -> Iterator[Read]:
    """Give each article as a document; a remark for each that wallabag could not fetch.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON from here on.
    """
    data = source.read()
    rows = _table(data) if header_of(first_line(data))[0] else jsonfile.rows(data)
    yield from fields.shelved(map(_found, rows))


def _table(data: bytes) -> Iterator[Mapping[str, object]]:
    for row in rows_of(data):
        day = row.get("creation date", "")[:_DAY_CHARS]
        yield {**row, "created_at": day, "tags": row.get("tags", "")}


def _found(row: Mapping[str, object]) -> Document | Link | Notice | None:
    if not row.keys() & {"content", "5"}:
        return fields.link(
            row.get("url"),
            row.get("title"),
            tags=fields.tags(row.get("tags")),
            saved=fields.moment(row.get("created_at")),
        )
    row = {**{name: row[key] for key, name in _NUMBERED.items() if key in row}, **row}
    content = fields.prose(row.get("content")) or ""
    url = fields.address(row.get("url"))
    title = fields.headline(row.get("title"), url or "")
    part = url or fields.line(row.get("id")) or title or ""
    if _is_empty(content):
        return Notice(
            "",
            "NoArticleError",
            f"{part}: wallabag could not fetch it; open it there and fetch it again",
        )
    return Document(
        kind="html",
        content=content,
        part=part,
        url=url,
        saved=fields.moment(row.get("created_at")),
        hints=Hints(
            title=None if title and _NO_TITLE.fullmatch(title) else title,
            authors=fields.tags(row.get("published_by")),
            published=fields.line(row.get("published_at")),
            language=fields.line(row.get("language")),
            tags=fields.tags(row.get("tags")),
            image=fields.address(row.get("preview_picture")),
        ),
        wrapper="wallabag",
        is_fragment=True,
        is_edited=True,
        note=fields.marks(row.get("annotations"), "quote", "text"),
    )


def _is_empty(content: str) -> bool:
    if len(content) <= _PLACEHOLDER_CHARS and _FAILED.search(content):
        return True
    return not _PICTURE.search(content) and not _TAG.sub("", content).strip()
