"""The command line: which command, its exit status.

Each command is a module, imported when it is asked for.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from importlib import import_module

from feedsmith import __version__
from feedsmith.cli import show
from feedsmith.errors import (
    EXIT_OK,
    EXIT_REFUSED,
    EXIT_SOME_FAILED,
    EXIT_USAGE,
    FeedsmithError,
)

# A build makes many rows that live to its end and next to no cycles; looking through all of them
# as often as Python does by default took a fifth of a first build of 10,000 articles.
GC_THRESHOLD = (20_000, 20, 100)
# Command → (module, one line of help), in the order in which a new user meets them.
COMMANDS = {
    "build": ("feedsmith.cli.build", "turn saved files into feeds"),
    "gather": ("feedsmith.cli.gather", "make the feeds of an archive bigger than one machine"),
    "serve": ("feedsmith.cli.serve", "offer the feeds to a reader on this machine"),
    "watch": ("feedsmith.cli.watch", "build whenever the saved files change"),
    "schedule": ("feedsmith.cli.schedule", "build every quarter of an hour: cron or systemd"),
    "subscribe": ("feedsmith.cli.subscribe", "say how to subscribe in your reader"),
    "topics": ("feedsmith.cli.topics", "list the topics: articles, newest, address"),
    "list": ("feedsmith.cli.list", "list articles of the last build that match a query"),
    "init": ("feedsmith.cli.init", "look at a folder and write a commented config.toml"),
    "parse": ("feedsmith.cli.parse", "print articles as JSON, one a line"),
    "explain": ("feedsmith.cli.explain", "say how each field of a file was found"),
    "formats": ("feedsmith.cli.formats", "list what is read and how it is recognised"),
    "fix": ("feedsmith.cli.fix", "correct a title, a date, topics …"),
    "junk": ("feedsmith.cli.junk", "list the lines that recur; take one back, or add one"),
    "status": ("feedsmith.cli.status", "show the last runs, what fails, and what to do next"),
    "doctor": ("feedsmith.cli.doctor", "look for what may stop the next run"),
    "check": ("feedsmith.cli.check", "say what is wrong with the configuration or with feeds"),
    "remove": ("feedsmith.cli.remove", "take an article out of the feeds on purpose"),
    "ledger": ("feedsmith.cli.ledger", "back up, move, merge or rebuild what is remembered"),
}
_HELP = """usage: feedsmith COMMAND [OPTIONS] [PATH ...]

A folder of saved articles in, feeds by topic out; nothing is fetched.

commands:
{commands}

options:
  -h, --help  show this help; `feedsmith COMMAND --help` for one command
  --version   show the version

example:
  feedsmith build ~/Articles && feedsmith serve
"""


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status (see errors.py)."""
    gc.set_threshold(*GC_THRESHOLD)
    _prepare_streams()
    try:
        return _run(arguments)
    except FeedsmithError as error:
        show.error(error)
        return error.exit_status
    except BrokenPipeError:  # the reader of our output went away: nothing to complain about
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except (OSError, MemoryError) as error:
        return _stopped(error)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
        return EXIT_SOME_FAILED


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who called us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (to the end)
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _stopped(error: OSError | MemoryError) -> int:
    """Say in one line what the machine refused."""
    reason = "not enough memory"
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        if error.filename:
            reason = f"{os.fsdecode(error.filename)}: {reason}"
    show.line(f"{reason}; what is published is whole")
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        return EXIT_REFUSED
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the end of the run flushes it
    return EXIT_REFUSED


def _run(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "--help"
    if name in {"-h", "--help", "help"}:
        commands = "\n".join(f"  {key:10}{text}" for key, (_, text) in COMMANDS.items())
        print(_HELP.format(commands=commands), end="")
        return EXIT_OK if arguments else EXIT_USAGE
    if name in {"--version", "-V"}:
        print(f"feedsmith {__version__}")
        return EXIT_OK
    if name not in COMMANDS:
        show.line(f"{name}: no such command; one of {', '.join(COMMANDS)}")
        return EXIT_USAGE
    status: int = import_module(COMMANDS[name][0]).main(arguments[1:])
    sys.stdout.flush()
    return status
