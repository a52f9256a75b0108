"""Ledgers as text, and the union of two: first as values, then through the program."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Program, dump
from faults import Server
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsmith import bookkeeping
from feedsmith.book import DATE_ORDER, Book, Frozen, Held, Remembered, Removal, from_lines, to_lines
from feedsmith.errors import ConfigError
from feedsmith.identity import Known
from feedsmith.ledger import open_ledger
from feedsmith.merging import merge

DAY = timedelta(days=1)
NOON = datetime(2024, 9, 2, 12, 0, tzinfo=UTC)
EMPTY = Book()

days = st.integers(0, 3).map(lambda number: NOON + number * DAY)
few = st.sampled_from
ids = few(["urn:a", "urn:b", "urn:c", "urn:d"])
times = days.map(datetime.isoformat)


@st.composite
def knowns(draw: st.DrawFn) -> Known:
    return Known(
        id=draw(ids),
        permalink=draw(few(["articles/x.html", "articles/y.html"])),
        url=draw(few(["", "", "//a.example/1", "//a.example/2"])),
        site=draw(few(["a.example", "b.example"])),
        title=draw(few(["ferry", "bridge"])),
        published=draw(st.none() | days),
        text_hash=draw(few(["t1", "t2", "t3"])),
        sketch=draw(few([(1,), (1, 2), (3, 4)])),
        source=draw(few(["s1", "s2"])),
        parser="p",
        first_seen=draw(days),
        horizon=draw(days),
        dated=draw(days),
        updated=draw(days),
        filed=draw(st.none() | days),
        live=False,
    )


removals = st.just(Removal("", None)) | st.builds(
    Removal, times, st.none() | st.sets(few(["sea", "land"])).map(sorted).map(tuple)
)
names = few(["id:urn:x", "id:urn:a", "url://a.example/1", "url://a.example/3", "bytes:s9|"])
articles = st.builds(
    Remembered, knowns(), st.sets(names, max_size=1).map(frozenset), st.none() | removals
)


@st.composite
def digests(draw: st.DrawFn) -> dict[tuple[str, str], Frozen]:
    found = {}
    for number in draw(st.sets(st.integers(1, 3))):
        members = {
            i: {"id": i, "title": draw(few("xy")), "permalink": "p", "published": draw(times)}
            for i in draw(st.sets(ids, max_size=2))
        }
        ordered = sorted(members.values(), key=lambda m: m["id"])
        ordered.sort(key=lambda m: m["published"], reverse=True)
        starts, ends = NOON + number * DAY, NOON + (number + 1) * DAY
        found["sea", f"day-{number}"] = Frozen(
            starts.isoformat(), ends.isoformat(), draw(few(["", "en"])), tuple(ordered)
        )
    return found


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Draw a ledger that has no article twice; it may know one by two ids all the same."""
    found = {one.known.id: one for one in draw(st.lists(articles, max_size=3))}
    keys = st.tuples(few(["saved/1.txt", "saved/2.txt"]), few(["", "2"]))
    files = draw(
        st.dictionaries(keys, st.builds(Held, few(sorted(found) or [""]), few(["s1", "s2", ""])))
        if found
        else st.just({})
    )
    newest = draw(st.dictionaries(few(["sea", "land"]), times))
    orders = draw(st.dictionaries(ids.map(DATE_ORDER.__add__), few(["dmy", "mdy"]), max_size=2))
    here = few(sorted(found) or [""])
    doubles = draw(st.dictionaries(here, here, max_size=2)) if found else {}
    hashes = st.sets(st.integers(0, 9), min_size=1).map(sorted).map(tuple)
    prints = draw(st.dictionaries(here, hashes)) if found else {}
    names = {"feeds": "one name", **orders}
    lines = st.tuples(few(["Write to us.", "WRITE TO US."]), few([1, 2]))
    junk = draw(st.dictionaries(st.tuples(few(["a.example", "folder:saved"]), few(["s1"])), lines))
    return merge(Book(found, files, names, draw(digests()), newest, doubles, prints, junk), EMPTY)


@settings(max_examples=60, deadline=None)
@given(one=books(), other=books(), third=books())
def test_the_union_does_not_depend_on_order_brackets_or_repetition(
    one: Book, other: Book, third: Book
) -> None:
    both = merge(one, other)
    assert both == merge(other, one)
    assert merge(both, third) == merge(one, merge(other, third))
    assert merge(one, one) == one
    assert merge(both, one) == both == merge(both, other)


@settings(max_examples=30, deadline=None)
@given(one=books(), other=books())
def test_the_union_loses_nothing_and_never_goes_back(one: Book, other: Book) -> None:
    both = merge(one, other)
    own = {f"id:{i}": r for i, r in both.articles.items()}
    named = {name: r for r in both.articles.values() for name in r.also} | own
    assert len(named) == sum(len(r.also) for r in both.articles.values()) + len(own)
    for book in (one, other):
        for article_id, before in book.articles.items():
            after = named[f"id:{article_id}"]
            assert after.known.updated >= before.known.updated
            assert after.known.first_seen <= before.known.first_seen
            assert after.removal or not before.removal
        for article_id, leader in book.doubles.items():
            kept = [named[f"id:{i}"].known.id for i in (article_id, leader)]
            stands = {both.doubles.get(i, i) for i in kept}
            assert len(stands) == 1
    assert not both.doubles.keys() & set(both.doubles.values())
    assert both.files.keys() == one.files.keys() | other.files.keys()
    members = [m["id"] for frozen in both.digests.values() for m in frozen.members]
    assert len(members) == len(set(members))


@settings(max_examples=30, deadline=None)
@given(book=books())
def test_a_text_holds_the_whole_ledger_and_so_does_the_file(book: Book) -> None:
    lines = list(to_lines(book))
    assert from_lines(lines, "x") == book
    assert list(to_lines(from_lines(lines, "x"))) == lines
    with closing(open_ledger(":memory:")) as ledger:
        ledger.begin()
        bookkeeping.write(ledger, book)
        assert bookkeeping.of_ledger(ledger) == book


def test_a_text_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    book = Book(names={"feeds": "x"}, newest={"sea": NOON.isoformat()})
    lines = list(to_lines(book))
    wrong = {
        "": "cut short",
        "no ledger": ":1:",
        '{"ledger": 99, "lines": 0}': "too old",
        lines[0]: "cut short",
        "\n".join([lines[0], "{}", lines[2]]): ":2:",
        "\n".join([lines[0], lines[1], '{"newest": "sea", "date": "2024-09-02T12:00:00"}']): ":3:",
    }
    for text, word in wrong.items():
        with pytest.raises(ConfigError, match=word):
            from_lines(text.splitlines(), "ledger.jsonl")
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    for name in (str(path), str(tmp_path / "missing")):
        with pytest.raises(ConfigError, match="cannot be read as a ledger"):
            bookkeeping.read(name)


# Through the program ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Machine(Program):
    """One of several machines, with articles, a configuration and state of its own."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        self.write("config.toml", '[input]\npaths = ["saved"]\n[feed]\nid = "tag:port.example:f"\n')

    def run(self, *arguments: str, status: int = 0) -> str:
        done = self.server.run(self.folder, *arguments)
        assert done.status == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def build(self) -> dict[str, Any]:
        self.run("build", "--allow-shrink")
        return self.entries()

    def save(self, number: int, title: str, *, as_title: str = "") -> None:
        text = dump(title, date=f"{number} Sep, 2024 10:00")
        self.write(f"saved/{number}.txt", text.replace(title, as_title) if as_title else text)

    @property
    def ledger(self) -> str:
        return str(self.folder / ".feedsmith/ledger.sqlite3")

    def set_clock(self, first_seen: datetime) -> None:
        """Say when all that is there was met, for the tests do not wait."""
        with closing(sqlite3.connect(self.ledger)) as database, database:
            database.execute("UPDATE articles SET first_seen = ?", (first_seen.isoformat(),))


@pytest.fixture
def pair(tmp_path: Path, server: Server) -> tuple[Machine, Machine]:
    """Return two machines that met one article under two titles, and so under two ids."""
    one, other = Machine(tmp_path / "one", server), Machine(tmp_path / "other", server)
    one.save(1, "Ferry returns")
    other.save(1, "Ferry returns", as_title="Ferry is back")
    one.save(2, "Bridge reopens")
    other.save(3, "Museum closes")
    for machine, day in ((one, 0), (other, 1)):
        machine.build()
        machine.set_clock(NOON + day * DAY)
    other.save(1, "Ferry returns")  # the title is put right there, too
    other.build()
    return one, other


def test_an_export_is_the_same_wherever_it_is_made_and_import_brings_all_back(
    pair: tuple[Machine, Machine], tmp_path: Path, server: Server
) -> None:
    one, _ = pair
    one.run("remove", "saved/2.txt")
    one.run("build")
    text = one.run("ledger", "export")
    one.run("ledger", "export", "ledger.jsonl")
    assert (one.folder / "ledger.jsonl").read_text("utf-8") == text
    head, *lines = map(json.loads, text.splitlines())
    assert head == {"ledger": 1, "lines": len(lines)}
    moved = Machine(tmp_path / "moved", server)
    shutil.copytree(one.folder / "saved", moved.folder / "saved")
    moved.run("ledger", "import", str(one.folder / "ledger.jsonl"))
    assert moved.run("ledger", "export") == text
    assert moved.build() == one.entries()
    assert moved.bytes_of() == one.bytes_of()
    assert moved.run("ledger", "export") == text
    told = moved.run("ledger", "import", str(one.folder / "ledger.jsonl"), status=2)
    assert "is there already" in told
    again = moved.run("ledger", "import", "--merge", str(one.folder / "ledger.jsonl"))
    assert "nothing new" in again
    assert "nothing changed" in moved.run("build")


def test_an_article_met_apart_on_two_machines_has_one_id_once_they_are_merged(
    pair: tuple[Machine, Machine],
) -> None:
    one, other = pair
    mine, theirs = one.entries(), other.entries()
    assert mine["Ferry returns"]["id"] != theirs["Ferry returns"]["id"]
    text = one.run("ledger", "export")
    told = other.run("ledger", "merge", one.ledger)
    assert "3 articles, 1 of them new, 1 with an id that is older elsewhere" in told
    one.write("other.jsonl", "")
    one.write("text.jsonl", text)
    one.run("ledger", "merge", other.ledger)
    assert one.run("ledger", "export") == other.run("ledger", "export")
    assert "nothing new" in one.run("ledger", "merge", "text.jsonl", other.ledger)
    after, there = one.build(), other.build()
    assert after == mine
    assert there["Ferry returns"]["id"] == mine["Ferry returns"]["id"]
    assert there["Museum closes"] == theirs["Museum closes"]
    assert len(there) == 2
    old = str(theirs["Ferry returns"]["id"])
    other.write("corrections.toml", f'["{old}"]\nnote = "Seen from the mole"\n')
    assert "Seen from the mole" in other.build()["Ferry returns"]["content_html"]
    other.run("remove", old)
    assert set(other.build()) == {"Museum closes"}


def test_the_id_that_was_given_up_is_never_given_to_another_article(
    pair: tuple[Machine, Machine],
) -> None:
    one, other = pair
    old = other.entries()["Ferry returns"]["id"]
    other.run("ledger", "merge", one.ledger)
    other.build()
    body = "A wholly other story begins here, and it was told in the port for years.\n\n" * 3
    other.write("saved/9.txt", dump("Ferry is back", date="1 Sep, 2024 10:00", body=body))
    entries = other.build()
    assert len(entries) == 3
    assert old not in {entry["id"] for entry in entries.values()}


def test_a_removal_on_one_machine_is_one_on_the_other(pair: tuple[Machine, Machine]) -> None:
    one, other = pair
    other.run("remove", "saved/1.txt")
    name = one.entries()["Ferry returns"]["id"]
    one.run("ledger", "merge", other.ledger)
    assert set(one.build()) == {"Bridge reopens"}
    assert f'ref="{name}"' in (one.folder / "out/atom.xml").read_text("utf-8")


def test_updated_is_the_newest_of_both_machines(pair: tuple[Machine, Machine]) -> None:
    one, other = pair
    shutil.copy2(one.folder / "saved/2.txt", other.folder / "saved/2.txt")
    other.build()
    text = dump("Bridge reopens", date="2 Sep, 2024 10:00").replace("winter", "autumn")
    other.write("saved/2.txt", text)
    edited = other.build()["Bridge reopens"]
    one.run("ledger", "merge", other.ledger)
    after = one.build()["Bridge reopens"]
    assert after["date_modified"] == edited["date_modified"] > after["date_published"]
    assert after["id"] == edited["id"]


def test_a_merged_ledger_does_not_make_the_shrink_guard_bark(
    pair: tuple[Machine, Machine],
) -> None:
    one, other = pair
    for number in range(4, 20):
        other.save(number, f"Day {number} at sea")
    other.build()
    one.run("ledger", "merge", other.ledger)
    one.run("build")


def test_a_conflicted_copy_of_the_ledger_is_told_with_advice(
    pair: tuple[Machine, Machine],
) -> None:
    one, other = pair
    names = ("ledger (Ann's conflicted copy 2026-11-26).sqlite3", "ledger.sync-conflict-2.sqlite3")
    for name in names:
        shutil.copy2(other.ledger, one.folder / ".feedsmith" / name)
    one.save(5, "Pilots strike")
    told = one.run("build")
    assert told.count("feedsmith ledger merge") == 2
    assert all(name in told for name in names)
    assert "ledger merge" not in one.run("build")  # nothing new to say to cron
    for name in names:
        one.run("ledger", "merge", f".feedsmith/{name}")
        (one.folder / ".feedsmith" / name).unlink()
    assert "ledger merge" not in one.run("build")


def test_a_damaged_or_foreign_file_is_no_ledger(pair: tuple[Machine, Machine]) -> None:
    one, other = pair
    text = one.run("ledger", "export")
    data = bytearray(Path(other.ledger).read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    (one.folder / "bad.sqlite3").write_bytes(data)
    one.run("ledger", "merge", "bad.sqlite3", status=3)
    with closing(sqlite3.connect(other.ledger)) as database:
        database.execute("PRAGMA user_version = 99")
    one.run("ledger", "merge", other.ledger, status=3)
    one.run("ledger", "merge", "config.toml", status=2)
    one.run("ledger", "merge", status=2)
    one.run("ledger", "rebuild", "config.toml", status=2)
    assert one.run("ledger", "export") == text


def test_a_ledger_of_version_6_is_carried_over(pair: tuple[Machine, Machine]) -> None:
    one, other = pair
    text = one.run("ledger", "export")
    before = one.bytes_of()
    with closing(sqlite3.connect(one.ledger)) as database:  # all that version 7 added
        database.executescript("DROP TABLE aliases; DROP TABLE junk; PRAGMA user_version = 6;")
    assert one.run("ledger", "export") == text
    other.run("ledger", "merge", one.ledger)
    with closing(sqlite3.connect(one.ledger)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (6,)
    (one.folder / ".feedsmith/cache.sqlite3").unlink()
    one.build()
    assert one.bytes_of() == before
    assert one.run("ledger", "export") == text
    with closing(sqlite3.connect(one.ledger)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (8,)


def test_an_export_made_while_a_build_runs_is_that_of_before(pair: tuple[Machine, Machine]) -> None:
    one, _ = pair
    text = one.run("ledger", "export")
    with closing(sqlite3.connect(one.ledger, isolation_level=None)) as build:
        build.execute("BEGIN IMMEDIATE")
        build.execute("UPDATE articles SET title = 'half done'")
        assert one.run("ledger", "export") == text


def test_a_snapshot_taken_while_a_build_runs_is_whole(
    pair: tuple[Machine, Machine], tmp_path: Path, server: Server
) -> None:
    """Take it of what a run leaves that is killed at that very moment."""
    one, _ = pair
    one.save(5, "Pilots strike")
    shutil.copytree(one.folder, tmp_path / "kept")
    steps = server.run(one.folder, "build").steps
    expected = one.entries()
    for step in range(1, len(steps), len(steps) // 6):
        snapshot = Program(tmp_path / f"snapshot {step}")
        shutil.copytree(tmp_path / "kept", snapshot.folder)
        server.run(snapshot.folder, "build", fault="kill", step=step)
        assert server.run(snapshot.folder, "build").status == 0
        assert snapshot.entries() == expected
