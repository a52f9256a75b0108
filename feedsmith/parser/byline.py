"""Who wrote it: what the page declares, else what it prints near the title, else a desk.

A person who is declared comes first, because programs filled it in; then the bylines that a reader
sees; then handles, and at last the office or the site that a page names as its author.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from feedsmith import text
from feedsmith.parser import declared, unmarked
from feedsmith.parser.names import (
    desks_of,
    head_of,
    introduced_by,
    is_full,
    is_opened,
    names_of,
    said_by,
)
from feedsmith.parser.page import Answer, Block, Choice, Page, climb
from feedsmith.parser.writers import LINE_CHARS, Authors, Case, answer, case_of, full, one

_BY_ALONE = re.compile(
    r"(?:(?:written|words|posted|text|commentary|analysis|opinion|review|reporting) )?by:?"
    r"(?: ?[—–-])?|von|par|por|di|door|av|af|(?:autor|author|auteur):?",
    re.IGNORECASE,
)
_BOX_CHARS = 80  # characters of the line that names the author in a box
_GAP = 2  # blocks from one author's line to the next
# Class words of boxes that name other people.
_OTHERS = re.compile(r"comment|related|recent|teaser|card\b|recirc|sidebar|footer")
# Class words of the line below a title.
_META = re.compile(r"meta|date|info|publish|posted|byline|author")
_NEXT = 3  # lines right below the title
_PARTS = 3  # parts of a line that dates have cut
_LAST = 3  # blocks at the end of the body of which one may be a byline
# How a line elsewhere than near the title must begin to be a byline.
_CLOSES = re.compile(
    r"(?:(?:this|the) (?:post|article|story|piece) (?:was|is) )?(?:written|authored|contributed) by"
    r"|(?:verfasst|geschrieben) von",
    re.IGNORECASE,
)
# Days, clocks and names of months and week days beside a number: what a dateline consists of.
_DATE = re.compile(
    r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b"
    r"|\b\d{1,2}[:.]\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?|uhr)?\b"
    rf"|\b(?:{text.MONTH_FORMS}|januar|februar|märz|mai|juni|juli|oktober|dezember)\b\.?"
    r"(?=[ .,]*\d)|\b\d{1,4}(?:st|nd|rd|th)?\b\.?,?"
    r"|\b(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\b,?",
    re.IGNORECASE,
)


def find_authors(page: Page, title: Choice[str] | None = None) -> Choice[tuple[str, ...]]:
    """Return the authors' names in the page's order, without repeats."""
    return climb(_RULES[page.document.kind], case_of(page, title))


def find_signatures(page: Page, authors: Iterable[str]) -> list[int]:
    """Return the places of the body's blocks that say nothing but who wrote it."""
    known = {text.fold(name) for name in authors} - {""}  # of a name that is signs alone
    return [at for at in page.body if known and _is_signature(page.blocks[at], known)]


def _is_signature(block: Block, known: set[str]) -> bool:
    if block.prose:
        return text.fold(introduced_by(block.text)) in known
    if len(block.text) > LINE_CHARS or not is_opened(block.text):
        return False
    names = names_of(head_of(block.text))
    return bool(names) and all(text.fold(name) in known for name in names)


def _first(
    case: Case, read: Callable[[int, Block], str], judge: Callable[..., Authors | None]
) -> Authors | None:
    """Return the first answer that the lines near the title give.

    Args:
        case: what is looked at.
        read: gives the part of a line that names somebody, or "".
        judge: makes an answer of it, `full` or `one`.
    """
    for at, block in case.lines:
        part = read(at, block)
        found = judge([part], case, block.where, at) if part else None
        if found:
            return found
    return None


def _profiled(case: Case) -> Authors | None:
    """Short lines near the title that hold a link to an author's page."""
    links = [names for names in map(names_of, case.page.meta.author_links) if names]
    known = [(text.fold(name), name) for names in links for name in names if is_full(name)]
    found: dict[str, str] = {}
    places: list[int] = []
    for at, block in case.lines if known else ():
        if places and not 0 < at - places[-1] <= _GAP:
            continue
        line = text.fold(block.text)
        here = [(key, name) for key, name in known if key in line]
        if here and (not places or len(here) == len(names_of(block.text))):
            found.update(here)
            places.append(at)
    return answer(found.values(), case, "link to an author", *places) if found else None


def _marked(case: Case) -> Authors | None:
    """A line that its class marks as the byline."""
    from feedsmith.parser import marks  # noqa: PLC0415 (only pages need it)

    def read(_: int, block: Block) -> str:
        if not marks.is_byline(block.marks):
            return ""
        return block.author if any(map(is_full, names_of(block.author))) else head_of(block.text)

    return _first(case, read, full)


def _printed(case: Case) -> Authors | None:
    """A line that opens with "By", or the line behind one that says nothing else."""

    def read(at: int, block: Block) -> str:
        if at and _BY_ALONE.fullmatch(case.page.blocks[at - 1].text):
            return head_of(block.text)
        return head_of(block.text) if is_opened(block.text) else ""

    found = _first(case, read, full)
    if found and _BY_ALONE.fullmatch(case.page.blocks[found.places[0] - 1].text):
        return found._replace(places=(found.places[0] - 1, *found.places))
    return found


def _said(case: Case) -> Authors | None:
    """A line that goes on to say who wrote it: "Last updated on May 3 by Ada Quill"."""
    return _first(case, lambda _, block: head_of(said_by(block.text)), full)


def _closing(case: Case) -> Authors | None:
    """A byline at the end of the body, or a line behind its start that opens "written by"."""
    page = case.page
    last = set(page.body[-_LAST:])
    for at in range(page.start, len(page.blocks)):
        line = page.blocks[at].text
        if len(line) > LINE_CHARS or not (is_opened(line) if at in last else _CLOSES.match(line)):
            continue
        found = full([head_of(said_by(line) or line)], case, page.blocks[at].where, at)
        if found and not _OTHERS.search(page.blocks[at].marks):
            return found
    return None


def _beside_date(case: Case) -> Authors | None:
    """A line near the title that holds a date and a name: "12 May 2020 - Ada Quill"."""

    def read(at: int, block: Block) -> str:
        if at not in case.page.dated or not (at in case.near[:_NEXT] or _META.search(block.marks)):
            return ""
        parts = [part.strip(" ,.:") for part in _DATE.sub("|", block.text).split("|")]
        parts = [part for part in parts if len(part) > 1]
        return _named_beside(parts) if 0 < len(parts) <= _PARTS else ""

    return _first(case, read, full)


def _named_beside(parts: list[str]) -> str:
    """Return what the first part of a line that dates have cut names, or one that opens with "By".

    An office is no person.
    """
    first = head_of(parts[0])
    if not first:
        first = next((head_of(part) for part in parts[1:] if is_opened(part)), "")
    return "" if unmarked.office_of(first) else first


def _signed(case: Case) -> Authors | None:
    """An inline element inside a line near the title, marked as the author's name."""
    return _first(case, lambda _, block: block.author, one)


def _by_one(case: Case) -> Authors | None:
    """A printed name of one word: "By ada"."""

    def read(_: int, block: Block) -> str:
        is_line = is_opened(block.text) and _META.search(block.marks)
        return head_of(block.text) if is_line else ""

    return _first(case, read, one)


def _by_desk(case: Case) -> Authors | None:
    """An office in a byline: "By Harbour Staff"."""
    from feedsmith.parser import marks  # noqa: PLC0415 (only pages need it)

    for at, block in case.lines:
        if is_opened(block.text) and marks.is_byline(block.marks):
            names = desks_of(head_of(block.text))
            if names:
                return Answer(tuple(names), block.where, (at,))
    return None


def _is_box(marks: str) -> bool:
    # One pattern of these words takes five times as long, and all blocks of a page are asked.
    return "uthor" in marks or "autor" in marks or "byline" in marks or "writer" in marks


def _box(case: Case) -> Authors | None:
    """The one name in a box about the author, wherever it stands."""
    found: dict[str, str] = {}
    for block in case.page.blocks[min(case.near, default=0) :]:
        if block.prose or len(block.text) > _BOX_CHARS or not _is_box(block.marks):
            continue
        if not _OTHERS.search(block.marks):
            names = filter(is_full, names_of(block.author or head_of(block.text)))
            found.update((text.fold(name), name) for name in names)
    return answer(found.values(), case, "a box about the author") if len(found) == 1 else None


def _reader_line(case: Case) -> Authors | None:
    page = case.page
    return answer([page.blocks[2].text], case, "line 3", 2) if page.reader_head else None


_Rule = Callable[[Case], Authors | None]
_RULES: dict[str, tuple[_Rule, ...]] = {
    "html": (
        *(declared.hint, declared.linked, declared.meta, _profiled, _marked, _printed),
        *(declared.unseen, _said, _closing, _beside_date, _signed),
        *(declared.handle, _by_one, _box, _by_desk, declared.desk, unmarked.sourced),
    ),
    "text": (
        *(declared.hint, _reader_line, _printed, _said, unmarked.introduced, unmarked.followed),
        *(_beside_date, unmarked.above_dateline, _closing, unmarked.desk, unmarked.sourced),
    ),
}
