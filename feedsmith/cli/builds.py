"""Builds in a process of their own, each told in one line; for commands that run on and on.

A process of its own keeps `serve` quick while a build computes, gives its memory back, and may be
ended at any moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from feedsmith.cli import show
from feedsmith.errors import EXIT_LOCKED, EXIT_OK, EXIT_SOME_FAILED
from feedsmith.project import CONFIG_NAME, CORRECTIONS_NAME, Project
from feedsmith.watching import Place, remote_system

_LOOK_SECONDS = 0.2  # how soon a build is ended once we are to stop


class Builds:
    """Runs `feedsmith build` when called; `status` is what the last one ended with."""

    def __init__(self, arguments: Sequence[str], stop: Event) -> None:
        self._command = [sys.executable, "-m", "feedsmith", "build", "--json", *arguments]
        self._stop = stop
        self._told: set[str] = set()
        self.status = EXIT_OK

    def __call__(self) -> bool:
        """Build; say whether it is done, or is to be tried again as another run is at work."""
        printed, said = self._run()
        if self._stop.is_set():
            return True
        if self.status == EXIT_LOCKED:
            return False
        lines = said.splitlines()
        for line in lines:
            if line not in self._told:  # a bad file is named once, not at each build
                print(line, file=sys.stderr, flush=True)
        self._told = set(lines)
        if self.status in {EXIT_OK, EXIT_SOME_FAILED}:
            _tell(printed)
        elif self.status < 0:
            show.line(
                f"the build was ended by signal {-self.status}; the feeds stay", level="error"
            )
        return True

    def _run(self) -> tuple[str, str]:
        with subprocess.Popen(  # noqa: S603 (this very program)
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C is for us, who pass it on
        ) as process:
            while True:
                try:
                    printed, said = process.communicate(timeout=_LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    if self._stop.is_set():
                        process.terminate()
                else:
                    self.status = process.returncode
                    return printed, said


def arguments_of(given: Namespace, paths: Sequence[str]) -> list[str]:
    """Return the arguments of `feedsmith build` for what another command was given."""
    told = []
    for option in ("config", "out", "base_url"):
        value = getattr(given, option, None)
        if value:
            told += [f"--{option.replace('_', '-')}", value]
    if getattr(given, "log_format", "plain") != "plain":
        told += ["--log-format", given.log_format]
    return [*told, "--", *paths]


def place_of(project: Project) -> Place:
    """Return what to watch for a project."""
    written = [project.out, project.state.folder, *(tree.out for tree in project.trees)]
    beside = [os.path.join(project.base, CORRECTIONS_NAME), project.name or CONFIG_NAME]
    return Place(
        roots=tuple(os.path.realpath(root) for root in project.roots),
        skip=tuple(os.path.realpath(path) for path in written),
        beside=tuple(os.path.realpath(path) for path in beside),
    )


def advise_polling(project: Project, poll_seconds: float) -> None:
    """Say so if what is to be watched lies where the kernel is not told of every change."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # another system than Linux
        return
    for root in place_of(project).roots if not poll_seconds else ():
        kind = remote_system(root, mounts)
        if kind:
            advice = "what other machines change is not told, use --poll 30"
            show.line(f"{root}: on {kind}; {advice}", level="warning")


def _tell(printed: str) -> None:
    outcome = json.loads(printed)
    if not outcome["changed"]:
        return
    counts = [
        f"{number} {noun}{'' if number == 1 else 's'}"
        for number, noun in (
            (outcome["articles"], "article"),
            (outcome["topics"], "topic"),
            (outcome["failed"], "problem"),
        )
        if number or noun != "problem"
    ]
    show.result(f"built: {', '.join(counts)}")
    sys.stdout.flush()
