"""The two values of printed dates, and the checks that every found date passes.

`DateContext` says how a page writes its dates, `Found` is one that it printed. What lies before
FIRST_YEAR or after the time of saving is no date of an article.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from feedsmith.config import DateOrder
from feedsmith.dates import parts
from feedsmith.model import Precision

Label = Literal["published", "updated", ""]

FIRST_YEAR = 1990  # the web has no older articles; older dates on pages are of other things
_FUTURE = timedelta(hours=48)  # after the anchor: clocks and zones differ, pieces are dated ahead
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # without an anchor
_NOON = 12  # o'clock UTC of a day without a time: no reader's zone moves it to the day before


@dataclass(frozen=True, slots=True)
class DateContext:
    """How a page writes its dates, and when it was saved.

    `zone` and `order` are the site's or the configuration's; `language` as declared (`en-US`);
    `anchor` is the time of saving, without which relative and year-less dates are none;
    `is_told` says that the user told this site's order, so that no language is asked.
    """

    zone: tzinfo
    order: DateOrder
    language: str | None = None
    anchor: datetime | None = None
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A date that was printed: `when` is aware, has its printed offset and no microseconds.

    `zone_assumed` says that the context's zone was used, `ambiguous` that day and month could be
    swapped. A day alone is noon UTC with precision "day".
    """

    when: datetime
    precision: Precision
    zone_assumed: bool
    ambiguous: bool
    label: Label


def primary(context: DateContext) -> str:
    """Return the primary language subtag, "" when none is known."""
    return tag(context).partition("-")[0]


def tag(context: DateContext) -> str:
    """Return the language tag in lower case, "" when none is known."""
    return (context.language or "").replace("_", "-").lower()


def date_order(context: DateContext) -> DateOrder:
    """Return the order of numeric dates: the context's, else (the default) the language's."""
    if context.is_told or context.order != "dmy" or not context.language:
        return context.order
    return parts.language_order(context.language)


def whole(when: datetime, context: DateContext, *, timed: bool) -> Found | None:
    """Return a datetime that was read in one piece; naive means the context's zone."""
    if not timed:
        return on_day(when.date(), context, ambiguous=False, label="")
    assumed = when.tzinfo is None
    when = parts.with_offset(when, context.zone if assumed else when.tzinfo or context.zone)
    return checked(when, context, zone_assumed=assumed)


def checked(
    when: datetime,
    context: DateContext,
    *,
    zone_assumed: bool = False,
    ambiguous: bool = False,
    label: Label = "",
) -> Found | None:
    """Return an instant, unless it is implausible."""
    latest = context.anchor + _FUTURE if context.anchor else _LATEST
    if when.year < FIRST_YEAR or when > latest:
        return None
    return Found(when.replace(microsecond=0), "minute", zone_assumed, ambiguous, label)


def on_day(day: date, context: DateContext, *, ambiguous: bool, label: Label) -> Found | None:
    """Return noon UTC of a day, unless it is implausible."""
    noon = datetime(day.year, day.month, day.day, _NOON, tzinfo=UTC)
    found = checked(noon, context, ambiguous=ambiguous, label=label)
    return replace(found, precision="day") if found else None


def anchored_here(context: DateContext, anchor: datetime) -> datetime:
    """Return the anchor in the site's zone; where that is only the default, in its own."""
    zone = context.zone if context.zone.utcoffset(anchor) else anchor.tzinfo or context.zone
    return anchor.astimezone(zone)
