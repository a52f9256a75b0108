"""A build that is run again and again: as a line for cron, or as units for a user's systemd.

Pure: a job in, texts out; where they are written is the command's business. The service may write
where the out folder and the state lie and nowhere else, and has no network, for nothing is fetched.
"""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

MARK = "# Written by 'feedsmith schedule' for"
_PLAIN = re.compile(r"[\w@+=:,./-]+\Z", re.ASCII)
_SERVICE = """\
{mark}
[Unit]
Description=Build the feeds in {title}
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart={command}
# 1: some files could not be read, the rest is published; 75: another build is at work
SuccessExitStatus=1 75
Nice=10
IOSchedulingClass=idle
UMask=0022
{network}NoNewPrivileges=yes
PrivateTmp={private_tmp}
ProtectSystem=strict
ReadWritePaths={writable}
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
_NO_NETWORK = "PrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX\n"
_HOOK = "# hooks.after_build may need the network\n"
_TIMER = """\
{mark}
[Unit]
Description=Build the feeds in {title} every {minutes} minutes

[Timer]
OnCalendar={calendar}
Persistent=true

[Install]
WantedBy=timers.target
"""
_PATH = """\
{mark}
# Only what changes in these folders themselves is noticed at once; the timer sees to the rest.
[Unit]
Description=Build the feeds in {title} when a file was saved

[Path]
{watched}

[Install]
WantedBy=paths.target
"""


class Job(NamedTuple):
    """One build to be repeated; all paths absolute and without line ends.

    `title` names the project (its configuration or out folder); `command` is the program and its
    arguments; `watched` are folders whose changes start it, `writable` those it may write below;
    `minutes` divides 60; `has_hook` says that a command of the user's is run by it.
    """

    name: str
    title: str
    command: tuple[str, ...]
    watched: tuple[str, ...]
    writable: tuple[str, ...]
    minutes: int
    has_hook: bool


def cron_line(job: Job) -> str:
    r"""Return the job as a line of a crontab, without its line end.

    >>> print(cron_line(Job("feedsmith-a", "/a", ("/bin/x", "50% off"), (), (), 15, False)))
    */15 * * * * /bin/x '50\% off' # feedsmith-a
    """
    times = "0 * * * *" if job.minutes == 60 else f"*/{job.minutes} * * * *"
    command = shlex.join(job.command).replace("%", r"\%")  # an unescaped % ends the command
    return f"{times} {command} {cron_mark(job.name)}"


def cron_mark(name: str) -> str:
    """Return what ends a line of ours; to the shell it is a comment."""
    return f"# {name}"


def units(job: Job) -> dict[str, str]:
    """Return the job as systemd units: file name → text."""
    told = {"mark": f"{MARK} {job.title}", "title": job.title.replace("%", "%%")}
    in_tmp = any(f"{path}/".startswith(("/tmp/", "/var/tmp/")) for path in job.writable)  # noqa: S108 (asked, not used)
    service = _SERVICE.format(
        **told,
        command=" ".join(quoted(word).replace("$", "$$") for word in job.command),
        network=_HOOK if job.has_hook else _NO_NETWORK,
        private_tmp="no" if in_tmp else "yes",
        writable=" ".join(map(quoted, (*job.writable, *(("/tmp",) if in_tmp else ())))),  # noqa: S108 (likewise)
    )
    calendar = "hourly" if job.minutes == 60 else f"*:0/{job.minutes}"
    timer = _TIMER.format(**told, minutes=job.minutes, calendar=calendar)
    found = {f"{job.name}.service": service, f"{job.name}.timer": timer}
    if job.watched:
        lines = "\n".join(f"PathChanged={path.replace('%', '%%')}" for path in job.watched)
        found[f"{job.name}.path"] = _PATH.format(**told, watched=lines)
    return found


def quoted(word: str) -> str:
    r"""Return a word as systemd reads it back from a list of words.

    Source: systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"; % begins a specifier.

    >>> print(quoted('50% "off"'))
    "50%% \"off\""
    """
    word = word.replace("%", "%%")
    if _PLAIN.match(word):
        return word
    escaped = word.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'
