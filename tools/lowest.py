"""Run the core of the tests with every dependency at the lower bound that pyproject.toml promises.

    python tools/lowest.py [FOLDER]      FOLDER keeps the environment; default: a temporary one

Takes some minutes. A bound that does not install or does not pass is raised in pyproject.toml. uv
chooses the versions, because a bound may name a release that never was.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXTRAS = ("warc", "pdf")  # what readers need; the tools that test stay at their newest
TOOLS = (
    "pytest", "pytest-xdist", "pytest-rerunfailures", "hypothesis", "html5lib", "feedparser",
    "jsonschema",
)  # fmt: skip
CORE = (  # what leans on packages; the rest of the tests is our own code
    "parser", "dates", "builder", "pages", "sanitize", "topics", "queries", "serve", "watch",
    "additions", "cli", "encodings", "readers", "readers_pdf", "readers_warc", "readers_notes",
    "readers_mail", "readers_docx", "readers_epub", "readers_feeds", "language", "templates",
)  # fmt: skip


def check(folder: Path) -> int:
    """Make the environment in a folder, print what is in it, run the tests; return their status."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv/bin/python")
    pip = [python, "-m", "pip"]
    subprocess.run([*pip, "install", "-q", "uv", *TOOLS], check=True)
    uv = [python, "-m", "uv", "pip", "install", "-q", "--python", python]
    project = f"{ROOT}[{','.join(EXTRAS)}]"
    subprocess.run([*uv, "--resolution", "lowest-direct", project], check=True)
    subprocess.run([*pip, "list", "--format", "freeze"], check=True)
    tests = [str(ROOT / f"tests/test_{name}.py") for name in CORE]
    # What an old library warns of a newer Python is no failure.
    run = [python, "-m", "pytest", "-q", "-W", "default", *tests]
    return subprocess.run(run, cwd=ROOT, check=False).returncode


def main() -> int:
    if len(sys.argv) > 1:
        return check(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        return check(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
