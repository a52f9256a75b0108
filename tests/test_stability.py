"""The same article saved in several ways is the same: title, day, authors and body agree."""

from __future__ import annotations

import io
import textwrap
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.model import Article, Source

LEAST = 0.95  # F1 of the runs of four words that two bodies share
ADDRESS = "https://sundmoor.example/news/2023/05/peat-railway"
MENU = ("Home", "Region", "Sport", "Culture", "Weather")
RELATED = ("Heron counted twice by mistake", "Moor school gets a second teacher")


@dataclass(frozen=True)
class Piece:
    """An article made up for this test; `prose` has its headings marked as in Markdown."""

    title: str
    author: str
    day: str
    prose: str

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The headings and paragraphs as (element, text) pairs, each on one line."""
        lines = [" ".join(part.split()) for part in self.prose.split("\n\n")]
        return [("h2", line[3:]) if line.startswith("## ") else ("p", line) for line in lines]


RAILWAY = Piece(
    "The peat railway runs again for the first time since the floods",
    "Hedda Lorn",
    "16 May 2023",
    """\
The little railway across the Sundmoor carried passengers again on Tuesday, eleven months
after the floods had taken away two hundred metres of its bank.

Volunteers from the three villages filled the gap with stone from the old quarry,
wheelbarrow by wheelbarrow, because no lorry may drive on the moor.

## Four sheep and a minister

The first train had four sheep on board, a band of seven, and the minister of the interior,
who had been promised a seat by the window and got one without a pane.

“We are slower than a bicycle,” said the driver, Arne Vatt, “but a bicycle has never carried
a piano over here, and we have carried three.”

## What the line still needs

The engine is from 1934 and leaks at every joint. A new boiler would cost more than the
stone, the sleepers and all the soup of the volunteers together.

Until there is money for it the train will run on Sundays only, at ten and at three, unless
the moor decides otherwise in the night.
""",
)
LIBRARY = Piece(
    "A library boat ties up at villages without a road",
    "Marek Oust",
    "3 October 2022",
    """\
Every second Monday a grey barge with four thousand books on board ties up below
Kesselbruck, and the children are let out of school an hour early.

No road leads to the village, and the nearest shop is across the water. The librarian,
Ottilie Wend, therefore also brings stamps, yeast and gossip.

She does not fine anybody. A book that comes back late has been read by the whole house, she
says, and a book that never comes back has found a home.

The county pays for the diesel until the end of next year. After that the council wants to
send the books by post, which reaches Kesselbruck once a week.

The villagers have collected six hundred signatures against the plan, among them those of
two dogs and of everybody who can write.
""",
)


def body_of(piece: Piece) -> str:
    return "\n".join(f"<{tag}>{line}</{tag}>" for tag, line in piece.parts)


def page(piece: Piece, *, before: str = "", head: str = "") -> str:
    menu = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in MENU)
    more = "".join(f'<li><a href="/r/{at}">{line}</a></li>' for at, line in enumerate(RELATED))
    return (
        f'<!DOCTYPE html>{before}<html lang="en"><head><meta charset="utf-8">{head}'
        f"<title>{piece.title} - Sundmoor Herald</title></head><body>"
        f'<div class="cookie-bar"><p>We use cookies so that our pages work.</p></div>'
        f"<header><nav><ul>{menu}</ul></nav></header><main><article><h1>{piece.title}</h1>"
        f'<p class="byline">By {piece.author}</p><p class="date">{piece.day}</p>'
        f'<div class="story-text">{body_of(piece)}</div></article>'
        f'<section class="related"><h2>More stories</h2><ul>{more}</ul></section></main>'
        f"<footer><p>© Sundmoor Herald. All rights reserved.</p></footer></body></html>"
    )


def plain(piece: Piece) -> str:
    return page(piece)


def singlefile(piece: Piece) -> str:
    note = (
        f"<!--\n Page saved with SingleFile \n url: {ADDRESS} \n"
        " saved date: Wed May 24 2023 21:05:12 GMT+0200 (summer) \n-->"
    )
    style = '<style>:root{--sf-img-1:url("data:image/png;base64,AAAA")}.sf-hidden{display:none}'
    html = page(piece, before=note, head=f"{style}</style>")
    return html.replace("</header>", '</header><div class="sf-hidden"></div>').replace("</p>", "")


def save_page_we(piece: Piece) -> str:
    metas = (
        f'<meta name="savepage-url" content="{ADDRESS}">'
        f'<meta name="savepage-title" content="{piece.title} - Sundmoor Herald">'
        '<meta name="savepage-date" content="Wed May 24 2023 21:05:12 GMT+0200">'
    )
    html = page(piece, head=f'<base href="{ADDRESS}">{metas}')
    return html.replace("<article>", '<article data-savepage-key="1-0">')


def copied(piece: Piece) -> str:
    """The page as "select all" and "copy" give it."""
    head = (*MENU, "", piece.title, "", f"By {piece.author}", piece.day, "")
    lines = [part for _, line in piece.parts for part in (line, "")]
    tail = ("More stories", *RELATED, "", "© Sundmoor Herald. All rights reserved.")
    return "\n".join([*head, *lines, *tail]) + "\n"


def lynx(piece: Piece) -> str:
    """The page as a text browser prints it: wrapped, indented, links numbered."""
    menu = [f"     * [{at}]{name}" for at, name in enumerate(MENU, 1)]
    head = [*menu, "", piece.title, "", f"   By {piece.author}", "", f"   {piece.day}", ""]
    lines: list[str] = []
    for tag, line in piece.parts:
        indent = "" if tag == "h2" else "   "
        lines += [*textwrap.wrap(line, 72, initial_indent=indent, subsequent_indent=indent), ""]
    more = [f"     * [{at}]{line}" for at, line in enumerate(RELATED, len(MENU) + 1)]
    count = len(MENU) + len(RELATED)
    references = [f"   {at}. https://sundmoor.example/{at}" for at in range(1, count + 1)]
    tail = ["More stories", "", *more, "", "   © Sundmoor Herald. All rights reserved.", ""]
    return "\n".join([*head, *lines, *tail, "References", "", *references]) + "\n"


SHAPES = {
    "plain.html": plain,
    "singlefile.html": singlefile,
    "savepage.html": save_page_we,
    "copied.txt": copied,
    "lynx.txt": lynx,
}


def article_of(name: str, content: str) -> Article:
    data = content.encode("utf-8")
    mtime = datetime(2023, 6, 1, tzinfo=UTC)
    (document,) = readers.read(Source(name, name, mtime, len(data), lambda: io.BytesIO(data)))
    return parser.parse(document, Config()).article


def likeness(one: str, other: str) -> float:
    """Return the F1 of the runs of four words of two texts."""
    first, second = (
        Counter(zip(*[words[at:] for at in range(4)], strict=False))
        for words in (one.split(), other.split())
    )
    return 2 * (first & second).total() / (first.total() + second.total())


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("piece", [RAILWAY, LIBRARY], ids=["railway", "library"])
def test_an_article_is_the_same_however_it_was_saved(piece: Piece, shape: str) -> None:
    article = article_of(shape, SHAPES[shape](piece))
    expected = "\n\n".join(line for _, line in piece.parts)
    assert article.title == piece.title
    assert article.authors == (piece.author,)
    assert article.published is not None
    assert f"{article.published:%d %B %Y}".lstrip("0") == piece.day
    assert likeness(article.text, expected) >= LEAST, article.text
    assert likeness(article.text, article_of("plain.html", plain(piece)).text) >= LEAST
