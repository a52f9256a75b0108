"""What tests share: running the program as a user would, and making folders of saved articles."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from feedsmith.serve import network_address

ROOT = Path(__file__).parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost", None)
_asked: list[str] = []

# CI judges a commit and not its luck: it draws the same examples at each run. Elsewhere they vary.
# How long one takes is the machine's affair.
settings.register_profile(
    "any",
    derandomize="CI" in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any")

# They wait for other programs or for the clock; on a machine that stands still for a while such a
# test may fail for no fault of ours, so it is run again, twice at most; each is told at the end.
CLOCKED = {
    "test_browser",
    "test_hooks",
    "test_liferea",
    "test_network",
    "test_readers_real",
    "test_schedule",
    "test_serve",
    "test_subscribe",
    "test_watch",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in CLOCKED:
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=2))


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note who asks the network beyond this machine; a datagram socket only asks the kernel."""
    host: object = None
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        is_stream = arguments[0].type == socket.SOCK_STREAM
        host = arguments[1][0] if is_stream else None
    if host not in LOOPBACK:
        _asked.append(str(host))


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Nothing is fetched, whatever a test reads or builds in this process."""
    yield
    asked = set(_asked)
    _asked.clear()
    if asked:  # a test of `serve --lan` asks this very machine
        asked -= {network_address(everywhere) for everywhere in ("0.0.0.0", "::")}  # noqa: S104
    assert asked == set()


class Program:
    """The feedsmith program in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
        return subprocess.run(
            [sys.executable, "-m", "feedsmith", *map(str, arguments)],
            cwd=self.folder,
            env=env,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            **more,
        )

    def ok(self, *arguments: str | Path, **more: object) -> str:
        """Run and return stdout; the run must end with 0."""
        done = self(*arguments, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def write(self, name: str, text: str) -> Path:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def feed(self, name: str = "feed.json") -> dict[str, object]:
        """Return a JSON feed of the out folder."""
        return json.loads((self.folder / "out" / name).read_text(encoding="utf-8"))

    def entries(self, name: str = "feed.json") -> dict[str, dict[str, object]]:
        """Return the entries of a JSON feed by title."""
        return {item["title"]: item for item in self.feed(name)["items"]}

    def bytes_of(self, folder: str = "out") -> dict[str, bytes]:
        """Return every file below a folder."""
        root = self.folder / folder
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return the program in an empty folder."""
    return Program(tmp_path)


def dump(title: str, *, date: str = "2 Sep, 2024 19:25", body: str = "", subtitle: str = "") -> str:
    """Return a text dump of a fictional article in the shape that clipping services make."""
    body = body or (
        f"The harbour council of Port Ellery met on the day that {title.lower()} was on "
        "everybody's lips, and it sat until late into the night.\n\n"
        "Fishermen, shopkeepers and the crew of the last ferry filled the gallery and asked for a "
        "plan that would outlive the winter storms.\n\n"
        "“We will publish the figures by the end of the month,” the mayor said, adding that nobody "
        "had been promised more than that."
    )
    subtitle = subtitle or "The town has waited for an answer since the spring"
    return (
        "icon bookmarkicon cameraicon checkicon chevron downicon closeicon mailicon search\n"
        f"{date}\n\n{title}\n\n{subtitle}\n{title}\n\n{body}\n\nPodcasts\n0:00\n29:44\n"
    )


@pytest.fixture
def library(program: Program) -> Program:
    """Return the program in a folder with three dumps below saved/."""
    for number, name in enumerate(("Ferry returns", "Bridge reopens", "Museum closes"), 1):
        text = dump(name, date=f"{number} Sep, 2024 10:00")
        program.write(f"saved/{number}.txt", text)
    return program


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: archives made for a test hold the time, names must not."""
    return argname if isinstance(val, bytes) else None
