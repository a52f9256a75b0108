"""What is put in place was synced before: a lost power supply leaves a whole set as well."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from conftest import ROOT, Program, dump

CODE = """
import json, os, stat, sys
from feedsmith.cli import run
synced, real = [], os.fsync
def fsync(descriptor):
    real(descriptor)
    status = os.fstat(descriptor)
    synced.append([os.readlink(f"/proc/self/fd/{descriptor}"), status.st_ino])
os.fsync = fsync
status = run(["build", "saved", "-q"])
print(json.dumps([status, synced]))
"""


def built(program: Program) -> list[tuple[str, int]]:
    """Build in a process of its own; return path and inode of what was synced, in its order."""
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=program.folder, capture_output=True, encoding="utf-8", check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    status, synced = json.loads(done.stdout)
    assert status == 0
    return [(path, inode) for path, inode in synced]


def check(program: Program, known: set[int]) -> set[int]:
    """Assert that a build syncs new files, and the folders above them, before they are in place."""
    synced = built(program)
    out = program.folder / "out"
    files = [path for path in out.rglob("*") if path.is_file()]
    inodes = {path.stat().st_ino for path in files}
    new = [path for path in files if path.stat().st_ino not in known]
    above = {up for path in new for up in path.parents if up.is_relative_to(out)}
    before = {inode for path, inode in synced if path != str(out) and f"{out}/" not in path}
    assert new
    assert [str(path) for path in (*new, *above) if path.stat().st_ino not in before] == []
    assert str(program.folder) in [path for path, _ in synced], "the folder around it"
    return inodes


def test_whatever_is_put_in_place_was_synced_before(library: Program) -> None:
    known = check(library, set())
    library.write("saved/1.txt", dump("Ferry returns late", date="1 Sep, 2024 10:00"))
    library.write("saved/4.txt", dump("Harbour freezes", date="4 Sep, 2024 10:00"))
    check(library, known)
