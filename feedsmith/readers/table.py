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


def rows_of(data: bytes) -> Iterator[dict[str, str]]:
    """Yield the rows with the names of their columns in lower case; empty ones are left out.

    Raises:
        DamagedSourceError: it is no table from here on; what was whole has been given.
    """
    csv.field_size_limit(_CELL_CHARS)
    lines = io.StringIO(decode(data).lstrip())
    names, separator = header_of(lines.readline())
    rows = csv.reader(lines, delimiter=separator or ",")
    try:
        for cells in rows:
            if any(cells):
                yield dict(zip_longest(names, cells[: len(names)], fillvalue=""))
    except csv.Error as error:
        raise DamagedSourceError(
            f"is no table from line {rows.line_num + 1} on: {error}; export it again"
        ) from error
