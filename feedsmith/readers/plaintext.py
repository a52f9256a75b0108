"""Plain-text dumps: what "copy all", a Reader view or a text browser leaves of a page."""

import re
from collections.abc import Iterator

from feedsmith.model import Document, Source
from feedsmith.readers.encoding import decode

_HEAD_LINES = 8  # lines; a Reader copy's reading time stands on the fourth
_PROBE_CHARS = 4000  # characters; marks of text browsers show up early
_READING_TIME = re.compile(r"^\d{1,3}([-–]\d{1,3})? (min(ute)?s?|min\.)( read)?$", re.IGNORECASE)
_BARE_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
_LINK_MARK = re.compile(r"^ {0,12}(?:[*•+o] )?\[\d+\]\S", re.MULTILINE)
_LYNX_MARK = re.compile(r"^ {3}#\[1\]|^ {3}IFRAME: |\(BUTTON\)", re.MULTILINE)
_LINKS_MARK = re.compile(r"^ {3}Link: \[\d+\]", re.MULTILINE)
_W3M_MARK = re.compile(r"^━{20,}$|^ *[•□] ", re.MULTILINE)
_WRAP_COLUMNS = 80  # characters; no text browser's line is longer by default


def read(source: Source) -> Iterator[Document]:
    """Give the file as one document of kind "text".

    Raises:
        UnreadableSourceError: the disk said no.
    """
    content = decode(source.read())
    yield Document(kind="text", content=content, wrapper=wrapper_of(content))


def wrapper_of(content: str) -> str:
    """Return the name of what made a dump, as far as its first lines show it."""
    probe = content[:_PROBE_CHARS]
    lines = probe.split("\n", _HEAD_LINES)[:_HEAD_LINES]
    if _BARE_HOST.match(lines[0].strip()) and any(
        _READING_TIME.match(line.strip()) for line in lines[1:]
    ):
        return "reader copy"
    has_link = "[" in probe  # the cheapest look by far; most dumps have none
    if has_link and "Link: [" in probe and _LINKS_MARK.search(probe):
        return "links dump"
    if (has_link and _has_links(probe, len(lines))) or _has_fields(probe):
        return "lynx dump"
    is_marked = any(mark in probe for mark in "━•□") and _W3M_MARK.search(probe)
    wrapped = is_marked and max(map(len, probe.split("\n"))) <= _WRAP_COLUMNS
    return "w3m dump" if wrapped else "text dump"


def _has_links(probe: str, head_lines: int) -> bool:
    """Say whether links are numbered as lynx does it."""
    if "#[1]" in probe and _LYNX_MARK.search(probe):
        return True
    return len(_LINK_MARK.findall(probe)) > head_lines // 2


def _has_fields(probe: str) -> bool:
    """Say whether there are lynx's words for frames and buttons."""
    return ("IFRAME: " in probe or "(BUTTON)" in probe) and bool(_LYNX_MARK.search(probe))
