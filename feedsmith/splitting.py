"""Big archives → spans of pages that many workers read, each the same as when read in one go.

Where there is but one worker the spans are read one after the other, so that memory holds the pages
of one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from feedsmith import files, readers
from feedsmith.errors import SourceError
from feedsmith.model import Failure, Source
from feedsmith.reading import Outcome, kind_of
from feedsmith.spans import Span

SPLIT_BYTES = 1_000_000  # bytes; a smaller archive is read by one worker as any other file
SPAN_PAGES = 64  # as many as files in a batch
_STARTS = (b"\x1f\x8b", b"PK", b"WA", b"fi")  # of archives that can be split; a cheap first look


@dataclass(frozen=True, slots=True)
class Split:
    """The spans of an archive in its order, and the outcome that ends them."""

    spans: tuple[Source, ...]
    ending: Outcome


def split(source: Source) -> Split | None:
    """Return the spans of an archive, None where a file is none, too small, or cannot be read.

    What is wrong with a file is told by whoever reads it as a whole.
    """
    if source.size < SPLIT_BYTES:
        return None
    source = files.streamed(source)
    try:
        with source.open() as stream:
            if stream.read(2) not in _STARTS:
                return None
        kind = kind_of(source)
        if not kind.splits:
            return None
        listing = readers.listed(source, kind)
        with source.open() as stream:
            digest = files.fingerprint(stream)
    except (SourceError, OSError):
        return None
    spans = tuple(
        replace(
            source,
            span=Span(
                digest, kind.name, listing.places[start : start + SPAN_PAGES], listing.packed,
                listing.has_pictures,
            ),
        )
        for start in range(0, len(listing.places), SPAN_PAGES)
    )  # fmt: skip
    broken = Failure(source.path, "DamagedSourceError", listing.error)
    failures = (broken,) if listing.error else ()
    return Split(spans, Outcome(source, digest, kind.name, failures=failures))


def look_into(source: Source) -> tuple[Source, Split | None]:
    """Return a source and what `split` makes of it; for workers, whose answers may be lost."""
    return source, split(source)


def apart(source: Source) -> Iterator[Source]:
    """Yield the pages of a span one by one; any other source as it is."""
    if source.span is None:
        yield source
        return
    for place in source.span.places:
        yield replace(source, span=replace(source.span, places=(place,)))
