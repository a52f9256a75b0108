"""Writes the documents of feeds, each entry once for all documents that it stands in.

Strategy: most entries stand in several feeds, and in an archive page of each, spelled alike. A
format is asked for a document with those entries alone that it has not written yet. That document
is checked and cut in pieces, and what is published is its head and tail with all the entries
between. So whatever is published was part of a document that passed the check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from feedsmith.builder.content import known_language, shown_entries
from feedsmith.builder.formats import Format, chosen_formats
from feedsmith.feedmodel import Feed

KEPT_BYTES: Final = 8_000_000  # of entries, the latest used; some 600 articles in three formats
_Key = tuple[str, str]  # id of the entry, language of the feed: one in that language says none
Check = Callable[[bytes, str], None]


class Press:
    """Keeps entries as they are spelled; for the feeds of one site in one run.

    `check` takes a document and its file name, and raises when it cannot be published.
    """

    def __init__(self, check: Check = lambda *_: None) -> None:
        self._check = check
        self._kept: dict[_Key, tuple[bytes, ...]] = {}
        self._bytes = 0

    def write(self, feed: Feed) -> dict[Format, bytes]:
        """Return the feed in each of the formats that its site has."""
        language = known_language(feed.language)
        keys = [(entry.id, language) for entry in feed.entries]
        used = {key: kept for key in keys if (kept := self._kept.pop(key, None))}
        new = [entry for entry, key in zip(feed.entries, keys, strict=True) if key not in used]
        shown = shown_entries(replace(feed, entries=tuple(new)))
        formats = chosen_formats(feed.site)
        frames, spelled = [], []
        for known in formats:
            document = known.write(feed, shown)
            self._check(document, feed.folder + known.file_name)
            parts = known.parts(document)
            frames.append(parts)
            spelled.append(parts.entries)
        for entry, one in zip(new, zip(*spelled, strict=True), strict=bool(formats)):
            used[entry.id, language] = one
            self._bytes += sum(map(len, one))
        self._keep(used)
        return {
            known: b"".join(
                (parts.head, known.between.join([used[key][number] for key in keys]), parts.tail)
            )
            for number, (known, parts) in enumerate(zip(formats, frames, strict=True))
        }

    def _keep(self, used: dict[_Key, tuple[bytes, ...]]) -> None:
        """Keep what was used just now, and of the rest as much as there is room for."""
        self._kept |= used
        while self._bytes > KEPT_BYTES and len(self._kept) > len(used):
            oldest = next(iter(self._kept))
            self._bytes -= sum(map(len, self._kept.pop(oldest)))
