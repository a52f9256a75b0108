"""XML → trees, the one place that makes them: nothing is resolved, loaded or fetched.

Entities that a document declares stay unresolved, so that none grows beyond its own text, and
what is broken is read as far as it makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import escape
from typing import Protocol

from lxml import etree

from feedsmith import references
from feedsmith.errors import DamagedSourceError, check_amount

_BEGUN = re.compile(rb"(?:&#?[xX]?[0-9A-Fa-f]*;?)+\Z")  # references, the last maybe cut
_MOST_TAGS = 1_000_000  # of one document, some five seconds; a feed of 10,000 entries has 200,000
_LONGEST = 40  # bytes of references that are kept together
Element = etree._Element  # noqa: SLF001 (lxml has no public name for it)


class Readable(Protocol):
    """What gives bytes piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to so many bytes, none at the end."""


def parse(data: bytes) -> Element:
    """Return the root of a document.

    Raises:
        DamagedSourceError: there is no element in it, or far too many.
    """
    check_amount(data.count(b"<"), _MOST_TAGS, "tags")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, recover=True, huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(references.legal_bytes(data), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedSourceError(f"is no XML that can be read: {error}") from error
    if root is None:
        raise DamagedSourceError("is no XML that can be read: it holds no element")
    return root


def stream(source: Readable, names: Collection[str]) -> Iterator[Element]:
    """Yield the elements of these local names as they end, each whole; then it is forgotten.

    Args:
        source: the document's bytes; read piece by piece.
        names: local names, of elements that do not lie in one another.

    Raises:
        DamagedSourceError: nothing more can be read; what was whole has been given.
    """
    events = etree.iterparse(
        _Legal(source), events=("end",), tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False, load_dtd=False, no_network=True, recover=True, huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, node in events:
            yield node
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedSourceError(f"is no XML from some place on: {error}") from error


class _Legal:
    """A document as it is read, without references to what XML forbids."""

    def __init__(self, source: Readable) -> None:
        self._source, self._rest = source, b""

    def read(self, size: int = -1) -> bytes:
        """Return some more bytes, of references whole ones, and none at the end."""
        data = self._source.read(size)
        whole = self._rest + data
        begun = _BEGUN.search(whole, max(0, len(whole) - _LONGEST)) if data else None
        end = begun.start() if begun else len(whole)
        self._rest = whole[end:]
        legal = references.legal_bytes(whole[:end])
        return legal if legal or not data else self.read(size)


def name_of(node: Element) -> str:
    """Return an element's name without its namespace.

    >>> name_of(parse(b"<a:b xmlns:a='x'/>"))
    'b'
    """
    tag = str(node.tag)
    return tag.rpartition("}")[2]


def find(node: Element, path: str) -> Element | None:
    """Return the first descendant at a path of local names, such as "head/title"."""
    return node.find(_anywhere(path))


def find_all(node: Element, path: str) -> list[Element]:
    """Return every descendant at a path of local names."""
    return node.findall(_anywhere(path))


def text_of(node: Element | None) -> str:
    """Return the text inside an element on one line, "" for None."""
    if node is None:
        return ""
    return " ".join("".join(str(piece) for piece in node.itertext()).split())


def markup(node: Element) -> str:
    """Return what lies inside an element, as HTML."""
    inner = [etree.tostring(child, encoding="unicode", method="html") for child in node]
    return escape(node.text or "", quote=False) + "".join(inner)


def _anywhere(path: str) -> str:
    return ".//" + "/".join(f"{{*}}{name}" for name in path.split("/"))
