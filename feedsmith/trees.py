"""Publishes the trees: each the same work as the main out folder, through a window of its own.

The main folder is published and remembered first. A tree that cannot be published keeps what it
has, is told in one line and tried again by the next run; the others go on.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from feedsmith.builder import feeds_among
from feedsmith.cache import Cache
from feedsmith.config import Config
from feedsmith.crews import Crew
from feedsmith.errors import FeedError, OutputError
from feedsmith.ledger import Ledger
from feedsmith.making import Maker
from feedsmith.manifest import Manifest
from feedsmith.model import Picture
from feedsmith.output import Output
from feedsmith.owntemplates import Templates
from feedsmith.pictures import FOLDER
from feedsmith.publish import Stage
from feedsmith.settings import TreeConfig
from feedsmith.shelf import Shelf
from feedsmith.staging import staged
from feedsmith.topics import Catalog
from feedsmith.treestate import Tree, opened
from feedsmith.urls import permanent_id
from feedsmith.window import Window


class Whole(NamedTuple):
    """What the trees of one build are made from; `out` is the main out folder.

    `pictures` gives those of a file once more, for those that are not in `out`; `stage` makes what
    new files are put into, `crew` makes pages.
    """

    config: Config
    catalog: Catalog
    cache: Cache
    ledger: Ledger
    templates: Templates
    out: str
    pictures: Callable[[str], Iterable[Picture]]
    stage: Callable[[str, Manifest], Stage]
    crew: Crew | None


class Published(NamedTuple):
    """What became of the trees.

    `feeds` are the addresses of the feeds that changed, `edited` the paths of files of ours that
    the user had changed, kept aside; `problems` has a line for each tree that was not published.
    """

    changed: bool = False
    feeds: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def publish(trees: Iterable[Tree], whole: Whole, warn: Callable[[str], None]) -> Published:
    """Bring every tree up to date; the cache is committed and says what shall be shown.

    Raises:
        sqlite3.DatabaseError: the state of a tree is damaged in the middle.
        LedgerError: see Ledger.
    """
    done = Published()
    for tree in trees:
        try:
            found = _publish(tree, whole, warn)
        except (FeedError, OutputError) as error:
            line = f"tree {tree.config.name!r}: {error}; the next build tries again"
            found = Published(problems=(line,))
        done = Published(
            done.changed or found.changed,
            *(old + new for old, new in zip(done[1:], found[1:], strict=True)),
        )
    return done


def _publish(tree: Tree, whole: Whole, warn: Callable[[str], None]) -> Published:
    try:
        os.makedirs(tree.state, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{tree.state}: cannot keep state here: {error.strerror}") from error
    with (
        opened(tree, warn) as (connection, manifest),
        staged(tree.out, manifest, whole.stage) as stage,
    ):
        window = Window(connection, whole.cache, tree.config)
        window.begin()
        _forget_stale(window, tree.config)
        window.fill()
        config = _config_of(tree.config, whole)
        output = Output(config, whole.catalog, window, whole.ledger, stage, whole.templates)
        output.put_pictures(_Pictures(window, whole))
        changed = output.publish(whole.crew)
        Shelf(window).settle()
        window.commit()
        feeds = feeds_among(stage.put_in())
    base = tree.config.base_url.rstrip("/")
    aside = ((os.path.dirname(path), name) for path, name in stage.aside.items())
    return Published(
        changed,
        tuple(f"{base}/{path}" for path in feeds),
        tuple(os.path.join(stage.out, *pair) for pair in aside),
    )


def _config_of(tree: TreeConfig, whole: Whole) -> Config:
    """Return the configuration of a tree: the main one but for what the tree says.

    Its feeds' ids are made of the main feed's and the tree's name, so that folder and address may
    change.
    """
    config = whole.config
    main = Maker(config, whole.catalog, whole.cache, whole.ledger, {}).feed_id(None)
    feed = config.feed._replace(
        id=permanent_id(f"tree:{main}:{tree.name}"),
        title=tree.title or config.feed.title,
        subtitle=tree.subtitle,
        base_url=tree.base_url,
        content=tree.content,
        problems=tree.problems,
        hub=tree.hub,
    )
    output = config.output._replace(
        formats=tree.formats or config.output.formats,
        pages=tree.pages,
        reasons=False,  # rules are the user's own
    )
    return config._replace(feed=feed, output=output)


def _forget_stale(window: Window, tree: TreeConfig) -> None:
    """Make everything anew when the tree is to show other things; the same bytes stay."""
    key = repr(tree)
    if window.meta("tree") != key:
        tables = ("outputs", "fits", "archives", "cuts", "places", "entries", "members", "dirty")
        for table in (*tables, "meta"):
            window.db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
        window.set_meta("tree", key)


class _Pictures:
    """Gives the pictures of a file as they were published in the main folder."""

    def __init__(self, window: Window, whole: Whole) -> None:
        self._whole = whole
        self._names: defaultdict[str, list[str]] = defaultdict(list)
        for name, path in window.media():
            self._names[path].append(name)

    def __call__(self, path: str) -> Iterator[Picture]:
        lost = set()
        for name in self._names[path]:
            try:
                with open(os.path.join(self._whole.out, FOLDER, name), "rb") as stream:
                    yield Picture(name, stream.read())
            except FileNotFoundError:  # somebody took it away, or it is only a rehearsal
                lost.add(name)
        if lost:
            yield from (found for found in self._whole.pictures(path) if found.name in lost)
