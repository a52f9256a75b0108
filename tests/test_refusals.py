"""A refused build is told in the feed of problems, and nothing else is touched by it."""

from __future__ import annotations

import os
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Done, Server

ATOM = "{http://www.w3.org/2005/Atom}"
PROBLEMS = "problems/atom.xml"
OLD = 1_772_000_000  # seconds; 25 February 2026


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Shelf(Program):
    """The program over twelve dumps, built once."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        self.configure("")
        for number in range(12):
            path = self.write(f"saved/{number}.txt", dump(f"Ferry number {number} returns"))
            os.utime(path, (OLD, OLD))

    def configure(self, text: str) -> None:
        self.write("config.toml", f'[input]\npaths = ["saved"]\n[feed]\nrefusals = true\n{text}\n')

    def build(self, status: int = 0, *more: str) -> Done:
        done = self.server.run(self.folder, "build", *more)
        assert done.status == status, done.stdout + done.stderr
        return done

    def refuse(self) -> Done:
        """Build without the folder of saved files."""
        (self.folder / "saved").rename(self.folder / "unmounted")
        done = self.build(3)
        (self.folder / "unmounted").rename(self.folder / "saved")
        return done

    def problems(self) -> list[ET.Element]:
        root = ET.parse(self.folder / "out" / PROBLEMS).getroot()  # noqa: S314 (our own output)
        return root.findall(f"{ATOM}entry")

    def others(self) -> dict[str, tuple[bytes, int, int]]:
        """Return bytes, time and inode of all files but the feed of problems."""
        found = {}
        for path in (self.folder / "out").rglob("*"):
            if path.is_file() and not str(path).endswith(PROBLEMS):
                info = path.stat()
                found[str(path)] = (path.read_bytes(), info.st_mtime_ns, info.st_ino)
        return found


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path, server)


def test_the_feed_of_problems_tells_of_it_until_a_build_succeeds(shelf: Shelf) -> None:
    shelf.build()
    before, files = shelf.bytes_of(), shelf.others()
    shelf.refuse()
    assert shelf.others() == files
    (entry,) = shelf.problems()
    assert entry.findtext(f"{ATOM}title") == "Builds are refused"
    assert "cannot be read: No such file or directory" in str(entry.findtext(f"{ATOM}content"))
    assert "0 problems" in shelf.ok("check")
    state = shelf.bytes_of(".feedsmith")
    stamp = (shelf.folder / "out" / PROBLEMS).stat().st_mtime_ns
    shelf.refuse()  # for the same reason
    assert (shelf.folder / "out" / PROBLEMS).stat().st_mtime_ns == stamp
    assert shelf.bytes_of(".feedsmith") == state
    shelf.build()
    assert shelf.bytes_of() == before
    assert "nothing changed" in shelf.build().stdout


def test_another_reason_is_told_in_the_same_entry(shelf: Shelf) -> None:
    shelf.build()
    shelf.refuse()
    (first,) = shelf.problems()
    for number in range(9):
        (shelf.folder / f"saved/{number}.txt").unlink()
    shelf.build(3)
    (second,) = shelf.problems()
    assert "9 of 12 articles are gone" in str(second.findtext(f"{ATOM}content"))
    for tag in ("id", "published"):
        assert second.findtext(ATOM + tag) == first.findtext(ATOM + tag)
    shelf.build(0, "--allow-shrink")
    assert not shelf.problems()


def test_what_the_refused_run_read_is_forgotten(shelf: Shelf) -> None:
    shelf.build()
    before = shelf.bytes_of()
    shutil.copytree(shelf.folder / "saved", shelf.folder / "kept", copy_function=shutil.copy2)
    for number in range(12):
        path = shelf.write(f"saved/{number}.txt", "too short")
        os.utime(path, (OLD + 99, OLD + 99))
    shelf.build(3)
    assert len(shelf.problems()) == 1
    shutil.rmtree(shelf.folder / "saved")
    (shelf.folder / "kept").rename(shelf.folder / "saved")
    shelf.build()
    assert shelf.bytes_of() == before


@pytest.mark.parametrize("text", ["problems = false", '[output]\nformats = ["rss"]'])
def test_where_there_is_no_such_feed_nothing_is_written(shelf: Shelf, text: str) -> None:
    shelf.configure(text)
    shelf.build()
    before = shelf.bytes_of()
    shelf.refuse()
    assert shelf.bytes_of() == before


def test_unless_it_is_asked_for_nothing_is_written(shelf: Shelf) -> None:
    shelf.write("config.toml", '[input]\npaths = ["saved"]\n')
    shelf.build()
    before = shelf.bytes_of()
    shelf.refuse()
    assert shelf.bytes_of() == before


def test_a_first_build_that_is_refused_writes_nothing(shelf: Shelf) -> None:
    shelf.refuse()
    assert not (shelf.folder / "out").exists()


def test_a_refused_run_killed_at_any_step_loses_nothing(shelf: Shelf) -> None:
    shelf.build()
    before = shelf.bytes_of()
    (shelf.folder / "saved").rename(shelf.folder / "unmounted")
    kept = shelf.folder.with_name("kept-of-refused")
    shutil.copytree(shelf.folder, kept, copy_function=shutil.copy2)
    steps = len(shelf.build(3).steps)
    for step in range(steps - 40, steps + 1, 2):
        shutil.rmtree(shelf.folder)
        shutil.copytree(kept, shelf.folder, copy_function=shutil.copy2)
        shelf.server.run(shelf.folder, "build", fault="kill", step=step)
        (shelf.folder / "unmounted").rename(shelf.folder / "saved")
        shelf.build()
        assert shelf.bytes_of() == before, step
