"""What the user says of lines in corrections.toml: to keep though they recur, or to drop. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import NamedTuple

from feedsmith.additions import JUNK_TABLE
from feedsmith.errors import ConfigError
from feedsmith.recurring import names_for


class Lists(NamedTuple):
    """Names of lines (recurring.names_for) to keep and to drop; whether any others are cut."""

    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    is_on: bool = True


def lines_said(text: str, name: str = "corrections.toml") -> dict[str, tuple[str, ...]]:
    """Return the lines that the user keeps and drops, as written, by "keep" and "drop".

    Raises:
        ConfigError: one of the lists is none of lines, or there is another key.
    """
    table = tomllib.loads(text).get(JUNK_TABLE, {})
    if not isinstance(table, Mapping) or not table.keys() <= {"keep", "drop"}:
        raise ConfigError(f"{name}: {JUNK_TABLE}: expected keep and drop, lists of lines")
    for key, lines in table.items():
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            raise ConfigError(
                f"{name}: {JUNK_TABLE}.{key}: expected a list of lines, got {lines!r}"
            )
    return {key: tuple(table.get(key, ())) for key in ("keep", "drop")}


def lists_of(text: str, *, is_on: bool) -> Lists:
    """Return what the user keeps and drops, dropped lines that are kept as well left out.

    Args:
        text: of corrections.toml.
        is_on: whether what recurs is cut.

    Raises:
        ConfigError: see lines_said.
    """
    keep, drop = (
        frozenset(name for line in lines for name in names_for(line))
        for lines in lines_said(text).values()
    )
    return Lists(keep, drop - keep, is_on)
