"""Bytes → str: byte order mark, strict UTF-8, the declared encoding, a guess, in this order.

Strict UTF-8 stands before the declared encoding because declarations lie more often than random
bytes happen to be UTF-8. A file that was cut in the middle of a character still counts as UTF-8.
"""

import codecs
import re
import unicodedata

from feedsmith import text

# Longest mark first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
HEAD_BYTES = 4096  # bytes; where a page may declare its encoding, and all that detection sees
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_GUESS_BYTES = 65_536  # bytes; enough to tell encodings apart, keeps the guess below 0.1 s
_GUESS_MIN = 8  # bytes beyond ASCII; fewer tell nothing, and most such files are Western
_FIRST_ODD = 0x80
_UTF8_TAIL_BYTES = 3  # bytes; the most that a cut character can leave behind
# What a page calls Latin-1 or ASCII is windows-1252 (WHATWG Encoding standard, section 4.2).
_ALIASES = {"iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252"}


def has_mark(head: bytes) -> bool:
    r"""Say whether the bytes begin with a byte order mark.

    >>> has_mark(b"\xff\xfea\x00"), has_mark(b"a")
    (True, False)
    """
    return head.startswith(tuple(mark for mark, _ in _MARKS))


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a page's `<meta>` names within its first HEAD_BYTES.

    >>> declared_charset(b'<meta charset="windows-1250">')
    'windows-1250'
    """
    found = _META_CHARSET.search(data, 0, HEAD_BYTES)
    return found[1].decode("ascii").lower() if found else None


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
            return _cleaned(data[len(mark) :].decode(encoding, "replace"))
    decoded = _as_utf8(data)
    if decoded is None and declared:
        decoded = _as_declared(data, declared)
    return _cleaned(_guessed(data) if decoded is None else decoded)


def _cleaned(decoded: str) -> str:
    """Return what `text.clean` does; one look tells for most files that there is nothing to do."""
    if "\r" in decoded:
        decoded = decoded.replace("\r\n", "\n").replace("\r", "\n")
    is_clean = (
        _ALLOWED.fullmatch(decoded) is not None
        and not any(c in decoded for c in _ODD_LINE_ENDS)
        and unicodedata.is_normalized("NFC", decoded)
    )
    return decoded if is_clean else text.clean(decoded)


# A run of characters that XML allows, the rare ones beyond plane 0 and 1 left out.
_ALLOWED = re.compile("[\t\n -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]*")
_ODD_LINE_ENDS = "\u2028\u2029"


def _as_utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        tail = len(data) - error.start
        is_cut = error.reason == "unexpected end of data" and tail <= _UTF8_TAIL_BYTES
        head = data[: error.start]
        # One odd byte behind plain ASCII is rather an old encoding's last letter.
        return head.decode("utf-8") if is_cut and (tail > 1 or not head.isascii()) else None


def _as_declared(data: bytes, declared: str) -> str | None:
    try:
        codec = codecs.lookup(_ALIASES.get(declared.lower(), declared))
        if codec.name.startswith("utf"):
            return None  # it is not UTF-8, and UTF-16 would have had a mark
        return codec.decode(data, "replace")[0]
    except (LookupError, UnicodeError, AssertionError, ValueError):
        return None


def _guessed(data: bytes) -> str:
    if sum(byte >= _FIRST_ODD for byte in data[:_GUESS_BYTES]) < _GUESS_MIN:
        return data.decode("cp1252", "replace")
    from charset_normalizer import from_bytes  # noqa: PLC0415 (0.03 s, hardly ever needed)

    best = from_bytes(data[:_GUESS_BYTES]).best()
    encoding = best.encoding if best else "cp1252"
    return data.decode(encoding, "replace")
