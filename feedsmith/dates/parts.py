"""Tokens of a printed date → numbers: calendars, two-digit years, clocks, zones, counts back.

Everything here is arithmetic on what was printed; an impossible day is None, an impossible time
leaves the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from feedsmith.config import DateOrder
from feedsmith.dates import words

_PIVOT = 70  # two-digit years from here on are 19xx (POSIX strptime's choice is 69)
_BUDDHIST = range(2440, 2700)  # years of the Thai calendar, 543 ahead
_BUDDHIST_LEAD = 543
_SOLAR_HIJRI = range(1300, 1500)  # years of the Iranian calendar
_SOLAR_HIJRI_EPOCH = 226_894  # ordinal of the day before 1 Farvardin 1, by the 33-year rule
_MONTHS = 12
_TWO_DIGITS = 2  # digits of a short year
_DAY_HOURS = 24
_NOON = 12
_LAST_MINUTE = _LAST_SECOND = 59
_ODD_FORM_CHARS = 60  # characters of a string that python-dateutil may try

_ORDERS: dict[str, DateOrder] = {
    "en-us": "mdy", "en-ph": "mdy",
    "hu": "ymd", "ja": "ymd", "ko": "ymd", "lt": "ymd", "sv": "ymd", "zh": "ymd",
}  # fmt: skip
_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 12, 28, 23, 58, 57))  # noqa: DTZ001 (no zone)
_NUMBERS = re.compile(r"\d+")
_ZONE_OFFSET = re.compile(r"([+-])\s?(\d{1,2}):?(\d\d)?")
_ISO_LIKE = re.compile(r"\d{4}-?\d\d-?\d\d(?:[tT ]\d\d|$)")
_FOUR_DIGIT_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_COUNT = re.compile(
    r"(?:(?<!\d)(\d{1,3})\s?|\b(?:an?|one|une?|una|eine[nrm]?|en|et)\s)"
    r"((?:[^\W\d_]|[\u0900-\u0e7f])+)"
)
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0e7f])+")


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day; `ambiguous` says that day and month could be swapped."""

    date: date
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day and the zone printed with it ("" for none)."""

    hour: int
    minute: int
    second: int
    zone: str


def language_order(language: str) -> DateOrder:
    """Return how numeric dates are written in a language or region.

    >>> language_order("en-US"), language_order("ja-JP"), language_order("en")
    ('mdy', 'ymd', 'dmy')
    """
    tag = language.replace("_", "-").lower()
    return _ORDERS.get(tag) or _ORDERS.get(tag.partition("-")[0], "dmy")


def month_number(word: str) -> int:
    """Return 1 to 12 for a month's name in any language, 0 for none.

    >>> month_number("sep"), month_number("bridge")
    (9, 0)
    """
    number = words.months("").get(word, 0)
    return number if number <= _MONTHS else 0


def to_date(year: int, month: int, day: int) -> date | None:
    """Return a date, or None for 31 February; Thai and Iranian years are converted.

    >>> to_date(2567, 9, 2), to_date(1403, 6, 12), to_date(2024, 2, 31)
    (datetime.date(2024, 9, 2), datetime.date(2024, 9, 2), None)
    """
    if year in _SOLAR_HIJRI:
        return _from_solar_hijri(year, month, day)
    if year in _BUDDHIST:
        year -= _BUDDHIST_LEAD
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_solar_hijri(year: int, month: int, day: int) -> date | None:
    """Convert by the 33-year rule, which holds from 1300 to 1500."""
    if not (1 <= month <= _MONTHS and 1 <= day <= (31 if month <= _MONTHS // 2 else 30)):
        return None
    months = 31 * min(month - 1, 6) + 30 * max(month - 7, 0)
    years = 365 * (year - 1) + (8 * year + 21) // 33
    return date.fromordinal(_SOLAR_HIJRI_EPOCH + years + months + day)


def to_day(
    letters: str, tokens: tuple[str, ...], order: DateOrder, anchor: datetime | None
) -> Day | None:
    """Return the day that a date's tokens name; without a year, the latest before the anchor."""
    if letters == "Q":
        numbers = [int(number) for number in _NUMBERS.findall(tokens[0])]
        return _day(*numbers, ambiguous=False) if len(numbers) == len("ymd") else None
    if letters == "P":
        return _numeric(tokens[0], order)
    found = _named(letters, tokens, anchor)
    return Day(found, ambiguous=False) if found else None


def _numeric(token: str, order: DateOrder) -> Day | None:
    """Read 03/04/2024: over 12 decides, else the order; points are seldom ambiguous."""
    *_, last = numbers = _NUMBERS.findall(token)
    a, b, year = map(int, numbers)
    if order == "ymd" and len(last) == _TWO_DIGITS and to_date(_full_year(a), b, year):
        return _day(_full_year(a), b, year, ambiguous=False)
    if len(last) == _TWO_DIGITS:
        year = _full_year(year)
    month, day = (a, b) if order == "mdy" else (b, a)
    if month > _MONTHS:
        month, day = day, month
    both = max(a, b) <= _MONTHS and a != b and "." not in token
    return _day(year, month, day, ambiguous=both)


def _day(year: int, month: int, day: int, *, ambiguous: bool) -> Day | None:
    found = to_date(year, month, day)
    return Day(found, ambiguous) if found else None


def _full_year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits >= _PIVOT else 2000)


def _named(letters: str, tokens: tuple[str, ...], anchor: datetime | None) -> date | None:
    """Read a date with a month's name; of a range the start counts."""
    numbers, months, years = (
        [token for letter, token in zip(letters, tokens, strict=True) if letter == kind]
        for kind in "DMY"
    )
    month, day = (int(months[0]) - 1) % _MONTHS + 1, int(numbers[0])
    if years:
        wraps = len(months) > 1 and int(months[0]) > int(months[1])
        return to_date(int(years[0]) - wraps, month, day)
    if len(numbers) == 1:
        return _latest(month, day, anchor)
    return to_date(_full_year(int(numbers[1])), month, day) if len(numbers[1]) > 1 else None


def _latest(month: int, day: int, anchor: datetime | None) -> date | None:
    """Return the latest such day that is not more than two days after the anchor."""
    if anchor is None:
        return None
    limit = anchor.date() + timedelta(days=2)
    years = (limit.year, limit.year - 1)
    return next(
        (found for year in years if (found := to_date(year, month, day)) and found <= limit), None
    )


def to_clock(letters: str, tokens: tuple[str, ...]) -> Clock | None:
    """Return the time that the tokens print, None where there is none or an impossible one."""
    parts: dict[str, str] = {}
    for letter, token in zip(letters, tokens, strict=True):
        parts.setdefault(letter.upper() if letter != "D" or "T" not in parts else "x", token)
    printed = parts.get("T") or (parts.get("D") if "A" in parts else None)
    if printed is None:
        return None
    hour, minute, second = ([int(n) for n in _NUMBERS.findall(printed)[:3]] + [0, 0])[:3]
    if "A" in parts:
        hour = _hour_of_half(hour, parts["A"])
    if hour >= _DAY_HOURS or minute > _LAST_MINUTE or second > _LAST_SECOND:
        return None
    return Clock(hour, minute, second, parts.get("Z", ""))


def _hour_of_half(hour: int, half: str) -> int:
    if hour > _NOON:
        return hour
    return hour % _NOON + (_NOON if half[:1] in {"p", "م", "μ"} else 0)


def at(day: date, clock: Clock, zone: tzinfo, language: str) -> tuple[datetime, bool]:
    """Return day and clock in the printed zone, else in the given one; and whether that was so."""
    printed = zone_of(clock.zone, language) if clock.zone else None
    time = time_of_day(clock.hour, clock.minute, clock.second)
    return with_offset(datetime.combine(day, time), printed or zone), printed is None


def with_offset(when: datetime, zone: tzinfo) -> datetime:
    """Return a time with the zone's offset of that moment, as a fixed offset.

    >>> with_offset(datetime(2024, 9, 2), ZoneInfo("Europe/Paris")).isoformat()
    '2024-09-02T00:00:00+02:00'
    """
    local = when.replace(tzinfo=zone)
    offset = local.utcoffset()
    return local.replace(tzinfo=timezone(offset) if offset else UTC)


def zone_of(name: str, language: str) -> tzinfo | None:
    """Return the zone that a printed name or offset stands for on a page in a language."""
    offset = _ZONE_OFFSET.search(name)
    if offset:
        sign = -1 if offset[1] == "-" else 1
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(sign * shift) if shift < timedelta(days=1) else None
    others = words.OTHER_ZONES
    known = others.get((name, language)) or others.get((name, language.partition("-")[0]))
    known = known or words.ZONES.get(name)
    if isinstance(known, str):
        return ZoneInfo(known)
    return None if known is None else timezone(timedelta(minutes=known))


def from_iso(text: str) -> datetime | None:
    """Return an ISO 8601 date or date and time; naive where it prints no offset.

    >>> from_iso("20240902t192500z").isoformat()
    '2024-09-02T19:25:00+00:00'
    """
    if not _ISO_LIKE.match(text):
        return None
    try:
        return datetime.fromisoformat(
            text.upper().replace(" Z", "Z").replace(" +", "+").replace(" -", "-")
        )
    except ValueError:
        return None


def from_odd_form(text: str, *, day_first: bool) -> tuple[datetime, bool] | None:
    """Return what python-dateutil reads, and whether it has a time; only parts that are printed.

    It fills what is missing from a default: equal answers with two defaults were printed.
    """
    if len(text) > _ODD_FORM_CHARS or not _FOUR_DIGIT_YEAR.search(text):
        return None
    from dateutil import parser  # noqa: PLC0415 (costs 20 ms, rarely needed)

    day_first = day_first and not text[:4].isdecimal()
    try:
        one, two = (
            parser.parse(text, default=default, dayfirst=day_first, tzinfos=_named_zone)
            for default in _DEFAULTS
        )
    except (ValueError, OverflowError):
        return None
    timed = (one.hour, one.minute) == (two.hour, two.minute)
    return (one, timed) if one.date() == two.date() else None


def _named_zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Keep python-dateutil from asking the machine for its zone."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return zone_of(name.lower(), "") if name else None


def says_ago(line: str) -> bool:
    """Say whether a line without figures may still count back from now ("an hour ago")."""
    return not words.ago_words().isdisjoint(line.lower().split())


def time_back(folded: str) -> timedelta | None:
    """Return how long ago a folded line such as "2 hours ago" says; None for any other.

    >>> time_back("vor 23 minuten")
    datetime.timedelta(seconds=1380)
    """
    if words.ago_words().isdisjoint(_WORD.findall(folded)) and "il y a" not in folded:
        return None
    for count in _COUNT.finditer(folded):
        seconds = words.unit_seconds().get(count[2])
        if seconds:
            return timedelta(seconds=seconds * int(count[1] or 1))
    return None


def days_back(tokens: tuple[str, ...], here: datetime) -> int | None:
    """Return how many days "yesterday" or "Friday" lie before a day; None for other lines."""
    for token in tokens:
        if token in words.day_words():
            return words.day_words()[token]
        if token in words.weekdays():
            return (here.weekday() - words.weekdays()[token]) % 7
    return None
