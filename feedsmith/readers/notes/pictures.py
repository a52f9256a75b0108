"""Pictures of a note: files beside it, in its folder or in one for attachments."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import unquote

from feedsmith.model import Lookup, Source

# Where note-taking programs and site generators put pictures, below the note's folder.
_FOLDERS = (
    "attachments", "assets", "_resources", "resources", "images", "media", "files", "img", "static",
    "_attachments",
)  # fmt: skip
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


LOCAL = "beside:"  # begins the address of a picture that is a file, so that none resolves it
_RELATIVE = re.compile(r"(<img\b[^<>]*? src=\")(?![a-z][a-z0-9+.-]*:|/)", re.IGNORECASE)


def as_local(html: str) -> str:
    """Return HTML whose relative pictures are named as files; a page's own begin with a slash.

    >>> as_local('<img src="a.png"><img src="/b.png">')
    '<img src="beside:a.png"><img src="/b.png">'
    """
    return _RELATIVE.sub(rf"\1{LOCAL}", html)


def beside(source: Source) -> Lookup:
    """Return what gives a picture's bytes by its address as the note spells it."""
    return partial(_look, source.beside)


def _look(neighbour: Lookup, address: str) -> bytes | None:
    address = address.removeprefix(LOCAL)
    if _ELSEWHERE.match(address):
        return None
    path = unquote(address.partition("#")[0].partition("?")[0]).lstrip("/").removeprefix("./")
    name = path.rpartition("/")[2]
    if not name:
        return None
    places = (path, name, *(f"{folder}/{name}" for folder in _FOLDERS))
    found = (neighbour(place) for place in dict.fromkeys(places))
    return next((data for data in found if data is not None), None)
