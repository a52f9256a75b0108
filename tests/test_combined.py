"""Thousands of hostile fragments, combined of our own vectors: nothing of them is left that runs.

Each is sanitised by itself; all of them go through a build as bodies, titles, names, tags and
addresses, and what every format says of them is looked through; then one page holds them all in a
real browser.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
from combined import elements, nested, numbered
from conftest import Program
from test_browser import CHROMIUM, REASON, opened, served
from test_hostile_pages import prose_of
from test_sanitize import BASE, KNOWN_ATTRIBUTES, Inventory, assert_harmless

from feedsmith.sanitize import ELEMENTS, sanitize

ATOM, CONTENT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/modules/content/}encoded"
FRAGMENTS = numbered([*elements(), *nested()])
BODIES = list(zip_longest(*[iter(FRAGMENTS)] * 6, fillvalue=""))
# Runs first: notes whose script runs, then does to every element what a visitor might do.
WATCH = """<!DOCTYPE html><meta charset=utf-8><script>
window.ran = new Set();
window.tide = number => ran.add(number);
const tell = () => { document.documentElement.dataset.ran = [...ran].length; };
addEventListener('click', event => {
  const link = event.target.closest?.('a');
  if (link && /^https?:|^mailto:/.test(link.href)) event.preventDefault();
}, true);
addEventListener('submit', event => event.preventDefault(), true);
addEventListener('load', () => setTimeout(() => {
  for (const element of document.querySelectorAll('body *')) {
    for (const kind of ['mouseover', 'focus', 'toggle', 'error', 'pointerenter', 'click'])
      element.dispatchEvent(new MouseEvent(kind, {bubbles: true, cancelable: true}));
  }
  document.documentElement.dataset.all = document.querySelectorAll('body *').length;
  setTimeout(tell, 2000);
}, 200));
</script><body>"""


def runs(html: str, room: Path) -> tuple[int, int]:
    """Open HTML in a browser; return of how many fragments a script ran, and the elements."""
    room.mkdir()
    (room / "room.html").write_text(WATCH + html, encoding="utf-8")
    with served(room) as address:
        tree, _ = opened(f"{address}room.html", room / "profile")
    root = re.search(r"<html [^>]*>", tree)
    assert root, "the page was not left open"
    ran, elements = (re.search(rf'data-{name}="(\d+)"', root[0]) for name in ("ran", "all"))
    assert ran
    assert elements
    return int(ran[1]), int(elements[1])


def test_each_is_harmless_once_it_is_sanitised() -> None:
    assert len(set(FRAGMENTS)) == len(FRAGMENTS) > 5000
    for fragment in FRAGMENTS:
        clean = sanitize(fragment, BASE).html
        assert_harmless(clean)
        assert sanitize(clean, BASE).html == clean


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return the program after a build of all of them, six to an article, and in each field."""
    program = Program(tmp_path_factory.mktemp("combined"))
    items = [
        {
            "id": f"{number}", "url": f"https://quay.example/{number}?{hostile[0]}",
            "title": f"Pier {number} {hostile[0]}", "summary": hostile[1],
            "authors": [{"name": hostile[1]}], "tags": [hostile[2], hostile[3]],
            "date_published": f"2024-09-{number % 28 + 1:02}T10:00:00Z", "image": hostile[3],
            "content_html": "".join(
                f"<p>{prose}.</p>{fragment}"
                for prose, fragment in zip(prose_of(number).split(".")[:6], hostile, strict=True)
            ),
        }
        for number, hostile in enumerate(BODIES)
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": FRAGMENTS[0], "items": items}
    program.write("saved/feed.json", json.dumps(feed))
    program.write(
        "config.toml", "[feed]\nlimit = 10000\nmax_bytes = 100_000_000\nmin_entries = 10000\n"
    )
    program.ok("build", "saved")
    return program


def bodies(program: Program) -> Iterator[list[str]]:
    """Yield the HTML of all entries as each format has it."""
    out = program.folder / "out"
    items = program.feed()["items"]
    yield [str(item["content_html"]) for item in items]
    atom, rss = (ET.parse(out / name).getroot() for name in ("atom.xml", "rss.xml"))  # noqa: S314
    yield [entry.findtext(f"{ATOM}content", "") for entry in atom.iter(f"{ATOM}entry")]
    yield [item.findtext(CONTENT) or item.findtext("description", "") for item in rss.iter("item")]


def test_what_every_format_says_of_them_is_harmless(attacked: Program) -> None:
    for found in bodies(attacked):
        assert len(found) == len(BODIES)
        for html in found:
            assert_harmless(html)


def test_every_address_and_page_is_harmless(attacked: Program) -> None:
    out = attacked.folder / "out"
    shell = Inventory((out / "index.html").read_text(encoding="utf-8"))
    pages = [path.read_text(encoding="utf-8") for path in out.rglob("articles/*/*.html")]
    assert len(pages) == len(BODIES)
    for page in pages:
        found = Inventory(page)
        assert found.elements <= ELEMENTS | shell.elements | {"nav"}
        assert found.attributes <= KNOWN_ATTRIBUTES | shell.attributes
        assert {one for one in found.schemes if one.isalpha()} <= {"http", "https", "mailto"}
        assert page.count("<script") == 0
        assert page.count("http-equiv") == 1
    for name in ("atom.xml", "rss.xml"):
        for node in ET.parse(out / name).iter():  # noqa: S314 (our own output)
            for address in (node.get("href"), node.get("url"), node.get("src")):
                assert not address or address.startswith(("http://", "https://", "feed.css"))


@pytest.mark.skipif(not CHROMIUM, reason=REASON)
def test_the_browser_runs_many_of_them_when_nobody_cleans_them(tmp_path: Path) -> None:
    raw = [text for text in FRAGMENTS if re.match(r"<(img|svg|details) [^>]*>$", text)]
    ran, _ = runs("".join(raw), tmp_path / "room")
    assert ran > len(raw) / 3


@pytest.mark.skipif(not CHROMIUM, reason=REASON)
def test_the_browser_runs_none_of_a_page_that_holds_them_all(
    attacked: Program, tmp_path: Path
) -> None:
    found = next(bodies(attacked))
    ran, elements = runs("".join(found), tmp_path / "room")
    assert ran == 0
    assert elements > len(found)
