"""NITF documents: news as agencies have sent it since 1998.

Source: IPTC, News Industry Text Format 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from feedsmith.model import Document, Source
from feedsmith.readers import newsxml, nitffields


def read(source: Source) -> Iterator[Document]:
    """Give the file as one document, its fields from the head.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: there is no element in it.
    """
    root = newsxml.tree(source.read())
    yield Document(
        kind="html",
        hints=nitffields.fields_of(root),
        url=nitffields.address_of(root),
        content=nitffields.content_of(root),
        wrapper="NITF",
        is_fragment=True,
        is_edited=True,
    )
