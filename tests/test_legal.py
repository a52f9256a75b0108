"""Characters that no feed may hold go, by whatever way they come in, and nothing else does."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from conftest import Program, dump

from feedsmith import xmltree

FORBIDDEN = "&#11;&#xFFFE;&#55357;&#x1;"
ESCAPED = r"\u000b\ufffe\ud83d"
PAGE = "The keeper of the lighthouse counted the boats twice and wrote both numbers down. " * 3
NEWS = "No ship may tie up before the council has heard what became of the northern wall. " * 3
NOTE = "Stones from the old mole lie below the water where divers found them in the spring. " * 3
CLIP = "Fog came in at noon, and nobody saw the yellow light go out until the tide turned. " * 3


def html(said: str, escaped: str) -> str:
    """Return a page with a string in every place that a field may come from."""
    data = '{{"@type": "NewsArticle", "headline": "{0}Pier opens", "keywords": ["{0}quay"]}}'
    return (
        f'<html lang="en"><head><title>{said}Pier opens | Post</title>'
        f'<meta property="og:site_name" content="{said}Post">'
        f'<meta name="author" content="{said}Ann Able">'
        f'<meta property="article:tag" content="{said}boats">'
        f'<meta name="description" content="{said}It was late.">'
        f'<link rel="canonical" href="https://post.example/pier{said}">'
        '<meta property="article:published_time" content="2024-09-02T10:00:00Z">'
        f'<script type="application/ld+json">{data.format(escaped)}</script></head>'
        f"<body><article><h1>{said}Pier opens</h1><p>{said}{PAGE}</p>"
        f'<p title="{said}x"><img alt="{said}y" src="https://post.example/a.png">{PAGE}</p>'
        "</article></body></html>"
    )


def atom(said: str) -> str:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Quay</title>'
        "<id>tag:quay.example,2024:f</id><updated>2024-09-02T10:00:00Z</updated><entry>"
        f"<title>{said}Quay shut</title><id>tag:quay.example,2024:1</id>"
        f"<updated>2024-09-02T10:00:00Z</updated><author><name>{said}Bo</name></author>"
        f"<content type='html'>&lt;p&gt;{said}{NEWS}&lt;/p&gt;</content></entry></feed>"
    )


def enex(said: str) -> str:
    return (
        f"<en-export><note><title>{said}Mole mended</title><created>20240902T100000Z</created>"
        f"<tag>{said}stones</tag><content><![CDATA[<en-note><div>{said}{NOTE}</div></en-note>]]>"
        "</content></note></en-export>"
    )


def saved(program: Program, said: str, escaped: str) -> dict[str, dict[str, object]]:
    """Build files of several kinds with a string in all fields; return what the feed has."""
    program.write("saved/page.html", html(said, escaped))
    program.write("saved/feed.xml", atom(said))
    program.write("saved/notes.enex", enex(said))
    bell = escaped[:6]  # YAML has no halves of characters
    front = f'title: "{bell}Buoy lost"\nauthor: "{bell}Cy"\ndate: 2024-09-02'
    program.write("saved/clip.md", f"---\n{front}\n---\n{CLIP}\n")
    program.ok("build", "saved")
    program.ok("check")
    return program.entries()


def test_what_no_feed_may_hold_goes_and_all_else_stays(tmp_path: Path) -> None:
    made = saved(Program(tmp_path / "attacked"), FORBIDDEN, ESCAPED)
    assert {"Pier opens", "Quay shut", "Mole mended", "Buoy lost"} <= made.keys()
    assert made == saved(Program(tmp_path / "plain"), "", "")


@pytest.mark.parametrize("field", ["title", "description", "any"])
def test_a_configuration_with_such_a_character_is_refused(library: Program, field: str) -> None:
    values = {"title": "Boats", "description": "Of boats", "any": "ferry"}
    values[field] += "\x0b"
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items() if key != "any"]
    lines.append(f"any = {json.dumps([values['any']])}")
    library.write("config.toml", "[[topic]]\n" + "\n".join(lines) + "\n")
    done = library("build", "saved")
    assert done.returncode == 2
    assert f"topic.{field}: holds a character that no feed may hold" in done.stderr


def test_halves_of_a_character_become_whole_wherever_a_stream_is_cut() -> None:
    notes = "".join(f"<e>&#1043;&#xD83D;&#xDEA2;{n}&#11;&#55357;&#56994;</e>" for n in range(200))
    data = f"<r>{notes}</r>".encode()
    for size in (1, 7, 64, 4096):

        class Some(io.BytesIO):
            def read(self, _size: int | None = -1, /, size: int = size) -> bytes:
                return super().read(size)

        found = [node.text for node in xmltree.stream(Some(data), ["e"])]
        assert found == [f"Г🚢{n}🚢" for n in range(200)]


def test_text_dumps_are_cleaned_too(program: Program) -> None:
    program.write("saved/a.txt", dump("Bell\x07 tower\ufffe falls"))
    program.ok("build", "saved")
    assert list(program.entries()) == ["Bell tower falls"]
