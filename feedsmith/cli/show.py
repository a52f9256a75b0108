"""What is said to a person: lines on stderr, colour and a progress bar on a terminal only."""

from __future__ import annotations

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


def line(text: str) -> None:
    """Print one line on stderr, control characters escaped."""
    print(f"feedsmith: {printable(text)}", file=sys.stderr)


def error(problem: FeedsmithError) -> None:
    """Print why the run ended."""
    line(f"{type(problem).__name__}: {problem}")


def remark(path: str, kind: str, message: str) -> None:
    """Print what is to be said about one file."""
    line(f"{path}: {kind}: {message}")


def result(text: str) -> None:
    """Print the outcome on stdout, in bold on a terminal."""
    if is_terminal(sys.stdout):
        print(f"\x1b[1m{printable(text)}\x1b[0m")
    else:
        print(printable(text))


def is_terminal(stream: object) -> bool:
    """Say whether colour is wanted there."""
    return bool(getattr(stream, "isatty", lambda: False)()) and not os.environ.get("NO_COLOR")


def bar(items: Iterable[Item], total: int) -> Iterator[Item]:
    """Yield the items, showing on a terminal how many of them are done."""
    if total < BAR_FROM_FILES or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("Reading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(items, total=total)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in columns on stdout."""
    lines = [head, *(tuple(printable(cell) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        print("  ".join(f"{c:{w}}" for c, w in zip(cells, widths, strict=True)).rstrip())
