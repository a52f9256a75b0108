"""The cache as one tree may show it: a tree is published from this and from nothing else.

What the tree leaves out is cut off here, so no feed, page, list or template can show it. `db` is
the tree's own small file, which knows what was made for it and nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import replace

from feedsmith import siblings
from feedsmith.builder.content import excerpt
from feedsmith.cache import ArticleRow, Cache, EntryRow
from feedsmith.feedmodel import Entry
from feedsmith.pictures import FOLDER
from feedsmith.settings import TreeConfig
from feedsmith.shelf import Shelf


class Window(Cache):
    """What a tree's `topics`, `exclude`, `content` and `notes` leave of a cache."""

    def __init__(self, connection: sqlite3.Connection, whole: Cache, tree: TreeConfig) -> None:
        super().__init__(connection)
        self.tree = tree.name
        self._config = tree
        self.whole = whole
        self._is_full = tree.content == "full"

    def shows_topic(self, slug: str) -> bool:
        """Say whether the tree has a feed of a topic, and names it."""
        tree = self._config
        return slug not in tree.exclude and (not tree.topics or slug in tree.topics)

    def shows(self, slugs: Collection[str]) -> bool:
        """Say whether the tree has articles of these topics: one excluded is enough to say no."""
        tree = self._config
        is_asked = not tree.topics or any(slug in tree.topics for slug in slugs)
        return is_asked and not any(slug in tree.exclude for slug in slugs)

    def fill(self) -> None:
        """Keep in `db` the entries that the tree has, with those of their topics it names.

        Only what was touched since the tree was last published is asked for, if that is known:
        if that was from this very cache, and nothing has been settled since.
        """
        whole, own = Shelf(self.whole), Shelf(self)
        born, settled = self.whole.meta("born"), int(self.whole.meta("settled") or 0)
        of, _, known = self.meta("filled").partition(" ")
        if born and of == born and int(known) >= settled:
            for dirty in whole.dirty():
                self._put(own, dirty.id, whole.get(dirty.id))
        else:
            for row in whole.newest():
                self._put(own, row.id, row)
            for identifier in [i for i in own.ids() if not whole.get(i)]:
                own.drop(identifier)
        self.set_meta("filled", f"{born} {self.whole.meta('run')}")

    def _put(self, shelf: Shelf, identifier: str, row: EntryRow | None) -> None:
        """Put an entry, or drop it when the tree has it not.

        One without the article's text has no page and costs its feed next to nothing.
        """
        slugs = row.topics.split() if row else []
        if row is None or not self.shows(slugs):
            shelf.drop(identifier)
            return
        row = siblings.seen(row, self.shows, with_pages=self._is_full)
        shown = row._replace(topics=" ".join(filter(self.shows_topic, slugs)))
        shelf.put(shown if self._is_full else shown._replace(permalink="", size=0))

    def shown(self, entry: Entry) -> Entry:
        """Return an entry without what the tree does not say of it."""
        article = replace(entry.article, path="")
        if not self._config.notes:
            article = replace(article, note=None, tags=())
        if not self._is_full:
            image = article.image
            is_ours = bool(image) and str(image).startswith(FOLDER)
            article = replace(
                article,
                summary=excerpt(article),
                text="",
                html="",
                media=(),
                image=None if is_ours else image,
            )
        return replace(entry, article=article)

    def media(self) -> list[tuple[str, str]]:
        """Return (name, path) of every picture that a shown entry shows."""
        if not self._is_full:
            return []
        shown = {(row.path, row.part) for row in Shelf(self).newest()}
        rows = self.whole.db.execute("SELECT name, path, part FROM media ORDER BY name, path DESC")
        return list({name: path for name, path, part in rows if (path, part) in shown}.items())

    def article(self, path: str, part: str) -> ArticleRow:
        """Return the stored article of a part of a file."""
        return self.whole.article(path, part)
