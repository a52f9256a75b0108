"""Whom a page declares as its authors: JSON-LD, metas, microdata and what its wrapper noted.

People that a reader sees near the title as well are believed first; a desk, or the site itself, is
an author only where no person is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedsmith import text
from feedsmith.parser.names import desks_of, is_full
from feedsmith.parser.page import Answer, Page
from feedsmith.parser.writers import Authors, Case, answer, full, one

_METAS = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "byl",
    "byline", "dc.creator", "dcterms.creator", "citation_author", "article.author",
    "cxenseparse:author", "authors", "author_name", "shareaholic:article_author_name", "creator",
)  # fmt: skip
# The label of the note that blog software adds for messengers, in the languages it speaks.
_WRITTEN = re.compile(
    r"(?:written|posted) by|verfasst von|geschrieben von|autor|author|escrito por|(?:é|e)crit par"
    r"|scritto da|geschreven door|napisane przez|skrevet av|автор",
    re.IGNORECASE,
)


def hint(case: Case) -> Authors | None:
    """People whom the wrapper noted; what people filled in is believed as it stands.

    A name that people kept apart is two only if both are full: "Ann Ames and Bo Berg", "Rope & Co".
    """
    document = case.page.document
    names = document.hints.authors or (document.hints.byline or "",)
    found = answer([name for name in names if name], case, document.wrapper)
    kept = document.hints.authors if document.is_edited else ()
    is_parted = found is not None and len(found.value) > len(kept)
    if not kept or (found and (not is_parted or all(map(is_full, found.value)))):
        return found
    return Answer(tuple(map(text.one_line, document.hints.authors)), document.wrapper)


def linked(case: Case) -> Authors | None:
    """People in JSON-LD whom a line near the title prints as well."""
    found = full(case.page.meta.linked.authors, case, "JSON-LD author")
    return found if case.shows(found) else None


def meta(case: Case) -> Authors | None:
    """People in metas whom a line near the title prints as well."""
    for values, where in _metas(case.page):
        found = full(values, case, where)
        if case.shows(found):
            return found
    return None


def unseen(case: Case) -> Authors | None:
    """People who are declared and not printed near the title."""
    for values, where in _declared(case.page):
        found = full(values, case, where)
        if found:
            return found
    return None


def handle(case: Case) -> Authors | None:
    """A declared name of one word."""
    for values, where in _declared(case.page):
        found = one(values, case, where)
        if found:
            return found
    return None


def desk(case: Case) -> Authors | None:
    """The office, the organisation or the site that is declared as author.

    The site's own name is one only where a line near the title prints it.
    """
    linked = case.page.meta.linked
    site = {text.fold(name) for name in (case.page.meta.first("og:site_name")[1], linked.publisher)}
    for values, where in _declared(case.page):
        names = [name for value in values for name in desks_of(value)]
        names = [n for n in names if (key := text.fold(n)) not in site or key in case.said]
        if names:
            return Answer(tuple(dict.fromkeys(names)), where)
    return None


def _declared(page: Page) -> Iterator[tuple[tuple[str, ...], str]]:
    yield page.meta.linked.authors, "JSON-LD author"
    yield from _metas(page)
    yield page.meta.props.get("author", ()), "itemprop author"
    yield page.meta.linked.desks, "JSON-LD author"


def _metas(page: Page) -> Iterator[tuple[tuple[str, ...], str]]:
    if _WRITTEN.fullmatch(page.meta.first("twitter:label1")[1]):
        yield page.meta.metas.get("twitter:data1", ()), "<meta twitter:data1>"
    metas = page.meta.metas
    for name in _METAS:
        if name in metas:
            yield metas[name], f"<meta {name}>"
