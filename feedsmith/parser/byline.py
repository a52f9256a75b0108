"""Who wrote it: what the page declares, else what it prints near the title, else a desk.

A person who is declared comes first, because programs filled it in; then the bylines that a reader
sees; then handles, and at last the office or the site that a page names as its author.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from feedsmith import text
from feedsmith.parser.names import desks_of, head_of, is_full, is_opened, names_of, said_by
from feedsmith.parser.page import Answer, Block, Choice, Page, climb, site_names

_BY_ALONE = re.compile(
    r"(?:(?:written|words|posted|text) )?by:?|von|par|por|di|door|av|af|(?:autor|author|auteur):?",
    re.IGNORECASE,
)
_LINE_CHARS = 140  # characters of a visible byline
_ABOVE, _BELOW = 6, 14  # blocks above and below the title in which a byline is looked for
_BEFORE, _BEHIND = 20, 4  # blocks before and behind the start of the prose in which one is
_BOX_CHARS = 80  # characters of the line that names the author in a box
_GAP = 2  # blocks from one author's line to the next
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
_BOX = re.compile(r"author|byline|autor|(?:^|[\s_-])bio\b|contributor|writer")
_OTHERS = re.compile(r"comment|related|recent|teaser|card\b|recirc|sidebar|footer")
_META = re.compile(r"meta|date|info|publish|posted|byline|author")
_LAST = 3  # blocks at the end of the body of which one may be a byline
_HEADINGS = frozenset({"h1", "h2"})
_DATE = re.compile(
    rf"\b\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{1,2}}[:.]\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?|uhr)?\b"
    rf"|\b(?:{text.MONTH_FORMS}|januar|februar|märz|mai|juni|juli|oktober|dezember)\b\.?(?=[ .,]*\d)"
    r"|\b\d{1,4}(?:st|nd|rd|th)?\b\.?,?|\b(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\b,?",
    re.IGNORECASE,
)



class _Case(NamedTuple):
    page: Page
    place: int | None


def find_authors(page: Page, title: Choice[str] | None = None) -> Choice[tuple[str, ...]]:
    """Return the authors' names in the page's order, without repeats."""
    place = title.places[0] if title and title.places else None
    return climb(_RULES[page.document.kind], _Case(page, place))


def find_signatures(page: Page, authors: Iterable[str]) -> list[int]:
    """Return the places of the body's lines that say nothing but who wrote it."""
    known = {text.fold(name) for name in authors}
    return [at for at in page.body if known and _is_signature(page.blocks[at], known)]


def _is_signature(block: Block, known: set[str]) -> bool:
    if block.prose or len(block.text) > _LINE_CHARS or not is_opened(block.text):
        return False
    names = names_of(head_of(block.text))
    return bool(names) and all(text.fold(name) in known for name in names)


# --- what the page declares ---------------------------------------------------------------------


def _hint(case: _Case) -> Answer[tuple[str, ...]] | None:
    byline = case.page.document.hints.byline
    return _answer([byline], case, case.page.document.wrapper) if byline else None


def _linked(case: _Case) -> Answer[tuple[str, ...]] | None:
    return _full(case.page.meta.linked.authors, case, "JSON-LD author")


def _written(case: _Case) -> Answer[tuple[str, ...]] | None:
    return _full(_written_by(case.page), case, "<meta twitter:data1>")


def _written_by(page: Page) -> tuple[str, ...]:
    label = page.meta.first("twitter:label1")[1]
    return page.meta.metas.get("twitter:data1", ()) if _WRITTEN.fullmatch(label) else ()


def _meta(case: _Case) -> Answer[tuple[str, ...]] | None:
    for name in _METAS:
        answer = _full(case.page.meta.metas.get(name, ()), case, f"<meta {name}>")
        if answer:
            return answer
    return None


def _microdata(case: _Case) -> Answer[tuple[str, ...]] | None:
    return _full(case.page.meta.props.get("author", ()), case, "itemprop author")


def _handle(case: _Case) -> Answer[tuple[str, ...]] | None:
    """A declared name of one word."""
    for values, where in _declared(case.page):
        answer = _one(values, case, where)
        if answer:
            return answer
    return None


def _by_one(case: _Case) -> Answer[tuple[str, ...]] | None:
    """A printed name of one word: "By ada", "posted by ada on Monday"."""
    for at, block in _near(case):
        if _may_be_line(block):
            line = block.text if is_opened(block.text) else said_by(block.text)
            answer = _one([head_of(line)], case, block.where, at) if line else None
            if answer:
                return answer
    return None


def _closing(case: _Case) -> Answer[tuple[str, ...]] | None:
    """A byline at the end of the body, or "written by" anywhere behind its start."""
    page = case.page
    last = set(page.body[-_LAST:])
    for at in range(page.start, len(page.blocks)):
        block = page.blocks[at]
        if len(block.text) > _LINE_CHARS or _OTHERS.search(block.marks):
            continue
        line = block.text if at in last and is_opened(block.text) else said_by(block.text)
        answer = _full([head_of(line)], case, block.where, at) if line else None
        if answer:
            return answer
    return None


def _by_desk(case: _Case) -> Answer[tuple[str, ...]] | None:
    """An office in a byline: "By Harbour Staff"."""
    from feedsmith.parser import marks  # noqa: PLC0415 (only pages need it)

    for at, block in _near(case):
        if _may_be_line(block) and is_opened(block.text) and marks.is_byline(block.marks):
            names = desks_of(head_of(block.text))
            if names:
                return Answer(tuple(names), block.where, (at,))
    return None


def _desk(case: _Case) -> Answer[tuple[str, ...]] | None:
    """The office, the organisation or the site that is declared as author."""
    for values, where in _declared(case.page):
        names = [name for value in values for name in desks_of(value)]
        if names:
            return Answer(tuple(dict.fromkeys(names)), where)
    return None


def _declared(page: Page) -> Iterator[tuple[tuple[str, ...], str]]:
    yield page.meta.linked.authors, "JSON-LD author"
    yield _written_by(page), "<meta twitter:data1>"
    for name in _METAS:
        yield page.meta.metas.get(name, ()), f"<meta {name}>"
    yield page.meta.props.get("author", ()), "itemprop author"
    yield page.meta.linked.desks, "JSON-LD author"


# --- what it prints -----------------------------------------------------------------------------


def _profiled(case: _Case) -> Answer[tuple[str, ...]] | None:
    """Short lines near the title that hold a link to an author's page."""
    links = [names for names in map(names_of, case.page.meta.author_links) if names]
    known = [(text.fold(name), name) for names in links for name in names if is_full(name)]
    found: dict[str, str] = {}
    places: list[int] = []
    for at, block in _near(case) if known else ():
        if not _may_be_line(block) or (places and not 0 < at - places[-1] <= _GAP):
            continue
        line = text.fold(block.text)
        here = [(key, name) for key, name in known if key in line]
        if here and (not places or len(here) == len(names_of(block.text))):
            found.update(here)
            places.append(at)
    return _answer(found.values(), case, "link to an author", *places) if found else None


def _marked(case: _Case) -> Answer[tuple[str, ...]] | None:
    from feedsmith.parser import marks  # noqa: PLC0415 (only pages need it)

    for at, block in _near(case):
        if _may_be_line(block) and marks.is_byline(block.marks):
            where = f"{block.where} marked by its class"
            answer = _full([block.author], case, where, at) or _full(
                [head_of(block.text)], case, where, at
            )
            if answer:
                return answer
    return None


def _signed(case: _Case) -> Answer[tuple[str, ...]] | None:
    """An inline element inside a line near the title, marked as the author's name."""
    for at, block in _near(case):
        signed = block.author if _may_be_line(block) else ""
        answer = _one([signed], case, block.where, at) if signed else None
        if answer:
            return answer
    return None


def _printed(case: _Case) -> Answer[tuple[str, ...]] | None:
    for at, block in _near(case):
        if not _may_be_line(block):
            continue
        if is_opened(block.text):
            answer = _full([head_of(block.text)], case, block.where, at)
        elif _BY_ALONE.fullmatch(block.text) and at + 1 < len(case.page.blocks):
            name = case.page.blocks[at + 1].text[:_LINE_CHARS]
            answer = _full([head_of(name)], case, block.where, at, at + 1)
        else:
            continue
        if answer:
            return answer
    return None


def _said(case: _Case) -> Answer[tuple[str, ...]] | None:
    """A line that goes on to say who wrote it: "Last updated on May 3 by Ada Quill"."""
    for at, block in _near(case):
        said = said_by(block.text) if _may_be_line(block) else ""
        answer = _answer([head_of(said)], case, block.where, at) if said else None
        if answer:
            return answer
    return None


def _beside_date(case: _Case) -> Answer[tuple[str, ...]] | None:
    """A line near the title that holds a date and a name: "12 May 2020 - Ada Quill"."""
    for at, block in _near(case):
        if at in case.page.dated and _may_be_line(block):
            parts = [part.strip(" ,.:") for part in _DATE.sub("|", block.text).split("|")]
            parts = [part for part in parts if len(part) > 1]
            if len(parts) != 1 or not _META.search(block.marks):
                continue
            answer = _full(parts, case, block.where, at)
            if answer:
                return answer
    return None


def _box(case: _Case) -> Answer[tuple[str, ...]] | None:
    """The one name in a box about the author, wherever it stands."""
    found: dict[str, tuple[str, int]] = {}
    for at, block in enumerate(case.page.blocks):
        if len(block.text) > _BOX_CHARS or not _BOX.search(block.marks) or block.prose:
            continue
        if _OTHERS.search(block.marks):
            continue
        for name in names_of(block.author or head_of(block.text)):
            if is_full(name):
                found.setdefault(text.fold(name), (name, at))
    if len(found) != 1:
        return None
    ((name, at),) = found.values()
    return _answer([name], case, f"{case.page.blocks[at].where} of a box")


def _above_dateline(case: _Case) -> Answer[tuple[str, ...]] | None:
    """A line right above the dateline that is nothing but full names."""
    page = case.page
    for at in sorted(page.dated):
        line = page.blocks[at - 1].text if 0 < at <= page.start else ""
        names = names_of(line) if 0 < len(line) <= _BOX_CHARS else []
        if names and all(map(is_full, names)) and at - 1 not in page.dated:
            return _answer([line], case, page.blocks[at - 1].where, at - 1)
    return None


def _reader_line(case: _Case) -> Answer[tuple[str, ...]] | None:
    page = case.page
    return _answer([page.blocks[2].text], case, "line 3", 2) if page.reader_head else None


def _may_be_line(block: Block) -> bool:
    return len(block.text) <= _LINE_CHARS and not block.prose and block.tag not in _HEADINGS


def _near(case: _Case) -> Iterator[tuple[int, Block]]:
    """Give the blocks below the title, then those above it; without one, those before the prose."""
    blocks, start = case.page.blocks, case.page.start
    high = min(start + _BEHIND, len(blocks))
    if case.place is None:
        order = [*range(high - 1, max(0, start - _BEFORE) - 1, -1)]
    else:
        below = range(case.place + 1, min(max(case.place + _BELOW, high), len(blocks)))
        order = [*below, *range(case.place - 1, max(-1, case.place - _ABOVE), -1)]
    return ((at, blocks[at]) for at in order)


# --- what counts as an answer -------------------------------------------------------------------


def _full(
    values: Iterable[str], case: _Case, where: str, *places: int
) -> Answer[tuple[str, ...]] | None:
    """Return an answer of full names, or None when there is none among them."""
    answer = _answer(values, case, where, *places)
    names = tuple(name for name in answer.value if is_full(name)) if answer else ()
    return Answer(names, where, places) if names else None


def _one(
    values: Iterable[str], case: _Case, where: str, *places: int
) -> Answer[tuple[str, ...]] | None:
    """Return an answer of names, when each value is just one name that somebody may have."""
    values = [value for value in values if len(names_of(value)) == 1 and desks_of(value)]
    return _answer(values, case, where, *places)


def _answer(
    values: Iterable[str], case: _Case, where: str, *places: int
) -> Answer[tuple[str, ...]] | None:
    found: dict[str, str] = {}
    for name in (name for value in values for name in names_of(value)):
        found.setdefault(text.fold(name), name)
    if not found:
        return None
    own = site_names(case.page)
    own |= {name.replace(" ", "") for name in own}
    names = [n for key, n in found.items() if key not in own and key.replace(" ", "") not in own]
    return Answer(tuple(names), where, places) if names else None


_RULES: dict[str, tuple[Callable[[_Case], Answer[tuple[str, ...]] | None], ...]] = {
    "html": (
        *(_hint, _linked, _written, _meta, _microdata),
        *(_profiled, _marked, _printed, _said, _closing, _beside_date, _signed),
        *(_handle, _by_one, _box, _by_desk, _desk),
    ),
    "text": (_hint, _reader_line, _printed, _above_dateline),
}
