"""The signs of exports of reading lists and bookmarks."""

from __future__ import annotations

from feedsmith.readers.kind import Kind

KINDS: tuple[Kind, ...] = ()
