"""A kind of file: what it is called, how it is told from all others, and which module reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedsmith.readers.probe import Probe


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table of kinds.

    Args:
        name: short, for tables: "mhtml".
        title: what people call it.
        sign: how it is recognised, for people.
        matches: says whether a file is of this kind; must be cheap, and decide by content.
        module: the module below `feedsmith.readers` whose `read` reads it, loaded when the first
            such file is met, or another package's by its full name; "" for a kind that is
            recognised and refused.
        lead: the first bytes, blanks apart, that such a file may have; b"" for any. Kinds are
            asked only about files with the right first byte, so that most are never asked.
        streams: the reader never holds more than one article, so that a file may be of any size.
        splits: the module's `listed` tells where the pages lie, so that many workers may read them.
        extra: the extra whose packages the reader needs, or "".
        advice: what to do with a file that is refused.
    """

    name: str
    title: str
    sign: str
    matches: Callable[[Probe], bool]
    module: str = ""
    lead: bytes = b""
    streams: bool = False
    splits: bool = False
    extra: str = ""
    advice: str = ""
