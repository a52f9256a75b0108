"""Bylines of dumps, where no class marks them: by what stands around a name.

A line that is nothing but a name is a byline where a job, a paper or a date follows it; a paragraph
where it opens with "By" and says what the author is. A desk or an agency is the author only where
no person is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedsmith.dates import find_place
from feedsmith.parser.names import desks_of, introduced_by, is_full, is_opened, names_of
from feedsmith.parser.page import Answer
from feedsmith.parser.writers import Authors, Case, answer

_JOB = re.compile(
    r"\b(?:correspondent|reporter|editor|writer|contributor|columnist|journalist|analyst|critic"
    r"|author|producer|redakteur(?:in)?|autor(?:in)?|korrespondent(?:in)?|journaliste"
    r"|rédact(?:eur|rice)|redactora?|periodista|redattore|giornalista)\b",
    re.IGNORECASE,
)
_JOB_CHARS = 50  # characters of a line that says what somebody is
_NAME_CHARS = 80  # characters of a line that is nothing but names
_SOURCE = re.compile(r"(?:source|quelle|fuente|fonte|bron):", re.IGNORECASE)
_SEAM = re.compile(r"\s+[/|·•–—-]+\s+")  # parts a desk from the date on its line
_DESK_REACH = 2  # lines from an office's byline to the dateline
# What offices that write are called, and the small words in such names.
_DESK = re.compile(
    r"\b(?:news|newsroom|newsdesk|desk|staff|team|reporters|correspondents|editors|bureau|arts"
    r"|sports?|redaktion|redacción|rédaction|redazione|redactie|redakcja|agency|agence|agencia"
    r"|agentur|presse?|wire|service)\b",
    re.IGNORECASE,
)
_SMALL = frozenset({"of", "for", "the", "and", "de", "del", "la", "der", "für", "di", "at", "in"})
_SHORT = 4  # letters; an agency whose name is no longer writes it in capitals
_DESK_WORDS = 6  # words of an office's name


def introduced(case: Case) -> Authors | None:
    """A paragraph near the title that opens with the author's name and goes on about him."""
    for at in case.near:
        block = case.page.blocks[at]
        name = introduced_by(block.text) if block.prose else ""
        if name:
            return answer([name], case, block.where, at)
    return None


def followed(case: Case) -> Authors | None:
    """A line near the title that is nothing but full names, what the author is on the next."""
    blocks = case.page.blocks
    for at, block in case.lines:
        if at in case.page.dated:
            continue
        is_twice = at + 1 < len(blocks) and blocks[at + 1].text == block.text
        behind = at + 1 + is_twice
        line = blocks[behind].text if behind < len(blocks) else ""
        is_job = len(line) <= _JOB_CHARS and _JOB.search(line) and not is_opened(line)
        # Whether it names somebody is asked last: that takes as long as all else together.
        if (is_job or (is_twice and behind in case.page.dated)) and _is_named(block.text):
            return answer([block.text], case, block.where, at)
    return None


def above_dateline(case: Case) -> Authors | None:
    """A line right above the dateline that is nothing but full names."""
    page = case.page
    for at in sorted(page.dated):
        is_head = 0 < at <= page.start or (at - 1 in case.near and at - 1 >= case.near[0])
        line = page.blocks[at - 1].text if is_head and at - 1 not in page.dated else ""
        if _is_named(line):
            return answer([line], case, page.blocks[at - 1].where, at - 1)
    return None


def _is_named(line: str) -> bool:
    names = names_of(line) if 0 < len(line) <= _NAME_CHARS else []
    return bool(names) and all(map(is_full, names))


def desk(case: Case) -> Authors | None:
    """An office or agency in a byline, right above the date, or before it on its line."""
    for at, name in _desks(case):
        if name:
            return Answer((name,), case.page.blocks[at].where, (at,))
    return None


def sourced(case: Case) -> Authors | None:
    """The office on the line behind one that says nothing but "Source:"."""
    for at, block in case.lines:
        if at and _SOURCE.fullmatch(case.page.blocks[at - 1].text) and _is_titled(block.text):
            return Answer((block.text,), block.where, (at,))
    return None


def _desks(case: Case) -> Iterator[tuple[int, str]]:
    dated = case.page.dated
    for at, block in case.lines:
        first, *others = _SEAM.split(block.text, maxsplit=1)
        if at in dated:
            yield at, office_of(first) if others else ""
        elif any(at < other <= at + _DESK_REACH for other in dated):
            opened = desks_of(first) if is_opened(first) else []
            yield at, opened[0] if opened else office_of(block.text) * (at >= case.near[0])


def office_of(line: str) -> str:
    """Return the name of an agency or of an office that a line is, else "".

    >>> office_of("AFP"), office_of("Harbour News"), office_of("Ada Quill")
    ('AFP', 'Harbour News', '')
    """
    is_office = _is_titled(line) and (_is_agency(line) or (" " in line and _DESK.search(line)))
    return line if is_office else ""


def _is_agency(line: str) -> bool:
    """Say whether a line names an agency: behind a plain place, nothing else makes a dateline."""
    is_written_so = line.isupper() or len(line) > _SHORT
    return is_written_so and find_place(f"Hallow ({line}) - ") is not None


def _is_titled(line: str) -> bool:
    """Say whether a line may be the name of an office: a few words, each with a capital."""
    words = line.split()
    is_short = 0 < len(words) <= _DESK_WORDS and line.isprintable() and not line.endswith(":")
    return is_short and all(word in _SMALL or word[0].isupper() for word in words)
