"""Dumps of text browsers: the page's own address out of the list of its links."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from feedsmith import readers
from feedsmith.model import Document, Source
from feedsmith.readers.plaintext import wrapper_of

BODY = "   [2]Home\n   [3]News\n\nThe ferry is late\n\n   The night ferry is late again.\n"
OWN = "https://ellery.example/2024/ferry-late"


def url_of(head: str, *links: str) -> str | None:
    listed = "\n".join(f"{number:4}. {link}" for number, link in enumerate(links, 1))
    data = f"{head}\n{BODY}\nReferences\n\n   Visible links:\n{listed}\n".encode()
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    (document,) = readers.read(Source("a", "a", mtime, len(data), lambda: io.BytesIO(data)))
    assert isinstance(document, Document)
    return document.url


FRONT = "https://ellery.example/"


@pytest.mark.parametrize(
    ("head", "links", "url"),
    [
        ("   Link: [1]canonical\n   Link: [2]preload", (OWN, FRONT), OWN),
        ("   Link: [1]Feed (alternate)\n   Link: [2]canonical", (f"{FRONT}feed", OWN), OWN),
        ("   #[1]alternate [2]canonical", (f"{FRONT}feed", OWN), OWN),
        ("   #[1]alternate", (f"{FRONT}feed", f"{OWN}#main-content", FRONT), OWN),
        ("   #[1]alternate", (f"{FRONT}feed", f"{FRONT}#main", f"{OWN}#comments"), None),
        (
            "   #[1]alternate",
            (
                FRONT,
                f"https://one.example/share?u={OWN}?utm_source=one&t=x",
                f"https://two.example/post?url={OWN.replace(':', '%3A')}",
                "https://two.example/post?url=https://other.example/page",
                f"{FRONT}login?back=https://ellery.example/other",
            ),
            OWN,
        ),
        ("   #[1]alternate", (FRONT, f"https://one.example/share?u={OWN}"), None),
        ("   #[1]alternate", ("https://[broken#main", "http://[x?u=http://[y", FRONT), None),
        ("   Link: [9]canonical", (FRONT,), None),
    ],
)
def test_a_text_browser_s_list_tells_the_address(
    head: str, links: tuple[str, ...], url: str | None
) -> None:
    assert url_of(head, *links) == url


def test_other_dumps_have_no_list() -> None:
    data = f"The ferry is late\n\nReferences\n   1. {OWN}#main\n".encode()
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    (document,) = readers.read(Source("a", "a", mtime, len(data), lambda: io.BytesIO(data)))
    assert isinstance(document, Document)
    assert document.url is None


@pytest.mark.parametrize(
    "time",
    [
        "3-4 minutes", "1 minute", "5 min read", "3–4 Minuten", "3 bis 4 Minuten",
        "de 3 à 4 minutes", "3-4 minutos", "3-4 minuti", "3–4 minuter", "3-4 минуты", "3～4分",
        "3-4 分钟", "3~4분", "3-4 dakika", "10 perc",
    ],
)  # fmt: skip
def test_reader_views_print_the_time_in_many_languages(time: str) -> None:
    assert wrapper_of(f"ellery.example\nThe ferry is late\nAda Quill\n{time}\n\nIt is.") == (
        "reader copy"
    )


@pytest.mark.parametrize("line", ["4 minutes later it sailed", "Mina", "1986", "3-4 goals"])
def test_other_lines_are_no_reading_time(line: str) -> None:
    assert wrapper_of(f"ellery.example\nThe ferry is late\nAda\n{line}\n\nIt is.") == "text dump"
