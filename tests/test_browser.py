"""The pages in a real browser, opened from disk: the policy lets our style in and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from conftest import Program, dump
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
    "--enable-logging=stderr", "--virtual-time-budget=10000", "--dump-dom",
)  # fmt: skip


class Quiet(SimpleHTTPRequestHandler):
    """A plain web server, so that no header of ours takes part."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def opened(page: Path | str, profile: Path, *flags: str) -> tuple[str, str]:
    """Return the page's tree as the browser has it, and what it complained about."""
    address = page.as_uri() if isinstance(page, Path) else page
    done = subprocess.run(
        [str(CHROMIUM), *_FLAGS, *flags, f"--user-data-dir={profile}", address],
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
        out / "atom.xml",
        out / "rss.xml",
        *(out / "topics").rglob("index.html"),
        next((out / "articles").rglob("ferry-returns-*.html")),
    ]
    for page in pages:
        tree, complaints = opened(page, tmp_path / "profile")
        assert complaints == ""
        assert "</h1>" in tree or page.suffix == ".xml"
        assert any(title in tree for title in library.entries())


def searched(page: Path, words: str) -> None:
    """Put words into the search box, as a browser does that goes back to a page."""
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace('id="query"', f'id="query" value="{words}"'), encoding="utf-8")


def results(tree: str) -> list[str]:
    """Return the titles that the search box lists."""
    box = re.search(r'<div id="search".*?</ul>', tree, re.DOTALL)
    assert box
    return re.findall(r"<a [^>]*>(.*?)</a>", box[0])


def searching(library: Program) -> Path:
    """Build three dumps and articles in other scripts; return the index."""
    library.write("saved/film.txt", dump("映画館がふたたび開く", subtitle="町の灯台のそばで"))
    library.write("saved/mina.txt", dump("ميناء صغير يُفتتح", subtitle="القرية انتظرت طويلا"))
    library.write("saved/cafe.txt", dump("Le Café rouvre", subtitle="Au bord de la mer"))
    library.ok("build", "saved")
    return library.folder / "out/index.html"


def test_the_search_finds_titles_in_any_script_from_disk(library: Program, tmp_path: Path) -> None:
    page = searching(library)
    text = page.read_text(encoding="utf-8")
    for words, expected in {
        "ferry": ["Ferry returns"],
        "RETUR": ["Ferry returns"],  # the beginning of a word, whatever its case
        "musem": ["Museum closes"],  # a slip
        "returning": ["Ferry returns"],  # another ending
        "cafe": ["Le Café rouvre"],
        "画館": ["映画館がふたたび開く"],
        "ميناء": ["ميناء صغير يُفتتح"],
        "ferry museum": [],
    }.items():
        page.write_text(text, encoding="utf-8")
        searched(page, words)
        tree, complaints = opened(page, tmp_path / "profile")
        assert complaints == ""
        assert results(tree) == expected
        assert (">Nothing found.<" in tree) == (not expected)


def test_the_search_works_over_http(library: Program, tmp_path: Path) -> None:
    page = searching(library)
    searched(page, "ferry")
    with served(page.parent) as address:
        tree, complaints = opened(address, tmp_path / "profile")
    assert [line for line in complaints.splitlines() if "favicon" not in line] == []
    assert results(tree) == ["Ferry returns"]


def test_copy_buttons_are_there_and_answer(library: Program, tmp_path: Path) -> None:
    library.ok("build", "saved")
    for page in (library.folder / "out").rglob("index.html"):
        tree, _ = opened(page, tmp_path / "profile")
        buttons = re.findall(r'<button type="button" class="copy"[^>]*>', tree)
        assert len(buttons) >= 3
        assert not [button for button in buttons if "hidden" in button]
        clicked(page)
        tree, complaints = opened(page, tmp_path / "profile")
        assert complaints == ""
        assert re.search(r'id="said" role="status">(The address is|The browser did not)', tree)


def clicked(page: Path) -> None:
    """Add a script of the test to a page, which its policy then names, that clicks a button."""
    script = "document.querySelector('button.copy').click()"
    digest = b64encode(sha256(script.encode()).digest()).decode()
    text = page.read_text(encoding="utf-8").replace(
        "script-src ", f"script-src &#39;sha256-{digest}&#39; "
    )
    page.write_text(text.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")


def test_a_script_that_is_not_ours_does_not_run(library: Program, tmp_path: Path) -> None:
    library.ok("build", "saved")
    for page in ("index.html", "topics/unsorted/index.html"):
        path = library.folder / "out" / page
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("</body>", "<script>document.title='x'</script></body>"))
        tree, complaints = opened(path, tmp_path / "profile")
        assert "Content Security Policy" in complaints
        assert "<title>x</title>" not in tree


def test_without_a_script_there_is_no_dead_button_or_box(library: Program, tmp_path: Path) -> None:
    library.ok("build", "saved")
    page = library.folder / "out/index.html"
    page.write_text(re.sub(r"<script>.*</script>", "", page.read_text(), flags=re.DOTALL))
    tree, complaints = opened(page, tmp_path / "profile")
    assert complaints == ""
    assert re.search(r'<div id="search"[^>]* hidden', tree)
    buttons = re.findall(r"<button [^>]*>", tree)
    assert buttons
    assert all("hidden" in button for button in buttons)


def test_a_feed_is_shown_with_a_line_that_says_what_it_is(library: Program, tmp_path: Path) -> None:
    library.ok("build", "saved")
    feed = library.folder / "out/topics/unsorted/atom.xml"
    with_style = painted(feed, tmp_path)
    (library.folder / "out/feed.css").unlink()
    assert painted(feed, tmp_path) != with_style


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
