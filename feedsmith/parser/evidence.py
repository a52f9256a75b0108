"""What the dates of a page say about one another: which offset, which order, which to believe.

One date alone may be told in another zone than the page's readers live in, or with its day and
month in either order. A second date of the same page often settles that, and nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from feedsmith.dates import (
    FIRST_YEAR,
    DateContext,
    Found,
    checked,
    date_order,
    find_datelines,
    find_label,
)
from feedsmith.model import PrintedOrder
from feedsmith.parser import footers
from feedsmith.parser.page import Answer, Block, Metadata, Page

_DATE_CHARS = 160  # characters; a longer block is prose that mentions a date
# Two numbers, or one of a year, month and day: the least that a date consists of.
_NUMBERS = re.compile(r"[\d年月년월](?:(?<=\D)|\D+\d|\d{5})")
# The same of ASCII: a class of characters of all scripts takes longer to look for.
_PLAIN_NUMBERS = re.compile(r"[0-9](?:[^0-9]+[0-9]|[0-9]{5})")
# A player's time, of which dumps are full; the line under an embedded message; a file's name.
_NO_DATELINE = re.compile(
    r"\A\d{1,2}:\d\d(?::\d\d)?\Z|°[CF]?\b|\(@\w+\)|\.(?:png|jpe?g|gif|webp)\b|[^\W_]_[^\W_]"
)
# Class words of readers' comments, but not of a link to them or of their count.
_COMMENT_MARK = re.compile(r"(?<![\w-])comment(?:s|list)?(?![\w-]*(?:count|num|link|open|closed))")
_SAYS = re.compile(
    r"\b(?:says|said|wrote|writes|schreibt|schrieb|sagt|sagte|meint|meinte|dice|dijo|disse|ha detto"
    r"|scrive|a écrit|dit|zegt|schreef|pisze)\s?:?\Z|\A(?:leave|post|add) a (?:reply|comment)"
    r"|\A\d+ (?:comments|replies|responses|kommentare|commentaires|comentarios|commenti"
    r"|reacties)\b",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"(?:\A|[·|)-] ?|\b\d{2} ?)(?:reply|antworten|antwort|répondre|responder|rispondi|reageer"
    r"|beantwoorden|odpowiedz|svara|ответить)\Z",
    re.IGNORECASE,
)
# What a row of a table must say for its date to be the page's.
_PUBLISHING = re.compile(
    r"publish|posted|updated|publié|publicad|pubblicat|veröffentlicht|aktualisiert|gepubliceerd"
    r"|opublikowan|опубликован",
    re.IGNORECASE,
)
_SAYS_CHARS = 40  # characters at the end of a line in which it names who speaks
_EAST, _WEST = timedelta(hours=14), timedelta(hours=-12)  # the offsets that are in use
_STEP = timedelta(minutes=30)  # nearly all of them are a multiple of it
# Looks behind only where there is a digit, which takes a third of the time.
_NUMERIC = re.compile(r"(\d(?<![\d/.-].)\d?)([/-])(\d{1,2})\2(?:19|20)?\d\d(?![\d/-])")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d%])")
NEAR_CHARS = 80  # characters of a line that counts back from the time of saving
_MONTH = re.compile(r"/((?:19|20)\d\d)/(\d\d?)(?=/|$)")  # in an address
_MONTHS = 12
_DAY = timedelta(days=1)


Line = tuple[int, tuple[Found, ...]]  # a block's place and the dates that it prints


class Case(NamedTuple):
    """What the rules for dates look at: a page, and the place of its title if it has one.

    `lines` are the blocks that may be its dateline, in no order of trust.
    """

    page: Page
    place: int | None
    lines: tuple[Line, ...]

    @property
    def centre(self) -> int:
        """The place of the title, else of the first prose."""
        return self.page.start if self.place is None else self.place


Ladder = tuple[Callable[[Case], Answer[Found] | None], ...]


def first(rules: Ladder, case: Case) -> Answer[Found] | None:
    """Return the first answer of some rules."""
    return next((answer for rule in rules if (answer := rule(case))), None)


def dates_at(
    blocks: tuple[Block, ...], places: Iterable[int], context: DateContext
) -> Iterator[Line]:
    """Give the dates that those of some blocks print which may be a dateline.

    A label on a line of its own belongs to the date on the next.
    """
    for at in places:
        line = blocks[at].text
        numbers = _PLAIN_NUMBERS if line.isascii() else _NUMBERS
        if not numbers.search(line) and not _may_count_back(line, context):
            continue
        found = _dates_of(line, context) or _below_text(line, context)
        if found and (not _is_in_table(blocks, at) or _PUBLISHING.search(line)):
            label = "" if found[0].label or not at else find_label(blocks[at - 1].text)
            yield at, (replace(found[0], label=label), *found[1:]) if label else found


def _dates_of(line: str, context: DateContext) -> tuple[Found, ...]:
    if len(line) > _DATE_CHARS or _NO_DATELINE.search(line):
        return ()
    return find_datelines(line, context)


def _below_text(line: str, context: DateContext) -> tuple[Found, ...]:
    """Return the day of publication that a theme's line below the text tells."""
    told = footers.day_told(line)
    if told:
        return tuple([replace(one, label="published") for one in _dates_of(told, context)[:1]])
    said = footers.before_labels(line)
    return tuple([one for one in _dates_of(said, context) if one.label]) if said else ()


def _is_in_table(blocks: Sequence[Block], at: int) -> bool:
    """Say whether a block is one of several rows of cells, or stands behind the head of a row.

    What it dates is the row's own matter.
    """
    above, below = blocks[max(0, at - 1) : at], blocks[at + 1 : at + 2]
    if any(block.tag == "th" for block in above):
        return True
    return blocks[at].tag == "tr" and any(block.tag == "tr" for block in (*above, *below))


def is_comment(blocks: Sequence[Block], at: int) -> bool:
    """Say whether the date of a block is that of a reader's comment, by its marks or what is near.

    Names that say something stand above it or before it, an offer to reply below.
    """
    if _COMMENT_MARK.search(blocks[at].marks):
        return True
    above, below = blocks[max(0, at - 2) : at + 1], blocks[at : at + 3]
    return any(_SAYS.search(block.text[-_SAYS_CHARS:]) for block in above) or any(
        _REPLY.search(block.text[-_SAYS_CHARS:]) for block in below
    )


def _may_count_back(line: str, context: DateContext) -> bool:
    return context.anchor is not None and len(line) <= NEAR_CHARS


def spoken(meta: Metadata) -> str:
    """Return the language that a page declares, with the region that its `og:locale` adds.

    >>> spoken(Metadata(metas={"og:locale": ("en_US",)}, language="en"))
    'en-US'
    """
    locale = meta.first("og:locale")[1].replace("_", "-")
    language = meta.language or meta.first("content-language", "language")[1]
    return locale if not language or locale.lower().startswith(f"{language.lower()}-") else language


def is_near(one: Found, other: Found) -> bool:
    """Say whether two dates may be one day: equal, or as far apart as zones are."""
    return abs(one.when - other.when) <= timedelta(days=1, hours=12)


def localised(found: Found, others: Iterable[Found]) -> Found:
    """Return a time told in UTC with the offset of the clock on which the page prints it.

    A printed clock that shows the same minute some whole or half hours off is that clock; the
    instant stays the same.
    """
    if found.precision == "day" or found.zone_assumed or found.when.utcoffset():
        return found
    minute = found.when.astimezone(UTC).replace(second=0)
    for other in others:
        offset = None if other.precision == "day" else _offset(minute, other)
        if offset:
            return replace(found, when=found.when.astimezone(timezone(offset)))
    return found


def _offset(minute: datetime, other: Found) -> timedelta | None:
    printed = other.when.replace(second=0)
    if not other.zone_assumed and printed != minute:
        return None
    offset = printed.replace(tzinfo=UTC) - minute
    return offset if _WEST <= offset <= _EAST and not offset % _STEP else None


def speaks_of(written: datetime, page: Page) -> bool:
    """Say whether a file's time may be that of saving: the latest year the page prints is its.

    A page that prints no year does not speak against it; one from before the web does.
    """
    if written.year < FIRST_YEAR:
        return False
    lines = (*(block.text for block in page.blocks), page.meta.page_title)
    years = [int(year) for line in lines for year in _YEAR.findall(line)]
    near = [year for year in years if year <= written.year + 1]
    return not near or max(near) >= written.year


def settled(found: Found, others: Iterable[Found], page: Page) -> Found:
    """Return an ambiguous day as the page's other dates read it; ambiguous still if none does.

    The same day told without doubt decides first, then the month in the page's address, then what
    the user told of the site, then how the page writes other days.
    """
    if not found.ambiguous:
        return found
    swapped = swap(found)
    sure = [other.when.date() for other in others if not other.ambiguous]
    for reading in (found, swapped):
        if any(abs(reading.when.date() - day) <= _DAY for day in sure):
            return replace(reading, ambiguous=False)
    month = _MONTH.search(page.url or "")
    for reading in (found, swapped):
        if month and [reading.when.year, reading.when.month] == [int(n) for n in month.groups()]:
            return replace(reading, ambiguous=False)
    written = date_order(page.dates) if page.dates.is_told else order_of(page)
    if not written:
        return found
    is_read_so = (date_order(page.dates) == "mdy") == (written == "mdy")
    return replace(found if is_read_so else swapped, ambiguous=False)


def swap(found: Found) -> Found:
    """Return an ambiguous date with its day and month the other way round."""
    when = found.when
    return replace(found, when=when.replace(month=when.day, day=when.month))


def other_reading(found: Found, context: DateContext) -> datetime | None:
    """Return the date that an ambiguous one may be as well; None when it is plain or lies ahead."""
    other = swap(found).when if found.ambiguous else None
    return other if other and checked(other, context) else None


def order_shown(published: Found | None, page: Page) -> PrintedOrder:
    """Return the order in which an ambiguous date was read, else that of the page's other dates."""
    if published and published.ambiguous:
        return "mdy" if date_order(page.dates) == "mdy" else "dmy"
    return order_of(page)


def order_of(page: Page) -> PrintedOrder:
    """Return the order that all the page's plain numeric dates have, "" if they differ."""
    lines = (block.text for block in page.blocks if len(block.text) <= _DATE_CHARS)
    said = (value for values in page.meta.metas.values() for value in values)
    orders: set[PrintedOrder] = {
        "dmy" if int(date[1]) > _MONTHS else "mdy"
        for date in _NUMERIC.finditer("\n".join([*lines, *said]))
        if max(int(date[1]), int(date[3])) > _MONTHS
    }
    return orders.pop() if len(orders) == 1 else ""
