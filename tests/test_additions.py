"""What users say beside their files: corrections, notes, exports of links; files stay untouched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import Program

PROSE = "<p>The ferry was late again on Monday, said the harbour office, and was sorry.</p>" * 3


def page(title: str, url: str = "") -> str:
    link = f'<link rel="canonical" href="{url}">' if url else ""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{link}</head><body><article>"
        f"<h1>{title}</h1><p>{title}, said the notice at the quay, until further notice.</p>{PROSE}"
        "</article></body></html>"
    )


@pytest.fixture
def shelf(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    program.write("config.toml", '[input]\npaths = ["saved"]\n')
    ferry = program.write("saved/ferry.html", page("Ferry late", "https://a.example/ferry?x=1"))
    quay = program.write("saved/quay.html", page("Quay shut"))
    for path in (ferry, quay):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return program


def ids(shelf: Program) -> dict[str, str]:
    return {title: entry["id"] for title, entry in shelf.entries().items()}


def test_a_correction_is_obeyed_and_can_be_taken_back(shelf: Program) -> None:
    shelf.ok("build")
    before, plain = ids(shelf), shelf.bytes_of()
    data = (shelf.folder / "saved/quay.html").read_bytes()
    shelf.ok(
        "fix", "saved/quay.html", "--title", "The quay is shut", "--date", "2 Sep 2021",
        "--authors", "Ada Quill, Bo Berg", "--topics", "Harbours", "--tags", "sea",
    )  # fmt: skip
    shelf.ok("build")
    entry = shelf.entries()["The quay is shut"]
    assert entry["id"] == before["Quay shut"]
    assert entry["date_published"] == "2021-09-02T12:00:00+00:00"
    assert [author["name"] for author in entry["authors"]] == ["Ada Quill", "Bo Berg"]
    assert entry["tags"] == ["Harbours", "sea"]
    assert (shelf.folder / "out/topics/harbours/atom.xml").exists()
    assert (shelf.folder / "saved/quay.html").read_bytes() == data
    empty = ("--title", "", "--date", "", "--authors", "", "--topics", "", "--tags", "")
    shelf.ok("fix", "saved/quay.html", *empty)
    shelf.ok("build")
    assert shelf.bytes_of() == plain


def test_a_correction_is_the_same_without_the_cache(shelf: Program) -> None:
    shelf.ok("build")
    shelf.ok("fix", "saved/quay.html", "--title", "The quay is shut", "--date", "2021-09-02T10:00Z")
    shelf.ok("build")
    corrected = shelf.bytes_of()
    assert "nothing changed" in shelf.ok("build")
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    shelf.ok("build")
    assert shelf.bytes_of() == corrected


def test_the_users_comments_in_the_corrections_stay(shelf: Program) -> None:
    shelf.ok("fix", "saved/quay.html", "--title", "The quay is shut")
    path = shelf.folder / "corrections.toml"
    path.write_text("# mine\n" + path.read_text())
    shelf.ok("fix", "saved/ferry.html", "--site", "Harbour News")
    text = path.read_text()
    assert text.startswith("# mine\n")
    assert "The quay is shut" in text
    assert "# saved/ferry.html" in text


def test_parse_and_explain_obey_corrections(shelf: Program) -> None:
    shelf.ok("fix", "saved/quay.html", "--title", "The quay is shut")
    line = json.loads(shelf.ok("parse", "saved/quay.html"))
    assert line["title"] == "The quay is shut"
    told = shelf.ok("explain", "saved/quay.html")
    assert "The quay is shut\n               by corrected (corrections.toml)" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[x\n", "corrections.toml"),
        ('["urn:x"]\ntitel = "a"\n', "unknown key titel"),
        ('["urn:x"]\ndate = "soon"\n', "date cannot be 'soon'"),
        ('title = "a"\n', "expected a table"),
    ],
)
def test_a_broken_corrections_file_is_told_and_nothing_published(
    shelf: Program, text: str, words: str
) -> None:
    shelf.write("corrections.toml", text)
    done = shelf("build")
    assert done.returncode == 2
    assert words in done.stderr
    assert not (shelf.folder / "out").exists()


def test_a_file_with_no_or_several_articles_cannot_be_fixed_by_its_path(shelf: Program) -> None:
    shelf.write("saved/x.png", "\x89PNG\r\n\x1a\n")
    assert "no article in it" in shelf("fix", "saved/x.png", "--title", "x").stderr
    assert shelf("fix", "saved/quay.html").returncode == 2
    assert "is no date" in shelf("fix", "saved/quay.html", "--date", "soon").stderr


@pytest.mark.parametrize("name", ["quay.note.md", "quay.html.note.md"])
def test_a_note_beside_a_file_is_shown_first(shelf: Program, name: str) -> None:
    shelf.ok("build")
    plain = shelf.bytes_of()
    note = shelf.write(f"saved/{name}", "Ask Ada <about> this.\n\nSoon.\n")
    shelf.ok("build")
    html = shelf.entries()["Quay shut"]["content_html"]
    assert html.startswith(
        "<blockquote><p>Ask Ada &lt;about&gt; this.</p><p>Soon.</p></blockquote>"
    )
    assert len(shelf.entries()) == 2
    assert "added (" in shelf.ok("explain", "saved/quay.html").replace("by added", "added")
    note.unlink()
    shelf.ok("build")
    assert shelf.bytes_of() == plain


EXPORT = (
    '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><A HREF="{}" ADD_DATE="1600000000" '
    'TAGS="sea,boats">Ferry</A>\n<DT><A HREF="https://a.example/lost" ADD_DATE="1600000100">Lost'
    "</A></DL>\n"
)
ADDRESS = "http://www.a.example/ferry/?x=1&utm_source=z"


@pytest.mark.parametrize("first", ["a-links.html", "z-links.html"])
def test_rows_of_an_export_lend_tags_and_notes_to_the_saved_file(
    shelf: Program, first: str
) -> None:
    shelf.ok("build")
    before, plain = ids(shelf), shelf.bytes_of()
    export = shelf.write(f"saved/{first}", EXPORT.format(ADDRESS))
    told = shelf("build").stderr
    assert "LinksSkipped: holds 1 links without a saved file" in told
    assert ids(shelf) == before
    assert {"sea", "boats"} <= set(shelf.entries()["Ferry late"]["tags"])
    filed = shelf.entries()["Ferry late"]["date_published"]
    assert filed == "2020-09-13T12:26:40+00:00"  # undated: when the user filed it
    export.unlink()
    shelf.ok("build")
    assert shelf.bytes_of() == plain


def test_rows_wait_until_their_file_comes(shelf: Program) -> None:
    ferry = shelf.folder / "saved/ferry.html"
    data = ferry.read_bytes()
    ferry.unlink()
    shelf.write("saved/links.html", EXPORT.format(ADDRESS))
    shelf.ok("build")
    ferry.write_bytes(data)
    shelf.ok("build")
    assert {"sea", "boats"} <= set(shelf.entries()["Ferry late"]["tags"])


def test_links_become_entries_and_give_way_to_the_saved_file(shelf: Program) -> None:
    shelf.write("config.toml", '[input]\npaths = ["saved"]\nlinks = "entry"\n')
    ferry = shelf.folder / "saved/ferry.html"
    data = ferry.read_bytes()
    ferry.unlink()
    shelf.write("saved/links.html", EXPORT.format(ADDRESS))
    shelf.ok("build")
    entries = shelf.entries()
    assert entries.keys() == {"Quay shut", "Ferry", "Lost"}
    assert entries["Lost"]["url"] == "https://a.example/lost"
    assert entries["Lost"]["date_published"] == "2020-09-13T12:28:20+00:00"
    ferry.write_bytes(data)
    shelf.ok("build")
    now = shelf.entries()
    assert now.keys() == {"Quay shut", "Ferry late", "Lost"}
    assert now["Ferry late"]["id"] == entries["Ferry"]["id"]
    assert "said the notice" in now["Ferry late"]["content_html"]
    assert {"sea", "boats"} <= set(now["Ferry late"]["tags"])
