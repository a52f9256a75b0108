"""A feedsmith command that runs on and on, as a process whose lines are read while it runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from conftest import ROOT

LONGEST_SECONDS = 60  # on a loaded machine; what is waited for mostly comes within two


class Running:
    """Started at once; `with` ends it."""

    def __init__(self, folder: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        self._said = folder / f".said-{time.monotonic_ns()}"
        with self._said.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "feedsmith", *arguments],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def said(self) -> str:
        """All that was printed so far, on stdout and stderr."""
        return self._said.read_text(encoding="utf-8")

    def lines(self, word: str) -> list[str]:
        """Return the lines printed so far that hold a word."""
        return [line for line in self.said.splitlines() if word in line]

    def wait_for(self, word: str, times: int = 1) -> str:
        """Wait until so many lines hold a word; return the last of them."""
        self.until(lambda: len(self.lines(word)) >= times, word)
        return self.lines(word)[times - 1]

    def until(self, condition: Callable[[], bool], what: str = "") -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"{what!r} did not come about: {self.said}"
            assert self.process.poll() is None, f"ended with {self.process.poll()}: {self.said}"
            time.sleep(0.02)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST_SECONDS)
