"""The command after publishing: when it is run, what it is told, what its failure costs."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest
from conftest import Program, dump

from feedsmith import hooks
from feedsmith.config import Config, FeedConfig, HooksConfig


def after(command: str | tuple[str, ...], folder: Path, *, seconds: int = 20) -> str:
    """Run a command as after a build of two feeds."""
    config = Config(
        feed=FeedConfig(base_url="https://f.example/x"),
        hooks=HooksConfig(after_build=command, timeout=seconds),
    )
    feeds = ("atom.xml", "topics/sea/atom.xml")
    return hooks.after_build(config, feeds, out=str(folder / "out"), folder=str(folder))


def test_a_text_goes_to_the_shell_with_the_changed_feeds_on_its_input(tmp_path: Path) -> None:
    assert after("sort -r > told; echo $FEEDSMITH_OUT >> told", tmp_path) == ""
    lines = (tmp_path / "told").read_text().splitlines()
    first = "https://f.example/x/topics/sea/atom.xml"
    assert lines == [first, "https://f.example/x/atom.xml", os.path.realpath(tmp_path / "out")]


def test_a_list_is_run_as_it_is(tmp_path: Path) -> None:
    code = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    assert after((sys.executable, "-c", code, "a $HOME;b"), tmp_path) == ""
    assert (tmp_path / "a $HOME;b").read_text().count("\n") == 2


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("echo one; echo 'no \033[31mroute' >&2; exit 3", "exit status 3: no \\x1b[31mroute; "),
        ("exit 1", "exit status 1; the feeds are published"),
        ("kill -9 $$", "ended by signal 9; "),
        (("./is-not-there",), "cannot be run: ./is-not-there: No such file or directory; "),
        (("a\0b",), "cannot be run: embedded null byte; "),
        ("python3 -c 'print(chr(233) * 100000)'", ""),
    ],
)
def test_a_failure_is_one_line(tmp_path: Path, command: str | tuple[str, ...], words: str) -> None:
    line = after(command, tmp_path)
    assert words in line
    assert "\n" not in line
    assert line.startswith("hooks.after_build: ") or not words
    assert len(line) < 500


def test_a_command_that_hangs_is_stopped_with_all_that_it_began(tmp_path: Path) -> None:
    started = time.monotonic()
    line = after("(sleep 8; touch late) & sleep 300", tmp_path, seconds=1)
    assert "not done after 1 s (hooks.timeout) and stopped" in line
    assert time.monotonic() - started < 8
    time.sleep(8)
    assert not (tmp_path / "late").exists()


def test_what_it_leaves_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    started = time.monotonic()
    assert after("sleep 30 & echo $! > number", tmp_path) == ""
    assert time.monotonic() - started < 25
    os.kill(int((tmp_path / "number").read_text()), 9)


def test_it_is_run_after_a_change_and_only_then(library: Program) -> None:
    library.write(
        "config.toml", '[input]\npaths = ["saved"]\n[hooks]\nafter_build = "cat >> told"\n'
    )
    library.ok("build")
    told = library.folder / "told"
    lines = told.read_text().splitlines()
    base = "http://127.0.0.1:8000/"
    assert {f"{base}{name}" for name in ("atom.xml", "rss.xml", "feed.json")} <= set(lines)
    assert all(line.startswith(base) for line in lines)
    assert [line for line in lines if "archive" in line or "feed.xml" in line] == []
    library.ok("build")
    assert told.read_text().splitlines() == lines
    library.write("saved/4.txt", dump("Pilots strike", date="4 Sep, 2024 10:00"))
    library.ok("build")
    more = told.read_text().splitlines()[len(lines) :]
    assert f"{base}atom.xml" in more


def test_its_failure_ends_with_1_and_the_feeds_are_published(library: Program) -> None:
    library.write("config.toml", '[input]\npaths = ["saved"]\n[hooks]\nafter_build = "exit 7"\n')
    done = library("build", "--json")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "hooks.after_build: exit status 7; the feeds are published" in done.stderr
    assert "exit status 7" in json.loads(done.stdout)["hook"]
    assert len(library.entries()) == 3
    again = library("build")
    assert again.returncode == 0
    assert "nothing changed" in again.stdout
