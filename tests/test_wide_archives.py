"""The archive pages of a wide build: by feed and month, the same whoever makes them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Program
from test_archives import links, walk
from test_executors import env, html  # noqa: F401 (a fixture)

from feedsmith.builder import page_of

pytest.importorskip("pyarrow")
BASE = "https://piers.example/"
CONFIG = f"""
[feed]
limit = 20
id = "tag:piers.example,2024:feeds"
base_url = "{BASE}"
ARCHIVES
[output]
pages = false
[topics]
builtin = false
folders = false
unsorted = ""
[[topic]]
title = "Night"
any = ["title:night"]
[[topic]]
title = "Fog"
any = ["title:fog"]
"""
MONTHS = ("2023-11", "2024-02", "2024-09")
FEEDS = ("", "topics/night/")


def page(number: int, month: str = "") -> str:
    when = month or MONTHS[number % 3]
    name = f"Pier {number} at {'night' if number % 2 else 'noon'}"
    return html(number).replace("2024-09", when).replace(f"Pier {number} waits", f"{name} waits")


def piers(folder: Path, archives: str = "") -> Program:
    """Return a folder of articles of three months, half of them of a topic, two of another."""
    program = Program(folder)
    program.write("config.toml", CONFIG.replace("ARCHIVES", archives))
    for number in range(210):
        put(program, number, page(number))
    pictured = page(210).replace("<p>", '<p><img src="210_files/a.png">', 1)
    put(program, 210, pictured.replace("noon", "noon in fog"))
    put(program, 211, page(211).replace("night", "night in fog"))
    (folder / "saved/210_files").mkdir()
    (folder / "saved/210_files/a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 30)
    return program


def put(program: Program, number: int, text: str) -> None:
    path = program.write(f"saved/{number:03d}.html", text)
    os.utime(path, (1_772_000_000,) * 2)


def gather(program: Program, *more: str, **options: object) -> dict[str, object]:
    return json.loads(
        program.ok("gather", "saved", "--shards", "shards", "--json", *more, **options)
    )


def archived(made: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in made.items() if "-archive-" in name}


def items(made: Mapping[str, bytes], folder: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Yield (file name, item) of all JSON documents of a feed."""
    for name, data in sorted(made.items()):
        if name.startswith(f"{folder}feed") and name.endswith(".json"):
            yield from ((name, item) for item in json.loads(data)["items"])


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = piers(tmp_path_factory.mktemp("gathered"))
    gather(program)
    return program


def test_every_article_is_reached_from_the_feed_and_back(gathered: Program) -> None:
    out = gathered.folder / "out"
    made = gathered.bytes_of()
    for place, total in zip(FEEDS, (212, 106), strict=True):
        for name in ("atom.xml", "rss.xml"):
            names = walk(out / place, name, "prev-archive", BASE + place)
            assert walk(out / place, names[-1], "next-archive", BASE + place) == names[:0:-1]
            assert {f"{place}{one}" for one in names[1:]} == {
                path for path in made if path.startswith(f"{place}{name[:-4]}-archive-")
            }
            assert {links(out / place / one).get("current") for one in names[1:]} == {
                BASE + place + name
            }
        assert len({item["id"] for _, item in items(made, place)}) == total
    assert not any(name.startswith("topics/fog/") for name in archived(made))  # its feed has all
    assert "0 problems" in gathered.ok("check")


def test_a_page_has_articles_of_its_month_alone(gathered: Program) -> None:
    found = [(name, item) for name, item in items(gathered.bytes_of()) if "-archive-" in name]
    assert len(found) == 212  # each once
    for name, item in found:
        month = str(item["date_published"])[:7].replace("-", "")
        assert name.startswith(f"feed-archive-{month}0000")


def test_entries_are_those_of_a_build(tmp_path: Path, gathered: Program) -> None:
    built = piers(tmp_path)
    built.ok("build", "saved")
    made, wanted = gathered.bytes_of(), built.bytes_of()
    for folder in FEEDS:
        entries = {item["id"]: item for _, item in items(made, folder)}
        assert entries == {item["id"]: item for _, item in items(wanted, folder)}
    media = {name for name in wanted if name.startswith("media/")}
    assert len(media) == 1  # of an article that stands in no feed but in archive pages
    assert {name for name in made if name.startswith("media/")} == media


@pytest.mark.parametrize(
    "more", [("--executor", "processes=2", "--parts", "5"), ("--executor", "dask")]
)
def test_who_makes_them_changes_no_byte(
    tmp_path: Path,
    env: dict[str, str],  # noqa: F811
    gathered: Program,
    more: tuple[str, ...],
) -> None:
    program = piers(tmp_path)
    gather(program, *more, env=env)
    assert program.bytes_of() == gathered.bytes_of()
    assert gather(program, *more, env=env)["changed"] is False
    assert not (tmp_path / "shards/pages").exists()


def changes(program: Program) -> set[str]:
    """Gather; return which files changed, came or went; a run without a cache makes the same."""
    before = program.bytes_of()
    gather(program)
    after = program.bytes_of()
    cold = Program(program.folder.parent / "cold")
    shutil.rmtree(cold.folder, ignore_errors=True)
    shutil.copytree(program.folder, cold.folder)
    shutil.rmtree(cold.folder / "out")
    (cold.folder / ".feedsmith/cache.sqlite3").unlink()
    gather(cold)
    assert cold.bytes_of() == after
    names = before.keys() | after.keys()
    return {name for name in names if before.get(name) != after.get(name)}


def test_a_late_article_changes_pages_of_its_month_alone(tmp_path: Path) -> None:
    program = piers(tmp_path / "warm")
    gather(program)
    inodes = {path: path.stat().st_ino for path in (program.folder / "out").rglob("*-archive-*")}
    put(program, 301, page(301, "2024-02"))
    changed = changes(program)
    assert {name for name in changed if "-archive-" in name}
    for name in archived(dict.fromkeys(changed, b"")):
        assert "-archive-202402" in name
    others = {path for path in inodes if "-archive-202402" not in path.name}
    assert others
    assert {path for path in others if path.stat().st_ino != inodes[path]} == set()


def test_a_new_month_changes_but_the_last_page_of_the_one_before(tmp_path: Path) -> None:
    program = piers(tmp_path / "warm")
    gather(program)
    before = sorted(name for name in program.bytes_of() if name.startswith("atom-archive"))
    put(program, 302, page(302, "2024-12"))
    changed = {name for name in changes(program) if name.startswith("atom-archive")}
    assert changed == {before[-1], "atom-archive-202412000001.xml"}
    (program.folder / "saved/302.html").unlink()
    assert {name for name in changes(program) if name.startswith("atom-archive")} == changed


def test_a_page_that_was_taken_away_is_made_again(tmp_path: Path, gathered: Program) -> None:
    program = piers(tmp_path)
    gather(program)
    pages = sorted((program.folder / "out").glob("*-archive-*"))
    pages[0].unlink()
    pages[1].write_text("scribbled over")
    gather(program)
    made = program.bytes_of()
    kept = made.keys() - gathered.bytes_of().keys()  # what the user wrote is laid aside
    assert {made[name] for name in kept} == {b"scribbled over"}
    assert {name: made[name] for name in made.keys() - kept} == gathered.bytes_of()


def test_build_and_gather_may_take_turns(tmp_path: Path, gathered: Program) -> None:
    program = piers(tmp_path)
    gather(program)
    program.ok("build", "saved")
    built = program.bytes_of()
    names = {page_of(name.rpartition("/")[2])[1] for name in archived(built)}
    assert names
    assert not any(name.isdecimal() for name in names)
    gather(program)
    assert program.bytes_of() == gathered.bytes_of()
    gather(program)
    with closing(sqlite3.connect(tmp_path / ".feedsmith/cache.sqlite3")) as cache:
        paths = {path for (path,) in cache.execute("SELECT path FROM outputs WHERE kind = 2")}
    assert paths == archived(gathered.bytes_of()).keys()


def test_without_archives_there_is_none(tmp_path: Path) -> None:
    program = piers(tmp_path)
    gather(program)
    program.write("config.toml", CONFIG.replace("ARCHIVES", "archives = false"))
    gather(program)
    assert archived(program.bytes_of()) == {}
    assert "prev-archive" not in links(program.folder / "out/atom.xml")
