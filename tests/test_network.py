"""Nothing is fetched: samples of many kinds are built, and the network is not so much as asked.

What all other tests of readers and parser do is watched too, see conftest.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump
from running import Running

# Raised from the audit hook, so that no handler of a bad file can swallow it: the process is ended.
HOOK = """
import os, sys
EVENTS = ("socket.connect", "socket.gethostby", "socket.sendto",
          "socket.sendmsg", "urllib.Request", "http.client", "ftplib", "smtplib", "subprocess",
          "os.exec", "os.posix_spawn", "os.system", "webbrowser")
def watch(event, arguments):
    if event.startswith(EVENTS):
        os.write(2, f"asked the network: {event} {arguments!r}".encode())
        os._exit(99)
    if event == "socket.getaddrinfo" and arguments[0] not in LOOPBACK:
        os.write(2, f"asked the network: {event} {arguments!r}".encode())
        os._exit(99)
    if event == "socket.bind" and arguments[1][0] not in LOOPBACK:
        os.write(2, f"listens to others: {arguments!r}".encode())
        os._exit(98)
sys.addaudithook(watch)
LOOPBACK = ("127.0.0.1", "::1")
"""
RUN = HOOK + "from feedsmith.cli import run\nsys.exit(run(sys.argv[1:]))\n"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/nowhere"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with saved/: the samples, and the input of every fixture."""
    folder = tmp_path_factory.mktemp("network")
    shutil.copytree(ROOT / "articles", folder / "saved")
    for case in sorted((ROOT / "tests/data/articles").iterdir()):
        for path in case.glob("input*"):
            shutil.copy(path, folder / "saved" / f"{case.name}{path.suffix}")
    hostile = "<img src='http://tracker.example/p.png'><link rel=stylesheet href='//a.example/b'>"
    (folder / "saved/hostile.html").write_text(
        f"<html><head><base href='http://far.example/'><title>Far</title>{hostile}</head><body>"
        f"<h1>Far away</h1><p>{dump('Far away')}</p><iframe src='http://b.example'></iframe>"
    )
    (folder / "saved/entity.xml").write_text(
        '<!DOCTYPE rss SYSTEM "http://dtd.example/x.dtd" [<!ENTITY e SYSTEM "http://e.example/">]>'
        "<rss version='2.0'><channel><title>&e;</title></channel></rss>"
    )
    return folder


def test_the_hook_sees_a_connection() -> None:
    code = HOOK + "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, b"asked the network" in done.stderr) == (99, True)


def test_a_build_of_everything_asks_nobody(samples: Path) -> None:
    done = run(samples, "build", "saved", "-q", "--json")
    assert done.returncode in (0, 1), done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["articles"] > 90
    assert len(told["kinds"]) > 20


@pytest.mark.parametrize(
    "arguments", [("parse",), ("explain",), ("check",), ("doctor",), ("status",)], ids=" ".join
)
def test_looking_asks_nobody(arguments: tuple[str, ...], samples: Path) -> None:
    paths = ("saved/hostile.html",) if arguments[0] in ("parse", "explain") else ()
    done = run(samples, *arguments, *paths)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert "asked the network" not in done.stderr


def test_serve_listens_to_this_machine_alone(library: Program) -> None:
    library.ok("build", "saved")
    library.write("hooked/sitecustomize.py", HOOK)
    path = f"{library.folder / 'hooked'}:{ROOT}"
    with Running(library.folder, "serve", "--port", "0", env={"PYTHONPATH": path}) as serve:
        serve.wait_for("serving on http://127.0.0.1:")
        assert serve.end() == 0
