"""Joplin's own files: a note with its fields at the end (RAW), and the archive of many (JEX).

Each item is a file: a title, an empty line, the body, an empty line, and lines `key: value` of
which the last is `type_`. Notes name their notebook, other items tie labels to notes, and a body
names its pictures by id. Source: Joplin's "RAW" and "JEX" export formats, `BaseItem.serialize`.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO

from feedsmith import text, urls
from feedsmith.errors import DamagedSourceError, NoArticleError
from feedsmith.model import Document, Failure, Hints, Lookup, Notice, Source
from feedsmith.readers.encoding import decode
from feedsmith.readers.notes import cleaning
from feedsmith.readers.notes.fields import time_of
from feedsmith.readers.notes.pictures import LOCAL, as_local
from feedsmith.readers.notes.render import to_html
from feedsmith.readers.parts import Names

MAX_ITEM_BYTES = 50_000_000  # bytes; as input.max_file_bytes by default
MAX_ITEMS = 200_000  # items of an archive
_TAIL = re.compile(r"(?:[a-z_]+:(?: .*)?\n)*type_: (\d+)")
_NOTE, _NOTEBOOK, _RESOURCE, _TAG, _NOTE_TAG = "1", "2", "4", "5", "6"
_KINDS = {_NOTEBOOK: "a notebook", _RESOURCE: "an attachment's description", _TAG: "a tag",
          _NOTE_TAG: "a tag's place"}  # fmt: skip
_HTML = "2"  # markup_language
_PICTURE = re.compile(r"(?:\./)?resources/([0-9a-f]{32})(?:\.\w+)?\Z")
_EPOCH = "1970"  # the year of times that were never set
_USTAR = slice(257, 262)


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    fields: Mapping[str, str]
    title: str
    body: str

    @property
    def id(self) -> str:
        return self.fields.get("id", "")


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What an archive's other items say: names by id, a note's tags, where its pictures lie."""

    notebooks: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    tagged: dict[str, list[str]] = field(default_factory=dict)
    pictures: dict[str, tuple[int, int]] = field(default_factory=dict)

    def labels(self, note: _Item) -> tuple[str, ...]:
        """Return the names of a note's tags and of its notebook."""
        names = [self.tags.get(name, "") for name in self.tagged.get(note.id, [])]
        names.append(self.notebooks.get(note.fields.get("parent_id", ""), ""))
        return tuple(filter(None, names))


def read(source: Source) -> Iterator[Document | Failure | Notice]:
    """Give a note, or each note of an archive.

    Raises:
        UnreadableSourceError: the disk said no.
        NoArticleError: it is another item than a note, a conflict's copy, or encrypted.
        DamagedSourceError: the archive is broken; what was whole has been given.
    """
    with source.open() as stream:
        is_archive = stream.read(512)[_USTAR] == b"ustar"
    if is_archive:
        yield from _archive(source)
        return
    item = _parsed(source.read())
    if item is None:
        raise DamagedSourceError("is no whole Joplin item: its last lines are missing")
    parent = _parsed(source.beside(f"{item.fields.get('parent_id', '')}.md") or b"")
    labels = (parent.title,) if parent and parent.kind == _NOTEBOOK else ()
    yield _document(item, labels, partial(_beside, source.beside))


def _parsed(data: bytes) -> _Item | None:
    content, _, fields = decode(data).rstrip().rpartition("\n\n")
    tail = _TAIL.fullmatch(fields)
    if not tail:
        return None
    pairs = (line.partition(":") for line in fields.split("\n"))
    title, _, body = content.partition("\n")
    return _Item(tail[1], {key: value.strip() for key, _, value in pairs}, title.strip(), body)


def _document(item: _Item, labels: tuple[str, ...], pictures: Lookup) -> Document:
    fields = item.fields
    if item.kind != _NOTE:
        raise NoArticleError(f"is {_KINDS.get(item.kind, 'an item')} of Joplin, no note")
    if fields.get("encryption_applied") == "1":
        raise NoArticleError("is encrypted; export it from Joplin once more after decryption")
    if fields.get("is_conflict") == "1" or fields.get("deleted_time", "0") not in {"", "0"}:
        raise NoArticleError("is a conflict's copy or lies in the trash")
    is_html = fields.get("markup_language") == _HTML
    body = item.body if is_html else to_html(cleaning.tidy(item.body), breaks=True)
    body = as_local(body)
    author = fields.get("author", "")
    made = next((t for key in ("user_created_time", "created_time") if (t := fields.get(key))), "")
    return Document(
        kind="html",
        content=f"<article>\n{body}</article>",
        url=urls.absolute(fields.get("source_url", "")),
        saved=None if made.startswith(_EPOCH) else time_of(made),
        hints=Hints(
            title=text.one_line(item.title) or None,
            authors=(author,) if author else (),
            tags=labels,
        ),
        wrapper="Joplin note",
        is_fragment=True,
        is_edited=True,
        resources=pictures,
    )


def _beside(neighbour: Lookup, address: str) -> bytes | None:
    """Return a picture that lies beside a note, by the extension that its description names."""
    name = address.removeprefix(LOCAL).removeprefix(":/")
    described = _parsed(neighbour(f"{name}.md") or b"")
    if described is None or described.kind != _RESOURCE:
        return None
    extension = described.fields.get("file_extension", "")
    return neighbour(f"resources/{name}.{extension}" if extension else f"resources/{name}")


def _archive(source: Source) -> Iterator[Document | Failure | Notice]:
    shelf = _Shelf()
    with suppress(DamagedSourceError):  # the second turn says so, behind what is whole
        for item, name, place in _items(source):
            _put(shelf, item, name, place)
    pictures = partial(_at, source.opener, shelf.pictures)
    names = Names()
    for item, name, _ in _items(source):
        if name.endswith(".md") and item is None:
            yield Failure("", "DamagedSourceError", f"part {name}: its last lines are missing")
        if item is None or item.kind != _NOTE:
            continue
        part = names.of(item.id)
        try:
            document = _document(item, shelf.labels(item), pictures)
            yield replace(document, part=part)
        except NoArticleError as error:
            yield Notice("", "NoArticleError", f"part {part}: {error}")


def _put(shelf: _Shelf, item: _Item | None, name: str, place: tuple[int, int]) -> None:
    """Put an item where notes find it."""
    picture = _PICTURE.match(name)
    if picture:
        shelf.pictures[picture[1]] = place
    elif item and item.kind == _NOTEBOOK:
        shelf.notebooks[item.id] = item.title
    elif item and item.kind == _TAG:
        shelf.tags[item.id] = item.title
    elif item and item.kind == _NOTE_TAG:
        shelf.tagged.setdefault(item.fields.get("note_id", ""), []).append(
            item.fields.get("tag_id", "")
        )


def _items(source: Source) -> Iterator[tuple[_Item | None, str, tuple[int, int]]]:
    """Give an archive's files: the item in each, its name, and where its bytes lie.

    Raises:
        DamagedSourceError: it ends too early, or it holds too many files.
    """
    with source.open() as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r:") as archive:
                for number, member in enumerate(archive):
                    if number >= MAX_ITEMS:
                        raise DamagedSourceError(f"holds more than {MAX_ITEMS} files")
                    if member.isfile() and member.size <= MAX_ITEM_BYTES:
                        place = (member.offset_data, member.size)
                        yield _item(archive, member), member.name, place
        except (tarfile.TarError, OSError, EOFError, ValueError) as error:
            raise DamagedSourceError(f"is a broken archive of Joplin: {error}") from error


def _item(archive: tarfile.TarFile, member: tarfile.TarInfo) -> _Item | None:
    if not member.name.endswith(".md"):
        return None
    stream = archive.extractfile(member)
    data = stream.read() if stream else b""
    if len(data) < member.size:
        raise EOFError("it ends within a note")
    return _parsed(data)


def _at(
    opener: Callable[[], BinaryIO], places: Mapping[str, tuple[int, int]], address: str
) -> bytes | None:
    """Return a picture out of an archive, by the address that a note has for it."""
    place = places.get(address.removeprefix(LOCAL).removeprefix(":/"))
    if place is None:
        return None
    with opener() as stream:
        stream.seek(place[0])
        return stream.read(place[1])
