"""A stage for one run: cleared before and after, whatever happens, and what the disk said told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from feedsmith.errors import OutputError
from feedsmith.manifest import Manifest
from feedsmith.publish import Stage


@contextmanager
def staged(
    out: str, manifest: Manifest, make: Callable[[str, Manifest], Stage] = Stage
) -> Iterator[Stage]:
    """Give a stage; whatever goes wrong, out/ is as it was and nothing is left beside it.

    Raises:
        OutputError: the disk or the file system said no.
    """
    try:
        stage = make(out, manifest)
        stage.clear()
        try:
            yield stage
        finally:
            stage.clear()
    except OSError as error:
        where = error.filename or out
        if isinstance(where, bytes):
            where = os.fsdecode(where)
        raise OutputError(
            f"{where}: {error.strerror}; the feeds already published stay, "
            "make room or mend the permissions"
        ) from error
