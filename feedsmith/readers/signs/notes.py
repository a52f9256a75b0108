"""The signs of notes in Markdown and its like."""

from __future__ import annotations

from feedsmith.readers.kind import Kind

KINDS: tuple[Kind, ...] = ()
