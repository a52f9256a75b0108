"""What the words of one block say, whatever stands around it: length, stops, calls to action.

Everything here looks at the first characters of a block only, so that an endless line costs what a
long paragraph costs.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from feedsmith.parser import junk

_HEAD_CHARS = 1200  # characters of a block that are looked at
_FEW_WORDS = 60  # words whose capitals are counted
# What asks the reader to do something, or speaks of rights and money; in lower case. English, as
# such boxes mostly are; other languages rest on where a block stands. Each follows a blank or the
# like, and those that begin alike stand together: searching so costs a third.
_CALL = re.compile(
    r"\W(?:a(?:dvertis(?:e|ement|ing|er|ers)|ffiliate)|buy now"
    r"|c(?:lick|o(?:ntact us|mmission|upons?|mments?|urtesy))"
    r"|d(?:onat(?:e|ion|ions|ing)|ownload|isc(?:ounts?|laimer))|e-?mail"
    r"|follow (?:us|me|him|her|along|@)|getty|i(?:nbox|mage credit)|join (?:us|our|the)"
    r"|l(?:og ?in|earn more)|membership|newsletters?"
    r"|p(?:romo(?:tion|tional)?s?|rivacy|ermission|hoto(?:graph)? (?:by|credit))"
    r"|r(?:e(?:ad more|gister|ply|print(?:ed)?)|ights reserved)"
    r"|s(?:ign(?:ing)? up|ubscri(?:be|ption|ber|bing)s?|upport (?:us|our|independent)"
    r"|ponsor(?:ed|s)?|hop now|hare (?:this|on|your))|terms of)\b"
)
_COMMAS = ",;:、，،"
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KNOWN_SHARES = 20_000  # shares; most blocks are short, so that few are new
_CODE = re.compile(r"[{}\[\]<>;=]")
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
    few = line.split(" ", _FEW_WORDS)[:_FEW_WORDS]
    return Wording(
        count,
        junk.ends_sentence(line),
        _share(_capitals("".join([word[0] for word in few])), len(few)),
        _share(sum(map(head.count, _COMMAS)), min(count, len(head))),
        _share(len(_CODE.findall(head)), len(head)),
    )


@functools.lru_cache(maxsize=_KNOWN_SHARES)
def _share(part: int, whole: int) -> float:
    return round(part / whole, 3)  # which takes longer than to remember it


def _capitals(letters: str) -> int:
    if letters.isascii():
        return len(letters) - len(letters.encode().translate(None, _CAPITALS))
    return sum(map(str.isupper, letters))


def count_calls(line: str) -> int:
    """Return how many calls to action a block makes.

    >>> count_calls("Sign up, and click Here."), count_calls("Newsletters")
    (2, 0)
    """
    return len(_CALL.findall(f" {line[:_HEAD_CHARS].lower()}")) if " " in line else 0


def is_data(line: str) -> bool:
    """Say whether a block is data meant for a script.

    >>> is_data('{"columns":2,"button":{"text":"Buy"}}'), is_data("[1] See the harbour records.")
    (True, False)
    """
    if not _DATA.match(line):
        return False
    head = line[:_HEAD_CHARS]
    return len(_MARK.findall(head)) > _DATA_SHARE * len(head)
