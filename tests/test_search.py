"""What the index page searches: cut into files that stay the same, one line an article."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conftest import Program
from test_builder import ARTICLE, entry_of

from feedsmith.builder import pages, search
from feedsmith.feedmodel import EntrySummary


def ids(number: int) -> list[str]:
    return [f"urn:uuid:{i * 2654435761 % 2**32:08x}" for i in range(number)]


def files_of(given: list[str]) -> dict[str, list[str]]:
    return search.files_of(given, search.number_of_files(len(given)))


def lines_of(data: bytes) -> list[list[str]]:
    """Return the lines of a file as a browser would read them."""
    inner = data.decode().split(".push(\n", 1)[1].removesuffix("\n);\n")
    lines: list[list[str]] = json.loads(f"[{inner}]")
    return lines


def summary_of(**fields: Any) -> EntrySummary:
    return pages.summary_of(entry_of(replace(ARTICLE, **fields)))


def test_files_hold_every_article_once_and_are_of_a_size() -> None:
    given = ids(3000)
    files = files_of(given)
    assert sorted((i for held in files.values() for i in held), key=given.index) == given
    assert list(files) == [f"search/{n}.js" for n in range(1, 9)]
    assert all(len(held) <= search.FILE_MEAN * 1.2 for held in files.values())


def test_a_new_or_lost_article_touches_its_own_file_only() -> None:
    given = ids(3000)
    before = files_of(given)
    for others, which in ((ids(3001), ids(3001)[-1]), (given[:10] + given[11:], given[10])):
        after = files_of(others)
        changed = [path for path in before if before[path] != after[path]]
        assert changed == [search.path_of(which, 8)]


def test_the_oldest_articles_are_left_out_when_there_are_too_many() -> None:
    given = ids(search.ARTICLES_MOST + 10)
    held = {i for held in files_of(given).values() for i in held}
    assert held == set(given[: search.ARTICLES_MOST])


def test_no_article_means_no_file() -> None:
    assert files_of([]) == {}


def test_a_line_is_plain_text_whatever_stands_in_the_article() -> None:
    summary = summary_of(
        title='A "pier" </script> \u2028 \\', summary="word " * 90, topics=("a", "gone")
    )
    [line] = lines_of(search.write([summary], {"a": "Piers"}))
    assert line[:5] == [
        "articles/2024/pier-0.html",
        summary.title,
        "harbourpost.example",
        "1 May 2024",
        "Piers",
    ]
    assert len(line[5]) <= search.SUMMARY_MAX_CHARS


def test_the_library_is_shipped_with_its_licence() -> None:
    text = search.library().decode()
    assert text.startswith("/* made by feedsmith: ")
    assert "Luca Ongaro" in text
    assert "Permission is hereby granted" in text
    assert "sourceMappingURL" not in text


def test_a_build_writes_what_the_index_names_and_changes_only_what_it_must(
    library: Program,
) -> None:
    library.ok("build", "saved")
    before = library.bytes_of()
    index = before["index.html"].decode()
    assert 'data-scripts="search/minisearch.js search/1.js"' in index
    titles = {line[1] for line in lines_of(before["search/1.js"])}
    assert titles == set(library.entries())
    library.write("saved/4.txt", (library.folder / "saved/1.txt").read_text().replace("Ferry", "X"))
    library.ok("build", "saved")
    changed = {p for p, data in library.bytes_of().items() if before.get(p) != data}
    assert "search/1.js" in changed
    assert "search/minisearch.js" not in changed
    assert "feed.css" not in changed


def test_without_pages_nothing_is_searched(library: Program) -> None:
    library.write("config.toml", '[input]\npaths = ["saved"]\n[output]\npages = false\n')
    library.ok("build")
    assert not [path for path in library.bytes_of() if path.endswith(".js")]
