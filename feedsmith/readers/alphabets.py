"""Which old encoding a text is in: the one in which it reads like some language.

Statistics of bytes are right about scripts and weak about the letters of one script, so each
reading is held against the alphabets of the languages that were written in it: letters that none
of them has, signs inside words and capitals behind small letters tell a wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_HEAD_BYTES = 16_384  # bytes judged; enough for every alphabet
_SHARE = 0.97  # of the letters beyond ASCII; names and quotations bring in others
_SHARE_OF_LINES = 0.9  # the same, where lines are in several languages
_ODD = 0.03  # strange signs, or capitals behind small letters, for each such letter
_HALF = 0.5  # of all letters; no language in Latin script has more beyond ASCII
_FEW = 0.3  # of all letters; a text in another script has more
_LOUD = 0.01  # of a share; what a text in capitals alone loses against one that is not
_LONG = 10  # letters; a text of more has a capital, where its script has capitals
_IN_WORDS = frozenset("’ʼ·‑-\u00ad\u200c\u200d׳״־")  # signs that words hold
_AT_WORDS = frozenset("™®©°²³")  # signs that stand at words
_SIGN = re.compile(r"[^\x00-\x7f\s]")
_STRANGE_AT_WORDS = frozenset({"So", "Sm", "Sc", "Sk", "No"})
_STRANGE = frozenset({"Cc", "Cn", "Co"})
_CAPITAL = re.compile(r"(?<=[^\W\d_])[^\W\d_](?=[^\W\d_])")
_FINAL = re.compile(r"[ךםןףץةىς](?=[^\W\d_])")  # letters that only end words
_MIXED = re.compile(r"[A-Za-z](?=[^\W\d_A-Za-z])|(?<=[^\W\d_A-Za-z])[A-Za-z]")


class _Alphabet(NamedTuple):
    """The letters beyond ASCII of a language, and those of which a text has some."""

    letters: frozenset[str]
    told_by: frozenset[str]


def _alphabets(words: str) -> tuple[_Alphabet, ...]:
    """Return the alphabets in a line, one a word; behind a slash, what tells a language."""
    found = (word.partition("/") for word in words.split())
    return tuple(_Alphabet(frozenset(own), frozenset(told or own)) for own, _, told in found)


def _range(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


# What tells French from Latvian, and Icelandic from Turkish, where these are read as western.
_WESTERN = _alphabets(
    "àâæçéèêëîïôœùûüÿ/éèà äöüßé áéíóúüñçàèòïªº àèéìíòóùúâêôãõçáüªº/éèàáíóãõìò åäöæøéüóàè"
    " áéíóúýþæöð/áéí éëïöüèêáóíúàç"
)
_CENTRAL = _alphabets("ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű ăâîşţș čćđšž äöüßé")
_TURKISH = _alphabets("çğıöşüâîû/ı əçğıöşü/ə")
_BALTIC = _alphabets("ąčęėįšųūž/ąęėįųū āčēģīķļņšūžō/āēīūķļņ äõöüšž")
_RUSSIAN = _range("а", "я")
_CYRILLIC = _alphabets(f"{_RUSSIAN}ё {_RUSSIAN}ґєіїў абвгдежзиклмнопрстуфхцчшјљњћђџќѓѕѐѝ")
_GREEK = _alphabets(_range("α", "ω") + "άέήίόύώϊϋΐΰ")
_HEBREW = _alphabets(_range("א", "ת") + "װױײ")
_ARABIC = _alphabets("{0} {0}پچژگکی {0}پچژگکٹڈڑںھہے/ے".format(_range("ء", "ي")))
_THAI = _alphabets(_range("ก", "๛"))
_KOREAN = _alphabets(_range("가", "힣"))
_KANA = _range("ぁ", "ん") + _range("ァ", "ー")
_JAPANESE = _alphabets(f"{_KANA}々{_range('一', '龥')}/{_range('ぁ', 'ん')}")


class _Reading(NamedTuple):
    """An encoding, and the alphabets of the languages that were written in it."""

    encoding: str
    alphabets: tuple[_Alphabet, ...]
    is_latin: bool = True
    has_capitals: bool = True
    is_spaced: bool = True


# The commonest first: where two fit, the earlier one is right.
_READINGS = (
    _Reading("cp1252", _WESTERN),
    _Reading("iso8859_15", _WESTERN),
    _Reading("cp1250", _CENTRAL),
    _Reading("iso8859_2", _CENTRAL),
    _Reading("cp1254", _TURKISH),
    _Reading("cp1257", _BALTIC),
    _Reading("mac_roman", _WESTERN),
    _Reading("cp850", _WESTERN),
    _Reading("cp437", _WESTERN),
    _Reading("cp852", _CENTRAL),
    _Reading("cp1251", _CYRILLIC, is_latin=False),
    _Reading("koi8_r", _CYRILLIC, is_latin=False),
    _Reading("koi8_u", _CYRILLIC, is_latin=False),
    _Reading("iso8859_5", _CYRILLIC, is_latin=False),
    _Reading("cp866", _CYRILLIC, is_latin=False),
    _Reading("mac_cyrillic", _CYRILLIC, is_latin=False),
    _Reading("cp1253", _GREEK, is_latin=False),
    _Reading("iso8859_7", _GREEK, is_latin=False),
    _Reading("cp1255", _HEBREW, is_latin=False, has_capitals=False),
    _Reading("cp1256", _ARABIC, is_latin=False, has_capitals=False),
    _Reading("iso8859_6", _ARABIC, is_latin=False, has_capitals=False),
    _Reading("cp932", _JAPANESE, is_latin=False, has_capitals=False, is_spaced=False),
    _Reading("euc_jp", _JAPANESE, is_latin=False, has_capitals=False, is_spaced=False),
    _Reading("cp949", _KOREAN, is_latin=False, has_capitals=False, is_spaced=False),
    _Reading("cp874", _THAI, is_latin=False, has_capitals=False, is_spaced=False),
)


def encoding_of(data: bytes) -> str | None:
    """Return the encoding in which the bytes read like a language, or None.

    Where no single language fits, as in a page with a menu of languages, each line may be in its
    own.

    >>> encoding_of("mówią żeglarze, choć pada śnieg".encode("iso-8859-2"))
    'iso8859_2'
    """
    head = data[:_HEAD_BYTES]
    read = [(one, text) for one in _READINGS if (text := _read_as(head, one)) is not None]
    whole = [(one.encoding, _share(text, one)) for one, text in read]
    return _best(whole, _SHARE) or _best(
        [(one.encoding, _share_of_lines(text, one)) for one, text in read], _SHARE_OF_LINES
    )


def _best(shares: list[tuple[str, float]], least: float) -> str | None:
    """Return the first of the encodings with the highest share, None where all have less."""
    encoding, share = max(shares, key=lambda one: one[1], default=("", 0.0))
    return encoding if share >= least else None


def is_foreign(read: str) -> bool:
    """Say whether words with letters beyond ASCII consist of nearly nothing else.

    Words of western languages do not; those of another script do that were read as western.

    >>> is_foreign("Ïàðîì íà îñòðîâ ñíîâà"), is_foreign("Färjan går åter över sundet")
    (True, False)
    """
    words = [found for found in _WORD.findall(read) if not found.isascii()]
    letters = "".join(words)
    odd = sum(not c.isascii() for c in letters)
    return odd > _LONG and odd > _NEARLY_ALL * len(letters)


def is_mixed(read: str) -> bool:
    """Say whether letters beyond ASCII stand in words of ASCII letters, as in no other script.

    >>> is_mixed("eљtina, Espaсol"), is_mixed("用 iPhone 的人")
    (True, False)
    """
    return len(_MIXED.findall(read)) > _MOSTLY_PURE * len(_odd_letters(read))


_MOSTLY_PURE = 0.3  # seams between ASCII and other letters, for each of these
_WORD = re.compile(r"[^\W\d_]+")
_NEARLY_ALL = 0.7  # of the letters of such words


def _read_as(data: bytes, reading: _Reading) -> str | None:
    """Return the text in an encoding; None where it has not the looks of a text."""
    try:
        read = data.decode(reading.encoding)
    except UnicodeDecodeError:
        return None
    odd = _odd_letters(read)
    letters = sum(map(str.isalpha, read))
    if not _is_script(read, len(odd), letters, reading) or not _is_tidy(read, len(odd), reading):
        return None
    is_small = reading.has_capitals and not reading.is_latin and len(odd) > _LONG and odd.islower()
    return None if is_small else read


def _odd_letters(read: str) -> str:
    return "".join([c for c in read if not c.isascii() and c.isalpha()])


def _share(read: str, reading: _Reading) -> float:
    """Return which share of the letters beyond ASCII is of the language that has the most."""
    odd = _odd_letters(read)
    if not odd:
        return 1
    small = odd.lower().replace("i\u0307", "ı")
    is_loud = sum(c.isupper() for c in odd) > len(odd) // 2
    return max(_spoken(small, alphabet) for alphabet in reading.alphabets) - _LOUD * is_loud


def _share_of_lines(read: str, reading: _Reading) -> float:
    """Return the same share where each line may be in a language of its own."""
    lines = [(len(odd), line) for line in read.split("\n") if (odd := _odd_letters(line))]
    total = sum(size for size, _ in lines)
    return sum(size * _share(line, reading) for size, line in lines) / total if total else 0


def _is_script(read: str, odd: int, letters: int, reading: _Reading) -> bool:
    """Say whether a text has as many letters beyond ASCII as its script has, in words of theirs."""
    if reading.is_latin:
        return odd <= _HALF * letters
    return odd > _FEW * letters and len(_MIXED.findall(read)) <= _ODD * odd


def _spoken(odd: str, alphabet: _Alphabet) -> float:
    """Return the share of letters that are of a language; 0 where all those that tell it lack."""
    if alphabet.told_by.isdisjoint(odd):
        return 0
    return sum(c in alphabet.letters for c in odd) / len(odd)


def _is_tidy(read: str, odd: int, reading: _Reading) -> bool:
    """Say whether a text has hardly any strange signs, and hardly any capitals inside words."""
    strange = sum(
        _is_strange(read, found.start())
        for found in _SIGN.finditer(read)
        if not found[0].isalpha()
        and (reading.is_spaced or not unicodedata.category(found[0]).startswith("P"))
    )
    capitals = sum(
        not found[0].isascii() and found[0].isupper() and read[found.start() - 1].islower()
        for found in _CAPITAL.finditer(read)
    )
    return strange + capitals + len(_FINAL.findall(read)) <= _ODD * odd


def _is_strange(read: str, at: int) -> bool:
    """Say whether a sign stands where it stands in no language, or is none that texts have."""
    sign, kind = read[at], unicodedata.category(read[at])
    if sign in _IN_WORDS or kind.startswith("M"):
        return False
    before, behind = read[at - 1 : at].isalpha(), read[at + 1 : at + 2].isalpha()
    if kind in _STRANGE or "\u2500" <= sign <= "\u259f" or (before and behind):
        return True
    if sign in "¿¡":
        return before or not behind
    is_sign = kind in _STRANGE_AT_WORDS or sign in "§¶"
    return is_sign and (before or behind) and sign not in _AT_WORDS
