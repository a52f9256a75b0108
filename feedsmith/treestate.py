"""The further out folders, one a `[[tree]]`: where they lie, their own state, whether they stand.

Light to import: a run that changes nothing asks no more than this. The state of a tree (what was
made for it, which files in it are ours) lies in a folder of its own below the state folder, by the
tree's name; deleting it costs time only.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from feedsmith import store
from feedsmith.cache import OUTPUTS_SCHEMA
from feedsmith.errors import ConfigError, OutputError
from feedsmith.manifest import Manifest, are_intact, open_manifest
from feedsmith.settings import TreeConfig

VERSION = 2
TREES_KEY = "trees"  # of the cache's meta: "" when all trees show what it says
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
{OUTPUTS_SCHEMA}
"""


class Tree(NamedTuple):
    """One tree; `out` is its folder as the user may open it, `state` the folder of its state."""

    config: TreeConfig
    out: str
    state: str

    @property
    def made(self) -> str:
        """The file that knows what was made."""
        return os.path.join(self.state, "made.sqlite3")

    @property
    def manifest(self) -> str:
        """The file that knows what is ours."""
        return os.path.join(self.state, "manifest.sqlite3")


def trees_of(configs: Iterable[TreeConfig], folder: str, state: str) -> tuple[Tree, ...]:
    """Return the trees of a configuration that lies in a folder."""
    return tuple(
        Tree(c, os.path.join(folder, c.dir or c.name), os.path.join(state, "trees", c.name))
        for c in configs
    )


def check_places(trees: Iterable[Tree], places: Iterable[tuple[str, str]], name: str) -> None:
    """Refuse trees that lie in one another, or in or around what else the run reads and writes.

    Args:
        trees: all of them.
        places: what else there is, as people call it, and its path.
        name: of the configuration, for the message.

    Raises:
        ConfigError: two places overlap.
    """
    taken = list(places)
    for tree in trees:
        for what, place in taken:
            if _overlap(tree.out, place):
                raise ConfigError(
                    f"{name}: tree {tree.config.name!r}: dir: {tree.out} and {what} {place} lie in "
                    "one another; give the tree a folder that has nothing in common with them"
                )
        taken.append((f"the tree {tree.config.name!r} in", tree.out))


def _overlap(one: str, other: str) -> bool:
    paths = [os.path.realpath(path) for path in (one, other)]
    return os.path.commonpath(paths) in paths


def are_standing(trees: Iterable[Tree]) -> bool:
    """Say whether every tree still looks as it was published."""
    return all(map(_is_standing, trees))


def _is_standing(tree: Tree) -> bool:
    if not (os.path.exists(tree.made) and os.path.exists(tree.manifest)):
        return False
    try:
        with opened(tree) as (connection, manifest):
            rows = connection.execute("SELECT * FROM places").fetchall()
            return manifest.stage_inode() is None and are_intact(tree.out, rows)
    except (sqlite3.DatabaseError, OutputError):
        return False  # which is dealt with where the tree is published


@contextmanager
def opened(
    tree: Tree, warn: Callable[[str], None] | None = None
) -> Iterator[tuple[sqlite3.Connection, Manifest]]:
    """Open the state of a tree, or make it.

    Args:
        tree: whose state.
        warn: is told of what was damaged and set aside; without it nothing is.

    Raises:
        sqlite3.DatabaseError: damaged, and nobody to tell.
        OutputError: the disk said no.
    """
    try:
        connection = store.connect(tree.made, _SCHEMA, VERSION)
    except sqlite3.DatabaseError as error:
        if warn is None:
            raise
        warn(f"{tree.made}: damaged ({error}); set aside as {store.set_aside(tree.made)}")
        connection = store.connect(tree.made, _SCHEMA, VERSION)
    try:
        manifest, warning = open_manifest(tree.manifest)
        if warning and warn:
            warn(warning)
        try:
            yield connection, manifest
        finally:
            manifest.close()
    finally:
        connection.close()
