"""What a build would do, found by doing it: on copies of the state, and with stages that only note.

The very code of a build runs, trees and all. Only the stages are others: they keep in mind what
they are given, and where real ones exchange folders they do nothing. The copies lie in the system's
folder for temporary files and are gone afterwards; nothing is written beside the state, nor beside
out/ or a tree, and the command of `[hooks]` is not run.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext, suppress
from functools import partial
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

from feedsmith import changes, project, serial
from feedsmith.built import Built
from feedsmith.cache import Cache, open_cache
from feedsmith.errors import LEDGER_ADVICE, ConfigError, LedgerError, OutputError
from feedsmith.manifest import Manifest, Place, open_manifest
from feedsmith.publish import Stage
from feedsmith.settings import HooksConfig
from feedsmith.state import StatePaths, check_owner, locked, state_paths

_NEWS = """
SELECT path, news.name, files.path IS NOT NULL FROM news LEFT JOIN files USING (path) ORDER BY path
"""


class Difference(NamedTuple):
    """What would change in an out folder: paths below it, sorted; `name` is a tree's, or ""."""

    name: str
    writes: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()


class Plan(NamedTuple):
    """What a build would do.

    `files` are ("new", "changed" or "gone", path); `entries` ("added", "changed" or "removed", id,
    title); `writes` and `removes` are paths below the out folder; `trees` has one for each tree
    that could be published.
    """

    files: tuple[tuple[str, str], ...] = ()
    entries: tuple[tuple[str, str, str], ...] = ()
    writes: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    trees: tuple[Difference, ...] = ()


class _Stage(Stage):
    """Keeps in mind what it is given, and writes nothing but in its copy of the manifest."""

    def __init__(self, out: str, manifest: Manifest, noted: dict[str, Difference]) -> None:
        super().__init__(out, manifest)
        self._noted = noted

    def put(self, path: str, data: bytes) -> None:
        digest = sha256(data).hexdigest()
        if self._manifest.digest_of(path) != digest or not self._is_current(path, digest):
            self._manifest.note(path, digest)

    def publish(self, gone: Iterable[str], for_nothing: Iterable[str] = ()) -> bool:
        for path in for_nothing:
            self._manifest.take_back(path)
        writes = set(self._manifest.written())
        removes = {path for path in gone if self._manifest.knows(path)}
        for path in sorted(writes | removes):
            there = os.path.join(self.out, path)
            if os.path.lexists(there) and self._is_users(path):  # raises what a build would
                self.aside[path] = self._aside(path)
        self._noted[self.out] = Difference("", tuple(sorted(writes)), tuple(sorted(removes)))
        return bool(writes or removes)

    def looks(self, folders: Iterable[str], files: Collection[str]) -> list[Place]:  # noqa: ARG002
        return []  # the new files are not there

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
    noted: dict[str, Difference] = {}
    with lock, tempfile.TemporaryDirectory(prefix="feedsmith-") as folder:
        copies = _copy_all(work, folder)
        cache, _ = open_cache(copies.state.cache)
        manifest, _ = open_manifest(copies.state.manifest)
        try:
            files = tuple(_files(work, cache))
            built = project.bring_up_to_date(
                copies._replace(stage=partial(_Stage, noted=noted)), cache, manifest,
                allow_shrink=allow_shrink, progress=progress,
            )  # fmt: skip
            entries = tuple(_entries(cache, state.cache))
        finally:
            cache.close()
            manifest.close()
    main = noted.get(os.path.realpath(work.out), Difference(""))
    return built, Plan(files, entries, main.writes, main.removes, tuple(_trees(work, noted)))


def _trees(work: project.Project, noted: Mapping[str, Difference]) -> Iterator[Difference]:
    """Yield what was noted for the trees, under their names."""
    for tree in work.trees:
        if found := noted.get(os.path.realpath(tree.out)):
            yield found._replace(name=tree.config.name)


def _copy_all(work: project.Project, folder: str) -> project.Project:
    """Return the project with copies of all state in a folder, and without the user's command."""
    state = _copy_state(work.state, folder)
    trees = []
    for tree in work.trees:
        copy = tree._replace(state=os.path.join(folder, "trees", tree.config.name))
        os.makedirs(copy.state)
        for source, target in ((tree.made, copy.made), (tree.manifest, copy.manifest)):
            with suppress(sqlite3.DatabaseError):  # a build makes it anew
                _copy(source, target)
        trees.append(copy)
    config = work.config._replace(hooks=HooksConfig())
    return work._replace(state=state, trees=tuple(trees), config=config)


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
            _copy(source, target)
        except sqlite3.OperationalError as error:
            raise OutputError(f"{source}: cannot be read: {error}; mend the permissions") from error
        except sqlite3.DatabaseError as error:
            if name == "ledger":
                raise LedgerError(f"{source}: damaged ({error}); {LEDGER_ADVICE}") from error
            os.unlink(target)
    return state._replace(ledger=copies.ledger, cache=copies.cache, manifest=copies.manifest)


def _copy(source: str, target: str) -> None:
    if os.path.exists(source):
        with closing(_look_into(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)


def _look_into(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)


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
