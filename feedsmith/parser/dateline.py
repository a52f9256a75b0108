"""When the article was published and updated: what the page declares, then what it prints.

A declared time is taken before a printed one, because it names its zone. Where a date is none or
implausible (see `dates`), the next rule is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from feedsmith.dates import (
    Found,
    find_dateline,
    find_time_ago,
    opens_with_weekday,
    parse_date,
    wire_day,
)
from feedsmith.parser import evidence, shown, stamps
from feedsmith.parser.evidence import Case, Ladder, Line
from feedsmith.parser.page import Answer, Choice, Page, climb, name_of

_STAMP_REACH = 25  # blocks from the title; farther ones belong to other articles
_STAMP_LEAD = 2  # blocks; a printed line must be nearer than a stamp by more than this
_TITLE_REACH = 12  # blocks behind the title in which its dateline stands
_END_BLOCKS = 4  # blocks at the end of the body, and behind it, in which one may stand
_HEAD_REACH = 10  # blocks above the title; a day farther up is that of reading
_SAID_BONUS = 10  # blocks that "Published" brings a date nearer


def case_of(page: Page, title: Choice[str]) -> Case:
    """Return what `find_published` and `find_updated` look at."""
    place = title.places[0] if title.places else None
    return Case(page, place, tuple(_lines(page, place)))


def find_published(case: Case) -> Choice[Found]:
    """Return when the article was first made available."""
    return _weighed(climb(_PUBLISHED[case.page.document.kind], case), case)


def find_updated(case: Case) -> Choice[Found]:
    """Return when the article was last changed, as the page says it."""
    return _weighed(climb(_UPDATED[case.page.document.kind], case), case)


def _weighed(choice: Choice[Found], case: Case) -> Choice[Found]:
    """Return a choice with what the page's other dates say of its zone and order."""
    answer = choice.answer
    if answer is None:
        return choice
    found = evidence.localised(answer.value, _others(case))
    found = evidence.settled(found, _others(case), case.page)
    return choice._replace(answer=answer._replace(value=found))


def _others(case: Case) -> Iterator[Found]:
    for _, found in case.lines:
        yield from found
    for rule in (*stamps.DECLARED, *stamps.CHANGED):
        answer = rule(case)
        if answer:
            yield answer.value


def _stamp(case: Case) -> Answer[Found] | None:
    """The machine-readable `<time>` nearest to the title."""
    page = case.page
    centre = case.centre
    stamped = [at for at, block in enumerate(page.blocks) if block.stamp]
    for at in sorted(stamped, key=lambda at: (abs(at - centre) + 4 * (at < centre), at)):
        if abs(at - centre) > _STAMP_REACH and at > page.start + _STAMP_REACH:
            continue
        found = parse_date(page.blocks[at].stamp, page.dates)
        if found and "modified" not in page.blocks[at].marks:
            if _is_outrun(at, found, case):
                return None
            return Answer(found, f"<time datetime={page.blocks[at].stamp}>", (at,))
    return None


def _is_outrun(at: int, stamp: Found, case: Case) -> bool:
    """Say whether a line much nearer to the title than a stamp prints another day."""
    line = _printed_publication(case)
    if line is None or evidence.is_near(line.value, stamp):
        return False
    near, far = (_steps(place, case.centre) for place in (line.places[0], at))
    if line.value.label == "published":
        return near <= far
    return near + _STAMP_LEAD < far


def _printed(label: str, case: Case) -> Answer[Found] | None:
    lines = sorted(case.lines, key=lambda line: (_distance(line, case), line[0]))
    for at, dates in lines:
        if case.centre - at > _HEAD_REACH and _is_of_reading((at, dates), case.page):
            continue
        wanted = [found for found in dates if found.label == label]
        if not wanted and label == "published":
            wanted = [found for found in dates if not found.label]
        if wanted:  # of two days side by side, the later one is that of a change
            found = min(wanted, key=lambda found: found.when)
            return Answer(found, case.page.blocks[at].where, (at,))
    return None


def _is_of_reading(line: Line, page: Page) -> bool:
    """Say whether a line is the calendar that a page's head shows: a weekday and a day."""
    at, dates = line
    plain = all(found.precision == "day" and not found.label for found in dates)
    return plain and opens_with_weekday(page.blocks[at].text)


def _lines(page: Page, place: int | None) -> Iterator[Line]:
    """Give the blocks that print dates: near the body's start, the title and the body's end.

    At the end only a date that stands alone counts: several are those of comments, or of more
    to read.
    """
    end = page.body[-1] + 1 if page.body else page.start
    behind = end - _END_BLOCKS
    yield from (line for line in page.dated.items() if line[0] < behind or line[0] <= page.start)
    if place is not None:
        yield from _unseen(range(place - 1, place + _TITLE_REACH), page)
    last = [line for line in page.dated.items() if line[0] >= behind and line[0] > page.start]
    last += _unseen(range(behind, end + 2 * _END_BLOCKS), page)
    last = [line for line in last if _is_end(line, end, page)]
    if len({found.when.date() for _, dates in last for found in dates}) == 1 or all(
        found.label for _, dates in last for found in dates
    ):
        yield from last


def _is_end(line: Line, end: int, page: Page) -> bool:
    """Say whether a line at the body's end may be its dateline; `end` is the place behind it.

    A dump tells nothing of the boxes of a page: there a line must say what it dates, or follow the
    body directly.
    """
    at, dates = line
    if any(found.label for found in dates):
        return True
    is_near = at == end or at <= page.start + _TITLE_REACH
    return (is_near or page.document.kind == "html") and not evidence.is_comment(page.blocks, at)


def _unseen(places: range, page: Page) -> Iterator[Line]:
    others = [at for at in places if 0 <= at < len(page.blocks) and at not in page.looked]
    return evidence.dates_at(page.blocks, others, page.dates)


def _distance(line: Line, case: Case) -> int:
    """Distance from the title; a line above it counts double, for a page's clock stands there.

    A line that says of its date that it is the one of publication counts as nearer, prose that
    holds a date as farther.
    """
    at, dates = line
    said = any(found.label == "published" for found in dates)
    told = case.page.blocks[at].prose and not said
    return _steps(at, case.centre) + _SAID_BONUS * (bool(told) - said)


def _steps(at: int, centre: int) -> int:
    return at - centre if at >= centre else 2 * (centre - at)


def _printed_publication(case: Case) -> Answer[Found] | None:
    return _printed("published", case)


def _printed_update(case: Case) -> Answer[Found] | None:
    """An "updated" line stands for both when the page prints no other."""
    return _printed("updated", case)


def _only_one(case: Case) -> Answer[Found] | None:
    """The only day that the page calls that of publication, else the only one that it prints.

    The latter not if it is the day of reading; on a page of many boxes only behind the text, and
    not if the page says that it is that of a change.
    """
    page = case.page
    unseen = _unseen(range(len(page.blocks)), page)
    lines = sorted((*page.dated.items(), *unseen), key=lambda line: line[0])
    all_ = [(at, found) for at, dates in lines for found in dates]
    said = [(at, found) for at, found in all_ if found.label == "published"]
    told = said or all_
    if len({found.when.date() for _, found in told}) != 1:
        return None
    at, found = told[0]
    if not said and (_is_of_reading(lines[0], page) or not _may_stand_alone(at, found, page)):
        return None
    return Answer(found, page.blocks[at].where, (at,))


def _may_stand_alone(at: int, found: Found, page: Page) -> bool:
    is_text = page.document.kind == "text"
    is_free = is_text or (at > page.body[-1] and not found.label)
    return is_free and not evidence.is_comment(page.blocks, at)


def _wire(case: Case) -> Answer[Found] | None:
    """The day that agency copy prints behind the place that opens the body."""
    page = case.page
    if page.start >= len(page.blocks):
        return None
    found = wire_day(page.blocks[page.start].text, page.dates)
    return Answer(found, page.blocks[page.start].where) if found else None


def _by_file_time(case: Case) -> Answer[Found] | None:
    """A time ago, or a day without its year, counted from when the file was written.

    Only beside the title or in the wire dateline, and only where the page speaks of that year. A
    dump may have been made long after the page was saved, so no bare "2 Sep" counts there.
    """
    page, written = case.page, case.page.document.written
    if page.dates.anchor or written is None or not evidence.speaks_of(written, page):
        return None
    context = replace(page.dates, anchor=written)
    find = find_time_ago if page.document.kind == "text" else find_dateline
    first = page.start - shown.REACH if case.place is None else case.place - 1
    last = min(first + 1 + shown.REACH, page.start + 1, len(page.blocks))
    for at in range(max(0, first), last):
        line = page.blocks[at].text
        found = find(line, context) if len(line) <= evidence.NEAR_CHARS else None
        if found:
            return Answer(found, page.blocks[at].where, (at,))
    return _wire(case._replace(page=replace(page, dates=context)))


BY_FILE_TIME = name_of(_by_file_time)
_LATE: Ladder = (_printed_update, stamps.hint, stamps.address, _wire)
_PUBLISHED: dict[str, Ladder] = {
    "html": (
        stamps.stated,
        *(shown.anew, *stamps.DECLARED, _stamp, stamps.linked_page, _printed_publication),
        *(
            stamps.meta_like,
            *_LATE,
            stamps.in_script,
            stamps.in_attributes,
            _only_one,
            _by_file_time,
        ),
    ),
    "text": (stamps.stated, _printed_publication, *_LATE, _only_one, _by_file_time),
}
_UPDATED: dict[str, Ladder] = {
    "html": (stamps.stated_updated, *stamps.CHANGED, _printed_update, stamps.hint_updated),
    "text": (stamps.stated_updated, _printed_update, stamps.hint_updated),
}
