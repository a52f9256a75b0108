"""What of an article may stand in others of its site as well, and the article without it. Pure.

A line is known by a name: a letter for its kind and a hash of its folded text. Lines near the ends
of a body may recur, and the first and last piece of a title; what an article says in between is its
own. `junk` counts and decides.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from html import escape, unescape
from itertools import chain
from typing import NamedTuple

from feedsmith import dom
from feedsmith.dom import Element
from feedsmith.likeness import WORD, words_of
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
_BLOCKS = tuple(sorted(dom.BLOCK_TAGS - {"figcaption", "td", "th"}))
_PARAGRAPH = re.compile("<p>(.*?)</p>", re.DOTALL)  # as the sanitiser writes it; none holds one
_TAG = re.compile("<[^>]*>")
_SHOWN = ("img", "video", "audio", "picture", "iframe", "table")  # what an empty box may hold


class Line(NamedTuple):
    """A line that may recur.

    `place` counts from the start of the text, or of the title's pieces, and from -1 backwards at
    the end; `body` is a number that only articles with the same body share.
    """

    name: str
    place: int
    body: int


def name_of(line: str) -> str:
    """Return the name of a line of a body.

    >>> name_of("Write to  the desk!") == name_of("write to the desk!")
    True
    """
    folded = fold(line)
    return _name(folded, _count(folded))


def _name(folded: str, words: float) -> str:
    return (LONG if words >= _LONG_WORDS else SHORT) + _hash(folded)


def names_for(line: str) -> frozenset[str]:
    """Return the names of what a user calls a line, in a body and in a title."""
    return frozenset({name_of(line), _name_of_piece(line)})


def _name_of_piece(piece: str) -> str:
    return TITLE + _hash(fold(piece))


def _count(line: str) -> float:
    """Return the number of words; a sign of a script that parts none is half of one."""
    if line.isascii():
        return len(words_of(line))
    words: list[str] = WORD.findall(line)
    return len(words) - sum([len(word) == 1 and word > _WIDE for word in words]) / 2


_WIDE = "\u0e00"  # Thai, and what lies behind it


def _hash(folded: str) -> str:
    return blake2b(folded.encode(), digest_size=8).hexdigest()


def lines_of(article: Article) -> list[Line]:
    """Return what of an article may recur; its title and subtitle may not."""
    parts = article.text.split("\n\n")
    front = parts[: (len(parts) + 1) // 2]
    longest = sorted(range(len(front)), key=lambda at: (-len(front[at]), at))[:2]
    bodies = {at: zlib.crc32(front[at].encode()) for at in longest}
    said = {fold(article.title), fold(article.subtitle or "")}
    found: dict[str, Line] = {}
    for place in _places(len(parts)):
        holder = next((bodies[at] for at in longest if at != place % len(parts)), None)
        name = _name_if_any(parts[place], said)
        if name and holder is not None:
            found.setdefault(name, Line(name, place, holder))
    for place, piece in _pieces(article.title).items():
        name = _name_of_piece(piece)
        found.setdefault(name, Line(name, place, bodies[longest[0]]))
    return list(found.values())


def _name_if_any(line: str, said: Collection[str]) -> str:
    """Return the name of a line that may recur, "" for another."""
    folded = fold(line) if len(line) <= _MOST_CHARS else ""
    words = _count(folded)
    return _name(folded, words) if words >= _LEAST_WORDS and folded not in said else ""


def _places(size: int) -> Iterable[int]:
    """Return the places near the ends of a text, those nearer to its end from that.

    >>> list(_places(4))
    [0, 1, -2, -1]
    """
    head = min(_HEAD, size // 2)
    return chain(range(head), range(-min(_TAIL, size - head), 0))


def _pieces(title: str) -> dict[int, str]:
    """Return the short ones of the first and the last piece of a title, by place (0 and -1)."""
    spans = spans_of(title)
    ends = (0, -1) if len(spans) > 1 else ()
    found = {end: title[slice(*spans[end])] for end in ends}
    return {end: piece for end, piece in found.items() if 0 < len(piece.split()) <= _PIECE_WORDS}


def found_in(article: Article, names: Collection[str]) -> dict[str, str]:
    """Return those of the names that an article holds anywhere, each with its line as printed."""
    found = dict(_lines_in(article.text.split("\n\n"), names))
    pieces = ((_name_of_piece(piece), piece) for piece in _pieces(article.title).values())
    return found | {name: piece for name, piece in pieces if name in names}


def _lines_in(parts: Sequence[str], names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield (name, line); most stand at the very ends, so that the others are not looked at."""
    left = {name[1:]: name for name in names if name[0] != TITLE}
    size = len(parts)
    for at in sorted(range(size), key=lambda at: min(at, size - 1 - at)) if left else ():
        if name := left.pop(_hash(fold(parts[at])), ""):
            yield name, parts[at]
            if not left:
                return


def without(article: Article, names: Collection[str]) -> Article:
    """Return an article without lines of these names, unless nothing of it would be left.

    What has no block of its own in the HTML stays. An article without HTML is cut by its text.
    """
    title = _title_without(article.title, names)
    if title != article.title:
        article = replace(article, title=title)
    parts = article.text.split("\n\n")
    lines = {line for _, line in _lines_in(parts, names)}
    html, cut = _cut(article.html, lines, parts) if lines and article.html else ("", lines)
    parts = [part for part in parts if cut and part not in cut]
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
        if rest and _name_of_piece(title[slice(*piece)]) in names and _words(title, rest):
            spans = rest
    return title[spans[0][0] : spans[-1][1]].strip()


def _words(title: str, spans: list[tuple[int, int]]) -> bool:
    return _count(title[spans[0][0] : spans[-1][1]]) >= _TITLE_WORDS


def _cut(html: str, lines: Collection[str], parts: Sequence[str]) -> tuple[str, set[str]]:
    """Return a clean fragment without the blocks that say just one of these lines, and which do."""
    said = {_squeezed(line): line for line in lines}
    found = _plain_paragraphs(html, said, parts) or _paragraphs(html, said)
    for start, end, _ in sorted(found, reverse=True):
        if not _is_among_others(html, start, end):
            return _cut_by_tree(html, said)
        html = html[:start] + html[end:]
    cut = {line for _, _, line in found}
    rest = {key: line for key, line in said.items() if line not in cut}
    html, others = _cut_by_tree(html, rest) if rest else (html, set())
    return html, cut | others


def _paragraphs(html: str, said: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Return where the paragraphs that say a line begin and end, and the line."""
    found = ((*p.span(), said.get(_said(p[1]), "")) for p in _PARAGRAPH.finditer(html))
    return [one for one in found if one[2]]


def _plain_paragraphs(
    html: str, said: Mapping[str, str], parts: Sequence[str]
) -> list[tuple[int, int, str]]:
    """Return the same the short way, for paragraphs without markup; [] where these are not all.

    A look at each paragraph's markup took three times as long.
    """
    found = []
    for line in said.values():
        paragraph = f"<p>{escape(line, quote=False)}</p>"
        start = html.find(paragraph)
        while start >= 0:
            found.append((start, start + len(paragraph), line))
            start = html.find(paragraph, start + len(paragraph))
    is_all = len(found) == sum(_squeezed(part) in said for part in parts)
    return found if is_all and len({line for _, _, line in found}) == len(said) else []


def _said(inside: str) -> str:
    """Return what the markup inside a paragraph says, without white space."""
    return _squeezed(unescape(_TAG.sub("", inside)))


def _squeezed(line: str) -> str:
    """Return a text without white space, which a line break is or is not."""
    return "".join(line.split())


def _is_among_others(html: str, start: int, end: int) -> bool:
    """Say whether a paragraph has another one beside it, so that no box is left empty."""
    return html[:start].rstrip().endswith("</p>") or html[end:].lstrip().startswith("<p>")


def _cut_by_tree(html: str, said: Mapping[str, str]) -> tuple[str, set[str]]:
    root = dom.parse(f"<div>{html}</div>")
    box = None if root is None else root.find("body/div")
    if box is None:
        return html, set()
    blocks = [(node, _squeezed(dom.joined(node))) for node in box.iterdescendants(*_BLOCKS)]
    named = [(node, said[line]) for node, line in blocks if line in said]
    for node, _ in named:
        _cut_out(node, box)
    whole = dom.markup(box).removeprefix("<div>").removesuffix("</div>").strip()
    return (whole if named else html), {line for _, line in named}


def _cut_out(node: Element, box: Element) -> None:
    """Take a block out, and what is empty without it."""
    around = node.getparent()
    if around is None:
        return  # gone with what held it
    dom.cut(node)
    while around is not None and around is not box and not _holds_anything(around):
        node, around = around, around.getparent()
        dom.cut(node)


def _holds_anything(node: Element) -> bool:
    return bool(dom.joined(node).strip()) or next(node.iter(*_SHOWN), None) is not None
