"""Feeds of awkward articles, and of none: valid, alike in all formats, titles as they were."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from awkward import KINDS, title_of, write
from conftest import Program

ATOM = "{http://www.w3.org/2005/Atom}"
COUNT = 300
CONFIG = """
[feed]
limit = 60
[[tree]]
name = "public"
base_url = "https://public.example/"
notes = true
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = Program(tmp_path_factory.mktemp("awkward"))
    write(COUNT, program.folder / "saved")
    program.write("config.toml", f'[input]\npaths = ["saved"]\n{CONFIG}')
    program.ok("build")
    return program


def expected(number: int) -> str:
    """Return a title without what XML forbids and what turns or hides letters, on one line."""
    legal = re.sub(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\u200b\u202c\u202e]", "", title_of(number)
    )
    return " ".join(unicodedata.normalize("NFC", legal).split())


def test_no_problem_in_any_feed_of_any_folder(built: Program) -> None:
    assert " 0 problems" in built.ok("check")


def test_every_article_is_there_once_in_feed_and_archive(built: Program) -> None:
    files = [*(built.folder / "out").glob("atom-archive-*.xml"), built.folder / "out/atom.xml"]
    ids: dict[str, set[str]] = {}
    for path in files:
        for entry in ET.parse(path).getroot().findall(f"{ATOM}entry"):  # noqa: S314 (our own output)
            ids.setdefault(entry.findtext(f"{ATOM}id") or "", set()).add(
                entry.findtext(f"{ATOM}title") or ""
            )
    assert len(ids) == COUNT
    assert all(len(titles) == 1 for titles in ids.values())


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_titles_are_what_the_page_said(built: Program, kind: int) -> None:
    found = {str(item["url"]): item["title"] for item in built.feed()["items"]}
    numbers = [n for n in range(COUNT - 60, COUNT) if n % len(KINDS) == kind]
    assert numbers
    for number in numbers:
        (title,) = [
            t for url, t in found.items() if url.startswith(f"https://awkward.example/{number}/")
        ]
        assert title == expected(number)


def test_a_folder_without_articles_gives_valid_empty_feeds(program: Program) -> None:
    (program.folder / "saved").mkdir()
    program.write("config.toml", f'[input]\npaths = ["saved"]\n{CONFIG}')
    program.ok("build", "--allow-shrink")
    assert " 0 problems" in program.ok("check")
    assert program.feed()["items"] == []
    assert "nothing changed" in program.ok("build", "--allow-shrink")
