"""CSV files, row by row, with the cells named by their columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import zip_longest

from feedsmith.errors import DamagedSourceError
from feedsmith.readers.csvshapes import header_of
from feedsmith.readers.encoding import decode

_CELL_CHARS = 50_000_000  # characters; a cell may hold an article, or a long quotation
_CELLS = 2_000_000  # commas in one row, those in the text of its cells too; a book has fewer


def rows_of(data: bytes) -> Iterator[dict[str, str]]:
    """Yield the rows with the names of their columns in lower case; empty ones are left out.

    Raises:
        DamagedSourceError: it is no table from here on; what was whole has been given.
    """
    csv.field_size_limit(_CELL_CHARS)
    lines = io.StringIO(decode(data).lstrip())
    names, separator = header_of(lines.readline())
    separator = separator or ","
    in_row = 0

    def counted() -> Iterator[str]:
        nonlocal in_row
        for line in lines:
            in_row += line.count(separator)
            if in_row > _CELLS:  # the csv module would take a gigabyte for them
                raise DamagedSourceError(
                    f"line {rows.line_num + 2} is no row of a table: it has more than {_CELLS:,} "
                    "cells; export it again"
                )
            yield line

    rows = csv.reader(counted(), delimiter=separator)
    try:
        for cells in rows:
            in_row = 0
            if any(cells):
                yield dict(zip_longest(names, cells[: len(names)], fillvalue=""))
    except csv.Error as error:
        raise DamagedSourceError(
            f"is no table from line {rows.line_num + 1} on: {error}; export it again"
        ) from error
