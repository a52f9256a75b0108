"""What a run came to, as the JSON of `build --json` and `--report`, and as a row of the history.

docs/operations.md says what each key means; a key is added, never changed, without a new VERSION.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from feedsmith import __version__
from feedsmith.built import Built
from feedsmith.changes import Changes
from feedsmith.disk import write_whole
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED, FeedsmithError, OutputError
from feedsmith.history import Run
from feedsmith.project import Project
from feedsmith.remarks import Remark

VERSION = 1
_NOTHING = Built(0, 0, changed=False, remarks=())


class Outcome:
    """One run: begun when this is made, ended when `of_built` or `of_error` is called."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._started = time.time_ns()
        self._clock = time.monotonic()
        self.seconds = 0.0
        self.status = EXIT_OK
        self.built = _NOTHING
        self.error: FeedsmithError | None = None
        self.plan: dict[str, Any] | None = None  # of a dry run

    def of_built(self, built: Built, *, strict: bool) -> None:
        """Note what was built; with `strict` a skipped file counts as a failed one."""
        is_wrong = built.failed or built.trees or built.hook or (strict and built.skipped)
        self._end(EXIT_SOME_FAILED if is_wrong else EXIT_OK)
        self.built = built

    def of_error(self, error: FeedsmithError) -> None:
        """Note why nothing was published."""
        self._end(error.exit_status)
        self.error = error

    def _end(self, status: int) -> None:
        self.status = status
        self.seconds = round(time.monotonic() - self._clock, 3)

    def run(self) -> Run:
        """Return what the history keeps of it."""
        built, error = self.built, self.error
        return Run(
            self._started / 1e9, self.seconds, self.status,
            type(error).__name__ if error else "", str(error or ""), *built.entries,
            built.articles, built.failed, built.skipped, len(built.feeds),
        )  # fmt: skip

    def report(self, news: Sequence[Remark], warnings: Sequence[str]) -> dict[str, Any]:
        """Return what a machine is told; `news` are the remarks that no run before has made."""
        built, error, told_now = self.built, self.error, set(news)
        started = datetime.fromtimestamp(self._started // 10**9, tz=UTC)
        return {
            "version": VERSION, "feedsmith": __version__, "status": self.status,
            "started": started.isoformat().replace("+00:00", "Z"), "seconds": self.seconds,
            "config": self._project.name, "out": self._project.out,
            "error": {"kind": type(error).__name__, "message": str(error)} if error else None,
            "articles": built.articles, "topics": built.topics, "changed": built.changed,
            "entries": Changes(*built.entries)._asdict(), "feeds": built.feeds,
            "failed": built.failed, "skipped": built.skipped, "edited": built.edited,
            "kinds": [line._asdict() | {"reasons": dict(line.reasons)} for line in built.kinds],
            "remarks": [
                {"path": remark.path, "failed": remark.failed, "kind": remark.kind,
                 "message": remark.message, "new": remark in told_now}
                for remark in built.remarks
            ],
            "hook": built.hook, "trees": built.trees, "warnings": list(warnings),
            "dry_run": self.plan,
        }  # fmt: skip


def write(report: dict[str, Any], path: str) -> None:
    """Write a report to a file, whole or not at all; "-" is stdout.

    Raises:
        OutputError: it cannot be written.
    """
    text = json.dumps(report, ensure_ascii=False)
    if path == "-":
        print(text)
        return
    try:
        write_whole(os.path.abspath(path), f"{text}\n".encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise OutputError(f"{path}: the report cannot be written: {error.strerror}") from error


def flush() -> None:
    """Bring what was printed to whoever reads it, before it counts as told."""
    sys.stdout.flush()
    sys.stderr.flush()
