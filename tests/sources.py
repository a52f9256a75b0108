"""What the tests of readers share: sources of bytes, reading them, ZIP archives."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from feedsmith import readers
from feedsmith.model import Document, Lookup, Read, Source, nothing_beside

PAGE = "<!DOCTYPE html><html><head><title>Tides</title></head><body><p>Low water.</p></body></html>"
PNG = b"\x89PNG\r\n\x1a\n"


def source(data: bytes, name: str = "saved", beside: Lookup = nothing_beside) -> Source:
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    return Source(name, name, mtime, len(data), lambda: io.BytesIO(data), beside)


def read_all(data: bytes, name: str = "saved") -> list[Read]:
    return list(readers.read(source(data, name)))


def read(data: bytes, name: str = "saved", beside: Lookup = nothing_beside) -> Document:
    (document,) = readers.read(source(data, name, beside))
    assert isinstance(document, Document)
    return document


def kind_of(data: bytes) -> str:
    return readers.detect(source(data)).name


def zipped(files: dict[str, str | bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", way) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()
