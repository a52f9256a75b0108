"""`feedsmith status`: the last runs, what fails, sizes of feeds and state, what to do next."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from feedsmith.cli import options, show
from feedsmith.cli.standing import standing
from feedsmith.errors import EXIT_OK

_RUNS = 10  # shown unless --json
_FAILED = 20


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith status --help`."""
    parser = options.command(
        "status",
        "Show the last runs that changed or refused something, the files that fail, the sizes of "
        "feeds and state, and what to do next. Runs that found nothing new are not among them: "
        "they write nothing, not even their time.",
        "feedsmith status -c feeds/config.toml",
    )
    options.add_project(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    found = standing(options.project(given, []))
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
        return EXIT_OK
    _print_runs(found["runs"][:_RUNS])
    _print_failures(found)
    _print_feeds(found["feeds"])
    sizes = (f"{name} {_bytes(found['state'][name])}" for name in ("ledger", "cache"))
    print(f"\nstate in {found['state']['folder']}: {', '.join(sizes)}")
    show.result(f"next: {found['next'] or 'nothing to do'}")
    return EXIT_OK


def _print_runs(runs: Sequence[Mapping[str, Any]]) -> None:
    if not runs:
        print("no run is remembered yet\n")
        return
    head = ("last runs", "seconds", "new", "changed", "gone", "articles", "failed", "outcome")
    show.table(head, [_run_row(run) for run in runs])
    print("(since then only runs that found nothing new, if any; they write nothing)\n")


def _run_row(run: Mapping[str, Any]) -> tuple[str, ...]:
    first = (str(run["started"]), f"{run['seconds']:.1f}")
    if run["error"]:
        return (*first, "", "", "", "", "", f"{run['error']}: {run['message']}")
    numbers = (run[name] for name in ("added", "changed", "removed", "articles", "failed"))
    feeds = run["feeds"]
    return (*first, *map(str, numbers), f"{feeds} feed files written" if feeds else "nothing new")


def _print_failures(found: Mapping[str, Any]) -> None:
    if found["kinds"]:
        kinds = ", ".join(f"{count} {kind}" for kind, count in found["kinds"].items())
        print(f"{len(found['failed'])} files fail, {found['skipped']} are skipped: {kinds}")
    for file in found["failed"][:_FAILED]:
        print(
            f"  {show.printable(file['path'])}: {file['kind']}: {show.printable(file['message'])}"
        )
    more = len(found["failed"]) - _FAILED
    if more > 0:
        print(f"  … and {more} more (--json has all)")
    if found["kinds"]:
        print()


def _print_feeds(feeds: Sequence[Mapping[str, Any]]) -> None:
    """Print a row for each feed; its files in other formats hold the same entries."""
    rows = {}
    for feed in feeds:
        if "problem" in feed:
            rows[feed["path"]] = (feed["path"], "", "", feed["problem"])
        else:
            row = (feed["path"], str(feed["entries"]), _bytes(feed["bytes"]), feed["newest"])
            rows.setdefault(os.path.dirname(feed["path"]), row)
    if rows:
        show.table(("feed", "entries", "bytes", "newest"), rows.values())


def _bytes(size: int | None) -> str:
    return "none" if size is None else f"{size:,}"
