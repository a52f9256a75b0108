"""Character references in bulk, taken out of a parser's way and put back.

The sanitiser's parser takes time with the square of the number of named references and bare
ampersands in one run of text. Where there are very many, each is replaced by what it stands for; a
character that markup would notice waits under a stand-in, one of those that no text may hold.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

MANY = 5000  # ampersands; so many cost the parser 3 ms
_REFERENCE = re.compile(r"&#?[0-9A-Za-z]*+;?")
_NOTICED = "&<>\"'`=/ \t\n\f\r"
_FIRST = 0xFDD0  # noncharacters: U+FDD0 to U+FDEF
_TO_STAND_IN = {ord(char): chr(_FIRST + number) for number, char in enumerate(_NOTICED)}
_BACK = {_FIRST + number: char for number, char in enumerate(_NOTICED)}
_BACK_IN_TEXT = _BACK | {
    ord(_TO_STAND_IN[ord(char)]): reference
    for char, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
}
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")


def hidden(html: str) -> str:
    """Return HTML without references, if it has very many; what must stay so is a stand-in.

    >>> len(hidden("&amp;" * 5001)), hidden("Tom &amp; Co")
    (5001, 'Tom &amp; Co')
    """
    if html.count("&") <= MANY:
        return html
    return _REFERENCE.sub(_stand_in, _NONCHARACTERS.sub("", html))


def restored(text: str) -> str:
    """Return plain text, such as the value of an attribute, with its own characters."""
    return text.translate(_BACK)


def restored_html(html: str) -> str:
    """Return HTML with its own characters, those that text must not hold as references."""
    return html.translate(_BACK_IN_TEXT)


def _stand_in(match: re.Match[str]) -> str:
    """Return what a reference stands for; one without its semicolon must be whole."""
    written = match[0]
    is_whole = written.endswith(";") or written[1:] in html5 or written.startswith("&#")
    return (unescape(written) if is_whole else written).translate(_TO_STAND_IN)
