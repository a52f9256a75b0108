"""The signs of what news agencies send."""

from __future__ import annotations

from feedsmith.readers.kind import Kind

KINDS: tuple[Kind, ...] = ()
