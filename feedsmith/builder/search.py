"""Writes what the index page's search box looks in: a line an article, in files of some hundred.

Strategy: a page opened from disk may load scripts but no data, so each file is a script that hands
over its lines; the page loads them when somebody begins to search. The files are cut like archive
pages, in the order in which articles were met and after an entry told by its id, so a new article
touches the last file only. The searching is done by MiniSearch, which lies beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final, TypeVar

from feedsmith import resources
from feedsmith.builder.feeds import Row
from feedsmith.builder.pages import list_line
from feedsmith.builder.styling import OURS
from feedsmith.feedmodel import EntrySummary
from feedsmith.text import shorten

FOLDER: Final = "search/"
LIBRARY: Final = f"{FOLDER}minisearch.js"
FILE_LEAST: Final = 400  # articles; some 120 kB
FILE_MOST: Final = 500
FILES_MOST: Final = 25  # of the newest: 10,000 articles, 3 MB that a browser indexes in a second
SUMMARY_MAX_CHARS: Final = 200  # characters; what a result shows
_CUT: Final = "0"  # last digit of the id (a UUID) after which a file ends: one in sixteen
_STATIC: Final = "builder/static"
AnyRow = TypeVar("AnyRow", bound=Row)


def files_of(rows: Iterable[AnyRow]) -> dict[str, list[AnyRow]]:
    """Return the rows of each file by its path, the newest files only, the oldest of them first."""
    files: list[list[AnyRow]] = [[]]
    for row in sorted(rows, key=attrgetter("seen", "dated", "id")):
        files[-1].append(row)
        length = len(files[-1])
        if length >= FILE_MOST or (length >= FILE_LEAST and row.id.endswith(_CUT)):
            files.append([])
    named = {f"{FOLDER}{number}.js": file for number, file in enumerate(files, 1) if file}
    return dict(list(named.items())[-FILES_MOST:])


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
