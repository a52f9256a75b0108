"""What was removed on purpose leaves a tombstone for a while; what only vanished leaves none."""

from __future__ import annotations

import re
import shutil
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server

from feedsmith.tombstones import Removed, of_feed

ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
TOPICS = """
[[topic]]
title = "Bridges"
any = ["title:bridge"]
[[topic]]
title = "Ferries"
any = ["title:ferry"]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Shelf(Program):
    """The program over a few dumps, each of the topic that its title names."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        for number, title in enumerate(("Ferry returns", "Bridge reopens", "Bridge shut"), 1):
            self.write(f"saved/{number}.txt", dump(title, date=f"{number} Sep, 2024 10:00"))
        self.configure("")

    def configure(self, text: str) -> None:
        self.write("config.toml", f'[input]\npaths = ["saved"]\n[feed]\n{text}\n{TOPICS}')

    def run(self, *arguments: str) -> str:
        done = self.server.run(self.folder, *arguments)
        assert done.status == 0, done.stdout + done.stderr
        return done.stdout

    def build(self) -> dict[str, dict[str, object]]:
        self.run("build")
        return self.entries()

    def stones(self, name: str = "atom.xml") -> dict[str, str]:
        root = ET.parse(self.folder / "out" / name).getroot()  # noqa: S314 (our own output)
        return {stone.attrib["ref"]: stone.attrib["when"] for stone in root.findall(DELETED)}

    def change_ledger(self, statement: str, *values: str) -> None:
        database = sqlite3.connect(self.folder / ".feedsmith/ledger.sqlite3")
        database.execute(statement, values)
        database.commit()
        database.close()

    def build_cold(self) -> None:
        shutil.rmtree(self.folder / "out")
        (self.folder / ".feedsmith/cache.sqlite3").unlink()
        self.run("build")


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path, server)


def test_a_removed_article_leaves_a_tombstone_in_the_feeds_that_held_it(shelf: Shelf) -> None:
    name = str(shelf.build()["Bridge reopens"]["id"])
    shelf.run("remove", "saved/2.txt")
    assert "Bridge reopens" not in shelf.build()
    stones = shelf.stones()
    assert set(stones) == {name}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", stones[name])
    assert shelf.stones("topics/bridges/atom.xml") == stones
    assert shelf.stones("feed.xml") == stones
    assert shelf.stones("topics/ferries/atom.xml") == {}
    assert "0 problems" in shelf.run("check")
    before = shelf.bytes_of()
    shelf.build_cold()
    assert shelf.bytes_of() == before


def test_it_is_told_although_the_file_is_deleted_too(shelf: Shelf) -> None:
    name = shelf.build()["Bridge reopens"]["id"]
    shelf.run("remove", "saved/2.txt")
    (shelf.folder / "saved/2.txt").unlink()
    shelf.build()
    assert set(shelf.stones("topics/bridges/atom.xml")) == {name}


def test_its_topics_are_found_without_the_cache(shelf: Shelf) -> None:
    name = shelf.build()["Bridge reopens"]["id"]
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    shelf.run("remove", "saved/2.txt")
    shelf.build()
    assert set(shelf.stones("topics/bridges/atom.xml")) == {name}
    assert shelf.stones("topics/ferries/atom.xml") == {}


def test_a_file_that_only_vanished_leaves_none(shelf: Shelf) -> None:
    shelf.build()
    (shelf.folder / "saved/2.txt").unlink()
    assert "Bridge reopens" not in shelf.build()
    assert shelf.stones() == {}
    assert "tombstones" not in (shelf.folder / "out/atom.xml").read_text("utf-8")


def test_it_never_reappears_until_that_is_taken_back(shelf: Shelf) -> None:
    first = shelf.build()
    shelf.run("remove", str(first["Bridge reopens"]["id"]))
    shelf.build()
    stones = shelf.stones()
    shelf.write("saved/copy/again.txt", dump("Bridge reopens", date="2 Sep, 2024 10:00"))
    shelf.run("remove", "saved/2.txt")  # once more: the first time counts
    assert "Bridge reopens" not in shelf.build()
    assert shelf.stones() == stones
    (shelf.folder / "saved/copy/again.txt").unlink()
    shelf.run("remove", "--undo", "saved/2.txt")
    assert shelf.build() == first
    assert shelf.stones() == shelf.stones("topics/bridges/atom.xml") == {}


def test_days_are_counted_by_the_ledger_not_by_the_calendar(shelf: Shelf) -> None:
    name = str(shelf.build()["Bridge reopens"]["id"])
    shelf.run("remove", "saved/2.txt")
    shelf.change_ledger("UPDATE articles SET first_seen = ?", "2019-05-01T10:00:00+00:00")
    shelf.change_ledger("UPDATE tombstones SET removed = ?", "2019-05-02T10:00:00+00:00")
    shelf.build_cold()  # years later, and nothing new was met since
    assert shelf.stones() == {name: "2019-05-02T10:00:00+00:00"}
    shelf.change_ledger(
        "UPDATE articles SET first_seen = ? WHERE id <> ?", "2019-06-01T10:00:00+00:00", name
    )
    shelf.build_cold()
    assert set(shelf.stones()) == {name}  # thirty days, no more
    shelf.write("saved/4.txt", dump("Ferry sold", date="4 Sep, 2024 10:00"))
    assert "Bridge reopens" not in shelf.build()
    assert shelf.stones() == {}


def test_scoped_ids_are_those_that_the_topic_used(shelf: Shelf) -> None:
    shelf.configure('ids = "scoped"')
    shelf.build()
    names = {
        feed: shelf.entries(f"{feed}feed.json")["Bridge reopens"]["id"]
        for feed in ("", "topics/bridges/")
    }
    shelf.run("remove", "saved/2.txt")
    shelf.build()
    for feed, name in names.items():
        assert set(shelf.stones(f"{feed}atom.xml")) == {name}


def test_it_can_be_switched_off(shelf: Shelf) -> None:
    shelf.configure("tombstone_days = 0")
    shelf.build()
    shelf.run("remove", "saved/2.txt")
    assert len(shelf.build()) == 2
    assert shelf.stones() == {}


def test_a_feed_that_left_the_topic_out_has_no_tombstone() -> None:
    when = datetime(2024, 9, 2, tzinfo=UTC)
    removed = [Removed("urn:a", when, ("sport",)), Removed("urn:b", when, ())]
    assert [stone.id for stone in of_feed(removed, None, ("sport",))] == ["urn:b"]
    assert [stone.id for stone in of_feed(removed, "sport", ("sport",))] == ["urn:a"]
    many = [Removed(f"urn:{number}", when, ()) for number in range(900)]
    assert len(of_feed(many, None, ())) == 500
