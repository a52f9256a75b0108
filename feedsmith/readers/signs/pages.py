"""The signs of pages saved by browsers and crawlers, with their pictures."""

from __future__ import annotations

from feedsmith.readers.kind import Kind

KINDS: tuple[Kind, ...] = ()
