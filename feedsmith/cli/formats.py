"""`feedsmith formats`: what is read, how it is recognised, and which extra it needs."""

from __future__ import annotations

import json

from feedsmith import plugins, readers
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK
from feedsmith.readers.kind import Kind


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith formats --help`."""
    parser = options.command(
        "formats",
        "List the kinds of files that are read, how each is recognised and what it needs; then "
        "those that are recognised and refused.",
        "feedsmith formats",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    rows = [_row(kind) for kind in (*plugins.kinds(), *readers.KINDS)]
    if given.json:
        keys = ("kind", "title", "sign", "needs")
        print(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False))
    else:
        show.table(("kind", "what it is", "recognised by", "needs"), rows)
    return EXIT_OK


def _row(kind: Kind) -> tuple[str, str, str, str]:
    if not kind.module:
        return kind.name, kind.title, kind.sign, "not read"
    return kind.name, kind.title, kind.sign, f"feedsmith[{kind.extra}]" if kind.extra else ""
