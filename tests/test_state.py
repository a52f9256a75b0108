"""The state folder, the lock, the guards and the exit status of a build."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Done, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def build(server: Server, program: Program, *more: str | Path) -> Done:
    return server.run(program.folder, "build", "saved", *more)


def fill(program: Program, number: int) -> None:
    """Write a number of articles."""
    for day in range(1, number + 1):
        text = dump(f"Day {day} at sea", date=f"{day} Sep, 2024 10:00")
        program.write(f"saved/{day}.txt", text)


def assert_refused(done: Done, status: int, *words: str) -> None:
    """The run ended so, with one line that holds these words, and printed nothing."""
    assert done.status == status, done.stdout + done.stderr
    assert done.stderr.startswith("feedsmith: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert [word for word in words if word not in done.stderr] == []
    assert done.stdout == ""


def test_a_second_run_leaves_the_first_alone(library: Program) -> None:
    library.ok("build", "saved")
    before = library.bytes_of()
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    with (library.folder / ".feedsmith-out/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = library("build", "saved")
    assert done.returncode == 75
    assert done.stderr.count("\n") == 1
    assert "another run" in done.stderr
    assert library.bytes_of() == before
    library.ok("build", "saved")
    assert "Pilots strike" in library.entries()


def test_a_lock_file_left_by_a_dead_run_locks_nothing(library: Program, server: Server) -> None:
    library.write(".feedsmith-out/lock", "4242\n")
    assert build(server, library).status == 0


def test_most_articles_gone_is_refused_unless_allowed(program: Program, server: Server) -> None:
    fill(program, 12)
    assert build(server, program).status == 0
    before = program.bytes_of()
    for day in range(1, 8):
        (program.folder / f"saved/{day}.txt").unlink()
    for _ in range(2):
        assert_refused(build(server, program), 3, "7 of 12", "--allow-shrink")
        assert program.bytes_of() == before
    assert build(server, program, "--allow-shrink").status == 0
    assert len(program.entries()) == 5
    assert "nothing changed" in build(server, program).stdout


def test_half_of_the_articles_may_go(program: Program, server: Server) -> None:
    fill(program, 12)
    build(server, program)
    for day in range(1, 7):
        (program.folder / f"saved/{day}.txt").unlink()
    assert build(server, program).status == 0
    assert len(program.entries()) == 6


def test_a_few_articles_may_come_and_go_as_they_like(library: Program, server: Server) -> None:
    build(server, library)
    for number in (1, 2):
        (library.folder / f"saved/{number}.txt").unlink()
    assert build(server, library).status == 0
    assert list(library.entries()) == ["Museum closes"]


def test_a_folder_that_comes_back_after_a_refusal_changes_nothing(
    program: Program, server: Server
) -> None:
    fill(program, 12)
    build(server, program)
    before = program.bytes_of()
    (program.folder / "saved").rename(program.folder / "unmounted")
    assert_refused(build(server, program), 3, "saved", "mounted")
    (program.folder / "saved").mkdir()
    assert_refused(build(server, program), 3, "saved", "mounted")
    (program.folder / "saved").rmdir()
    (program.folder / "unmounted").rename(program.folder / "saved")
    assert build(server, program).status == 0
    assert program.bytes_of() == before


def test_one_of_two_input_folders_missing_is_refused(program: Program, server: Server) -> None:
    fill(program, 2)
    program.write("more/3.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    assert build(server, program, "more").status == 0
    before = program.bytes_of()
    shutil.rmtree(program.folder / "more")
    assert_refused(build(server, program, "more"), 3, "more")
    assert program.bytes_of() == before


@pytest.mark.parametrize("there", [True, False], ids=["empty", "missing"])
def test_a_first_run_without_any_file_writes_no_feed(
    program: Program, server: Server, *, there: bool
) -> None:
    if there:
        (program.folder / "saved").mkdir()
    assert_refused(build(server, program), 3, "saved")
    assert not (program.folder / "out").exists()
    assert program.bytes_of() == {}


def test_a_first_run_without_any_article_writes_no_feed(program: Program, server: Server) -> None:
    program.write("saved/empty.txt", "")
    done = build(server, program)
    assert done.status == 3
    assert "no article" in done.stderr
    assert not (program.folder / "out").exists()


def test_all_articles_gone_bad_at_once_is_refused(library: Program, server: Server) -> None:
    build(server, library)
    before = library.bytes_of()
    for path in (library.folder / "saved").iterdir():
        path.write_bytes(b"")
    assert build(server, library).status == 3
    assert library.bytes_of() == before


def test_the_state_of_another_out_folder_is_refused(library: Program, server: Server) -> None:
    library.write("config.toml", "")
    assert build(server, library).status == 0
    before = library.bytes_of()
    assert_refused(build(server, library, "-o", "elsewhere"), 2, "belongs to the out folder")
    assert not (library.folder / "elsewhere").exists()
    assert library.bytes_of() == before


def test_project_and_state_may_be_moved_together(program: Program, server: Server) -> None:
    old = Program(program.folder / "here")
    fill(old, 3)
    old.write("config.toml", '[input]\npaths = ["saved"]\n')
    assert server.run(old.folder, "build").status == 0
    before = old.bytes_of()
    new = Program(old.folder.rename(program.folder / "there"))
    done = server.run(new.folder, "build")
    assert done.status == 0, done.stderr
    assert new.bytes_of() == before


CONFIGS = {
    "unknown key": ("[feed]\ntitel = 'x'\n", "config.toml:2", "'title'"),
    "unknown table": ("[feeds]\n", "config.toml:1", "'feed'"),
    "wrong type": ("[feed]\n\nlimit = 'many'\n", "config.toml:3", "limit"),
    "unknown choice": ("[feed]\ncontent = 'all'\n", "config.toml:2", "content"),
    "no toml": ("[feed\n", "config.toml", "line 1"),
    "unknown zone": ("[input]\ntimezone = 'Mars/Olympus'\n", "config.toml:2", "timezone"),
    "relative base": ("[feed]\nbase_url = 'feeds'\n", "config.toml:2", "base_url"),
    "key twice": ("[feed]\nlimit = 1\nlimit = 2\n", "config.toml", "line 3"),
    "value for a table": ("feed = 3\n", "config.toml:1", "feed: expected a table"),
    "text for a list": ("[input]\npaths = 'saved'\n", "config.toml:2", "paths: expected a list"),
    "truth for a number": ("[feed]\nlimit = true\n", "config.toml:2", "limit: expected a whole"),
    "number below": ("[feed]\nkeep_days = -1\n", "config.toml:2", "keep_days: expected 0 or more"),
    "unknown format": ("[output]\nformats = ['pdf']\n", "config.toml:2", "formats: expected one"),
    "key that is missing": ("[[tree]]\nname = 'a'\n", "config.toml:1", "tree: needs the key"),
    "key of a topic": ("\n[[topic]]\ntitle = 'S'\nminn = 3\n", "config.toml:4", "mean 'min'"),
    "broken pattern": ("[[topic]]\ntitle = 'S'\nany = ['/(/']\n", "'S': any: '/(/'", "missing )"),
    "broken query": ("[[topic]]\ntitle = 'S'\nquery = '(s'\n", "'S': query", "is not closed"),
    "list of sites": ("[[site]]\nname = 'a'\n", "config.toml:1", 'like [site."example.com"]'),
    "site without a table": ("[site]\nname = 'a'\n", "config.toml:2", "name: expected a table"),
    "unknown executor": ("[run]\nexecutor = 'cloud'\n", "run.executor", "known are serial"),
    "templates that are nowhere": ("[output]\ntemplates = 'x'\n", "output.templates", "x: No such"),
    "topics that collide": (
        "[[topic]]\ntitle = 'Sea'\nany = ['sea']\n[[topic]]\ntitle = 'sea!'\nany = ['sea']\n",
        "'Sea' and 'sea!'", "'sea'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CONFIGS)
def test_a_wrong_configuration_names_line_and_key_and_touches_nothing(
    case: str, library: Program, server: Server
) -> None:
    text, where, word = CONFIGS[case]
    library.write("config.toml", "")
    build(server, library)
    before = library.bytes_of(), library.bytes_of(".feedsmith")
    library.write("config.toml", text)
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    assert_refused(build(server, library), 2, where, word)
    assert (library.bytes_of(), library.bytes_of(".feedsmith")) == before


@pytest.mark.parametrize(
    "arguments",
    [("--no-such-option",), ("-c", "missing.toml"), ("--base-url", "feeds.example.org")],
)
def test_a_wrong_command_line_ends_with_2(
    arguments: tuple[str, ...], library: Program, server: Server
) -> None:
    done = build(server, library, *arguments)
    assert done.status == 2
    assert arguments[-1] in done.stderr or arguments[0] in done.stderr
    assert "Traceback" not in done.stderr
    assert not (library.folder / "out").exists()


def test_without_any_input_the_command_line_is_wrong(program: Program, server: Server) -> None:
    assert_refused(server.run(program.folder, "build"), 2, "[input] paths")


def damage(path: Path, kind: str) -> None:
    """Spoil an SQLite file."""
    if kind == "no database":
        path.write_bytes(b"this is no database at all, but long enough to be read as one" * 90)
    elif kind == "cut short":
        os.truncate(path, path.stat().st_size // 2 + 100)
    elif kind == "garbled within":
        data = bytearray(path.read_bytes())
        data[4096:] = b"\xa5" * (len(data) - 4096)
        path.write_bytes(data)
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()


KINDS = ("no database", "cut short", "garbled within", "other version")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["cache", "manifest"])
def test_a_damaged_cache_or_manifest_is_set_aside_with_one_warning(
    name: str, kind: str, library: Program, server: Server
) -> None:
    build(server, library)
    library.write("out/mine.txt", "my own")
    before = library.bytes_of()
    damage(library.folder / f".feedsmith-out/{name}.sqlite3", kind)
    done = build(server, library)
    assert done.status == 0, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"{name}.sqlite3.bad-1" in done.stderr
    assert (library.folder / f".feedsmith-out/{name}.sqlite3.bad-1").exists()
    assert library.bytes_of() == before
    again = build(server, library)
    assert (again.status, again.stderr) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_ledger_stops_the_run_until_it_is_set_aside(
    kind: str, library: Program, server: Server
) -> None:
    build(server, library)
    before = library.bytes_of()
    ids = {title: entry["id"] for title, entry in library.entries().items()}
    damage(library.folder / ".feedsmith-out/ledger.sqlite3", kind)
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    assert_refused(build(server, library), 3, "ledger.sqlite3", "feedsmith ledger rebuild")
    assert library.bytes_of() == before
    rebuilt = server.run(library.folder, "ledger", "rebuild")
    assert rebuilt.status == 0, rebuilt.stderr
    assert (library.folder / ".feedsmith-out/ledger.sqlite3.bad-1").exists()
    done = build(server, library)
    assert (done.status, done.stderr) == (0, "")
    after = {title: entry["id"] for title, entry in library.entries().items()}
    assert {title: after[title] for title in ids} == ids
    assert "Pilots strike" in after


@pytest.mark.parametrize("kind", ["no database", "garbled within"])
def test_a_damaged_ledger_does_not_break_parse_with_a_traceback(
    kind: str, library: Program, server: Server
) -> None:
    build(server, library)
    damage(library.folder / ".feedsmith-out/ledger.sqlite3", kind)
    done = server.run(library.folder, "parse", "saved")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1


def test_state_that_cannot_be_kept_is_one_line(library: Program, server: Server) -> None:
    library.write(".feedsmith-out", "a file where the folder should be")
    assert_refused(build(server, library), 3, ".feedsmith-out")
    assert not (library.folder / "out").exists()


def test_a_state_file_that_is_a_folder_is_one_line(library: Program, server: Server) -> None:
    for name in ("cache", "manifest", "ledger"):
        folder = library.folder / f".feedsmith-out/{name}.sqlite3"
        folder.mkdir(parents=True)
        done = build(server, library)
        assert done.status == 3, done.stderr
        assert done.stderr.count("\n") == 1
        assert f"{name}.sqlite3" in done.stderr
        folder.rmdir()
    assert build(server, library).status == 0
