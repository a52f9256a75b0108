"""What the words of one block say, whatever stands around it: length, stops, calls to action.

Everything here looks at the first characters of a block only, so that an endless line costs what a
long paragraph costs.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from feedsmith.parser import junk

_HEAD_CHARS = 1200  # characters of a block that are looked at
_FEW_WORDS = 60  # words whose capitals are counted
# What asks the reader to do something, or speaks of rights and money; in lower case. English, as
# such boxes mostly are; other languages rest on where a block stands.
_CALL = re.compile(
    r"\b(?:sign(?:ing)? up|subscri(?:be|ption|ber|bing)s?|newsletters?|click"
    r"|follow (?:us|me|him|her|along|@)|donat(?:e|ion|ions|ing)|support (?:us|our|independent)"
    r"|log ?in|inbox|e-?mail|download|contact us|read more|learn more|join (?:us|our|the)|register"
    r"|membership|sponsor(?:ed|s)?|advertis(?:e|ement|ing|er|ers)|affiliate|commission"
    r"|promo(?:tion|tional)?s?|coupons?|discounts?|buy now|shop now|comments?|reply"
    r"|share (?:this|on|your)|terms of|privacy|rights reserved|reprint(?:ed)?|permission"
    r"|disclaimer|getty|photo(?:graph)? (?:by|credit)|image credit|courtesy)\b"
)
_COMMA = re.compile(r"[,;:、，،]")
_CODE = re.compile(r"[{}\[\]<>;=]")
# JSON or a script, printed by mistake.
_DATA = re.compile(
    r"""\s*(?:[{\[]\s*["'{\[]\s*[\w@"'-]|\(?function\s*\(|window\.\w|document\.\w|var \w+\s*=)"""
)
_MARK = re.compile(r"""[{}\[\]<>;=:"'()]""")
_DATA_SHARE = 0.1  # of the characters; prose that begins so has fewer of these marks


class Wording(NamedTuple):
    """What a block's own words say; `calls` counts calls to action, shares are of characters."""

    words: int
    ends: bool
    upper: float
    commas: float
    calls: int
    code: float


def read_wording(line: str) -> Wording:
    """Return what the words of a block say.

    Args:
        line: the block's text on one line, not empty.

    >>> read_wording("Sign up, and click Here.")
    Wording(words=5, ends=True, upper=0.4, commas=0.2, calls=2, code=0.0)
    """
    head = line[:_HEAD_CHARS]
    words = line.split(" ")
    few = words[:_FEW_WORDS]
    count = len(words)
    return Wording(
        count,
        junk.ends_sentence(line),
        round(sum([word[:1].isupper() for word in few]) / len(few), 3),
        round(len(_COMMA.findall(head)) / min(count, len(head)), 3),
        len(_CALL.findall(head.lower())) if count > 1 else 0,
        round(len(_CODE.findall(head)) / len(head), 3),
    )


def is_data(line: str) -> bool:
    """Say whether a block is data meant for a script.

    >>> is_data('{"columns":2,"button":{"text":"Buy"}}'), is_data("[1] See the harbour records.")
    (True, False)
    """
    if not _DATA.match(line):
        return False
    head = line[:_HEAD_CHARS]
    return len(_MARK.findall(head)) > _DATA_SHARE * len(head)
