"""More that is recognised and not read, with what to do: office files, archives, books, code.

Most rows are magic numbers of the formats' specifications. A text is refused only where two signs
agree, for an article about programs is full of their lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import Probe
from feedsmith.readers.signs.basic import PROLOG

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIRECTORY_BYTES = 4096  # bytes of an OLE file's directory; the first entries tell what it is
_PICTURE = "text in pictures is not read"
_UNPACK = "unpack it first"
_AS_DOCX = "save it as .docx or .txt"
_AS_EPUB = "turn it into an EPUB first, with calibre for instance"
_AS_TEXT = "save what it says as HTML or text"

_CODE_NAMES = (
    ".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".css", ".scss", ".less", ".py", ".rb", ".java",
    ".c", ".h", ".cc", ".cpp", ".cs", ".go", ".rs", ".php", ".pl", ".sh", ".sql", ".swift", ".kt",
)  # fmt: skip
_CODE_LINE = re.compile(
    rb"[;{}]\s*$|^\s*(?:import [\w.{*]+|from [\w.]+ import|def \w+|class \w+.*[:{]"
    rb"|(?:const|let|var) \w+ *=|func \w|fn \w+\(|use [\w:\\]+;|package \w"
    rb"|#include|#define|\w+ ?= ?[\w\"'\[({]"
    rb"|SELECT |INSERT |CREATE |//|/\*|\*/|\* |#!|# )",
)
_ASIDE = re.compile(rb"/\*.*?\*/|@[^{};]*+[;{]", re.DOTALL)
# A selector holds no word with a capital but names of its own, and no full stop before a blank.
_RULE = re.compile(
    rb"(?:(?<![.#:\[\w-])[a-z*]|(?<=[.#:\[\w-])\w|[^{};<.\w]|\.(?=\S)){1,300}"
    rb"\{(?:[^{}<:;]*+:[^{}<;]*+;?)*+\s*+\}"
)
_RULES = 4  # rules; fewer may be an example in a text
_LEFT = 20  # one character in so many may be in no rule
_DENSE = 50  # one brace or semicolon in so many characters of a program on one line
_LINES = 3  # lines of code; fewer may be those of a text with a strange name


def _magic(*beginnings: bytes, at: int = 0) -> Callable[[Probe], bool]:
    return lambda probe: probe.head.startswith(beginnings, at)


def _pattern(pattern: bytes) -> Callable[[Probe], bool]:
    begins = re.compile(pattern, re.DOTALL)
    return lambda probe: bool(begins.match(probe.plain))


def _member(*names: str) -> Callable[[Probe], bool]:
    return lambda probe: not probe.members.isdisjoint(names)


def _ole(*entries: str) -> Callable[[Probe], bool]:
    """Return what looks for one of these names in the directory of an OLE file."""
    names = [entry.encode("utf-16-le") for entry in entries]
    return lambda probe: any(name in _directory(probe) for name in names)


def _directory(probe: Probe) -> bytes:
    """Return the beginning of an OLE file's directory.

    Source: [MS-CFB] section 2.2, offsets 30 (size of a sector) and 48 (the directory's sector).
    """
    head = probe.head
    if not head.startswith(_OLE) or len(head) < 52:
        return b""
    size = min(int.from_bytes(head[30:32], "little"), 16)
    sector = int.from_bytes(head[48:52], "little")
    with probe.source.open() as stream:
        stream.seek((sector + 1) << size)
        return stream.read(_DIRECTORY_BYTES)


def _is_program(probe: Probe) -> bool:
    """Say whether a file is named like code and some of its lines look like code."""
    if not probe.name.endswith(_CODE_NAMES) or probe.lead == b"<":
        return False
    code = sum(bool(_CODE_LINE.search(line)) for line in probe.plain.splitlines())
    signs = probe.plain.count(b"{") + probe.plain.count(b";")
    return code >= _LINES or signs * _DENSE > len(probe.plain)


def _is_style_sheet(probe: Probe) -> bool:
    """Say whether a file consists of rules for the looks of a page, whatever its name."""
    plain = probe.plain
    if plain.count(b"{") < _RULES or b":" not in plain or probe.lead in b"<{[":
        return False
    plain = _ASIDE.sub(b"", plain[: plain.rfind(b"}") + 1])
    left, rules = _RULE.subn(b"", plain)
    return rules >= _RULES and len(left.strip(b"{} \r\n\t")) * _LEFT <= len(plain)


def _row(
    name: str, title: str, matches: Callable[[Probe], bool], lead: bytes = b"", advice: str = ""
) -> Kind:
    return Kind(name, title, "its first bytes", matches, lead=lead, advice=advice)


KINDS: tuple[Kind, ...] = (
    # Office
    _row("doc", "an old Word document", _ole("WordDocument"), b"\xd0", _AS_DOCX),
    _row(
        "msg", "an Outlook message",
        _ole("__substg1.0_", "__nameid_version1.0", "__properties_version1.0"), b"\xd0",
        "save it as .eml",
    ),
    _row(
        "encrypted", "an encrypted Office document", _ole("EncryptedPackage"), b"\xd0",
        "open it with its password and save it without one",
    ),
    _row("xls", "an Excel workbook", _ole("Workbook"), b"\xd0", _AS_TEXT),
    _row("ppt", "a PowerPoint presentation", _ole("PowerPoint Document"), b"\xd0", _AS_TEXT),
    _row("xlsx", "an Excel workbook", _member("xl/workbook.xml"), b"P", _AS_TEXT),
    _row("pptx", "a PowerPoint presentation", _member("ppt/presentation.xml"), b"P", _AS_TEXT),
    _row("pages", "an Apple Pages document", _member("Index/Document.iwa"), b"P", _AS_DOCX),
    _row(
        "odt", "an OpenDocument text",
        _pattern(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text"), b"P",
        _AS_DOCX,
    ),
    _row(
        "opendocument", "an OpenDocument file",
        _pattern(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument"), b"P", _AS_TEXT,
    ),
    _row("rtf", "an RTF document", _magic(b"{\\rtf"), b"{", _AS_DOCX),
    _row("postscript", "a PostScript file", _magic(b"%!PS"), b"%", _AS_TEXT),
    # Mail
    _row("pst", "an Outlook data file", _magic(b"!BDN"), b"!", "save its messages as .eml or mbox"),
    _row("tnef", "Outlook's winmail.dat", _magic(b"\x78\x9f\x3e\x22"), b"x", "save it as .eml"),
    _row("calendar", "a calendar", _magic(b"BEGIN:VCALENDAR"), b"B"),
    _row("contacts", "an address card", _magic(b"BEGIN:VCARD"), b"B"),
    _row(
        "key", "a key or an encrypted message",
        _pattern(rb"-----BEGIN (?:PGP MESSAGE|CERTIFICATE|(?:[A-Z]+ )*(?:PUBLIC|PRIVATE) KEY)"),
        b"-",
    ),
    # Books
    _row("mobi", "a Kindle book (MOBI, AZW3)", _magic(b"BOOKMOBI", b"TEXtREAd", at=60), b"",
         _AS_EPUB),
    _row("kfx", "a Kindle book (KFX)", _magic(b"CONT\x02\x00", b"\xeaDRMION\xee"), b"C\xea",
         _AS_EPUB),
    _row("lit", "a Microsoft Reader book", _magic(b"ITOLITLS"), b"I", _AS_EPUB),
    _row("chm", "a Windows help file", _magic(b"ITSF"), b"I", _AS_TEXT),
    _row("djvu", "a DjVu document", _magic(b"AT&TFORM"), b"A", _AS_TEXT),
    _row("fb2", "a FictionBook", _pattern(PROLOG + rb"<FictionBook\b"), b"<", _AS_EPUB),
    # Pictures
    _row("image", "a TIFF image", _magic(b"II*\x00", b"MM\x00*"), b"IM", _PICTURE),
    _row("image", "a BMP image", _pattern(rb"BM.{4}\x00\x00\x00\x00"), b"B", _PICTURE),
    _row("image", "a HEIC or AVIF image",
         _pattern(rb".{4}ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1|avi[fs])"), b"", _PICTURE),
    _row("image", "an icon", _magic(b"\x00\x00\x01\x00", b"\x00\x00\x02\x00"), b"\x01\x02",
         _PICTURE),
    _row("image", "a Photoshop image", _magic(b"8BPS"), b"8", _PICTURE),
    _row("image", "an SVG image", _pattern(PROLOG + rb"(?:<!DOCTYPE svg[^>]*+>\s*+)?+<svg\b"),
         b"<", _PICTURE),
    # Archives
    _row("archive", "a tar archive", _magic(b"ustar", at=257), b"", _UNPACK),
    _row("archive", "a 7-Zip archive", _magic(b"7z\xbc\xaf'\x1c"), b"7", _UNPACK),
    _row("archive", "a RAR archive", _magic(b"Rar!\x1a\x07"), b"R", _UNPACK),
    _row("archive", "an xz archive", _magic(b"\xfd7zXZ\x00"), b"\xfd", _UNPACK),
    _row("archive", "a Zstandard archive", _magic(b"\x28\xb5\x2f\xfd"), b"\x28", _UNPACK),
    _row("archive", "a bzip2 archive", _pattern(rb"BZh[1-9]1AY&SY"), b"B", _UNPACK),
    _row("archive", "an LZ4 archive", _magic(b'\x04"M\x18'), b"\x04", _UNPACK),
    _row("archive", "a Windows cabinet", _magic(b"MSCF\x00"), b"M", _UNPACK),
    _row("archive", "a Unix archive or package", _magic(b"!<arch>\n"), b"!", _UNPACK),
    # Data
    _row("database", "an Access database", _magic(b"Standard Jet DB", b"Standard ACE DB", at=4),
         b"\x01", _AS_TEXT),
    _row("mozlz4", "a Firefox backup (jsonlz4)", _magic(b"mozLz40\x00"), b"m",
         "export the bookmarks as JSON or HTML in Firefox instead"),
    _row("git", "a Git pack", _magic(b"PACK\x00\x00\x00", b"# v2 git bundle", b"DIRC\x00"), b"P#D"),
    _row("torrent", "a torrent", _pattern(rb"d\d+:(?:announce|comment|created by|info)"), b"d"),
    _row("font", "a font",
         _magic(b"\x00\x01\x00\x00\x00", b"OTTO\x00", b"ttcf\x00", b"wOFF\x00", b"wOF2\x00",
                b"wOFFOTTO", b"wOF2OTTO"), b"\x01Otw"),
    _row("program", "a program", _magic(b"\x00asm", b"\xca\xfe\xba\xbe"), b"a\xca"),
    _row("finder", "Finder's notes on a folder", _magic(b"\x00\x00\x00\x01Bud1"), b"\x01"),
    # Shortcuts, for those that no other row reads
    _row("shortcut", "a Windows shortcut", _magic(b"L\x00\x00\x00\x01\x14\x02\x00"), b"L",
         "save the page it leads to"),
    _row("shortcut", "a shortcut to a page", _pattern(rb"\s*\[InternetShortcut\]"), b"[",
         "save the page it leads to"),
    _row("shortcut", "a shortcut", _pattern(rb"\s*\[Desktop Entry\]"), b"[",
         "save the page it leads to"),
    _row("settings", "an Apple property list",
         _pattern(PROLOG + rb"(?:<!DOCTYPE plist[^>]*+>\s*+)?+<plist\b"), b"<"),
    # Texts that are no articles
    _row("subtitles", "a file of subtitles",
         _pattern(rb"\s*(?:WEBVTT(?:[ \t][^\n]*)?\r?\n|\[Script Info\]"
                  rb"|\d+\r?\n\d+:\d\d:\d\d[,.]\d{3} -->)"), b"W[0123456789"),
    _row("code", "a program", _pattern(rb"#! ?/|<\?php\b"), b"#<"),
    _row("code", "a program", _is_program),
    _row("code", "a style sheet", _is_style_sheet),
)  # fmt: skip
