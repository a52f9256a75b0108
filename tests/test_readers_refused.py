"""What is recognised and refused: one line that names it and says what to do; prose is not."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from feedsmith import readers
from feedsmith.errors import UnknownFormatError
from feedsmith.model import Source


def source(data: bytes, name: str = "saved") -> Source:
    return Source(name, name, datetime(2024, 1, 1, tzinfo=UTC), 1, lambda: io.BytesIO(data))


def ole(*entries: str) -> bytes:
    """Return the bones of an OLE file: a header, an empty sector, the directory."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in entries)
    return bytes(header) + bytes(512) + names


def zipped(name: str, first: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        archive.writestr(name, "x")
    return stream.getvalue()


STYLES = (
    b"@charset 'utf-8';\n" + b"p.lead, h1 > a { color: red; margin: 0 }\n.nav{float:left}\n" * 9
)
SCRIPT = b"'use strict';\nfunction late(ferry) {\n  const at = ferry.at;\n  return at > 3;\n}\n" * 5
PYTHON = b"import os\nfrom pathlib import Path\n\ndef late(ferry):\n    return ferry.at > 3\n" * 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ole("Root Entry", "WordDocument"), "an old Word document.*save it as .docx"),
        (ole("Root Entry", "__nameid_version1.0"), "an Outlook message.*save it as .eml"),
        (ole("Root Entry", "EncryptedPackage"), "an encrypted Office document.*password"),
        (ole("Root Entry", "Workbook"), "an Excel workbook"),
        (b" CDX N b a m s k r M S V g\na)/ 2024 ...", "CDX, a list of what.*the crawl beside it"),
        (b'example,a)/x 20240102030405 {"url": "http://a.example/x"}\n', "CDX, a list of what"),
        (ole("Root Entry", "PowerPoint Document"), "a PowerPoint presentation"),
        (ole("Root Entry"), "an OLE document"),
        (ole()[:100], "an OLE document"),
        (zipped("xl/workbook.xml"), "an Excel workbook"),
        (zipped("ppt/presentation.xml"), "a PowerPoint presentation"),
        (zipped("Index/Document.iwa"), "an Apple Pages document"),
        (zipped("content.xml", "application/vnd.oasis.opendocument.text"), "an OpenDocument text"),
        (zipped("c.xml", "application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument file"),
        (b"{\\rtf1\\ansi Ferry", "an RTF document.*save it as .docx or .txt"),
        (b"%!PS-Adobe-3.0", "a PostScript file"),
        (b"!BDN\x00", "an Outlook data file"),
        (b"\x78\x9f\x3e\x22\x00", "winmail.dat"),
        (b"BEGIN:VCALENDAR\r\n", "a calendar"),
        (b"BEGIN:VCARD\r\n", "an address card"),
        (b"-----BEGIN PGP MESSAGE-----\n", "an encrypted message"),
        (b"Ferries".ljust(60, b"\x00") + b"BOOKMOBI", "a Kindle book .*EPUB"),
        (b"\xeaDRMION\xee", "a Kindle book"),
        (b"ITOLITLS", "a Microsoft Reader book"),
        (b"ITSF\x03", "a Windows help file"),
        (b"AT&TFORM", "a DjVu document"),
        (b'<?xml version="1.0"?>\n<FictionBook>', "a FictionBook"),
        (b"II*\x00", "a TIFF image"),
        (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00", "a BMP image"),
        (b"\x00\x00\x00\x18ftypheic", "a HEIC or AVIF image"),
        (b"\x00\x00\x01\x00\x01\x00", "an icon"),
        (b"8BPS\x00", "a Photoshop image"),
        (b'<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE svg>\n<svg>', "an SVG image"),
        (b"a.txt".ljust(257, b"\x00") + b"ustar\x00", "a tar archive.*unpack it first"),
        (b"7z\xbc\xaf'\x1c", "a 7-Zip archive.*unpack it first"),
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        (b"\xfd7zXZ\x00", "an xz archive"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b'\x04"M\x18', "an LZ4 archive"),
        (b"MSCF\x00", "a Windows cabinet"),
        (b"!<arch>\ndebian", "a Unix archive or package"),
        (b"\x00\x01\x00\x00Standard ACE DB\x00", "an Access database"),
        (b"mozLz40\x00", "a Firefox backup.*export the bookmarks"),
        (b"PACK\x00\x00\x00\x02", "a Git pack"),
        (b"d8:announce3:abc", "a torrent"),
        (b"wOF2\x00\x01\x00\x00", "a font"),
        (b"\x00\x01\x00\x00\x00\x0f", "a font"),
        (b"\x00asm\x01", "a program"),
        (b"\x00\x00\x00\x01Bud1", "Finder's notes"),
        (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
        (b"[Desktop Entry]\nType=Application", "a shortcut"),
        (b"WEBVTT\n\n00:01.000 --> 00:04.000\nHello", "a file of subtitles"),
        (b"1\r\n00:00:01,000 --> 00:00:04,000\r\nHello", "a file of subtitles"),
        (b"[Script Info]\nTitle: x", "a file of subtitles"),
        (b"#!/bin/sh\necho late\n", "a program"),
        (b"<?php\necho 'late';\n", "a program"),
        (STYLES, "a style sheet"),
    ],
)
def test_what_is_refused_is_named_and_told_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(UnknownFormatError, match=words):
        list(readers.read(source(data)))


@pytest.mark.parametrize(
    ("name", "data"),
    [("late.js", SCRIPT), ("late.py", PYTHON), ("min.js", b"!function(a){a.b=1;c();}(d);" * 9)],
)
def test_code_is_told_by_name_and_lines(name: str, data: bytes) -> None:
    with pytest.raises(UnknownFormatError, match="a program"):
        list(readers.read(source(data, name)))
    assert readers.detect(source(data, "late.txt")).name == "text"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("news.js", "The ferry is late again.\n\nNobody knows why it is.\n\nIt sails on Monday.\n"),
        (
            "a",
            "How to hide a menu\n\nWrite .nav { display: none } and p { color: red } there.\n" * 4,
        ),
        ("a", "BEGIN: a story\n\nThe ferry is late."),
        ("a", "1\n\nThe first chapter tells of the ferry."),
        ("a", "d8 is a town in the north; its ferry is late."),
        ("a", "#! is what a script begins with.\n\nThe ferry is late."),
        ("a", "[Script notes]\n\nThe ferry is late."),
        ("a", "PACK your bags, the ferry is late."),
        ("a", "OTTO the ferryman is late."),
    ],
)
def test_prose_is_not_refused(name: str, words: str) -> None:
    assert readers.detect(source(words.encode(), name)).name == "text"
