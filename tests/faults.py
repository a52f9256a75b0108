"""A server that runs the real program in forked children, which may die or run into a full disk.

Importing the program costs ten times what a small build does, so one process imports it and forks
for each run. A child counts its steps: every file opened for writing, every write, fsync, link,
rename, removal, folder made, statement of SQLite, and the exchange of the two folders. At the
wanted step it is killed (a write is cut in half first), or told that the disk is full, or that this
one step failed, or it is interrupted, or a file is planted as a user might do in that moment.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import importlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Self

from feedsmith import parser
from feedsmith.cli import run

_AUDITED = {
    "os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.symlink",
    "os.truncate", "sqlite3.connect",
}  # fmt: skip
_READING = {"os.scandir", "os.listdir"}
# What fails on a full disk; removing and closing do not.
_FILLS = {"open", "write", "fsync", "os.mkdir", "os.link", "os.rename", "sqlite"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Done(NamedTuple):
    """How a run ended: negative status for a signal; the names of its steps in order."""

    status: int
    stdout: str
    stderr: str
    steps: tuple[str, ...]


class Server:
    """The process that forks; use as a context manager."""

    def __enter__(self) -> Self:
        checkout = str(Path(__file__).resolve().parents[1])
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": checkout}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=env,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def run(
        self, folder: Path, *arguments: str | Path, fault: str = "", step: int = 0, plant: str = ""
    ) -> Done:
        """Run the program in a folder.

        Args:
            folder: working directory.
            arguments: of the command line.
            fault: "" for none, "kill", "full" (from then on), "broken" (that one step fails; steps
                are files read and folders listed too), "interrupt" (Ctrl-C), "memory" or "upgrade"
                (a newer parser that finds other text).
            step: at which step it strikes, from 1; of "memory" the MiB that the run may add.
            plant: path below the folder of a file to put there right before the folders are
                exchanged; "" for none.
        """
        job = {
            "folder": str(folder),
            "arguments": [str(argument) for argument in arguments],
            "fault": fault,
            "step": step,
            "plant": plant,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the server is gone: can the program be imported?"
        answer = json.loads(line)
        return Done(answer["status"], answer["stdout"], answer["stderr"], tuple(answer["steps"]))


def _plant(path: Path) -> None:
    """Save a file as editors do: complete, under a new inode, over whatever was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(".unsaved")
    new.write_text("put here in the last moment", encoding="utf-8")
    new.replace(path)


class _Faults:
    """Counts steps in a child and strikes at one of them."""

    def __init__(self, fault: str, step: int, plant: str, log: int) -> None:
        strikes = {"kill": self._kill, "full": self._fill, "broken": self._break}
        self._strikes = {**strikes, "interrupt": self._interrupt}.get(fault)
        self._reads = fault == "broken"
        self._at = step
        self._plant = plant
        self._log = log
        self._count = 0
        self._write = os.write
        self._busy = False

    def step(self, name: str, cut: Callable[[], object] = lambda: None) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            self._count += 1
            self._write(self._log, f"{name}\n".encode())
            if name == "exchange" and self._plant:
                _plant(Path(self._plant))
            if self._strikes and self._count >= self._at:
                self._strikes(name, cut)
        finally:
            self._busy = False

    def _kill(self, _: str, cut: Callable[[], object]) -> None:
        cut()
        os.kill(os.getpid(), signal.SIGKILL)

    def _fill(self, name: str, cut: Callable[[], object]) -> None:
        """Fail from the wanted step on: a full disk stays full."""
        if name not in _FILLS:
            return
        cut()
        if name == "sqlite":
            raise sqlite3.OperationalError("database or disk is full")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _break(self, name: str, cut: Callable[[], object]) -> None:
        """Fail once: a bad sector, a network file system that blinked."""
        if self._count != self._at:
            return
        cut()
        if name == "sqlite":
            raise sqlite3.OperationalError("disk I/O error")
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def _interrupt(self, _: str, __: Callable[[], object]) -> None:
        if self._count == self._at:
            raise KeyboardInterrupt

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[2], int):
            name = os.fsdecode(arguments[0]) if isinstance(arguments[0], (str, bytes)) else ""
            is_read = not arguments[2] & _WRITING
            if name not in {"", "1", "2", os.devnull} and (not is_read or self._is_ours(name)):
                self.step("read" if is_read else "open")
        elif event in _READING and self._reads:
            self.step(event)
        elif event in _AUDITED:
            self.step("sqlite" if event == "sqlite3.connect" else event)
        elif event == "ctypes.dlsym" and "rename" in str(arguments[1]):
            self.step("exchange")

    def _is_ours(self, name: str) -> bool:
        """Say whether opening for reading is a step: in the folder at work, not of the library."""
        return self._reads and not name.endswith((".py", ".pyc"))

    def install(self) -> None:
        fsync, connect = os.fsync, sqlite3.connect
        faults = self

        class Connection(sqlite3.Connection):
            def execute(self, *arguments: Any) -> sqlite3.Cursor:
                if not arguments[0].startswith(("SELECT", "PRAGMA")):
                    faults.step("sqlite")
                return super().execute(*arguments)

            def executemany(self, *arguments: Any) -> sqlite3.Cursor:
                faults.step("sqlite")
                return super().executemany(*arguments)

        def write(descriptor: int, data: memoryview) -> int:
            faults.step("write", lambda: faults._write(descriptor, data[: len(data) // 2]))
            return faults._write(descriptor, data)

        def synced(descriptor: int) -> None:
            faults.step("fsync")
            fsync(descriptor)

        os.write = write  # type: ignore[assignment]
        os.fsync = synced
        sqlite3.connect = lambda *a, **more: connect(*a, factory=Connection, **more)  # type: ignore[assignment]
        sys.addaudithook(self.audit)


def _limit_memory(mebibytes: int) -> None:
    """Let the run add so much to what the forked process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + mebibytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _upgrade() -> None:
    """Let the next version's parser find another sentence in every article."""
    old = parser.parse

    def newer(*arguments: Any) -> Any:
        parsed = old(*arguments)
        article = parsed.article
        better = dataclasses.replace(
            article,
            text=f"{article.text}\n\nA sentence the old parser lost.",
            html=f"{article.html}<p>A sentence the old parser lost.</p>",
        )
        return dataclasses.replace(parsed, article=better)

    parser.parse = newer
    for name, module in sys.modules.items():
        if name.partition(".")[0] == "feedsmith" and hasattr(module, "__version__"):
            module.__version__ = "99.0"


def _child(job: dict[str, Any], files: list[int]) -> None:
    os.chdir(job["folder"])
    os.umask(0o022)
    os.dup2(files[0], 1)
    os.dup2(files[1], 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8")
    status = 70
    try:
        if job["fault"] == "upgrade":
            _upgrade()
        if job["fault"] == "memory":
            _limit_memory(job["step"])
        else:
            _Faults(job["fault"], job["step"], job["plant"], files[2]).install()
        status = run(job["arguments"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 71
    except BaseException:  # noqa: BLE001 (what escapes is shown to the test)
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        child = os.fork()
        if not child:
            _child(job, [stream.fileno() for stream in streams])
        _, code = os.waitpid(child, 0)
        texts = []
        for stream in streams:
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "backslashreplace"))
    return {
        "status": os.waitstatus_to_exitcode(code),
        "stdout": texts[0],
        "stderr": texts[1],
        "steps": texts[2].split(),
    }


def main() -> None:
    """Answer one job a line until standard input ends."""
    for name in ("assembly", "check", "cli.build", "cli.ledger", "dom", "parser.htmlpage"):
        importlib.import_module(f"feedsmith.{name}")
    importlib.import_module("ctypes")  # which publishing imports late
    importlib.import_module("feedsmith.parser.language").detect(
        "A sentence to load the model by.", None
    )
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)  # noqa: T201 (our protocol)


if __name__ == "__main__":
    main()
