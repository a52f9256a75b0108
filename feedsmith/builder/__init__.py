"""Feeds → bytes: one module per output format, one list of formats, and the pages beside them."""

from __future__ import annotations

from feedsmith.builder import pages
from feedsmith.builder.content import shown_entries
from feedsmith.builder.formats import FORMATS, MEDIA_TYPES, Format, chosen_formats
from feedsmith.feedmodel import Feed

__all__ = ["FORMATS", "MEDIA_TYPES", "Format", "write_feed"]


def write_feed(feed: Feed) -> dict[str, bytes]:
    """Return the files of one feed, by path below the out folder.

    These are the formats that the site asks for, each with its copies under other names, and for
    a topic the page that lists its articles (the feed of all articles has the index page).
    """
    files = {}
    entries = shown_entries(feed)
    for known in chosen_formats(feed.site):
        data = known.write(feed, entries)
        for name in known.file_names:
            files[feed.folder + name] = data
    if feed.topic is not None and feed.site.pages:
        files[feed.folder + pages.INDEX_NAME] = pages.topic_page(feed)
    return files
