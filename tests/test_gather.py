"""A wide build: the same feeds as a build, also stopped and taken up again, and in parts."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump
from test_executors import env, html, shelf  # noqa: F401 (a fixture)
from test_readers_warc import answer, packed, record
from test_settle import page as dated_page

from feedsmith.ledger import open_ledger
from feedsmith.memory import read_ledger
from feedsmith.wide import shards

pytest.importorskip("pyarrow")
CONFIG = """
[feed]
archives = false
limit = 20
id = "tag:papers.example,2024:feeds"
[output]
pages = false
[[topic]]
title = "Piers"
any = ["title:pier"]
"""


def papers(folder: Path) -> Program:
    """Return a folder of all that a wide build meets: files, copies, pictures, what fails."""
    program = shelf(folder)
    program.write("config.toml", CONFIG)
    page = html(7).replace("2024-09-08", "2024-10-08")
    program.write("saved/one.html", page.replace("<p>", '<p><img src="one_files/a.png">', 1))
    picture = folder / "saved/one_files/a.png"
    picture.parent.mkdir()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 30)
    program.write("saved/copy.html", page.replace("<p>", "<p> "))
    program.write("saved/empty.html", "")
    program.write("saved/077.card", html(1000))
    (folder / "saved/broken.warc.gz").write_bytes(packed(record(answer(html(9))))[:-40])
    for path in (folder / "saved").rglob("*"):
        os.utime(path, (1_700_000_000,) * 2)
    return program


def gather(program: Program, *more: str, **options: object) -> dict[str, object]:
    done = program("gather", "saved", "--shards", "shards", "--json", *more, **options)
    assert done.returncode == 1, done.stderr  # one of the crawls is broken
    return json.loads(done.stdout)


def entries(program: Program) -> set[str]:
    """Return the ids that the ledger of a project remembers."""
    with closing(open_ledger(str(program.folder / ".feedsmith/ledger.sqlite3"))) as ledger:
        return set(ledger.live())


def rows_of(program: Program) -> list[Path]:
    return sorted((program.folder / "shards/rows").iterdir())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = papers(tmp_path_factory.mktemp("built"))
    assert program("build", "saved").returncode == 1
    return program


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = papers(tmp_path_factory.mktemp("gathered"))
    gather(program)
    return program


def test_the_feeds_are_those_of_a_build(built: Program, gathered: Program) -> None:
    made = gathered.bytes_of()
    assert {"atom.xml", "topics/piers/rss.xml", "feeds.opml", "index.html"} <= made.keys()
    assert any(name.startswith("media/") for name in made)
    assert made == built.bytes_of()


def test_the_shards_hold_the_articles_by_month(gathered: Program) -> None:
    months = {path.name for path in (gathered.folder / "shards/articles").iterdir()}
    assert "month=2024-09" in months
    keys = [path.stem for path in rows_of(gathered)]
    folder = str(gathered.folder / "shards")
    rows = [row for key in keys for row in shards.read_batch(folder, key).rows]
    assert len(rows) == len(entries(gathered)) + 1  # one is there twice
    places = [row.body for row in rows]
    bodies = dict(shards.read_bodies(folder, places))
    assert bodies.keys() == set(places)
    for row in rows:
        assert (bodies[row.body].path, bodies[row.body].part) == (row.path, row.part)
        assert "<p>" in bodies[row.body].html


@pytest.mark.parametrize("executor", ["processes=2", "dask"])
def test_a_worker_that_is_killed_changes_no_byte(
    tmp_path: Path,
    env: dict[str, str],  # noqa: F811
    gathered: Program,
    executor: str,
) -> None:
    program = papers(tmp_path)
    program.write("saved/077.card", f"CARDS once {html(1000)}")
    os.utime(tmp_path / "saved/077.card", (1_700_000_000,) * 2)
    gather(program, "--executor", executor, env=env)
    assert (tmp_path / "saved/077.part").exists()
    assert program.bytes_of() == gathered.bytes_of()


def test_what_is_shelved_is_not_parsed_again(tmp_path: Path, gathered: Program) -> None:
    program = papers(tmp_path)
    gather(program)
    first = {path.name: path.stat().st_mtime_ns for path in rows_of(program)}
    assert gather(program)["changed"] is False
    lost = rows_of(program)[1]  # as if the run had been stopped before it was written
    lost.unlink()
    (tmp_path / ".feedsmith/ledger.sqlite3").unlink()
    gather(program)
    again = {path.name: path.stat().st_mtime_ns for path in rows_of(program)}
    assert again.keys() == first.keys()
    assert {name for name in first if first[name] != again[name]} == {lost.name}
    assert program.bytes_of() == gathered.bytes_of()
    program.write("saved/new.txt", dump("Pier 4000", date="2 Nov, 2024 19:25"))
    gather(program)
    assert "Pier 4000" in program.entries()
    assert len({path.name for path in rows_of(program)} - first.keys()) == 1


def test_a_ledger_in_parts_gives_the_same_ids(tmp_path: Path, gathered: Program) -> None:
    program = papers(tmp_path)
    gather(program, "--parts", "5", "--executor", "processes=2")
    made, wanted = program.bytes_of(), gathered.bytes_of()
    assert made == wanted
    parts = sorted(path.name for path in (tmp_path / ".feedsmith").glob("ledger-*"))
    assert parts == [f"ledger-{number:04}-of-0005.sqlite3" for number in range(5)]
    assert gather(program, "--parts", "5")["changed"] is False
    done = program("gather", "saved", "--shards", "shards", "--parts", "4")
    assert (done.returncode, "another number of parts" in done.stderr) == (2, True)


def test_a_build_goes_on_with_what_gather_remembered(tmp_path: Path, gathered: Program) -> None:
    program = papers(tmp_path)
    gather(program)
    ids = entries(program)
    assert program("build", "saved").returncode == 1
    assert entries(program) == ids
    assert program.bytes_of() == gathered.bytes_of()
    assert gather(program)["changed"] is False


def test_new_articles_stay_as_long_as_a_build_keeps_them(tmp_path: Path) -> None:
    results = []
    for command in (("build", "saved"), ("gather", "saved", "--shards", "shards")):
        program = Program(tmp_path / command[0])
        program.write("config.toml", CONFIG.replace("limit = 20", "limit = 3\nmin_entries = 1"))
        for start in (0, 10):
            for number in range(start, start + 10):
                path = program.write(f"saved/{number}.html", html(number))
                os.utime(path, (1_700_000_000,) * 2)
            program.ok(*command)
            ledger = tmp_path / command[0] / ".feedsmith/ledger.sqlite3"
            if not start:  # the first run was two days ago
                with closing(sqlite3.connect(ledger)) as connection:
                    day = "2024-01-01T00:00:00+00:00"
                    connection.execute("UPDATE articles SET first_seen = ?", (day,))
                    connection.commit()
                ledger.with_name("cache.sqlite3").unlink(missing_ok=True)  # it has the old time
        results.append(program.entries())
    assert len(results[0]) == 10  # the newest three are among the ten that are new
    assert results[0].keys() == results[1].keys()


def test_nothing_is_published_when_most_is_gone(tmp_path: Path) -> None:
    program = Program(tmp_path)
    for number in range(20):
        program.write(f"saved/{number}.html", html(number))
    arguments = ("gather", "saved", "--shards", "shards")
    program.ok(*arguments)
    before = program.bytes_of()
    for number in range(15):
        (tmp_path / f"saved/{number}.html").unlink()
    done = program(*arguments)
    assert (done.returncode, "15 of 20 articles are gone" in done.stderr) == (3, True)
    assert program.bytes_of() == before
    program.ok(*arguments, "--allow-shrink")
    assert len(program.entries()) == 5


@pytest.mark.parametrize(
    ("arguments", "config", "words"),
    [
        (("saved",), '[[topic]]\ntitle = "Piers"\ndigest = "daily"\n', "only 'feedsmith build'"),
        (("saved", "--parts", "0"), "", "--parts: expected 1 to 4096"),
        ((), "", "no input"),
    ],
)
def test_what_it_cannot_do_is_said(
    program: Program, arguments: tuple[str, ...], config: str, words: str
) -> None:
    program.write("config.toml", config)
    program.write("saved/1.txt", dump("Pier 1"))
    done = program("gather", "--shards", "shards", *arguments)
    assert (done.returncode, words in done.stderr) == (2, True)
    assert not (program.folder / "out").exists()


def test_without_the_package_the_extra_is_named(program: Program) -> None:
    program.write("saved/1.txt", dump("Pier 1"))
    program.write("site/sitecustomize.py", "import sys\nsys.modules['pyarrow'] = None\n")
    site = {"PYTHONPATH": f"{ROOT}:{program.folder / 'site'}"}
    done = program("gather", "saved", "--shards", "shards", env=site)
    assert (done.returncode, "pip install 'feedsmith[archive]'" in done.stderr) == (2, True)


def save_said(program: Program) -> None:
    """Write all that other files, or the user, say of articles; and dates that others settle."""
    program.write("config.toml", CONFIG + '[[topic]]\ntitle = "Tides"\nany = ["title:tide"]\n')
    for number in range(12):
        program.write(
            f"saved/p{number}.html", dated_page(f"Pier {number}", f"{number + 13}/03/2024")
        )
    for title in ("Tide tables", "Pier at low tide"):
        program.write(f"saved/{title}.html", dated_page(title, "04/03/2024", site="low.example"))
        program.write(f"saved/{title} again.html", dated_page(f"{title} again", "04/03/2024"))
    for title, date in (("Ebb", "03/25/2024"), ("Flood", "03/26/2024")):
        program.write(f"saved/{title}.html", dated_page(title, date, site="low.example"))
    program.write("saved/p3.note.md", "The pier by the school.")
    program.write(
        "saved/omnivore.csv",
        "title,url,time_added,tags,status\n"
        "Pier 4,https://tides.example/news/pier-4,1711000000,walks|sea,unread\n"
        "Gone,https://tides.example/news/gone,1711000000,walks,unread\n",
    )
    for path in (program.folder / "saved").rglob("*"):
        os.utime(path, (1_712_000_000,) * 2)


@pytest.mark.parametrize("parts", ["1", "3"])
def test_what_other_files_say_is_heard(tmp_path: Path, parts: str) -> None:
    built, wide = Program(tmp_path / "built"), Program(tmp_path / "wide")
    said = {}
    for program, command in (
        (built, ("build", "saved", "-v")),
        (wide, ("gather", "saved", "--shards", "shards", "--parts", parts)),
    ):
        save_said(program)
        done = program(*command)
        said[program] = set(done.stderr.splitlines())
        name = program.entries()["Pier 6"]["id"]
        text = f'["{name}"]\ntopics = ["Storms"]\ntitle = "Pier six"\n'
        program.write("corrections.toml", text)
        program.ok(*command)
    found = wide.entries()
    assert found == built.entries()
    assert wide.bytes_of() == built.bytes_of()
    assert "The pier by the school" in str(found["Pier 3"])
    assert {"walks", "sea"} <= set(found["Pier 4"]["tags"])  # type: ignore[call-overload]
    assert found["Tide tables"]["date_published"][:10] == "2024-04-03"  # type: ignore[index]
    assert found["Tide tables again"]["date_published"][:10] == "2024-03-04"  # type: ignore[index]
    assert "topics/storms/feed.json" in wide.bytes_of()
    assert any("links without a saved file: 1" in line for line in said[wide])
    assert said[wide] == said[built]


def test_dates_stay_as_they_were_settled_when_commands_take_turns(tmp_path: Path) -> None:
    program = Program(tmp_path)
    save_said(program)
    program.write("saved/ago.html", dated_page("Tide of now", "2 hours ago"))
    os.utime(tmp_path / "saved/ago.html", (1_712_000_000,) * 2)
    program.ok("build", "saved")
    before = {title: item["date_published"] for title, item in program.entries().items()}
    assert before["Tide of now"].startswith("2024-04-01T17:33")  # type: ignore[attr-defined]
    for title in ("Ebb", "Flood"):
        (tmp_path / f"saved/{title}.html").unlink()
        del before[title]
    for path in (tmp_path / "saved").iterdir():  # as copies have it
        os.utime(path, (1_772_000_000,) * 2)
    for command in (("gather", "saved", "--shards", "shards"), ("build", "saved")):
        program.ok(*command)
        found = {title: item["date_published"] for title, item in program.entries().items()}
        assert found == before


def test_a_ledger_in_parts_is_known_to_remove_and_to_who_only_looks(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write("config.toml", CONFIG)
    for number in range(12):
        program.write(f"saved/{number}.html", html(number))
    command = ("gather", "saved", "--shards", "shards", "--parts", "3")
    program.ok(*command)
    ids = {title: str(item["id"]) for title, item in program.entries().items()}
    first, second = ids["Pier 3 waits for its ferry"], ids["Pier 5 waits for its ferry"]
    for more in (("build", "saved"), ("ledger", "export")):
        done = program(*more)
        assert (done.returncode, "the ledger is in 3 parts" in done.stderr) == (2, True)
    with read_ledger(str(tmp_path / ".feedsmith/ledger.sqlite3")) as memory:
        known = [memory.by_id(one) for one in ids.values()]
        assert [one.title for one in known if one] == [title.lower() for title in ids]
        assert all(memory.by_text(one.text_hash) == one for one in known if one)
        assert memory.by_path("saved/3.html", "") == memory.by_id(first)
        assert memory.by_id("urn:uuid:none") is None
    done = program("remove", first, "nowhere.html")
    assert (done.returncode, "nowhere.html: neither a file nor an id" in done.stderr) == (2, True)
    assert "2 removed; run 'feedsmith gather' now" in program.ok("remove", first, "saved/5.html")
    program.ok(*command)
    assert len(program.entries()) == 10
    atom = (tmp_path / "out/atom.xml").read_text()
    assert {f'ref="{gone}"' in atom for gone in (first, second)} == {True}
    assert json.loads(program.ok(*command, "--json"))["changed"] is False
    program.ok("remove", "--undo", first, second)
    program.ok(*command)
    assert {title: str(item["id"]) for title, item in program.entries().items()} == ids
    assert "deleted-entry" not in (tmp_path / "out/atom.xml").read_text()


def test_a_ledger_of_one_file_is_not_cut_in_silence(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write("saved/1.html", html(1))
    program.ok("build", "saved")
    done = program("gather", "saved", "--shards", "shards", "--parts", "2")
    assert (done.returncode, "give --parts 1" in done.stderr) == (2, True)


def test_the_users_command_is_told_and_what_is_left_out_is_named(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write("config.toml", f'{CONFIG}[hooks]\nafter_build = "cat > told.txt"\n')
    program.write("saved/1.html", html(1))
    name = "urn:uuid:00000000-0000-4000-8000-000000000001"
    program.write("corrections.toml", f'["{name}"]\ntopics = ["Storms"]\n')
    done = program("gather", "saved", "--shards", "shards")
    assert done.returncode == 0
    assert "corrections.toml: LessonsSkipped: corrected topics teach new articles" in done.stderr
    told = (tmp_path / "told.txt").read_text().splitlines()
    assert "http://127.0.0.1:8000/topics/piers/atom.xml" in told
    (tmp_path / "told.txt").unlink()
    program.ok("gather", "saved", "--shards", "shards")
    assert not (tmp_path / "told.txt").exists()
    program.write("config.toml", f'{CONFIG}[hooks]\nafter_build = "exit 3"\n')
    program.write("saved/2.html", html(2))
    assert program("gather", "saved", "--shards", "shards").returncode == 1
