"""The feed of problems: what failed, what is doubtful, what fell silent; it clears itself."""

from __future__ import annotations

import os
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server

ATOM = "{http://www.w3.org/2005/Atom}"
SAVED = 1_772_000_000  # seconds; 25 February 2026 06:13:20 UTC
DAMAGED = '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": ['
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
    """The program over one dump, and the entries of its feed of problems."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        self.configure("")
        self.put("saved/ferry.txt", dump("Ferry returns", date="2 Sep, 2024 19:25"))

    def configure(self, text: str) -> None:
        self.write("config.toml", f'[input]\npaths = ["saved"]\n[feed]\n{text}\n{TOPICS}')

    def put(self, name: str, text: str, *, later: int = 0) -> None:
        os.utime(self.write(name, text), (SAVED + later, SAVED + later))

    def build(self, status: int = 0) -> None:
        done = self.server.run(self.folder, "build")
        assert done.status == status, done.stdout + done.stderr

    def problems(self) -> dict[str, ET.Element]:
        """Return the entries by title."""
        root = ET.parse(self.folder / "out/problems/atom.xml").getroot()  # noqa: S314 (our own output)
        return {e.findtext(f"{ATOM}title") or "": e for e in root.findall(f"{ATOM}entry")}

    def is_the_same_when_built_anew(self, status: int = 0) -> bool:
        before = self.bytes_of()
        shutil.rmtree(self.folder / "out")
        (self.folder / ".feedsmith/cache.sqlite3").unlink()
        self.build(status)
        return self.bytes_of() == before


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path, server)


def test_a_file_that_failed_is_an_entry_until_it_is_mended(shelf: Shelf) -> None:
    shelf.put("saved/export.json", DAMAGED)
    shelf.build(1)
    (title, entry), *others = shelf.problems().items()
    assert not others
    assert title == "File failed: saved/export.json"
    assert entry.findtext(f"{ATOM}updated") == "2026-02-25T06:13:20+00:00"
    text = str(entry.findtext(f"{ATOM}content"))
    assert "<code>saved/export.json</code>" in text
    assert "DamagedSourceError: " in text
    assert entry.find(f"{ATOM}link") is None
    assert "0 problems" in shelf.ok("check")
    assert shelf.is_the_same_when_built_anew(1)
    name = entry.findtext(f"{ATOM}id")
    shelf.put("saved/export.json", DAMAGED + "{", later=600)
    shelf.build(1)
    (entry,) = shelf.problems().values()
    assert entry.findtext(f"{ATOM}id") == name
    assert entry.findtext(f"{ATOM}updated") == "2026-02-25T06:23:20+00:00"
    (shelf.folder / "saved/export.json").unlink()
    shelf.build()
    assert shelf.problems() == {}


def test_a_file_that_was_only_touched_has_its_new_time(shelf: Shelf) -> None:
    shelf.put("saved/export.json", DAMAGED)
    shelf.build(1)
    os.utime(shelf.folder / "saved/export.json", (SAVED + 900, SAVED + 900))
    shelf.build(1)
    (entry,) = shelf.problems().values()
    assert entry.findtext(f"{ATOM}updated") == "2026-02-25T06:28:20+00:00"
    assert shelf.is_the_same_when_built_anew(1)


@pytest.mark.parametrize("date", ["2024-04-03", "2024-03-04"])
def test_an_ambiguous_date_is_an_entry_until_the_user_says_which(shelf: Shelf, date: str) -> None:
    shelf.put("saved/quay.txt", dump("Quay shut", date="03/04/2024 10:00"))
    shelf.build()
    (title,) = shelf.problems()
    assert title == "Ambiguous date: saved/quay.txt"
    assert shelf.is_the_same_when_built_anew()
    shelf.ok("fix", "saved/quay.txt", "--title", "The quay is shut")
    shelf.build()
    assert set(shelf.problems()) == {title}
    shelf.ok("fix", "saved/quay.txt", "--date", date)
    shelf.build()
    assert shelf.problems() == {}


def test_a_removed_article_has_no_doubtful_date(shelf: Shelf) -> None:
    shelf.put("saved/quay.txt", dump("Quay shut", date="03/04/2024 10:00"))
    shelf.build()
    shelf.ok("remove", "saved/quay.txt")
    shelf.build()
    assert shelf.problems() == {}


def test_a_topic_that_has_gone_silent_is_an_entry_until_it_speaks(shelf: Shelf) -> None:
    for day in range(2, 20, 3):  # every third day, the last one on 17 June
        shelf.put(f"saved/bridge{day}.txt", dump(f"Bridge {day}", date=f"{day} Jun, 2024 10:00"))
    shelf.put("saved/ferry.txt", dump("Ferry returns", date="2 Jul, 2024 10:00"))
    shelf.build()
    assert shelf.problems() == {}  # five times three days, not more
    shelf.put("saved/sold.txt", dump("Ferry sold", date="2 Jul, 2024 10:01"))
    shelf.build()
    (title, entry), *others = shelf.problems().items()
    assert not others
    assert title == "Topic gone silent: Bridges"
    assert entry.findtext(f"{ATOM}updated") == "2024-07-02T10:00:00+00:00"
    text = str(entry.findtext(f"{ATOM}content"))
    assert "is of 17 June 2024" in text
    assert "about every 3 days" in text
    assert shelf.is_the_same_when_built_anew()
    shelf.put("saved/open.txt", dump("Bridge open", date="1 Jul, 2024 10:00"))
    shelf.build()
    assert shelf.problems() == {}


def test_few_articles_have_no_usual_interval(shelf: Shelf) -> None:
    for day in range(1, 6):
        shelf.put(f"saved/bridge{day}.txt", dump(f"Bridge {day}", date=f"{day} Jan, 2024 10:00"))
    shelf.build()
    assert shelf.problems() == {}


def test_index_and_opml_lead_to_it_even_when_it_is_empty(shelf: Shelf) -> None:
    shelf.build()
    address = "http://127.0.0.1:8000/problems/atom.xml"
    index = shelf.folder / "out/index.html"
    assert address in index.read_text("utf-8")
    assert "0 problems." in index.read_text("utf-8")
    body = ET.parse(shelf.folder / "out/feeds.opml").getroot().find("body")  # noqa: S314 (ours)
    assert body is not None
    assert body[-1].get("xmlUrl") == address
    assert body[-1].get("text") == "Problems · Saved articles"
    assert len([o for o in body.iter("outline") if o.get("xmlUrl") == address]) == 1
    shelf.put("saved/export.json", DAMAGED)
    shelf.build(1)
    assert "1 problem." in index.read_text("utf-8")


@pytest.mark.parametrize(
    "text", ["problems = false", '[output]\nformats = ["rss", "json"]'], ids=["off", "no Atom"]
)
def test_it_can_be_switched_off(shelf: Shelf, text: str) -> None:
    shelf.put("saved/export.json", DAMAGED)
    shelf.build(1)
    shelf.configure(text)
    shelf.build(1)
    assert not (shelf.folder / "out/problems").exists()
    assert "problems" not in (shelf.folder / "out/index.html").read_text("utf-8")
    assert "problems" not in (shelf.folder / "out/feeds.opml").read_text("utf-8")


def test_a_hundred_entries_are_enough(shelf: Shelf) -> None:
    for number in range(104):
        shelf.put(f"saved/{number}&<b>.json", DAMAGED, later=number)
    shelf.build(1)
    titles = list(shelf.problems())
    assert len(titles) == 100
    assert titles[0] == "File failed: saved/103&<b>.json"
    assert "104 problems." in (shelf.folder / "out/index.html").read_text("utf-8")
    assert "0 problems" in shelf.ok("check")
