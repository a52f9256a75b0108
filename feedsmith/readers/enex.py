"""Evernote's export (ENEX): notes and clips of pages, with their pictures, read as a stream.

A file may hold thousands of notes and gigabytes of attachments, so its leaves are read one by one
and forgotten: of all that is encoded only the pictures of the note at hand are kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from feedsmith import xmltree
from feedsmith.errors import DamagedSourceError, check_amount
from feedsmith.model import Document, Failure, Hints, Read, Source
from feedsmith.readers import enml, fields
from feedsmith.xmltree import Element

# What is read, and in which element it must lie: tasks have titles too, and pictures addresses.
_LEAVES = {
    "title": "note", "content": "note", "created": "note", "updated": "note", "tag": "note",
    "author": "note-attributes", "source-url": "note-attributes",
    "data": "resource", "mime": "resource", "note": "en-export",
}  # fmt: skip
_PICTURE_BYTES = 20_000_000  # bytes of one picture; larger ones are scans, not pictures of pages
_NOTE_BYTES = 60_000_000  # bytes of all pictures of a note
_TEXT_BYTES = 28_000_000  # bytes between two tags; a picture of that size is as long, encoded
_NOTES = 1_000_000  # even of empty ones five seconds; Evernote holds 100,000
_TAIL_BYTES = 200
_END = b"</en-export>"


class _Lean:
    """A stream whose texts between two tags are cut where they are too long to be a picture."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._run = 0  # bytes since the last tag began

    def read(self, size: int = -1, /) -> bytes:
        """Return up to so many bytes, none at the end."""
        while chunk := self._stream.read(size):
            first, last = chunk.find(b"<"), chunk.rfind(b"<")
            is_long = self._run + (len(chunk) if first < 0 else first) > _TEXT_BYTES
            self._run = self._run + len(chunk) if first < 0 else len(chunk) - last
            kept = chunk if not is_long else chunk[first:] if first >= 0 else b""
            if kept:
                return kept
        return b""


@dataclass(slots=True)
class _Note:
    """A note as it is read: its leaves so far."""

    cells: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    picture_bytes: int = 0
    encoded: str = ""


def read(source: Source) -> Iterator[Read]:
    """Give each note as a document.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is broken from here on; the whole notes have been given.
    """
    yield from fields.shelved(_notes(source))


def _notes(source: Source) -> Iterator[Document | Failure]:
    note, count = _Note(), 0
    with source.open() as stream:
        for leaf in xmltree.stream(_Lean(stream), _LEAVES):
            name, around = xmltree.name_of(leaf), leaf.getparent()
            if around is not None and xmltree.name_of(around) != _LEAVES[name]:
                continue
            if name == "note":
                check_amount(count := count + 1, _NOTES, "notes")
                yield _document(note)
                note = _Note()
            else:
                _take(note, name, _words(leaf))
        stream.seek(max(0, stream.seek(0, 2) - _TAIL_BYTES))
        if _END not in stream.read():
            raise DamagedSourceError("ends before its last note; export the notebook again")


def _words(leaf: Element) -> str:
    """Return a leaf's text; that of a note that is encrypted is none."""
    return "" if (leaf.get("encoding") or "").endswith(":aes") else leaf.text or ""


def _take(note: _Note, name: str, words: str) -> None:
    """Put a leaf where it belongs; of a resource the kind follows its data."""
    if name == "tag":
        note.tags.append(words)
    elif name == "data":
        note.encoded = words
    elif name == "mime":
        _keep_picture(note, words)
    else:
        note.cells.setdefault(name, words)


def _keep_picture(note: _Note, kind: str) -> None:
    encoded, note.encoded = note.encoded, ""
    left = _NOTE_BYTES - note.picture_bytes
    if not kind.strip().startswith("image/") or len(encoded) * 3 // 4 > min(_PICTURE_BYTES, left):
        return
    try:
        data = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return  # a picture that is broken is left out, as on a page
    note.pictures[hashlib.md5(data, usedforsecurity=False).hexdigest()] = data
    note.picture_bytes += len(data)


def _document(note: _Note) -> Document | Failure:
    cells = note.cells
    title = fields.line(cells.get("title"))
    created = fields.line(cells.get("created"))
    url = fields.address(cells.get("source-url"))
    part = " ".join(filter(None, (created, url or title)))
    body = enml.parse(cells.get("content", ""))
    if body is None:
        return Failure(
            "", "DamagedSourceError", f"part {part}: holds no text, or is encrypted; left out"
        )
    enml.cut_source(body, url)
    return Document(
        kind="html",
        content=enml.to_html(body, frozenset(note.pictures)),
        part=part,
        url=url,
        saved=fields.moment(created) or fields.moment(cells.get("updated")),
        hints=Hints(
            title=None if enml.is_default_title(title) else title,
            byline=_person(cells.get("author")),
            tags=fields.tags(note.tags),
        ),
        wrapper="Evernote",
        is_fragment=not (url and enml.is_whole_page(body)),
        is_edited=True,
        resources=partial(_picture, note.pictures),
    )


def _person(cell: object) -> str | None:
    """Return the author; an account's address is none."""
    name = fields.line(cell)
    return name if name and "@" not in name else None


def _picture(pictures: dict[str, bytes], address: str) -> bytes | None:
    return pictures.get(address.removeprefix(enml.PICTURE))
