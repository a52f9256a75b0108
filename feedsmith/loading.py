"""Rows of entries → entries with their articles, loaded when a feed or page is made of them."""

from __future__ import annotations

from datetime import datetime

from feedsmith import doubles, serial, siblings
from feedsmith.additions import amended, from_json
from feedsmith.cache import Cache, EntryRow
from feedsmith.feedmodel import Entry

SHARED_ENTRIES = 500  # entries kept while the feeds are made; some 10 kB each


class Loader:
    """Loads entries from the cache; keeps some of them, for most stand in several feeds."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._loaded: dict[str, Entry] = {}

    def entry(self, row: EntryRow) -> Entry:
        """Return the entry of a row."""
        stored = self._cache.article(row.path, row.part)
        if stored.topics != row.topics:  # other copies have a say in the topics
            stored = stored._replace(topics=row.topics)
        entry = Entry(
            id=row.id,
            permalink=row.permalink,
            published=datetime.fromisoformat(row.published),
            updated=datetime.fromisoformat(row.updated),
            article=amended(serial.from_row(stored), from_json(row.additions)),
            is_filed=bool(row.filed),
            elsewhere=doubles.from_json(row.elsewhere),
            earlier=siblings.earlier_of(row),
            later=siblings.later_of(row),
        )
        return self._cache.shown(entry)

    def shared(self, row: EntryRow) -> Entry:
        """Return an entry that several feeds are likely to hold, loading it once."""
        if len(self._loaded) > SHARED_ENTRIES:
            self._loaded.clear()
        if row.id not in self._loaded:
            self._loaded[row.id] = self.entry(row)
        return self._loaded[row.id]
