"""Work grows with the input, not with its square: odd input that once took minutes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from io import BytesIO

import pytest
from pace import is_straight, is_within

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError, NoArticleError
from feedsmith.model import Source

MOST = 250  # each costs less than sixty, and cost a thousand and more
PROSE = "The ferry from Hallow was late again on Monday, the harbour office said. " * 5
LYNX = f"   #[1]alt\n\n   A quiet title of a page\n\n   {PROSE}\n\n"


def page(body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>A quiet title</title>{head}</head><body>"
        f"<h1>A quiet title</h1>{body}<p>{PROSE}</p><p>{PROSE}</p></body></html>"
    )


CASES = {
    "comments before the page": "<!-- x -->" * 60_000 + page(""),
    "links that never close": f"A quiet title\n\n{'[a](' * 300_000}\n{PROSE}",
    "brackets of a text browser": LYNX + "[" * 1_000_000,
    "empty lines of a text browser": LYNX + "\n" * 250_000 + "x",
    "one paragraph of wrapped lines": (" the ferry was late once more" * 2 + "\n") * 110_000,
    "one broken sentence": ("and so the ferry was late " * 8 + "\n") * 20_000,
    "brackets for an author": page("", f'<meta name="author" content="{"(" * 300_000}">'),
    "blanks in linked data": page(
        f'<script type="application/ld+json">{{"a": "-->{" " * 300_000}x"}}</script>'
    ),
    "times and names": page(
        '<div class="author"><time datetime="2024-09-02T10:00Z">2 Sep 2024</time>'
        '<span class="author">Ann Bee</span></div>' * 15_000
    ),
    "inline elements in a paragraph": page(f"<p>{'<span>word </span>' * 100_000}</p>"),
}


def _read(content: str) -> None:
    data = content.encode()
    mtime = datetime(2024, 9, 2, tzinfo=UTC)
    source = Source("odd", "odd", mtime, len(data), lambda: BytesIO(data))
    for document in readers.read(source):
        parser.parse(document, Config())


@pytest.mark.parametrize("content", CASES.values(), ids=CASES.keys())
def test_time_grows_with_the_input_only(content: str) -> None:
    def parse() -> None:
        with suppress(NoArticleError):
            _read(content)

    assert is_within(MOST, parse)


def test_a_row_of_millions_of_cells_is_refused_before_it_takes_a_gigabyte() -> None:
    row = "A quiet title,https://harbourpost.example/1,1725300000,,unread"
    for cells in (",x" * 2_100_000, ',"x\n"' * 2_100_000):
        data = f"title,url,time_added,tags,status\n{row}\n{row}{cells}\n".encode()
        mtime = datetime(2024, 9, 2, tzinfo=UTC)
        source = Source("x.csv", "x.csv", mtime, len(data), partial(BytesIO, data))
        found = readers.read(source)
        assert next(found)
        with pytest.raises(DamagedSourceError, match=r"line \d+ .* more than 2,000,000 cells"):
            list(found)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (page("<p>word<br>" * 200_000), "has 4000.. tags"),
        (page("<div>x</div>" * 1_000_000), "has 20000.. tags"),
        ("A quiet title\n\n" + "{\n" * 2_000_000, "has 200000. lines"),
        ("A quiet title\n\n" + PROSE * 80_000, "has [0-9]{8} bytes of text"),
    ],
    ids=["breaks", "divisions", "lines", "characters"],
)
def test_what_is_far_too_long_is_refused_at_once(content: str, what: str) -> None:
    def parse() -> None:
        with pytest.raises(DamagedSourceError, match=f"{what}, an article at most .*; split it"):
            _read(content)

    assert is_within(MOST, parse)


LETTER = "From: Ada Quill <ada@post.example>\nSubject: The tide\nContent-Type: text/plain"


@pytest.mark.parametrize("form", ["", "; format=flowed"], ids=["fixed", "flowed"])
def test_the_lines_of_a_letter_are_joined_in_linear_time(form: str) -> None:
    def parse(count: int) -> None:
        _read(f"{LETTER}{form}\n\n{PROSE[:72]} \n" + f"{PROSE[:72]} \n" * count)

    assert is_straight(parse, 3000, 48_000)


def test_a_file_of_millions_of_objects_is_refused_before_they_are_made() -> None:
    head = '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{}'
    with pytest.raises(DamagedSourceError, match=r"holds 2000\d{3} lists and objects, .*split it"):
        _read(head + ",{}" * 2_000_000 + "]}")
