r"""Saved bytes → Documents: one module per input format, found by content and never by suffix.

`READERS` stands in order of trust, the most certain sniff first and plain text last. What no
reader accepts is named from the table of kinds, so that the user learns what the file is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from feedsmith.errors import UnknownFormatError
from feedsmith.model import Document, Source
from feedsmith.readers import html, plaintext
from feedsmith.readers.encoding import HEAD_BYTES


@dataclass(frozen=True, slots=True)
class Reader:
    """An input format: `sniff` judges the first bytes, `read` gives the pages of a file."""

    title: str
    sniff: Callable[[bytes], bool]
    read: Callable[[Source], Iterator[Document]]


READERS: tuple[Reader, ...] = (
    Reader(html.TITLE, html.sniff, html.read),
    Reader(plaintext.TITLE, plaintext.sniff, plaintext.read),
)

# Kinds that are not read, by their first bytes (magic numbers of the formats' specifications).
_KINDS = (
    (rb"%PDF-", "a PDF"),
    (rb"\x89PNG", "a PNG image"),
    (rb"\xff\xd8\xff", "a JPEG image"),
    (rb"GIF8[79]a", "a GIF image"),
    (rb"RIFF....WEBP", "a WebP image"),
    (rb"RIFF", "audio or video"),
    (rb"PK\x03\x04.{26}mimetypeapplication/epub", "an EPUB book"),
    (rb"PK\x03\x04.{0,3000}?word/", "a DOCX document"),
    (rb"PK[\x03\x05]", "a ZIP archive"),
    (rb"\x1f\x8b", "gzip-compressed data"),
    (rb"BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd", "a compressed archive"),
    (rb"SQLite format 3\x00", "an SQLite database"),
    (rb"\xd0\xcf\x11\xe0", "an OLE document (Word, Outlook)"),
    (rb"\x7fELF|MZ\x90|\xfe\xed\xfa|\xcf\xfa\xed\xfe", "a program (ELF or the like)"),
    (rb"....ftyp|ID3|OggS|fLaC|\x1aE\xdf\xa3|\xff[\xfb\xf3\xf2]", "audio or video"),
    (rb"bplist00", "a Safari web archive or property list"),
    (rb"WARC/1\.", "a WARC archive"),
    (rb"filedesc://", "an ARC archive"),
    (
        (
            rb"(?:[A-Za-z-]+: [^\n]*\n(?:[ \t][^\n]*\n)*)*?(?i:snapshot-content-location:"
            rb"|content-type:\s*multipart/related)"
        ),
        "an MHTML page",
    ),
    (
        (
            rb"(?:From \S+ .{10,40}\n)?(?=(?:[^\n]+\n){0,60}?(?i:from):)"
            rb"(?=(?:[^\n]+\n){0,60}?(?i:subject|message-id|received):)[A-Za-z-]+:"
        ),
        "an e-mail",
    ),
    (html.PROLOG + rb"<(?:rss|feed|rdf:RDF)\b", "an RSS or Atom feed"),
    (rb"\s*<!DOCTYPE NETSCAPE-Bookmark-file-1>", "a list of bookmarks"),
    (rb"\s*<\?xml(?!.{0,600}<(?i:!doctype html|html)\b)", "XML"),
    (rb"\s*<(?i:nitf|newsml|newsitem|opml|svg|en-export)\b", "XML"),
    (rb"\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,100}\"\s*:", "JSON"),
)
# One pattern with a group a kind: most files are of none, and one look tells.
_ANY_KIND = re.compile(b"|".join(b"(" + pattern + b")" for pattern, _ in _KINDS), re.DOTALL)

# A page rather than a dump with some markup left in its first line.
_WHOLE_PAGE = re.compile(rb"<!doctype html|<html|<head|<body", re.IGNORECASE)


def detect(head: bytes, name: str) -> Reader:
    """Return the reader for a file.

    Args:
        head: its first 4096 bytes.
        name: its file name; the suffix decides only between readers that both accept.

    Raises:
        UnknownFormatError: no reader accepts the bytes; the message names what they look like.
    """
    if not head:
        raise UnknownFormatError("empty file")
    known = _ANY_KIND.match(head)
    if known:
        _, kind = _KINDS[(known.lastindex or 1) - 1]
        raise UnknownFormatError(f"looks like {kind}: not a kind that is read")
    fitting = [reader for reader in READERS if reader.sniff(head)]
    if not fitting:
        raise UnknownFormatError("looks like binary data: not a kind that is read")
    is_text = name.lower().endswith((".txt", ".text", ".md")) and not _WHOLE_PAGE.search(head)
    return fitting[-1] if is_text else fitting[0]


def read(source: Source) -> Iterator[Document]:
    """Give the documents of a source, one a page.

    Raises:
        UnknownFormatError: no reader accepts its first bytes.
        UnreadableSourceError: the disk said no.
    """
    with source.open() as stream:
        head = stream.read(HEAD_BYTES)
    for document in detect(head, source.relative).read(source):
        yield replace(document, written=source.mtime)
