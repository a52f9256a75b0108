"""`feedsmith schedule`: has cron or systemd build again and again."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from feedsmith import units
from feedsmith.cli import builds, options, show
from feedsmith.errors import EXIT_OK, ConfigError, OutputError
from feedsmith.project import Project
from feedsmith.text import slugify

_EVERY = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)  # minutes that divide an hour


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith schedule --help`."""
    parser = options.command(
        "schedule",
        "Print the crontab line and the systemd user units that build regularly; --install sets "
        "up the units, or with --cron the crontab line, and --uninstall takes them away.",
        "feedsmith schedule -c feeds/config.toml --install",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders to read")
    options.add_project(parser)
    options.add_base_url(parser)
    parser.add_argument(
        "--every", type=int, choices=_EVERY, default=15, metavar="MINUTES",
        help="how often (15); a number that divides 60",
    )  # fmt: skip
    parser.add_argument("--cron", action="store_true", help="the crontab line, not the units")
    parser.add_argument("--name", metavar="NAME", help="of the units (after the folder)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--install", action="store_true", help="set it up")
    what.add_argument("--uninstall", action="store_true", help="take it away again")
    given = parser.parse_intermixed_args(arguments)
    job = _job(given, options.project(given, given.paths))
    if given.cron and (given.install or given.uninstall):
        _edit_crontab(job, keep=given.install)
    elif given.install:
        _install(job)
    elif given.uninstall:
        _uninstall(job)
    else:
        _print(job, cron_only=given.cron)
    return EXIT_OK


def _job(given: Namespace, project: Project) -> units.Job:
    if not project.roots:
        raise ConfigError("no input: name a folder, or set [input] paths in config.toml")
    place = builds.place_of(project)
    config = os.path.realpath(project.name) if project.name else ""
    absolute = Namespace(
        config=config,
        out=os.path.realpath(project.out) if given.out or not config else "",
        base_url=given.base_url,
    )
    paths = [os.path.realpath(path) for path in given.paths]
    command = (*_program(), "build", "-q", *builds.arguments_of(absolute, paths))
    where = config or os.path.realpath(project.out)
    for text in (*command, *place.roots):
        if not text.isprintable():
            raise ConfigError(f"{text!r}: neither cron nor systemd takes such a character")
    return units.Job(
        name=f"feedsmith-{slugify(given.name or os.path.basename(os.path.dirname(where)))}",
        title=where,
        command=command,
        watched=tuple(root for root in place.roots if os.path.isdir(root)),
        writable=_outermost(os.path.dirname(path) for path in place.skip),
        minutes=given.every,
        has_hook=bool(project.config.hooks.after_build),
    )


def _program() -> tuple[str, ...]:
    beside = os.path.join(os.path.dirname(sys.executable), "feedsmith")
    return (beside,) if os.access(beside, os.X_OK) else (sys.executable, "-m", "feedsmith")


def _outermost(folders: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for folder in sorted(set(folders)):
        if not any(f"{folder}/".startswith(f"{other.rstrip('/')}/") for other in found):
            found.append(folder)
    return tuple(found)


def _print(job: units.Job, *, cron_only: bool) -> None:
    if not cron_only:
        print("# for cron (crontab -e), or 'feedsmith schedule --cron --install':")
    print(units.cron_line(job))
    if cron_only:
        return
    print("\n# or for systemd; 'feedsmith schedule --install' writes these files:")
    for name, text in units.units(job).items():
        print(f"\n# {_folder() / name}\n{text}", end="")


def _folder() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return Path(home) / "systemd" / "user"


def _install(job: units.Job) -> None:
    folder, texts = _folder(), units.units(job)
    _refuse_others(job, texts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(_names(job) - set(texts)):
            (folder / name).unlink(missing_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
            show.result(f"written: {folder / name}")
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror}") from error
    switched = [name for name in texts if not name.endswith(".service")]
    _systemctl(["daemon-reload"], ["enable", "--now", *switched])
    print("while you are logged out, too: loginctl enable-linger")


def _uninstall(job: units.Job) -> None:
    folder = _folder()
    names = sorted(name for name in _names(job) if (folder / name).exists())
    _refuse_others(job, names)
    if not names:
        show.result(f"{folder}: no units of {job.name} here; nothing to do")
        return
    switched = [name for name in names if not name.endswith(".service")]
    _systemctl(["disable", "--now", *switched])
    try:
        for name in names:
            (folder / name).unlink()
            show.result(f"removed: {folder / name}")
    except OSError as error:
        raise OutputError(f"{folder}: cannot be changed: {error.strerror}") from error
    _systemctl(["daemon-reload"])


def _names(job: units.Job) -> set[str]:
    return {f"{job.name}.{kind}" for kind in ("service", "timer", "path")}


def _refuse_others(job: units.Job, names: Iterable[str]) -> None:
    """Leave alone what the user or a job of another project has written."""
    for name in names:
        path = _folder() / name
        if path.exists():
            first = path.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
            if first != f"{units.MARK} {job.title}":
                raise ConfigError(f"{path}: not ours to touch; choose another name with --name")


def _systemctl(*commands: list[str]) -> None:
    """Run systemctl for each, or say what to run where there is no systemd to talk to."""
    program = shutil.which("systemctl")
    for command in commands:
        line = ["systemctl", "--user", *command]
        done = (
            program
            and subprocess.run(  # noqa: S603 (systemd's own program)
                [program, *line[1:]], capture_output=True, check=False
            )
        )
        if not done or done.returncode:
            print(f"to be run by you: {' '.join(line)}")


def _edit_crontab(job: units.Job, *, keep: bool) -> None:
    """Take our line out of the user's crontab, and put it in anew if it is to be kept."""
    program = shutil.which("crontab")
    if not program:
        raise OutputError("crontab: not found; install cron, or use systemd without --cron")
    told = subprocess.run([program, "-l"], capture_output=True, encoding="utf-8", check=False)  # noqa: S603 (cron's own)
    if told.returncode and "no crontab" not in told.stderr:
        raise OutputError(f"crontab -l: {told.stderr.strip() or 'failed'}; nothing is changed")
    before = told.stdout.splitlines() if not told.returncode else []
    mine = shlex.quote(job.title).replace("%", r"\%")
    if any(line.endswith(units.cron_mark(job.name)) and mine not in line for line in before):
        raise ConfigError(f"{job.name}: the crontab has a line of that name; choose with --name")
    after = [line for line in before if not line.endswith(units.cron_mark(job.name))]
    if keep:
        after.append(units.cron_line(job))
    if after == before:
        show.result("the crontab is as it should be; nothing to do")
        return
    text = "".join(f"{line}\n" for line in after)
    done = subprocess.run([program, "-"], input=text, encoding="utf-8", check=False)  # noqa: S603 (cron's own)
    if done.returncode:
        raise OutputError("crontab: refused the new table; the old one stays")
    show.result(f"{'added to' if keep else 'taken out of'} the crontab: {units.cron_line(job)}")
