"""Is feedsmith itself whole: its packages, the extras, the models, the encodings of the system?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedsmith.doctor import Finding
from feedsmith.parser import language

_WANTED = re.compile(r"([\w.-]+)\s*>=\s*([\w.]+)(?:\s*;\s*extra == [\"']([\w-]+)[\"'])?")
_EXTRAS = {"warc": "WARC, ARC and WACZ files", "pdf": "PDF files"}
_FORESTS = ("page", "text", "title_text")


def examine() -> Iterator[Finding]:
    """Yield what is found of the installation."""
    yield from _packages()
    yield from _models()
    encoding = sys.getfilesystemencoding()
    if encoding == "utf-8":
        yield Finding("ok", "encodings", "file names and messages are UTF-8")
    else:
        advice = "set LC_ALL=C.UTF-8 for the run"
        yield Finding("warning", "encodings", f"file names are read as {encoding}; {advice}")
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        yield Finding("problem", "time zones", "none installed: pip install tzdata")
    else:
        yield Finding("ok", "time zones", "known by name")


def _packages() -> Iterator[Finding]:
    try:
        required = metadata.requires("feedsmith") or []
    except metadata.PackageNotFoundError:
        yield Finding(
            "warning", "packages", "feedsmith runs without being installed: pip install ."
        )
        return
    found = []
    for line in required:
        match = _WANTED.match(line)
        if match is None or (match[3] and match[3] not in _EXTRAS):
            continue
        name, least, extra = match.groups()
        version = _version(name)
        if version is None and extra:
            how = f"{_EXTRAS[extra]} are skipped until: pip install 'feedsmith[{extra}]'"
            yield Finding("ok", f"extra {extra}", f"not installed; {how}")
        elif version is None:
            yield Finding("problem", "packages", f"{name}: missing; pip install {name}")
        elif _numbers(version) < _numbers(least):
            how = f"pip install -U '{name}>={least}'"
            yield Finding("warning", "packages", f"{name} {version} is older than {least}; {how}")
        else:
            found.append(f"{name} {version}")
    yield Finding("ok", "packages", f"Python {sys.version.split()[0]}, {', '.join(sorted(found))}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, for comparing; trailing noughts say nothing.

    >>> _numbers("2.0") < _numbers("2.10.1"), _numbers("3.0.0") == _numbers("3")
    (True, True)
    """
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _models() -> Iterator[Finding]:
    try:
        language.detect("The ferry was late again on Monday, said the harbour office.", None)
        for name in _FORESTS:
            import_module(f"feedsmith.parser.weights.{name}")
    except (OSError, ImportError, ValueError) as error:
        yield Finding("problem", "models", f"{error}; install feedsmith anew")
    else:
        yield Finding("ok", "models", "language, pages and dumps: can be loaded")
