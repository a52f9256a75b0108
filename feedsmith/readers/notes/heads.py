"""The head of a note apart from its body: YAML, TOML, JSON, `Key: value` and `key:: value` lines.

YAML is read with every scalar as the string that stands there: YAML's own dates lose their zone,
and its `19:25` is a number. What is no YAML is read line by line. This module alone knows PyYAML.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

import yaml

from feedsmith.readers.notes.fields import Fields, fields_of, key_of
from feedsmith.readers.notes.known import ADDRESSES, AUTHORS, KNOWN, PUBLISHED, SAVED

_YAML = re.compile(
    r"\s*---[ \t]*\n(?P<head>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)(?P<body>.*)", re.DOTALL
)
_TOML = re.compile(
    r"\s*\+\+\+[ \t]*\n(?P<head>.*?)(?:^|\n)\+\+\+[ \t]*(?:\n|\Z)(?P<body>.*)", re.DOTALL
)
_LINE = re.compile(r"[\"']?([^\W\d][\w .-]{0,40}?)[\"']?[ \t]*:(?:[ \t]+|$)(.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")
_PROPERTY = re.compile(r"\s*(?:[-*]\s+)?([^\W\d][\w/.-]{0,40})::[ \t]*(.*)")
_TELLING = frozenset((*ADDRESSES, *AUTHORS, *PUBLISHED, *SAVED, "date"))
_LISTED = re.compile(r"\s*- [\w-]+:")
_PART = re.compile(r"%%([\w-]+)_start%%[ \t]*\n((?:(?!_start%%)[\s\S])*?)%%\1_end%%")
_HEAD_CHARS = 100_000  # characters of a head; longer ones are no heads
_LIST_CHARS = 1_000_000  # characters of the head of several notes, some 2,000 of them
_FOLDED = frozenset({"|", ">", "|-", ">-", "|+", ">+"})
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Head:
    """A note's fields and its body; `form` names the head's form, `problem` what ails it."""

    fields: Fields
    body: str
    form: str
    problem: str = ""


def split(content: str) -> Head:
    """Return a note's head and body; without a head the fields are empty and `form` is ""."""
    for rule in _RULES:
        head = rule(content)
        if head:
            return head
    return Head(fields_of({}), content, "")


def parts(content: str) -> list[tuple[str, Head]]:
    """Return the notes of a file that holds several, each with its id; [] for one that does not.

    The head is then a list, and comments with the ids stand around the bodies.
    """
    found = _YAML.match(content)
    if not found or len(found["head"]) > _LIST_CHARS or not _LISTED.match(found["head"]):
        return []
    listed = _loaded(found["head"])[0]
    if not isinstance(listed, list):
        return []
    bodies = {m[1]: m[2] for m in _PART.finditer(found["body"])}
    named = [(str(raw.get("id", "")), raw) for raw in listed if isinstance(raw, dict)]
    return [
        (name, Head(fields_of(raw), bodies[name], "yaml")) for name, raw in named if name in bodies
    ]


def _yaml(content: str) -> Head | None:
    found = _YAML.match(content)
    if not found or len(found["head"]) > _HEAD_CHARS:
        return None
    raw, problem = _loaded(found["head"])
    if not isinstance(raw, dict):
        raw = _by_lines(found["head"])
    if not raw and found["head"].strip():
        return None  # two rules with text between them
    return Head(fields_of(raw), found["body"], "yaml", problem)


def _loaded(head: str) -> tuple[object, str]:
    """Return a head as YAML has it, else None and what is wrong with it."""
    try:
        raw = yaml.load(head.replace("\t", "  "), Loader=_LOADER)  # noqa: S506 (strings only)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        return None, f"is no YAML{f' in its line {mark.line + 2}' if mark else ''}"
    return raw, ""


def _by_lines(head: str) -> dict[str, object]:
    """Return what `key: value` lines say, and the list items below a key."""
    found: dict[str, list[str]] = {}
    values: list[str] | None = None
    for line in head.split("\n"):
        named, item = _LINE.match(line), _ITEM.match(line)
        if named:
            values = found.setdefault(named[1], [])
            values += _listed(named[2].strip())
        elif values is not None and item:
            values.append(_bare(item[1]))
        elif values and line[:1].isspace() and line.strip():
            values[-1] += f" {line.strip()}"
        elif values is not None and line.strip() and line[:1].isspace():
            values.append(_bare(line))
    return dict(found)


def _listed(value: str) -> list[str]:
    if value[:1] == "[" and value[-1:] == "]" and value[:2] != "[[":
        return [_bare(part) for part in value[1:-1].split(",")]
    return [] if value in _FOLDED or not value else [_bare(value)]


def _bare(value: str) -> str:
    """Return a value without the quotes around it.

    >>> _bare("'x'"), _bare('"')
    ('x', '"')
    """
    value = value.strip()
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _toml(content: str) -> Head | None:
    found = _TOML.match(content)
    if not found or len(found["head"]) > _HEAD_CHARS:
        return None
    try:
        raw: Mapping[str, object] = _spelled(tomllib.loads(found["head"]))
        problem = ""
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        pairs = re.findall(r"^\s*([\w-]+)\s*=\s*(.+)$", found["head"], re.MULTILINE)
        raw, problem = {k: _listed(v.strip()) for k, v in pairs}, f"is no TOML: {error}"
    return Head(fields_of(raw), found["body"], "toml", problem)


def _spelled(table: Mapping[str, object]) -> dict[str, object]:
    """Return a table with all values as strings, lists and tables of them."""
    return {name: _string(value) for name, value in table.items()}


def _string(value: object) -> object:
    if isinstance(value, Mapping):
        return _spelled(value)
    if isinstance(value, list):
        return [_string(one) for one in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(content: str) -> Head | None:
    if not content.lstrip().startswith("{"):
        return None
    start = len(content) - len(content.lstrip())
    try:
        raw, end = json.JSONDecoder().raw_decode(content, start)
    except (ValueError, RecursionError):
        return None
    is_head = isinstance(raw, dict) and content[end:].strip()
    return Head(fields_of(_spelled(raw)), content[end:], "json") if is_head else None


def _keys(content: str) -> Head | None:
    """Return a head of `Key: value` lines that an empty line ends; one is known as a title."""
    lines = content.lstrip("\n").split("\n")
    raw: dict[str, object] = {}
    values: list[str] = []
    end = 0
    for end, line in enumerate(lines):  # noqa: B007 (where the head ends)
        named = _LINE.match(line)
        if named and named[1][0].isalpha():
            values = [named[2].strip()]
            raw[named[1]] = values
        elif line[:1].isspace() and line.strip() and values:
            values[0] += f" {line.strip()}"
        else:
            break
    keys = {key_of(name) for name in raw}
    is_head = raw and not lines[end].strip() and key_of(next(iter(raw))) in KNOWN
    if not is_head or not keys & KNOWN or ("title" not in keys and len(keys & KNOWN) < 2):
        return None
    if key_of(next(iter(raw))) == "title" and len(raw) == 1:
        return _spaced(lines) or Head(fields_of(raw), "\n".join(lines[end:]), "keys")
    return Head(fields_of(raw), "\n".join(lines[end:]), "keys")


def _spaced(lines: list[str]) -> Head | None:
    """Return a head whose lines empty ones part, up to the line "Markdown Content:".

    A program made it of what the page declares; nobody has looked at it.
    """
    raw: dict[str, object] = {}
    for at, line in enumerate(lines[:20]):
        if line.strip() == "Markdown Content:":
            return Head(fields_of(raw), "\n".join(lines[at + 1 :]), "page")
        named = _LINE.match(line)
        if named:
            raw[named[1]] = named[2]
        elif line.strip():
            return None
    return None


def lines_below(body: str) -> Head | None:
    """Return the fields in the lines right below a title, and what is behind them.

    All lines up to an empty one must be fields, and one known to say where or when it came from.
    """
    lines = body.lstrip("\n").split("\n")
    end = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    named = [_LINE.fullmatch(line) for line in lines[:end]]
    raw: dict[str, object] = {found[1]: found[2].strip() for found in named if found}
    if not raw or not all(named) or not {key_of(name) for name in raw} & _TELLING:
        return None
    return Head(fields_of(raw), "\n".join(lines[end:]), "keys")


def _properties(content: str) -> Head | None:
    """Return a head of `key:: value` lines, as outliners write it."""
    lines = content.lstrip("\n").split("\n")
    raw: dict[str, object] = {}
    end = 0
    for end, line in enumerate(lines):  # noqa: B007 (where the head ends)
        found = _PROPERTY.fullmatch(line)
        if not found:
            break
        raw[found[1]] = _bare(found[2])
    if not raw:
        return None
    at_end = end if end < len(lines) and not _PROPERTY.fullmatch(lines[end]) else len(lines)
    return Head(fields_of(raw), "\n".join(lines[at_end:]), "properties")


_RULES: tuple[Callable[[str], Head | None], ...] = (_yaml, _toml, _json, _properties, _keys)
