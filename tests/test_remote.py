"""Saved files of other machines: nothing is fetched unless allowed, then all is as on the disk."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump
from test_executors import crawl, html

from feedsmith import cli, remote
from feedsmith.errors import ConfigError, UnreadableSourceError
from feedsmith.files import again
from feedsmith.files import source as file_source
from feedsmith.walk import walk

fsspec = pytest.importorskip("fsspec")
PAGE = html(7).replace("<p>", '<p><img src="1_files/pier.png">', 1)
FILES = {
    "1.html": PAGE.encode(),
    "1_files/pier.png": b"\x89PNG\r\n\x1a\n" + bytes(range(200)) * 60,
    "1_files/other.html": html(8).encode(),
    "deep/down/2.txt": dump("Pier 2").encode(),
    "half.html.part": html(9).encode(),
    ".hidden.html": html(10).encode(),
    "crawl.warc.gz": crawl("b", 70),
}


@pytest.fixture
def memory() -> Iterator[str]:
    """Return the address of files that lie in no folder of this machine."""
    system = fsspec.filesystem("memory")
    for name, data in FILES.items():
        system.pipe(f"/papers/{name}", data)
    yield "memory://papers"
    system.rm("/papers", recursive=True)


def on_disk(folder: Path) -> Path:
    for name, data in FILES.items():
        path = folder / "papers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "papers"


def run(folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    return cli.run(list(arguments))


def titles(folder: Path) -> set[str]:
    return set(Program(folder).entries())


def test_nothing_is_fetched_unless_allowed(
    tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for address in (memory, "s3://papers/2024", "https://papers.example/a.html"):
        for command in ("build", "parse"):
            assert run(tmp_path, command, address, monkeypatch=monkeypatch) == 2
            said = capsys.readouterr().err
            assert f"{address}: does not lie on this machine, and nothing is fetched" in said
            assert "remote = true, or --allow-fetch" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("executor", ["serial", "processes=2"])
def test_what_lies_elsewhere_is_walked_and_read_as_on_the_disk(
    tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    on_disk(tmp_path / "disk")
    assert run(tmp_path / "disk", "build", "papers", monkeypatch=monkeypatch) == 0
    far = tmp_path / "far"
    run_far = partial(run, far, "build", memory, "--executor", executor, monkeypatch=monkeypatch)
    assert run_far("--allow-fetch") == 0
    assert titles(far) == titles(tmp_path / "disk")
    assert len(Program(far).entries()) == 50
    pictures = [path.read_bytes() for path in (far / "out/media").iterdir()]
    assert pictures == [FILES["1_files/pier.png"]]
    Program(far).write("config.toml", f'[input]\nremote = true\npaths = ["{memory}"]\n')
    assert run(far, "build", monkeypatch=monkeypatch) == 0


def test_only_what_changed_is_fetched_again(
    tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    system = fsspec.filesystem("memory")
    for name in FILES:  # older than the grain of the clock
        system.store[f"/papers/{name}"].modified = system.store[f"/papers/{name}"].created = (
            system.created(f"/papers/{name}").replace(year=2020)
        )
    arguments = ("build", memory, "--allow-fetch")
    assert run(tmp_path, *arguments, monkeypatch=monkeypatch) == 0
    capsys.readouterr()
    assert run(tmp_path, *arguments, monkeypatch=monkeypatch) == 0
    assert "nothing changed" in capsys.readouterr().out
    system.pipe("/papers/deep/down/2.txt", dump("Pier 3").encode())
    (picture,) = (tmp_path / "out/media").iterdir()
    picture.unlink()
    assert run(tmp_path, *arguments, monkeypatch=monkeypatch) == 0
    assert "Pier 3" in titles(tmp_path)
    assert picture.exists()


def test_an_address_of_this_machine_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = on_disk(tmp_path / "a b")
    assert run(tmp_path / "one", "build", str(papers), monkeypatch=monkeypatch) == 0
    assert run(tmp_path / "two", "build", papers.as_uri(), monkeypatch=monkeypatch) == 0
    assert Program(tmp_path / "one").bytes_of() == Program(tmp_path / "two").bytes_of()


def test_what_is_not_there_is_told(
    tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "build", f"{memory}/no", "--allow-fetch", monkeypatch=monkeypatch) == 3
    assert f"{memory}/no: cannot be read" in capsys.readouterr().err
    assert run(tmp_path, "build", "nowhere://x", "--allow-fetch", monkeypatch=monkeypatch) == 2
    assert "nowhere://x: Protocol not known" in capsys.readouterr().err
    assert again(f"{memory}/no.html", "no.html", max_bytes=9) is None
    gone = file_source(f"{memory}/no.html", "no.html", mtime_ns=0, size=5, max_bytes=9)
    with pytest.raises(UnreadableSourceError, match="cannot be fetched"):
        gone.read()
    grown = file_source(f"{memory}/1.html", "1.html", mtime_ns=0, size=5, max_bytes=9)
    with pytest.raises(UnreadableSourceError, match="grew over"):
        grown.read()


def test_nothing_above_a_folder_is_beside_it(memory: str) -> None:
    beside = remote.Beside(f"{memory}/deep", 10**6)
    assert beside("down/2.txt") == FILES["deep/down/2.txt"]
    assert [beside(name) for name in ("../1.html", "/papers/1.html", "memory://papers/1.html")] == (
        [None, None, None]
    )


def test_without_the_package_the_extra_is_named(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write("site/sitecustomize.py", "import sys\nsys.modules['fsspec'] = None\n")
    env = {"PYTHONPATH": f"{ROOT}:{tmp_path / 'site'}"}
    done = program("build", "s3://papers", "--allow-fetch", env=env)
    assert done.returncode == 2
    assert "s3://papers: to read it, run: pip install 'feedsmith[remote]'" in done.stderr


def test_a_single_file_may_be_named(
    tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = f"{memory}/deep/down/2.txt"
    assert run(tmp_path, "build", file, "--allow-fetch", monkeypatch=monkeypatch) == 0
    assert titles(tmp_path) == {"Pier 2"}
    with pytest.raises(ConfigError):
        list(remote.walk("nowhere://x"))


class _Whole(http.server.SimpleHTTPRequestHandler):
    """Gives whole files only, as Python's own server does."""

    def log_message(self, *_: object) -> None:
        pass


class _Parts(_Whole):
    """Gives the part of a file that is asked for."""

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        first, last = int(wanted[1]), min(int(wanted[2] or len(data)), len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        self.wfile.write(data[first : last + 1])


@pytest.mark.parametrize("handler", [_Whole, _Parts])
def test_a_web_server_is_read_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: type[_Whole]
) -> None:
    pytest.importorskip("aiohttp")
    papers = on_disk(tmp_path / "served")
    serving = partial(handler, directory=str(papers))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        for name in ("crawl.warc.gz", "1.html", ""):
            folder = tmp_path / (name or "all")
            executor = "serial" if name else "processes=2"
            arguments = ("build", address + name, "--allow-fetch", "--executor", executor)
            assert run(folder, *arguments, monkeypatch=monkeypatch) == 0
        server.shutdown()
    assert titles(tmp_path / "1.html") == {"Pier 7 waits for its ferry"}
    assert len(titles(tmp_path / "crawl.warc.gz")) == 50
    assert len(titles(tmp_path / "all")) == 50


def test_what_is_skipped_on_the_disk_is_skipped_elsewhere(tmp_path: Path, memory: str) -> None:
    here, there = walk(str(on_disk(tmp_path))), remote.walk(memory)
    assert [folder.relative for folder in here] == [folder.relative for folder in there]
