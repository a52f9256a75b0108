"""What is put in place was synced before: a lost power supply leaves a whole set as well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump

CODE = """
import json, os, stat, sys
from feedsmith import publish
from feedsmith.cli import run
publish.KEPT_FROM = int(sys.argv[1])
synced, real = [], os.fsync
def fsync(descriptor):
    real(descriptor)
    status = os.fstat(descriptor)
    synced.append([os.readlink(f"/proc/self/fd/{descriptor}"), status.st_ino])
os.fsync = fsync
status = run(["build", "saved", "-q"])
print(json.dumps([status, synced]))
"""


Names = dict[int, dict[str, int]]  # inode of a folder → name → inode of what is in it


def built(program: Program, kept_from: int) -> list[tuple[str, int]]:
    """Build in a process of its own; return path and inode of what was synced, in its order."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(kept_from)],
        cwd=program.folder, capture_output=True, encoding="utf-8", check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    status, synced = json.loads(done.stdout)
    assert status == 0
    return [(path, inode) for path, inode in synced]


def names(folder: Path) -> Names:
    """Return what the folders below and with one hold."""
    return {
        Path(path).stat().st_ino: {entry.name: entry.inode() for entry in os.scandir(path)}
        for path, _, _ in os.walk(folder)
    }


def check(program: Program, kept_from: int) -> None:
    """Assert that a build syncs new files, and folders with other names, before they are put in."""
    out = program.folder / "out"
    old = names(out) | names(program.folder / ".out.next")
    known = {inode for there in old.values() for inode in there.values()}
    synced = built(program, kept_from)
    new = names(out)
    files = {path.stat().st_ino for path in out.rglob("*") if path.is_file()} - known
    changed = {inode for inode, there in new.items() if there != old.get(inode)}
    before = {inode for path, inode in synced if path != str(out) and f"{out}/" not in path}
    assert changed
    assert files | changed <= before
    assert str(program.folder) in [path for path, _ in synced], "the folder around it"


@pytest.mark.parametrize("kept_from", [5000, 1], ids=["made anew", "kept"])
def test_whatever_is_put_in_place_was_synced_before(library: Program, kept_from: int) -> None:
    check(library, kept_from)
    library.write("saved/1.txt", dump("Ferry returns late", date="1 Sep, 2024 10:00"))
    library.write("saved/4.txt", dump("Harbour freezes", date="4 Sep, 2024 10:00"))
    check(library, kept_from)
    (library.folder / "saved/2.txt").unlink()
    check(library, kept_from)
