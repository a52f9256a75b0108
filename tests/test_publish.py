"""Publishing through the real program: kills, full disks, other people's files, times and modes."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Done, Server

POINTS = 40  # steps at which a run is killed, or its disk fills up, spread over all of them
MIDNIGHT = 1_725_600_000  # seconds; a time of modification for everything that the tests write


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def put(program: Program, name: str, text: str, *, later: int = 0) -> Path:
    """Write a file with a known time of modification."""
    path = program.write(name, text)
    os.utime(path, (MIDNIGHT + later, MIDNIGHT + later))
    return path


def shelf(folder: Path) -> Program:
    """Return a folder of articles that was never built."""
    program = Program(folder)
    for number, name in enumerate(("Ferry returns", "Bridge reopens", "Museum closes"), 1):
        put(program, f"saved/{number}.txt", dump(name, date=f"{number} Sep, 2024 10:00"))
    return program


def change(program: Program) -> None:
    """Add one article, edit one and delete one."""
    put(program, "saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"), later=60)
    edited = dump("Ferry returns", date="1 Sep, 2024 10:00").replace("winter", "autumn")
    put(program, "saved/1.txt", edited, later=60)
    (program.folder / "saved/2.txt").unlink()


def build(server: Server, program: Program, *more: str) -> Done:
    return server.run(program.folder, "build", "saved", *more)


def ok(server: Server, program: Program, *more: str) -> Done:
    done = build(server, program, *more)
    assert done.status == 0, done.stdout + done.stderr
    return done


def stats_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Return inode and time of modification of every file."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def names_beside(program: Program) -> list[str]:
    return sorted(path.name for path in program.folder.iterdir())


class Bench:
    """An old set, the changes that lead to the new one, a folder to try them in again and again."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.program = shelf(folder / "work")
        self.template = folder / "template"
        ok(server, self.program)
        self.old = self.program.bytes_of()
        shutil.copytree(self.program.folder, self.template)
        change(self.program)
        done = ok(server, self.program)
        self.new = self.program.bytes_of()
        self.steps = done.steps

    def reset(self) -> Program:
        shutil.rmtree(self.program.folder)
        shutil.copytree(self.template, self.program.folder)
        change(self.program)
        return self.program

    def strike(self, fault: str, step: int) -> str:
        """Try one step; return what went wrong, "" when all is well."""
        program = self.reset()
        where = f"{fault} at step {step} ({self.steps[step - 1]})"
        done = self.server.run(program.folder, "build", "saved", fault=fault, step=step)
        found = program.bytes_of()
        if found not in (self.old, self.new):
            return f"{where}: neither the old set nor the new one"
        if fault == "kill" and done.status != -9:
            return f"{where}: was not killed but ended with {done.status}: {done.stderr}"
        if fault == "full" and (problem := refusal(done)):
            return f"{where}: {problem}"
        repaired = self.server.run(program.folder, "build", "saved")
        if repaired.status:
            return f"{where}: the next run ended with {repaired.status}: {repaired.stderr}"
        if repaired.stderr:
            return f"{where}: the next run complained: {repaired.stderr}"
        if program.bytes_of() != self.new:
            return f"{where}: the next run did not make the new set"
        if names_beside(program) != [".feedsmith-out", "out", "saved"]:
            return f"{where}: left behind {names_beside(program)}"
        return ""


def refusal(done: Done) -> str:
    """Return what is wrong with the way a run told that the disk is full, "" for nothing."""
    if done.status == 0:
        return ""  # what failed was not needed
    if done.status != 3:
        return f"exit status {done.status}: {done.stderr}"
    if done.stderr.count("\n") != 1 or not done.stderr.startswith("feedsmith: "):
        return f"not one line: {done.stderr}"
    return ""


def spread(steps: tuple[str, ...]) -> list[int]:
    """Return about POINTS steps, from 1, among them all those around the exchange."""
    middle = steps.index("exchange") + 1
    around = range(middle - 3, middle + 4)
    even = (1 + round(i * (len(steps) - 1) / (POINTS - 1)) for i in range(POINTS))
    return sorted({*even, *around})


def strike_everywhere(tmp_path: Path, fault: str) -> list[str]:
    """Return everything that went wrong, over all the points; two of them at a time."""

    def half(number: int) -> list[str]:
        with Server() as server:
            bench = Bench(server, tmp_path / str(number))
            assert bench.new != bench.old
            return [bench.strike(fault, step) for step in spread(bench.steps)[number::2]]

    with ThreadPoolExecutor(2) as pool:
        return [line for lines in pool.map(half, range(2)) for line in lines if line]


def test_a_run_killed_at_any_step_leaves_a_whole_set_and_the_next_run_repairs(
    tmp_path: Path,
) -> None:
    assert strike_everywhere(tmp_path, "kill") == []


def test_a_disk_that_fills_up_at_any_step_leaves_a_whole_set_and_says_so(tmp_path: Path) -> None:
    assert strike_everywhere(tmp_path, "full") == []


def test_a_first_run_killed_before_the_exchange_leaves_no_out_folder(
    tmp_path: Path, server: Server
) -> None:
    whole = shelf(tmp_path / "whole")
    steps = ok(server, whole).steps
    for step in range(1, len(steps) + 1, 20):
        program = shelf(tmp_path / f"killed-{step}")
        assert server.run(program.folder, "build", "saved", fault="kill", step=step).status == -9
        assert program.bytes_of() in ({}, whole.bytes_of())
        ok(server, program)
        assert program.bytes_of() == whole.bytes_of()


def test_a_first_run_on_a_full_disk_says_so_and_a_later_one_works(
    tmp_path: Path, server: Server
) -> None:
    whole = shelf(tmp_path / "whole")
    steps = ok(server, whole).steps
    for step in (*range(1, 8), *range(8, len(steps) + 1, 20)):
        program = shelf(tmp_path / f"full-{step}")
        done = server.run(program.folder, "build", "saved", fault="full", step=step)
        assert refusal(done) == "", f"step {step} ({steps[step - 1]})"
        assert program.bytes_of() in ({}, whole.bytes_of())
        ok(server, program)
        assert program.bytes_of() == whole.bytes_of()


def test_ids_and_permalinks_survive_the_edit_that_the_kills_interrupt(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    before = program.entries()
    change(program)
    ok(server, program)
    after = program.entries()
    assert sorted(after) == ["Ferry returns", "Museum closes", "Pilots strike"]
    for title in ("Ferry returns", "Museum closes"):
        assert after[title]["id"] == before[title]["id"]


def test_an_undated_article_keeps_its_id_when_the_run_that_met_it_died(
    tmp_path: Path, server: Server
) -> None:
    program = Program(tmp_path)
    put(program, "saved/note.txt", dump("A note without a date", date=""))
    steps = ok(server, program).steps
    expected = program.bytes_of()
    for name in (".feedsmith-out", "out"):
        shutil.rmtree(tmp_path / name)
    after = steps.index("os.rename") + 3
    server.run(tmp_path, "build", "saved", fault="kill", step=after)
    assert program.bytes_of() == expected
    ok(server, program)
    assert program.bytes_of() == expected


def test_files_of_the_user_stay_whatever_happens_around_them(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    mine = ("out/CNAME", "out/articles/2024/notes.html", "out/topics/mine.txt", "out/pics/a/b.png")
    for name in mine:
        program.write(name, f"my own {name}")
    (tmp_path / "out/empty").mkdir()
    (tmp_path / "out/link").symlink_to("CNAME")
    (tmp_path / "out/nowhere").symlink_to("no/such/file")
    inodes = {name: (tmp_path / name).stat().st_ino for name in mine}
    change(program)
    ok(server, program)
    for name in mine:
        assert (tmp_path / name).read_text(encoding="utf-8") == f"my own {name}"
        assert (tmp_path / name).stat().st_ino == inodes[name]
    assert (tmp_path / "out/empty").is_dir()
    assert (tmp_path / "out/link").readlink() == Path("CNAME")
    assert (tmp_path / "out/nowhere").is_symlink()


def test_a_file_put_into_out_in_the_last_moment_is_given_back(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    change(program)
    late = "out/deep/down/late.txt"
    done = server.run(tmp_path, "build", "saved", plant=late)
    assert done.status == 0
    assert (tmp_path / late).read_text(encoding="utf-8") == "put here in the last moment"


def test_a_file_put_into_out_in_the_last_moment_survives_a_kill(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    change(program)
    step = ok_steps(tmp_path, server).index("exchange") + 2
    done = server.run(tmp_path, "build", "saved", plant="out/late.txt", fault="kill", step=step)
    assert done.status == -9
    ok(server, program)
    assert (tmp_path / "out/late.txt").read_text(encoding="utf-8") == "put here in the last moment"


def ok_steps(folder: Path, server: Server) -> tuple[str, ...]:
    """Return the steps of the change that the tests make, from a run elsewhere."""
    twin = shelf(folder / "twin")
    ok(server, twin)
    change(twin)
    steps = ok(server, twin).steps
    shutil.rmtree(twin.folder)
    return steps


def test_a_file_of_the_user_replaced_in_the_last_moment_keeps_its_new_text(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    program.write("out/CNAME", "feeds.example.org")
    change(program)
    done = server.run(tmp_path, "build", "saved", plant="out/CNAME")
    assert done.status == 0
    assert (tmp_path / "out/CNAME").read_text(encoding="utf-8") == "put here in the last moment"


@pytest.mark.parametrize(
    "name", ["index.html", "feed.json", "articles", "topics", "atom.xml/inner.txt"]
)
def test_a_file_of_the_user_in_the_way_of_the_first_run_is_never_replaced(
    tmp_path: Path, server: Server, name: str
) -> None:
    program = shelf(tmp_path)
    program.write(f"out/{name}", "<p>My home page</p>")
    done = build(server, program)
    assert done.status == 3
    assert f"out/{name.partition('/')[0]}: " in done.stderr
    assert "move it away" in done.stderr
    assert done.stderr.count("\n") == 1
    assert program.bytes_of() == {name: b"<p>My home page</p>"}
    assert ".out.staging" not in names_beside(program)


def test_a_reader_never_finds_a_feed_missing_or_cut(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    reading, problems, reads = threading.Event(), [], 0

    def read() -> None:
        nonlocal reads
        while not reading.is_set():
            for name, end in (("atom.xml", b"</feed>\n"), ("index.html", b"</html>\n")):
                try:
                    data = (tmp_path / "out" / name).read_bytes()
                except OSError as error:
                    problems.append(repr(error))
                else:
                    reads += 1
                    if not data.rstrip().endswith(end.rstrip()):
                        problems.append(f"{name} ends with {data[-20:]!r}")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(4, 12):
            put(program, f"saved/{number}.txt", dump(f"Day {number}", date=f"{number} Sep, 2024"))
            ok(server, program)
    finally:
        reading.set()
        reader.join()
    assert problems == []
    assert reads > 100


def test_an_edited_page_is_kept_aside_and_made_again(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    before = program.bytes_of()
    name = next(name for name in before if name.startswith("articles/"))
    path = tmp_path / "out" / name
    path.unlink()
    path.write_text("my version", encoding="utf-8")
    done = ok(server, program)
    after = program.bytes_of()
    extra = after.keys() - before.keys()
    assert {after.pop(aside) for aside in extra} == {b"my version"}
    assert [aside.startswith(f"{name}.edited-") for aside in extra] == [True]
    assert after == before
    assert f"{next(iter(extra))}: your edited version" in done.stderr
    assert "edited" not in ok(server, program).stderr


def test_a_feed_edited_in_place_is_kept_aside_and_made_again(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    before = program.bytes_of()
    program.write("out/atom.xml", "my version")
    ok(server, program)
    after = program.bytes_of()
    aside = (after.keys() - before.keys()).pop()
    assert aside.startswith("atom.xml.edited-")
    assert after[aside] == b"my version"
    assert after["atom.xml"] == before["atom.xml"]


def test_the_same_edit_made_after_every_build_stops_nothing(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    names = set(program.bytes_of())
    for _ in range(3):
        program.write("out/atom.xml", "what my script makes of it")
        ok(server, program)
    extra = program.bytes_of().keys() - names
    assert [name.partition(".edited-")[0] for name in extra] == ["atom.xml"]


def test_whatever_is_deleted_from_out_is_made_again_by_the_next_run(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    before = program.bytes_of()
    for name in before:
        (tmp_path / "out" / name).unlink()
        assert "nothing changed" not in ok(server, program).stdout, name
        assert program.bytes_of() == before, name
    shutil.rmtree(tmp_path / "out/topics")
    ok(server, program)
    assert program.bytes_of() == before
    shutil.rmtree(tmp_path / "out")
    ok(server, program)
    assert program.bytes_of() == before


def test_what_stays_the_same_keeps_its_inode_and_time(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    bytes_before, before = program.bytes_of(), stats_of(tmp_path / "out")
    change(program)
    ok(server, program)
    bytes_after, after = program.bytes_of(), stats_of(tmp_path / "out")
    same = {name for name in bytes_after if bytes_before.get(name) == bytes_after[name]}
    assert any(name.startswith("articles/") for name in same)
    assert {name for name in same if before[name] != after[name]} == set()


def test_published_files_have_the_mode_that_the_umask_gives(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    change(program)
    ok(server, program)
    modes = {
        (path.is_dir(), stat.S_IMODE(path.stat().st_mode))
        for path in [tmp_path / "out", *(tmp_path / "out").rglob("*")]
    }
    assert modes == {(True, 0o755), (False, 0o644)}


def test_the_mode_of_the_out_folder_is_the_users_choice(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    (tmp_path / "out").chmod(0o2770)
    change(program)
    ok(server, program)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o2770


def test_out_may_be_a_link_to_a_folder(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    (tmp_path / "public/feeds").mkdir(parents=True)
    (tmp_path / "out").symlink_to("public/feeds")
    ok(server, program)
    change(program)
    ok(server, program)
    assert (tmp_path / "out").is_symlink()
    assert sorted(program.entries()) == ["Ferry returns", "Museum closes", "Pilots strike"]
    assert [path.name for path in (tmp_path / "public").iterdir()] != []
    assert not (tmp_path / "public/.feeds.staging").exists()
    assert "nothing changed" in ok(server, program).stdout


def test_what_an_earlier_run_left_beside_out_is_cleared(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    ok(server, program)
    program.write(".out.staging/articles/2024/half.html", "half a pa")
    change(program)
    ok(server, program)
    assert not (tmp_path / ".out.staging").exists()
    assert "articles/2024/half.html" not in program.bytes_of()


@pytest.mark.parametrize("lost", ["", "manifest.sqlite3"], ids=["everything", "manifest"])
def test_lost_state_costs_no_file_of_the_user_and_no_feed(
    tmp_path: Path, server: Server, lost: str
) -> None:
    program, twin = shelf(tmp_path / "lost"), shelf(tmp_path / "twin")
    for each in (program, twin):
        each.write("config.toml", '[feed]\nauthor = "The port"\n')
        put(each, "saved/culture/5.txt", dump("Choir sings", date="5 Sep, 2024 10:00"))
        ok(server, each)
    program.write("out/mine.txt", "my own")
    state = program.folder / ".feedsmith" / lost
    if state.is_dir():
        shutil.rmtree(state)
    else:
        state.unlink()
    for each in (program, twin):
        change(each)
        put(each, "saved/culture/6.txt", dump("Choir rests", date="6 Sep, 2024 10:00"))
        edited = dump("Museum closes", date="3 Sep, 2024 10:00", subtitle="A new line")
        put(each, "saved/3.txt", edited)
        ok(server, each)
    found = program.bytes_of()
    assert found.pop("mine.txt") == b"my own"
    left = {name for name in found if name.startswith("articles/")} - twin.bytes_of().keys()
    assert len(left) <= 1  # the page of the deleted article, which nobody knows to be ours
    expected = twin.bytes_of()
    differing = {name for name in expected if found.get(name) != expected[name]}
    if lost:
        assert differing == set()
    assert [name for name in found if ".edited-" in name] == []


def test_a_home_page_that_only_mentions_feedsmith_is_never_replaced(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    text = "<!DOCTYPE html>\n<title>My feeds</title><p>made with feedsmith"
    program.write("out/index.html", text)
    assert build(server, program).status == 3
    assert program.bytes_of() == {"index.html": text.encode()}


def test_an_out_folder_that_cannot_be_made_is_refused_in_one_line(
    tmp_path: Path, server: Server
) -> None:
    program = shelf(tmp_path)
    program.write("out", "a file where the folder should be")
    done = build(server, program)
    assert done.status in (2, 3)
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file where the folder should be"


def test_the_saved_articles_are_never_touched(tmp_path: Path, server: Server) -> None:
    program = shelf(tmp_path)
    before = program.bytes_of("saved"), stats_of(tmp_path / "saved")
    ok(server, program)
    (tmp_path / "out/atom.xml").unlink()
    ok(server, program)
    assert (program.bytes_of("saved"), stats_of(tmp_path / "saved")) == before
