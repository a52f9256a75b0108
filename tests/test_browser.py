"""The pages in a real browser, opened from disk: the policy lets our style in and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import Program
from test_pictures import data_uri, png
from test_pictures import page as page_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REASON = "needs Chromium (Debian package chromium)"
if not CHROMIUM and os.environ.get("CI") == "true":
    pytest.fail(REASON, pytrace=False)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason=REASON)

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-logging=stderr", "--dump-dom",
)  # fmt: skip


def opened(page: Path, profile: Path) -> tuple[str, str]:
    """Return the page's tree as the browser has it, and what it complained about."""
    done = subprocess.run(
        [str(CHROMIUM), *_FLAGS, f"--user-data-dir={profile}", page.as_uri()],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, "\n".join(complaints)


def test_pages_open_from_disk_without_a_complaint(library: Program, tmp_path: Path) -> None:
    library.ok("build", "saved")
    out = library.folder / "out"
    pages = [
        out / "index.html",
        *(out / "topics").rglob("index.html"),
        next((out / "articles").rglob("ferry-returns-*.html")),
    ]
    for page in pages:
        tree, complaints = opened(page, tmp_path / "profile")
        assert complaints == ""
        assert "</h1>" in tree
        assert any(title in tree for title in library.entries())


def test_the_browser_does_complain_when_the_style_is_another_one(
    library: Program, tmp_path: Path
) -> None:
    library.ok("build", "saved")
    page = library.folder / "out/index.html"
    page.write_text(page.read_text().replace("</style>", " p{color:red}</style>"))
    _, complaints = opened(page, tmp_path / "profile")
    assert "Content Security Policy" in complaints


def test_a_picture_from_the_file_is_shown(library: Program, tmp_path: Path) -> None:
    library.write("saved/quay.html", page_of(data_uri(png(1)), title="Quay shut"))
    library.ok("build", "saved")
    page = next((library.folder / "out/articles").rglob("quay-shut-*.html"))
    _, complaints = opened(page, tmp_path / "profile")
    assert complaints == ""
    with_picture = painted(page, tmp_path)
    assert painted(page, tmp_path) == with_picture
    next((library.folder / "out/media").iterdir()).unlink()
    assert painted(page, tmp_path) != with_picture


def painted(page: Path, tmp_path: Path) -> bytes:
    """Return what the browser paints, as a PNG."""
    shot = tmp_path / "shot.png"
    flags = (*_FLAGS[:-2], f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={shot}")
    subprocess.run(
        [str(CHROMIUM), *flags, page.as_uri()], check=True, timeout=60, capture_output=True
    )
    return shot.read_bytes()
