"""The shape of the code: small modules, small functions, nothing absolute, nothing left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

MODULE_LINES = 300
FUNCTION_LINES = 40
PARAMETERS = 6

MODULES = sorted((ROOT / "feedsmith").rglob("*.py"))
WRITTEN = ROOT / "feedsmith/parser/weights"  # by a tool, and read by nobody


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.parent != WRITTEN],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_modules_and_functions_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES
    for function in functions(ast.parse(text)):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= FUNCTION_LINES, function.name
        arguments = function.args
        names = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        assert len([a for a in names if a.arg not in {"self", "cls"}]) <= PARAMETERS, function.name


def test_no_file_names_a_place_on_one_machine() -> None:
    private = re.compile(r"/(?:home|root|tmp|Users|work)/(?!you/)\w")
    for path in (
        *MODULES,
        ROOT / "README.md",
        ROOT / "config.toml",
        *(ROOT / "docs").rglob("*.md"),
    ):
        assert not private.search(path.read_text(encoding="utf-8")), path


def test_every_module_says_what_it_is() -> None:
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
