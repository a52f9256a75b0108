"""`feedsmith gather`: feeds of more articles than one machine should hold."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED
from feedsmith.wide import gathering
from feedsmith.wide.batches import Shelved


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith gather --help`."""
    parser = options.command(
        "gather",
        "Make the feeds of a large archive: workers keep the articles in Parquet shards, and only "
        "the newest of each topic come together. What is shelved is never parsed again.",
        "feedsmith gather /mnt/crawls --shards /mnt/shards --executor dask=tcp://head:8786",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders to read")
    options.add_project(parser)
    options.add_base_url(parser)
    options.add_fetch(parser)
    options.add_executor(parser)
    parser.add_argument(
        "--shards",
        metavar="DIR",
        required=True,
        help="folder of the shards, which all workers see",
    )
    parser.add_argument(
        "--parts", type=int, default=1, metavar="N", help="parts of the ledger (default: 1)"
    )
    parser.add_argument(
        "--allow-shrink", action="store_true", help="publish even if most articles are gone"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    return _run(parser.parse_intermixed_args(arguments))


def _run(given: argparse.Namespace) -> int:
    project = options.project(given, given.paths)
    now = datetime.fromtimestamp(time.time_ns() // 10**9, tz=UTC)
    request = gathering.Request(project, given.shards, given.parts, given.allow_shrink, now)
    gathered = gathering.gather(request, _told)
    for path, failed, kind, message in gathered.remarks:
        show.remark(path, kind, message, failed=failed)
    if gathered.hook:
        show.line(gathered.hook, level="error")
    if given.json:
        print(json.dumps(gathered._asdict() | {"out": project.out}, ensure_ascii=False))
    elif not given.quiet:
        still = "" if gathered.changed else ", nothing changed"
        page = os.path.join(project.out, "index.html")
        show.result(
            f"{gathered.articles} articles, {gathered.topics} topics, {gathered.batches} batches"
            f"{still} · open {page}"
        )
    is_wrong = gathered.hook or any(failed for _, failed, _, _ in gathered.remarks)
    return EXIT_SOME_FAILED if is_wrong else EXIT_OK


def _told(shelved: Iterable[Shelved]) -> Iterator[Shelved]:
    """Yield the batches, on a terminal with how many articles are shelved."""
    if not sys.stderr.isatty():
        yield from shelved
        return
    articles = 0
    for number, one in enumerate(shelved, 1):
        articles += one.articles
        print(f"\r{number} batches, {articles} articles", end="", file=sys.stderr, flush=True)
        yield one
    print(file=sys.stderr)
