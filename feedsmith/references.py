"""Character references that parsers stumble over: very many, and those of no character.

The sanitiser takes time with the square of the number of named references, bare ampersands and
characters of the block of the no-break space (signs such as the bullet and the degree) in one run
of text. Where there are very many, each is replaced by what it stands for; a character that markup
would notice, or of that block, waits under a stand-in, one of those that no text may hold.

A reference to a character that XML forbids makes a tree that lxml cannot read or change; two that
are the halves of one character, as some programs write an emoji, stand for that.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from html import unescape
from html.entities import html5

MANY = 5000  # of them; so many cost the parser 3 ms
_REFERENCE = re.compile(r"&#?[0-9A-Za-z]*+;?")
_NO_BREAK = "\xa0"
_BLOCK = [chr(code) for code in range(0xA0, 0xC0)]
_BLOCK_BYTE = b"\xc2"  # with which it begins in UTF-8, and so do the control characters before it
_CONTROLS = dict.fromkeys(range(128, 160)) | {0x85: "\n"}  # what `text.clean` makes
_NOTICED = [*"&<>\"'`=/ \t\n\f\r", *_BLOCK]
# The noncharacters of Unicode, but for the two that XML forbids.
_STAND_INS = [*map(chr, range(0xFDD0, 0xFDF0))]
_STAND_INS += [chr(plane << 16 | 0xFFFE | last) for plane in range(1, 17) for last in (0, 1)]
_PAIRS = list(zip(_NOTICED, _STAND_INS, strict=False))
_TO_STAND_IN = {ord(char): stand_in for char, stand_in in _PAIRS}
_HIDDEN = _CONTROLS | {ord(char): stand_in for char, stand_in in _PAIRS if char in _BLOCK}
_WRITTEN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", _NO_BREAK: "&nbsp;"}
_BACK = {ord(stand_in): char for char, stand_in in _PAIRS}
_BACK_IN_TEXT = {ord(stand_in): _WRITTEN.get(char, char) for char, stand_in in _PAIRS}
_NONCHARACTERS = re.compile(f"[{''.join(_STAND_INS)}]")


_OPENING = "&#"
_ONE = r"&#(?:[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})(?![0-9a-fA-F]);?"
_RUN = re.compile(rf"{_ONE}(?:{_ONE}){{0,9999}}")  # to read more at once takes a gigabyte
_EACH = re.compile(_ONE)


def legal(markup: str) -> str:
    """Return markup without references to what XML forbids; halves of a character become whole.

    Source: XML 1.0 section 2.2 (Char).

    >>> legal("a&#11;b &#xD83D;&#xDEA2; &#55357; &#8217;")
    'ab &#128674;  &#8217;'
    """
    pieces: list[str] = []
    end, at = 0, markup.find(_OPENING)
    while at >= 0:  # to look for it with the pattern takes longer, in ASCII by far
        run = _RUN.match(markup, at)
        if run and (kept := _legal_run(run)) != run[0]:
            pieces += (markup[end:at], kept)
            end = run.end()
        at = markup.find(_OPENING, run.end() if run else at + len(_OPENING))
    return "".join([*pieces, markup[end:]]) if pieces else markup


def legal_bytes(data: bytes) -> bytes:
    """Return what `legal` does, of bytes in any encoding that has ASCII in it."""
    return legal(data.decode("latin-1")).encode("latin-1") if b"&#" in data else data


def _legal_run(match: re.Match[str]) -> str:
    codes = [*map(_code, _EACH.findall(match[0]))]
    if not any(map(_is_forbidden, codes)):
        return match[0]
    units = "".join([chr(code) for code in codes if code <= sys.maxunicode])
    whole = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return "".join([f"&#{ord(char)};" for char in whole if not _is_forbidden(ord(char))])


@lru_cache(maxsize=MANY)
def _code(reference: str) -> int:
    number = reference[2:].rstrip(";").lower()
    return int(number[1:], 16) if number.startswith("x") else int(number)


@lru_cache(maxsize=MANY)
def _is_forbidden(code: int) -> bool:
    return (
        (code < ord(" ") and code not in (0, 9, 10, 13))  # 0 is a replacement character in HTML
        or 0xD800 <= code <= 0xDFFF
        or code in (0xFFFE, 0xFFFF)
        or code > sys.maxunicode
    )  # fmt: skip


def hidden(html: str) -> str:
    """Return HTML without references, if it has very many; what must stay so is a stand-in.

    >>> len(hidden("&amp;" * 5001)), hidden("Tom &amp; Co")
    (5001, 'Tom &amp; Co')
    """
    if html.count("&") + _in_block(html) <= MANY:
        return html
    html = _NONCHARACTERS.sub("", html).translate(_HIDDEN)
    return _REFERENCE.sub(_stand_in, html)


def _in_block(html: str) -> int:
    """Return how many characters of the block and control characters before it there are."""
    return 0 if html.isascii() else html.encode("utf-8", "surrogatepass").count(_BLOCK_BYTE)


def restored(text: str) -> str:
    """Return plain text, such as the value of an attribute, with its own characters."""
    return text.translate(_BACK)


def restored_html(html: str) -> str:
    """Return HTML with its own characters, those that text must not hold as references."""
    return html.translate(_BACK_IN_TEXT)


def _stand_in(match: re.Match[str]) -> str:
    return _meant(match[0])


@lru_cache(maxsize=MANY)
def _meant(written: str) -> str:
    """Return what a reference stands for; one without its semicolon must be whole."""
    is_whole = written.endswith(";") or written[1:] in html5 or written.startswith("&#")
    return (unescape(written) if is_whole else written).translate(_TO_STAND_IN)
