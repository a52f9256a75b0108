"""Hostile markup in every field of an article, opened and clicked in a real browser.

The pages are opened without their policy, so that the sanitiser and the escaping stand alone; what
a feed says of an entry is opened as a careless reader would show it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Program, dump
from lxml import etree
from test_browser import opened, pytestmark, served  # noqa: F401 (the mark is taken over)
from test_sanitize import HOSTILE

SHORT = (
    "<img src=x onerror=tide()>", "<svg onload=tide()>", "</title><script>tide()</script>",
    '"><script>tide()</script>', "'onmouseover='tide()' x='", "]]><script>tide()</script>",
    "--><script>tide()</script>", "</style></textarea><svg/onload=tide()>",
)  # fmt: skip
# Runs first in each frame: counts, then does to every element what a visitor might do.
WATCH = """<script>
window.tide = () => parent.ran.add(window.name);
addEventListener('click', event => {
  const link = event.target.closest?.('a');
  if (link && /^https?:|^mailto:/.test(link.href)) event.preventDefault();
}, true);
addEventListener('submit', event => event.preventDefault(), true);
addEventListener('load', () => setTimeout(async () => {
  for (const element of document.querySelectorAll('*')) {
    for (const kind of ['mouseover', 'focus', 'toggle', 'error', 'pointerenter'])
      element.dispatchEvent(new Event(kind, {bubbles: true}));
    element.click?.();
    if (element.matches('a')) await new Promise(done => setTimeout(done, 30));
  }
}, 200));
</script>"""
ROOM = """<!DOCTYPE html><meta charset="utf-8"><body><script>
window.ran = new Set();
for (const name of NAMES) {
  const frame = document.createElement('iframe');
  frame.name = name;
  frame.src = name;
  document.body.append(frame);
}
setTimeout(() => {
  document.documentElement.dataset.opened = frames.length;
  document.documentElement.dataset.ran = JSON.stringify([...ran]);
}, 6000);
</script>"""


def ran(frames: Mapping[str, str], room: Path) -> set[str]:
    """Open documents in frames of one page; return the names of those in which a script ran."""
    room.mkdir()
    for name, html in frames.items():
        (room / name).write_text("<!DOCTYPE html>" + WATCH + html, encoding="utf-8")
    names = json.dumps(list(frames))
    (room / "room.html").write_text(ROOM.replace("NAMES", names), encoding="utf-8")
    with served(room) as address:
        tree, _ = opened(f"{address}room.html", room / "profile")
    root = re.search(r"<html [^>]*>", tree)
    assert root, "the page was not left open"
    assert f'data-opened="{len(frames)}"' in root[0]
    found = re.search(r'data-ran="([^"]*)"', root[0])
    assert found
    return set(json.loads(found[1].replace("&quot;", '"')))


def prose_of(number: int) -> str:
    """Return sentences that no other number has, so that no article is another's double."""
    return " ".join(
        f"Keeper {number * 31 + line} counted {number + 7 * line} boats and wrote {line} of them "
        f"down in book {number * line + 3}, which lies in room {number + line * line}."
        for line in range(6)
    )


def page(number: int, hostile: str) -> str:
    """Return an article whose body has a hostile fragment between its paragraphs."""
    prose = prose_of(number)
    return (
        f"<html><head><title>Light {number} is lit</title>"
        f'<meta property="article:published_time" content="2024-09-{number:02}T10:00:00Z"></head>'
        f"<body><article><h1>Light {number} is lit</h1><p>{prose}</p>{hostile}<p>{prose}</p>"
        "</article></body></html>"
    )


@pytest.fixture
def attacked(program: Program) -> Program:
    """Return the program after a build of hostile fragments and fields."""
    for number, path in enumerate(HOSTILE, 1):
        program.write(f"saved/{path.name}", page(number, path.read_text(encoding="utf-8")))
    for number, text in enumerate(SHORT):
        name = f"Pier {number} {text}"
        program.write(
            f"saved/t{number}.txt", dump(name, subtitle=f"Why {text}", body=prose_of(100 + number))
        )
        program.write(
            f"saved/m{number}.md",
            f"---\ntitle: {json.dumps(name)}\nauthor: {json.dumps(text)}\ndate: 2024-10-02\n"
            f"tags: [{json.dumps(text)}]\nsource: {json.dumps('https://quay.example/' + text)}\n"
            f"---\nMarkdown [link](javascript:tide()) and {text} in a paragraph. "
            f"{prose_of(200 + number)}\n\n![{text}](x)\n",
        )
    topic = {"title": SHORT[0], "any": ["pier"], "description": SHORT[1]}
    program.write(
        "config.toml",
        f"[feed]\ntitle = {json.dumps(SHORT[2])}\nbase_url = 'https://me.example/'\n[[topic]]\n"
        + "".join(f"{key} = {json.dumps(value)}\n" for key, value in topic.items()),
    )
    program.ok("build", "saved")
    return program


def shown(out: Path) -> dict[str, str]:
    """Return every page without its policy, and every entry's content."""
    frames = {}
    for number, path in enumerate(sorted(out.rglob("*.html"))):
        text, count = re.subn(r"<meta http-equiv[^>]*>", "", path.read_text(encoding="utf-8"))
        assert count == 1
        frames[f"page-{number}.html"] = text
    atom = "{http://www.w3.org/2005/Atom}"
    for number, entry in enumerate(etree.parse(out / "atom.xml").iter(f"{atom}entry")):
        frames[f"entry-{number}.html"] = entry.findtext(f"{atom}content", "")
    items = json.loads((out / "feed.json").read_text(encoding="utf-8"))["items"]
    for number, item in enumerate(items):
        frames[f"item-{number}.html"] = str(item["content_html"])
    return frames


def test_the_browser_runs_the_fragments_when_nobody_cleans_them(tmp_path: Path) -> None:
    frames = {path.name: path.read_text(encoding="utf-8") for path in HOSTILE}
    frames |= {f"short-{number}.html": text for number, text in enumerate(SHORT)}
    found = ran(frames, tmp_path / "room")
    assert {"handlers.html", "schemes.html", "script.html", "svg.html", "short-0.html"} <= found
    assert len(found) >= 12


def test_nothing_runs_in_any_page_or_entry(attacked: Program, tmp_path: Path) -> None:
    frames = shown(attacked.folder / "out")
    assert len(frames) > 2 * (len(HOSTILE) + 2 * len(SHORT))
    assert ran(frames, tmp_path / "room") == set()
