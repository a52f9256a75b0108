"""A reader that follows every build, whatever happens: no entry twice, none read comes back.

The reader is a model of its own: it knows entries by id, as readers do, and is told by nobody which
article an entry is; the tests read that off the title, in which each article has its number.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import Program
from faults import Server
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_determinism import DEEDS as CHANGES
from test_determinism import History

NUMBER = re.compile(r"(time of|number) (\d+)")


class Seen(NamedTuple):
    """An entry as a reader last saw it."""

    article: str
    published: str
    updated: str
    content: str


def items(program: Program) -> list[dict[str, Any]]:
    """Return the entries of the feed of all articles and its archive, each id once."""
    out = program.folder / "out"
    found = {}
    for path in (*sorted(out.glob("feed-archive-*.json")), out / "feed.json"):
        found |= {i["id"]: i for i in json.loads(path.read_text("utf-8"))["items"]}
    return list(found.values())


def article_of(item: dict[str, Any]) -> str:
    found = NUMBER.search(item["title"])
    assert found, item["title"]
    return found[0]


class Reader:
    """Who subscribed to the feed of all articles and forgets nothing."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.ids: dict[str, str] = {}  # article → the id under which it is known
        self.gone: set[str] = set()  # ids that must not come any more
        self.others: dict[str, str] = {}  # article → the older id of a machine that was merged

    def look(self, found: list[dict[str, Any]]) -> list[str]:
        """Take in what the feed has now; return what is wrong with it."""
        wrong = []
        there = [article_of(item) for item in found]
        wrong += [f"{name}: twice" for name in there if there.count(name) > 1]
        for item in found:
            name, new_id = article_of(item), item["id"]
            if self.others.get(name) == new_id != self.ids.get(name):
                self._rename(name, new_id)
            if self.ids.setdefault(name, new_id) != new_id:
                wrong.append(f"{name}: came back as {new_id}, was {self.ids[name]}")
            if new_id in self.gone:
                wrong.append(f"{name}: {new_id} was removed or given up")
            wrong += self._compare(name, item)
        return wrong

    def forget_all_but(self, found: list[dict[str, Any]]) -> None:
        """Note that nobody can know any more what is not in the feeds."""
        there = {item["id"] for item in found}
        self.ids = {name: i for name, i in self.ids.items() if i in there}
        self.seen = {i: seen for i, seen in self.seen.items() if i in there}
        self.gone = set()

    def _rename(self, name: str, new_id: str) -> None:
        if name in self.ids:
            self.gone.add(self.ids[name])
        self.ids[name] = new_id

    def _compare(self, name: str, item: dict[str, Any]) -> list[str]:
        before = self.seen.get(item["id"])
        now = Seen(name, item["date_published"], item["date_modified"], item["content_html"])
        self.seen[item["id"]] = now
        if before is None:
            return []
        wrong = []
        if before.article != name:
            wrong.append(f"{item['id']}: was {before.article}, is {name}")
        if now.updated < before.updated:
            wrong.append(f"{name}: updated went back from {before.updated} to {now.updated}")
        is_same = (before.published, before.content) == (now.published, now.content)
        if now.updated != before.updated and is_same:
            wrong.append(f"{name}: marked as changed, and nothing changed")
        return wrong


class Story(History):
    """A history with a reader, more blows to the state, and a second machine."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        self.reader = Reader()
        self.problems: list[str] = []
        self.undated: set[str] = set()
        self.build()

    def add_note(self, choice: int) -> None:
        """Add an article without address and date: its text and its file are all it is known by."""
        self.add_undated(choice)
        self.undated.add(f"time of {self.number}")

    def cut_copy(self, choice: int) -> None:
        text = self.any(choice).read_text("utf-8")
        if not any(name in text for name in self.undated):
            super().cut_copy(choice)

    def run(self, *arguments: str, fault: str = "") -> None:
        done = self.server.run(self.program.folder, *arguments, fault=fault)
        assert done.status == 0, done.stderr

    def build(self, fault: str = "") -> None:
        self.run("build", "saved", "--allow-shrink", fault=fault)
        self.problems += self.reader.look(items(self.program))

    def lose(self, *names: str) -> None:
        for name in names:
            (self.program.folder / f".feedsmith/{name}.sqlite3").unlink(missing_ok=True)

    def lose_cache(self, _: int) -> None:
        self.lose("cache")

    def lose_ledger(self, _: int) -> None:
        """Lose all that is remembered of what is in no feed now."""
        self.reader.forget_all_but(items(self.program))
        self.lose("ledger")

    def rebuild(self, _: int) -> None:
        """Lose the cache, too: of a note that was edited nothing tells the id."""
        found = [i for i in items(self.program) if article_of(i) not in self.undated]
        self.reader.forget_all_but(found)
        self.run("ledger", "rebuild")

    def lose_manifest(self, _: int) -> None:
        self.lose("manifest")

    def lose_out(self, _: int) -> None:
        shutil.rmtree(self.program.folder / "out")

    def upgrade(self, _: int) -> None:
        self.build("upgrade")

    def carry_over(self, _: int) -> None:
        self.run("ledger", "export", "ledger.jsonl")
        shutil.rmtree(self.program.folder / ".feedsmith")
        self.run("ledger", "import", "ledger.jsonl")

    def remove(self, choice: int) -> None:
        found = items(self.program)
        if len(found) > 2:
            gone = found[choice % len(found)]["id"]
            self.run("remove", gone)
            self.reader.gone.add(gone)

    def go_and_come(self, choice: int) -> None:
        path = self.any(choice)
        self.number += 1
        aside = self.program.folder / f"aside{path.suffix}"
        path.rename(aside)
        self.build()
        aside.rename(path.with_name(f"back {self.number}{path.suffix}"))

    def merge(self, choice: int) -> None:
        """Merge the ledger of a machine that met the same files later, or before."""
        other = Program(self.program.folder.parent / "other")
        shutil.rmtree(other.folder, ignore_errors=True)
        shutil.copytree(self.program.folder / "saved", other.folder / "saved")
        other.write("config.toml", "")
        done = self.server.run(other.folder, "build", "saved")
        assert done.status == 0, done.stderr
        ledger = other.folder / ".feedsmith/ledger.sqlite3"
        when = ("2999-01-01", "2001-01-01")[choice % 2]
        with closing(sqlite3.connect(ledger)) as database, database:
            database.execute("UPDATE articles SET first_seen = ?", (f"{when}T00:00:00+00:00",))
        if choice % 2:
            self.reader.others = {article_of(i): str(i["id"]) for i in items(other)}
        self.run("ledger", "merge", str(ledger))


DEEDS = tuple(
    {History.add_undated: Story.add_note, History.cut_copy: Story.cut_copy}.get(deed, deed)
    for deed in CHANGES
)
BLOWS = (
    Story.lose_cache, Story.lose_ledger, Story.rebuild, Story.lose_manifest, Story.lose_out,
    Story.upgrade, Story.carry_over, Story.remove, Story.go_and_come, Story.merge, Story.merge,
)  # fmt: skip
Deed = Callable[[Any, int], None]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def follow(server: Server, deeds: list[tuple[Deed, int]]) -> None:
    """Do the deeds one by one; after each, the reader looks."""
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder), server)
        told = []
        for deed, choice in deeds:
            deed(story, choice)
            told.append(f"({deed.__qualname__}, {choice})")
            story.build()
            assert story.problems == [], ", ".join(told)


def test_every_deed_and_blow_leaves_a_reader_in_peace(server: Server) -> None:
    deeds = [d for d in DEEDS if d is not History.change_rules]
    mixed = [*deeds, *BLOWS, *deeds[::-1]]
    follow(server, [(deed, number) for number, deed in enumerate(mixed)])


@settings(
    max_examples=int(os.environ.get("FEEDSMITH_HISTORIES", "2")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(DEEDS + BLOWS), st.integers(0, 59)), min_size=15, max_size=15
    )
)
def test_any_history_leaves_a_reader_in_peace(
    server: Server, deeds: list[tuple[Deed, int]]
) -> None:
    follow(server, deeds)
