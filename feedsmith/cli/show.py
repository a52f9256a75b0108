"""What is said to a person: lines on stderr, colour and a progress bar on a terminal only."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from feedsmith.errors import FeedsmithError

BAR_FROM_FILES = 100  # files; less is over before a bar is read
Item = TypeVar("Item")


def printable(text: str) -> str:
    """Return text fit for a terminal; most is, so the table of odd characters is seldom loaded."""
    if text.isprintable():
        return text
    from feedsmith.text import printable as escaped

    return escaped(text)


class _Log:
    """How messages are written; set once, by the command that was asked for."""

    as_json = False


def use(log_format: str) -> None:
    """Write messages as "plain" lines, or as "json": one object a line, all of them on stderr."""
    _Log.as_json = log_format == "json"


def tell(event: str, level: str, message: str, *, path: str = "", kind: str = "") -> None:
    """Write one message on stderr, control characters escaped.

    Args:
        event: "file", "error", "result" or "note".
        level: "error", "warning" or "info".
        message: what and where, what to do.
        path: the file it is about, or "".
        kind: the name of the error or notice, or "".
    """
    if _Log.as_json:
        fields = {"level": level, "event": event, "path": path, "kind": kind, "message": message}
        print(json.dumps(fields), file=sys.stderr, flush=True)
    else:
        text = ": ".join(filter(None, (path, kind, message)))
        print(f"feedsmith: {printable(text)}", file=sys.stderr)


def line(text: str, *, level: str = "info") -> None:
    """Say something that is about no single file."""
    tell("note", level, text)


def error(problem: FeedsmithError) -> None:
    """Say why the run ended."""
    tell("error", "error", str(problem), kind=type(problem).__name__)


def remark(path: str, kind: str, message: str, *, failed: bool = True) -> None:
    """Say what there is to be said about one file."""
    tell("file", "error" if failed else "warning", message, path=path, kind=kind)


def result(text: str) -> None:
    """Say the outcome: on stdout, in bold on a terminal; in a log for a machine, there."""
    if _Log.as_json:
        tell("result", "info", text)
    elif is_terminal(sys.stdout):
        print(f"\x1b[1m{printable(text)}\x1b[0m")
    else:
        print(printable(text))


def aside(text: str) -> None:
    """Print on stdout what only a person wants to know."""
    if not _Log.as_json:
        print(printable(text))


def is_terminal(stream: object) -> bool:
    """Say whether colour is wanted there."""
    return bool(getattr(stream, "isatty", lambda: False)()) and not os.environ.get("NO_COLOR")


def bar(items: Iterable[Item], total: int) -> Iterator[Item]:
    """Yield the items, showing on a terminal how many of them are done."""
    if total < BAR_FROM_FILES or _Log.as_json or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("Reading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(items, total=total)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in columns on stdout, for a person."""
    lines = [head, *(tuple(printable(cell) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        aside("  ".join(f"{c:{w}}" for c, w in zip(cells, widths, strict=True)).rstrip())
