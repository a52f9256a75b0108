"""Feeds → bytes: one module per output format, one list of formats, and the pages beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feedsmith.builder import pages
from feedsmith.builder.formats import FORMATS, MEDIA_TYPES, Format, chosen_formats, page_of
from feedsmith.builder.links import page_name
from feedsmith.builder.press import Press, spelled
from feedsmith.feedmodel import Feed, Site
from feedsmith.model import Topic

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "Format",
    "Press",
    "feeds_among",
    "file_names",
    "files_of",
    "page_of",
    "spelled",
    "write_feed",
]


def write_feed(feed: Feed, press: Press | None = None) -> dict[str, bytes]:
    """Return the files of one feed, or of one of its archive pages, see `files_of`.

    Args:
        feed: what to write.
        press: what writes it, and may have written other feeds of the site in the same run.
    """
    return files_of(feed, (press or Press()).write(feed))


def files_of(feed: Feed, documents: Mapping[Format, bytes]) -> dict[str, bytes]:
    """Return the files of a feed whose documents are written, by path below the out folder.

    These are the documents, each with its copies under other names, and for a topic the page that
    lists its articles (the feed of all articles has the index page).
    """
    files = {}
    for known, data in documents.items():
        for name in _names(known, feed.page):
            files[feed.folder + name] = data
    if feed.topic is not None and feed.site.pages and not feed.page:
        files[feed.folder + pages.INDEX_NAME] = pages.topic_page(feed)
    return files


def file_names(site: Site, topic: Topic | None, page: str = "") -> list[str]:
    """Return the names of the files that `write_feed` gives for such a feed."""
    names = [name for known in chosen_formats(site) for name in _names(known, page)]
    return names + ([pages.INDEX_NAME] if topic and site.pages and not page else [])


def feeds_among(paths: Iterable[str]) -> list[str]:
    """Return, sorted, the paths of feeds, without their copies under other names and archives."""
    names = {known.file_name for known in FORMATS}
    return sorted(path for path in paths if path.rpartition("/")[2] in names)


def _names(known: Format, page: str) -> tuple[str, ...]:
    return (page_name(known.file_name, page),) if page else known.file_names
