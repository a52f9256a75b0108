"""When the article was published and updated: what the page declares, then what it prints.

A declared time is taken before a printed one, because it names its zone. Where a date is none or
implausible (see `dates`), the next rule is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from feedsmith.dates import Found, parse_date, url_date, wire_day
from feedsmith.parser.page import Answer, Choice, Page, climb

_STAMP_REACH = 25  # blocks from the title; farther ones belong to other articles
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


class _Case(NamedTuple):
    page: Page
    place: int | None


def find_published(page: Page, title: Choice[str]) -> Choice[Found]:
    """Return when the article was first made available."""
    return climb(
        _PUBLISHED[page.document.kind], _Case(page, title.places[0] if title.places else None)
    )


def find_updated(page: Page, title: Choice[str]) -> Choice[Found]:
    """Return when the article was last changed, as the page says it."""
    return climb(
        _UPDATED[page.document.kind], _Case(page, title.places[0] if title.places else None)
    )


def _linked(case: _Case) -> Answer[Found] | None:
    return _declared(case, [("JSON-LD datePublished", case.page.meta.linked.published)])


def _linked_updated(case: _Case) -> Answer[Found] | None:
    return _declared(case, [("JSON-LD dateModified", case.page.meta.linked.updated)])


def _meta(case: _Case) -> Answer[Found] | None:
    return _declared(case, _named(case.page.meta.metas.get, _PUBLISHED_METAS, "<meta {}>"))


def _meta_updated(case: _Case) -> Answer[Found] | None:
    return _declared(case, _named(case.page.meta.metas.get, _UPDATED_METAS, "<meta {}>"))


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
    centre = page.start if case.place is None else case.place
    stamped = [at for at, block in enumerate(page.blocks) if block.stamp]
    for at in sorted(stamped, key=lambda at: (abs(at - centre) + 4 * (at < centre), at)):
        if abs(at - centre) > _STAMP_REACH and at > page.start + _STAMP_REACH:
            continue
        found = parse_date(page.blocks[at].stamp, page.dates)
        if found and "modified" not in page.blocks[at].marks:
            return Answer(found, f"<time datetime={page.blocks[at].stamp}>", (at,))
    return None


def _printed(label: str, case: _Case) -> Answer[Found] | None:
    page = case.page
    centre = page.start if case.place is None else case.place
    for at in sorted(page.dated, key=lambda at: (_distance(at, centre), at)):
        for found in page.dated[at]:
            if found.label in {label, ""}:
                if label == "updated" and not found.label:
                    continue
                return Answer(found, page.blocks[at].where, (at,))
    return None


def _distance(at: int, centre: int) -> int:
    """Distance from the title; a line above it counts double, for a page's clock stands there."""
    return at - centre if at >= centre else 2 * (centre - at)


def _printed_publication(case: _Case) -> Answer[Found] | None:
    return _printed("published", case)


def _printed_update(case: _Case) -> Answer[Found] | None:
    """An "updated" line stands for both when the page prints no other."""
    return _printed("updated", case)


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


_Ladder = tuple[Callable[[_Case], Answer[Found] | None], ...]
_IN_PRINT: _Ladder = (_printed_publication, _printed_update, _hint, _address, _wire)
_PUBLISHED: dict[str, _Ladder] = {
    "html": (_linked, _meta, _microdata, _stamp, *_IN_PRINT),
    "text": _IN_PRINT,
}
_UPDATED: dict[str, _Ladder] = {
    "html": (_linked_updated, _meta_updated, _microdata_updated, _printed_update, _hint_updated),
    "text": (_printed_update, _hint_updated),
}
