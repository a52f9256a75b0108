"""Plain-text dumps: what "copy all", a Reader view or a text browser leaves of a page."""

import re
from collections.abc import Iterator

from feedsmith.model import Document, Source
from feedsmith.readers.encoding import decode, has_mark

NAME = "text"
TITLE = "plain text"
_HEAD_LINES = 8  # lines; a Reader copy's reading time stands on the fourth
_PROBE_CHARS = 4000  # characters; marks of text browsers show up early
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY_SHARE = 0.02  # share of control bytes; text with a few stray ones is still text
_READING_TIME = re.compile(r"^\d{1,3}([-–]\d{1,3})? (min(ute)?s?|min\.)( read)?$", re.IGNORECASE)
_BARE_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
_LINK_MARK = re.compile(r"^ {0,12}(?:[*•+o] )?\[\d+\]\S", re.MULTILINE)
_LYNX_MARK = re.compile(r"^ {3}#\[1\]|^ {3}IFRAME: |\(BUTTON\)", re.MULTILINE)
_LYNX_HINTS = ("#[1]", "IFRAME: ", "(BUTTON)")
_LINKS_MARK = re.compile(r"^ {3}Link: \[\d+\]", re.MULTILINE)
_W3M_MARK = re.compile(r"^━{20,}$|^ *[•□] ", re.MULTILINE)
_WRAP_COLUMNS = 80  # characters; no text browser's line is longer by default


def sniff(head: bytes) -> bool:
    """Say whether the first bytes are text: a byte order mark, or hardly any control bytes."""
    if has_mark(head):
        return True
    return bool(head) and len(_CONTROL.findall(head)) <= len(head) * _BINARY_SHARE


def read(source: Source) -> Iterator[Document]:
    """Give the file as one document of kind "text".

    Raises:
        UnreadableSourceError: the disk said no.
    """
    content = decode(source.read())
    yield Document(kind="text", content=content, wrapper=_wrapper(content))


def _wrapper(content: str) -> str:
    probe = content[:_PROBE_CHARS]
    lines = [line.strip() for line in probe.split("\n")[:_HEAD_LINES]]
    if _BARE_HOST.match(lines[0]) and any(_READING_TIME.match(line) for line in lines[1:]):
        return "reader copy"
    if "Link: [" in probe and _LINKS_MARK.search(probe):
        return "links dump"
    if any(mark in probe for mark in _LYNX_HINTS) and _LYNX_MARK.search(probe):
        return "lynx dump"
    if "[" in probe and len(_LINK_MARK.findall(probe)) > len(lines) // 2:
        return "lynx dump"
    is_marked = any(mark in probe for mark in "━•□") and _W3M_MARK.search(probe)
    wrapped = is_marked and max(map(len, probe.split("\n"))) <= _WRAP_COLUMNS
    return "w3m dump" if wrapped else "text dump"
