"""A stage for one run: cleared before and after, whatever happens, and what the disk said told."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from feedsmith import journal
from feedsmith.errors import OutputError, Standing
from feedsmith.manifest import Manifest
from feedsmith.publish import Stage

_ADVICE = "make room or mend the permissions"


@contextmanager
def staged(
    out: str, manifest: Manifest, make: Callable[[str, Manifest], Stage] = Stage
) -> Iterator[Stage]:
    """Give a stage; whatever goes wrong, out/ is the old set or the new one.

    What comes after the exchange (what is remembered of it) belongs into the same block, for the
    message says what is published.

    Raises:
        OutputError: the disk or the file system said no.
        sqlite3.OperationalError: so did the state, while the old feeds stay.
    """
    stage = None
    try:
        stage = make(out, manifest)
        stage.clear()
        try:
            yield stage
        finally:
            if journal.is_begun(stage.out):
                stage.standing = Standing.MIXED
            stage.clear()
            if stage.standing == Standing.MIXED:  # and cleared: it has been finished now
                stage.standing = Standing.NEW
    except (OSError, sqlite3.OperationalError) as error:
        standing = stage.standing if stage else Standing.OLD
        if isinstance(error, OSError):
            where = out if isinstance(error.filename, int | None) else os.fsdecode(error.filename)
            reason = error.strerror
        elif standing == Standing.OLD:
            raise  # whoever opened the state says what it means
        else:
            where, reason = out, str(error)
        raise OutputError(f"{where}: {reason}; {standing}, {_ADVICE}") from error
