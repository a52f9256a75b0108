"""CSV files, row by row, with the cells named by their columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import zip_longest

from feedsmith.errors import DamagedSourceError, check_amount
from feedsmith.readers.csvshapes import header_of
from feedsmith.readers.encoding import decode

_CELL_CHARS = 20_000_000  # characters; a cell may hold an article with its pictures
_ROWS = 1_000_000  # with a link in each of them a minute; the largest exports have 50,000
_CELLS = 2_000_000  # commas and lines in one row, in the text of its cells too; a book has fewer


def rows_of(data: bytes) -> Iterator[dict[str, str]]:
    """Yield the rows with the names of their columns in lower case; empty ones are left out.

    Raises:
        DamagedSourceError: it is no table from here on; what was whole has been given.
    """
    csv.field_size_limit(_CELL_CHARS)
    lines = _lines(decode(data).lstrip())
    names, separator = header_of(next(lines, ""))
    separator = separator or ","
    in_row = 0

    def counted() -> Iterator[str]:
        nonlocal in_row
        for line in lines:
            in_row += line.count(separator) + 1
            if in_row > _CELLS:  # the csv module would take a gigabyte for them
                raise DamagedSourceError(
                    f"line {rows.line_num + 2} is no row of a table: it has more than {_CELLS:,} "
                    "cells and lines; export it again"
                )
            yield line

    rows = csv.reader(counted(), delimiter=separator)
    try:
        for number, cells in enumerate(rows):
            in_row = 0
            check_amount(number, _ROWS, "rows")
            if any(cells):
                yield dict(zip_longest(names, cells[: len(names)], fillvalue=""))
    except csv.Error as error:
        raise DamagedSourceError(
            f"is no table from line {rows.line_num + 1} on: {error}; export it again"
        ) from error


def _lines(text: str) -> Iterator[str]:
    """Yield lines with their ends; io.StringIO would take four times the memory of the text."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end
