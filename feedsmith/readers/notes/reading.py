"""Notes that reading services export: fields in a list, then the text of the page or highlights."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedsmith.readers.notes.fields import Fields, fields_of

_METADATA = re.compile(
    r"^#{1,6}[ \t]+(?:📑[ \t]*)?Metadata[ \t]*$\n?", re.MULTILINE | re.IGNORECASE
)
_BULLET = re.compile(r"[ \t]*(?:[-*][ \t]+)?\**([^\W\d][\w ]{0,30}?)\**::?\**[ \t]*(.*)")
_COVER = re.compile(r"!\[(?:rw-book-cover|book-cover|cover)\]\(([^()\s]*)[^()\n]*\)[ \t]*\n?")
_ORIGINAL = re.compile(
    r"^\[(?:Read Original|View Original|Original|Go to Source|Source)\]\((\S+?)\)[ \t]*$\n?",
    re.MULTILINE | re.IGNORECASE,
)
_COPY = re.compile(r"^\[Read on [\w ]+\]\(\S+?\)[ \t]*$\n?", re.MULTILINE)
_WHOLE = re.compile(
    r"^#{1,6}[ \t]+(?:Full (?:Document|Text|Article)|Webpage|Document|Article|Content)[ \t]*$\n?",
    re.MULTILINE | re.IGNORECASE,
)
_HIGHLIGHTS = re.compile(
    r"^#{1,6}[ \t]+(?:New )?Highlights(?:[ \t]+(?:added|from|synced)\b.*|[ \t]+#\S+)?[ \t]*$\n?",
    re.MULTILINE | re.IGNORECASE,
)
_BACK = re.compile(
    r"[ \t]*\(\[(?:View \w+|Location \d+|Location|Link|View|🔗|\d+)\]\([^()\s]*\)\)"
    r"|[ \t]*\[(?:⤴️?|🔗|View Highlight)\]\([^()\s]*\)(?:[ \t]*#\S+)*",
    re.IGNORECASE,
)
_SYNCED = re.compile(
    r"^[ \t]*[-*][ \t]+(?:New highlights|Highlights(?: first)?) (?:added|synced)\b.*$\n?",
    re.MULTILINE | re.IGNORECASE,
)
_TITLE = re.compile(r"^#[ \t]+(\S.*)$\n?", re.MULTILINE)
_WORDS = 12  # of a full text; fewer are a link to it


@dataclass(frozen=True, slots=True)
class Reading:
    """What such a note holds: its fields, and its text, which may be highlights only."""

    fields: Fields
    body: str
    is_whole: bool


def taken(body: str, fields: Fields) -> Reading | None:
    """Return a note of a reading service taken apart, None for any other.

    Args:
        body: the note behind its head.
        fields: the head, whose values win.
    """
    metadata, cover, original = _METADATA.search(body), _COVER.search(body), _ORIGINAL.search(body)
    is_one = metadata and (cover or _WHOLE.search(body) or _HIGHLIGHTS.search(body))
    if not (is_one or (original and _COPY.search(body)) or (cover and _HIGHLIGHTS.search(body))):
        return None
    raw: dict[str, object] = {}
    if cover:
        raw["image"] = cover[1]
    if original:
        raw["original url"] = original[1]
    rest = body
    if metadata:
        end, listed = _listed(body, metadata.end())
        raw.update(listed)
        rest = body[: metadata.start()] + body[end:]
    title = _TITLE.search(rest)
    if title:
        raw["title"] = title[1]
        rest = rest[: title.start()] + rest[title.end() :]
    rest = _COPY.sub("", _ORIGINAL.sub("", _COVER.sub("", rest)))
    text, is_whole = _text(rest)
    return Reading(fields_of(raw).joined(fields), text, is_whole)


def _listed(body: str, start: int) -> tuple[int, dict[str, object]]:
    """Return where a list of fields ends, and the fields."""
    raw: dict[str, object] = {}
    end = start
    for line in body[start:].splitlines(keepends=True):
        found = _BULLET.match(line)
        if not found and line.strip():
            break
        end += len(line)
        if found and found[1].lower() != "category":  # the kind of thing: article, book
            raw[found[1]] = found[2].strip()
    return end, raw


def _text(rest: str) -> tuple[str, bool]:
    """Return the text of the page, else the highlights in it; and whether it is the page's."""
    whole, marked = _WHOLE.search(rest), _HIGHLIGHTS.search(rest)
    if whole:
        later = _HIGHLIGHTS.search(rest, whole.end())
        text = rest[whole.end() : later.start() if later else len(rest)]
    else:
        text = rest[: marked.start()] if marked else rest
    if len(re.sub(r"^#.*$", "", text, flags=re.MULTILINE).split()) >= _WORDS or not marked:
        return text, True
    return highlights(_HIGHLIGHTS.sub("", rest[marked.start() :])), False


def highlights(markdown: str) -> str:
    """Return highlights without links back to the service, and without word of when they came."""
    return _SYNCED.sub("", _BACK.sub("", markdown))
