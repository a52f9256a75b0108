"""The signs of pages saved by browsers and crawlers, with their pictures."""

from __future__ import annotations

import re
import zlib

from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import Probe

_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]*((?:[^\r\n]|\r?\n[ \t])*)\r?\n")
_SAVED_BY = re.compile(rb"saved by|unmht", re.IGNORECASE)
_MAIL_ONLY = frozenset({
    b"to", b"received", b"message-id", b"delivered-to", b"return-path", b"reply-to", b"cc", b"bcc",
    b"list-unsubscribe", b"in-reply-to",
})  # fmt: skip
# The parts of a message that lost its header.
_BARE_PARTS = re.compile(
    rb"\s*--[^\s]{1,200}\r?\n(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,8}?"
    rb"content-location:",
    re.IGNORECASE,
)
_SELF_EXTRACTING = re.compile(rb"<html[^>]*\sdata-sfz\b", re.IGNORECASE)
_WRAPPED = re.compile(rb"data-scrapbook-|Page saved with SingleFile", re.IGNORECASE)
_MEMBER_HEAD = 4096  # bytes; where a page's wrapper leaves its mark
_WARC = re.compile(rb"WARC/\d\.\d+\r?\n|filedesc://")
_INFLATED = 64  # bytes; enough for a record's first words
_PLIST_PAGE = b"WebMainResource"


def _headers(head: bytes) -> dict[bytes, bytes]:
    """Return the header of a message by lower-case names, the first of each."""
    found: dict[bytes, bytes] = {}
    at = len(head) - len(head.lstrip())
    while line := _HEADER.match(head, at):
        found.setdefault(line[1].lower(), line[2])
        at = line.end()
    return found


def is_mhtml(probe: Probe) -> bool:
    """Say whether a message is a saved page, and no mail."""
    if probe.lead == b"-":
        return bool(_BARE_PARTS.match(probe.plain))
    headers = _headers(probe.plain)
    if b"snapshot-content-location" in headers:
        return True
    kind = headers.get(b"content-type", b"").lower()
    if not kind.startswith((b"multipart/related", b"multipart/mixed", b"text/html")):
        return False
    if _SAVED_BY.search(headers.get(b"from", b"")):
        return True
    return b"@" not in headers.get(b"from", b"") and headers.keys().isdisjoint(_MAIL_ONLY)


def is_webarchive(probe: Probe) -> bool:
    """Say whether a property list holds a page."""
    head = probe.head
    return _PLIST_PAGE in head and (head.startswith(b"bplist") or b"<plist" in head)


def is_maff(probe: Probe) -> bool:
    """Say whether a ZIP archive holds the description of a page, at most one folder down."""
    return any(
        name.rsplit("/", 1)[-1] == "index.rdf" and name.count("/") <= 1 for name in probe.members
    )


def is_htz(probe: Probe) -> bool:
    """Say whether a ZIP archive holds a page that WebScrapBook or SingleFile wrote."""
    if "index.html" not in probe.members:
        return False
    from feedsmith.readers.archive import opened  # noqa: PLC0415 (0.01 s, few files are ZIP)

    with opened(probe.source) as archive:
        return bool(_WRAPPED.search((archive.look("index.html") or b"")[:_MEMBER_HEAD]))


def is_self_extracting(probe: Probe) -> bool:
    """Say whether a page is also a ZIP archive that unpacks itself in the browser."""
    return bool(_SELF_EXTRACTING.search(probe.plain)) and probe.is_also_zip


def is_warc(probe: Probe) -> bool:
    """Say whether a file is a crawl, plain or packed."""
    if probe.lead != b"\x1f":
        return bool(_WARC.match(probe.head))
    try:
        return bool(_WARC.match(zlib.decompressobj(31).decompress(probe.head, _INFLATED)))
    except zlib.error:
        return False


def is_wacz(probe: Probe) -> bool:
    """Say whether a ZIP archive holds a described crawl."""
    return "datapackage.json" in probe.members and any(
        name.startswith("archive/") for name in probe.members
    )


def is_pdf(probe: Probe) -> bool:
    """Say whether a file is a PDF."""
    return probe.head.startswith(b"%PDF-")


def is_docx(probe: Probe) -> bool:
    """Say whether a ZIP archive is a Word document."""
    return "word/document.xml" in probe.members


KINDS: tuple[Kind, ...] = (
    Kind(
        "mhtml",
        "MHTML page",
        "a message that holds a page, sent by nobody",
        is_mhtml,
        "mhtml",
        b"ABCDFMPRSTUXabcdfmprstux-",
    ),
    Kind(
        "webarchive",
        "Safari web archive",
        "a property list with WebMainResource",
        is_webarchive,
        "webarchive",
        b"b<",
    ),
    Kind("maff", "MAFF archive", "a ZIP with index.rdf", is_maff, "zippage", b"P", streams=True),
    Kind(
        "htz",
        "HTZ archive",
        "a ZIP whose index.html names WebScrapBook or SingleFile",
        is_htz,
        "zippage",
        b"P",
        streams=True,
    ),
    Kind(
        "singlefile-zip",
        "self-extracting SingleFile page",
        "a page with data-sfz that ends as a ZIP",
        is_self_extracting,
        "zippage",
        b"<",
    ),
    Kind(
        "wacz",
        "WACZ archive",
        "a ZIP with datapackage.json",
        is_wacz,
        "warc",
        b"P",
        streams=True,
        splits=True,
        extra="warc",
    ),
    Kind(
        "warc",
        "WARC or ARC archive",
        "WARC/1. or filedesc:, plain or packed",
        is_warc,
        "warc",
        b"Wf\x1f",
        streams=True,
        splits=True,
        extra="warc",
    ),
    Kind("pdf", "PDF", "%PDF-", is_pdf, "pdf", b"%", streams=True, extra="pdf"),
    Kind(
        "docx", "DOCX document", "a ZIP with word/document.xml", is_docx, "docx", b"P", streams=True
    ),
)
