"""What of an article may stand in others of its site as well, and the article without it. Pure.

A line is known by a name: a letter for its kind and a hash of its folded text. Lines near the ends
of a body may recur, and the first and last piece of a title; what an article says in between is its
own. `junk` counts and decides.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

from feedsmith import dom, fragments
from feedsmith.dom import Element
from feedsmith.likeness import WORD
from feedsmith.model import Article
from feedsmith.parser import summary
from feedsmith.parser.tails import spans_of
from feedsmith.text import fold

LONG, SHORT, TITLE = "l", "s", "t"  # kinds of lines: what opens their names
_HEAD, _TAIL = 3, 6  # paragraphs at the ends of a body that may recur
_LEAST_WORDS = 5  # words; "An investigation is under way." ends many a text of its own
_LONG_WORDS = 10  # words; from here on the same line is no chance
_MOST_CHARS = 600  # characters; longer paragraphs are told, not pasted
_PIECE_WORDS = 6  # words of a site's name with its motto
_TITLE_WORDS = 2  # words that a title keeps
_LEAVES = (
    "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "div", "blockquote", "section",
    "address", "summary", "pre",
)  # fmt: skip
_SHOWN = ("img", "video", "audio", "picture", "iframe", "table")  # what an empty box may hold


class Line(NamedTuple):
    """A line that may recur: its name, and a number that only articles of the same body share."""

    name: str
    body: int


def name_of(line: str) -> str:
    """Return the name of a line of a body.

    >>> name_of("Write to  the desk!") == name_of("write to the desk!")
    True
    """
    return (LONG if _count(line) >= _LONG_WORDS else SHORT) + _hash(line)


def names_for(line: str) -> frozenset[str]:
    """Return the names of what a user calls a line, in a body and in a title."""
    return frozenset({name_of(line), TITLE + _hash(line)})


def _count(line: str) -> float:
    """Return the number of words; a sign of a script that parts none is half of one."""
    return sum([0.5 if len(word) == 1 and word > _WIDE else 1 for word in WORD.findall(line)])


_WIDE = "\u0e00"  # Thai, and what lies behind it


def _hash(line: str) -> str:
    return blake2b(fold(line).encode(), digest_size=8).hexdigest()


def lines_of(article: Article) -> list[Line]:
    """Return what of an article may recur; its title and subtitle may not."""
    parts = article.text.split("\n\n")
    front = parts[: (len(parts) + 1) // 2]
    longest = sorted(range(len(front)), key=lambda at: (-len(front[at]), at))[:2]
    bodies = {at: zlib.crc32(front[at].encode()) for at in longest}
    said = {fold(article.title), fold(article.subtitle or "")}
    found: dict[str, int] = {}
    for at in _ends(len(parts)):
        holder = next((bodies[other] for other in longest if other != at), None)
        if holder is not None and _may_recur(parts[at]) and fold(parts[at]) not in said:
            found.setdefault(name_of(parts[at]), holder)
    for piece in _pieces(article.title):
        found.setdefault(TITLE + _hash(piece), bodies[longest[0]])
    return [Line(*pair) for pair in found.items()]


def _ends(size: int) -> Iterable[int]:
    return chain(range(min(_HEAD, size)), range(max(_HEAD, size - _TAIL), size))


def _may_recur(line: str) -> bool:
    return len(line) <= _MOST_CHARS and _count(line) >= _LEAST_WORDS


def _pieces(title: str) -> list[str]:
    """Return the first and the last piece of a title that a separator parts, if they are short."""
    spans = spans_of(title)
    ends = (spans[0], spans[-1]) if len(spans) > 1 else ()
    found = [title[slice(*span)] for span in ends]
    return [piece for piece in found if 0 < len(piece.split()) <= _PIECE_WORDS]


def found_in(article: Article, names: Collection[str]) -> dict[str, str]:
    """Return those of the names that an article holds anywhere, each with its line as printed."""
    lines = ((name_of(part), part) for part in article.text.split("\n\n"))
    pieces = ((TITLE + _hash(piece), piece) for piece in _pieces(article.title))
    return {name: line for name, line in chain(lines, pieces) if name in names}


def without(article: Article, names: Collection[str]) -> Article:
    """Return an article without lines of these names, unless nothing of it would be left."""
    title = _title_without(article.title, names)
    if title != article.title:
        article = replace(article, title=title)
    lines = {name for name in names if name[0] != TITLE}
    html = _cut(article.html, lines) if lines else article.html
    parts = fragments.paragraphs(html) if html != article.html else []
    if not parts:
        return article
    lede = summary.lede(parts, article.subtitle)
    said = summary.find_summary(article.subtitle, lede).value or ""
    return replace(article, html=html, text="\n\n".join(parts), summary=said)


def _title_without(title: str, names: Collection[str]) -> str:
    """Return a title without its last and its first piece, where these are named."""
    spans = spans_of(title)
    for end in (-1, 0):
        piece, rest = spans[end], spans[:-1] if end else spans[1:]
        if rest and TITLE + _hash(title[slice(*piece)]) in names and _words(title, rest):
            spans = rest
    return title[spans[0][0] : spans[-1][1]].strip()


def _words(title: str, spans: list[tuple[int, int]]) -> bool:
    return _count(title[spans[0][0] : spans[-1][1]]) >= _TITLE_WORDS


def _cut(html: str, names: Collection[str]) -> str:
    """Return a clean fragment without the blocks of these names, and the boxes they leave empty."""
    root = dom.parse(f"<div>{html}</div>") if html else None
    box = None if root is None else root.find("body/div")
    named = [] if box is None else [node for node in _leaves(box) if name_of(_said(node)) in names]
    if box is None or not named:
        return html
    for node in named:
        _cut_out(node, box)
    return dom.markup(box).removeprefix("<div>").removesuffix("</div>").strip()


def _leaves(box: Element) -> Iterator[Element]:
    """Yield the blocks that hold no other."""
    for node in list(box.iterdescendants(*_LEAVES)):
        if not any(inner.tag in dom.BLOCK_TAGS for inner in node.iterdescendants()):
            yield node


def _said(node: Element) -> str:
    """Return what a block says on one line; a line break parts words."""
    pieces = [node.text or ""]
    for inner in node.iterdescendants():
        pieces += [" " if inner.tag == "br" else "", inner.text or "", inner.tail or ""]
    return " ".join("".join(pieces).split())


def _cut_out(node: Element, box: Element) -> None:
    """Take a block out, and what is empty without it."""
    around = node.getparent()
    dom.cut(node)
    while around is not None and around is not box and not _holds_anything(around):
        node, around = around, around.getparent()
        dom.cut(node)


def _holds_anything(node: Element) -> bool:
    return bool(dom.joined(node).strip()) or next(node.iter(*_SHOWN), None) is not None
