"""All words that a pattern stands for, where it is but a short way to write a list of words."""

from __future__ import annotations


def spelled(pattern: str) -> list[str]:
    """Return what a pattern of plain characters, optional parts and alternatives stands for.

    >>> spelled("ads?|(?:tag|key)-list")
    ['ads', 'ad', 'tag-list', 'key-list']
    """
    return _alternatives(pattern, 0)[0]


def _alternatives(pattern: str, at: int) -> tuple[list[str], int]:
    """Return the words from a place to the pattern's end or an open bracket's, and that place."""
    found: list[str] = []
    now = [""]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            found, now, at = [*found, *now], [""], at + 1
            continue
        if pattern.startswith("(?:", at):
            part, at = _alternatives(pattern, at + 3)
        else:
            part = [pattern[at]]
        is_optional = pattern.startswith("?", at + 1)
        now = [one + more for one in now for more in (*part, *[""] * is_optional)]
        at += 1 + is_optional
    return [*found, *now], at
