"""The two folders that take turns: kills at every step, other people's files, what is linked."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_journal import contents, in_child

from feedsmith import disk, publish, twins
from feedsmith.manifest import open_manifest
from feedsmith.publish import Stage

FIRST = {"index.html": b"1", "a/page": b"page", "b/gone": b"gone", "same": b"same", "d/old": b"d"}
SECOND = {"index.html": b"2", "a/page": b"page", "b/gone": b"gone", "same": b"same", "e/f": b"f"}
THIRD = {"index.html": b"3", "a/page": b"new page", "c/more": b"more", "same": b"same", "e/f": b"f"}
EARLIER = 1_725_600_000  # seconds; a time of modification that is no news
SETTLED_AT_ONCE = -(10**10)  # nanoseconds: whatever lies there is old enough to be trusted
MINE = {"CNAME": b"feeds.example.org", "a/mine.txt": b"mine", "pics/x/y.png": b"png"}


@pytest.fixture(autouse=True, params=[twins._SETTLED_NS, SETTLED_AT_ONCE], ids=["fresh", "settled"])
def _every_folder_is_large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "KEPT_FROM", 1)
    monkeypatch.setattr(twins, "_SETTLED_NS", request.param)


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Publish these files and no others, as a run does."""
    manifest, _ = open_manifest(str(folder / "manifest"))
    stage = Stage(str(folder / "out"), manifest)
    stage.clear()
    for path, data in files.items():
        stage.put(path, data)
    stage.publish(set(stage.known()) - files.keys())
    stage.clear()
    manifest.close()


def fresh(folder: Path) -> Path:
    """Return a folder in which two runs published, with the user's files among theirs."""
    folder.mkdir()
    put(folder, FIRST)
    for name, data in MINE.items():
        path = folder / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "out/link").symlink_to("CNAME")
    (folder / "out/empty").mkdir()
    put(folder, SECOND)
    return folder


def copy(template: Path, folder: Path) -> Path:
    """Return a copy of which both folders hold the same inodes, as those of the template do."""
    for name in ("out", ".out.next"):
        shutil.copytree(template / name, folder / name, symlinks=True, copy_function=os.link)
    shutil.copy(template / "manifest", folder)
    return folder


def inodes(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.lstat().st_ino for p in folder.rglob("*")}


def files(folder: Path) -> dict[str, int]:
    return {name: inode for name, inode in inodes(folder).items() if not (folder / name).is_dir()}


def published(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(folder / "out").items() if name != "link"}


def test_the_folder_that_was_published_before_waits_for_its_turn(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "work")
    old = inodes(folder / "out")
    status, steps = in_child(lambda: put(folder, THIRD))
    assert status == 0
    assert published(folder) == THIRD | MINE
    assert (folder / "out/link").readlink() == Path("CNAME")
    assert (folder / "out/empty").is_dir()
    new = files(folder / "out")
    kept = [name for name in new if name in old and name not in {"index.html", "a/page"}]
    assert all(new[name] == old[name] for name in kept)
    assert files(folder / ".out.next").items() <= new.items()  # so it takes no room
    assert steps.count("os.link") == len(["e/f", "index.html", "a/page", "c/more"])
    assert sorted(p.name for p in folder.iterdir()) == [".out.next", "manifest", "out"]


def test_a_run_killed_at_any_step_leaves_a_whole_set_and_the_next_run_repairs(
    tmp_path: Path,
) -> None:
    template = fresh(tmp_path / "template")
    twin = copy(template, tmp_path / "twin")
    status, steps = in_child(lambda: put(twin, THIRD))
    assert status == 0
    assert steps.count("exchange") == 1
    for step in range(1, len(steps) + 1):
        folder = copy(template, tmp_path / str(step))
        status, _ = in_child(lambda folder=folder: put(folder, THIRD), step)  # type: ignore[misc]
        where = (step, steps[step - 1])
        found = published(folder)
        assert status == -signal.SIGKILL
        assert found in (SECOND | MINE, THIRD | MINE), where
        put(folder, THIRD)
        assert published(folder) == THIRD | MINE, where
        assert (folder / "out/empty").is_dir()
        assert files(folder / ".out.next").items() <= files(folder / "out").items(), where
        assert sorted(p.name for p in folder.iterdir()) == [".out.next", "manifest", "out"]
        shutil.rmtree(folder)


def test_what_the_user_does_between_two_runs_is_done_in_the_next_folder_too(
    tmp_path: Path,
) -> None:
    folder = fresh(tmp_path / "work")
    out = folder / "out"
    (out / "CNAME").unlink()
    (out / "a/mine.txt").write_bytes(b"edited in place")
    shutil.rmtree(out / "pics")
    (out / "pics").write_bytes(b"a file now")
    (out / "link").unlink()
    (out / "link").mkdir()
    (out / "link/inner").write_bytes(b"a folder now")
    (out / "empty").rmdir()
    (out / "e/f").unlink()
    (out / "a").chmod(0o750)
    put(folder, THIRD)
    mine = {"a/mine.txt": b"edited in place", "pics": b"a file now", "link/inner": b"a folder now"}
    assert contents(out) == THIRD | mine
    assert not (out / "empty").exists()
    assert stat.S_IMODE((out / "a").stat().st_mode) == 0o750


@pytest.mark.parametrize("is_settled", [False, True], ids=["new", "old"])
def test_a_file_put_there_in_the_last_moment_is_given_back(
    tmp_path: Path, *, is_settled: bool
) -> None:
    folder = fresh(tmp_path / "work")
    if is_settled:  # so that only folders whose time has changed are looked at again
        for path in (folder / "out", *(p for p in (folder / "out").rglob("*") if p.is_dir())):
            os.utime(path, (EARLIER, EARLIER))

    def swap(one: str, other: str) -> None:
        for name in ("late.txt", "new/deep/late.txt", "a/late", "CNAME"):
            path = folder / "out" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(b"late")
        disk.swap(one, other)

    manifest, _ = open_manifest(str(folder / "manifest"))
    stage = Stage(str(folder / "out"), manifest, swap)
    stage.put("index.html", b"3")
    stage.publish(())
    stage.clear()
    manifest.close()
    found = published(folder)
    assert {name for name, data in found.items() if data == b"late"} == {
        "late.txt", "new/deep/late.txt", "a/late", "CNAME",
    }  # fmt: skip
    put(folder, THIRD)
    late = {"late.txt", "new/deep/late.txt", "a/late"}
    assert published(folder).keys() == THIRD.keys() | MINE.keys() | late


def test_who_deletes_the_out_folder_gets_nothing_back(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "work")
    shutil.rmtree(folder / "out")
    put(folder, THIRD)
    assert contents(folder / "out") == contents(folder / ".out.next") == THIRD
    assert files(folder / ".out.next") == files(folder / "out")
    assert sorted(p.name for p in folder.iterdir()) == [".out.next", "manifest", "out"]


def test_a_first_run_makes_the_next_folder_if_links_can_be_had(tmp_path: Path) -> None:
    status, steps = in_child(lambda: put(tmp_path, FIRST))
    assert status == 0
    assert files(tmp_path / ".out.next") == files(tmp_path / "out")
    assert contents(tmp_path / "out") == FIRST
    folder = tmp_path / "without"
    folder.mkdir()
    (folder / ".out.next").write_bytes(b"in the way")
    put(folder, FIRST)
    assert contents(folder / "out") == FIRST
    assert steps.count("os.link") == len(FIRST)


def test_folders_that_were_alike_are_not_listed_until_one_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "_SETTLED_NS", SETTLED_AT_ONCE)
    out, following = tmp_path / "out", tmp_path / "next"
    (out / "a").mkdir(parents=True)
    for name in ("a/page", "index.html"):
        (out / name).write_bytes(b"1")

    def level(known: Mapping[str, disk.Pair]) -> tuple[dict[str, disk.Pair], Mapping[str, int]]:
        names: dict[str, Mapping[str, int]] = {}
        seen = twins.level(str(out), str(following), names.__setitem__, known)
        assert files(out) == files(following)
        return {path: look.pair for path, look in seen.items() if look.pair}, names["a"]

    assert level({})[0] == {}  # they were made alike just now
    known, names = level({})
    assert (known.keys(), names.keys()) == ({"a"}, {"page"})
    assert level(known) == (known, {})
    out, following = following, out
    assert level(known) == (known, {})
    for path in (out / "a/mine", following / "a/rubbish"):
        path.write_bytes(b"2")
        assert level(known)[1].keys() >= {"page"}
        known = level({})[0]
    (out / "a").chmod(0o750)
    assert level(known)[0] == {}
    assert stat.S_IMODE((following / "a").stat().st_mode) == 0o750
    monkeypatch.setattr(twins, "_SETTLED_NS", 10**10)
    assert level({})[0] == {}  # changed too shortly before


def test_the_next_folder_may_be_deleted_or_full_of_rubbish(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "work")
    shutil.rmtree(folder / ".out.next")
    put(folder, THIRD)
    assert published(folder) == THIRD | MINE
    rubbish = folder / ".out.next/index.html/deep"
    (folder / ".out.next/index.html").unlink(missing_ok=True)
    rubbish.mkdir(parents=True)
    (rubbish / "file").write_bytes(b"rubbish")
    (folder / ".out.next/same").unlink()
    (folder / ".out.next/same").write_bytes(b"rubbish")
    put(folder, SECOND)
    assert published(folder) == SECOND | MINE


def test_a_few_files_are_linked_anew_and_nothing_stays_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fresh(tmp_path / "work")
    assert (folder / ".out.next").is_dir()
    monkeypatch.setattr(publish, "KEPT_FROM", 1000)
    put(folder, THIRD)
    assert published(folder) == THIRD | MINE
    assert sorted(p.name for p in folder.iterdir()) == ["manifest", "out"]
    assert (folder / "out/same").stat().st_nlink == 1


def test_a_file_system_that_stops_exchanging_is_published_file_by_file(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "work")

    def refuse(_: str, other: str) -> None:
        raise disk.CannotExchangeError(22, "Invalid argument", other)

    manifest, _ = open_manifest(str(folder / "manifest"))
    stage = Stage(str(folder / "out"), manifest, refuse)
    stage.clear()
    for path, data in THIRD.items():
        stage.put(path, data)
    stage.publish(set(stage.known()) - THIRD.keys())
    manifest.close()
    assert published(folder) == THIRD | MINE
    assert sorted(p.name for p in folder.iterdir()) == ["manifest", "out"]
