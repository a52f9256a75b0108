"""`feedsmith doctor` and `feedsmith status`: what they find, what they advise, what they leave."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server

STATE = ".feedsmith-out"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def names(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def doctor(server: Server, program: Program, status: int) -> dict[str, tuple[str, str]]:
    """Return (level, message) of each thing looked at; of several lines on one the worst."""
    done = server.run(program.folder, "doctor", "saved", "--json")
    assert done.status == status, done.stdout + done.stderr
    found: dict[str, tuple[str, str]] = {}
    for line in json.loads(done.stdout):
        if line["what"] not in found or line["level"] == "problem":
            found[line["what"]] = (line["level"], line["message"])
    return found


def status(server: Server, program: Program, *more: str) -> str:
    done = server.run(program.folder, "status", *more)
    assert done.status == 0, done.stderr
    return done.stdout


# -- doctor


def test_all_is_well_before_and_after_a_build_and_nothing_is_left(
    library: Program, server: Server
) -> None:
    before = names(library.folder)
    found = doctor(server, library, 0)
    assert {level for level, _ in found.values()} == {"ok"}
    assert names(library.folder) == before
    server.run(library.folder, "build", "saved")
    before = names(library.folder)
    assert {level for level, _ in doctor(server, library, 0).values()} == {"ok"}
    assert names(library.folder) == before


def test_each_line_has_a_level_and_what_was_looked_at(library: Program, server: Server) -> None:
    lines = server.run(library.folder, "doctor", "saved").stdout.splitlines()
    assert all(line.startswith(("ok       ", "warning  ", "problem  ")) for line in lines)
    looked_at = {line[9:].partition(":")[0] for line in lines}
    assert looked_at >= {
        "config", "input", "out folder", "state folder", "disk", "clock", "lock", "ledger", "cache",
        "base_url", "feeds", "packages", "models", "encodings", "time zones",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[feed]\ntitel = 1\n", "did you mean"),
        ('[[topic]]\ntitle = "A"\nany = ["x"]\nexamples = "nowhere"\n', "nowhere"),
        ('[hooks]\nafter_build = ["no-such-command-here"]\n', "no such command"),
    ],
    ids=["key", "examples", "hook"],
)
def test_a_wrong_configuration_is_a_problem_among_the_others(
    text: str, words: str, library: Program, server: Server
) -> None:
    library.write("config.toml", text)
    found = doctor(server, library, 1)
    problems = [message for level, message in found.values() if level == "problem"]
    assert any(words in message for message in problems), problems
    assert "packages" in found


def test_input_that_is_gone_or_empty_is_a_problem(library: Program, server: Server) -> None:
    (library.folder / "saved").rename(library.folder / "away")
    assert "is the disk mounted" in doctor(server, library, 1)["input"][1]
    (library.folder / "saved").mkdir()
    assert "is empty" in doctor(server, library, 1)["input"][1]


def test_damage_is_found_where_it_is(library: Program, server: Server) -> None:
    server.run(library.folder, "build", "saved")
    for name in ("ledger", "cache"):
        (library.folder / STATE / f"{name}.sqlite3").write_bytes(b"damaged" * 1_000)
    feed = library.folder / "out/atom.xml"
    feed.write_text(feed.read_text().replace("<updated>", "<updatd>", 1))
    found = doctor(server, library, 1)
    assert found["ledger"][0] == "problem"
    assert "ledger rebuild" in found["ledger"][1]
    assert found["cache"][0] == "warning"
    assert found["feeds"][0] == "problem"
    assert "out/atom.xml" in found["feeds"][1]


def test_what_a_dead_run_left_is_a_warning_and_a_live_one_none(
    library: Program, server: Server
) -> None:
    server.run(library.folder, "build", "saved")
    library.write(".out.staging/atom.xml", "half")
    assert doctor(server, library, 0)["staging folder"][0] == "warning"
    with (library.folder / STATE / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = doctor(server, library, 0)
    assert found["lock"] == ("ok", "a run is at work now")
    assert "staging folder" not in found


def test_a_clock_that_does_not_go_with_the_last_run_is_told(
    library: Program, server: Server
) -> None:
    server.run(library.folder, "build", "saved")
    when = library.folder.stat().st_mtime + 3 * 86_400
    os.utime(library.folder / "out", (when, when))
    assert doctor(server, library, 1)["clock"][0] == "problem"


def test_state_of_another_out_folder_is_a_problem(library: Program, server: Server) -> None:
    library.write("config.toml", "")
    server.run(library.folder, "build", "saved")
    done = server.run(library.folder, "doctor", "saved", "-o", "other")
    assert done.status == 1
    assert "belongs to the out folder" in done.stdout


# -- status


def test_status_before_any_build_names_the_next_step(library: Program, server: Server) -> None:
    before = names(library.folder)
    assert "next: not built yet: feedsmith build" in status(server, library)
    assert names(library.folder) == before


def test_status_lists_runs_failures_feeds_and_the_next_step(
    library: Program, server: Server
) -> None:
    library.write("config.toml", '[input]\npaths = ["saved"]\nmax_file_bytes = 3_000\n')
    server.run(library.folder, "build")
    assert status(server, library).endswith("next: nothing to do\n")
    library.write("saved/long.html", "<p>" + "x" * 3_000)
    library.write("saved/pixel.png", "\x89PNG")
    server.run(library.folder, "build")
    told = status(server, library)
    assert "next: 1 file failed: feedsmith explain saved/long.html" in told
    assert "1 files fail, 1 are skipped: 1 UnreadableSourceError, 1 " in told
    assert "  saved/long.html: UnreadableSourceError: has 3003 bytes" in told
    data = json.loads(status(server, library, "--json"))
    assert [(run["added"], run["failed"], run["skipped"]) for run in data["runs"]] == [
        (0, 1, 1), (3, 0, 0),
    ]  # fmt: skip
    main = next(feed for feed in data["feeds"] if feed["path"] == "atom.xml")
    size = (library.folder / "out/atom.xml").stat().st_size
    assert main == {
        "path": "atom.xml", "entries": 3, "bytes": size, "newest": "2024-09-03T10:00:00Z",
    }  # fmt: skip
    assert data["state"]["ledger"] > 0


def test_status_tells_of_a_refusal_until_a_run_goes_well(library: Program, server: Server) -> None:
    server.run(library.folder, "build", "saved")
    (library.folder / "saved").rename(library.folder / "away")
    server.run(library.folder, "build", "saved", "-q")
    told = status(server, library)
    assert "next: the last run was refused: saved: cannot be read" in told
    (library.folder / "away").rename(library.folder / "saved")
    server.run(library.folder, "build", "saved", "-q")
    assert status(server, library).endswith("next: nothing to do\n")


def test_status_of_damaged_things_is_no_traceback(library: Program, server: Server) -> None:
    server.run(library.folder, "build", "saved")
    for path in (library.folder / STATE).glob("*.sqlite3"):
        path.write_bytes(b"damaged" * 1_000)
    assert "no run is remembered yet" in status(server, library)
    assert server.run(library.folder, "build", "saved").status == 3
    assert "ledger rebuild" in status(server, library)


def test_an_edited_feed_is_named_by_status(library: Program, server: Server) -> None:
    server.run(library.folder, "build", "saved")
    (library.folder / "out/atom.xml").write_text("half a fe")
    assert "next: atom.xml cannot be read: feedsmith build" in status(server, library)
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    server.run(library.folder, "build", "saved")
    assert status(server, library).endswith("next: nothing to do\n")
