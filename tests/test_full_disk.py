"""A file system that is really full: the old feeds or the new ones, and the next run repairs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump

# In a file system of its own of some KiB: a run, then one more after the disk has grown.
SCRIPT = """
mount -t tmpfs -o size="$2k" none "$1"
cp -a "$3/." "$1"
cd "$1"
status=0
"$5" -m feedsmith build saved 2>"$4/stderr" || status=$?
echo $status >"$4/status"
cp -a out "$4/first"
mount -o remount,size=64m "$1"
"$5" -m feedsmith build saved
cp -a out "$4/second"
"""
FREE = (0, 24, 64, 160, 320, 640, 1200, 8000)  # KiB beside what lies there


def may_mount(folder: Path) -> bool:
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(folder)]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def used_kib(folder: Path) -> int:
    """Return what a folder takes in a file system that keeps whole pages of 4 KiB."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(-(-size // 4096) * 4 for size in sizes) + 8


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare (util-linux)")
def test_a_full_disk_leaves_a_whole_set_and_the_next_run_repairs(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    if not may_mount(place):
        pytest.skip("may not mount in a user namespace here")
    program = Program(tmp_path / "project")
    program.write("config.toml", '[feed]\nid = "tag:post.example,2024:f"\n')
    program.write("saved/1.txt", dump("Ferry returns"))
    program.ok("build", "saved")
    old = program.bytes_of()
    shutil.copytree(tmp_path / "project", tmp_path / "kept")
    late = [f"saved/late{n}.txt" for n in range(8)]
    for number, name in enumerate(late):
        program.write(name, dump(f"Late mail {number}", body=f"Sack {number} came. " * 300))
        shutil.copy2(program.folder / name, tmp_path / "kept/saved")
    program.ok("build", "saved")
    new = program.bytes_of()
    assert old != new
    seen = set()
    for free in FREE:
        results = tmp_path / f"free-{free}"
        results.mkdir()
        size = used_kib(tmp_path / "kept") + free
        command = [str(place), str(size), str(tmp_path / "kept"), str(results), sys.executable]
        subprocess.run(
            ["unshare", "-rm", "sh", "-ec", SCRIPT, "sh", *command],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        status = int((results / "status").read_text())
        told = (results / "stderr").read_text()
        assert files(results / "first") == (old if status else new), free
        assert files(results / "second") == new, free
        assert status in {0, 3}, told
        assert not status or ("make room" in told and "Traceback" not in told)
        seen.add(status)
    assert seen == {0, 3}
