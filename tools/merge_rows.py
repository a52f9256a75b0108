"""Measures the merge of a wide build: so many made-up rows, in parts, to the newest of each topic.

python tools/merge_rows.py 1000000 10000000 --parts 16 --topics 200
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator

from feedsmith.cache import EntryRow
from feedsmith.wide.merge import Limits, Row, merged_all, tops_of

LIMITS = Limits(50, 1334)


def rows(part: int, parts: int, number: int, topics: int) -> Iterator[Row]:
    """Yield the rows of one part; a scrambled counter stands for the times and topics."""
    for count in range(part, number, parts):
        mixed = count * 2654435761 % 4294967296
        when = f"20{mixed % 25:02d}-{1 + mixed // 25 % 12:02d}-{1 + mixed // 300 % 28:02d}"
        entry = EntryRow(
            f"urn:uuid:{mixed:08x}-{count:012x}", "a.warc.gz", "", when, when, "p", "d", 4000, "en",
            f"t{mixed % topics} t{mixed // 7 % topics}", seen="2024-01-01", dated=when,
        )  # fmt: skip
        yield Row(entry, "2024-01/k/1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("numbers", type=int, nargs="+")
    parser.add_argument("--parts", type=int, default=16)
    parser.add_argument("--topics", type=int, default=200)
    given = parser.parse_args()
    for number in given.numbers:
        start = time.process_time()
        for part in range(given.parts):
            for _ in rows(part, given.parts, number, given.topics):
                pass
        made = time.process_time() - start
        start = time.process_time()
        parts = (
            tops_of(rows(part, given.parts, number, given.topics), LIMITS, part)
            for part in range(given.parts)
        )
        found = merged_all(parts, LIMITS)
        spent = time.process_time() - start - made
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{number:>12,} rows: {spent:.1f} CPU s beside {made:.1f} to make them, "
            f"{number / spent:,.0f} rows/s, {len(found.rows()):,} kept, {most:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
