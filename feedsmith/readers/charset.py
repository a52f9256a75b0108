"""The encoding that a page says it is in: an XML declaration, or a `<meta>` in its head.

Source: HTML standard section 13.2.3.2 (prescan), with all of the head instead of 1024 bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_HEAD_BYTES = 65_536  # bytes; in which a page's head ends
_LEAST_BYTES = 1024  # bytes that are looked at even behind the head
_XML = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})")
_END = re.compile(rb"</head|<body\b", re.IGNORECASE)
_META = re.compile(rb"<meta(?=[\s/])", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"[\s/]*+(>|([^\s/>=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?+)"
)
_IN_CONTENT = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_.:+-]{2,40}")
_NAMED_OTHERWISE = ("windows-", "x-", "cn-", "iso-8859-8-", "tis", "ks_", "unicode", "macintosh")


def declared_charset(data: bytes) -> str | None:
    """Return the first encoding that a page names and that there is, in lower case.

    >>> declared_charset(b'<meta charset="windows-1250">')
    'windows-1250'
    >>> declared_charset(b'<?xml version="1.0" encoding="ISO-8859-2"?><html>')
    'iso-8859-2'
    """
    if found := _XML.match(data):
        return found[1].decode("ascii").lower()
    head = data[:_HEAD_BYTES]
    head = b"".join(_uncommented(head))
    end = _END.search(head)
    head = head[: max(end.start(), _LEAST_BYTES)] if end else head
    return next((name for name in map(str.lower, _named(head)) if _is_known(name)), None)


def _uncommented(head: bytes) -> Iterator[bytes]:
    """Give what stands outside of comments; one that never ends hides the rest."""
    at = 0
    while (start := head.find(b"<!--", at)) >= 0:
        yield head[at:start]
        end = head.find(b"-->", start + 2)  # "<!-->" is a whole one
        if end < 0:
            return
        at = end + 3
    yield head[at:]


def _named(head: bytes) -> Iterator[str]:
    at = 0
    while meta := _META.search(head, at):
        said, at = _attributes(head, meta.end())
        if "charset" in said:
            yield said["charset"].strip()
        elif said.get("http-equiv", "").lower() == "content-type":
            yield from _IN_CONTENT.findall(said.get("content", ""))[:1]


def _attributes(head: bytes, at: int) -> tuple[dict[str, str], int]:
    """Return the attributes of a tag whose name ends at a place, and where they end."""
    said: dict[str, str] = {}
    while (found := _ATTRIBUTE.match(head, at)) and found[1] != b">":
        value = found[3] or found[4] or found[5] or b""
        said.setdefault(found[2].decode("latin-1").lower(), value.decode("latin-1"))
        at = found.end()
    return said, at


def _is_known(name: str) -> bool:
    """Say whether there is such an encoding; some names are known to browsers only."""
    if not _NAME.fullmatch(name):
        return False
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return name.startswith(_NAMED_OTHERWISE)
    return True
