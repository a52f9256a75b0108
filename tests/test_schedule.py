"""`schedule`: what it prints, writes and takes away; the rules of cron and systemd hold."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump

CRONTAB = """#!/bin/sh
# What cron's own program does, with the table in a file.
table="$HOME/table"
case "$1" in
  -l) if [ -e "$table" ]; then cat "$table"; else echo "no crontab for you" >&2; exit 1; fi ;;
  -) cat > "$table" ;;
  *) exit 2 ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$HOME/systemctl-said"
exit %d
"""


@pytest.fixture
def project(program: Program) -> Program:
    """Return a project in a folder whose name is hard on quoting."""
    program.folder = program.folder / '50% "tidal" $HOME'
    program.write("saved/1.txt", "x")
    program.write("config.toml", '[input]\npaths = ["saved"]\n')
    return program


def tool(home: Path, name: str, text: str) -> None:
    path = home / "bin" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a crontab program, and a systemctl that finds no systemd."""
    folder = tmp_path / "home"
    tool(folder, "crontab", CRONTAB)
    tool(folder, "systemctl", SYSTEMCTL % 1)
    return folder


def env(home: Path) -> dict[str, str]:
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {"HOME": str(home), "XDG_CONFIG_HOME": "", "PATH": path}


def written(home: Path) -> dict[str, str]:
    folder = home / ".config/systemd/user"
    return {path.name: path.read_text() for path in sorted(folder.glob("*"))}


def test_both_ways_are_printed(project: Program, home: Path) -> None:
    printed = project.ok("schedule", env=env(home))
    for word in ("*/15 * * * *", "OnCalendar=*:0/15", "Persistent=true", "PrivateNetwork=yes"):
        assert word in printed
    for word in ("ProtectSystem=strict", "PathChanged=", "SuccessExitStatus=1 75"):
        assert word in printed
    assert written(home) == {}
    only = project.ok("schedule", "--cron", "--every", "60", env=env(home))
    assert only.startswith("0 * * * * ")
    assert len(only.splitlines()) == 1
    assert project("schedule", "--every", "7").returncode == 2


def test_units_are_written_once_and_taken_away(project: Program, home: Path) -> None:
    first = project.ok("schedule", "--install", env=env(home))
    assert "to be run by you: systemctl --user enable --now feedsmith-50-tidal-home.timer" in first
    before = written(home)
    assert list(before) == [f"feedsmith-50-tidal-home.{k}" for k in ("path", "service", "timer")]
    project.ok("schedule", "--install", env=env(home))
    assert written(home) == before
    project.ok("schedule", "--install", "--every", "30", env=env(home))
    assert "OnCalendar=*:0/30" in written(home)["feedsmith-50-tidal-home.timer"]
    project.ok("schedule", "--uninstall", env=env(home))
    assert written(home) == {}
    assert "nothing to do" in project.ok("schedule", "--uninstall", env=env(home))


def test_systemd_is_told_where_it_listens(project: Program, home: Path) -> None:
    tool(home, "systemctl", SYSTEMCTL % 0)
    assert "to be run by you" not in project.ok("schedule", "--install", env=env(home))
    project.ok("schedule", "--uninstall", env=env(home))
    name = "feedsmith-50-tidal-home"
    assert (home / "systemctl-said").read_text().splitlines() == [
        "--user daemon-reload",
        f"--user enable --now {name}.timer {name}.path",
        f"--user disable --now {name}.path {name}.timer",
        "--user daemon-reload",
    ]


def test_units_of_others_are_left_alone(project: Program, home: Path) -> None:
    theirs = home / ".config/systemd/user/feedsmith-50-tidal-home.timer"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Timer]\n")
    for what in ("--install", "--uninstall"):
        done = project("schedule", what, env=env(home))
        assert done.returncode == 2
        assert "--name" in done.stderr
    assert written(home) == {theirs.name: "[Timer]\n"}
    project.ok("schedule", "--install", "--name", "tides", env=env(home))
    assert "feedsmith-tides.timer" in written(home)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_finds_no_fault_in_the_units(project: Program, home: Path, tmp_path: Path) -> None:
    project.ok("schedule", "--install", env=env(home))
    folder = home / ".config/systemd/user"
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *map(str, sorted(folder.iterdir()))],
        env={**os.environ, **env(home), "XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    faults = [line for line in done.stderr.splitlines() if "feedsmith-" in line]
    assert (faults, done.returncode) == ([], 0), done.stderr


def test_a_hook_keeps_the_network(project: Program, home: Path) -> None:
    project.write("config.toml", '[input]\npaths = ["saved"]\n[hooks]\nafter_build = "true"\n')
    printed = project.ok("schedule", env=env(home))
    assert "PrivateNetwork" not in printed
    assert "hooks.after_build may need the network" in printed


def test_the_service_may_write_where_the_feeds_and_the_state_lie(
    project: Program, home: Path
) -> None:
    config = '[input]\npaths = ["saved"]\n[output]\ndir = "../www/out"\n'
    project.write("config.toml", config)
    printed = project.ok("schedule", env=env(home))
    line = next(line for line in printed.splitlines() if line.startswith("ReadWritePaths="))
    for folder in (project.folder, project.folder.parent / "www"):
        escaped = str(folder).replace("%", "%%").replace('"', '\\"')
        assert escaped in line


def test_the_crontab_gets_one_line_and_keeps_the_others(project: Program, home: Path) -> None:
    table = home / "table"
    project.ok("schedule", "--cron", "--install", env=env(home))
    assert len(table.read_text().splitlines()) == 1
    table.write_text(f"MAILTO=me\n5 4 * * * backup\n{table.read_text()}")
    assert "nothing to do" in project.ok("schedule", "--cron", "--install", env=env(home))
    project.ok("schedule", "--cron", "--install", "--every", "5", env=env(home))
    lines = table.read_text().splitlines()
    assert lines[:2] == ["MAILTO=me", "5 4 * * * backup"]
    assert len(lines) == 3
    assert lines[2].startswith("*/5 ")
    project.ok("schedule", "--cron", "--uninstall", env=env(home))
    assert table.read_text() == "MAILTO=me\n5 4 * * * backup\n"


def test_another_project_of_the_same_name_is_not_overwritten(project: Program, home: Path) -> None:
    project.ok("schedule", "--cron", "--install", "--name", "x", env=env(home))
    other = Program(project.folder.parent / "other")
    other.write("config.toml", '[input]\npaths = ["saved"]\n')
    done = other("schedule", "--cron", "--install", "--name", "x", env=env(home))
    assert (done.returncode, "--name" in done.stderr) == (2, True)


def test_the_line_of_the_crontab_builds(project: Program, home: Path) -> None:
    project.write("saved/1.txt", dump("Ferry returns"))
    line = project.ok("schedule", "--cron", env=env(home)).strip()
    command = line.split(" ", 5)[5].replace("\\%", "%")  # as cron reads it, crontab(5)
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (project.folder / "out/atom.xml").exists()


def test_paths_without_a_configuration_become_absolute(program: Program, home: Path) -> None:
    program.write("saved/1.txt", "x")
    printed = program.ok("schedule", "saved", "-o", "feeds", "--cron", env=env(home))
    assert f"--out {program.folder}/feeds -- {program.folder}/saved" in printed
    assert program("schedule", "--cron").returncode == 2


def test_without_cron_it_says_so(project: Program, home: Path) -> None:
    (home / "bin/crontab").unlink()
    only = {**env(home), "PATH": str(home / "bin")}
    done = project("schedule", "--cron", "--install", env=only)
    assert (done.returncode, "install cron" in done.stderr) == (3, True)
