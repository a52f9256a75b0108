"""Topics by site, author and language: what they hold, and what they leave alone."""

from __future__ import annotations

import pytest
from conftest import Program
from lxml import etree

PROSE = {
    "en": "The keeper counted the boats of bay {0} twice and wrote both numbers into book {0}. ",
    "de": "Der Wärter zählte die Boote in Bucht {0} zweimal und schrieb beides auf Blatt {0}. ",
}
CONFIG = """
[topics]
by = ["site", "author", "language"]
[[topic]]
title = "Piers"
any = ["title:pier"]
"""


def clip(number: int, title: str, host: str, author: str, language: str = "en") -> str:
    text = "".join(PROSE[language].format(number * 10 + line) for line in range(4))
    return (
        f"---\ntitle: {title}\nauthor: [{author}]\nsource: https://{host}/{number}\n"
        f"lang: {language}\ndate: 2024-09-{number:02}\n---\n{text}\n"
    )


@pytest.fixture
def shelf(program: Program) -> Program:
    """Return the program with four clippings and a topic of the user."""
    program.write("config.toml", CONFIG)
    program.write("saved/1.md", clip(1, "Pier opens", "www.post.example", "Ann Able"))
    program.write("saved/2.md", clip(2, "Quay shut", "post.example", "Ann Able, Bo Ray"))
    program.write("saved/3.md", clip(3, "Mole bricht", "blatt.example", "Bo Ray", "de"))
    program.ok("build", "saved")
    return program


def slugs(program: Program) -> dict[str, set[str]]:
    """Return the topics that have a folder, with the titles of their entries."""
    folders = (program.folder / "out/topics").iterdir()
    return {f.name: set(program.entries(f"topics/{f.name}/feed.json")) for f in folders}


def test_each_site_author_and_language_has_its_feed(shelf: Program) -> None:
    both = {"Pier opens", "Quay shut"}
    assert slugs(shelf) == {
        "piers": {"Pier opens"},
        "unsorted": {"Quay shut", "Mole bricht"},
        "site--post-example": both,
        "site--blatt-example": {"Mole bricht"},
        "author--ann-able": both,
        "author--bo-ray": {"Quay shut", "Mole bricht"},
        "language--en": both,
        "language--de": {"Mole bricht"},
    }
    tags = shelf.entries()["Mole bricht"]["tags"]
    assert tags == ["Unsorted", "blatt.example", "Bo Ray", "German"]
    shelf.ok("check")
    before = shelf.bytes_of()
    shelf.ok("build", "saved")
    assert shelf.bytes_of() == before


def test_the_list_of_feeds_has_them_in_groups(shelf: Program) -> None:
    outlines = etree.parse(shelf.folder / "out/feeds.opml").getroot().findall("body/outline")
    (topics,) = [one for one in outlines if one.get("text") == "Topics"]
    assert [one.get("text") for one in topics] == [
        "Piers", "Unsorted", "Authors", "Languages", "Sites",
    ]  # fmt: skip
    assert [one.get("text") for one in topics[4]] == ["blatt.example", "post.example"]


def test_a_correction_of_topics_leaves_them_and_one_of_the_author_moves(shelf: Program) -> None:
    shelf.ok("fix", "saved/3.md", "--topics", "Walls", "--authors", "Cy Dell")
    shelf.ok("build", "saved")
    found = slugs(shelf)
    assert found["walls"] == found["author--cy-dell"] == found["language--de"] == {"Mole bricht"}
    assert found["author--bo-ray"] == found["unsorted"] == {"Quay shut"}
    why = shelf.ok("topics", "--explain", "saved/3.md")
    assert "walls: corrected" in why
    assert "author--cy-dell: author Cy Dell" in why


def test_two_copies_of_an_article_have_the_topics_of_both_sites(shelf: Program) -> None:
    text = clip(2, "Quay shut", "mirror.example", "Ann Able, Bo Ray")
    shelf.write("saved/4.md", text)
    shelf.ok("build", "saved")
    found = slugs(shelf)
    assert found["site--mirror-example"] == {"Quay shut"}
    assert "Quay shut" in found["site--post-example"]
    assert found["unsorted"] == {"Quay shut", "Mole bricht"}


def test_other_tables_name_them(shelf: Program) -> None:
    more = (
        '[feed]\nall_excludes = ["language--de"]\n[[tree]]\nname = "post"\n'
        'base_url = "https://me.example/"\ntopics = ["site--post-example"]\n'
    )
    shelf.write("config.toml", CONFIG + more)
    shelf.ok("build", "saved")
    assert set(shelf.entries()) == {"Pier opens", "Quay shut"}
    tree = etree.parse(shelf.folder / "post/atom.xml").getroot()
    assert {e.text for e in tree.iterfind("{*}entry/{*}title")} == {"Pier opens", "Quay shut"}
