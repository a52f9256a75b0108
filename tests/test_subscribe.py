"""`subscribe`: what each reader is told, and who is told that it cannot work."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from conftest import Program
from running import Running

from feedsmith.subscriptions import READERS, reach

PUBLIC = "https://feeds.example.org/"


@pytest.fixture
def built(library: Program) -> Program:
    library.write("config.toml", '[input]\npaths = ["saved"]\n[topics]\nbuiltin = true\n')
    library.write("saved/harbour towns/1.txt", (library.folder / "saved/1.txt").read_text())
    library.ok("build")
    return library


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_is_told_the_address(built: Program, reader: str) -> None:
    said = built.ok("subscribe", reader, "--base-url", PUBLIC)
    assert f"{PUBLIC}atom.xml" in said or "https%3A%2F%2Ffeeds.example.org%2Fatom.xml" in said
    said = built.ok("subscribe", reader, "harbour-towns", "--base-url", PUBLIC)
    assert "topics/harbour-towns/atom.xml" in said or "topics%2Fharbour-towns%2Fatom.xml" in said


def test_a_topic_may_be_named_by_its_title(built: Program) -> None:
    assert "topics/harbour-towns/" in built.ok("subscribe", "sfeed", "Harbour Towns")


@pytest.mark.parametrize("reader", ["feedly", "inoreader", "Feedly"])
@pytest.mark.parametrize("base", ["", "http://192.168.1.7:8000/", "http://nas.local/"])
def test_hosted_readers_need_a_public_address(built: Program, reader: str, base: str) -> None:
    more = ["--base-url", base] if base else []
    done = built("subscribe", reader, *more)
    assert done.returncode == 2
    assert "cannot reach http" in done.stderr
    assert "base_url" in done.stderr


def test_a_private_address_needs_settings_of_miniflux(built: Program) -> None:
    said = built.ok("subscribe", "miniflux")
    assert "FETCHER_ALLOW_PRIVATE_NETWORKS=1" in said
    assert "serve --lan --token" in said
    said = built.ok("subscribe", "miniflux", "--base-url", "http://192.168.1.7:8000/")
    assert "FETCHER_ALLOW_PRIVATE_NETWORKS=1" in said
    assert "serve --lan" not in said
    said = built.ok("subscribe", "miniflux", "--base-url", PUBLIC)
    assert "FETCHER_ALLOW_PRIVATE_NETWORKS" not in said


def test_wrong_words_are_answered_with_the_nearest(built: Program) -> None:
    done = built("subscribe", "newsbot")
    assert (done.returncode, "'newsboat'" in done.stderr) == (2, True)
    done = built("subscribe", "newsboat", "harbor-towns")
    assert (done.returncode, "'harbour-towns'" in done.stderr) == (2, True)


def test_the_format_is_one_that_is_written(built: Program) -> None:
    built.write("config.toml", '[input]\npaths = ["saved"]\n[output]\nformats = ["rss"]\n')
    assert "/rss.xml" in built.ok("subscribe", "newsboat")


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("http://127.0.0.1:8000/", "loopback"),
        ("http://localhost/", "loopback"),
        ("http://[::1]:80/", "loopback"),
        ("http://0.0.0.0/", "loopback"),
        ("http://10.1.2.3/", "private"),
        ("http://[fd00::1]/", "private"),
        ("http://100.64.0.1/", "private"),
        ("http://nas/", "private"),
        ("http://nas.lan/", "private"),
        ("https://8.8.8.8/", "public"),
        ("https://feeds.example.org/x/", "public"),
    ],
)
def test_who_can_reach_an_address(address: str, who: str) -> None:
    assert reach(address) == who


@pytest.mark.skipif(not shutil.which("newsboat"), reason="no newsboat here")
@pytest.mark.parametrize("token", [False, True])
def test_newsboat_subscribes_with_these_lines(built: Program, token: bool) -> None:  # noqa: FBT001 (a column)
    options = ["--token"] if token else []
    with Running(built.folder, "serve", "--port", "0", *options) as serve:
        base = serve.wait_for("serving on").split()[2]
        lines = built.ok("subscribe", "newsboat", "--base-url", base)
        built.write("urls", lines)
        files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
        built.write("config", "")
        words = [word for key, name in files.items() for word in (key, str(built.folder / name))]
        subprocess.run(
            ["newsboat", *words, "-x", "reload"],
            env={"HOME": str(built.folder), "PATH": "/usr/bin:/bin", "TERM": "dumb"},
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert serve.end() == 0
    assert b"Ferry returns" in (built.folder / "cache.db").read_bytes()


@pytest.mark.skipif(not shutil.which("sfeed_update"), reason="no sfeed here")
def test_the_lines_for_sfeed_are_shell(built: Program) -> None:
    built.write("sfeedrc", built.ok("subscribe", "sfeed", "Harbour towns"))
    subprocess.run(["/bin/sh", "-n", str(built.folder / "sfeedrc")], check=True)
