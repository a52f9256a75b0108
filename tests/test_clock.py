"""The machine's clock, wrong by years: no id, no date and no byte of what was published moves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from conftest import Program, dump

FAKETIME = shutil.which("faketime")
REASON = "needs faketime (Debian package faketime)"
if not FAKETIME and os.environ.get("CI") == "true":
    pytest.fail(REASON, pytrace=False)
pytestmark = pytest.mark.skipif(not FAKETIME, reason=REASON)

CLOCKS = ("-400d", "+400d", "@1975-03-01 12:00:00", "@2040-03-01 12:00:00")


def at(clock: str, folder: Path) -> dict[str, str]:
    """Return the environment of a process that has another time."""
    library = next(Path("/usr/lib").rglob("libfaketime.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": clock,
        "FAKETIME_DONT_RESET": "1",
        "FAKETIME_TIMESTAMP_FILE": str(folder / "none"),
    }


def stamps(program: Program) -> dict[str, int]:
    out = program.folder / "out"
    return {str(p.relative_to(out)): p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()}


def fields(program: Program) -> dict[str, tuple[str, ...]]:
    """Return of each entry what no run may move."""
    names = ("id", "date_published", "date_modified", "url")
    return {t: tuple(e.get(name, "") for name in names) for t, e in program.entries().items()}


def test_the_clock_is_another_one(program: Program) -> None:
    made = program.write("saved/a.txt", dump("Ferry returns"))
    program.ok("build", "saved", "--report", "r.json", env=at(CLOCKS[2], program.folder))
    assert "1975-03-01" in (program.folder / "r.json").read_text()
    assert made.exists()


@pytest.mark.parametrize("clock", CLOCKS, ids=["earlier", "later", "1975", "2040"])
def test_another_clock_moves_nothing(library: Program, clock: str) -> None:
    library.write("config.toml", "")  # so that the state lies here
    library.write("saved/undated.txt", dump("No day is told", date=""))
    library.ok("build", "saved")
    before, times, told = library.bytes_of(), stamps(library), fields(library)
    env = at(clock, library.folder)
    library.ok("build", "saved", env=env)
    assert (library.bytes_of(), stamps(library)) == (before, times)
    (library.folder / ".feedsmith/cache.sqlite3").unlink()
    library.ok("build", "saved", env=env)
    assert library.bytes_of() == before
    library.write("saved/late.txt", dump("Late mail", date="4 Sep, 2024 10:00"))
    library.ok("build", "saved", env=env)
    with_late = fields(library)
    assert {title: with_late[title] for title in told} == told
    library.ok("build", "saved")
    assert fields(library) == with_late
    library.write("saved/later.txt", dump("Later mail", date="5 Sep, 2024 10:00"))
    library.ok("build", "saved")
    assert {title: fields(library)[title] for title in with_late} == with_late
    library.ok("check")
