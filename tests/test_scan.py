"""The walk and "did anything change?": what is read or left out, what a run without news costs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Done, Server

from feedsmith.walk import walk

HEAVY = (
    "bs4", "lxml", "feedgen", "dateutil", "jinja2", "nh3", "fasttext", "rich", "concurrent.futures",
    "charset_normalizer", "feedsmith.assembly", "feedsmith.pipeline",
)  # fmt: skip
COUNT = """
import json, sys
from feedsmith.cli import run
status = run(sys.argv[1:])
print(json.dumps([status, sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def stats_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Return inode and time of modification of every file and folder."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_ino, path.lstat().st_mtime_ns)
        for path in [folder, *folder.rglob("*")]
    }


def build(server: Server, program: Program, *more: str | Path) -> Done:
    return server.run(program.folder, "build", "saved", *more)


def titles(server: Server, program: Program, *more: str | Path) -> list[str]:
    """Build, which must end with 0 and without complaint, and return the titles of the feed."""
    done = build(server, program, *more)
    assert (done.status, done.stderr) == (0, ""), done.stdout
    return sorted(program.entries())


def test_a_run_without_news_imports_nothing_heavy(library: Program) -> None:
    library.ok("build", "saved")
    done = subprocess.run(
        [sys.executable, "-c", COUNT, "build", "saved", "--quiet"],
        cwd=library.folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    status, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 0
    assert [name for name in HEAVY if name in modules] == []


def test_a_run_without_news_writes_nothing(library: Program, server: Server) -> None:
    for path in (library.folder / "saved").iterdir():
        os.utime(path, (1_726_000_000, 1_726_000_000))
    build(server, library)
    out, state = stats_of(library.folder / "out"), library.bytes_of(".feedsmith-out")
    for _ in range(2):
        done = build(server, library)
        assert "nothing changed" in done.stdout
    assert stats_of(library.folder / "out") == out
    assert library.bytes_of(".feedsmith-out") == state


def test_files_written_just_now_are_looked_into_once_more_and_out_is_left_alone(
    library: Program, server: Server
) -> None:
    build(server, library)
    out = stats_of(library.folder / "out")
    for _ in range(2):
        assert "nothing changed" in build(server, library).stdout
    assert stats_of(library.folder / "out") == out


def test_a_run_without_news_is_silent_and_ends_alike(library: Program, server: Server) -> None:
    (library.folder / "saved/bad.html").write_bytes(b"\0" * 4000)
    first, second = build(server, library), build(server, library)
    assert first.stderr.count("\n") == 1
    assert second.stderr == ""
    assert second.status == first.status
    assert build(server, library, "-v").stderr == first.stderr


def test_a_second_edit_in_the_same_tick_is_noticed(library: Program, server: Server) -> None:
    path = library.folder / "saved/1.txt"
    build(server, library)
    stamp = path.stat()
    text = path.read_text(encoding="utf-8")
    with path.open("r+", encoding="utf-8") as stream:  # in place: the inode stays
        stream.write(text.replace("Ferry returns", "Ferry retires"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (stamp.st_mtime_ns, stamp.st_size)
    assert "Ferry retires" in titles(server, library)


def test_what_an_earlier_version_noted_of_a_folder_is_replaced_once(
    library: Program, server: Server
) -> None:
    build(server, library)
    path = library.folder / ".feedsmith-out/cache.sqlite3"
    noted = "SELECT path, digest FROM folders ORDER BY path"
    for file in (library.folder / "saved").rglob("*"):
        os.utime(file, (1_725_600_000, 1_725_600_000))
    build(server, library)
    with closing(sqlite3.connect(path)) as cache:
        before = cache.execute(noted).fetchall()
        cache.execute("UPDATE folders SET digest = x'00'")
        cache.commit()
    build(server, library)
    with closing(sqlite3.connect(path)) as cache:
        assert cache.execute(noted).fetchall() == before
    stamp = path.stat()
    build(server, library)
    assert path.stat().st_mtime_ns == stamp.st_mtime_ns


def test_new_changed_touched_and_removed_files_are_told_apart(
    library: Program, server: Server
) -> None:
    assert titles(server, library) == ["Bridge reopens", "Ferry returns", "Museum closes"]
    library.write("saved/deep/down/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    (library.folder / "saved/2.txt").unlink()
    library.write("saved/1.txt", dump("Ferry retires", date="1 Sep, 2024 10:00"))
    os.utime(library.folder / "saved/3.txt")
    assert titles(server, library) == ["Ferry retires", "Museum closes", "Pilots strike"]
    shutil.rmtree(library.folder / "saved/deep")
    assert titles(server, library) == ["Ferry retires", "Museum closes"]


def test_names_that_are_no_saved_articles_are_left_out(library: Program, server: Server) -> None:
    text = dump("Pilots strike", date="4 Sep, 2024 10:00")
    for name in (
        ".hidden.txt", ".git/4.txt", "4.txt.part", "4.txt.crdownload", "4.txt~", "4.tmp",
        "page_files/4.txt", "Seite-Dateien/4.txt",
    ):  # fmt: skip
        library.write(f"saved/{name}", text)
    page = f"<title>Quay sinks</title><h1>Quay sinks</h1><p>{'The quay sank slowly. ' * 20}</p>"
    library.write("saved/page.html", page)
    library.write("saved/Seite.htm", page.replace("Quay", "Pier").replace("quay", "pier"))
    assert titles(server, library) == [
        "Bridge reopens", "Ferry returns", "Museum closes", "Pier sinks", "Quay sinks",
    ]  # fmt: skip


def test_a_folder_named_like_resources_without_its_page_is_read(
    library: Program, server: Server
) -> None:
    library.write("saved/my_files/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    assert "Pilots strike" in titles(server, library)


def walked(folder: Path) -> list[str]:
    return [found.relative + file[0] for found in walk(str(folder)) for file in found.files]


def test_of_a_snapshot_only_the_best_page_is_listed(tmp_path: Path) -> None:
    for name in (
        "a/1/index.json", "a/1/index.html", "a/1/output.html", "a/1/singlefile.html",
        "a/1/output.pdf", "a/1/warc/1.warc.gz", "a/1/readability/content.html",
        "a/2/index.json", "a/2/index.html", "a/2/favicon.ico", "a/2/output.html",
        "a/3/index.json", "a/3/favicon.ico", "a/3/readability/content.html",
        "a/3/readability/content.txt", "a/3/readability/article.json", "a/3/mercury/content.html",
        "b/index.json", "b/output.html", "b/notes.txt", "c/index.html", "c/singlefile.html",
        "c/favicon.ico",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert walked(tmp_path) == [
        "a/1/singlefile.html", "a/2/output.html", "a/3/readability/content.html",
        "b/index.json", "b/notes.txt", "b/output.html",
        "c/favicon.ico", "c/index.html", "c/singlefile.html",
    ]  # fmt: skip


def test_the_further_forms_of_a_page_are_left_out(tmp_path: Path) -> None:
    for name in (
        "x.html", "x.readability.html", "x.readability.json", "x.readability.txt",
        "y.readability.txt", "content.html", "content.txt",
    ):  # fmt: skip
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert walked(tmp_path) == ["content.html", "content.txt", "x.html", "y.readability.txt"]


def test_links_that_loop_lead_nowhere_or_leave_the_folder_do_no_harm(
    library: Program, server: Server
) -> None:
    saved = library.folder / "saved"
    (saved / "loop").symlink_to(".")
    (saved / "up").symlink_to("..")
    (saved / "itself").symlink_to("itself")
    (saved / "nowhere.txt").symlink_to("no/such/file")
    library.write("elsewhere/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    (saved / "4.txt").symlink_to("../elsewhere/4.txt")
    assert titles(server, library) == [
        "Bridge reopens", "Ferry returns", "Museum closes", "Pilots strike",
    ]  # fmt: skip


def test_a_file_of_which_the_disk_tells_nothing_costs_a_line_and_no_entry(
    library: Program, server: Server
) -> None:
    before = titles(server, library)
    saved = library.folder / "saved"
    kept = (saved / "1.txt").rename(library.folder / "kept.txt")
    (saved / "1.txt").symlink_to("x" * 300)  # no system looks such a name up
    (saved / "new.txt").symlink_to("x" * 300)
    done = server.run(library.folder, "build", "saved")
    assert (done.status, done.stderr.count("File name too long")) == (1, 2), done.stderr
    assert sorted(library.entries()) == before
    (saved / "1.txt").unlink()
    kept.rename(saved / "1.txt")
    (saved / "new.txt").unlink()
    assert server.run(library.folder, "build", "saved").status == 0
    assert sorted(library.entries()) == before


def test_the_input_folder_may_be_a_link(library: Program, server: Server) -> None:
    (library.folder / "saved").rename(library.folder / "real")
    (library.folder / "saved").symlink_to("real")
    assert len(titles(server, library)) == 3


def test_pipes_and_devices_are_not_waited_for(library: Program, server: Server) -> None:
    os.mkfifo(library.folder / "saved/pipe.txt")
    (library.folder / "saved/zero.txt").symlink_to("/dev/zero")
    (library.folder / "saved/null.txt").symlink_to("/dev/null")
    assert len(titles(server, library)) == 3


def test_a_pipe_or_device_named_on_the_command_line_is_one_line(
    library: Program, server: Server
) -> None:
    os.mkfifo(library.folder / "pipe.txt")
    for name in ("pipe.txt", "/dev/zero"):
        done = server.run(library.folder, "parse", "saved/1.txt", name)
        assert done.status == 1, done.stderr
        assert done.stderr.count("\n") == 1
        assert name in done.stderr
        assert done.stdout.count("\n") == 1


def test_the_out_and_state_folders_are_never_read(library: Program, server: Server) -> None:
    done = server.run(library.folder, "build", ".", "-o", "out")
    assert done.status == 0
    assert len(library.entries()) == 3
    again = server.run(library.folder, "build", ".", "-o", "out")
    assert "nothing changed" in again.stdout
    assert len(library.entries()) == 3


def test_files_named_singly_are_read_beside_folders(library: Program, server: Server) -> None:
    library.write("desk/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    library.write("desk/5.txt", dump("Quay sinks", date="5 Sep, 2024 10:00"))
    assert "Pilots strike" in titles(server, library, "desk/4.txt")
    assert "Quay sinks" not in library.entries()
    assert "nothing changed" in build(server, library, "desk/4.txt").stdout
    assert len(titles(server, library, "saved/1.txt", "saved")) == 3


def test_include_and_exclude_take_and_leave(library: Program, server: Server) -> None:
    library.write("saved/drafts/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    library.write("saved/5.text", dump("Quay sinks", date="5 Sep, 2024 10:00"))
    library.write("config.toml", '[input]\ninclude = ["*.txt"]\nexclude = ["drafts", "3.*"]\n')
    assert titles(server, library) == ["Bridge reopens", "Ferry returns"]


ODD_NAMES = {
    "newline": b"a\nfeedsmith: fake line.txt",
    "escape": b"red \x1b[31m.txt",
    "not-utf8": b"caf\xe9 \xff.txt",
    "long": b"n" * 246 + b".txt",
    "quotes": b"\"'<&>%20#?.txt",
    "blank": b" .txt",
    "dash": b"-c.txt",
    "combining": "e\u0301\u202e.txt".encode(),
}


@pytest.mark.parametrize("case", ODD_NAMES)
def test_an_article_with_an_odd_name_is_published(
    case: str, library: Program, server: Server
) -> None:
    path = library.folder / "saved" / os.fsdecode(ODD_NAMES[case])
    path.write_text(dump("Pilots strike", date="4 Sep, 2024 10:00"), encoding="utf-8")
    assert "Pilots strike" in titles(server, library)
    assert "nothing changed" in build(server, library).stdout
    assert [name for name in library.bytes_of() if not name.isascii()] == []
    path.unlink()
    assert len(titles(server, library)) == 3


@pytest.mark.parametrize("case", ODD_NAMES)
def test_a_failure_with_an_odd_name_is_one_plain_line(
    case: str, library: Program, server: Server
) -> None:
    (library.folder / "saved" / os.fsdecode(ODD_NAMES[case])).write_bytes(b"")
    done = build(server, library)
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("feedsmith: saved/")
    assert done.stderr.rstrip("\n").isprintable()
    assert len(library.entries()) == 3


# Content that is no article: what stands in it, the exit status, the error named.
POOR = {
    "empty": (b"", 0, "NoArticleError|UnknownFormatError"),
    "blank": (b" \n\n \t\n" * 50, 0, "NoArticleError|UnknownFormatError"),
    "binary": (bytes(range(256)) * 40, 0, "UnknownFormatError|NoArticleError"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, 0, "UnknownFormatError"),
    "zeros": (b"\0" * 5000, 0, "UnknownFormatError|NoArticleError"),
    "large": (dump("Too long").encode() * 40, 1, "UnreadableSourceError"),
    "page without an article": (b"<html><body><nav>Home</nav></body></html>", 0, "NoArticleError"),
}


@pytest.mark.parametrize("case", POOR)
def test_what_is_no_article_is_named_and_the_others_are_published(
    case: str, library: Program, server: Server
) -> None:
    data, status, errors = POOR[case]
    library.write("config.toml", "[input]\nmax_file_bytes = 20_000\n")
    for name in ("poor.txt", "poor.html"):
        (library.folder / "saved" / name).write_bytes(data)
    done = build(server, library)
    assert done.status == status, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 2, done.stderr
    for name, line in zip(("poor.html", "poor.txt"), lines, strict=True):
        start, path, error, rest = line.split(": ", 3)
        assert (start, path) == ("feedsmith", f"saved/{name}")
        assert error in errors.split("|")
        assert rest
    assert sorted(library.entries()) == ["Bridge reopens", "Ferry returns", "Museum closes"]
    strict = build(server, library, "--strict")
    assert strict.status == 1


def test_a_text_cut_within_a_character_is_still_an_article(
    library: Program, server: Server
) -> None:
    text = dump("Pilots strike — again", date="4 Sep, 2024 10:00").encode() + "…".encode()[:2]
    (library.folder / "saved/4.txt").write_bytes(text)
    assert "Pilots strike — again" in titles(server, library)


def build_without_privileges(program: Program) -> subprocess.CompletedProcess[str]:
    """Build as one who may not read everything, even when the tests run as root."""
    prefix = []
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may read everything, and there is no setpriv to give that up")
        prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    return subprocess.run(
        [*prefix, sys.executable, "-m", "feedsmith", "build", "saved"],
        cwd=program.folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_file_that_cannot_be_read_stops_nothing(library: Program, server: Server) -> None:
    path = library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    path.chmod(0)
    done = build_without_privileges(library)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("feedsmith: saved/4.txt: UnreadableSourceError: ")
    assert len(library.entries()) == 3
    path.chmod(0o644)
    assert "Pilots strike" in titles(server, library)


def test_an_input_folder_that_cannot_be_read_keeps_the_old_feeds(
    library: Program, server: Server
) -> None:
    build(server, library)
    before = library.bytes_of()
    (library.folder / "saved").chmod(0)
    done = build_without_privileges(library)
    (library.folder / "saved").chmod(0o755)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert library.bytes_of() == before


def test_a_folder_below_that_cannot_be_read_is_named_and_keeps_its_entries(
    library: Program, server: Server
) -> None:
    library.write("saved/below/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    build(server, library)
    before = library.bytes_of()
    (library.folder / "saved/below").chmod(0)
    done = build_without_privileges(library)
    (library.folder / "saved/below").chmod(0o755)
    assert "saved/below" in done.stderr
    assert done.returncode in (1, 3)
    assert library.bytes_of() == before
    assert "Pilots strike" in titles(server, library)
