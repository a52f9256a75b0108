"""Who wrote it: names of people, cleaned of "By", titles, addresses, and of the site itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from feedsmith import text
from feedsmith.parser.page import Answer, Block, Choice, Page, climb, site_names

_BY = re.compile(
    r"^(?:(?:words|written|posted|published|reported|story|text|article|contributed) by|by|von|par"
    r"|por|di|door|av|af|od|yazan|автор:?|text:|autor(?:en|a)?:|author:|por:|von:)\s+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[;|/•·\n]\s*|,\s*|\s+(?:and|und|et|y|e|en|och|&|with|i)\s+", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\(.*?\)|\s*@\S+|\s*<.*?>|https?://\S+")
_DEGREE = re.compile(
    r"(?:ph\.?\s?d|m\.?d|m\.?a|b\.?a|m\.?sc|b\.?sc|mba|jd|esq|jr|sr|r\.?n|dr|prof|ii|iii|iv|cfa|cpa|do|rd|mph)\.?\Z",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:correspondent|reporter|editor|editors|writer|staff|team|desk|contributor|contributors|columnist|journalist"
    r"|redaktion|redacción|rédaction|redazione|redactie|newsroom|admin|administrator|webmaster|webdesk|bureau|agency|agencies|agencia"
    r"|press|news|media|online|digital|magazine|times|gmbh|inc|ltd|llc|editorial|guest|producer|producers|photographer|analyst|wire"
    r"|health|sports?|business|politics|technology|science|about|view|posts?|follow|updated|published|minutes?|min|read|share|comments?)\b",
    re.IGNORECASE,
)
_PART_CHARS = 1000  # characters of one name with what is said of it in brackets
_NAME_CHARS = 60  # characters of one name
_NAME_WORDS = 5  # words of one name, particles included
_PARTICLES = frozenset({
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von",
    "der", "den", "ten", "ter", "af", "av", "bin", "ibn", "al", "el", "y", "e", "and", "st",
})  # fmt: skip
# Where a visible byline ends: "By Ada Quill12 May", "By Ada Quill | Updated".
_LINE_END = re.compile(
    r"\d|\s[|•·–—-]\s|(?-i:\s(?:on|in|at|for|am)\s)|\w*(?:updated|published|posted)\b|(?<=[a-z])(?:Updated|Published|Posted)"
    rf"|\b(?:{text.MONTH_FORMS})\b(?=[ .]*\d)",
    re.IGNORECASE,
)
_BY_ALONE = re.compile(
    r"(?:(?:written|words|posted) )?by:?|von|par|por|di|door|av|af", re.IGNORECASE
)
_LINE_CHARS = 140  # characters of a visible byline
_AROUND = 10  # blocks before and behind the title in which a byline may stand
_METAS = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "byl",
    "byline", "dc.creator", "dcterms.creator", "citation_author", "creator", "article.author",
    "cxenseparse:author", "authors", "author_name",
)  # fmt: skip


def find_authors(page: Page) -> Choice[tuple[str, ...]]:
    """Return the authors' names in the page's order, without repeats."""
    return climb(_RULES[page.document.kind], page)


def find_signatures(page: Page, authors: Iterable[str]) -> list[int]:
    """Return the places of the body's lines that say nothing but who wrote it."""
    known = {text.fold(name) for name in authors}
    return [at for at in page.body if known and _is_signature(page.blocks[at], known)]


def _head(line: str) -> str:
    """Return the names in a visible byline: what stands behind "By" and before the date."""
    return _LINE_END.split(_BY.sub("", line))[0]


def _is_signature(block: Block, known: set[str]) -> bool:
    if block.prose or len(block.text) > _LINE_CHARS or not _BY.match(block.text):
        return False
    names = names_of(_head(block.text))
    return bool(names) and all(text.fold(name) in known for name in names)


def _linked(page: Page) -> Answer[tuple[str, ...]] | None:
    return _answer(page.meta.linked.authors, page, "JSON-LD author")


def _meta(page: Page) -> Answer[tuple[str, ...]] | None:
    for name in _METAS:
        answer = _answer(page.meta.metas.get(name, ()), page, f"<meta {name}>")
        if answer:
            return answer
    return None


def _microdata(page: Page) -> Answer[tuple[str, ...]] | None:
    return _answer(page.meta.props.get("author", ()), page, "itemprop author")


def _hint(page: Page) -> Answer[tuple[str, ...]] | None:
    byline = page.document.hints.byline
    return _answer([byline], page, page.document.wrapper) if byline else None


def _marked(page: Page) -> Answer[tuple[str, ...]] | None:
    from feedsmith.parser import marks  # noqa: PLC0415 (only pages need it)

    for at, block in _near(page):
        if len(block.text) <= _LINE_CHARS and marks.is_byline(block.marks):
            where = f"{block.where} marked by its class"
            answer = _answer([_head(block.text)], page, where, at)
            if answer:
                return answer
    return None


def _printed(page: Page) -> Answer[tuple[str, ...]] | None:
    for at, block in _near(page):
        if len(block.text) > _LINE_CHARS or block.prose:
            continue
        if _BY.match(block.text):
            answer = _answer([_head(block.text)], page, block.where, at)
        elif _BY_ALONE.fullmatch(block.text) and at + 1 < len(page.blocks):
            name = page.blocks[at + 1].text[:_LINE_CHARS]
            answer = _answer([_head(name)], page, block.where, at, at + 1)
        else:
            continue
        if answer:
            return answer
    return None


def _signed(page: Page) -> Answer[tuple[str, ...]] | None:
    """An inline element inside a line near the title, marked as the author's name."""
    for at, block in _near(page):
        answer = _answer([block.author], page, block.where, at) if block.author else None
        if answer:
            return answer
    return None


def _above_dateline(page: Page) -> Answer[tuple[str, ...]] | None:
    """A line right above the dateline that is nothing but full names."""
    for at in sorted(page.dated):
        line = page.blocks[at - 1].text if 0 < at <= page.start else ""
        names = names_of(line) if 0 < len(line) <= _NAME_CHARS else []
        if names and all(" " in name for name in names) and at - 1 not in page.dated:
            return _answer([line], page, page.blocks[at - 1].where, at - 1)
    return None


def _reader_line(page: Page) -> Answer[tuple[str, ...]] | None:
    return _answer([page.blocks[2].text], page, "line 3", 2) if page.reader_head else None


def _near(page: Page) -> Iterable[tuple[int, Block]]:
    low, high = max(0, page.start - 2 * _AROUND), min(page.start + 4, len(page.blocks))
    return ((at, page.blocks[at]) for at in range(high - 1, low - 1, -1))


def _answer(
    values: Iterable[str], page: Page, where: str, *places: int
) -> Answer[tuple[str, ...]] | None:
    found: dict[str, str] = {}
    for name in (name for value in values for name in names_of(value)):
        found.setdefault(text.fold(name), name)
    if not found:
        return None
    own = site_names(page)
    own |= {name.replace(" ", "") for name in own}
    names = [n for key, n in found.items() if key not in own and key.replace(" ", "") not in own]
    return Answer(tuple(names), where, places) if names else None


def names_of(byline: str) -> list[str]:
    """Return the people that a byline names.

    >>> names_of("By Ada Quill, PhD and Jon de Vries")
    ['Ada Quill', 'Jon de Vries']
    """
    if "://" in byline or "@" in byline.partition(" ")[0]:
        return []
    parts = (part for part in _SPLIT.split(_BY.sub("", byline)) if len(part) <= _PART_CHARS)
    return [name for name in (_trim(part) for part in parts) if _is_name(name)]


def _trim(part: str) -> str:
    return _BY.sub("", _ASIDE.sub("", part)).strip(" .,:–—-·|")


def _is_name(name: str) -> bool:
    words = name.split()
    if not words or len(name) > _NAME_CHARS or len(words) > _NAME_WORDS or _DEGREE.match(name):
        return False
    if any(c.isdigit() for c in name) or _ROLE.search(name):
        return False
    return len(words) == 1 or all(
        word[:1].isupper()
        or not word[:1].isascii()
        or word.lower() in _PARTICLES
        or word[:2].lower() in {"d'", "d’"}
        for word in words
    )


_RULES = {
    "html": (_hint, _linked, _meta, _microdata, _marked, _signed, _printed),
    "text": (_hint, _reader_line, _printed, _above_dateline),
}
