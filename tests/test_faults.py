"""Single errors, interruptions, too little memory: a whole set stays, the next run repairs alone.

FEEDSMITH_FAULTS=all strikes at every step in place of some.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump
from faults import Done, Server
from test_publish import Bench, names_beside
from test_scan import build_without_privileges

POINTS = 14  # steps at which one error strikes, spread over all of them
NEVER = 10**9
EARLIER = 1_725_600_000  # seconds; a time of modification that is no news


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, server: Server) -> Bench:
    return Bench(server, tmp_path)


def spread(number: int) -> list[int]:
    """Return steps from 1 to a number: some, or all of them when asked for."""
    if os.environ.get("FEEDSMITH_FAULTS") == "all":
        return list(range(1, number + 1))
    return sorted({1 + round(i * (number - 1) / (POINTS - 1)) for i in range(POINTS)})


def untruth(bench: Bench, done: Done) -> str:
    """Return what a message says of the feeds that is not so, "" for nothing."""
    said = {"the new feeds are published": bench.new, "the feeds already published stay": bench.old}
    found = bench.program.bytes_of()
    wrong = [text for text, meant in said.items() if text in done.stderr and found != meant]
    return f"not true: {done.stderr}" if wrong else ""


def verdict(bench: Bench, done: Done) -> str:
    """Return what is wrong after a fault and the run that follows it, "" for nothing."""
    program = bench.program
    found = program.bytes_of()
    if found not in (bench.old, bench.new):
        return "neither the old set nor the new one"
    if "Traceback" in done.stderr or (done.status == 3 and done.stderr.count("\n") != 1):
        return f"not one line: {done.stderr}"
    if untrue := untruth(bench, done):
        return untrue
    if done.status in (0, 1) and found != bench.new:
        return f"ended with {done.status} and did not publish"
    if done.status not in (-2, 0, 1, 3):
        return f"ended with {done.status}: {done.stderr}"
    repaired = bench.server.run(program.folder, "build", "saved")
    if repaired.status or repaired.stderr or program.bytes_of() != bench.new:
        return f"the next run did not repair: {repaired.status} {repaired.stderr}"
    if names_beside(program) != [".feedsmith-out", "out", "saved"]:
        return f"left behind {names_beside(program)}"
    return ""


def struck(bench: Bench, fault: str, step: int) -> str:
    program = bench.reset()
    done = bench.server.run(program.folder, "build", "saved", fault=fault, step=step)
    wrong = verdict(bench, done)
    return wrong and f"{fault} at {step}: {wrong}"


@pytest.mark.parametrize("fault", ["broken", "interrupt"])
def test_one_error_or_interruption_at_any_step_leaves_a_whole_set(bench: Bench, fault: str) -> None:
    program = bench.reset()
    steps = bench.server.run(program.folder, "build", "saved", fault=fault, step=NEVER).steps
    assert "".join(struck(bench, fault, step) for step in spread(len(steps))) == ""


@pytest.mark.parametrize("fault", ["broken", "full"])
def test_an_error_after_the_exchange_says_that_the_new_feeds_are_out(
    bench: Bench, fault: str
) -> None:
    program = bench.reset()
    steps = bench.server.run(program.folder, "build", "saved", fault=fault, step=NEVER).steps
    first, told = steps.index("exchange") + 2, 0
    for step in (*range(first, first + 3), *range(first + 3, len(steps), 12)):
        program = bench.reset()
        done = bench.server.run(program.folder, "build", "saved", fault=fault, step=step)
        told += "the new feeds are published" in done.stderr
        assert verdict(bench, done) == "", f"step {step} ({steps[step - 1]})"
    assert told > 3


def test_too_little_memory_leaves_a_whole_set(bench: Bench) -> None:
    mebibytes = (0, 2, 4, 8, 12, 16, 32)
    assert "".join(struck(bench, "memory", step) for step in mebibytes) == ""


def saved(program: Program, name: str, title: str) -> Path:
    path = program.write(f"saved/{name}", dump(title, date="4 Sep, 2024 10:00"))
    os.utime(path, (EARLIER, EARLIER))
    return path


def test_a_known_file_that_cannot_be_read_any_more_keeps_its_entry(
    library: Program, server: Server
) -> None:
    path = saved(library, "4.txt", "Pilots strike")
    assert server.run(library.folder, "build", "saved").status == 0
    before = library.bytes_of()
    path.write_text(dump("Pilots strike on", date="4 Sep, 2024 10:00"), encoding="utf-8")
    path.chmod(0)
    said = ""
    for _ in range(2):
        done = build_without_privileges(library)
        assert done.returncode == 1
        assert library.bytes_of() == before
        said += done.stderr
    assert said.startswith("feedsmith: saved/4.txt: UnreadableSourceError: cannot be ")
    assert said.count("\n") == 1  # told once
    path.chmod(0o644)
    done = build_without_privileges(library)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Pilots strike on" in library.entries()


def test_a_new_file_that_cannot_be_read_is_tried_again_by_each_run(
    library: Program, server: Server
) -> None:
    for path in (library.folder / "saved").iterdir():
        os.utime(path, (EARLIER, EARLIER))
    path = saved(library, "4.txt", "Pilots strike")
    path.chmod(0)
    for _ in range(2):
        assert build_without_privileges(library).returncode == 1
    path.chmod(0o644)
    os.utime(path, (EARLIER, EARLIER))
    done = build_without_privileges(library)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Pilots strike" in library.entries()
    assert "nothing changed" in server.run(library.folder, "build", "saved").stdout


def in_shell(program: Program, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in which $F stands for the program."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "F": f"{sys.executable} -m feedsmith"}
    return subprocess.run(
        ["bash", "-c", command], cwd=program.folder, env=env, capture_output=True,
        encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_nobody_takes_is_one_line(library: Program) -> None:
    done = in_shell(library, "$F parse saved > /dev/full")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("feedsmith: ")


def test_a_closed_output_is_no_trouble(library: Program) -> None:
    for command in ("$F parse saved >&-", "$F parse saved 2>&-", "$F parse saved | head -c 5"):
        done = in_shell(library, command)
        assert (done.returncode, done.stderr) == (0, "")


def test_state_without_its_owner_file_readable_is_one_line(
    library: Program, server: Server
) -> None:
    server.run(library.folder, "build", "saved")
    (library.folder / ".feedsmith-out/out").unlink()
    (library.folder / ".feedsmith-out/out").mkdir()
    done = server.run(library.folder, "build", "saved")
    assert done.status == 3
    assert done.stderr.count("\n") == 1
    shutil.rmtree(library.folder / ".feedsmith-out/out")
    assert server.run(library.folder, "build", "saved").status == 0
