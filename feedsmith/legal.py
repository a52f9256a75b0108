r"""Articles without the characters that no feed may hold, whatever way they came in. Pure.

A file's text passes `text.clean` when it is read, but references (`&#11;`), escapes of JSON
(`\u000b`, half a pair) and of TOML turn into characters only later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from feedsmith.model import Article
from feedsmith.text import clean, clean_lines

_STRINGS = (
    "title", "text", "html", "part", "url", "subtitle", "site", "place", "language", "summary",
    "image", "note",
)  # fmt: skip
_LISTS = ("authors", "tags", "sections")


def legal(article: Article) -> Article:
    r"""Return an article all of whose strings XML allows; most are returned as they are.

    Source: XML 1.0 section 2.2 (Char).

    >>> legal(Article("Bell\x07 tower", "", "", authors=("Ann\x0b", "\ud800"))).authors
    ('Ann',)
    """
    changed: dict[str, Any] = {}
    for name in _STRINGS:
        value = getattr(article, name)
        if value and (cleaned := clean_lines(value)) != value:
            changed[name] = cleaned
    for name in _LISTS:
        values = getattr(article, name)
        if values and (held := tuple(filter(None, map(clean, values)))) != values:
            changed[name] = held
    return replace(article, **changed) if changed else article
