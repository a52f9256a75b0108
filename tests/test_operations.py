"""docs/operations.md is true: each of its recipes is run as it stands there, on what it mends."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump
from faults import Server

PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
RECIPES = {
    title: "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))
    for title, text in re.findall(r"^### (.+)\n((?:(?!^#).*\n)*)", PAGE, re.MULTILINE)
}


class Home:
    """A home folder with ~/Articles, and ~/feeds that was built and backed up."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        self.feeds = folder / "feeds"
        self.state = self.feeds / ".feedsmith"
        self.saved = folder / "Articles"
        program = Program(folder)
        for number, name in enumerate(("Ferry returns", "Bridge reopens", "Museum closes"), 1):
            program.write(f"Articles/{number}.txt", dump(name, date=f"{number} Sep, 2024 10:00"))
        program.write("feeds/config.toml", '[input]\npaths = ["../Articles"]\n')
        program.write("feeds/corrections.toml", "")
        program.write(
            "bin/feedsmith", f'#!/bin/sh\nexec "{sys.executable}" -m feedsmith "$@"\n'
        ).chmod(0o755)
        self.build()
        self.correct_title("1.txt", "Ferry returns", "The ferry is back")
        self.build()
        self.run(RECIPES["Back up"])
        self.ids = self.entry_ids()
        self.feed_bytes = (self.feeds / "out/atom.xml").read_bytes()

    def correct_title(self, name: str, old: str, new: str) -> None:
        """Save a page again under another title: only the ledger knows the id then."""
        path = self.saved / name
        path.write_text(path.read_text().replace(old, new).replace("1 Sep", "30 Aug"))

    def run(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run commands as the owner of the files, who may not do more than that."""
        prefix = []
        if os.geteuid() == 0 and shutil.which("setpriv"):
            prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            [*prefix, "bash", "-eu", "-o", "pipefail", "-c", commands],
            cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder), "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def build(self, folder: str = "feeds", status: int = 0) -> str:
        done = self.server.run(self.folder / folder, "build", "-q")
        assert done.status == status, done.stderr
        return done.stderr

    def entry_ids(self, folder: str = "feeds") -> dict[str, str]:
        feed = json.loads((self.folder / folder / "out/feed.json").read_text())
        return {item["title"]: item["id"] for item in feed["items"]}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Server) -> Home:
    return Home(tmp_path, server)


def lose_backup(home: Home) -> None:
    (home.folder / "backup/ledger.sqlite3").unlink()


def move_machine(home: Home) -> None:
    shutil.rmtree(home.feeds)


def damage_ledger(home: Home) -> None:
    (home.state / "ledger.sqlite3").write_bytes(b"damaged" * 1_000)
    home.correct_title("2.txt", "harbour", "river")
    assert "LedgerError" in home.build(status=3)


def damage_ledger_for_good(home: Home) -> None:
    shutil.rmtree(home.folder / "backup")
    damage_ledger(home)


def damage_cache(home: Home) -> None:
    for name in ("cache", "manifest"):
        (home.state / f"{name}.sqlite3").write_bytes(b"damaged" * 1_000)
    home.correct_title("2.txt", "harbour", "river")


def delete_out(home: Home) -> None:
    shutil.rmtree(home.feeds / "out")


def delete_state(home: Home) -> None:
    shutil.rmtree(home.state)


def fill_disk(home: Home) -> None:
    home.correct_title("2.txt", "harbour", "river")
    done = home.server.run(home.feeds, "build", "-q", fault="full", step=12)
    assert done.status == 3, done.stderr
    assert "make room" in done.stderr


def unmount(home: Home) -> None:
    away = home.saved.rename(home.folder / "unmounted")
    assert "is the disk mounted" in home.build(status=3)
    home.saved.mkdir()
    assert "is the disk mounted" in home.build(status=3)
    home.saved.rmdir()
    away.rename(home.saved)


def kill(home: Home) -> None:
    home.correct_title("2.txt", "harbour", "river")
    steps = len(home.server.run(home.feeds, "build", "--dry-run").steps)
    assert home.server.run(home.feeds, "build", fault="kill", step=steps // 2).status < 0


def set_clock_back(home: Home) -> None:
    ahead = home.feeds.stat().st_mtime + 400 * 86_400
    for path in (*home.state.glob("*.sqlite3"), home.feeds / "out"):
        os.utime(path, (ahead, ahead))
    done = home.server.run(home.feeds, "doctor")
    assert (done.status, "problem  clock: 9600.0 hours behind" in done.stdout) == (1, True)


def forbid_writing(home: Home) -> None:
    home.correct_title("2.txt", "harbour", "river")
    (home.feeds / "out").chmod(0o555)
    home.feeds.chmod(0o555)
    done = home.run("cd ~/feeds && feedsmith doctor; feedsmith build -q")
    assert done.returncode != 0
    if os.geteuid() and not shutil.which("setpriv"):
        pytest.skip("root may write everything, and there is no setpriv to give that up")
    assert "problem  out folder" in done.stdout


def upgrade(home: Home) -> None:
    home.server.run(home.feeds, "build", fault="upgrade")


def downgrade(home: Home) -> None:
    with closing(sqlite3.connect(home.state / "ledger.sqlite3")) as db:
        db.execute("PRAGMA user_version = 99")
    home.correct_title("2.txt", "harbour", "river")
    home.build(status=3)
    done = home.server.run(home.feeds, "doctor")
    assert (done.status, "made by a newer feedsmith" in done.stdout) == (1, True)


def keep_next(home: Home) -> None:
    """Leave what a run leaves that publishes thousands of files."""
    (home.feeds / ".out.next").mkdir()
    (home.feeds / ".out.next/index.html").hardlink_to(home.feeds / "out/index.html")


PREPARED: dict[str, Callable[[Home], None]] = {
    "Back up": lose_backup,
    "Move to another machine": move_machine,
    "Move the project on the same machine": lambda _: None,
    "Make room beside the out folder": keep_next,
    "The ledger is damaged": damage_ledger,
    "The ledger is damaged and there is no back-up": damage_ledger_for_good,
    "The cache or the manifest is damaged": damage_cache,
    "The out folder was deleted": delete_out,
    "The state was deleted": delete_state,
    "The disk is full": fill_disk,
    "The folder of saved articles is gone or empty": unmount,
    "A run was killed": kill,
    "The clock was wrong": set_clock_back,
    "The out folder cannot be written": forbid_writing,
    "Upgrade": upgrade,
    "Downgrade": downgrade,
}


def test_every_recipe_is_here() -> None:
    assert list(RECIPES) == list(PREPARED)
    assert all("feedsmith" in commands for commands in RECIPES.values())


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_brings_everything_back(title: str, home: Home) -> None:
    PREPARED[title](home)
    done = home.run(RECIPES[title])
    assert done.returncode == 0, done.stdout + done.stderr
    folder = "elsewhere" if "elsewhere" in RECIPES[title] else "feeds"
    ids = home.entry_ids(folder)
    assert ids == home.ids
    assert home.build(folder) == ""
    doctor = home.server.run(home.folder / folder, "doctor")
    assert doctor.status == 0, doctor.stdout
    assert not (home.folder / folder / ".out.staging").exists()
    assert (home.folder / "backup/ledger.sqlite3").exists() or title.endswith("no back-up")


def test_every_key_of_the_report_is_on_the_page(home: Home) -> None:
    done = home.server.run(home.feeds, "build", "--json", "--dry-run")
    told = json.loads(done.stdout)
    keys = {*told, *told["entries"], *told["dry_run"]}
    for line in (*told["remarks"], *told["kinds"]):
        keys |= line.keys()
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()
    status = json.loads(home.server.run(home.feeds, "status", "--json").stdout)
    missing = {key for key in status if f"`{key}`" not in PAGE}
    assert missing <= {"version", "feedsmith", "out"}
