"""When the article was published and updated: what the page declares, then what it prints.

A declared time is taken before a printed one, because it names its zone. Where a date is none or
implausible (see `dates`), the next rule is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from feedsmith.dates import Found, opens_with_weekday, parse_date, url_date, wire_day
from feedsmith.parser import evidence
from feedsmith.parser.page import Answer, Choice, Page, climb

_STAMP_REACH = 25  # blocks from the title; farther ones belong to other articles
_STAMP_LEAD = 2  # blocks; a printed line must be nearer than a stamp by more than this
_TITLE_REACH = 12  # blocks behind the title in which its dateline stands
_END_BLOCKS = 4  # blocks at the end of the body, and behind it, in which one may stand
_HEAD_REACH = 10  # blocks above the title; a day farther up is that of reading
_SHOWN_REACH = 8  # blocks behind the title; a date in them is what a reader sees as the date
_SAID_BONUS = 10  # blocks that "Published" brings a date nearer
_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date",
    "dcterms.date", "date", "pubdate", "publishdate", "publish-date", "publish_date",
    "publication_date", "article.published", "citation_publication_date", "citation_date",
    "article_date_original", "cxenseparse:recs:publishtime", "published_time", "datecreated",
    "created", "displaydate", "pub_date", "originalpublicationdate", "ptime",
    "cxenseparse:publishtime", "release_date", "iso-8601-publish-date",
)  # fmt: skip
_UPDATED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "article:updated_time", "last-modified", "lastmod", "modified", "dc.date.modified",
    "article.updated",
)  # fmt: skip
# Names of other metas that mean the day of publication, whatever a site puts before them.
_LIKE_PUBLISHED = re.compile(
    r"(?:\A|[^a-z])(?:date[_-]?(?:published|issued|created)"
    r"|(?:original(?:ly)?|first)?[_-]?(?:pub|publish(?:ed)?|publication|posted|post|issued?|release"
    r"|citation|created)[_-]?(?:date|time|datetime|on|at)|uploaded)\Z"
)

# Names of the same in the data that a page's scripts carry.
_IN_SCRIPT = re.compile(
    r'\\?"((?:date)?[pP]ublish(?:ed)?_?(?:[dD]ate|[aA]t|[oO]n|[tT]ime)?|datePublished|publicationDate|publication_date|dateCreated)\\?"\s*:\s*\\?"(\d{4}-\d\d-\d\d[^"\\]{0,25})'
)

_Line = tuple[int, tuple[Found, ...]]  # a block's place and the dates that it prints


class _Case(NamedTuple):
    page: Page
    place: int | None

    @property
    def centre(self) -> int:
        """The place of the title, else of the first prose."""
        return self.page.start if self.place is None else self.place


def find_published(page: Page, title: Choice[str]) -> Choice[Found]:
    """Return when the article was first made available."""
    case = _Case(page, title.places[0] if title.places else None)
    return _weighed(climb(_PUBLISHED[page.document.kind], case), case)


def find_updated(page: Page, title: Choice[str]) -> Choice[Found]:
    """Return when the article was last changed, as the page says it."""
    case = _Case(page, title.places[0] if title.places else None)
    return _weighed(climb(_UPDATED[page.document.kind], case), case)


_Ladder = tuple[Callable[[_Case], Answer[Found] | None], ...]


def _first(rules: _Ladder, case: _Case) -> Answer[Found] | None:
    return next((answer for rule in rules if (answer := rule(case))), None)


def _weighed(choice: Choice[Found], case: _Case) -> Choice[Found]:
    """Return a choice with what the page's other dates say of its zone and order."""
    answer = choice.answer
    if answer is None:
        return choice
    others = _others(case)
    found = evidence.settled(evidence.localised(answer.value, others), others, case.page)
    return choice._replace(answer=answer._replace(value=found))


def _others(case: _Case) -> Iterator[Found]:
    for _, found in _lines(case):
        yield from found
    for rule in (*_DECLARED, *_CHANGED):
        answer = rule(case)
        if answer:
            yield answer.value


def _shown(case: _Case) -> Answer[Found] | None:
    """The date printed under the title, where the page declares quite another.

    A day that the page declares as that of a change is no rival, for themes of blogs print it.
    Newspapers that print a time of day date a piece anew.
    """
    declared = _first(_DECLARED, case)
    if declared is None or case.place is None:
        return None
    near = [at for at in case.page.dated if 0 <= at - case.place <= _SHOWN_REACH]
    shown = [(at, found) for at in sorted(near) for found in case.page.dated[at]]
    if any(evidence.is_near(found, declared.value) for _, found in shown):
        return None
    changed = _first(_CHANGED, case)
    answers = [
        Answer(found, case.page.blocks[at].where, (at,))
        for at, found in shown
        if found.label != "updated"
        and not (
            found.precision == "day" and changed and evidence.is_near(found, changed.value)
        )
    ]
    return answers[0] if answers else None


def _linked(case: _Case) -> Answer[Found] | None:
    return _declared(case, [("JSON-LD datePublished", case.page.meta.linked.published)])


def _linked_updated(case: _Case) -> Answer[Found] | None:
    return _declared(case, [("JSON-LD dateModified", case.page.meta.linked.updated)])


def _linked_page(case: _Case) -> Answer[Found] | None:
    """What the JSON-LD says of the web page, for want of an article in it."""
    return _declared(case, [("JSON-LD WebPage", case.page.meta.linked.page_published)])


def _linked_page_updated(case: _Case) -> Answer[Found] | None:
    return _declared(case, [("JSON-LD WebPage", case.page.meta.linked.page_updated)])


def _meta(case: _Case) -> Answer[Found] | None:
    return _declared(case, _named(case.page.meta.metas.get, _PUBLISHED_METAS, "<meta {}>"))


def _meta_updated(case: _Case) -> Answer[Found] | None:
    return _declared(case, _named(case.page.meta.metas.get, _UPDATED_METAS, "<meta {}>"))


def _meta_like(case: _Case) -> Answer[Found] | None:
    """A meta whose name says the same in other words."""
    metas = case.page.meta.metas
    names = [name for name in metas if _LIKE_PUBLISHED.search(name)]
    return _declared(case, _named(metas.get, names, "<meta {}>"))


def _microdata(case: _Case) -> Answer[Found] | None:
    names = ("datepublished", "datecreated")
    return _declared(case, _named(case.page.meta.props.get, names, "itemprop {}"))


def _microdata_updated(case: _Case) -> Answer[Found] | None:
    return _declared(case, _named(case.page.meta.props.get, ("datemodified",), "itemprop {}"))


def _hint(case: _Case) -> Answer[Found] | None:
    document = case.page.document
    return _declared(case, [(document.wrapper, document.hints.published or "")])


def _hint_updated(case: _Case) -> Answer[Found] | None:
    document = case.page.document
    return _declared(case, [(document.wrapper, document.hints.updated or "")])


def _named(
    get: Callable[[str], tuple[str, ...] | None], names: Iterable[str], where: str
) -> list[tuple[str, str]]:
    return [(where.format(name), value) for name in names for value in get(name) or ()]


def _declared(case: _Case, values: Iterable[tuple[str, str]]) -> Answer[Found] | None:
    for where, value in values:
        found = parse_date(value, case.page.dates) if value else None
        if found:
            return Answer(found, where)
    return None


def _stamp(case: _Case) -> Answer[Found] | None:
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


def _is_outrun(at: int, stamp: Found, case: _Case) -> bool:
    """Say whether a line much nearer to the title than a stamp prints another day."""
    line = _printed_publication(case)
    if line is None or evidence.is_near(line.value, stamp):
        return False
    near, far = (_steps(place, case.centre) for place in (line.places[0], at))
    return near + _STAMP_LEAD < far


def _printed(label: str, case: _Case) -> Answer[Found] | None:
    lines = sorted(_lines(case), key=lambda line: (_distance(line, case), line[0]))
    for at, dates in lines:
        is_far = case.place is not None and case.place - at > _HEAD_REACH
        if is_far and _is_of_reading((at, dates), case.page):
            continue
        wanted = [found for found in dates if found.label == label]
        if not wanted and label == "published":
            wanted = [found for found in dates if not found.label]
        if wanted:  # of two days side by side, the later one is that of a change
            found = min(wanted, key=lambda found: found.when)
            return Answer(found, case.page.blocks[at].where, (at,))
    return None


def _is_of_reading(line: _Line, page: Page) -> bool:
    """Say whether a line is the calendar that a page's head shows: a weekday and a day."""
    at, dates = line
    plain = all(found.precision == "day" and not found.label for found in dates)
    return plain and opens_with_weekday(page.blocks[at].text)


def _lines(case: _Case) -> Iterator[_Line]:
    """Give the blocks that print dates: near the body's start, the title and the body's end.

    At the end only a date that stands alone counts: several are those of comments, or of more
    to read.
    """
    page = case.page
    yield from page.dated.items()
    if case.place is not None:
        yield from _unseen(range(case.place - 1, case.place + _TITLE_REACH), page)
    end = page.body[-1] + 1 if page.body else page.start
    last = tuple(_unseen(range(end - _END_BLOCKS, end + 2 * _END_BLOCKS), page))
    if len({found.when.date() for _, dates in last for found in dates}) == 1 or all(
        found.label for _, dates in last for found in dates
    ):
        yield from last


def _unseen(places: range, page: Page) -> Iterator[_Line]:
    others = [at for at in places if 0 <= at < len(page.blocks) and at not in page.dated]
    return evidence.dates_at(page.blocks, others, page.dates)


def _distance(line: _Line, case: _Case) -> int:
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


def _printed_publication(case: _Case) -> Answer[Found] | None:
    return _printed("published", case)


def _printed_update(case: _Case) -> Answer[Found] | None:
    """An "updated" line stands for both when the page prints no other."""
    return _printed("updated", case)


def _in_script(case: _Case) -> Answer[Found] | None:
    """What a script's data call the publication, where all that they say is one day."""
    values: dict[str, list[str]] = {}
    for key, value in _IN_SCRIPT.findall(case.page.document.content):
        values.setdefault(key, []).append(value)
    for key, told in values.items():
        found = [date for value in told if (date := parse_date(value, case.page.dates))]
        if found and all(evidence.is_near(found[0], other) for other in found):
            return Answer(found[0], f"script {key}")
    return None


def _only_one(case: _Case) -> Answer[Found] | None:
    """The only day that the page prints, unless it is that of reading."""
    page = case.page
    lines = tuple(evidence.dates_at(page.blocks, range(len(page.blocks)), page.dates))
    days = {found.when.date() for _, dates in lines for found in dates}
    if len(days) != 1 or _is_of_reading(lines[0], page):
        return None
    at, dates = lines[0]
    return Answer(dates[0], page.blocks[at].where, (at,))


def _address(case: _Case) -> Answer[Found] | None:
    found = url_date(case.page.url, case.page.dates) if case.page.url else None
    return Answer(found, "address") if found else None


def _wire(case: _Case) -> Answer[Found] | None:
    """The day that agency copy prints behind the place that opens the body."""
    page = case.page
    if page.start >= len(page.blocks):
        return None
    found = wire_day(page.blocks[page.start].text, page.dates)
    return Answer(found, page.blocks[page.start].where) if found else None


_DECLARED: _Ladder = (_linked, _meta, _microdata)
_CHANGED: _Ladder = (_linked_updated, _meta_updated, _microdata_updated, _linked_page_updated)
_LATE: _Ladder = (_printed_update, _hint, _address, _wire)
_PUBLISHED: dict[str, _Ladder] = {
    "html": (
        *(_shown, *_DECLARED, _stamp, _linked_page),
        *(_printed_publication, _meta_like, *_LATE, _in_script, _only_one),
    ),
    "text": (_printed_publication, *_LATE, _only_one),
}
_UPDATED: dict[str, _Ladder] = {
    "html": (*_CHANGED, _printed_update, _hint_updated),
    "text": (_printed_update, _hint_updated),
}
