"""Fuzz one part of feedsmith with Atheris, guided by the lines and comparisons that inputs reach.

    python tools/fuzz.py readers --seconds 600 --corpus fuzz-corpus

Strategy: libFuzzer mutates our own fixtures, and what earlier runs found worth keeping
(tests/data/fuzzed.txt, one input a line in Base64). What is asked of each input is what the tests
ask: a readable file or one clear error, nothing that raises, nothing slow, sanitising twice as
once. An input that fails is kept as `crash-…` in the working directory; `python tools/fuzz.py PART
FILE` tries it again, and it becomes a fixture or a test.

Needs `pip install atheris` (Linux, CPython up to 3.13), which nothing else of feedsmith needs.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from io import BytesIO
from pathlib import Path

import atheris  # type: ignore[import-not-found, unused-ignore]

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

# Thousands of comparisons of a forest say nothing of the code, and take minutes to prepare.
FORESTS = [
    f"feedsmith.parser.weights.{path.stem}" for path in ROOT.glob("feedsmith/*/weights/*.py")
]

with atheris.instrument_imports(include=["feedsmith"], exclude=FORESTS):
    import fuzzing

    from feedsmith import dates, parser, readers, sanitize
    from feedsmith.errors import SourceError
    from feedsmith.model import Source

    # A reader is loaded when its first file is met: too late to be watched.
    for room in (dates, parser, readers):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            with suppress(ModuleNotFoundError):  # of an extra that is not installed
                import_module(module.name)

SECONDS_AN_INPUT = 10
MOST_BYTES = 30_000
MTIME = datetime(2024, 9, 3, tzinfo=UTC)
RUNNING = ("<script", "<iframe", "<style", "<svg", "<object", "<embed")
CONTEXT = dates.DateContext(UTC, "dmy", anchor=MTIME)


def try_readers(data: bytes) -> None:
    """Read a file of any kind: documents, notices, or an error that is meant for the user."""
    source = Source("input", "input", MTIME, len(data), partial(BytesIO, data))
    with suppress(SourceError):
        for _ in readers.read(source):
            pass


def try_parser(data: bytes) -> None:
    """Read and parse: articles that feeds may hold."""
    if wrong := fuzzing.problem(("input", data)):
        raise AssertionError(wrong)


def try_dates(data: bytes) -> None:
    """Find datelines and dates in lines."""
    lines = data.decode("utf-8", "replace").splitlines()[:40]
    for line in lines:
        for read in (dates.parse_date, dates.find_datelines, dates.wire_day, dates.url_date):
            read(line, CONTEXT)


def try_sanitiser(data: bytes) -> None:
    """Sanitise: a second time changes nothing, and nothing that runs is left."""
    clean = sanitize.sanitize(data.decode("utf-8", "replace"), None).html
    again = sanitize.sanitize(clean, None).html
    if again != clean:
        raise AssertionError("sanitising again changes something")
    if left := [word for word in RUNNING if word in clean.lower()]:
        raise AssertionError(f"{left[0]} is left")


PARTS = {
    "readers": try_readers,
    "parser": try_parser,
    "dates": try_dates,
    "sanitiser": try_sanitiser,
}


def seed(folder: Path) -> None:
    """Put our own fixtures into the corpus, once."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (_, data) in enumerate([*fuzzing.seeds(), *fuzzing.kept()]):
        path = folder / f"fixture-{number}"
        if not path.exists():
            path.write_bytes(data)


def main() -> None:
    """Fuzz a part for a time, or try one input."""
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("part", choices=PARTS)
    given.add_argument("input", nargs="?", help="try this one input only")
    given.add_argument("--seconds", type=int, default=600)
    given.add_argument("--corpus", type=Path, default=Path("fuzz-corpus"))
    options = given.parse_args()
    if options.input:
        PARTS[options.part](Path(options.input).read_bytes())
        return
    seed(options.corpus / options.part)
    flags = [
        f"-max_total_time={options.seconds}", f"-max_len={MOST_BYTES}",
        f"-timeout={SECONDS_AN_INPUT}", "-rss_limit_mb=1500", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *flags, str(options.corpus / options.part)], PARTS[options.part])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
