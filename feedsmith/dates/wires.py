"""Wire datelines: the place (and perhaps the day) that opens the body of agency copy.

Only the first characters of a paragraph count. An agency's name, a day or an upper-case place must
be there; capitalised words before a dash are otherwise a name, not a place.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

_HEAD_CHARS = 140  # characters; the longest place dateline among the fixtures has 61
_MAX_PLACE_WORDS = 6  # words, such as "WEST PALM BEACH, Florida"
_MIN_UPPER_CHARS = 3  # letters; shorter upper-case words are "TV", "Q", "A"

_AGENCIES = """
aa aap adnkronos afp agi anadolu ani anp ansa antara ap apa ats belga bernama bloomberg bns bta
cna cnn cp ctk čtk dpa efe epd hina ians interfax irna itar-tass jiji keystone-ats kna kyodo lusa
mti notimex ntb pa pap petra pti reuters ria ritzau sana sda sid spa stt svt tanjug tass telam tt
ukrinform upi vna wam xinhua yonhap
"""
_LONG_AGENCIES = frozenset({"canadian press", "europa press", "kyodo news", "press association"})
_NOT_PLACES = """
ADVERTISEMENT ANALYSIS BREAKING COMMENT CORRECTION EDITORIAL EXCLUSIVE EXPLAINER FACTBOX FAQ FILE
HOW INTERVIEW LIVE MORE NEWS NOTE OPINION PDF PHOTO PHOTOS PODCAST POLL READ RELATED REPORT REVIEW
SOURCE SPOILER SPONSORED TLDR UPDATE UPDATED URGENT VIDEO WARNING WATCH WHAT WHO WHY
"""
_SMALL_WORDS = "al am an da de del der do el la le of on sur upon"
_DAY = r"\d{1,2}\.?\s+[^\W\d]+\.?(?:\s+\d{4})?|[^\W\d]+\.?\s+\d{1,2}(?:,?\s+\d{4})?"
_HEAD = re.compile(
    r"(?:\([^()]{2,20}\)\s*[-–—]\s*)?"
    r"(?P<place>[^()\d:=–—]{2,60}?)"
    rf"(?:,\s*(?P<day>{_DAY}))?"
    r"(?:\.?\s*[(/](?P<agency>[^()/\d]{2,40})[)/])?"
    r"(?P<end>\s*(?:--|\.-|[-–—:=.])(?=\s|$)|\s*$)"
)
_EASTERN_STARTS = frozenset("(【［[新中人央路")  # what a match of `_eastern` begins with


@dataclass(frozen=True, slots=True)
class Wire:
    """A place dateline: `day` is its day as printed, or ""."""

    place: str
    day: str


def find_wire(paragraph: str) -> Wire | None:
    """Return the place dateline that opens a paragraph.

    >>> find_wire("PORT ELLERY, Sept 2 (Reuters) - Ferries stopped.")
    Wire(place='PORT ELLERY', day='Sept 2')
    """
    head = paragraph[:_HEAD_CHARS].lstrip()
    for pattern in _eastern() if head[:1] in _EASTERN_STARTS else ():
        match = pattern.match(head)
        if match:
            groups = match.groupdict()
            return Wire(groups["place"], groups.get("day") or "")
    match = None if _is_plain(head) else _HEAD.match(head)
    if match is None or not _is_wire(match):
        return None
    return Wire(match["place"].strip(" ,"), match["day"] or "")


@functools.cache
def _eastern() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of Chinese agencies, and of a place in brackets."""
    # Compiled only where they are needed: sets of so many characters cost 2 ms each.
    return (
        re.compile(
            r"(?:新华社|新華社|中新社|中新网|人民网|央视网|路透社)(?P<place>[\u4e00-\u9fff]{2,8}?)"
            r"(?P<day>(?:\d{1,2}月)?\d{1,2}日)?[电電讯訊]"
        ),
        re.compile(r"[(【［\[](?P<place>[\uac00-\ud7a3\u3040-\u30ff\u4e00-\u9fff·]{1,12})[=＝]"),
    )


def _is_plain(head: str) -> bool:
    """Say whether a paragraph begins with two plain words, as most do: then no place opens it."""
    first, _, rest = head.partition(" ")
    second = rest.partition(" ")[0]
    is_name = second[:1].isupper() or second in _words(_SMALL_WORDS)
    return first.isalpha() and second.isalpha() and not is_name


def find_place(paragraph: str) -> str | None:
    """Return the place of the wire dateline that opens a paragraph, as printed.

    >>> find_place("PORT ELLERY, Norland (AP) — Ferries stopped.")
    'PORT ELLERY, Norland'
    >>> find_place("The ferries - both of them - stopped.") is None
    True
    """
    wire = find_wire(paragraph)
    return wire.place if wire else None


def _is_wire(match: re.Match[str]) -> bool:
    place, agency, end = match["place"].strip(" ,"), match["agency"], match["end"].strip()
    if not _is_place(place):
        return False
    upper = _is_upper(place)
    if agency:
        name = agency.strip().casefold().removeprefix("the ")
        return upper or name in _words(_AGENCIES) or name in _LONG_AGENCIES
    if match["day"]:
        return end not in {"", "."} and (upper or end != ":")
    return upper and end not in {"", ".", "="}


def _is_place(place: str) -> bool:
    words = re.split(r"[\s,/-]+", place)
    return len(words) <= _MAX_PLACE_WORDS and all(
        word[:1].isupper() or word in _words(_SMALL_WORDS) for word in words if word
    )


def _is_upper(place: str) -> bool:
    first = place.partition(",")[0]
    return (
        first.isupper()
        and len(first) >= _MIN_UPPER_CHARS
        and _words(_NOT_PLACES).isdisjoint(first.split())
    )


@functools.cache
def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())
