"""Bytes → str: byte order mark, strict UTF-8, UTF-8 with a few odd bytes, declared, guessed.

Strict UTF-8 stands before the declared encoding because declarations lie more often than random
bytes happen to be UTF-8. A file that was cut in the middle of a character still counts as UTF-8.
A declared encoding that most bytes do not fit, or in which a western page turns out to be no
western language, is a lie as well. UTF-7 is never read: it hides markup in plain letters.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from feedsmith import text
from feedsmith.readers import oddbytes
from feedsmith.readers.charset import declared_charset

__all__ = ["declared_charset", "decode", "has_mark", "wide_encoding"]

# Longest mark first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESS_MIN = 8  # bytes beyond ASCII; fewer tell nothing, and most such files are Western
_CHAOS = 0.4  # of what the statistics take for strange; a few rare characters are twice the usual
# What statistics choose from where no alphabet tells: the encodings of the Far East and of other
# scripts. In Latin script they are wrong more often than windows-1252 is.
_GUESSED = (
    *("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"),
    *("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874"),
)
# Bytes behind the first of characters beyond ASCII, for each odd byte; an odd byte that was
# replaced counts as two such itself, and a text in another encoding has hardly more.
_MIXED_SHARE = 8
_UTF8_TAIL_BYTES = 3  # bytes; the most that a cut character can leave behind
# What a name means in practice: the larger encoding that browsers read under it (WHATWG Encoding
# standard, section 4.2). Python knows the rest by the same names.
_ALIASES = {
    alias: codec
    for codec, names in {
        "cp1252": "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 ascii us-ascii cp819 ansi",
        "cp1254": "iso-8859-9 iso8859-9 latin5",
        "cp874": "iso-8859-11 iso8859-11 tis-620 tis620 windows-874 dos-874",
        "cp1255": "iso-8859-8-i iso-8859-8-e logical",
        "gb18030": "gb2312 gb_2312-80 gbk x-gbk gb2312-80 chinese csgb2312 cp936 windows-936",
        "big5hkscs": "big5 big5-hkscs x-x-big5 cn-big5 csbig5 cp950 windows-950",
        "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j ms932 csshiftjis",
        "cp949": "euc-kr euc_kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949",
        "mac_roman": "macintosh mac x-mac-roman csmacintosh",
        "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "euc_jp": "x-euc-jp",
        "koi8_u": "koi8-ru",
    }.items()
    for alias in names.split()
}
_NO_CHARSETS = ("utf", "idna", "punycode", "unicode", "raw", "undefined")  # Python's own, too
_WESTERN = frozenset({"cp1252", "iso8859-15", "mac-roman"})
_UNFIT = 0.05  # of the odd bytes that may be none of a declared encoding; damage leaves fewer
# How ISO 2022 switches to its characters.
_ESCAPED = (
    *((escape, "iso2022_jp_ext") for escape in (b"\x1b$B", b"\x1b$@", b"\x1b(J")),
    (b"\x1b$)C", "iso2022_kr"),
)


def has_mark(head: bytes) -> bool:
    r"""Say whether the bytes begin with a byte order mark.

    >>> has_mark(b"\xff\xfea\x00"), has_mark(b"a")
    (True, False)
    """
    return head.startswith(tuple(mark for mark, _ in _MARKS))


def wide_encoding(head: bytes) -> str | None:
    r"""Return UTF-16 or UTF-32 in the byte order in which the bytes are text, or None.

    Args:
        head: the beginning of a file without a byte order mark.

    >>> wide_encoding("Öl und Gas".encode("utf-16-le")), wide_encoding(b"Oil and gas")
    ('utf-16-le', None)
    """
    even, odd = head[::2].count(0), head[1::2].count(0)
    if (even + odd) * _WIDE_SHARE < len(head):
        return None
    is_latin = max(even, odd) > _NEARLY_HALF * len(head)
    if not is_latin and _is_plain(head.replace(b"\x00", b"")):
        return None  # UTF-8 with a few stray zeros
    named = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le" if odd >= even else "utf-16-be", 2))
    return next((encoding for encoding, size in named if _is_text(head, encoding, size)), None)


_NEARLY_HALF = 0.45  # of the bytes; so many are zeros in Latin script, but for UTF-32
_WIDE_SHARE = 100  # one zero in so many bytes; blanks and line ends alone make more


def _is_plain(head: bytes) -> bool:
    """Say whether bytes are UTF-8 without controls; in UTF-16, bytes that are some abound."""
    return _CONTROL.search(head) is None and _as_utf8(head) is not None


_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def _is_text(head: bytes, encoding: str, size: int) -> bool:
    """Say whether bytes are characters that texts consist of; a cut one at the end is no matter."""
    whole = head[: len(head) - len(head) % size]
    try:
        read = whole.decode(encoding)
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
        read = whole[: error.start].decode(encoding)
    odd = sum(unicodedata.category(c) in {"Cc", "Cn", "Co"} and c not in "\t\r\n\f" for c in read)
    return bool(read) and odd * _WIDE_SHARE <= len(read)


def decode(data: bytes, declared: str | None = None) -> str:
    r"""Return the text of the bytes, clean (NFC, legal in XML); never fails.

    Args:
        data: a whole file.
        declared: the encoding that the file itself names; unknown names are passed over.

    >>> decode(b"caf\xc3\xa9"), decode(b"caf\xe9", "latin1")
    ('café', 'café')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return text.clean_lines(data[len(mark) :].decode(encoding, "replace"))
    if b"\x00" in data[:_WIDE_BYTES] and (wide := wide_encoding(data[:_WIDE_BYTES])):
        return text.clean_lines(data.decode(wide, "replace"))
    decoded = _as_utf8(data)
    if decoded is not None:
        return _cleaned(data, decoded)
    decoded = _as_mixed(data)
    if decoded is None and declared:
        decoded = _as_declared(data, declared)
    return text.clean_lines(_guessed(data) if decoded is None else decoded)


def _cleaned(data: bytes, decoded: str) -> str:
    """Return what bytes say as UTF-8, clean, unless they look like something else after all."""
    odd = text.odd_of(data)
    # Few characters are odd, and what stands in the text stands among them too.
    if all(sum(map(said.count, _DOUBLED)) >= _DOUBLED_MIN for said in (odd, decoded)):
        return text.clean_lines(_undoubled(decoded))
    if "\x1b" in odd and data.isascii():
        return text.clean_lines(_as_escaped(data))
    return text.clean_lines(decoded, odd)


_DOUBLED = ("Ã", "â€")
_DOUBLED_MIN = 4  # pairs; fewer may be quoted in a text about such mistakes


def _undoubled(decoded: str) -> str:
    """Return text that was taken for windows-1252 and encoded once more, as it was before.

    Only where every character of it can have come about so: "SÃO" in a text speaks against it.
    """
    try:
        return decoded.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return decoded


_WIDE_BYTES = 4096  # bytes that tell whether it is UTF-16


def _as_escaped(data: bytes) -> str:
    """Return ISO 2022, whose bytes are all ASCII; anything else as it stands."""
    name = next((encoding for escape, encoding in _ESCAPED if escape in data), "ascii")
    return data.decode(name, "replace")


def _as_utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        tail = len(data) - error.start
        is_cut = error.reason == "unexpected end of data" and tail <= _UTF8_TAIL_BYTES
        head = data[: error.start]
        # One odd byte behind plain ASCII is rather an old encoding's last letter.
        return head.decode("utf-8") if is_cut and (tail > 1 or not head.isascii()) else None


def _as_mixed(data: bytes) -> str | None:
    """Return UTF-8 into which a few windows-1252 characters were pasted; None for anything else."""
    read = data.decode("utf-8", "replace")
    odd = read.count("\ufffd")
    if len(read.encode()) - len(read) < _MIXED_SHARE * odd:
        return None
    return data.decode("utf-8", _PASTED)


def _pasted(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as windows-1252, one by one."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    odd = error.object[error.start : error.start + 1]
    return odd.decode("cp1252", "replace"), error.start + 1


_PASTED = "feedsmith.windows-1252"
codecs.register_error(_PASTED, _pasted)


def _as_declared(data: bytes, declared: str) -> str | None:
    """Return the text in the encoding that it says it is in; None where that is a lie."""
    try:
        codec = codecs.lookup(_ALIASES.get(declared.lower(), declared))
        if codec.name.startswith(_NO_CHARSETS):
            return None  # it is not UTF-8, UTF-16 would have been told, and UTF-7 is never read
        decoded = data.decode(codec.name, "replace")
    except (LookupError, UnicodeError, AssertionError, ValueError):
        return None
    unfit = decoded.count("\ufffd")
    if unfit and unfit > _UNFIT * oddbytes.count(data) and _readable(data):
        return None
    if codec.name not in _WESTERN:
        return decoded
    from feedsmith.readers import alphabets  # noqa: PLC0415 (tables that UTF-8 does without)

    pieces = oddbytes.pieces(data).decode(codec.name, "replace")
    return None if alphabets.is_foreign(pieces) else decoded


def _readable(data: bytes) -> bool:
    """Say whether there is an encoding in which the bytes read like a language."""
    return oddbytes.count(data) >= _GUESS_MIN and _guessed_name(data) is not None


def _guessed(data: bytes) -> str:
    return data.decode(_guessed_name(data) or "cp1252", "replace")


def _guessed_name(data: bytes) -> str | None:
    """Return the encoding in which the bytes read like a language, else what statistics say."""
    from feedsmith.readers import alphabets  # noqa: PLC0415 (tables that UTF-8 does without)

    head = oddbytes.pieces(data)
    named = alphabets.encoding_of(head)
    if named or oddbytes.count(head) < _GUESS_MIN:
        return named
    from charset_normalizer import from_bytes  # noqa: PLC0415 (0.1 s, hardly ever needed)

    found = from_bytes(
        head, cp_isolation=list(_GUESSED), threshold=_CHAOS, enable_fallback=False
    ).best()
    return found.encoding if found and not alphabets.is_mixed(str(found)) else None
