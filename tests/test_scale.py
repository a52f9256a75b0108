"""What a run costs grows with what changed, not with how much there is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsmith.cache import open_cache
from feedsmith.rows import EntryRow
from feedsmith.shelf import Shelf

# What a build of many small articles takes at most; they come as rows of one file, without a
# parser's work on each, so that what is measured is how they are kept and published.
CONFIG = """
[feed]
problems = false
[input]
paths = ["saved"]
links = "entry"
[topics]
builtin = false
folders = false
unsorted = ""
[[topic]]
title = "Ferries"
any = ["ferry"]
"""
MEASURED = """
import json, resource, sys
from feedsmith.cli import run
status = run(["build", "-q"])
print(json.dumps([status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6]))
""".replace("UNIT", "1" if sys.platform == "darwin" else "1024")
COUNTED = """
import json, sys
from collections import Counter
from feedsmith.cli import run

calls = Counter()
WATCHED = {"Loader.entry", "Inventory.is_new", "Shelf.put", "article_page", "Backlog.rows"}


def count(frame, event, _):
    if event == "call" and frame.f_code.co_qualname in WATCHED:
        calls[frame.f_code.co_qualname] += 1


import feedsmith.assembly
sys.setprofile(count)
status = run(["build", "-q"])
sys.setprofile(None)
print(json.dumps([status, calls]))
"""
SORTED = """
import json, sqlite3
from feedsmith.cli import run

said = {}
connect = sqlite3.connect


def traced(path, **options):
    connection = connect(path, **options)
    connection.set_trace_callback(said.setdefault(path, {}).setdefault)
    return connection


sqlite3.connect = traced
status = run(["build", "-q"])
plans = {
    text: str(connect(path).execute("EXPLAIN QUERY PLAN " + text).fetchall())
    for path, texts in said.items() if not path.startswith("file:")
    for text in texts if text.startswith("SELECT") and "BY" in text
}
print(json.dumps([status, plans]))
"""
MEGABYTES = 0.5  # growth for each thousand articles
FEW, MANY, A_FILE = 1500, 4000, 50


def write_links(program: Program, number: int) -> None:
    program.write("config.toml", CONFIG)
    for start in range(0, number, A_FILE):
        rows = "\n".join(
            f'<DT><A HREF="https://harbourpost.example/{n}" ADD_DATE="{1_700_000_000 + n * 60}">'
            f"The ferry comes for the {n}th time</A>"
            for n in range(start, start + A_FILE)
        )
        text = f"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>\n{rows}\n</DL>"
        program.write(f"saved/{start}.html", text)


def run_code(folder: Path, code: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder, capture_output=True, encoding="utf-8", check=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    status, value = json.loads(done.stdout.splitlines()[-1])
    assert status == 0, done.stderr
    return value  # type: ignore[no-any-return]


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="no way to measure memory")
def test_memory_does_not_grow_with_the_number_of_articles(tmp_path: Path) -> None:
    used = {}
    for number in (FEW, MANY):
        program = Program(tmp_path / str(number))
        write_links(program, number)
        used[number] = float(run_code(program.folder, MEASURED))  # type: ignore[arg-type]
        assert len(list((program.folder / "out/articles").glob("*/*.html"))) == number
    grown = used[MANY] - used[FEW]
    assert grown <= MEGABYTES * (MANY - FEW) / 1000 + 3, used


def fill(program: Program, number: int) -> None:
    program.write("config.toml", CONFIG)
    for n in range(number):
        thing = "ferry" if n % 2 else "bridge"
        path = program.write(f"saved/{n}.txt", dump(f"Day {n}", body=body(thing, n)))
        os.utime(path, (1_772_000_000 + n, 1_772_000_000 + n))


def body(thing: str, number: int) -> str:
    return "\n\n".join(
        f"The {thing} {number} was counted {line} times before anybody asked whether keeper "
        f"{number * line} would still be there in spring."
        for line in range(1, 4)
    )


def test_one_new_article_among_many_asks_for_little(program: Program) -> None:
    fill(program, 240)
    program.ok("build")
    program.write("saved/new.txt", dump("Day 900", body=body("bridge", 900)))
    calls = Counter(run_code(program.folder, COUNTED))  # type: ignore[arg-type]
    assert calls["Shelf.put"] == calls["article_page"] == 1
    assert calls["Inventory.is_new"] < 50  # of some 300 files
    assert calls["Backlog.rows"] < 5
    # The whole feed, and the file of the search that has the new article: all, for it is one file.
    assert calls["Loader.entry"] < 240 + 70


def test_a_first_build_sorts_nothing_that_grows_with_the_number_of_articles(
    program: Program,
) -> None:
    fill(program, 60)
    plans = run_code(program.folder, SORTED)
    assert isinstance(plans, dict)
    assert any("FROM dirty" in text for text in plans)
    sorted_ones = [text for text, plan in plans.items() if "TEMP B-TREE" in plan]
    # What was removed lately is little; the names of pictures are all held anyway.
    assert [text for text in sorted_ones if not re.search("tombstones|media", text)] == []


def test_pages_lie_in_folders_by_their_ids(library: Program) -> None:
    library.ok("build", "saved")
    pages = [name for name in library.bytes_of() if name.startswith("articles/")]
    assert len(pages) == 3
    for name in pages:
        found = re.fullmatch(r"articles/([0-9a-f]{2})/[a-z0-9-]+-([0-9a-f]{8})\.html", name)
        assert found is not None
        assert found[2].startswith(found[1])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sets(st.sampled_from("abc")), st.booleans())))
def test_topics_are_counted_as_entries_come_and_go(
    steps: list[tuple[int, set[str], bool]],
) -> None:
    cache, _ = open_cache(":memory:")
    shelf = Shelf(cache)
    for number, topics, is_dropped in [(9, {"a"}, False), *steps]:
        slugs = " ".join(sorted(topics))
        row = EntryRow(str(number), "", "", str(len(topics)), "", "", "", 1, "en", slugs)
        if is_dropped:
            shelf.drop(row.id)
        else:
            shelf.put(row)
        counts = Counter(slug for row in shelf.newest() for slug in row.topics.split())
        assert shelf.totals() == {**counts, None: len(shelf)}
