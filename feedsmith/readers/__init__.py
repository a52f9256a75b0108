"""Saved bytes → Documents: one module per input format, found by content and never by suffix.

`KINDS` stands in order of trust, the most certain sign first and plain text last. A reader's module
is loaded when the first file of its kind is met. What is recognised and not read is named, so that
the user learns what the file is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType

from feedsmith.errors import MissingExtraError, UnknownFormatError
from feedsmith.model import Document, Read, Source
from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import HEAD_BYTES, Probe
from feedsmith.readers.signs import agency, basic, exports, mail, notes, pages, refused
from feedsmith.spans import Listing

SURE: tuple[Kind, ...] = (
    *pages.KINDS,
    *mail.KINDS,
    *agency.KINDS,
    *exports.KINDS,
    *notes.KINDS,
)
BASIC: tuple[Kind, ...] = (*refused.KINDS, *basic.KINDS)  # asked after the readers of others
KINDS = (*SURE, *BASIC)
_OWN = frozenset(KINDS)


def detect(source: Source, kinds: Sequence[Kind] = KINDS) -> Kind:
    """Return the kind of a file, which may be one that is recognised and refused.

    Raises:
        UnknownFormatError: it is of none.
        UnreadableSourceError: the disk said no.
    """
    probe = probe_of(source)
    if not probe.head:
        raise UnknownFormatError("empty file")
    asked = _begun_with(probe.lead) if kinds is KINDS else _asked(kinds, probe.lead)
    for kind in asked:
        if kind.matches(probe):
            return kind
    raise UnknownFormatError("looks like binary data: not a kind that is read")


def _asked(kinds: Iterable[Kind], lead: bytes) -> tuple[Kind, ...]:
    return tuple([kind for kind in kinds if not kind.lead or lead in kind.lead])


@cache
def _begun_with(lead: bytes) -> tuple[Kind, ...]:
    """Return our own kinds whose files may begin so; to choose them takes longer than to ask."""
    return _asked(KINDS, lead)


def probe_of(source: Source) -> Probe:
    """Return what the signs of the kinds look at.

    Raises:
        UnreadableSourceError: the disk said no.
    """
    with source.open() as stream:
        return Probe(source, stream.read(HEAD_BYTES))


def read(source: Source, kind: Kind | None = None) -> Iterator[Read]:
    """Give what a source holds, in its order: documents, links, and remarks on bad parts.

    Args:
        source: the file.
        kind: what `detect` found; None asks it.

    Raises:
        UnknownFormatError: it is of no kind that is read; the message says what it looks like.
        MissingExtraError: the packages that its reader needs are not installed.
        DamagedSourceError: it is broken from here on; what was whole has been given.
        UnreadableSourceError: the disk said no.
    """
    kind = kind or detect(source)
    if not kind.module:
        advice = f"; {kind.advice}" if kind.advice else ""
        raise UnknownFormatError(f"looks like {kind.title}: not a kind that is read{advice}")
    for found in _reader(kind)(source):
        if isinstance(found, Document):
            yield replace(found, written=source.mtime)
        else:
            yield found


def listed(source: Source, kind: Kind) -> Listing:
    """Return where the pages of an archive lie, so that they may be read apart.

    Args:
        source: the file.
        kind: its kind, one whose files split.

    Raises:
        SourceError: as `read`.
    """
    listing: Listing = _module(kind).listed(source)
    return listing


def _reader(kind: Kind) -> Callable[[Source], Iterator[Read]]:
    read_source: Callable[[Source], Iterator[Read]] = _module(kind).read
    return read_source


@cache
def _module(kind: Kind) -> ModuleType:
    try:
        return import_module(f"{__name__}.{kind.module}" if kind in _OWN else kind.module)
    except ModuleNotFoundError as error:
        if not kind.extra:
            raise
        raise MissingExtraError(
            f"is {kind.title}; to read it, run: pip install 'feedsmith[{kind.extra}]'"
        ) from error
