"""What a build of plain text loads: no reader, and no package, that it does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

TEXT = "The ferry is back\n\n2 Sep 2024 19:25\n\n" + (
    "The ferry was late again on Monday, said the harbour office, and it was sorry for that.\n\n"
    * 4
)
# The reader of plain text, what all of them share, and the tables that signs look at.
READERS = {
    "alphabets", "charset", "csvshapes", "encoding", "jsonshapes", "kind", "oddbytes",
    "plaintext", "probe", "signs",
}  # fmt: skip
PACKAGES = {
    "bs4", "docx", "email.parser", "lxml.html", "markdown_it", "mdit_py_plugins", "model2vec",
    "numpy", "pypdf", "tomlkit", "warcio", "yaml", "zipfile",
}  # fmt: skip
CODE = """
import json, sys
from feedsmith.cli import run
status = run(["build", "saved", "-q", "-o", "out"])
print(json.dumps([status, sorted(sys.modules)]))
"""


def built(folder: Path) -> tuple[int, set[str]]:
    """Build one dump in a process of its own; return its status and the modules it loaded."""
    dump = folder / "saved/ferry.txt"
    if not dump.exists():
        dump.parent.mkdir()
        dump.write_text(TEXT)
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=folder, capture_output=True, encoding="utf-8", check=True, timeout=60,
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    status, modules = json.loads(done.stdout)
    return status, set(modules)


def test_a_build_of_plain_text_loads_no_other_reader(tmp_path: Path) -> None:
    status, modules = built(tmp_path)
    assert status == 0
    prefix = "feedsmith.readers."
    loaded = {name.removeprefix(prefix).split(".")[0] for name in modules if prefix in name}
    assert loaded <= READERS
    assert not PACKAGES & modules


def test_what_dumps_need_is_loaded_without_what_pages_need() -> None:
    code = "import sys; from feedsmith import parser; parser.preload({'text'}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, encoding="utf-8", check=True, timeout=60,
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "feedsmith.parser.weights.text" in loaded
    assert not loaded & {"lxml", "lxml.etree", "feedsmith.parser.weights.page", "nh3"}


def test_a_run_without_news_loads_not_even_what_an_article_is(tmp_path: Path) -> None:
    built(tmp_path)
    status, modules = built(tmp_path)
    assert status == 0
    assert not {"feedsmith.model", "feedsmith.feedmodel", "feedsmith.reading"} & modules
    assert not {"feedsmith.remote", "feedsmith.taught", "feedsmith.text"} & modules
    assert not {"dataclasses", "difflib", "inspect", "zoneinfo"} & modules
