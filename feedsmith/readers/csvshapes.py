"""The tables of links that services export as CSV: which columns tell them, and what these hold.

Names are compared in lower case, in any order. The separator of the columns is the one that
gives the names; a byte order mark is taken off before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_SEPARATORS = (",", ";", "\t")
_HEADER_CHARS = 600  # characters; a header of 30 columns has as many


@dataclass(frozen=True, slots=True)
class CsvShape:
    """One service's table: `needs` are the columns that tell it, the others name cells.

    `separator` parts the labels in one cell; `folder` is a path of folders, parted by `path`.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    saved: str = ""
    tags: str = "tags"
    separator: str = ","
    folder: str = ""
    notes: tuple[str, ...] = ("note",)
    summary: str = ""
    author: str = ""
    site: str = ""
    image: str = ""


# Columns of lists of links that people and small tools write; a table of nothing else is one.
_COMMON = frozenset({
    "url", "title", "tags", "labels", "folder", "note", "notes", "description", "comments",
    "annotations", "created", "created_at", "date", "added", "time_added", "saved", "id", "status",
})  # fmt: skip

# The most telling columns first; the last one is anybody's.
SHAPES = (
    CsvShape(
        "pocket", "Pocket export", ("title", "url", "time_added"), "time_added", separator="|",
    ),
    CsvShape(
        "raindrop", "Raindrop export", ("title", "url", "folder", "created", "excerpt"), "created",
        folder="folder", notes=("note", "highlights"), summary="excerpt", image="cover",
    ),
    CsvShape(
        "readwise", "Readwise Reader export", ("title", "url", "document tags", "saved date"),
        "saved date", tags="document tags",
    ),
    CsvShape(
        "instapaper", "Instapaper export", ("url", "title", "selection", "folder"), "timestamp",
        folder="folder", summary="selection",
    ),
    CsvShape(
        "matter", "Matter export", ("title", "author", "publisher", "url", "last interaction date"),
        separator=";", author="author", site="publisher",
    ),
    CsvShape(
        "readeck-csv", "Readeck list", ("url", "title", "created", "labels", "is_archived"),
        "created", tags="labels",
    ),
    CsvShape("mymind", "mymind export", ("type", "title", "url", "content", "created"), "created"),
    CsvShape(
        "links-csv", "list of links in CSV", ("url", "title"), "created",
        folder="folder", notes=("note", "notes", "comments", "annotations"), summary="description",
    ),
)  # fmt: skip
# Other names of columns that anybody's list may have → the ones above.
_SAME = {"created_at": "created", "added": "created", "time_added": "created", "date": "created",
         "saved": "created", "labels": "tags"}  # fmt: skip


def header_of(first: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the columns in lower case and their separator, or nothing.

    >>> header_of("URL;Title")
    (('url', 'title'), ';')
    >>> header_of("A title, and more")
    ((), '')
    """
    folded = first[:_HEADER_CHARS].strip().lower()
    if "url" not in folded or "title" not in folded:
        return (), ""
    for separator in _SEPARATORS:
        names = tuple([cell.strip(' \t"') for cell in folded.split(separator)])
        if "url" in names and "title" in names:
            return names, separator
    return (), ""


def first_line(head: bytes) -> str:
    """Return the line that may name the columns, of a file's first bytes."""
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return plain.partition(b"\n")[0].partition(b"\r")[0].decode("utf-8", "replace")


@lru_cache(maxsize=4)  # every row of a table asks
def shape_of(names: tuple[str, ...]) -> CsvShape | None:
    """Return the shape of a table by the names of its columns."""
    found = set(names)
    for shape in SHAPES[:-1]:
        if found.issuperset(shape.needs):
            return shape
    return SHAPES[-1] if found and found <= _COMMON else None


def named(row: Mapping[str, str], shape: CsvShape) -> dict[str, str]:
    """Return a row under the names by which its shape knows the columns."""
    if shape is not SHAPES[-1]:
        return dict(row)
    cells: dict[str, str] = {}
    for name, cell in row.items():
        cells[_SAME.get(name, name)] = cells.get(_SAME.get(name, name)) or cell
    return cells
