"""The documentation is true: each command, option, key, format and status is in the README."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module

import pytest
from conftest import ROOT, Program

from feedsmith import builder, config, readers, resources
from feedsmith.cli import COMMANDS

README = (ROOT / "README.md").read_text(encoding="utf-8")


def options_of(command: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "feedsmith", command, "--help"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "example:" in done.stdout
    return set(re.findall(r"(?<![\w-])--[a-z-]+", done.stdout)) - {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_in_the_readme(command: str) -> None:
    assert f"`feedsmith {command}" in README
    common = {"--config", "--out"}
    missing = {o for o in options_of(command) - common if f"`{o}`" not in README}
    assert missing == set()


@pytest.mark.parametrize("table", config.Config._fields)
def test_every_key_is_in_the_readme(table: str) -> None:
    keys = set(getattr(config, table.capitalize() + "Config")._fields)
    assert {key for key in keys if f"`{key}`" not in README} == set()


def test_every_format_is_in_the_readme() -> None:
    for known in builder.FORMATS:
        assert known.file_name in README
        assert f'`"{known.name}"`' in README
    for kind in readers.KINDS:
        assert not kind.module or kind.title in README


def test_every_exit_status_is_in_the_readme() -> None:
    errors = import_module("feedsmith.errors")
    for name in dir(errors):
        if name.startswith("EXIT_"):
            assert f"\n| {getattr(errors, name)} |" in README


def test_the_commands_of_the_readme_stand_alone_on_their_line() -> None:
    lines = [line.strip() for line in README.splitlines() if line.startswith("    python3 -m venv")]
    assert lines == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/feedsmith build",
        "python3 -m venv .venv && .venv/bin/pip install '.[dev]' && .venv/bin/pytest",
    ]


def test_what_init_writes_is_a_configuration_with_the_defaults() -> None:
    text = resources.text("cli", "template.toml").replace("@FOLDER@", "saved")
    written = config.parse_config(text)
    assert written.input.paths == ("saved",)
    assert written.input._replace(paths=()) == config.InputConfig()
    assert written.feed == config.FeedConfig()
    assert written.output == config.OutputConfig()


def test_the_topic_of_the_readme_works(program: Program) -> None:
    block = re.search(r"( {4}\[\[topic\]\]\n(?: {4}.*\n)+)", README)
    assert block
    text = "\n".join(line[4:] for line in block.group(1).splitlines())
    program.write("config.toml", text)
    assert "in order" in program.ok("check")


def test_the_samples_build_without_a_problem(program: Program) -> None:
    for name in ("articles", "config.toml"):
        (program.folder / name).symlink_to(ROOT / name)
    done = program("build", "--json")
    assert done.returncode == 0, done.stderr
    assert '"failed": 0' in done.stdout
    assert len(program.entries()) >= 16
    assert "0 problems" in program.ok("check")
