"""The signs of e-mail, books and feeds saved to disk."""

from __future__ import annotations

from feedsmith.readers.kind import Kind

KINDS: tuple[Kind, ...] = ()
