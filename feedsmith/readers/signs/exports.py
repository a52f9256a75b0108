"""The signs of exports of reading lists, note programs and bookmarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial

from feedsmith.readers import csvshapes, jsonshapes
from feedsmith.readers.csvshapes import CsvShape
from feedsmith.readers.jsonshapes import JsonShape
from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import Probe
from feedsmith.readers.signs.basic import PROLOG

# First letters of the columns that a list of links may begin with.
_COLUMN_LEADS = b'tTuUiIaAcCdDnNsSfFlL"'
_OMNIVORE_LIST = re.compile(r"(?:.*/)?metadata_\d+_to_\d+\.json")
_READECK_INFO = re.compile(r"(?:.*/)?bookmarks/[^/]+/info\.json")
_POCKET_PART = re.compile(r"(?:.*/)?part_\d+\.csv")
_DOCTYPE = rb"(?:<!DOCTYPE[^>]*+>\s*+)?+"


def _begins(pattern: bytes) -> Callable[[Probe], bool]:
    begins = re.compile(pattern, re.DOTALL | re.IGNORECASE)
    return lambda probe: bool(begins.match(probe.plain))


def _holds(pattern: re.Pattern[str]) -> Callable[[Probe], bool]:
    return lambda probe: any(map(pattern.fullmatch, probe.members))


def _is_json(shape: JsonShape, probe: Probe) -> bool:
    return jsonshapes.fits(shape, probe.plain)


def _is_table(shape: CsvShape, probe: Probe) -> bool:
    return _shape_of(probe.plain) is shape


@lru_cache(maxsize=2)  # each shape asks about the same file
def _shape_of(head: bytes) -> CsvShape | None:
    return csvshapes.shape_of(_names(head))


@lru_cache(maxsize=2)
def _names(head: bytes) -> tuple[str, ...]:
    return csvshapes.header_of(csvshapes.first_line(head))[0]


def _is_wallabag_table(probe: Probe) -> bool:
    return {"url", "content", "mime type"} <= set(_names(probe.plain))


def _is_telegram(probe: Probe) -> bool:
    names = jsonshapes.names_in(probe.plain)
    return {"type", "messages"} <= names and not names.isdisjoint({"date_unixtime", "from", "name"})


def _is_webloc(probe: Probe) -> bool:
    """Say whether a property list holds an address and hardly anything else."""
    head = probe.head
    is_short = len(head) < _WEBLOC_BYTES and b"WebMainResource" not in head
    is_binary = head.startswith(b"bplist") and b"URL" in head
    return is_short and (is_binary or (b"<plist" in head and b"<key>URL</key>" in head))


_WEBLOC_BYTES = 2100  # bytes; an address has at most 2000
_TABLES = tuple(
    Kind(
        shape.name,
        shape.title,
        f"a first line with the columns {', '.join(shape.needs)}",
        partial(_is_table, shape),
        "csvlinks",
        _COLUMN_LEADS,
    )
    for shape in csvshapes.SHAPES
)
_JSON = tuple(
    Kind(
        shape.name,
        shape.title,
        f"JSON with the names {', '.join(sorted(shape.needs))}",
        partial(_is_json, shape),
        shape.module,
        shape.lead,
    )
    for shape in jsonshapes.SHAPES
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "enex",
        "Evernote export (ENEX)",
        "the element en-export",
        _begins(PROLOG + _DOCTYPE + rb"<en-export\b"),
        "enex",
        b"<",
        streams=True,
    ),
    Kind(
        "zotero",
        "Zotero export (RDF)",
        "RDF with Zotero's namespace",
        _begins(PROLOG + rb"<rdf:RDF\b[^>]*zotero\.org/namespaces/export"),
        "zotero",
        b"<",
    ),
    Kind(
        "bookmarks",
        "bookmarks in HTML",
        "the document type NETSCAPE-Bookmark-file-1",
        _begins(rb"\s*<!DOCTYPE\s+NETSCAPE-Bookmark-file-1"),
        "bookmarks",
        b"<",
    ),
    Kind(
        "reading-list",
        "reading list in HTML (Pocket, Instapaper)",
        "the page title that the service gives it",
        _begins(rb"\s*<.{0,600}?<title>\s*(?:Pocket Export|Instapaper: Export)\s*</title>"),
        "bookmarks",
        b"<",
    ),
    Kind(
        "omnivore-zip",
        "Omnivore export (ZIP)",
        "a ZIP archive with metadata_0_to_20.json",
        _holds(_OMNIVORE_LIST),
        "omnivore",
        b"P",
        streams=True,
    ),
    Kind(
        "readeck",
        "Readeck export (ZIP)",
        "a ZIP archive with bookmarks/…/info.json",
        _holds(_READECK_INFO),
        "readeck",
        b"P",
        streams=True,
    ),
    Kind(
        "pocket-zip",
        "Pocket export (ZIP)",
        "a ZIP archive with part_000000.csv",
        _holds(_POCKET_PART),
        "csvlinks",
        b"P",
    ),
    Kind(
        "shortcut",
        "saved link (.url, .desktop)",
        "[InternetShortcut], or [Desktop Entry] with Type=Link",
        _begins(
            rb"\s*+(?:[#;][^\n]*+\n\s*+)*+(?:\[InternetShortcut|\[[^\]\n]{1,60}\].{0,2000}?\[InternetShortcut\]"
            rb"|\[Desktop Entry\](?=.{0,3000}?\n\s*Type\s*=\s*Link\b))"
        ),
        "shortcuts",
        b"[#;",
    ),
    Kind(
        "webloc",
        "saved link (.webloc)",
        "a property list of one address",
        _is_webloc,
        "shortcuts",
        b"<b",
    ),
    Kind(
        "telegram",
        "an export of Telegram",
        "JSON with messages",
        _is_telegram,
        lead=b"{",
        advice="save the articles that its messages link to",
    ),
    Kind(
        "wallabag-csv",
        "wallabag export in CSV",
        "a first line with the columns url, content, mime type",
        _is_wallabag_table,
        "wallabag",
        _COLUMN_LEADS,
    ),
    *_JSON,
    *_TABLES,
)
