"""Odd files made of the fixtures by mutation; whatever comes of them, it is no bug.

Coverage-guided: a mutant that reaches a line no other reached joins the seeds. By hand, for as long
as you like: `python tests/fuzzing.py SECONDS [SEED]`; mutants that fail are kept in the folder
fuzz-failures.
"""

from __future__ import annotations

import random  # noqa: TID251 (seeded)
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

from feedsmith import dates, reading
from feedsmith.config import Config
from feedsmith.legal import legal
from feedsmith.model import Source
from feedsmith.sanitize import sanitize

DATA = Path(__file__).parent / "data"
CONFIG = Config()
SLOW_SECONDS = 3.0  # of processor time for one small file
_MAX_SEED_BYTES = 30_000
_MTIME = datetime(2024, 9, 3, tzinfo=UTC)
_CONTEXT = dates.DateContext(UTC, "dmy", anchor=_MTIME)
_TOKENS = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        "<", ">", "&", '"', "'", "\0", "\r\n", "\n\n", "\ufeff", "\ud800", "\u202e", "\x1b[0m",
        "<!--", "-->", "<![CDATA[", "]]>", "<?xml version='1.0' encoding='utf-16'?>", "<table>",
        "<!DOCTYPE x [<!ENTITY a '&b;'>]>", "&#0;", "&#x110000;", "&#xd800;", "</p>", "<svg>",
        "&#11;", "&#xFFFE;", "\\u000b", "\\ud83d", "=0B", "%0B",
        "---\n", "[[", "]](", "```\n", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e999",
        "99999999999999999999", "00", "31 Feb 2024", "24:61", "0000-00-00", "9999-12-31T23:59:60Z",
        "+99:99", "Mon, 32 Foo 2024", 'Content-Type: multipart/mixed; boundary=""\n', "\n--\n",
        "Content-Transfer-Encoding: base64\n", "charset=utf-7", "=?utf-8?b?/w==?=", "=\n", "%00",
        "http://[", "http://a:99999999/", "javascript:x()", "../" * 5, "PK\x03\x04", "\x1f\x8b\x08",
    )
)  # fmt: skip

Case = tuple[str, bytes]


def seeds() -> list[Case]:
    """Return the fixtures that are small, by name: (file name, bytes)."""
    paths = sorted(path for path in (DATA / "articles").glob("*/input.*") if path.is_file())
    return [(p.name, p.read_bytes()) for p in paths if p.stat().st_size <= _MAX_SEED_BYTES]


def kept() -> list[Case]:
    """Return small mutants of the fixtures that each reached lines no other had reached."""
    lines = (DATA / "fuzzed.txt").read_bytes().split()
    return [("input", b64decode(line)) for line in lines]


def mutant(chance: random.Random, cases: list[Case]) -> Case:
    """Return a case changed in a few places, or crossed with another one."""
    name, data = chance.choice(cases)
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        place = chance.randrange(len(changed) + 1)
        chance.choice(_CHANGES)(chance, changed, place, cases)
    if not chance.randrange(20):
        name = f"input.{chance.choice(('html', 'txt', 'md', 'json', 'xml', 'eml', 'csv'))}"
    return name, bytes(changed[: 2 * _MAX_SEED_BYTES])


def _flip(chance: random.Random, data: bytearray, place: int, _: list[Case]) -> None:
    if place < len(data):
        data[place] ^= 1 << chance.randrange(8)


def _insert(chance: random.Random, data: bytearray, place: int, _: list[Case]) -> None:
    data[place:place] = chance.choice(_TOKENS) * chance.choice((1, 1, 1, 3, 200))


def _cut(chance: random.Random, data: bytearray, place: int, _: list[Case]) -> None:
    del data[place : place + chance.choice((1, 5, 50, 500, 10**9))]


def _repeat(chance: random.Random, data: bytearray, place: int, _: list[Case]) -> None:
    piece = data[place : place + chance.choice((1, 10, 100))]
    data[place:place] = piece * chance.choice((1, 5, 50))


def _cross(chance: random.Random, data: bytearray, place: int, cases: list[Case]) -> None:
    other = chance.choice(cases)[1]
    start = chance.randrange(len(other) + 1)
    data[place : place + chance.choice((0, 100))] = other[start : start + 300]


_CHANGES = (_flip, _insert, _insert, _cut, _repeat, _cross)


def problem(case: Case) -> str:
    """Return what is wrong with what comes of a file, "" for nothing."""
    name, data = case
    source = Source(name, name, _MTIME, len(data), partial(BytesIO, data))
    text = data[:4000].decode("utf-8", "replace")
    start = time.process_time()
    outcome = reading.outcome(source, CONFIG, reading.catalog(CONFIG))
    for line in text.splitlines()[:20]:
        for read in (dates.parse_date, dates.find_datelines, dates.wire_day, dates.url_date):
            read(line[:300], _CONTEXT)
    clean = sanitize(text, None).html
    if sanitize(clean, None).html != clean:
        return "sanitising again changes something"
    if time.process_time() - start > SLOW_SECONDS:
        return f"took {time.process_time() - start:.1f} s"
    if any(legal(article) != article for article in outcome.articles):
        return "an article holds what no feed may hold"
    return next((f.message for f in outcome.failures if "a bug of feedsmith" in f.message), "")


class Coverage:
    """The lines of feedsmith reached so far, as (code object, line)."""

    def __init__(self) -> None:
        self.seen: set[tuple[object, int]] = set()

    def _line(self, frame: FrameType, _event: str, _value: Any) -> Callable[..., Any]:
        self.seen.add((frame.f_code, frame.f_lineno))
        return self._line

    def _call(self, frame: FrameType, _event: str, _value: Any) -> Callable[..., Any] | None:
        return self._line if "/feedsmith/" in frame.f_code.co_filename else None

    def grows(self, work: Callable[[], str]) -> tuple[str, bool]:
        """Do some work; return what it gave and whether it reached a line for the first time."""
        before = len(self.seen)
        sys.settrace(self._call)
        try:
            given = work()
        finally:
            sys.settrace(None)
        return given, len(self.seen) > before


def failures(seed: int, *, count: int = 0, seconds: float = 0) -> Iterator[tuple[Case, str]]:
    """Yield mutants that show a bug, of so many mutants or of so much time, guided when timed."""
    chance, cases, coverage = random.Random(seed), seeds(), Coverage()  # noqa: S311 (no secret)
    end = time.monotonic() + seconds
    made = 0
    while made < count or time.monotonic() < end:
        case = mutant(chance, cases)
        made += 1
        try:
            work = partial(problem, case)
            wrong, is_new = coverage.grows(work) if seconds else (work(), False)
        except Exception as error:  # noqa: BLE001 (what escapes is what is looked for)
            wrong, is_new = f"raised {error!r}", False
        if wrong:
            yield case, wrong
        elif is_new:
            cases.append(case)


def main() -> None:
    """Fuzz for a time; keep and name what fails."""
    folder = Path("fuzz-failures")
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for (name, data), wrong in failures(seed, seconds=float(sys.argv[1])):
        folder.mkdir(exist_ok=True)
        path = folder / f"{sha256(data).hexdigest()[:12]}{Path(name).suffix}"
        path.write_bytes(data)
        print(f"{path}: {wrong}", flush=True)  # noqa: T201 (what the user asked for)


if __name__ == "__main__":
    main()
