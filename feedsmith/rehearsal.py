"""What a build would do, found by doing it: on copies of the state, up to where it would publish.

The very code of a build runs. Only the stage is another one: it keeps in mind what it is given, and
ends the run where a real one begins to exchange folders; so the trees, which come after, are not
rehearsed. The copies lie in the system's folder for temporary files and are gone afterwards;
nothing is written beside the state, nor beside out/.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

from feedsmith import changes, project, remarks, serial
from feedsmith.builder import FORMATS
from feedsmith.built import Built
from feedsmith.cache import Cache, open_cache
from feedsmith.errors import LEDGER_ADVICE, ConfigError, LedgerError, OutputError
from feedsmith.manifest import Manifest, open_manifest
from feedsmith.publish import Stage
from feedsmith.state import StatePaths, check_owner, locked, state_paths

_NEWS = """
SELECT path, news.name, files.path IS NOT NULL FROM news LEFT JOIN files USING (path) ORDER BY path
"""
_FEEDS = {known.file_name for known in FORMATS}


class Plan(NamedTuple):
    """What a build would do.

    `files` are ("new", "changed" or "gone", path); `entries` ("added", "changed" or "removed", id,
    title); `writes` and `removes` are paths below the out folder.
    """

    files: tuple[tuple[str, str], ...] = ()
    entries: tuple[tuple[str, str, str], ...] = ()
    writes: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()


class _CurtainFall(Exception):  # noqa: N818 (nothing went wrong)
    """Ends a run where it would begin to publish; both are paths below the out folder, sorted."""

    def __init__(self, writes: Iterable[str], removes: Iterable[str]) -> None:
        super().__init__()
        self.writes, self.removes = tuple(sorted(writes)), tuple(sorted(removes))


class _Stage(Stage):
    """Keeps in mind what it is given, and writes nothing but in its copy of the manifest."""

    def put(self, path: str, data: bytes) -> None:
        digest = sha256(data).hexdigest()
        if self._manifest.digest_of(path) != digest or not self._is_current(path, digest):
            self._manifest.note(path, digest)

    def publish(self, gone: Iterable[str], for_nothing: Iterable[str] = ()) -> bool:
        writes = set(self._manifest.written()) - set(for_nothing)
        removes = {path for path in gone if self._manifest.knows(path)}
        for path in sorted(writes | removes):
            if os.path.lexists(os.path.join(self.out, path)):
                self._is_users(path)  # raises what a build would: a file of the user in the way
        raise _CurtainFall(writes, removes)

    def clear(self) -> None:
        pass


def rehearse(
    work: project.Project, *, allow_shrink: bool, progress: project.Progress = None
) -> tuple[Built, Plan]:
    """Return what `project.build` would come to, and what it would write.

    Raises:
        FeedsmithError: what a build would raise.
    """
    if not work.roots:
        raise ConfigError("no input: name a folder, or set [input] paths in config.toml")
    project.check_trees(work)
    state = work.state
    if os.path.exists(state.owner):
        check_owner(state, work.out)
    lock = locked(state) if os.path.exists(state.lock) else nullcontext()
    with lock, tempfile.TemporaryDirectory(prefix="feedsmith-") as folder:
        copies = _copy_state(state, folder)
        cache, _ = open_cache(copies.cache)
        manifest, _ = open_manifest(copies.manifest)
        try:
            files = tuple(_files(work, cache))
            built, fall = _run(
                work._replace(state=copies, stage=_Stage),
                cache,
                manifest,
                allow_shrink=allow_shrink,
                progress=progress,
            )
            entries = tuple(_entries(cache, state.cache))
        finally:
            cache.close()
            manifest.close()
    return built, Plan(files, entries, fall.writes, fall.removes)


def _copy_state(state: StatePaths, folder: str) -> StatePaths:
    """Return the state with its databases copied into a folder; the rest stays where it is.

    Raises:
        LedgerError: the ledger is damaged. Another damaged file is left out, as a build would.
        OutputError: a file cannot be read.
    """
    copies = state_paths(folder)
    for name in ("ledger", "cache", "manifest"):
        source, target = getattr(state, name), getattr(copies, name)
        try:
            if os.path.exists(source):
                with closing(_look_into(source)) as old, closing(sqlite3.connect(target)) as new:
                    old.backup(new)
        except sqlite3.OperationalError as error:
            raise OutputError(f"{source}: cannot be read: {error}; mend the permissions") from error
        except sqlite3.DatabaseError as error:
            if name == "ledger":
                raise LedgerError(f"{source}: damaged ({error}); {LEDGER_ADVICE}") from error
            os.unlink(target)
    return state._replace(ledger=copies.ledger, cache=copies.cache, manifest=copies.manifest)


def _look_into(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)


def _run(
    work: project.Project,
    cache: Cache,
    manifest: Manifest,
    *,
    allow_shrink: bool,
    progress: project.Progress,
) -> tuple[Built, _CurtainFall]:
    """Run to where publishing would begin; a run without news ends of itself."""
    try:
        built = project.bring_up_to_date(
            work, cache, manifest, allow_shrink=allow_shrink, progress=progress
        )
    except _CurtainFall as fall:
        topics = _topics(cache) - {old for topic in work.config.topic for old in topic.was}
        articles = cache.db.execute("SELECT count(*) FROM entries").fetchone()[0]
        return Built(
            articles, len(topics), bool(fall.writes or fall.removes), remarks.of_files(cache),
            entries=changes.count(cache),
            feeds=tuple(path for path in fall.writes if os.path.basename(path) in _FEEDS),
        ), fall  # fmt: skip
    return built, _CurtainFall((), ())


def _topics(cache: Cache) -> set[str]:
    """Return the slugs of the topics that would have feeds."""
    rows = cache.db.execute("SELECT path FROM outputs WHERE path LIKE 'topics/%'")
    return {path.split("/")[1] for (path,) in rows}


def _files(work: project.Project, cache: Cache) -> Iterator[tuple[str, str]]:
    """Yield ("new", "changed" or "gone", path) of the files, by path; the cache stays as it was."""
    cache.begin()
    project.scanned(project.scan_request(work), cache)
    for path, name, known in cache.db.execute(_NEWS):
        yield "gone" if not name else "changed" if known else "new", path
    cache.db.execute("ROLLBACK")


def _entries(cache: Cache, old: str) -> Iterator[tuple[str, str, str]]:
    """Yield (what happens to it, id, title) of each entry that is not as it was."""
    if not cache.db.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'before'").fetchone():
        return  # nothing changed, so nothing was noted
    with closing(_look_into(old) if os.path.exists(old) else sqlite3.connect(":memory:")) as db:
        former = Cache(db)
        for identifier, what in changes.found(cache):
            yield what, identifier, _title(former if what == "removed" else cache, identifier)


def _title(cache: Cache, identifier: str) -> str:
    query = "SELECT path, part FROM articles WHERE id = ? ORDER BY path, part LIMIT 1"
    row = cache.db.execute(query, (identifier,)).fetchone()
    return serial.from_row(cache.article(*row)).title if row else ""
