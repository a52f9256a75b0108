"""Writes what the index page's search box looks in: a line an article, in files of some hundred.

Strategy: a page opened from disk may load scripts but no data, so each file is a script that hands
over its lines; the page loads them when somebody begins to search. An article's id tells its file,
so a new article touches one file only, and the order of arrival none. The searching is done by
MiniSearch, which lies beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Final

from feedsmith import resources
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


def number_of_files(articles: int) -> int:
    """Return how many files there are: a power of two, so that it seldom changes."""
    number = 1
    while number * FILE_MEAN < min(articles, ARTICLES_MOST):
        number *= 2
    return number


def path_of(identifier: str, number: int) -> str:
    """Return the path of the file of so many that an article stands in."""
    return f"{FOLDER}{_place(identifier) % number + 1}.js"


def files_of(ids: Iterable[str], number: int) -> dict[str, list[str]]:
    """Return the articles of each file by its path; none without articles.

    Args:
        ids: of all articles, newest first; the oldest are left out when there are too many.
        number: of files.
    """
    files: dict[str, list[str]] = {f"{FOLDER}{n}.js": [] for n in range(1, number + 1)}
    for identifier in islice(ids, ARTICLES_MOST):
        files[path_of(identifier, number)].append(identifier)
    return {path: held for path, held in files.items() if held}


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
