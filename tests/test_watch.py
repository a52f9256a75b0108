"""`watch` and `serve --watch` as real processes: real files change, real signals end them."""

from __future__ import annotations

import fcntl
import shutil
import signal
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from threading import Event
from typing import TextIO
from urllib.parse import quote

import pytest
from conftest import ROOT, Program, dump
from running import Running

from feedsmith.serve import network_address
from feedsmith.watching import Place, is_watched, remote_system, watch


def article(program: Program, title: str, day: int = 5) -> Path:
    return program.write(f"saved/{title}.txt", dump(title, date=f"{day} Sep, 2024 10:00"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watch_builds_what_changes_in_one_line_each_and_ends_cleanly(
    library: Program, number: int
) -> None:
    with Running(library.folder, "watch", "saved") as watch:
        assert "3 articles" in watch.wait_for("built:")
        article(library, "Lighthouse sold")
        assert "4 articles" in watch.wait_for("built:", 2)
        assert "Lighthouse sold" in library.entries()
        (library.folder / "saved/1.txt").unlink()
        assert "3 articles" in watch.wait_for("built:", 3)
        assert watch.end(number) == 0
        assert watch.said.endswith("feedsmith: stopped\n")
        assert "Traceback" not in watch.said
    assert "nothing changed" in library.ok("build", "saved")


def test_watch_by_polling(library: Program) -> None:
    with Running(library.folder, "watch", "saved", "--poll", "0.3") as watch:
        watch.wait_for("built:")
        article(library, "Lighthouse sold")
        assert "4 articles" in watch.wait_for("built:", 2)
        assert watch.end() == 0


def _drip(stream: TextIO, text: str) -> float:
    """Write a text slowly, thrice as long as a file must be still; return the longest pause."""
    longest, last = 0.0, time.monotonic()
    end = last + 3
    while last < end:
        stream.write(text[0])
        stream.flush()
        text = text[1:] or "."
        time.sleep(0.05)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    stream.write(text)
    return longest


def test_a_half_written_file_waits_until_it_is_still(library: Program) -> None:
    with Running(library.folder, "watch", "saved") as watch:
        watch.wait_for("built:")
        with (library.folder / "saved/4.txt").open("w", encoding="utf-8") as stream:
            longest = _drip(stream, dump("Lighthouse sold", date="5 Sep, 2024 10:00"))
        written = time.monotonic()
        if longest < 0.5:  # else the machine stood still for as long as a file must
            assert len(watch.lines("built:")) == 1
        watch.until(lambda: "Lighthouse sold" in library.entries())
        assert time.monotonic() - written > 0.9 or longest >= 0.5
        assert watch.end() == 0


def test_many_files_at_once_are_one_build(library: Program) -> None:
    with Running(library.folder, "watch", "saved") as watch:
        watch.wait_for("built:")
        for number in range(20):
            article(library, f"Ferry number {number}")
        assert "23 articles" in watch.wait_for("built:", 2)
        assert len(watch.lines("built:")) == 2
        assert watch.end() == 0


def test_what_is_not_read_does_not_start_a_build(library: Program) -> None:
    with Running(library.folder, "watch", ".") as watch:
        watch.wait_for("built:")
        for name in ("saved/x.html.part", ".hidden", "out/mine.txt", ".feedsmith-out/mine"):
            library.write(name, "x")
        article(library, "Lighthouse sold")
        watch.wait_for("built:", 2)
        assert watch.end() == 0
        assert len(watch.lines("built:")) == 2


def test_a_bad_file_is_named_once(library: Program) -> None:
    with Running(library.folder, "watch", "saved") as watch:
        watch.wait_for("built:")
        library.write("saved/bad.html", "\0\0\0\0 no page at all")
        watch.wait_for("bad.html")
        article(library, "Lighthouse sold")
        watch.wait_for("4 articles")
        assert len(watch.lines("bad.html")) == 1
        assert watch.end() == 0


def test_the_configuration_is_watched_too(library: Program) -> None:
    library.write("config.toml", '[input]\npaths = ["saved"]\n')
    library.write("more/5.txt", dump("Lighthouse sold", date="5 Sep, 2024 10:00"))
    with Running(library.folder, "watch") as watch:
        watch.wait_for("built:")
        library.write("config.toml", '[input]\npaths = ["saved", "more\n')
        watch.wait_for("ConfigError")
        library.write("config.toml", '[input]\npaths = ["saved", "more"]\n')
        assert "4 articles" in watch.wait_for("built:", 2)
        library.write("more/6.txt", dump("Pier painted", date="6 Sep, 2024 10:00"))
        assert "5 articles" in watch.wait_for("built:", 3)
        assert watch.end() == 0


def test_while_another_run_is_at_work_the_build_is_tried_again(library: Program) -> None:
    with Running(library.folder, "watch", "saved") as watch:
        watch.wait_for("built:")
        with (library.folder / ".feedsmith-out/lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            article(library, "Lighthouse sold")
            time.sleep(4)  # a second until it is still, two for which a build waits for the lock
            assert len(watch.lines("built:")) == 1
        assert "4 articles" in watch.wait_for("built:", 2)
        assert watch.lines("LockedError") == []
        assert watch.end() == 0


def test_a_folder_that_vanishes_is_waited_for(library: Program) -> None:
    saved, away = library.folder / "saved", library.folder / "away"
    with Running(library.folder, "watch", "saved") as watch:
        watch.wait_for("built:")
        saved.rename(away)
        watch.wait_for("gone; waiting")
        shutil.copytree(away, saved)
        article(library, "Lighthouse sold")
        assert "4 articles" in watch.wait_for("built:", 2)
        assert watch.end() == 0


def test_a_single_file_may_be_watched(library: Program) -> None:
    with Running(library.folder, "watch", "saved/1.txt") as watch:
        watch.wait_for("built:")
        library.write("saved/1.txt", dump("Ferry returns at last", date="1 Sep, 2024 10:00"))
        watch.wait_for("built:", 2)
        assert "Ferry returns at last" in library.entries()
        assert watch.end() == 0


def test_watch_refuses_what_is_not_there(program: Program) -> None:
    done = program("watch", "nowhere")
    assert done.returncode == 2
    assert "nowhere: not there" in done.stderr
    assert program("watch").returncode == 2
    assert program("watch", ".", "--poll", "0").returncode == 2


def test_what_changed_before_the_watch_began_is_built_too(tmp_path: Path) -> None:
    stop, calls = Event(), []

    def build() -> bool:
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        return len(calls) == 2  # the first time another run is at work

    watch(lambda: Place((str(tmp_path),)), build, stop)
    assert calls == [1, 1]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/a/saved/x.html", True),
        ("/a/saved/deep/x.html", True),
        ("/a/saved/.x.html", False),
        ("/a/saved/.git/x.html", False),
        ("/a/saved/x.html.crdownload", False),
        ("/a/saved/out/index.html", False),
        ("/a/saved/outer/index.html", True),
        ("/a/saved/out", False),
    ],
)
def test_which_changes_count(path: str, wanted: bool) -> None:  # noqa: FBT001 (a column)
    assert is_watched(path, Place(("/a/saved",), ("/a/saved/out",))) is wanted


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
nas:/x /mnt/my\\040articles nfs4 rw 0 0
/dev/sdb1 /mnt/my\\040articles/disk xfs rw 0 0
me@host: /home/you/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mnt/my articles", "nfs4"),
        ("/mnt/my articles/saved", "nfs4"),
        ("/mnt/my articles 2", ""),
        ("/mnt/my articles/disk/saved", ""),
        ("/home/you/far/saved", "fuse.sshfs"),
        ("/home/you", ""),
    ],
)
def test_network_file_systems_are_told_from_disks(path: str, kind: str) -> None:
    assert remote_system(path, MOUNTS) == kind


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def test_serve_watch_builds_and_serves(library: Program) -> None:
    with Running(library.folder, "serve", "--port", "0", "--watch", "saved") as serve:
        address = serve.wait_for("serving on").split()[2]
        assert b"Ferry returns" in fetch(f"{address}feed.json")
        article(library, "Lighthouse sold")
        serve.wait_for("4 articles")
        assert b"Lighthouse sold" in fetch(f"{address}feed.json")
        assert serve.end() == 0
        assert "Traceback" not in serve.said


def test_all_that_is_published_is_served_and_nothing_else(program: Program) -> None:
    for day in range(1, 29):
        article(program, f"Tide table {day}", day)
    picture = (ROOT / "articles/quay-pixel.png").read_bytes()
    page = dump("The quay").split("\n\n")
    paragraphs = "".join(f"<p>{text}</p>" for text in page[4:])
    inline = f'<img src="data:image/png;base64,{b64encode(picture).decode()}" width="600">'
    program.write(
        "saved/quay.html",
        f"<title>The quay</title><article><h1>The quay</h1>{inline}{paragraphs}</article>",
    )
    program.write("config.toml", '[input]\npaths = ["saved"]\n[feed]\nlimit = 5\n')
    program.ok("build")
    published = program.bytes_of()
    program.write("out/mine.html", "private")
    with Running(program.folder, "serve", "--port", "0") as serve:
        address = serve.wait_for("serving on").split()[2]
        for name, data in published.items():
            assert fetch(address + quote(name)) == data
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(f"{address}mine.html")
        assert serve.end() == 0
    assert any("-archive-" in name for name in published)


def test_serve_with_a_token_that_is_kept_and_renewed(library: Program) -> None:
    library.ok("build", "saved")
    with Running(library.folder, "serve", "--port", "0", "--token") as serve:
        address = serve.wait_for("serving on").split()[2]
        root, token = address.rstrip("/").rsplit("/", 1)
        assert len(token) == 22
        assert b"Ferry returns" in fetch(f"{address}atom.xml")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(f"{root}/atom.xml")
        kept = library.folder / ".feedsmith-out/token"
        assert kept.read_text().strip() == token
        assert kept.stat().st_mode & 0o777 == 0o600
        with Running(library.folder, "serve", "--port", "0", "--new-token") as second:
            other = second.wait_for("serving on").split()[2].rstrip("/").rsplit("/", 1)[1]
            assert other != token
            assert b"Ferry returns" in fetch(f"{root}/{other}/atom.xml")
            with pytest.raises(urllib.error.HTTPError, match="404"):
                fetch(f"{root}/{token}/atom.xml")
            assert second.end() == 0
        kept.unlink()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(f"{root}/{other}/atom.xml")
        assert serve.end() == 0


def test_the_configuration_may_ask_for_the_token(library: Program) -> None:
    library.write("config.toml", '[input]\npaths = ["saved"]\n[serve]\ntoken = true\n')
    library.ok("build")
    with Running(library.folder, "serve", "--port", "0") as serve:
        serve.wait_for("serving on")
        token = (library.folder / ".feedsmith/token").read_text().strip()
        assert f"/{token}/" in serve.said
        assert serve.end(signal.SIGINT) == 0


def test_serve_lan_listens_everywhere_and_warns(library: Program) -> None:
    library.ok("build", "saved")
    with Running(library.folder, "serve", "--port", "0", "--lan") as serve:
        address = serve.wait_for("serving on").split()[2]
        assert address.startswith("http://127.0.0.1:")
        serve.wait_for("everybody on this network can read")
        everywhere = "0.0.0.0"  # noqa: S104 (asked, not bound)
        told = [word for word in serve.said.split() if word.endswith("/atom.xml")]
        assert len(told) == (2 if network_address(everywhere) else 1)
        for feed in told:
            assert b"Ferry returns" in fetch(feed)
        assert serve.end() == 0
    assert library("serve", "--lan", "--host", "::1").returncode == 2
    assert library("serve", "saved").returncode == 2


def test_serve_tells_when_the_port_is_taken(library: Program) -> None:
    library.ok("build", "saved")
    with Running(library.folder, "serve", "--port", "0") as serve:
        port = serve.wait_for("serving on").split()[2].rstrip("/").rsplit(":", 1)[1]
        done = library("serve", "--port", port)
        assert done.returncode == 3
        assert f"127.0.0.1:{port}: cannot listen" in done.stderr
        assert serve.end() == 0
    assert library("serve", "--host", "nowhere.invalid", "--port", "0").returncode == 3
