"""The one list of output formats; pages, OPML and the server's media types are made from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from feedsmith.builder import atom, jsonfeed, rss
from feedsmith.builder.content import IMAGE_TYPES, Shown
from feedsmith.builder.parts import Parts
from feedsmith.feedmodel import Feed, Site

OPML_NAME: Final = "feeds.opml"
# As links.page_name makes it, of what archives.name_of and wide.periods.name_of give.
_PAGE: Final = re.compile(
    r"-archive-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{12})(?=\.[a-z]+\Z)"
)


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: its name in the configuration, file name, media type, name for people.

    `write` turns a feed, and its entries as readers get to see them, into the bytes of
    `file_name`; `parts` cuts these, and `between` stands between two entries. Each of `aliases` is
    a copy of that file.
    """

    name: str
    file_name: str
    media_type: str
    title: str
    write: Callable[[Feed, Sequence[Shown]], bytes]
    parts: Callable[[bytes], Parts]
    between: bytes = b""
    aliases: tuple[str, ...] = ()

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of the file and of its copies."""
        return (self.file_name, *self.aliases)


# The most capable first: it is the one that OPML names and that readers should take.
FORMATS: Final = (
    Format(
        atom.NAME, atom.FILE_NAME, atom.MEDIA_TYPE, "Atom", atom.write, atom.parts,
        aliases=("feed.xml",),
    ),
    Format("rss", rss.FILE_NAME, rss.MEDIA_TYPE, "RSS", rss.write, rss.parts),
    Format(
        "json", jsonfeed.FILE_NAME, jsonfeed.MEDIA_TYPE, "JSON Feed", jsonfeed.write,
        jsonfeed.parts, between=jsonfeed.BETWEEN,
    ),
)  # fmt: skip


def page_of(name: str) -> tuple[str, str]:
    """Return the name of the feed file that a file is an archive page of, and which page it is.

    >>> page_of("rss-archive-202409000002.xml"), page_of("rss.xml")
    (('rss.xml', '202409000002'), ('rss.xml', ''))
    """
    found = _PAGE.search(name)
    return (_PAGE.sub("", name), found[1]) if found else (name, "")


def chosen_formats(site: Site) -> tuple[Format, ...]:
    """Return the formats that the site writes, in the order of FORMATS."""
    return tuple(known for known in FORMATS if known.name in site.formats)


def _media_types() -> dict[str, str]:
    types = {
        name: f"{known.media_type}; charset=utf-8" for known in FORMATS for name in known.file_names
    }
    return {
        **types,
        ".opml": "text/x-opml; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        **IMAGE_TYPES,
    }


# Media type by file name or, failing that, by suffix: Python's own table knows none of ours.
MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(_media_types())
