"""Writes the documents of feeds, each entry once for all documents that it stands in.

Strategy: most entries stand in several feeds, and in an archive page of each, spelled alike. A
format is asked for a document with those entries alone that it has not written yet. That document
is checked and cut in pieces, and what is published is its head and tail with all the entries
between. So whatever is published was part of a document that passed the check.

Spelling is pure and may be done elsewhere: `order` says what is to be spelled, `spelled` does it,
`fill` makes the documents. Orders are filled in their order; a later one may have been made before
an earlier one is filled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from feedsmith.builder.content import known_language, shown_entries
from feedsmith.builder.formats import Format, chosen_formats
from feedsmith.builder.links import page_name
from feedsmith.builder.parts import Parts
from feedsmith.feedmodel import Entry, Feed

KEPT_BYTES: Final = 8_000_000  # of entries, the latest used; some 600 articles in three formats
_Key = tuple[str, str]  # id of the entry, language of the feed: one in that language says none
Check = Callable[[bytes, str], None]


@dataclass(slots=True)
class _Spelling:
    """An entry in each of the formats; empty until it is spelled."""

    pieces: tuple[bytes, ...] = ()


class Order(NamedTuple):
    """A feed to write: `new` is it with those entries alone that are not spelled yet."""

    new: Feed
    entries: Sequence[_Spelling]
    fresh: Sequence[_Spelling]


class Press:
    """Keeps entries as they are spelled; for the feeds of one site in one run.

    `check` takes a document and its path, and raises when it cannot be published.
    """

    def __init__(self, check: Check = lambda *_: None) -> None:
        self._check = check
        self._kept: dict[_Key, _Spelling] = {}
        self._bytes = 0

    def write(self, feed: Feed) -> dict[Format, bytes]:
        """Return the feed in each of the formats that its site has; all orders are filled."""
        order = self.order(feed)
        return self.fill(order, spelled(order.new, self._check))

    def order(self, feed: Feed) -> Order:
        """Return what is to be spelled for a feed."""
        language = known_language(feed.language)
        used: dict[_Key, _Spelling] = {}
        new: dict[_Key, Entry] = {}
        for entry in feed.entries:
            key = entry.id, language
            if key not in used:
                known = self._kept.pop(key, None)
                used[key] = known or _Spelling()
                if not known:
                    new[key] = entry
        self._kept |= used
        entries = [used[entry.id, language] for entry in feed.entries]
        fresh = [used[key] for key in new]
        return Order(replace(feed, entries=tuple(new.values())), entries, fresh)

    def fill(self, order: Order, parts: Sequence[Parts]) -> dict[Format, bytes]:
        """Return the documents of an order; `parts` is what `spelled` gave for it."""
        for one, *pieces in zip(order.fresh, *(each.entries for each in parts), strict=True):
            one.pieces = tuple(pieces)
            self._bytes += sum(map(len, pieces))
        self._forget()
        formats = chosen_formats(order.new.site)
        return {
            known: one.head + known.between.join([e.pieces[at] for e in order.entries]) + one.tail
            for at, (known, one) in enumerate(zip(formats, parts, strict=True))
        }

    def _forget(self) -> None:
        """Forget the entries not used for longest while there are too many."""
        while self._bytes > KEPT_BYTES and self._kept:
            key, oldest = next(iter(self._kept.items()))
            if not oldest.pieces:  # not spelled yet, nor is what was ordered after it
                return
            del self._kept[key]
            self._bytes -= sum(map(len, oldest.pieces))


def spelled(feed: Feed, check: Check) -> list[Parts]:
    """Return the pieces of a feed's documents, one for each of its site's formats, checked."""
    shown = shown_entries(feed)
    found = []
    for known in chosen_formats(feed.site):
        document = known.write(feed, shown)
        check(document, feed.folder + page_name(known.file_name, feed.page))
        found.append(known.parts(document))
    return found
