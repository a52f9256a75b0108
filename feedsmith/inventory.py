"""Which files lie in out/, and under which key each was made: the cache's memory of its output.

A key is a digest of all that a file's bytes depend on. A file that is made under the key it has,
and lies there as it was published, is left alone. Only what a run touches is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import IntEnum
from heapq import merge

from feedsmith.cache import Cache
from feedsmith.manifest import are_intact
from feedsmith.pictures import FOLDER
from feedsmith.publish import Stage


class Kind(IntEnum):
    """What a file is; feeds and lists are watched one by one, the others by their folders."""

    LIST = 0
    PAGE = 1
    ARCHIVE = 2
    PICTURE = 3


class Inventory:
    """The files of one out folder; every change waits for the cache's commit.

    `is_intact` says that out/ looks as the last run left it.
    """

    def __init__(self, cache: Cache, stage: Stage) -> None:
        self._db = cache.db
        self._stage = stage
        self._lists: set[str] = set()
        self._gone: list[tuple[Kind, str]] = []
        self.is_intact = are_intact(stage.out, self._db.execute("SELECT * FROM places"))
        if not self.is_intact:
            rows = self._db.execute("SELECT kind, path FROM outputs")
            self._drop([(kind, path) for kind, path in rows if not stage.has_own(path)])

    def is_new(self, kind: Kind, path: str, key: str) -> bool:
        """Note a file as wanted under a key; say whether it has to be made."""
        if kind == Kind.LIST:
            self._lists.add(path)
        query = "SELECT key FROM outputs WHERE kind = ? AND path = ?"
        row = self._db.execute(query, (kind, path)).fetchone()
        if row and row[0] == key:
            return False
        self._db.execute("REPLACE INTO outputs VALUES (?, ?, ?)", (kind, path, key))
        return True

    def has(self, path: str) -> bool:
        """Note a list as wanted that cannot have changed; say whether it is there."""
        self._lists.add(path)
        return self._is_wanted(Kind.LIST, path)

    def forget(self, kind: Kind, paths: Iterable[str]) -> None:
        """Note that files are no longer wanted, unless they are asked for after that."""
        rows = [(kind, path) for path in paths]
        self._gone += rows
        self._drop(rows)

    def forget_where(self, kind: Kind, is_unwanted: Callable[[str], bool]) -> None:
        """Go through all files of a kind and forget those of which this is true."""
        self.forget(kind, [path for path in self._paths(kind) if is_unwanted(path)])

    def forget_pages_without_entry(self) -> None:
        """Forget the pages that no entry has."""
        entries = "SELECT permalink FROM entries"
        query = f"SELECT path FROM outputs WHERE kind = ? AND path NOT IN ({entries})"  # noqa: S608
        self.forget(Kind.PAGE, [path for (path,) in self._db.execute(query, (Kind.PAGE,))])

    def publish(self) -> bool:
        """Forget the lists that were not asked for, and publish; say whether anything changed.

        Raises:
            OutputError: see publish.Stage.
        """
        self.forget_where(Kind.LIST, lambda path: path not in self._lists)
        for_nothing = [
            path
            for path in self._stage.put_in(FOLDER.rstrip("/"))
            if not self._is_wanted(Kind.PICTURE, path)
        ]
        return self._stage.publish(self._dropped(), for_nothing)

    def remember(self) -> None:
        """Store how out/ looks now, to be asked before saying that nothing changed."""
        self._db.execute("DELETE FROM places")
        rows = self._stage.looks(self._folders(), self._lists)
        self._db.executemany("INSERT INTO places VALUES (?, ?, ?, ?)", rows)

    def _dropped(self) -> Collection[str]:
        """Return which of our files out/ shall not hold any more.

        When it is not as the last run left it, all that was ever known is compared: a run may have
        died, or the cache have been made anew.
        """
        if self.is_intact:
            return [path for kind, path in self._gone if not self._is_wanted(kind, path)]
        wanted = merge(*map(self._paths, Kind))  # to sort all paths takes room for all of them
        return list(without(self._stage.known(), wanted))

    def _is_wanted(self, kind: Kind, path: str) -> bool:
        query = "SELECT 1 FROM outputs WHERE kind = ? AND path = ?"
        return self._db.execute(query, (kind, path)).fetchone() is not None

    def _folders(self) -> Iterator[str]:
        """Yield the folders below out/ that hold a file of ours, skipping from one to the next."""
        query = "SELECT min(path) FROM outputs WHERE kind = ? AND path > ? AND instr(path, '/') > 0"
        for kind in Kind:
            after = ""
            while path := self._db.execute(query, (kind, after)).fetchone()[0]:
                folder = os.path.dirname(path)
                yield folder
                after = f"{folder}0"  # "0" comes right after "/"

    def _paths(self, kind: Kind) -> Iterator[str]:
        """Yield the paths of the files of a kind, sorted."""
        rows = self._db.execute("SELECT path FROM outputs WHERE kind = ? ORDER BY path", (kind,))
        return (path for (path,) in rows)

    def _drop(self, rows: Iterable[tuple[int, str]]) -> None:
        self._db.executemany("DELETE FROM outputs WHERE kind = ? AND path = ?", rows)


def without(some: Iterable[str], others: Iterable[str]) -> Iterator[str]:
    """Yield the values of one sorted series that another one does not have.

    >>> list(without(["a", "b", "c"], ["b", "d"]))
    ['a', 'c']
    """
    rest = iter(others)
    other = next(rest, None)
    for value in some:
        while other is not None and other < value:
            other = next(rest, None)
        if other != value:
            yield value
