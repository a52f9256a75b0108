"""How the fields of an article were found, as findings that `explain` shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from feedsmith.dates import Found
from feedsmith.model import Finding
from feedsmith.parser.page import Choice

_T = TypeVar("_T")
NO_RULE = "none"  # rule of a field that no rule found
# Fields that an article may well lack; they are told only where they were found.
_OPTIONAL = frozenset({"language", "url", "tags", "image", "place"})


def findings(choices: Iterable[tuple[str, Choice[_T]]]) -> tuple[Finding, ...]:
    """Return a finding for each field, with the answers of the rules below the winner."""
    told = [pair for pair in choices if pair[1].answer or pair[0] not in _OPTIONAL]
    return tuple([_finding(name, choice) for name, choice in told])


def _finding(name: str, choice: Choice[_T]) -> Finding:
    rivals = tuple([(rule, _shown(rival)) for rule, rival in choice.rivals()])
    answer = choice.answer
    if answer is None:
        return Finding(name, "", NO_RULE, "", rivals)
    return Finding(name, _shown(answer.value), choice.rule, answer.where, rivals)


def _shown(value: object) -> str:
    """Return what a person would read of a field's value."""
    if isinstance(value, str):
        return value
    if isinstance(value, Found):
        return value.when.isoformat()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
