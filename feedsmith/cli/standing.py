"""How things stand, asked of what earlier runs left: for `feedsmith status`. Writes nothing."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from feedsmith import __version__, facts, history, remarks
from feedsmith.builder import FORMATS
from feedsmith.cache import Cache
from feedsmith.history import Run
from feedsmith.project import Project

VERSION = 1
_FILES = {known.file_name for known in FORMATS}


def standing(project: Project) -> dict[str, Any]:
    """Return how things stand, ready for JSON; docs/operations.md says what each key means."""
    runs = history.last_runs(project.state.history)
    said: tuple[remarks.Remark, ...] = ()
    articles, paths = 0, list[str]()
    try:
        with closing(_look_into(project.state.cache)) as db:
            said = remarks.of_files(Cache(db))
            articles = db.execute("SELECT count(*) FROM entries").fetchone()[0]
            paths = [row[0] for row in db.execute("SELECT path FROM outputs ORDER BY path")]
    except sqlite3.Error:  # never built, lost or damaged: the next build makes it anew
        pass
    files = [
        {"path": remark.path, "kind": remark.kind, "message": remark.message}
        for remark in said
        if remark.failed
    ]
    found = {
        "version": VERSION, "feedsmith": __version__, "out": project.out, "articles": articles,
        "runs": [_run(run) for run in runs], "failed": files,
        "kinds": dict(Counter(r.kind for r in said if r.failed or r.skipped).most_common()),
        "skipped": sum(remark.skipped for remark in said),
        "feeds": list(_feeds(project.out, paths)), "state": _state(project),
    }  # fmt: skip
    return found | {"next": _next(found)}


def _look_into(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)


def _run(run: Run) -> dict[str, Any]:
    when = datetime.fromtimestamp(run.started, tz=UTC)
    return run._asdict() | {"started": when.isoformat(timespec="seconds").replace("+00:00", "Z")}


def _feeds(out: str, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield every feed file with its entries, its bytes and when it last moved."""
    for path in paths:
        if os.path.basename(path) in _FILES:
            try:
                data = Path(out, path).read_bytes()
                feed = facts.read_facts(data)
            except (OSError, facts.UnreadableError) as error:
                yield {"path": path, "problem": str(error)}
            else:
                yield {
                    "path": path, "entries": len(feed.items), "bytes": len(data),
                    "newest": _newest(feed),
                }  # fmt: skip


def _newest(feed: facts.Facts) -> str:
    dates = [when for item in feed.items if (when := feed.parse_date(item.published))]
    return max(dates).astimezone(UTC).isoformat().replace("+00:00", "Z") if dates else ""


def _state(project: Project) -> dict[str, Any]:
    """Return the bytes of each file of the state, with the names of those set aside."""
    names = ("ledger", "cache", "manifest", "history")
    sizes = {name: _size(getattr(project.state, name)) for name in names}
    try:
        aside = sorted(name for name in os.listdir(project.state.folder) if ".bad-" in name)
    except OSError:
        aside = []
    return {"folder": project.state.folder, **sizes, "set_aside": aside}


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def _next(found: Mapping[str, Any]) -> str:
    """Return what the user might do next: the first of these that is due."""
    runs, failed = found["runs"], found["failed"]
    if runs and runs[0]["error"]:
        return f"the last run was refused: {runs[0]['message']}; feedsmith doctor looks further"
    if found["state"]["cache"] is None:
        return "not built yet: feedsmith build"
    broken = [feed["path"] for feed in found["feeds"] if "problem" in feed]
    if broken:
        return f"{broken[0]} cannot be read: feedsmith build makes it anew"
    if failed:
        count = "1 file" if len(failed) == 1 else f"{len(failed)} files"
        return f"{count} failed: feedsmith explain {failed[0]['path']}"
    if found["state"]["set_aside"]:
        return "damaged state was set aside; when all is well, delete the .bad- files"
    return ""
