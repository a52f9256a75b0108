"""The dates that a page declares out of sight: JSON-LD, metas, microdata, data of scripts, address.

Rules for the ladders of `dateline`, tables first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from feedsmith.dates import Found, parse_date, url_date
from feedsmith.parser import evidence
from feedsmith.parser.evidence import Case, Ladder
from feedsmith.parser.page import Answer

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
    r"\\?\"((?:date)?[pP]ublish(?:ed)?_?(?:[dD]ate|[aA]t|[oO]n|[tT]ime)?|datePublished"
    r"|publicationDate|publication_date|dateCreated)\\?\"\s*:\s*"
    r"\\?\"(\d{4}-\d\d-\d\d[^\"\\]{0,25})"
)

# What a reader sees when pointing at a date, and what scripts are told of it.
_IN_ATTRIBUTE = re.compile(
    r"\s(?:title|data-[\w-]+)=[\"'](\d{4}-\d\d-\d\d(?:[T ][\d:.+Z -]{4,25})?)[\"']"
)


def linked(case: Case) -> Answer[Found] | None:
    """Read the article's datePublished in JSON-LD, else its dateCreated."""
    return _declared(case, [("JSON-LD datePublished", case.page.meta.linked.published)])


def linked_updated(case: Case) -> Answer[Found] | None:
    """Read the article's dateModified in JSON-LD."""
    return _declared(case, [("JSON-LD dateModified", case.page.meta.linked.updated)])


def linked_page(case: Case) -> Answer[Found] | None:
    """Read what the JSON-LD says of the web page, for want of an article in it."""
    return _declared(case, [("JSON-LD WebPage", case.page.meta.linked.page_published)])


def linked_page_updated(case: Case) -> Answer[Found] | None:
    """Read when the JSON-LD says that the page around the article changed."""
    return _declared(case, [("JSON-LD WebPage", case.page.meta.linked.page_updated)])


def meta(case: Case) -> Answer[Found] | None:
    """Read the first meta that is meant for the day of publication."""
    return _declared(case, _named(case.page.meta.metas.get, _PUBLISHED_METAS, "<meta {}>"))


def meta_updated(case: Case) -> Answer[Found] | None:
    """Read the first meta that is meant for the last change."""
    return _declared(case, _named(case.page.meta.metas.get, _UPDATED_METAS, "<meta {}>"))


def meta_like(case: Case) -> Answer[Found] | None:
    """Read a meta whose name says the same in other words: of several the earliest."""
    metas = case.page.meta.metas
    names = [name for name in metas if _LIKE_PUBLISHED.search(name)]
    told = (_declared(case, _named(metas.get, (name,), "<meta {}>")) for name in names)
    return min((one for one in told if one), key=lambda one: one.value.when, default=None)


def microdata(case: Case) -> Answer[Found] | None:
    """Read visible microdata, its datetime before its text."""
    names = ("datepublished", "datecreated")
    return _declared(case, _named(case.page.meta.props.get, names, "itemprop {}"))


def microdata_updated(case: Case) -> Answer[Found] | None:
    """Read the dateModified of visible microdata."""
    return _declared(case, _named(case.page.meta.props.get, ("datemodified",), "itemprop {}"))


def stated(case: Case) -> Answer[Found] | None:
    """Read what people filled in as the day of publication."""
    return hint(case) if case.page.document.is_edited else None


def stated_updated(case: Case) -> Answer[Found] | None:
    """Read what people filled in as the last change."""
    return hint_updated(case) if case.page.document.is_edited else None


def hint(case: Case) -> Answer[Found] | None:
    """Read what the wrapper noted."""
    document = case.page.document
    return _declared(case, [(document.wrapper, document.hints.published or "")])


def hint_updated(case: Case) -> Answer[Found] | None:
    """Read what the wrapper noted of a change."""
    document = case.page.document
    return _declared(case, [(document.wrapper, document.hints.updated or "")])


def _named(
    get: Callable[[str], tuple[str, ...] | None], names: Iterable[str], where: str
) -> list[tuple[str, str]]:
    return [(where.format(name), value) for name in names for value in get(name) or ()]


def _declared(case: Case, values: Iterable[tuple[str, str]]) -> Answer[Found] | None:
    for where, value in values:
        found = parse_date(value, case.page.dates) if value else None
        if found:
            return Answer(found, where)
    return None


def in_script(case: Case) -> Answer[Found] | None:
    """Read what a script's data call the publication, where all that they say is one day."""
    values: dict[str, list[str]] = {}
    for key, value in _IN_SCRIPT.findall(case.page.document.content):
        values.setdefault(key, []).append(value)
    for key, told in values.items():
        found = [date for value in told if (date := parse_date(value, case.page.dates))]
        if found and all(evidence.is_near(found[0], other) for other in found):
            return Answer(found[0], f"script {key}")
    return None


def in_attributes(case: Case) -> Answer[Found] | None:
    """Read the only day that attributes of elements hold in full."""
    told = dict.fromkeys(_IN_ATTRIBUTE.findall(case.page.document.content))
    found = [date for value in told if (date := parse_date(value, case.page.dates))]
    if found and all(evidence.is_near(found[0], other) for other in found):
        return Answer(found[0], "an attribute")
    return None


def address(case: Case) -> Answer[Found] | None:
    """Read the day in the page's address."""
    found = url_date(case.page.url, case.page.dates) if case.page.url else None
    return Answer(found, "address") if found else None


DECLARED: Ladder = (linked, meta, microdata)
CHANGED: Ladder = (linked_updated, meta_updated, microdata_updated, linked_page_updated)
