"""What the words of one block say, whatever stands around it: length, stops, calls to action.

Everything here looks at the first characters of a block only, so that an endless line costs what a
long paragraph costs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from feedsmith.parser import junk
from feedsmith.parser.spelling import spelled

_HEAD_CHARS = 1200  # characters of a block that are looked at
_FEW_WORDS = 60  # words whose capitals are counted
# What asks the reader to do something, or speaks of rights and money; in lower case. English, as
# such boxes mostly are; other languages rest on where a block stands. Each follows a blank or the
# like, and those that begin alike stand together: searching so costs a third.
_CALLS = (
    r"a(?:dvertis(?:e|ement|ing|er|ers)|ffiliate)|buy now"
    r"|c(?:lick|o(?:ntact us|mmission|upons?|mments?|urtesy))"
    r"|d(?:onat(?:e|ion|ions|ing)|ownload|isc(?:ounts?|laimer))|e-?mail"
    r"|follow (?:us|me|him|her|along|@)|getty|i(?:nbox|mage credit)|join (?:us|our|the)"
    r"|l(?:og ?in|earn more)|membership|newsletters?"
    r"|p(?:romo(?:tion|tional)?s?|rivacy|ermission|hoto(?:graph)? (?:by|credit))"
    r"|r(?:e(?:ad more|gister|ply|print(?:ed)?)|ights reserved)"
    r"|s(?:ign(?:ing)? up|ubscri(?:be|ption|ber|bing)s?|upport (?:us|our|independent)"
    r"|ponsor(?:ed|s)?|hop now|hare (?:this|on|your))|terms of"
)
_CALL = re.compile(rf"\W(?:{_CALLS})\b")
# The words that calls begin with: few blocks have one, and to look for those takes less time.
_OPENERS = frozenset([re.split("[ -]", call)[0].encode() for call in spelled(_CALLS)])
# Letters, digits and "_" of ASCII as they are, and the ends of lines; all else as a blank.
_APART = bytes([byte if re.match(rb"[\w\n]", bytes([byte])) else 32 for byte in range(256)])
_COMMAS, _OTHER_COMMAS = b",;:", "、，،"
# Capitals as "A", what lies beyond ASCII as "?", all else but blanks as "a".
_SHAPES = bytes(
    [ord("A" if 65 <= n <= 90 else " " if n == 32 else "a" if n < 128 else "?") for n in range(256)]
)
_KNOWN_SHARES = 20_000  # shares; most blocks are short, so that few are new
_CODE = b"{}[]<>;="
# JSON or a script, printed by mistake.
_DATA = re.compile(
    r"""\s*(?:[{\[]\s*["'{\[]\s*[\w@"'-]|\(?function\s*\(|window\.\w|document\.\w|var \w+\s*=)"""
)
_MARK = re.compile(r"""[{}\[\]<>;=:"'()]""")
_DATA_SHARE = 0.1  # of the characters; prose that begins so has fewer of these marks


class Wording(NamedTuple):
    """What a block's own words say; shares are of characters."""

    words: int
    ends: bool
    upper: float
    commas: float
    code: float


def read_wording(line: str) -> Wording:
    """Return what the words of a block say.

    Args:
        line: the block's text on one line, words parted by single blanks; not empty.

    >>> read_wording("Sign up, and click Here.")
    Wording(words=5, ends=True, upper=0.4, commas=0.2, code=0.0)
    """
    head = line[:_HEAD_CHARS]
    count = line.count(" ") + 1
    encoded = head.encode("utf-8", "surrogatepass")
    commas = len(encoded) - len(encoded.translate(None, _COMMAS))
    if not head.isascii():
        commas += sum(map(head.count, _OTHER_COMMAS))
    code = len(encoded) - len(encoded.translate(None, _CODE))
    return Wording(
        count,
        junk.ends_sentence(line),
        _share(_capitals(line, count), min(count, _FEW_WORDS)),
        _share(commas, min(count, len(head))),
        _share(code, len(head)),
    )


@functools.lru_cache(maxsize=_KNOWN_SHARES)
def _share(part: int, whole: int) -> float:
    return round(part / whole, 3)  # which takes longer than to remember it


def _capitals(line: str, count: int) -> int:
    """Return how many of the first words of a line of so many begin with a capital."""
    few = line if count <= _FEW_WORDS else " ".join(line.split(" ", _FEW_WORDS)[:_FEW_WORDS])
    shapes = b" " + few.encode("utf-8", "surrogatepass").translate(_SHAPES)
    odd = shapes.count(b" ?") and sum([word[0].isupper() for word in few.split(" ") if word > "~"])
    return shapes.count(b" A") + odd


def words_of(lines: Sequence[str]) -> list[list[bytes]]:
    """Return the words of some lines in lower case, a list a line; they end beyond ASCII.

    >>> words_of(["Sign up, and", "Café 1"])
    [[b'sign', b'up', b'and'], [b'caf', b'1']]
    """
    lowered = "\n".join([line[:_HEAD_CHARS] for line in lines]).lower()
    words = lowered.encode("utf-8", "surrogatepass").translate(_APART)
    return [line.split() for line in words.split(b"\n")[: len(lines)]]


def count_calls(line: str, words: Iterable[bytes]) -> int:
    """Return how many calls to action a block makes.

    Args:
        line: the block's text on one line.
        words: what `words_of` gives for it.

    >>> [count_calls(line, *words_of([line])) for line in ("Sign up, and click!", "Newsletters")]
    [2, 0]
    """
    if " " not in line or _OPENERS.isdisjoint(words):
        return 0
    return len(_CALL.findall(f" {line[:_HEAD_CHARS].lower()}"))


def is_data(line: str) -> bool:
    """Say whether a block is data meant for a script.

    >>> is_data('{"columns":2,"button":{"text":"Buy"}}'), is_data("[1] See the harbour records.")
    (True, False)
    """
    if not _DATA.match(line):
        return False
    head = line[:_HEAD_CHARS]
    return len(_MARK.findall(head)) > _DATA_SHARE * len(head)
