"""Files under the oddest names that a disk takes: each is an article, whatever it is called."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

import pytest
from conftest import Program, dump
from faults import Server
from lxml import etree

NAMES = (
    b"two\nlines.txt", b"\n.txt", b"carriage\rreturn.txt", b"a\ttab.txt", b"bell\x07.txt",
    b"escape\x1b[31mred\x1b[0m.txt", b"\x7f.txt", b"\x01.txt", b"vertical\x0btab.txt",
    b"latin-1 \xe9t\xe9.txt", b"\xff\xfe.txt", b"half a letter \xc3", b"surrogate \xed\xa0\x80",
    b"overlong \xc0\xaf.txt", b"gbk \xb8\xdb\xbf\xda.txt", b"\x80",
    b"x" * 255, b"y" * 251 + b".txt", ("\u6e2f" * 85).encode(), b"a..",
    b"a..b.txt", b"a\\..\\..\\up.txt", b"%2e%2e%2fup.txt", b"C:\\autoexec.txt", b"%00.txt",
    b"CON", b"con.txt", b"NUL.html",
    b"AUX", b"COM1.txt", b"LPT1", b"desktop.ini",
    b"-rf", b"--output=x", b"-", b"--", b"-n.txt",
    b" ", b" leading.txt", b"trailing ", b"trailing.", b"in the   middle.txt",
    "no\u00a0break.txt".encode(), "wide\u3000blank.txt".encode(),
    "line\u2028separator.txt".encode(),
    "turned \u202etxt.exe".encode(), "marks \u200e\u200f.txt".encode(), "\u200b.txt".encode(),
    "isolated \u2066x\u2069.txt".encode(), "\ufeffmark.txt".encode(),
    "\u0627\u0644\u0645\u064a\u0646\u0627\u0621.txt".encode(),
    "\u05d4\u05e0\u05de\u05dc.txt".encode(),
    "\U0001f6a2\u2693\ufe0f.txt".encode(),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467.txt".encode(),
    "flag \U0001f3f4\U000e0067\U000e0062.txt".encode(), ("z" + "\u0301" * 100 + ".txt").encode(),
    "caf\u00e9.txt".encode(), "cafe\u0301.txt".encode(), "\u212bngstr\u00f6m.txt".encode(),
    "\u00c5ngstr\u00f6m.txt".encode(), "\ufb01sh.txt".encode(), b"fish.txt",
    b"Case.txt", b"case.txt", b"CASE.TXT", "stra\u00dfe.txt".encode(), b"STRASSE.txt",
    b"<b>.txt", b"<script>alert(1)<", b"a&amp;b.txt", b"quote\"'`.txt",
    b"]]>.txt", b"$(touch x).txt", b"`touch x`.txt", b"a;b|c&d.txt", b"{{ 7*7 }}.txt", b"%s%n.txt",
    b"what?.txt", b"star*.txt", b"[a-z].txt", b"hash#tag.txt", b"a:b.txt", b"http:x.txt",
    b"no suffix", b"two.tar.gz", b"page.html.txt", b"1", b"0", b"null", b"undefined", b"None",
    b"nan", b"1e400", b"feeds.opml", b"manifest.sqlite3", b"index.html", b"feed.json",
)  # fmt: skip


def title_of(number: int) -> str:
    return f"Keeper {number} lights lamp {number * 7 + 3}"


def text(number: int) -> str:
    """Return an article that is nobody's double."""
    prose = " ".join(
        f"Lamp {number * 31 + line} burnt {number + 7 * line} hours and used {line} cans of oil, "
        f"says book {number * line + 3} in room {number + line * line}."
        for line in range(6)
    )
    return dump(title_of(number), date=f"{number % 28 + 1} Sep, 2024 10:00", body=prose)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, Server]]:
    """Give the program after a build of the files, and the server that built them."""
    program = Program(tmp_path_factory.mktemp("odd"))
    program.write("config.toml", '[input]\npaths = ["saved"]\n[feed]\nlimit = 1000\n')
    (program.folder / "saved").mkdir()
    for number, name in enumerate(NAMES):
        (program.folder / "saved" / os.fsdecode(name)).write_text(text(number))
    with Server() as server:
        done = server.run(program.folder, "build")
        assert (done.status, done.stderr) == (0, "")
        yield program, server


def ids(program: Program) -> dict[str, object]:
    """Return the id of each entry by its title."""
    return {title: entry["id"] for title, entry in program.entries().items()}


def test_each_is_an_entry(odd: tuple[Program, Server]) -> None:
    program, _ = odd
    assert len(set(ids(program).values())) == len(NAMES)
    assert set(ids(program)) == set(map(title_of, range(len(NAMES))))


def test_each_page_has_a_plain_name_and_is_reached(odd: tuple[Program, Server]) -> None:
    program, _ = odd
    out = program.folder / "out"
    pages = {str(path.relative_to(out)): path for path in out.rglob("articles/*/*.html")}
    linked = {
        link
        for path in out.rglob("index.html")
        for link in etree.fromstring(path.read_bytes(), etree.HTMLParser()).xpath("//@href")
    }
    assert len(pages) == len(NAMES)
    assert {name.casefold() for name in pages} == set(pages)
    for entry in program.entries().values():
        name = str(entry["url"]).partition("/articles/")[2]
        page = pages[f"articles/{name}"]
        assert re.fullmatch(r"[0-9a-f]{2}/[a-z0-9-]{1,80}\.html", name)
        assert f">{entry['title']}</h1>" in page.read_text(encoding="utf-8")
        assert any(link.endswith(name) for link in linked)


def test_each_is_listed_on_one_line_that_no_terminal_obeys(odd: tuple[Program, Server]) -> None:
    program, server = odd
    lines = server.run(program.folder, "list").stdout.split("\n")[1:-1]
    assert len(lines) == len(NAMES)
    assert all(line.isprintable() for line in lines)
    told = server.run(program.folder, "list", "--json").stdout.split("\n")[:-1]
    assert {json.loads(line)["title"] for line in told} == set(ids(program))


def test_each_can_be_named_to_explain(odd: tuple[Program, Server]) -> None:
    program, server = odd
    names = ["./-" if name == b"-" else os.fsdecode(name) for name in NAMES]
    done = server.run(program.folder / "saved", "explain", "--json", "--", *names)
    assert (done.status, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert {one["fields"][0]["value"] for one in found} == set(ids(program))


def test_whoever_gets_anothers_name_keeps_the_own_id(odd: tuple[Program, Server]) -> None:
    program, server = odd
    before = ids(program)
    saved = program.folder / "saved"
    for number, name in enumerate(NAMES):
        (saved / os.fsdecode(name)).rename(saved / f"moved {number}")
    for number, name in enumerate((*NAMES[1:], NAMES[0])):
        (saved / f"moved {number}").rename(saved / os.fsdecode(name))
    done = server.run(program.folder, "build")
    assert (done.status, done.stderr) == (0, "")
    assert ids(program) == before
