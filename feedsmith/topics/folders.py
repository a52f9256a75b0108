"""Topics named by the folders a file lies in.

Strategy: a folder that is named like a topic says so for certain. Any other folder name is a topic
of its own, unless it only says how, when or by which tool its files were saved.
"""

import re
from collections.abc import Iterator
from functools import cache

from feedsmith import resources
from feedsmith.model import Article, Topic
from feedsmith.text import MONTH_FORMS, one_line, short_hash, slugify
from feedsmith.topics.catalog import Catalog
from feedsmith.topics.vocabulary import name_key

MAX_LEVELS = 2  # folders; deeper ones divide a topic rather than name one
_MAX_NAME_CHARS = 60  # characters; longer names are headlines, not topics
_LETTERS = re.compile(r"[^\W\d_]{2}")
_DAYS = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
# "2024 05", "may 2024", "q3 2024", "week 12", "batch 7", "v2", "20240901t1200z"
_DATE_LIKE = re.compile(
    rf"(?:(?:{MONTH_FORMS}|{_DAYS}|\d+|\d+(?:st|nd|rd|th)|\d+t\d+z?|q[1-4]|h[12]|w\d+|kw|week|month|year|day"
    rf"|part|batch|vol|no|page|v\d*)(?:\s+|\Z))+\Z"
)
_HEX_NAME = re.compile(r"(?=.*\d)[0-9a-f]{8,}\Z")
_PAGE_STEMS = frozenset({"index", "page", "article", "content", "text", "document"})


@cache
def _generic_words() -> frozenset[str]:
    """Return the words that make a folder's name generic when it has no other."""
    lines = resources.text("topics/data", "generic_folders.txt").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def folder_topics(article: Article, catalog: Catalog) -> Iterator[tuple[Topic, str]]:
    """Yield the topics of the folders above a file, the nearest first, with the folder's name."""
    *names, file_name = article.path.split("/")
    if names and file_name.rsplit(".", 1)[0].casefold() in _PAGE_STEMS:
        names = _without_wrapper(names, catalog)
    chosen = [name for name in names if _says_something(name)][:MAX_LEVELS]
    for name in reversed(chosen):
        topic = _topic_of(name, catalog)
        if topic is not None and topic != catalog.catch_all:
            yield topic, name


def _without_wrapper(names: list[str], catalog: Catalog) -> list[str]:
    """Drop the folder that holds just one page (NAME/index.html), unless it names a topic."""
    return names if name_key(names[-1]) in catalog.names else names[:-1]


def _says_something(name: str) -> bool:
    key = name_key(name)
    return (
        not name.startswith((".", "_"))
        and not name.endswith("_files")
        and len(name) <= _MAX_NAME_CHARS
        and bool(_LETTERS.search(key))
        and not all(word in _generic_words() for word in key.split())
        and not _DATE_LIKE.match(key)
        and not _HEX_NAME.match(key)
    )


def _topic_of(name: str, catalog: Catalog) -> Topic | None:
    known = catalog.names.get(name_key(name))
    if known is not None:
        return catalog.by_slug[known]
    title = one_line(re.sub("[-_+]+", " ", name))
    title = title[:1].upper() + title[1:] if title.islower() else title
    slug = slugify(name)
    if slug in catalog.by_slug:
        slug = f"{slug}-{short_hash(name)}"
    return Topic(slug=slug, title=title or name)
