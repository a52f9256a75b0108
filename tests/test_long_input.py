"""Work grows with the input, not with its square: odd input that once took minutes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pace import cost

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.errors import NoArticleError
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
    "empty lines of a text browser": LYNX + "\n" * 1_000_000 + "x",
    "one paragraph of wrapped lines": (" the ferry was late once more" * 2 + "\n") * 120_000,
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


@pytest.mark.parametrize("content", CASES.values(), ids=CASES.keys())
def test_time_grows_with_the_input_only(content: str) -> None:
    data = content.encode()
    mtime = datetime(2024, 9, 2, tzinfo=UTC)
    source = Source("odd", "odd", mtime, len(data), lambda: BytesIO(data))

    def parse() -> None:
        with suppress(NoArticleError):
            for document in readers.read(source):
                parser.parse(document, Config())

    assert cost(parse) < MOST
