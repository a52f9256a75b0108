"""`feedsmith ledger rebuild`: set a damaged ledger aside; the next build derives the ids anew."""

from __future__ import annotations

import os

from feedsmith import store
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK
from feedsmith.state import locked


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith ledger --help`."""
    parser = options.command(
        "ledger",
        "Set the ledger aside; the next build derives the ids anew. What never changed gets the "
        "id it had; what was renamed, re-saved or corrected since may come back as new.",
        "feedsmith ledger rebuild",
    )
    parser.add_argument("action", choices=["rebuild"], help="what to do with the ledger")
    options.add_project(parser)
    given = parser.parse_args(arguments)
    project = options.project(given, [])
    with locked(project.state):
        if not os.path.exists(project.state.ledger):
            show.result(f"{project.state.ledger}: there is none, so nothing to set aside")
            return EXIT_OK
        aside = store.set_aside(project.state.ledger)
        if os.path.exists(project.state.cache):  # its entries carry the old ids
            os.unlink(project.state.cache)
    show.result(f"set aside as {aside}; run 'feedsmith build' now")
    return EXIT_OK
