"""Writes what the index page's search box looks in: a line an article, in files of some hundred.

Strategy: a page opened from disk may load scripts but no data, so each file is a script that hands
over its lines; the page loads them when somebody begins to search. An article's id tells its file,
so a new article touches one file only, and the order of arrival none. The searching is done by
MiniSearch, which lies beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b, sha256
from itertools import islice
from typing import Final

from feedsmith import resources
from feedsmith.builder.feeds import Row
from feedsmith.builder.pages import list_line
from feedsmith.builder.styling import OURS
from feedsmith.feedmodel import EntrySummary
from feedsmith.text import shorten

FOLDER: Final = "search/"
LIBRARY: Final = f"{FOLDER}minisearch.js"
FILE_MEAN: Final = 400  # articles; some 120 kB, made again for each new article in it
ARTICLES_MOST: Final = 12_800  # the newest; some 4 MB, which a browser has indexed in seconds
SUMMARY_MAX_CHARS: Final = 200  # characters; what a result shows
_STATIC: Final = "builder/static"


class File:
    """One file to be: the ids of its articles, newest first, and what its bytes depend on."""

    __slots__ = ("_digests", "_topics", "ids")

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._digests = sha256()
        self._topics: set[str] = set()

    def add(self, row: Row) -> None:
        """Add the next older article."""
        self.ids.append(row.id)
        self._digests.update(row.digest.encode())
        self._topics.update(row.topics.split())

    def key(self, salt: str, labels: Mapping[str, str]) -> str:
        """Return a digest of what the file's bytes depend on."""
        named = [labels.get(slug, slug) for slug in sorted(self._topics)]
        return sha256("\n".join([salt, self._digests.hexdigest(), *named]).encode()).hexdigest()


def files_of(rows: Iterable[Row], number: int) -> dict[str, File]:
    """Return the files by their paths; none without rows.

    Args:
        rows: newest first; the oldest are left out when there are too many. The number of files
            is a power of two, so that it seldom changes.
        number: how many rows there are.
    """
    count = 1
    while count * FILE_MEAN < min(number, ARTICLES_MOST):
        count *= 2
    files = {f"{FOLDER}{n}.js": File() for n in range(1, count + 1)}
    for row in islice(rows, ARTICLES_MOST):
        files[f"{FOLDER}{_place(row.id) % count + 1}.js"].add(row)
    return {path: file for path, file in files.items() if file.ids}


def _place(identifier: str) -> int:
    return int.from_bytes(blake2b(identifier.encode(), digest_size=4).digest())


def write(summaries: Sequence[EntrySummary], titles: Mapping[str, str]) -> bytes:
    """Return one file in UTF-8.

    A line is address, title, source, day, topics, summary, language; the address is relative to
    the out folder, everything is plain text.

    Args:
        summaries: the articles in the order of the file.
        titles: titles of the topics by slug.
    """
    lines = [json.dumps(_fields(summary, titles), ensure_ascii=False) for summary in summaries]
    text = ",\n".join(lines)
    head = f"{OURS}what its index page searches */\n"
    return f"{head}(globalThis.feedsmithSearch ??= []).push(\n{text}\n);\n".encode()


def _fields(summary: EntrySummary, titles: Mapping[str, str]) -> list[str]:
    line = list_line(summary, "")
    return [
        line.href,
        line.title,
        line.source,
        line.time.human,
        ", ".join(titles[slug] for slug in summary.topics if slug in titles),
        shorten(line.summary, max_chars=SUMMARY_MAX_CHARS),
        line.language,
    ]


def library() -> bytes:
    """Return MiniSearch, as its authors publish it, with its licence above."""
    licence = resources.text(_STATIC, "minisearch-LICENSE.txt").strip()
    head = f"{OURS}a copy of MiniSearch\n\n{licence}\n*/\n"
    return f"{head}{resources.text(_STATIC, 'minisearch.js')}".encode()
