"""What happens to an entry when something happens to its article: each row of the table in docs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Program, dump
from faults import Server

EPOCH = int(datetime(2024, 9, 3, 12, tzinfo=UTC).timestamp())  # when everything was saved first
FERRY, PILOTS, NOTE = "Ferry returns", "Pilots strike", "A note for nobody"
PAGE = "https://www.harbourpost.example/pilots"
LATER = 600  # seconds
BODY = (
    "The pilots of Port Ellery will board no ship before the council has spoken, one of them said.",
    "Shopkeepers filled the gallery of the session and asked for a plan to outlive the storms.",
    "“We will publish every figure by the end of the month,” the mayor said, promising no more.",
)
CROSSING = (
    "The ferry to Low Marsh sails again from Monday, three years after the storms broke its pier.",
    "Nobody on the quay had believed in it, and the master of the boat had believed least of all.",
    "A crossing takes forty minutes and costs what it did: nothing for cows, a coin for others.",
)
CONFIG = '[input]\npaths = ["saved"]\n[feed]\nbase_url = "{}"\n'
CONFIG += '[[topic]]\ntitle = "Harbours"\n{}\nany = ["title:ferry", "title:pilots"]\n'


def page(*, url: str = PAGE, head: str = "", title: str = PILOTS) -> str:
    """Return a saved page with an address."""
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}"
        f'<link rel="canonical" href="{url}"><meta property="og:title" content="{title}">'
        '<meta property="article:published_time" content="2024-09-02T10:00:00Z"></head><body>'
        f"<article><h1>{title}</h1>{''.join(f'<p>{text}</p>' for text in BODY)}</article></body>"
    )


def ferry(*, title: str = FERRY, date: str = "1 Sep, 2024 10:00", extra: str = "") -> str:
    """Return a dump without an address."""
    return dump(title, date=date, body="\n\n".join((*CROSSING, *filter(None, [extra]))))


class Shelf(Program):
    """Three articles (with an address, without one, without a date) and what happens to them."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        self.configure()
        self.save("saved/1.txt", ferry(), later=0)
        self.save("saved/2.html", page(), later=0)
        self.save("saved/3.txt", dump(NOTE, date="no date at all"), later=0)

    def configure(self, url: str = "https://feeds.example.org/", topic: str = "") -> None:
        self.write("config.toml", CONFIG.format(url, topic))

    def save(self, name: str, text: str, *, later: int = LATER) -> None:
        path = self.write(name, text)
        os.utime(path, (EPOCH + later, EPOCH + later))

    def run(self, *arguments: str, fault: str = "") -> None:
        done = self.server.run(self.folder, *arguments, fault=fault)
        assert done.status == 0, done.stdout + done.stderr

    def lose(self, *names: str) -> None:
        for name in names:
            (self.folder / ".feedsmith" / f"{name}.sqlite3").unlink()

    def move(self, old: str, new: str) -> None:
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def all(self) -> dict[str, dict[str, Any]]:
        """Return the entries of all feeds by id; their articles' text is all that they show."""
        return {str(item["id"]): item for item in self.feed()["items"]}  # type: ignore[attr-defined]


Deed = Callable[[Shelf], str | None]  # does it; returns the article's title, None for all three
EVENTS: dict[str, Deed] = {}


def event(text: str) -> Callable[[Deed], Deed]:
    def note(deed: Deed) -> Deed:
        EVENTS[text] = deed
        return deed

    return note


@event("its file is renamed")
def _(shelf: Shelf) -> None:
    for number, suffix in enumerate((".txt", ".html", ".txt"), 1):
        shelf.move(f"saved/{number}{suffix}", f"saved/the article {number}{suffix}")


@event("its file is moved to another folder")
def _(shelf: Shelf) -> None:
    for number, suffix in enumerate((".txt", ".html", ".txt"), 1):
        shelf.move(f"saved/{number}{suffix}", f"saved/read/{number}{suffix}")


@event("its file is touched, or copied without its time")
def _(shelf: Shelf) -> None:
    for path in (shelf.folder / "saved").iterdir():
        os.utime(path, (EPOCH + LATER, EPOCH + LATER))


@event("its file is copied")
def _(shelf: Shelf) -> None:
    for number, suffix in enumerate((".txt", ".html", ".txt"), 1):
        text = (shelf.folder / f"saved/{number}{suffix}").read_text("utf-8")
        shelf.save(f"saved/copy {number}{suffix}", text)


@event("it is saved again: other bytes, the same text")
def _(shelf: Shelf) -> str:
    shelf.save("saved/2.html", page(head="<meta name=seen content=2>"))
    return PILOTS


@event("it is saved again beside the old file")
def _(shelf: Shelf) -> str:
    shelf.save("saved/2 (1).html", page(head="<meta name=seen content=2>"))
    return PILOTS


@event("it is copied again with other edges: more or less of the page around the text")
def _(shelf: Shelf) -> str:
    shelf.save("saved/1 again.txt", ferry().replace("icon bookmarkicon cameraicon ", "Menu Home\n"))
    return FERRY


@event("it is copied again with a paragraph more")
def _(shelf: Shelf) -> str:
    more = "The ferry itself lies in the dock, where its second engine is being taken apart again."
    shelf.save("saved/1 again.txt", ferry(extra=more))
    return FERRY


@event("its text is edited in place")
def _(shelf: Shelf) -> str:
    shelf.save("saved/1.txt", ferry().replace("storms", "winds"))
    return FERRY


@event("its title is put right in the file")
def _(shelf: Shelf) -> str:
    shelf.save("saved/1.txt", ferry(title="Ferry returns at last"))
    return "Ferry returns at last"


@event("its title is corrected with `feedsmith fix`")
def _(shelf: Shelf) -> str:
    shelf.run("fix", "saved/1.txt", "--title", "Ferry returns at last")
    return "Ferry returns at last"


@event("its date is put right in the file, to an earlier one")
def _(shelf: Shelf) -> str:
    shelf.save("saved/1.txt", ferry(date="30 Aug, 2024 10:00"))
    return FERRY


@event("its date is put right in the file, to a later one")
def _(shelf: Shelf) -> str:
    shelf.save("saved/1.txt", ferry(date="2 Sep, 2024 18:00"))
    return FERRY


@event("its date is corrected with `feedsmith fix`, to an earlier one")
def _(shelf: Shelf) -> str:
    shelf.run("fix", "saved/1.txt", "--date", "2024-08-30")
    return FERRY


@event("its address turns from http to https, or loses `www.`")
def _(shelf: Shelf) -> str:
    shelf.save("saved/2.html", page(url="http://harbourpost.example/pilots"))
    return PILOTS


@event("its address gets tracking parameters")
def _(shelf: Shelf) -> str:
    shelf.save("saved/2 mailed.html", page(url=f"{PAGE}?utm_source=mail&fbclid=1"))
    return PILOTS


@event("its mobile or AMP page is saved: another address, the same title and text")
def _(shelf: Shelf) -> str:
    shelf.save("saved/2 amp.html", page(url="https://m.harbourpost.example/amp/pilots"))
    return PILOTS


@event("the same article is saved in a second format")
def _(shelf: Shelf) -> str:
    text = "\n\n".join((f"# {PILOTS}", *BODY))
    shelf.save(
        "saved/2.md", f"---\nsource: {PAGE}\npublished: 2024-09-02T10:00:00Z\n---\n\n{text}\n"
    )
    return PILOTS


@event("its file is gone for a while and comes back")
def _(shelf: Shelf) -> str:
    shelf.move("saved/1.txt", "elsewhere/1.txt")
    shelf.run("build")
    assert len(shelf.all()) == 2
    shelf.move("elsewhere/1.txt", "saved/back.txt")
    return FERRY


@event("`[feed] base_url` changes")
def _(shelf: Shelf) -> None:
    shelf.configure(url="https://other.example.org/feeds/")


@event("`[feed] date` changes")
def _(shelf: Shelf) -> None:
    text = (shelf.folder / "config.toml").read_text("utf-8")
    shelf.write("config.toml", text.replace("[feed]", '[feed]\ndate = "saved"'))


@event("a topic is renamed")
def _(shelf: Shelf) -> None:
    shelf.configure(topic='slug = "ports"\nwas = ["harbours"]')


@event("the project is moved as a whole")
def _(shelf: Shelf) -> None:
    new = shelf.folder.parent / "moved"
    shelf.folder.rename(new)
    shelf.folder = new


@event("the out folder is moved, and the file `out` in the state folder deleted")
def _(shelf: Shelf) -> None:
    (shelf.folder / "public").mkdir()
    shelf.move("out", "public/feeds")
    (shelf.folder / "out").symlink_to("public/feeds")
    (shelf.folder / ".feedsmith/out").unlink()


@event("the state folder is moved, and `[state] dir` set")
def _(shelf: Shelf) -> None:
    shelf.move(".feedsmith", "var/state")
    text = (shelf.folder / "config.toml").read_text("utf-8")
    shelf.write("config.toml", f'{text}\n[state]\ndir = "var/state"\n')
    (shelf.folder / "var/state/out").unlink()


@event("the cache is deleted")
def _(shelf: Shelf) -> None:
    shelf.lose("cache")


@event("the out folder is deleted")
def _(shelf: Shelf) -> None:
    shutil.rmtree(shelf.folder / "out")


@event("feedsmith is upgraded, and the parser reads more of the text")
def _(shelf: Shelf) -> None:
    shelf.run("build", fault="upgrade")


def _rich(shelf: Shelf) -> None:
    """Give every article what cannot be derived from its file any more."""
    shelf.save("saved/1.txt", ferry(title="Ferry returns at last"))
    shelf.save("saved/2.html", page().replace("storms", "winds"))
    shelf.run("build")
    os.utime(shelf.folder / "saved/3.txt", (EPOCH + 9 * LATER, EPOCH + 9 * LATER))
    shelf.run("build")


@event("the ledger is lost, the cache is there")
def _(shelf: Shelf) -> None:
    shelf.lose("ledger")
    shelf.save("saved/4.txt", dump("Quay sinks", date="9 Aug, 2024 10:00"))


@event("ledger and cache are lost, the feeds are there")
def _(shelf: Shelf) -> None:
    shelf.lose("ledger", "cache")


@event("`feedsmith ledger rebuild`")
def _(shelf: Shelf) -> None:
    shelf.run("ledger", "rebuild")


@event("the whole state and the feeds are lost, the article never changed")
def _(shelf: Shelf) -> None:
    shutil.rmtree(shelf.folder / ".feedsmith")
    shutil.rmtree(shelf.folder / "out")


@event("the whole state and the feeds are lost, its title had been put right")
def _(shelf: Shelf) -> str:
    shutil.rmtree(shelf.folder / ".feedsmith")
    shutil.rmtree(shelf.folder / "out")
    return "Ferry returns at last"


@event("the ledger is exported, and imported on another machine")
def _(shelf: Shelf) -> None:
    shelf.run("ledger", "export", "ledger.jsonl")
    shutil.rmtree(shelf.folder / ".feedsmith")
    shutil.rmtree(shelf.folder / "out")
    shelf.run("ledger", "import", "ledger.jsonl")


def _elsewhere(shelf: Shelf) -> Shelf:
    """Return another machine with copies of the same files, built a second later at least."""
    time.sleep(1.1)
    other = Shelf(shelf.folder.parent / "other", shelf.server)
    for path in (shelf.folder / "saved").iterdir():
        shutil.copy2(path, other.folder / "saved")
    return other


@event("another machine's ledger is merged, which knows it by the same id")
def _(shelf: Shelf) -> None:
    os.utime(shelf.folder / "saved/3.txt", (EPOCH, EPOCH))
    other = _elsewhere(shelf)
    other.run("build")
    shelf.run("ledger", "merge", str(other.folder / ".feedsmith/ledger.sqlite3"))


@event("a second machine builds the same synced folder")
def _(shelf: Shelf) -> None:
    other = _elsewhere(shelf)
    other.run("build")
    shelf.folder = other.folder


@event("it is removed on purpose and saved again")
def _(shelf: Shelf) -> str:
    shelf.run("remove", "saved/2.html")
    shelf.run("build")
    shelf.save("saved/again.html", page(head="<meta name=seen content=3>"))
    return PILOTS


@event("it is removed on purpose, then ledger and cache are lost")
def _(shelf: Shelf) -> str:
    shelf.run("remove", "saved/2.html")
    shelf.run("build")
    shelf.lose("ledger", "cache")
    return PILOTS


@event("another machine's ledger is merged, which met it before under another id")
def _(shelf: Shelf) -> str:
    other = Shelf(shelf.folder.parent / "other", shelf.server)
    other.save("saved/1.txt", ferry(title="Ferry is back"))
    other.run("build")
    other.save("saved/1.txt", ferry())
    other.run("build")
    ledger = str(other.folder / ".feedsmith/ledger.sqlite3")
    with closing(sqlite3.connect(ledger)) as database, database:
        database.execute("UPDATE articles SET first_seen = '2024-09-02T00:00:00+00:00'")
    shelf.save("saved/1.txt", ferry())
    shelf.run("ledger", "merge", ledger)
    return FERRY


@event("a paragraph of it is edited on one of two machines, then the ledgers are merged")
def _(shelf: Shelf) -> str:
    other = _elsewhere(shelf)
    other.run("build")
    other.save("saved/1.txt", ferry(extra="The pier was tested with forty cows."))
    other.run("build")
    shelf.run("ledger", "merge", str(other.folder / ".feedsmith/ledger.sqlite3"))
    return FERRY


@event("its file is overwritten by another article")
def _(shelf: Shelf) -> str:
    other = dump("A cellar full of cheese", date="2 Sep, 2024 11:00", subtitle="Twelve wheels")
    shelf.save("saved/1.txt", other)
    return "A cellar full of cheese"


def table() -> dict[str, tuple[str, str, str]]:
    """Return the rows of the table in docs/identity.md: event → id, updated, unread."""
    text = (ROOT / "docs/identity.md").read_text("utf-8")
    lines = text.partition("|---|---|---|---|\n")[2].partition("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


ROWS = table()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def test_every_event_is_in_the_table_and_every_row_is_an_event() -> None:
    assert sorted(ROWS) == sorted(EVENTS)


@pytest.mark.parametrize("text", EVENTS)
def test_an_event_does_what_the_table_says(tmp_path: Path, server: Server, text: str) -> None:
    shelf = Shelf(tmp_path / "work", server)
    shelf.run("build")
    if ("lost" in text or "ledger is" in text) and "never changed" not in text:
        _rich(shelf)
    before = shelf.all()
    title = EVENTS[text](shelf)
    shelf.run("build")
    after = shelf.all()
    assert len({item["title"] for item in after.values()}) == len(after), "an entry is doubled"
    seen = [item for item in after.values() if title is None or item["title"] == title]
    if text.startswith("the ledger is lost"):
        seen = [item for item in seen if item["title"] != "Quay sinks"]
    assert outcome(before, seen) == ROWS.get(text)


def outcome(before: dict[str, dict[str, Any]], seen: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Return what a reader that goes by ids makes of these entries."""
    if not seen:
        return "out", "-", "no"
    if any(item["id"] not in before for item in seen):
        return "new", "-", "yes"
    moved = [item["date_modified"] != before[item["id"]]["date_modified"] for item in seen]
    return "stays", "moves" if any(moved) else "stays", "no"
