"""Readers of other packages, as docs/readers.md shows it: the example itself is run."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, Program

DOC = (ROOT / "docs/readers.md").read_text(encoding="utf-8")
CODE = re.search(r"```python\n(.*?)```", DOC, re.DOTALL)[1]
PROJECT = tomllib.loads(re.search(r"```toml\n(.*?)```", DOC, re.DOTALL)[1])["project"]
CARDS = """CARDS 1
----
The ferry is back
https://a.example/ferry
The ferry was late again on Monday, said the harbour office, and it was sorry for that.
----
The quay is shut
https://a.example/quay
Nobody may set foot on the quay until Friday, says a notice that hangs on the gate.
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder where the example is installed as pip would leave it."""
    folder = tmp_path / "site"
    info = folder / "clipcards-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "clipcards.py").write_text(CODE)
    (info / "METADATA").write_text(f"Name: {PROJECT['name']}\nVersion: {PROJECT['version']}\n")
    install(info, PROJECT["entry-points"]["feedsmith.readers"])
    return folder


def install(info: Path, points: dict[str, str]) -> None:
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("[feedsmith.readers]\n" + "\n".join(lines) + "\n")


def test_the_example_is_short() -> None:
    assert len([line for line in CODE.splitlines() if line.strip()]) <= 20


def test_a_file_of_the_new_kind_is_read(tmp_path: Path, site: Path) -> None:
    shelf = Program(tmp_path / "shelf")
    shelf.write("saved/cards.clip", CARDS)
    env = {"PYTHONPATH": f"{ROOT}:{site}"}
    lines = [json.loads(line) for line in shelf.ok("parse", "saved", env=env).splitlines()]
    assert [(line["title"], line["url"]) for line in lines] == [
        ("The ferry is back", "https://a.example/ferry"),
        ("The quay is shut", "https://a.example/quay"),
    ]
    assert "clip cards" in shelf.ok("formats", env=env)
    assert "clip cards" not in shelf.ok("formats")


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ({"clipcards": "clipcards:MISSING"}, "reader clipcards of clipcards: cannot be loaded"),
        ({"clipcards": "clipcards:read"}, "is no feedsmith.readers.kind.Kind"),
        ({"a": "clipcards:KIND", "b": "clipcards:KIND"}, "there is a kind 'clipcards' already"),
    ],
)
def test_a_broken_reader_is_named(
    tmp_path: Path, site: Path, point: dict[str, str], words: str
) -> None:
    install(site / "clipcards-1.0.dist-info", point)
    shelf = Program(tmp_path / "shelf")
    shelf.write("saved/cards.clip", CARDS)
    done = shelf("parse", "saved", env={"PYTHONPATH": f"{ROOT}:{site}"})
    assert done.returncode == 1
    assert f"PluginError: {words}" in done.stderr or words in done.stderr
