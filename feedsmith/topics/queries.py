"""Queries with AND, OR, NOT and brackets, as `query` of a topic and `feedsmith list` take them.

Strategy: a query is cut into marks and terms, then read by descent: OR binds loosest, words beside
one another are joined by AND, NOT and a leading `-` bind tightest. What a term means is not decided
here: terms are those of `any`, and whoever asks says which of them were found.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn

from feedsmith.errors import ConfigError

WEIGHT = re.compile(r"\^(\d+(?:\.\d+)?)\s*\Z")  # term^2
# (  title:(  )  |  -  "two words"  title:"two words"  /regex/  word^2
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>(?:[a-z]{2,12}:)?\() | (?P<close>\)) | (?P<bar>\|) | (?P<minus>-(?=\S))
      | (?P<term>
            (?:[A-Za-z]{2,12}:)?
            (?:"[^"]*" | /(?:\\.|[^/\\])+/(?![^\s()^]) | [^\s()"|]+)
            (?:\^\d+(?:\.\d+)?)?
        )
    )""",
    re.VERBOSE,
)
_MAX_DEPTH = 50  # brackets inside one another; a person writes three


@dataclass(frozen=True, slots=True)
class Query:
    """A part of a query: a term as the user wrote it, or how its parts are joined."""

    join: Literal["and", "or", "not", "term"]
    parts: tuple["Query", ...] = ()
    term: str = ""

    @property
    def label(self) -> str:
        """Return a term without its weight."""
        return WEIGHT.sub("", self.term).strip()

    def holds(self, found: Collection[str]) -> bool:
        """Say whether the query is true when just the terms with these labels were found."""
        if self.join == "term":
            return self.label in found
        if self.join == "not":
            return not self.parts[0].holds(found)
        answers = (part.holds(found) for part in self.parts)
        return all(answers) if self.join == "and" else any(answers)

    def terms(self) -> Iterator[str]:
        """Yield the terms, in order."""
        if self.join == "term":
            yield self.term
        for part in self.parts:
            yield from part.terms()

    def wanted(self) -> Iterator[str]:
        """Yield the labels of the terms that speak for an article, those under no NOT."""
        if self.join == "term":
            yield self.label
        for part in self.parts if self.join != "not" else ():
            yield from part.wanted()


def parse_query(text: str, where: str) -> Query:
    """Return the query that a text means; `where` names its place in messages.

    Raises:
        ConfigError: it is empty, a bracket has no partner, or a term is missing.

    >>> query = parse_query("ferry (title:(port OR quay) | bay) -airport", "query")
    >>> query.holds({"ferry", "title:quay"}), query.holds({"ferry", "bay", "airport"})
    (True, False)
    """
    reader = _Reader(tuple(_tokens(text, where)), where)
    found = reader.either("", 0)
    if reader.place < len(reader.tokens):
        reader.fail("a bracket is closed that was never opened")
    return found


def _tokens(text: str, where: str) -> Iterator[tuple[str, str]]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ConfigError(f"{where}: cannot be read from {text[place:].strip()!r} on")
        kind, value = found.lastgroup or "", found[0].strip()
        if value in {"AND", "OR", "NOT"}:
            kind = value.lower()
        yield kind, value
        place = found.end()


class _Reader:
    """Reads a query by descent; lives for one call of `parse_query`."""

    def __init__(self, tokens: tuple[tuple[str, str], ...], where: str) -> None:
        self.tokens = tokens
        self.place = 0
        self._where = where

    def fail(self, problem: str) -> NoReturn:
        raise ConfigError(f"{self._where}: {problem}")

    def _kind(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else "end"

    def either(self, field: str, depth: int) -> Query:
        if depth > _MAX_DEPTH:
            self.fail("too many brackets inside one another")
        parts = [self._both(field, depth)]
        while self._kind() in {"or", "bar"}:
            self.place += 1
            parts.append(self._both(field, depth))
        return parts[0] if len(parts) == 1 else Query("or", tuple(parts))

    def _both(self, field: str, depth: int) -> Query:
        parts = [self._single(field, depth)]
        while self._kind() in {"and", "not", "minus", "open", "term"}:
            self.place += self._kind() == "and"
            parts.append(self._single(field, depth))
        return parts[0] if len(parts) == 1 else Query("and", tuple(parts))

    def _single(self, field: str, depth: int) -> Query:
        is_denied = False
        while self._kind() in {"not", "minus"}:
            self.place += 1
            is_denied = not is_denied
        kind = self._kind()
        if kind not in {"term", "open"}:
            self.fail("a term is missing " + ("at the end" if kind == "end" else f"before {kind}"))
        value = self.tokens[self.place][1]
        self.place += 1
        if kind == "term":
            found = Query("term", term=f"{field}{value}")
        else:
            found = self.either(value[:-1] or field, depth + 1)
            if self._kind() != "close":
                self.fail("a bracket is not closed")
            self.place += 1
        return Query("not", (found,)) if is_denied else found
