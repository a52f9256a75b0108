"""The text of a clean fragment of HTML, block by block."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from feedsmith.dom import BLOCK_TAGS

_EMPTY_LINES = re.compile(r"\n{2,}")


def paragraphs(fragment: str) -> list[str]:
    """Return the text of each block of a clean fragment, in order.

    A line break stays a newline, two of them part paragraphs. Captions belong to their picture and
    are left out; a table row is one block, its cells parted by " | ".
    """
    if not any(tag in fragment for tag in _BY_TREE):
        return _paragraphs_by_tags(fragment)
    walk = _Walk()
    # The stubs ask for a method for comments, which a clean fragment has none of.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=walk)  # type: ignore[arg-type]
    parser.feed(fragment.encode("utf-8"))
    parser.close()
    return walk.found


_BREAKS = {"br": "\n", "td": " | ", "th": " | "}
_TEXT_BLOCKS = BLOCK_TAGS - {"td", "th"}


class _Walk:
    """The paragraphs of a fragment, as a parser meets its tags: it calls the four public methods.

    `open` are the names of the elements that are open, `around` for each the number of the block
    that its text belongs to.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self.pieces: list[str] = []
        self.said: list[str] = []
        self.open, self.around = [""], [0]
        self.count = self.last = self.captions = 0

    def start(self, tag: str, _attributes: object) -> None:
        self._flush()
        if tag in _TEXT_BLOCKS:
            self.count += 1
            self.around.append(self.count)
            self.captions += tag == "figcaption"
        else:
            self.around.append(self.around[-1])
        self.open.append(tag)
        if tag in _BREAKS and not self.captions:
            self.pieces.append(_BREAKS[tag])

    def end(self, tag: str) -> None:
        self._flush()
        self.open.pop()
        self.around.pop()
        self.captions -= tag == "figcaption"

    def data(self, data: str) -> None:
        self.said.append(data)

    def close(self) -> None:
        self._flush()
        self.found += _tidy("".join(self.pieces))

    def _flush(self) -> None:
        """Put down the text since the last tag."""
        if self.said and not self.captions:
            if self.around[-1] != self.last:
                self.found += _tidy("".join(self.pieces))
                self.pieces, self.last = [], self.around[-1]
            line = "".join(self.said)
            self.pieces.append(line if "pre" in self.open else _on_one_line(line))
        self.said = []


# Where a tree must tell what a text belongs to; all else is told by the order of the tags.
_BY_TREE = ("<pre", "<table", "<td", "<th")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)[^">]*(?:"[^"]*"[^">]*)*>')  # as the sanitiser writes it


def _paragraphs_by_tags(fragment: str) -> list[str]:
    """Return the paragraphs of a fragment without tables and preformatted text."""
    found: list[str] = []
    first, *rest = _TAG.split(" ".join(fragment.split()))
    pieces = [_plain(first)]
    captions = 0
    for slash, name, line in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if name == "br":
            pieces.append("\n")
        elif name in _TEXT_BLOCKS:
            if not captions:
                found += _tidy("".join(pieces))
            pieces = []
            captions += (-1 if slash else 1) * (name == "figcaption")
        if line:
            pieces.append(_plain(line))
    return [*found, *_tidy("".join(pieces))]


def _plain(escaped: str) -> str:
    """Return a text without references; its white space is single blanks already."""
    return _on_one_line(unescape(escaped)) if "&" in escaped else escaped


def _on_one_line(text: str) -> str:
    """Return text whose white space is single blanks, at its ends as well."""
    words = " ".join(text.split())
    before, after = " " if text[:1].isspace() else "", " " if text[-1:].isspace() else ""
    return f"{before}{words}{after}" if words else before


def _tidy(text: str) -> list[str]:
    if "\n" not in text:
        line = text.strip(" |").strip()
        return [line] if line else []
    lines = "\n".join([line.strip(" |") for line in text.split("\n")])
    return [part.strip() for part in _EMPTY_LINES.split(lines) if part.strip()]
