"""What the readers of exports share: lines, times, tags and addresses out of untyped cells.

An export's cells are anything: numbers as text, lists as literals of some language, dates in
seconds, milliseconds or microseconds. Each function takes such a cell and gives a clean value, or
None (an empty tuple) where there is none.
"""

from __future__ import annotations

import ast
import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isfinite

from feedsmith import text, urls
from feedsmith.dates import DateContext, parse_date
from feedsmith.model import Document, Link, Notice, Read
from feedsmith.readers.parts import Names

_NO_ZONE = DateContext(UTC, "dmy")  # exports write a zone, or mean UTC
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)  # before there was a web
_LAST = datetime(2100, 1, 1, tzinfo=UTC)
# Digits of an epoch time → its units in a second.
_UNITS = {9: 1, 10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
_LINE_CHARS = 20_000  # characters; the longest titles and summaries have 5,000
_NAME_KEYS = ("name", "label", "title", "tag")  # where an object that is a tag keeps its name


def line(cell: object) -> str | None:
    r"""Return a cell on one line, what is far too long for one cut.

    >>> line(" A\n title "), line(7), line(None), line([])
    ('A title', '7', None, None)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = str(cell)
    return text.one_line(cell[:_LINE_CHARS]) or None if isinstance(cell, str) else None


def prose(cell: object) -> str | None:
    """Return a cell that may have many lines."""
    return text.clean(cell).strip() or None if isinstance(cell, str) else None


def joined(*cells: object) -> str | None:
    """Return the cells that hold anything, one paragraph each."""
    return "\n\n".join(filter(None, map(prose, cells))) or None


def marks(cell: object, quote: str, said: str) -> str | None:
    r"""Return what the user marked in a text and said of it, one paragraph each.

    Args:
        cell: a list of objects.
        quote: the key of the passage.
        said: the key of what the user wrote about it.

    >>> marks([{"text": "So it was.", "note": "Really?"}], "text", "note")
    '“So it was.”\nReally?'
    """
    found = []
    for mark in map(record, listed(cell)):
        passage = prose(mark.get(quote))
        lines = (f"“{passage}”" if passage else None, prose(mark.get(said)))
        found.append("\n".join(filter(None, lines)))
    return joined(*found)


def record(cell: object) -> Mapping[str, object]:
    """Return an object's keys and values, none for anything else."""
    return cell if isinstance(cell, dict) else {}


def listed(cell: object) -> list[object]:
    """Return a list's values, none for anything else."""
    return cell if isinstance(cell, list) else []


def moment(cell: object) -> datetime | None:
    """Return a time: as ISO 8601, or in seconds, milli-, micro- or nanoseconds since 1970.

    >>> moment("1600322788") == moment(1600322788000) == moment("2020-09-17T06:06:28Z")
    True
    >>> moment("0") is None
    True
    """
    if isinstance(cell, float):
        cell = int(cell) if isfinite(cell) else None
    printed = line(cell)
    if printed is None:
        return None
    whole = printed.partition(".")[0]
    if whole.isdecimal() and whole.isascii() and len(whole) in _UNITS:
        when = _EPOCH + timedelta(seconds=int(whole) // _UNITS[len(whole)])
    else:
        found = parse_date(printed, _NO_ZONE)
        if found is None:
            return None
        when = found.when
    return when if _FIRST <= when < _LAST else None


def stamp(cell: object) -> str | None:
    """Return a time as ISO 8601, a cell that is none as it stands: a hint for the parser."""
    when = moment(cell) if _is_number(cell) else None
    return when.isoformat() if when else line(cell)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and cell.strip().isdecimal())


_MOST_TAGS = 1000  # of one article; thirty are many


def tags(cell: object, separator: str = ",") -> tuple[str, ...]:
    """Return labels: a list (of names, or of objects with a name), a literal of one, or a line.

    >>> tags("a|b", "|"), tags('["a","b, c"]'), tags("['don', 'b']"), tags([{"name": "x"}])
    (('a', 'b'), ('a', 'b, c'), ('don', 'b'), ('x',))
    """
    if isinstance(cell, str):
        is_literal = cell.strip().startswith("[")
        cell = _literal(cell) if is_literal else cell.split(separator, _MOST_TAGS)
    found = (line(_name(one)) for one in listed(cell)[:_MOST_TAGS])
    return tuple(dict.fromkeys(one for one in found if one))


def _name(cell: object) -> object:
    fields = record(cell)
    return next((fields[key] for key in _NAME_KEYS if key in fields), cell)


def _literal(cell: str) -> object:
    """Return a list that is written as JSON, or as Python writes it."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return cell.strip("[] ").split(",")


def address(cell: object) -> str | None:
    """Return an absolute address of the web."""
    return urls.absolute(line(cell) or "")


def headline(cell: object, url: str) -> str | None:
    """Return a title; one that only repeats the address is none, and entities are resolved.

    >>> headline("a.example/x", "https://a.example/x/") is None
    True
    """
    title = line(html.unescape(cell[:_LINE_CHARS]) if isinstance(cell, str) else cell)
    bare = (title or "").partition("://")[2] or title or ""
    same = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return None if bare.removeprefix("www.").rstrip("/") == same else title


def link(
    url: object,
    title: object,
    *,
    tags: tuple[str, ...] = (),
    saved: datetime | None = None,
    summary: object = None,
    note: object = None,
) -> Link | None:
    """Return a row, or None where its address leads to no page of the web."""
    found = address(url)
    if found is None:
        return None
    return Link(
        url=found,
        title=headline(title, found),
        summary=line(summary),
        tags=tags,
        saved=saved,
        note=prose(note),
        part=found,
    )


def shelved(found: Iterable[Read | None]) -> Iterator[Read]:
    """Give each row a name of its own, and say at the end how many led to no page (the Nones).

    An export that holds nothing at all is told, too.
    """
    names = Names()
    elsewhere, is_empty = 0, True
    for one in found:
        is_empty = False
        if one is None:
            elsewhere += 1
        elif isinstance(one, Document | Link):
            yield replace(one, part=names.of(one.part or "untitled"))
        else:
            yield one
    if elsewhere:
        yield Notice(
            "",
            "NoArticleError",
            f"{elsewhere} of its rows lead to no page of the web (scripts, files, searches); "
            "they are left out",
        )
    if is_empty:
        yield Notice("", "NoArticleError", "is an export without any article or link in it")
