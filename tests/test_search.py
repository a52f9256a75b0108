"""What the index page searches: cut into files that stay the same, one line an article."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from conftest import Program
from test_builder import ARTICLE, entry_of

from feedsmith.builder import pages, search
from feedsmith.feedmodel import EntrySummary


@dataclass(frozen=True)
class Row:
    id: str
    seen: str
    dated: str = "2024-05-01"
    published: str = ""
    updated: str = ""
    digest: str = ""
    size: int = 0
    language: str = ""
    topics: str = ""


def rows_of(number: int) -> list[Row]:
    return [Row(f"urn:uuid:{i * 2654435761 % 2**32:08x}", f"{i:06}") for i in range(number)]


def ids_of(rows: list[Row]) -> dict[str, list[str]]:
    return {path: file.ids for path, file in search.files_of(rows, len(rows)).items()}


def lines_of(data: bytes) -> list[list[str]]:
    """Return the lines of a file as a browser would read them."""
    inner = data.decode().split(".push(\n", 1)[1].removesuffix("\n);\n")
    lines: list[list[str]] = json.loads(f"[{inner}]")
    return lines


def summary_of(**fields: Any) -> EntrySummary:
    return pages.summary_of(entry_of(replace(ARTICLE, **fields)))


def test_files_hold_every_article_once_and_are_of_a_size() -> None:
    rows = rows_of(3000)
    files = ids_of(rows)
    assert sorted(i for held in files.values() for i in held) == sorted(row.id for row in rows)
    assert list(files) == [f"search/{n}.js" for n in range(1, 9)]
    assert all(len(held) <= search.FILE_MEAN * 1.2 for held in files.values())


def test_a_new_or_lost_article_touches_its_own_file_only() -> None:
    rows = rows_of(3000)
    before = ids_of(rows)
    for others in (rows_of(3001), rows[:10] + rows[11:]):
        after = ids_of(others)
        assert sum(1 for path in before if before[path] != after[path]) == 1


def test_the_oldest_articles_are_left_out_when_there_are_too_many() -> None:
    rows = rows_of(search.ARTICLES_MOST + 10)
    held = {i for held in ids_of(rows).values() for i in held}
    assert held == {row.id for row in rows[: search.ARTICLES_MOST]}


def test_no_article_means_no_file() -> None:
    assert ids_of([]) == {}


def test_the_key_of_a_file_moves_with_its_articles_and_their_topics() -> None:
    rows = [Row("urn:uuid:1", "1", digest="a", topics="piers"), Row("urn:uuid:2", "2", digest="b")]

    def key(*given: Row, salt: str = "", title: str = "Piers") -> str:
        return search.files_of(given, len(given))["search/1.js"].key(salt, {"piers": title})

    assert key(*rows) == key(*rows)
    others = [
        key(*rows[::-1]),
        key(rows[0]),
        key(rows[0], replace(rows[1], digest="c")),
        key(*rows, salt="1"),
        key(*rows, title="Quays"),
    ]
    assert len({key(*rows), *others}) == 6


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
