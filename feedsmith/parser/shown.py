"""The date that a reader sees under the title, where the page declares quite another.

Newspapers that print a time of day date a piece anew, and so does who prints a day on a line of its
own. A day that the page declares as that of a change, among other words, is no rival: themes of
blogs print it without saying so.
"""

from __future__ import annotations

from feedsmith.dates import Found, is_bare
from feedsmith.parser import evidence, stamps
from feedsmith.parser.evidence import Case
from feedsmith.parser.page import Answer

REACH = 8  # blocks behind the title; a date in them is what a reader sees as the date
_ALONE_CHARS = 40  # characters; "Published on Wednesday, 13 September 2025" has as many


def anew(case: Case) -> Answer[Found] | None:
    """Read the date printed under the title, where the page declares quite another.

    Of several, the one that the page declares as that of its last change is its own.
    """
    said = evidence.first(stamps.DECLARED, case)
    if said is None or case.place is None:
        return None
    shown = [
        (at, evidence.settled(found, (said.value,), case.page))
        for at, dates in sorted(case.lines, key=lambda line: line[0])
        for found in dates
        if _is_under(at, case) or _is_first(found, said.value)
    ]
    if any(evidence.is_near(found, said.value) for _, found in shown):
        return None
    changed = evidence.first(stamps.CHANGED, case)
    answers = []
    for at, found in shown:
        is_change = changed is not None and evidence.is_near(found, changed.value)
        line = case.page.blocks[at]
        if found.label != "updated" and (not is_change or _is_dateline(found, line.text)):
            answers.append((not is_change, Answer(found, line.where, (at,))))
    return min(answers, key=lambda answer: answer[0])[1] if answers else None


def _is_dateline(found: Found, line: str) -> bool:
    """Say whether a date has a time of day, or its line for itself."""
    return found.precision != "day" or is_bare(line)


def _is_under(at: int, case: Case) -> bool:
    """Say whether a line stands right under the title, and not as a part of the text."""
    reach = at - case.centre
    page, block = case.page, case.page.blocks[at]
    is_alone = not block.prose and len(block.text) <= _ALONE_CHARS
    is_apart = is_alone or at in page.dated or at not in page.body
    return is_apart and -1 <= reach <= REACH


def _is_first(found: Found, said: Found) -> bool:
    """Say whether a line says of a day before the declared one that it is that of publication."""
    return found.label == "published" and found.when < said.when
