"""Measures a wide build: serial, then on two Dask workers of which one is killed; bytes compared.

    python tools/wide.py CRAWLS WORK [--command build] [--kill-after 60]

CRAWLS are made by tools/crawls.py; WORK is a folder for the results. CPU seconds are those of all
processes; the driver's memory is the largest it had, without that of the workers.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

CONFIG = '[output]\npages = false\n[feed]\narchives = false\nid = "tag:post.example,2024:f"\n'


def memory_kib(pid: int) -> int:
    """Return the most memory that a process had so far, 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def workers(pid: int) -> list[int]:
    """Return the busiest children of a process first."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append((int(fields[11]) + int(fields[12]), int(stat.parent.name)))
    return [child for _, child in sorted(found, reverse=True)]


def run(command: str, crawls: Path, folder: Path, executor: str, kill_after: float) -> float:
    """Run once, print what it cost, and return its CPU seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG)
    more = ["--shards", "shards"] if command == "gather" else []
    arguments = [command, str(crawls.resolve()), *more, "--executor", executor]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([sys.executable, "-m", "feedsmith", *arguments], cwd=folder)
    start, most, killed = time.monotonic(), 0, not kill_after
    while process.poll() is None:
        most = max(most, memory_kib(process.pid))
        if not killed and time.monotonic() - start > kill_after and workers(process.pid):
            os.kill(workers(process.pid)[0], signal.SIGKILL)
            killed = True
            print("a worker was killed", flush=True)
        time.sleep(0.2)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall = time.monotonic() - start
    print(
        f"{command} {executor}: CPU {cpu:.0f} s, wall {wall:.0f} s, driver {most / 1024:.0f} MB, "
        f"status {process.returncode}",
        flush=True,
    )
    return cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("crawls", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--command", default="gather", choices=("gather", "build"))
    parser.add_argument("--kill-after", type=float, default=60.0)
    parser.add_argument("--only-dask", action="store_true")
    given = parser.parse_args()
    dask = given.work / f"{given.command}-dask"
    serial = given.work / f"{given.command}-serial"
    wide = run(given.command, given.crawls, dask, "dask", given.kill_after)
    if given.only_dask:
        return
    alone = run(given.command, given.crawls, serial, "serial", 0)
    files = {
        folder: {
            path.relative_to(folder): path.read_bytes()
            for path in (folder / "out").rglob("*")
            if path.is_file()
        }
        for folder in (serial, dask)
    }
    same = "the same bytes" if files[serial] == files[dask] else "OTHER BYTES"
    print(f"dask / serial: CPU {wide / alone:.2f}, {len(files[serial])} files, {same}")


if __name__ == "__main__":
    main()
