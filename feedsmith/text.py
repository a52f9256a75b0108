"""Plain strings: characters that XML allows, NFC, white space, slugs. Pure, standard library only.

`clean` is the door: every string that enters from a file passes it once, so nothing further in
strips, unescapes or normalises again.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import partial

# What most texts consist of: XML 1.0's Char (section 2.2) without C1, odd line ends and the rare
# planes. One look tells that there is nothing to do; the slow table is for the others.
_ORDINARY = re.compile(
    "[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U0001fffe-\U0010ffff]*"
)
# Characters outside XML 1.0's Char, plus DEL, C1 (but NEL) and noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]+",
)
_ASCII = bytes([*b"\t\n\r", *range(0x20, 0x7F)])  # deleting these from bytes takes next to no time
# Characters that XML forbids or that NFC may change, be it for what stands beside them; some that
# are rare, too. All others are no combining marks and not made of others. Asking `unicodedata`
# takes five times as long.
_UNSETTLED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u0300-\u0390\u03a2\u03cf-\u03ff\u0483-\u0489\u0530-\u0560"
    "\u0588-\u05cf\u05eb-\u0620\u0640\u064b-\u065f\u0670-\u1dff\u1efa-\u2001\u2028-\u2029"
    "\u2061-\u206f\u2095-\u209f\u20c0-\u20ff\u2126-\u218f\u2300-\u24ff\u2800-\u3000"
    "\u302a-\u3040\u3097-\u30a0\u30ff-\u33ff\u4dc0-\u4dff\ua000-\uabff\ud7a4-\udfff"
    "\uf900-\ufe0e\ufe10-\uff00\uffef-\U0001f2ff\U0001fb00-\U0010ffff]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Characters, and different ones; to clean more one by one takes longer than to clean their lines.
_FEW_UNSETTLED, _FEW_KINDS = 500, 40
_PIECE_CHARS = 1_000_000  # characters that are cleaned together
_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
# The C locale's names: the machine's locale must not show in what is read or written.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Pattern of their names and short forms in lower case: "jan", "january", and "sept" as well.
MONTH_FORMS = "|".join(
    f"{name[:3]}(?:{name[3:]})?" if name != "september" else "sept?(?:ember)?"
    for name in (month.lower() for month in MONTHS)
)
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\u200b]")
_SLUG_MAX_CHARS = 60  # characters; with a hash and a suffix well below 120 bytes
_SENTENCE_END = re.compile(r"[.!?…。！？](?:[\"'”’»)\]]*)(?=\s|$)|[。！？]")


def clean(text: str) -> str:
    r"""Return text in NFC, with plain line ends and without characters that XML 1.0 forbids.

    Source: XML 1.0 section 2.2 (Char).

    >>> clean("e\u0301a\x0b\r\nb")
    'éa\nb'
    """
    if text.isascii() and text.isprintable():
        return text
    if not _ORDINARY.fullmatch(text):
        text = text.replace("\r\n", "\n")
        starts = range(0, len(text), _PIECE_CHARS)  # each match takes memory until all are found
        text = "".join([_allowed(text[at : at + _PIECE_CHARS]) for at in starts])
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def has_forbidden(text: str) -> bool:
    """Say whether a text has a character that XML 1.0 forbids, or a noncharacter."""
    return _FORBIDDEN.search(text) is not None


def odd_of(data: bytes) -> str:
    r"""Return the characters of UTF-8 that need a look: no printable ASCII, no ends of lines.

    Args:
        data: may end within a character.

    >>> odd_of(b"caf\xc3\xa9\x1b 5\xe2\x82")
    'é\x1b'
    """
    odd = data.translate(None, _ASCII)
    try:
        return odd.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        return odd[: error.start].decode("utf-8", "surrogatepass")


def clean_lines(text: str, odd: str | None = None) -> str:
    r"""Return what `clean` does, faster for a whole file: only what may need it is cleaned.

    Args:
        text: any number of lines.
        odd: `odd_of` its UTF-8, where that is at hand.

    >>> clean_lines("e\u0301a\r\nb")
    'éa\nb'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd is None:
        odd = odd_of(text.encode("utf-8", "surrogatepass"))
    kinds = _UNSETTLED.findall("".join(set(odd)))
    if len(kinds) <= _FEW_KINDS and sum(map(odd.count, kinds)) <= _FEW_UNSETTLED:
        return _cleaned_at(text, sorted(_places(text, kinds)))
    if _CONTROL.search(odd):
        return clean(text)
    cleaned = clean if _FORBIDDEN.search(odd) or _LINE_ENDS.search(odd) else _composed
    return "\n".join([line if line.isascii() else cleaned(line) for line in text.split("\n")])


_composed = partial(unicodedata.normalize, "NFC")


def _places(text: str, characters: Iterable[str]) -> Iterator[int]:
    for character in characters:
        at = text.find(character)
        while at >= 0:
            yield at
            at = text.find(character, at + 1)


def _cleaned_at(text: str, places: Iterable[int]) -> str:
    """Return text cleaned at some places, all of its unsettled characters, in order.

    Those that stand in a row are cleaned together with the one in front of them.
    """
    pieces: list[str] = []
    end, row = 0, ""
    for at in places:
        if at > end or not row:
            pieces += (clean(row), text[end : max(at - 1, end)])
            row = text[max(at - 1, end) : at]
        row += text[at]
        end = at + 1
    return "".join([*pieces, clean(row), text[end:]]) if row else text


def one_line(text: str) -> str:
    r"""Return text on one line: clean, no bidi controls, single blanks, trimmed.

    For titles, names, tags: everything that must not carry layout.

    >>> one_line("  A\n title\u202e ")
    'A title'
    """
    text = clean(text)
    if not text.isascii():
        text = _BIDI_CONTROLS.sub("", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    r"""Return text for comparison: lower case, no accents, plain quotes and dashes, single blanks.

    >>> fold("Łódź’s  ÉCOLE – “ok”")
    'łodz\'s ecole - "ok"'
    """
    if not text.isascii():
        for odd, plain in _USUAL:
            text = text.replace(odd, plain)
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        text = _TYPOGRAPHIC.sub(_plain, text)
    return " ".join(text.casefold().split())


# What NFKD leaves of accents: combining marks of the Latin, Greek, Cyrillic and Arabic scripts.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_PLAIN = dict(zip("‘’‚‛′“”„‟″«»‐‑‒–—―−", '\'\'\'\'\'"""""""-------', strict=True))
_USUAL = tuple((odd, _PLAIN[odd]) for odd in "’‘“”–—")  # mostly the only ones beyond ASCII
_TYPOGRAPHIC = re.compile(f"[{''.join(_PLAIN)}]")


def _plain(found: re.Match[str]) -> str:
    return _PLAIN[found.group()]


def slugify(text: str, *, max_chars: int = _SLUG_MAX_CHARS) -> str:
    """Return an ASCII slug `[a-z0-9-]+` of at most max_chars characters; never empty.

    Letters that have no ASCII form are spelled by their Unicode name's base where there is one,
    else a text without any ASCII letter becomes a short hash.

    >>> slugify("Ça va, C++ & C#?")
    'ca-va-c-plus-plus-and-c-sharp'
    >>> slugify("新华社") == slugify("新华社") and len(slugify("新华社"))
    8
    """
    spelled = text.translate(_SPELLED)
    ascii_text = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    if len(slug) > max_chars:
        slug = slug[: max_chars + 1].rsplit("-", 1)[0][:max_chars].strip("-")
    return slug or short_hash(text)


# Letters of other scripts and, parted by "|", how each is spelled.
_SCRIPTS = (
    (
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
        "a|b|v|g|d|e|e|zh|z|i|y|k|l|m|n|o|p|r|s|t|u|f|kh|ts|ch|sh|shch||y||e|yu|ya|i|yi|ye|g|u",
    ),
    ("αβγδεζηθικλμνξοπρσςτυφχψω", "a|v|g|d|e|z|i|th|i|k|l|m|n|x|o|p|r|s|s|t|y|f|ch|ps|o"),
)
_SPELLED = str.maketrans(
    {
        **{c: f" {w} " for c, w in (("&", "and"), ("+", "plus"), ("#", "sharp"))},
        **{
            letter: word
            for letters, words in _SCRIPTS
            for letter, word in zip(letters + letters.upper(), 2 * words.split("|"), strict=True)
        },
        "ß": "ss",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "þ": "th",
        "Þ": "th",
        "ð": "d",
        "ı": "i",
        "'": "",
        "’": "",
    },
)


def short_hash(text: str) -> str:
    """Return 8 hexadecimal digits that stand for text.

    >>> short_hash("a")
    'ca978112'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def shorten(text: str, *, max_chars: int) -> str:
    """Return text cut to max_chars at a sentence's end, else at a word with an ellipsis.

    >>> shorten("One. Two three. Four", max_chars=16)
    'One. Two three.'
    >>> shorten("One two three", max_chars=9)
    'One two…'
    """
    if len(text) <= max_chars:
        return text
    ends = [m.end() for m in _SENTENCE_END.finditer(text, 0, max_chars)]
    if ends and ends[-1] >= max_chars // 3:
        return text[: ends[-1]]
    return text[: max_chars - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"


def paragraphs(text: str) -> list[str]:
    r"""Return the paragraphs of a text whose paragraphs are parted by empty lines.

    >>> paragraphs("a\nb\n\n\nc\n")
    ['a\nb', 'c']
    """
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def printable(text: str) -> str:
    r"""Return text fit for a terminal: control characters and lone surrogates escaped.

    >>> printable("a\x1b[31m\n")
    'a\\x1b[31m\\n'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
