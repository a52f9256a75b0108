"""The signs of what is recognised and not read (magic numbers of the formats' specifications)."""

from __future__ import annotations

import re
from collections.abc import Callable

from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import Probe
from feedsmith.readers.signs import unread


def _begins(pattern: bytes) -> Callable[[Probe], bool]:
    begins = re.compile(pattern, re.DOTALL)
    return lambda probe: bool(begins.match(probe.plain))


def _refused(name: str, title: str, pattern: bytes, lead: bytes = b"", advice: str = "") -> Kind:
    return Kind(name, title, "its first bytes", _begins(pattern), lead=lead, advice=advice)


def _is_broken_zip(probe: Probe) -> bool:
    return probe.is_zip and not probe.is_also_zip


KINDS: tuple[Kind, ...] = (
    *unread.KINDS,
    _refused("image", "a PNG image", rb"\x89PNG", b"\x89"),
    _refused("image", "a JPEG image", rb"\xff\xd8\xff", b"\xff"),
    _refused("image", "a GIF image", rb"GIF8[79]a", b"G"),
    _refused("image", "a WebP image", rb"RIFF....WEBP", b"R"),
    _refused("media", "audio or video", rb"RIFF", b"R"),
    Kind(
        "zip",
        "a broken ZIP archive",
        "its first bytes, and no list of files",
        _is_broken_zip,
        lead=b"P",
        advice="get it again",
    ),
    _refused("zip", "a ZIP archive", rb"PK[\x03\x05]", b"P"),
    _refused("archive", "gzip-compressed data", rb"\x1f\x8b", b"\x1f"),
    _refused(
        "archive",
        "a compressed archive",
        rb"BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd",
        b"B\xfd7R\x28",
    ),
    _refused("database", "an SQLite database", rb"SQLite format 3\x00", b"S"),
    _refused("ole", "an OLE document (Word, Outlook)", rb"\xd0\xcf\x11\xe0", b"\xd0"),
    _refused(
        "program", "a program (ELF or the like)", rb"\x7fELF|MZ\x90|\xfe\xed\xfa|\xcf\xfa\xed\xfe"
    ),
    _refused(
        "media", "audio or video", rb"....ftyp|ID3|OggS|fLaC|\x1aE\xdf\xa3|\xff[\xfb\xf3\xf2]"
    ),
    _refused(
        "cdx",
        "CDX, a list of what a crawl holds",
        rb" CDX( \w)+\s|\S*\)\S* \d{14} \{\"|!meta \d+ \{",
        advice="the crawl beside it is read",
    ),
    _refused("plist", "a property list", rb"bplist00", b"b"),
    _refused(
        "opml",
        "OPML, a list of subscriptions",
        rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?i:opml)\b",
        b"<",
        "it names feeds and holds no article; open it in your feed reader",
    ),
    _refused("xml", "XML", rb"\s*<\?xml(?!.{0,600}<(?i:!doctype html|html|head|body)\b)", b"<"),
    _refused("xml", "XML", rb"\s*<(?i:svg)\b", b"<"),
    _refused(
        "json",
        "JSON",
        rb"\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,100}\"\s*:",
        b"[{",
        "only the exports that the README names are",
    ),
)
