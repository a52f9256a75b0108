"""The picture behind an address in a saved page, when it lies beside the page."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from feedsmith.model import Lookup

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/|\\|[?#]")


def name_of(address: str) -> str | None:
    """Return the file name that a relative address means, None for any other address.

    >>> name_of("A%20page_files/./b.png?x=1"), name_of("../b.png"), name_of("https://a.example/b")
    ('A page_files/b.png', None, None)
    """
    if not address or _SCHEME.match(address):
        return None
    path = posixpath.normpath(unquote(re.split(r"[?#]", address, maxsplit=1)[0]))
    if path.startswith(("/", "..", "\\")) or "\x00" in path or path == ".":
        return None
    return path


def look(beside: Lookup, address: str) -> bytes | None:
    """Return the bytes of a file that lies beside a page or below it, or None."""
    name = name_of(address)
    return beside(name) if name else None
