"""What a build says, remembers and would do: told once, reported whole, rehearsed in secret."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Done, Server

from feedsmith import history
from feedsmith.history import Run

STATE = ".feedsmith-out"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def build(server: Server, program: Program, *more: str | Path) -> Done:
    return server.run(program.folder, "build", "saved", *more)


def report(server: Server, program: Program, *more: str | Path) -> dict[str, object]:
    return json.loads(build(server, program, "-q", "--json", *more).stdout)


def trace(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return time, size and inode of everything below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        info = path.lstat()
        found[str(path)] = (info.st_mtime_ns, info.st_size, info.st_ino)
    return found


def age(folder: Path) -> None:
    """Make files older than the clock's grain, so that the next run need not look into them."""
    for path in folder.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def fail(program: Program, name: str = "bad.html", text: str = "") -> Path:
    """Write a file that fails: one over the size limit."""
    program.write("config.toml", "[input]\nmax_file_bytes = 3_000\n")
    return program.write(f"saved/{name}", f"<p>{text}" + "x" * 3_000)


# -- told once


def test_a_failure_is_told_once_a_change_and_the_status_stays(
    library: Program, server: Server
) -> None:
    bad = fail(library)
    first = build(server, library, "-q")
    assert (first.status, first.stderr.count("\n"), first.stdout) == (1, 1, "")
    assert "saved/bad.html" in first.stderr
    second = build(server, library, "-q")
    assert (second.status, second.stderr, second.stdout) == (1, "", "")
    bad.write_text("<b>" + "y" * 3_100)
    third = build(server, library, "-q")
    assert (third.status, third.stderr.count("\n")) == (1, 1)
    bad.unlink()
    assert build(server, library, "-q")[:3] == (0, "", "")


def test_the_same_is_told_again_when_the_bytes_are_others(library: Program, server: Server) -> None:
    bad = library.folder / "saved/bad.html"
    bad.write_bytes(b"\0" * 4_000)
    first = build(server, library, "-q")
    assert first.stderr.count("\n") == 1
    bad.touch()
    assert build(server, library, "-q").stderr == ""
    bad.write_bytes(b"\0" * 3_000)
    assert build(server, library, "-q").stderr == first.stderr


def test_a_failure_among_other_news_is_not_told_again(library: Program, server: Server) -> None:
    fail(library)
    build(server, library)
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    done = build(server, library)
    assert (done.status, done.stderr) == (1, "")
    assert "1 file still fails; 'feedsmith status' lists them" in done.stdout


def test_a_lost_cache_and_other_settings_tell_nothing_again(
    library: Program, server: Server
) -> None:
    fail(library)
    build(server, library)
    (library.folder / ".feedsmith/cache.sqlite3").unlink()
    assert build(server, library, "-q").stderr == ""
    library.write("config.toml", '[input]\nmax_file_bytes = 3_000\ntimezone = "Asia/Tokyo"\n')
    assert build(server, library, "-q").stderr == ""


def test_verbose_tells_everything_each_time(library: Program, server: Server) -> None:
    fail(library)
    build(server, library)
    assert "saved/bad.html" in build(server, library, "-v").stderr


def test_a_failing_file_is_read_again_only_when_it_has_changed(
    library: Program, server: Server
) -> None:
    bad = fail(library)
    age(library.folder / "saved")
    build(server, library)
    build(server, library)  # what was written just now is looked into once more
    before = trace(library.folder)
    assert build(server, library, "-q").status == 1
    assert trace(library.folder) == before
    bad.write_text(dump("Pilots strike", date="4 Sep, 2024 10:00"))
    assert build(server, library, "-q").status == 0
    assert "Pilots strike" in library.entries()


def test_a_refusal_is_told_to_cron_once_and_to_a_person_each_time(
    library: Program, server: Server
) -> None:
    build(server, library)
    (library.folder / "saved").rename(library.folder / "unmounted")
    first = build(server, library, "-q")
    assert (first.status, first.stderr.count("\n")) == (3, 1)
    before = trace(library.folder)
    again = build(server, library, "-q")
    assert (again.status, again.stderr) == (3, "")
    assert trace(library.folder) == before
    assert build(server, library).stderr == first.stderr
    (library.folder / "unmounted").rename(library.folder / "saved")
    assert build(server, library, "-q")[:3] == (0, "", "")
    runs = history.last_runs(str(library.folder / STATE / "history.sqlite3"))
    assert [run.status for run in runs] == [0, 3, 0]
    (library.folder / "saved").rename(library.folder / "unmounted")
    assert build(server, library, "-q").stderr == first.stderr


def test_the_lines_of_files_stand_beside_a_refusal_once(library: Program, server: Server) -> None:
    library.write("config.toml", "[input]\nmax_file_bytes = 10\n")
    first = build(server, library, "-q")
    assert first.status == 3
    assert first.stderr.count("UnreadableSourceError") == 3
    assert build(server, library, "-q").stderr == ""


def test_a_refusal_that_lasts_is_told_again_after_a_day(tmp_path: Path) -> None:
    path = str(tmp_path / "history.sqlite3")
    refused = Run(1_000.0, 0.1, 3, "PublishRefusedError", "saved: no file there")
    history.remember_refusal(path, refused)
    later = refused._replace(started=1_000.0 + history.REMIND_SECONDS - 1)
    assert history.is_told(path, later)
    history.remember_refusal(path, later)
    assert len(history.last_runs(path)) == 1
    assert not history.is_told(path, later._replace(started=later.started + 1))
    assert not history.is_told(path, later._replace(message="saved: cannot be read"))
    assert not history.is_told(path, later._replace(started=10.0))  # the clock was set back


def test_a_run_that_meets_another_is_told_once(library: Program) -> None:
    library.ok("build", "saved")
    with (library.folder / STATE / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first, second = (library("build", "saved", "-q") for _ in range(2))
    assert (first.returncode, "another run" in first.stderr) == (75, True)
    assert (second.returncode, second.stderr) == (75, "")


# -- the history


def test_the_history_counts_entries_and_keeps_so_many_runs(
    library: Program, server: Server
) -> None:
    build(server, library)
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    library.write(
        "saved/1.txt", dump("Ferry returns", date="1 Sep, 2024 10:00", subtitle="At last")
    )
    (library.folder / "saved/2.txt").unlink()
    build(server, library)
    path = str(library.folder / STATE / "history.sqlite3")
    last, first = history.last_runs(path)
    assert (first.added, first.changed, first.removed, first.articles) == (3, 0, 0, 3)
    assert (last.added, last.changed, last.removed, last.articles) == (1, 1, 1, 3)
    assert last.feeds > 3
    for number in range(history.KEPT_RUNS):
        history.remember(path, Run(float(number), 0.1, 0, added=1), ())
    kept = history.last_runs(path)
    assert len(kept) == history.KEPT_RUNS
    assert kept[0].started == history.KEPT_RUNS - 1


@pytest.mark.parametrize("damage", ["garbage", "folder", "gone"])
def test_a_history_that_cannot_be_used_stops_nothing(
    damage: str, library: Program, server: Server
) -> None:
    fail(library)
    first = build(server, library, "-q")
    path = library.folder / ".feedsmith/history.sqlite3"
    path.unlink()
    if damage == "garbage":
        path.write_bytes(b"no database at all" * 100)
    elif damage == "folder":
        path.mkdir()
    assert build(server, library, "-q").stderr == first.stderr
    assert build(server, library, "-q").stderr == (first.stderr if damage == "folder" else "")


# -- reports and logs


def test_a_report_is_written_whether_it_goes_well_or_not(library: Program, server: Server) -> None:
    fail(library)
    target = library.folder / "report.json"
    assert build(server, library, "-q", "--report", "report.json").status == 1
    good = json.loads(target.read_text())
    assert (good["version"], good["status"], good["error"]) == (1, 1, None)
    assert good["entries"] == {"added": 3, "changed": 0, "removed": 0}
    assert "atom.xml" in good["feeds"]
    (remark,) = (remark for remark in good["remarks"] if remark["failed"])
    assert (remark["path"], remark["kind"]) == ("saved/bad.html", "UnreadableSourceError")
    assert remark["message"]
    assert remark["new"] is True
    shutil.rmtree(library.folder / "saved")
    assert build(server, library, "-q", "--report", "report.json").status == 3
    bad = json.loads(target.read_text())
    assert bad.keys() == good.keys()
    assert (bad["status"], bad["error"]["kind"]) == (3, "PublishRefusedError")
    assert not (library.folder / "report.json.tmp").exists()


def test_json_on_stdout_and_the_report_are_the_same(library: Program, server: Server) -> None:
    done = build(server, library, "--json", "--report", "report.json")
    assert json.loads(done.stdout) == json.loads((library.folder / "report.json").read_text())
    assert json.loads(build(server, library, "-q", "--report", "-").stdout)["changed"] is False


def test_a_report_that_cannot_be_written_is_one_line(library: Program, server: Server) -> None:
    done = build(server, library, "-q", "--report", "nowhere/report.json")
    assert (done.status, done.stderr.count("\n")) == (1, 1)
    assert "nowhere/report.json: the report cannot be written" in done.stderr
    assert len(library.entries()) == 3


def test_a_log_for_a_machine_is_one_object_a_line(library: Program, server: Server) -> None:
    fail(library)
    done = build(server, library, "--log-format", "json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.stdout == ""
    assert all(set(e) == {"level", "event", "path", "kind", "message"} for e in events)
    assert [(e["event"], e["level"]) for e in events] == [("file", "error"), ("result", "info")]
    assert (events[0]["path"], events[0]["kind"]) == ("saved/bad.html", "UnreadableSourceError")
    shutil.rmtree(library.folder / "saved")
    refused = build(server, library, "--log-format", "json")
    (event,) = [json.loads(line) for line in refused.stderr.splitlines()]
    assert (event["event"], event["kind"]) == ("error", "PublishRefusedError")


# -- dry runs


def changes(library: Program) -> None:
    """Add, change, rename and remove an article, and edit the configuration."""
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    library.write(
        "saved/1.txt", dump("Ferry returns", date="1 Sep, 2024 10:00", subtitle="At last")
    )
    (library.folder / "saved/2.txt").unlink()
    (library.folder / "saved/3.txt").rename(library.folder / "saved/renamed.txt")
    library.write("saved/p.png", "\x89PNG")


@pytest.mark.parametrize("more", [(), ("--allow-shrink",)])
def test_a_dry_run_says_what_a_build_then_does_and_leaves_no_trace(
    more: tuple[str, ...], library: Program, server: Server
) -> None:
    build(server, library)
    out = library.bytes_of()
    changes(library)
    before = trace(library.folder)
    dry = report(server, library, "--dry-run", *more)
    assert trace(library.folder) == before
    wet = report(server, library, *more)
    same = set(wet) - {"started", "seconds", "kinds", "dry_run"}
    assert {key: dry[key] for key in same} == {key: wet[key] for key in same}
    plan = dry["dry_run"]
    assert plan["files"] == [
        ["changed", "saved/1.txt"], ["gone", "saved/2.txt"], ["gone", "saved/3.txt"],
        ["new", "saved/4.txt"], ["new", "saved/p.png"], ["new", "saved/renamed.txt"],
    ]  # fmt: skip
    assert sorted((what, title) for what, _, title in plan["entries"]) == [
        ("added", "Pilots strike"), ("changed", "Ferry returns"), ("removed", "Bridge reopens"),
    ]  # fmt: skip
    now = library.bytes_of()
    assert plan["writes"] == sorted(path for path in now if now[path] != out.get(path))
    assert plan["removes"] == sorted(out.keys() - now.keys())


def test_a_first_dry_run_makes_nothing_at_all(library: Program, server: Server) -> None:
    before = trace(library.folder)
    done = build(server, library, "--dry-run")
    assert done.status == 0, done.stderr
    assert trace(library.folder) == before
    assert "nothing is written; files: 3 new; entries: 3 added" in done.stdout
    assert "write    atom.xml" in done.stdout


def test_a_dry_run_without_news_says_so(library: Program, server: Server) -> None:
    build(server, library)
    assert "nothing would change" in build(server, library, "--dry-run").stdout


def test_what_a_dry_run_says_does_not_count_as_told(library: Program, server: Server) -> None:
    build(server, library)
    fail(library)
    before = trace(library.folder)
    for _ in range(2):
        assert "saved/bad.html" in build(server, library, "-q", "--dry-run").stderr
    assert trace(library.folder) == before


def test_a_dry_run_refuses_what_a_build_refuses(library: Program, server: Server) -> None:
    library.write("out/atom.xml", "mine")
    dry, wet = build(server, library, "--dry-run"), build(server, library)
    assert (dry.status, dry.stderr) == (wet.status, wet.stderr)
    assert dry.status == 3
    shutil.rmtree(library.folder / "out")
    build(server, library)
    (library.folder / STATE / "ledger.sqlite3").write_bytes(b"damaged" * 1_000)
    dry = build(server, library, "--dry-run")
    assert (dry.status, "ledger rebuild" in dry.stderr) == (3, True)
    shutil.rmtree(library.folder / "saved")
    before = trace(library.folder)
    for _ in range(2):
        dry = build(server, library, "--dry-run", "-q")
        assert (dry.status, dry.stderr.count("\n")) == (3, 1)
    assert trace(library.folder) == before
