"""What the rules for authors look at and what they answer: lines near the title, names in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from feedsmith import text
from feedsmith.parser import junk
from feedsmith.parser.names import desks_of, is_full, names_of
from feedsmith.parser.page import Answer, Block, Choice, Page, site_names

LINE_CHARS = 140  # characters of a visible byline
_ABOVE, _BELOW = 6, 14  # blocks above and below the title in which a byline is looked for
_BEFORE, _BEHIND = 20, 4  # blocks before and behind the start of the prose in which one is
_HEADINGS = frozenset({"h1", "h2"})

Authors = Answer[tuple[str, ...]]


class Case(NamedTuple):
    """What the rules look at.

    `near` are the places near the title in the order of asking, `lines` those of them that may be
    a byline with their blocks, `said` is what they say, `own` what the site calls itself with
    blanks and without; both folded.
    """

    page: Page
    near: tuple[int, ...]
    lines: tuple[tuple[int, Block], ...]
    said: str
    own: frozenset[str]

    def shows(self, given: Authors | None) -> bool:
        """Say whether a line near the title prints one of the names."""
        return given is not None and any(text.fold(name) in self.said for name in given.value)


def case_of(page: Page, title: Choice[str] | None) -> Case:
    """Return what the rules look at on a page with this title."""
    place = title.places[0] if title and title.places else None
    near = tuple(_near(page, place))
    short = [(at, b) for at in near if len((b := page.blocks[at]).text) <= LINE_CHARS]
    said = text.fold(" ".join([block.text for _, block in short]))
    lines = tuple((at, b) for at, b in short if b.tag not in _HEADINGS and _is_line(page, at))
    own = site_names(page)
    return Case(
        page, near, lines, said, frozenset({*own, *(name.replace(" ", "") for name in own)})
    )


def _is_line(page: Page, at: int) -> bool:
    """Say whether a block may be a byline: no prose, but for a long line that a date closes."""
    block = page.blocks[at]
    return not block.prose or (at in page.dated and not junk.ends_sentence(block.text))


def _near(page: Page, place: int | None) -> Iterable[int]:
    """Give the places below the title, then those above; without one, those before the prose."""
    end = page.body[-1] + 1 if page.body else len(page.blocks)
    high = min(page.start + _BEHIND, end)
    if place is None:
        return range(high - 1, max(0, page.start - _BEFORE) - 1, -1)
    below = range(place + 1, min(max(place + _BELOW, high), end))
    return (*below, *range(place - 1, max(-1, place - _ABOVE), -1))


def full(values: Iterable[str], case: Case, where: str, *places: int) -> Authors | None:
    """Return an answer of full names, or None when there is none among them."""
    named = answer(values, case, where, *places)
    names = tuple(name for name in named.value if is_full(name)) if named else ()
    return Answer(names, where, places) if names else None


def one(values: Iterable[str], case: Case, where: str, *places: int) -> Authors | None:
    """Return an answer of names, when each value is just one name that somebody may have."""
    values = [value for value in values if len(names_of(value)) == 1 and desks_of(value)]
    return answer(values, case, where, *places)


def answer(values: Iterable[str], case: Case, where: str, *places: int) -> Authors | None:
    """Return an answer of the people that the values name, the site itself left out."""
    found: dict[str, str] = {}
    for name in (name for value in values for name in names_of(value)):
        found.setdefault(text.fold(name), name)
    if not found:
        return None
    own = case.own
    names = [n for key, n in found.items() if key not in own and key.replace(" ", "") not in own]
    return Answer(tuple(names), where, places) if names else None
