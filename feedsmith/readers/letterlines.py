"""The lines of a letter, each with what it is for: text, a bar, small print, or a mere button."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from feedsmith import dom
from feedsmith.dom import Element
from feedsmith.readers import letterwords as words

VIEW_CHARS, _STRONG_CHARS, _MINOR_CHARS = 220, 600, 160  # characters of a line that is no more
_UNLINKED_CHARS = 240  # characters of small print without a link
LINK_SHARE = 0.8  # of a line's text inside links; above it is a link
_PADDING = re.compile("[\u034f\u200b-\u200d\u2060\ufeff\xad\u2007\u3164\u115f]+")
PARTS = re.compile(r"\s*(?:[|•·∙/›»→]|\s[–—-]\s)\s*")


@dataclass(slots=True)
class Line:
    """A line of a letter: its element, its text on one line, and `folded` for looking words up.

    `linked` is the share of the text inside `links`, those in it and one around it. `kind` is
    what the line is for, "" for text.
    """

    node: Element
    said: str
    folded: str
    linked: float
    links: list[Element]
    kind: str = ""


def line_of(node: Element) -> Line:
    """Return the line that an element prints, without the padding of hidden teasers."""
    said = " ".join(_PADDING.sub("", dom.text_of(node)).split())
    links = [*node.iter("a"), *islice(node.iterancestors("a"), 1)]
    linked = sum(len(dom.text_of(link)) for link in links)
    return Line(node, said, folded_text(said), linked / max(len(said), 1), links)


def folded_text(said: str) -> str:
    """Return text as the tables of words are written: lower case, plain apostrophes and blanks."""
    return said.lower().replace("’", "'").replace("\xa0", " ")


def kind_of(line: Line) -> str:
    """Return what a line is for: "view", "strong" small print, "minor", or "" for text."""
    size = len(line.said)
    if not any(character.isalnum() for character in line.said):
        return "blank"
    if size <= _MINOR_CHARS and _is_minor(line):
        return "minor"
    if size <= VIEW_CHARS and is_view(line):
        return "strong" if words.STRONG.search(line.folded) else "view"
    if size <= VIEW_CHARS and line.linked >= LINK_SHARE and words.APP.search(line.folded):
        return "minor"
    if size <= (_STRONG_CHARS if line.links else _UNLINKED_CHARS) and words.STRONG.search(
        line.folded
    ):
        return "strong"
    return "postal" if size <= VIEW_CHARS and words.POSTAL.search(line.folded) else ""


def _is_minor(line: Line) -> bool:
    """Say whether a line, each of its parts, or each link of a row of links is no text."""
    if words.MINOR.fullmatch(line.folded):
        return True
    links = (
        [folded_text(dom.text_of(link)) for link in line.links] if line.linked > LINK_SHARE else []
    )
    rows = ([part for part in PARTS.split(line.folded) if part], links)
    return any(row and all(map(words.MINOR.fullmatch, row)) for row in rows)


def is_view(line: Line) -> bool:
    """Say whether a line leads to the browser's copy: a link of it does, or it says "here"."""
    if not line.links or not words.VIEW.search(line.folded):
        return False
    return any(leads_to_copy(link, line) for link in line.links)


def leads_to_copy(link: Element, line: Line) -> bool:
    """Say whether a link in a line about the browser's copy leads there."""
    said = folded_text(dom.text_of(link))
    if not link.get("href") or words.STRONG.search(said):
        return False
    if said.startswith("http") or line.linked > LINK_SHARE:
        return True
    return bool(words.VIEW.search(said) or words.HERE.fullmatch(said))
