"""Publishing where folders cannot be exchanged: mixed at worst, never torn, finished later."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Self

import faults
import pytest
from conftest import Program, dump
from faults import Done, Server

from feedsmith import disk, journal
from feedsmith.errors import OutputError
from feedsmith.manifest import open_manifest
from feedsmith.publish import Stage
from feedsmith.staging import staged

STRIKES = 8  # steps at which a run dies, besides those around the journal
MIDNIGHT = 1_725_600_000  # seconds; a time of modification for everything that the tests write
MOUNTED = ("unshare", "-rm", "sh", "-c", 'mount --bind "$0" "$0" && exec "$@"')


def may_mount(folder: Path) -> bool:
    command = [*MOUNTED, str(folder), "true"]
    return not subprocess.run(command, capture_output=True, check=False).returncode


class MountedServer(Server):
    """A server for which a folder is a mount point, as the volume of a container is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [*MOUNTED, str(self.folder), sys.executable, faults.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        return self


class Shelf(Program):
    """Articles whose feeds go to public/out, which is filled and emptied but always there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("config.toml", '[input]\npaths = ["saved"]\n[output]\ndir = "public/out"\n')
        (folder / "public/out").mkdir(parents=True)
        for number, name in enumerate(("Ferry returns", "Bridge reopens", "Museum closes"), 1):
            self.save(number, dump(name, date=f"{number} Sep, 2024 10:00"))

    def save(self, number: int, text: str, *, later: int = 0) -> None:
        path = self.write(f"saved/{number}.txt", text)
        os.utime(path, (MIDNIGHT + later, MIDNIGHT + later))

    def change(self) -> None:
        """Add one article, edit one and delete one."""
        self.save(4, dump("Pilots strike", date="4 Sep, 2024 10:00"), later=60)
        edited = dump("Ferry returns", date="1 Sep, 2024 10:00").replace("winter", "autumn")
        self.save(1, edited, later=60)
        (self.folder / "saved/2.txt").unlink()

    @property
    def out(self) -> Path:
        return self.folder / "public/out"

    def published(self) -> dict[str, bytes]:
        return self.bytes_of("public/out")

    def keep(self, where: Path) -> None:
        shutil.copytree(self.folder, where)

    def bring_back(self, where: Path) -> None:
        """Make everything as it was kept; out/ stays the same folder."""
        for path in self.folder.iterdir():
            if path.name != "public":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in self.out.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(where, self.folder, dirs_exist_ok=True)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "work")


@pytest.fixture
def server(shelf: Shelf) -> Iterator[Server]:
    """Return a server for which the shelf's out folder cannot be exchanged, by a real thing."""
    if may_mount(shelf.out):
        with MountedServer(shelf.out) as running:
            yield running
    elif os.geteuid():
        shelf.out.parent.chmod(0o555)
        with Server() as running:
            yield running
        shelf.out.parent.chmod(0o755)
    else:
        pytest.skip("neither may a folder be mounted, nor is one read-only for this user")


def ok(server: Server, shelf: Shelf) -> Done:
    done = server.run(shelf.folder, "build")
    assert done.status == 0, done.stdout + done.stderr
    return done


def test_a_mount_point_is_published_file_by_file(shelf: Shelf, server: Server) -> None:
    ok(server, shelf)
    inode = shelf.out.stat().st_ino
    first = shelf.published()
    assert len(first) > 10
    (shelf.out / "mine.txt").write_text("my own")
    assert "nothing changed" in ok(server, shelf).stdout
    shelf.change()
    ok(server, shelf)
    assert shelf.out.stat().st_ino == inode
    after = shelf.published()
    assert after.pop("mine.txt") == b"my own"
    assert after.keys() ^ first.keys() == {
        name for name in after.keys() | first.keys() if "bridge" in name or "pilots" in name
    }
    assert [path.name for path in shelf.out.iterdir() if path.name.startswith(".")] == []
    assert [path.name for path in shelf.out.parent.iterdir()] == ["out"]
    assert "nothing changed" in ok(server, shelf).stdout
    with Server() as elsewhere:  # where it is no mount point the bytes are the same
        twin = Shelf(shelf.folder.parent / "twin")
        ok(elsewhere, twin)
        twin.change()
        ok(elsewhere, twin)
    assert twin.published().keys() == after.keys()
    assert {n for n in after if n.startswith("articles/")} == {
        n for n in twin.published() if n.startswith("articles/")
    }


def around(steps: tuple[str, ...]) -> list[int]:
    """Return the steps to die at, from 1: some of all, and all from the journal on."""
    moves = [number for number, name in enumerate(steps, 1) if name == "os.rename"]
    late = range(min(moves) - 3, len(steps) + 1)
    early = range(1, len(steps), max(1, len(steps) // STRIKES))
    return sorted({*early, *list(late)[:: max(1, len(late) // 12)], *moves[::3]})


def test_a_run_killed_at_any_step_tears_nothing_and_the_next_run_finishes(
    shelf: Shelf, server: Server, tmp_path: Path
) -> None:
    ok(server, shelf)
    old = shelf.published()
    shelf.change()
    shelf.keep(tmp_path / "kept")
    steps = ok(server, shelf).steps
    new = shelf.published()
    problems, mixed = [], 0
    for step in around(steps):
        shelf.bring_back(tmp_path / "kept")
        done = server.run(shelf.folder, "build", fault="kill", step=step)
        assert done.status == -signal.SIGKILL
        found = {n: data for n, data in shelf.published().items() if ".out.staging" not in n}
        mixed += found not in (old, new)
        wrong = [n for n in found if found[n] not in (old.get(n), new.get(n))]
        lost = [n for n in old.keys() & new.keys() if n not in found]
        ok(server, shelf)
        if wrong or lost or shelf.published() != new:
            problems.append((step, steps[step - 1], wrong, lost))
        if names := [p.name for p in shelf.out.parent.rglob(".*")]:
            problems.append((step, steps[step - 1], names, []))
    assert problems == []
    assert mixed > 3  # which is why the exchange is preferred


def test_a_journal_is_finished_before_anything_else(
    shelf: Shelf, server: Server, tmp_path: Path
) -> None:
    ok(server, shelf)
    shelf.change()
    shelf.keep(tmp_path / "kept")
    steps = ok(server, shelf).steps
    new = shelf.published()
    shelf.bring_back(tmp_path / "kept")
    moves = [number for number, name in enumerate(steps, 1) if name == "os.rename"]
    server.run(shelf.folder, "build", fault="kill", step=moves[len(moves) // 2])
    assert shelf.published() != new
    (shelf.folder / "saved").rename(shelf.folder / "unmounted")
    assert server.run(shelf.folder, "build").status == 3
    assert shelf.published() == new


def test_what_is_the_users_own_is_kept_there_too(shelf: Shelf, server: Server) -> None:
    ok(server, shelf)
    page = next(name for name in shelf.published() if "ferry" in name)
    (shelf.out / page).write_text("my version")
    gone = next(name for name in shelf.published() if "bridge" in name)
    (shelf.out / gone).write_text("my bridge")
    shelf.change()
    done = ok(server, shelf)
    kept = {name: data for name, data in shelf.published().items() if ".edited-" in name}
    assert sorted(kept.values()) == [b"my bridge", b"my version"]
    assert all(name in done.stderr for name in kept)
    (shelf.out / "topics").rename(shelf.out / "mine")
    (shelf.out / "topics").write_text("no folder")
    done = server.run(shelf.folder, "build")
    assert done.status == 3
    assert "move it away" in done.stderr
    assert (shelf.out / "topics").read_text() == "no folder"


# The same code by itself, on any system: a file system that says that it cannot exchange ---------

OLD = {"index.html": b"old", "a/page.html": b"old page", "b/gone.html": b"gone", "same": b"same"}
NEW = {"index.html": b"new", "a/page.html": b"new page", "c/more.html": b"more", "same": b"same"}


def refuse(_: str, other: str) -> None:
    raise disk.CannotExchangeError(22, "Invalid argument", other)


def publish(folder: Path, files: dict[str, bytes]) -> None:
    manifest, _ = open_manifest(str(folder / "manifest"))
    stage = Stage(str(folder / "out"), manifest, refuse)
    stage.clear()
    for path, data in files.items():
        stage.put(path, data)
    stage.publish(set(stage.known()) - files.keys())
    manifest.close()


def in_child(work: Callable[[], None], step: int = 0) -> tuple[int, list[str]]:
    """Do it in a process that dies at a step; return how it ended and the names of its steps."""
    with tempfile.TemporaryFile() as log:
        child = os.fork()
        if not child:
            faults._Faults("kill" if step else "", step, "", log.fileno()).install()
            work()
            os._exit(0)
        _, code = os.waitpid(child, 0)
        log.seek(0)
        return os.waitstatus_to_exitcode(code), log.read().decode().split()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_journal_is_finished_wherever_a_run_dies(tmp_path: Path) -> None:
    def fresh() -> Path:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        (folder / "out").mkdir()
        publish(folder, OLD)
        assert contents(folder / "out") == OLD
        return folder

    twin = fresh()
    status, steps = in_child(lambda: publish(twin, NEW))
    assert status == 0
    assert contents(twin / "out") == NEW
    assert sorted(p.name for p in twin.iterdir()) == ["manifest", "out"]
    assert sorted(p.name for p in (twin / "out").iterdir()) == ["a", "c", "index.html", "same"]
    for step in range(1, len(steps) + 1):
        folder = fresh()
        status, _ = in_child(lambda folder=folder: publish(folder, NEW), step)  # type: ignore[misc]
        assert status == -signal.SIGKILL
        found = contents(folder / "out")
        for path in found.keys() | (OLD.keys() & NEW.keys()):
            assert found[path] in (OLD.get(path), NEW.get(path)), (step, steps[step - 1])
        publish(folder, NEW)
        assert contents(folder / "out") == NEW, (step, steps[step - 1])
        assert sorted(p.name for p in folder.iterdir()) == ["manifest", "out"]


def test_a_file_that_the_user_puts_there_meanwhile_is_kept_beside(tmp_path: Path) -> None:
    out, stage = tmp_path / "out", tmp_path / ".out.staging"
    for folder in (out, stage):
        folder.mkdir()
    (stage / "page.html").write_text("new")
    (out / "page.html").write_text("the user's")
    (out / "gone.html").write_text("the user's too")
    journal.publish(str(out), str(stage), {"page.html": ""}, {"gone.html": "a digest of ours"})
    kept = {name: data for name, data in contents(out).items() if name != "page.html"}
    assert sorted(kept.values()) == [b"the user's", b"the user's too"]
    assert (out / "page.html").read_text() == "new"


def test_an_error_amid_the_journal_says_how_the_feeds_stand(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    manifest, _ = open_manifest(str(tmp_path / "manifest"))
    replace, told = os.replace, []
    for allowed in (0, 1):  # renames: not even that of the journal; that and none of a file

        def fail(old: str, new: str, left: list[int] = [allowed]) -> None:  # noqa: B006
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.EIO, "Input/output error", new)
            replace(old, new)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "replace", fail)
            out = staged(str(tmp_path / "out"), manifest, partial(Stage, swap=refuse))
            with pytest.raises(OutputError) as error, out as stage:  # noqa: PT012 (both at once)
                stage.put("index.html", b"new")
                stage.publish(())
        told.append(str(error.value))
    manifest.close()
    assert "the feeds already published stay" in told[0]
    assert "some feeds are new and some are old" in told[1]


def test_an_error_that_names_a_number_is_told_of_the_folder(tmp_path: Path) -> None:
    manifest, _ = open_manifest(str(tmp_path / "manifest"))
    out = str(tmp_path / "out")
    with pytest.raises(OutputError, match=f"^{out}: Input/output error; "), staged(out, manifest):
        raise OSError(errno.EIO, "Input/output error", 9)
    manifest.close()
