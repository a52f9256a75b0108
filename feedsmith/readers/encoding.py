"""Bytes → str: byte order mark, strict UTF-8, UTF-8 with a few odd bytes, declared, guessed.

Strict UTF-8 stands before the declared encoding because declarations lie more often than random
bytes happen to be UTF-8. A file that was cut in the middle of a character still counts as UTF-8.
"""

import codecs
import re

from feedsmith import text

# Longest mark first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD_BYTES = 4096  # bytes; where a page may declare its encoding
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_GUESS_BYTES = 65_536  # bytes; enough to tell encodings apart, keeps the guess below 0.1 s
# What the languages of Western Europe write beyond ASCII. A text that stays within one of these
# is windows-1252; read so, Czech, Polish or Turkish need letters that no such language has.
_WESTERN = tuple(
    frozenset(letters)
    for letters in (
        "àâæçéèêëîïôœùûüÿ",
        "äöüßé",
        "áéíóúüñçàèòïªº",
        "àèéìíòóùúâêôãõçáüªº",
        "åäöæøéüóàè",
        "áéíóúýþæöð",
        "éëïöüèêáóíúàç",
    )
)
_WESTERN_SHARE = 0.97  # of the letters beyond ASCII; names and quotations bring in others
_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[¹²³¿¼¾¶£¥¯¡](?=[^\W\d_])")
_GUESS_MIN = 8  # bytes beyond ASCII; fewer tell nothing, and most such files are Western
_FIRST_ODD = 0x80
# Bytes behind the first of characters beyond ASCII, for each odd byte; an odd byte that was
# replaced counts as two such itself, and a text in another encoding has hardly more.
_MIXED_SHARE = 8
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
    """Return the encoding that a page's `<meta>` names within its first 4096 bytes.

    >>> declared_charset(b'<meta charset="windows-1250">')
    'windows-1250'
    """
    found = _META_CHARSET.search(data, 0, _HEAD_BYTES)
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
            return text.clean_lines(data[len(mark) :].decode(encoding, "replace"))
    decoded = _as_utf8(data)
    if decoded is None:
        decoded = _as_mixed(data)
    if decoded is None and declared:
        decoded = _as_declared(data, declared)
    return text.clean_lines(_guessed(data) if decoded is None else decoded)


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
    western = _western(data)
    if western is not None:
        return western
    from bs4.dammit import UnicodeDammit  # noqa: PLC0415 (0.1 s, hardly ever needed)

    found = UnicodeDammit(data[:_GUESS_BYTES]).original_encoding
    return data.decode(found or "cp1252", "replace")


def _western(data: bytes) -> str | None:
    """Return the text as windows-1252 if it reads like a language of Western Europe."""
    try:
        decoded = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    head = decoded[:_GUESS_BYTES].lower()
    letters = [c for c in head if not c.isascii() and c.isalpha()]
    most = max(sum(c in language for c in letters) for language in _WESTERN)
    is_western = most >= _WESTERN_SHARE * len(letters) and not _IN_A_WORD.search(head)
    return decoded if is_western else None
