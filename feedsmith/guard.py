"""The guard before publishing: a folder that lost most of its articles is more likely not there."""

from __future__ import annotations

import json
from collections.abc import Iterable

from feedsmith.errors import PublishRefusedError
from feedsmith.inventory import without
from feedsmith.placing import Intake
from feedsmith.shelf import Shelf

SHRINK_FROM = 10  # articles; fewer may come and go as they like


def check_loss(run: Intake, roots: Iterable[str], *, allow_shrink: bool) -> None:
    """Refuse to publish when most articles are gone; else note which of them are.

    Raises:
        PublishRefusedError: see above; the state is left as it was.
    """
    there = len(Shelf(run.cache))
    known, gone = _gone(run)
    if not allow_shrink:
        if not there:
            raise PublishRefusedError(
                f"{', '.join(roots)}: no article found in any file; "
                "nothing is published (feedsmith explain FILE says what a file was taken for)"
            )
        if known > SHRINK_FROM and len(gone) * 2 > known:
            raise PublishRefusedError(
                f"{len(gone)} of {known} articles are gone; is the folder complete? The feeds "
                "already published stay (--allow-shrink publishes all the same)"
            )
    run.ledger.retire(gone)


def _gone(run: Intake) -> tuple[int, list[str]]:
    """Return how many articles the last published feeds knew, and the ids of those that are gone.

    Where the cache knows what the last run published, only what this run touched is asked for.
    """
    shelf = Shelf(run.cache)
    summary = run.cache.meta("summary")
    if summary:
        lost = [dirty.id for dirty in shelf.dirty() if not shelf.get(dirty.id)]
        gone = sorted(i for i in lost if run.ledger.is_live(i))  # the others were removed
        return json.loads(summary)[0] - len(lost) + len(gone), gone
    there = (i for (i,) in run.cache.db.execute("SELECT id FROM entries ORDER BY id"))
    return run.ledger.number_live(), list(without(run.ledger.live(), there))
