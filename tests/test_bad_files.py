"""A thousand articles around one bad file of each kind: all are read, each bad one is named."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server
from sources import PNG, zipped

GOOD = 1000
LETTER = "From: Ada Quill <ada@post.example>\nSubject: The tide\nMIME-Version: 1.0\n"
NESTED = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(5000))
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
FEED = "<rss><channel><title>Tides</title>{}</channel></rss>"
RECORD = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9999\r\n\r\nHTTP/1.1 200 OK\r\n"
# File name → what is in it.
BAD: dict[str, bytes] = {
    "noise.txt": bytes(range(256)) * 40,
    "empty.html": b"",
    "blanks.txt": b" \n\t\n" * 300,
    "zeros.txt": bytes(5000),
    "picture.html": PNG + bytes(300),
    "cut.zip": zipped({"a.html": "<p>x</p>" * 500})[:200],
    "cut.epub": zipped({"mimetype": "application/epub+zip", "a.xhtml": "<p>x</p>" * 500})[:150],
    "no-page.zip": zipped({"a.bin": b"\x00\x01" * 50}),
    "cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "bomb.xml": f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "x">{BOMB}]>'
    "<rss><channel><item><title>&e11;</title></item></channel></rss>".encode(),
    "outside.xml": b'<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/hosts">]>'
    b"<rss><channel><item><title>&e;</title></item></channel></rss>",
    "cut.json": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content',
    "deep.json": b"[" * 100_000,
    "deep.xml": b"<rss><channel><item>" + b"<title>" * 50_000,
    "deep.html": b"<div>" * 20_000,
    "tags.html": b"<html><body>" + b"<i>" * 400_000,
    "nested.eml": (LETTER + NESTED).encode(),
    "cut.mhtml": f"{LETTER}Content-Type: multipart/related; boundary=x\n\n--x\n".encode(),
    "cut.warc.gz": gzip.compress(RECORD * 20, mtime=0)[:60],
    "cut.warc": RECORD,
    "cut.webarchive": b"bplist00\xd1\x01\x02_\x10\x0fWebMainRes",
    "sheet.csv": b"url,title\n" + b'"' * 3000,
    "cut.enex": b'<?xml version="1.0"?><en-export export-date="2024',
    "cut.docx": zipped({"word/document.xml": "<w:document><w:body><w:p>"}),
    "menu.html": b"<html><title>Menu</title><body><a href=a>Start</a> <a href=b>News</a></body>",
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
    "sealed.asc": b"-----BEGIN PGP MESSAGE-----\n\nabc\n",
    "half.txt": "A letter \ud83d alone".encode("utf-16-le", "surrogatepass"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def fill(saved: Path) -> None:
    """Write the articles, and the bad files so that they stand in their midst."""
    saved.mkdir()
    for number in range(GOOD):
        lines = "\n\n".join(
            f"Lamp {line} of room {number} burnt {number * line} hours, and somebody wrote it down."
            for line in range(9)
        )
        date = f"{number % 28 + 1} Sep, 2024 10:00"
        (saved / f"{number:04}.txt").write_text(
            dump(f"Keeper {number} lit it", date=date, body=lines)
        )
    for name, data in BAD.items():
        (saved / f"0500 {name}").write_bytes(data)
    os.mkfifo(saved / "0500 pipe.txt")
    for name, target in {"nowhere": "none", "loop": "0500 loop.html", "zero": "/dev/zero"}.items():
        (saved / f"0500 {name}.html").symlink_to(target)
    with (saved / "0500 large.html").open("wb") as stream:
        stream.truncate(60_000_000)


def test_a_thousand_are_read_and_each_bad_one_is_named_once(
    program: Program, server: Server
) -> None:
    fill(program.folder / "saved")
    done = server.run(program.folder, "build", "saved", "-q")
    assert done.status == 1
    named = [re.findall(r"saved/0500 (\S+): \w+Error: ", line) for line in done.stderr.splitlines()]
    assert sorted(named) == sorted([name] for name in [*BAD, "large.html"])
    assert not re.search(r"Traceback|bug|NoneType|object", done.stderr)
    listed = server.run(program.folder, "list", "--json").stdout.splitlines()
    titles = {json.loads(line)["title"] for line in listed}
    assert titles == {f"Keeper {number} lit it" for number in range(GOOD)}


def test_a_file_of_many_bad_parts_is_told_in_few_lines(program: Program, server: Server) -> None:
    program.write("saved/1.txt", dump("Ferry returns"))
    program.write("saved/feed.xml", FEED.format("<item/>" * 40))
    done = server.run(program.folder, "build", "saved", "-q")
    lines = done.stderr.splitlines()
    assert len(lines) == 11
    assert lines[-1].endswith("30 more of its parts are told by 'feedsmith build --verbose'")
    assert len(server.run(program.folder, "build", "saved", "-v").stderr.splitlines()) == 40
