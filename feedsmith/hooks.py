"""The user's own command after publishing: told on its standard input which feeds changed.

Nothing is fetched or sent by feedsmith itself; a ping of a hub or a copy to a server begins here.
The command has a time limit, for the run holds the lock until it ends: out/ stays as it was told.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urljoin

from feedsmith.settings import Config, HooksConfig
from feedsmith.text import printable

_TOLD_CHARS = 200  # characters of the command's last line that a message shows


def after_build(config: Config, feeds: Iterable[str], *, out: str, folder: str) -> str:
    """Run the command; return what went wrong in one line, "" when all is well.

    Args:
        config: has the command, a text for the shell or a list of arguments, and its time limit.
        feeds: the changed feeds, by path below out or address; the command reads their addresses,
            one a line.
        out: the out folder; the command has it in FEEDSMITH_OUT, as an absolute path.
        folder: where the command is run.
    """
    base = config.feed.base_url.rstrip("/") + "/"
    told = "".join(f"{urljoin(base, path)}\n" for path in feeds)
    try:
        problem = _run(config.hooks, told.encode(), os.path.realpath(out), folder)
    except OSError as error:
        problem = f"cannot be run: {error.filename}: {error.strerror}"
    except ValueError as error:
        problem = f"cannot be run: {error}"
    return f"hooks.after_build: {problem}; {_ADVICE}" if problem else ""


def _run(hooks: HooksConfig, told: bytes, out: str, folder: str) -> str:
    """Run the command; return how it failed, or "". Files, not pipes: nobody waits for a reader.

    Raises:
        OSError: there is no such command, or no room for what is told.
        ValueError: an argument that no command can have.
    """
    command = hooks.after_build
    with TemporaryFile() as given, TemporaryFile() as said:
        given.write(told)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 (the user's own command, from config.toml)
            ["/bin/sh", "-c", command] if isinstance(command, str) else command,
            stdin=given, stdout=said, stderr=subprocess.STDOUT, cwd=folder,
            env={**os.environ, "FEEDSMITH_OUT": out}, start_new_session=True,
        )  # fmt: skip
        try:
            status = process.wait(hooks.timeout)
        except subprocess.TimeoutExpired:
            problem = f"not done after {hooks.timeout} s (hooks.timeout) and stopped"
        else:
            problem = _ending(status) if status else ""
        finally:
            _stop(process)
        return f"{problem}{_last_line(said)}" if problem else ""


_ADVICE = "the feeds are published, run it by hand or mend it"


def _ending(status: int) -> str:
    return f"ended by signal {-status}" if status < 0 else f"exit status {status}"


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the command with all that it began, unless it is over."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_line(said: IO[bytes]) -> str:
    """Return the last line that the command wrote, as the end of a message."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - 4 * _TOLD_CHARS))
    lines = said.read().decode(errors="replace").split("\n")
    told = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {printable(told[:_TOLD_CHARS])}" if told else ""
