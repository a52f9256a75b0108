"""Printed dates → aware datetimes; nothing is ever filled in from today.

Strategy: a line without a digit (and without a word like "yesterday") is refused first. The rest is
folded and cut into tokens, and each token becomes one letter (`shapes`); a handful of patterns
over these letters find days, times beside them, and labels before them. What reads as prose, as a
copyright notice or as an implausible year is no date. python-dateutil only reads odd whole-string
forms, twice with different defaults, and only equal answers count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from feedsmith.dates import parts
from feedsmith.dates.parts import Clock
from feedsmith.dates.shapes import (
    MAX_CHARS,
    Shape,
    find_label,
    is_bare,
    is_copyright,
    is_prose,
    is_sentence,
    label_of,
    opens_with_weekday,
    to_shape,
)
from feedsmith.dates.values import (
    FIRST_YEAR,
    DateContext,
    Found,
    Label,
    anchored_here,
    checked,
    date_order,
    on_day,
    primary,
    tag,
    whole,
)
from feedsmith.dates.wires import find_place, find_wire

__all__ = [
    "FIRST_YEAR",
    "DateContext",
    "Found",
    "checked",
    "date_order",
    "find_dateline",
    "find_datelines",
    "find_label",
    "find_place",
    "find_time_ago",
    "is_bare",
    "opens_with_weekday",
    "parse_date",
    "url_date",
    "wire_day",
]

_EPOCH_UNITS = {10: 1, 13: 1000}  # digits of an epoch time → its units in a second
_ISO_DAY_CHARS = 10  # characters of 2024-09-02; longer forms have a time
_SHORT_CHARS = 40  # characters of a line that says "an hour ago" without a figure

_S = "[,foW-]{0,4}"
_ZONE = "[,f]{0,2}[Zz]"
_TIME = f"(?:A?[Tt],?A?|Df?A)(?:{_ZONE})?"
_BESIDE = "[,fWo-]{0,6}"
_DAY = (
    f"D-D[,f]?M{_S}Y|MD-D{_S}Y|MDo?{_S}-{_S}MDo?{_S}Y|Do?f?M{_S}-{_S}Do?f?M{_S}Y"
    f"|MD,?T,?[Zz]?,?Y|Do?{_S}M(?:,M)?{_S}Y|M{_S}Do?{_S}Y|Y{_S}M{_S}Do?|Y{_S}Do?{_S}M(?!{_S}Y)"
    f"|Do?[,W-]{{0,3}}M[,-]{{0,2}}D(?![ADMo-])|I|Q|P"
)
_AROUND = "(?P<before>{time}{beside})?(?P<day>{day})(?:{beside}(?P<after>{time})|(?P<zone>{zone}))?"
_FULL = re.compile(_AROUND.format(time=_TIME, zone=_ZONE, beside=_BESIDE, day=_DAY))
_NO_YEAR = re.compile(
    _AROUND.format(time=_TIME, zone=_ZONE, beside=_BESIDE, day=f"Do?{_S}M|M{_S}Do?(?!{_S}M)")
)
_A_TIME = re.compile(_TIME)
_MAX_NEAR_UNKNOWN = 3  # words beside "yesterday at 9:40"
_NO_YEAR_LINE = re.compile("[DMWfoLUTtAZz,-]+")
_DIGIT = re.compile(r"\d")
_URL_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-]?(\d\d|[a-z]{3,9}|(?<=[/-])\d)[/-]?(\d\d?)(?=[/_.?#-]|$)"
)


def parse_date(text: str, context: DateContext) -> Found | None:
    """Return the date that a whole string is: a meta value, ISO 8601, RFC 822, epoch, a dateline.

    Source: RFC 3339 section 5.6, RFC 5322 section 3.3; tests/data/datelines.txt for the rest.

    >>> parse_date("Mon, 02 Sep 2024 19:25 +0200", DateContext(UTC, "dmy")).when.isoformat()
    '2024-09-02T19:25:00+02:00'
    """
    text = text.strip()
    if not text or len(text) > MAX_CHARS or not _DIGIT.search(text):
        return None
    if text.isdecimal() and len(text) in _EPOCH_UNITS:
        return _epoch(text, context)
    iso = parts.from_iso(text)
    if iso is not None:
        return whole(iso, context, timed=len(text) > _ISO_DAY_CHARS)
    return find_dateline(text, context) or _odd_form(text, context)


def _odd_form(text: str, context: DateContext) -> Found | None:
    read = parts.from_odd_form(text, day_first=date_order(context) != "mdy")
    return whole(read[0], context, timed=read[1]) if read else None


def _epoch(text: str, context: DateContext) -> Found | None:
    seconds = int(text) // _EPOCH_UNITS[len(text)]
    return checked(datetime.fromtimestamp(seconds, UTC), context)


def find_dateline(line: str, context: DateContext) -> Found | None:
    """Return the date of publication that a visible line prints, else its date of change.

    >>> find_dateline("2 Sep, 2024 19:25", DateContext(UTC, "dmy")).when.isoformat()
    '2024-09-02T19:25:00+00:00'
    >>> find_dateline("29:44", DateContext(UTC, "dmy")) is None
    True
    """
    found = find_datelines(line, context)
    return next((one for one in found if one.label != "updated"), found[0] if found else None)


def find_datelines(line: str, context: DateContext) -> tuple[Found, ...]:
    """Return all the dates that a visible line prints, in order; () for prose and for no date.

    >>> line = "Published 2 Sep 2024 19:25. Updated 3 Sep 2024"
    >>> [one.label for one in find_datelines(line, DateContext(UTC, "dmy"))]
    ['published', 'updated']
    """
    line = line.strip()
    if len(line) > MAX_CHARS or not _may_hold_date(line, context) or is_copyright(line):
        return ()
    if line.isdecimal() and len(line) == max(_EPOCH_UNITS):
        epoch = _epoch(line, context)
        return (epoch,) if epoch else ()
    shape = to_shape(line, primary(context))
    if not is_prose(line, shape) and (found := tuple(_dates(_FULL, shape, context))):
        return found
    return () if context.anchor is None else _from_anchor(line, shape, context, context.anchor)


def _from_anchor(
    line: str, shape: Shape, context: DateContext, anchor: datetime
) -> tuple[Found, ...]:
    """Return what a line says relative to the time of saving, or without its year."""
    ago = _ago(line, shape, context, anchor)
    if ago is None and _is_day_and_month(shape.letters):
        return tuple(_dates(_NO_YEAR, shape, context))
    near = ago or _near_day(shape, context, anchor)
    return (near,) if near else ()


def find_time_ago(line: str, context: DateContext) -> Found | None:
    """Return what a line counts back from the time of saving; None for a day without its year.

    >>> context = DateContext(UTC, "dmy", anchor=datetime(2024, 9, 2, 12, tzinfo=UTC))
    >>> find_time_ago("2 hours ago", context).when.hour, find_time_ago("2 Sep", context)
    (10, None)
    """
    if context.anchor is None or len(line) > MAX_CHARS or not _may_hold_date(line, context):
        return None
    shape = to_shape(line, primary(context))
    return _ago(line, shape, context, context.anchor) or _near_day(shape, context, context.anchor)


def wire_day(paragraph: str, context: DateContext) -> Found | None:
    """Return the day in the wire dateline that opens a paragraph; a missing year needs the anchor.

    >>> wire_day("PORT ELLERY, Aug 29, 2014 (AFP) - Ferries.", DateContext(UTC, "dmy")).when.day
    29
    """
    wire = find_wire(paragraph)
    return find_dateline(wire.day, context) if wire and wire.day else None


def url_date(address: str, context: DateContext) -> Found | None:
    """Return the day in an address's path such as /2024/09/02/ or /2024-09-02-slug.

    >>> address = "https://example.org/2024/sep/02/bridge"
    >>> url_date(address, DateContext(UTC, "dmy")).when.isoformat()
    '2024-09-02T12:00:00+00:00'
    """
    match = _URL_DAY.search(address.partition("?")[0].lower())
    if match is None:
        return None
    year, month, day = match.groups()
    number = int(month) if month.isdecimal() else parts.month_number(month)
    found = parts.to_date(int(year), number, int(day))
    return on_day(found, context, ambiguous=False, label="") if found else None


def _is_day_and_month(letters: str) -> bool:
    """Say whether a line is a day and a month and nothing that is no part of a date."""
    days = letters.count("D") - letters.count("DA")
    return "M" in letters and days == 1 and bool(_NO_YEAR_LINE.fullmatch(letters))


def _may_hold_date(line: str, context: DateContext) -> bool:
    if _DIGIT.search(line):
        return True
    return context.anchor is not None and len(line) <= _SHORT_CHARS and parts.says_ago(line)


def _dates(pattern: re.Pattern[str], shape: Shape, context: DateContext) -> Iterator[Found]:
    end = 0
    for match in pattern.finditer(shape.letters):
        label = label_of(shape.letters[end : match.start()])
        found = _date(match, shape, context, label)
        if found:
            yield found
        end = match.end()


def _date(match: re.Match[str], shape: Shape, context: DateContext, label: Label) -> Found | None:
    start, end = match.span("day")
    letters, tokens = shape.letters[start:end], shape.tokens[start:end]
    if letters == "I":
        iso = parts.from_iso(tokens[0])
        if iso is not None:
            zone = shape.tokens[match.end() - 1] if match.end() > end else ""
            return _iso(iso, zone, context, label)
        letters, tokens = "Q", (tokens[0][:10],)
    day = parts.to_day(letters, tokens, date_order(context), context.anchor)
    if day is None:
        return None
    clock = _clock(match, shape)
    found = _on(day, clock, context, label)
    if found is None and day.ambiguous:  # read so it lies ahead, or before the web
        swapped = day.date.replace(month=day.date.day, day=day.date.month)
        found = _on(parts.Day(swapped, ambiguous=False), clock, context, label)
    return found


def _on(day: parts.Day, clock: Clock | None, context: DateContext, label: Label) -> Found | None:
    if clock is None:
        return on_day(day.date, context, ambiguous=day.ambiguous, label=label)
    when, assumed = parts.at(day.date, clock, context.zone, tag(context))
    return checked(when, context, zone_assumed=assumed, ambiguous=day.ambiguous, label=label)


def _iso(iso: datetime, zone: str, context: DateContext, label: Label) -> Found | None:
    """Return an ISO time; one without an offset may have a zone printed after it."""
    printed = iso.tzinfo or parts.zone_of(zone, tag(context))
    when = parts.with_offset(iso, printed or context.zone)
    return checked(when, context, zone_assumed=printed is None, label=label)


def _clock(match: re.Match[str], shape: Shape) -> Clock | None:
    """Return the time after a day, else before it, else inside it ("Sep 2 19:25:08 2024")."""
    for group in ("after", "before", "day"):
        start, end = match.span(group)
        if start < 0:
            continue
        clock = parts.to_clock(shape.letters[start:end], shape.tokens[start:end])
        if clock:
            return clock
    return None


def _ago(line: str, shape: Shape, context: DateContext, anchor: datetime) -> Found | None:
    """Return "2 hours ago" as counted from the anchor; whole days give the day only."""
    back = None if is_sentence(line, shape) else parts.time_back(shape.folded)
    if back is None:
        return None
    when, label = anchored_here(context, anchor) - back, label_of(shape.letters)
    if back.seconds == 0:
        return on_day(when.date(), context, ambiguous=False, label=label)
    return checked(when, context, label=label)


def _near_day(shape: Shape, context: DateContext, anchor: datetime) -> Found | None:
    """Return "yesterday at 9:40" or "Friday 11:15" as counted from the anchor."""
    times = _A_TIME.search(shape.letters)
    several = shape.letters.count("T") > 1
    if times is None or several or shape.letters.count("x") > _MAX_NEAR_UNKNOWN:
        return None
    start, end = times.span()
    clock = parts.to_clock(shape.letters[start:end], shape.tokens[start:end])
    here = anchored_here(context, anchor)
    days = parts.days_back(shape.tokens, here)
    if days is None or clock is None:
        return None
    when, assumed = parts.at(
        here.date() - timedelta(days=days), clock, here.tzinfo or context.zone, ""
    )
    return checked(when, context, zone_assumed=assumed, label=label_of(shape.letters))
