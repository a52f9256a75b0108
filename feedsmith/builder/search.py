"""Writes what the index page's search box looks in: a line an article, in files of some hundred.

Strategy: a page opened from disk may load scripts but no data, so each file is a script that hands
over its lines; the page loads them when somebody begins to search. An article's id tells its file,
so a new article touches one file only, and the order of arrival none. The searching is done by
MiniSearch, which lies beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Final, TypeVar

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
AnyRow = TypeVar("AnyRow", bound=Row)


def files_of(rows: Sequence[AnyRow]) -> dict[str, list[AnyRow]]:
    """Return the rows of each file by its path, in the order given; none without rows.

    Args:
        rows: newest first; the oldest are left out when there are too many. The number of files
            is a power of two, so that it seldom changes.
    """
    shown = rows[:ARTICLES_MOST]
    number = 1
    while number * FILE_MEAN < len(shown):
        number *= 2
    files: dict[str, list[AnyRow]] = {f"{FOLDER}{n}.js": [] for n in range(1, number + 1)}
    for row in shown:
        files[f"{FOLDER}{_place(row.id) % number + 1}.js"].append(row)
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
