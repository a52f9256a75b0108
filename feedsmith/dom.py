"""The one place that makes a tree, with lxml, and the one that takes a fragment's text.

Pages come from anywhere, so nothing here recurses over a tree: nodes are taken in page order and
sums are carried upwards by walking that list backwards. Only what handles HTML imports this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from lxml import etree
from lxml.etree import _Element as Element

__all__ = [
    "BLOCK_TAGS",
    "Element",
    "Tree",
    "attributes",
    "cut",
    "index",
    "joined",
    "markup",
    "mend_images",
    "paragraphs",
    "parse",
    "part_lines",
    "strip",
    "text_of",
]

BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_EMPTY_LINES = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed page: its elements in page order, and for each its name and its parent's place.

    `parents[0]` is 0: the root is its own parent. Holding the list keeps every element alive, so
    that an element's place can be looked up in `places`. `ends` are the places of the last element
    inside each (its own when it is empty).
    """

    root: Element
    nodes: list[Element]
    tags: list[str]
    parents: list[int]
    places: dict[Element, int]
    ends: list[int]

    def is_inside(self, at: int, box: int) -> bool:
        """Say whether an element lies inside another, or is it."""
        return box <= at <= self.ends[box]

    def sums(self, amounts: Iterable[tuple[int, int]]) -> list[int]:
        """Return for each element the sum of the (place, amount) pairs inside it."""
        totals = [0] * len(self.nodes)
        for at, amount in amounts:
            totals[at] += amount
        for at in range(len(totals) - 1, 0, -1):
            if totals[at]:
                totals[self.parents[at]] += totals[at]
        return totals

    def forget_places(self) -> None:
        """Empty `places`, so that `nodes` alone keeps the elements alive.

        A list lets them go from its end, a dict from its beginning: after each, lxml looks through
        what was cut out for the first that still lives, which takes the square of their number.
        """
        self.places.clear()


def parse(page: str) -> Element | None:
    """Return the root of a page's tree, or None when it holds no element at all.

    Args:
        page: HTML; any depth (libxml2 stops at 2048 levels), well-formed or not.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    data = page.encode("utf-8")
    return etree.fromstring(data, parser) if page.strip() else None


def strip(root: Element, tags: Iterable[str]) -> None:
    """Take all elements of these names out of a tree; the text behind them stays."""
    etree.strip_elements(root, *tags, with_tail=False)


def part_lines(root: Element) -> None:
    """Put a blank behind every line break, so that no words run together where tags are gone."""
    for node in root.iter("br"):
        node.tail = f" {node.tail}" if node.tail else " "


def index(root: Element) -> Tree:
    """Return a tree's elements in page order, each with the place of its parent."""
    nodes = list(root.iter("*"))
    tags = [str(node.tag) for node in nodes]
    places = {node: place for place, node in enumerate(nodes)}
    parents = [0] * len(nodes)
    for at, node in enumerate(nodes):
        parent = node.getparent()
        parents[at] = places[parent] if at and parent is not None else 0
    ends = list(range(len(nodes)))
    for at in range(len(nodes) - 1, 0, -1):
        ends[parents[at]] = max(ends[parents[at]], ends[at])
    return Tree(root, nodes, tags, parents, places, ends)


def text_of(node: Element) -> str:
    """Return the text inside an element on one line."""
    return " ".join(joined(node).split())


def joined(node: Element) -> str:
    """Return the text inside an element as it stands."""
    if not len(node):
        return node.text or ""
    return str(etree.tostring(node, method="text", encoding="unicode", with_tail=False))


def attributes(nodes: list[Element]) -> list[list[tuple[str, str]]]:
    """Return the (name, value) pairs of each element, as the page wrote them."""
    # The stubs know of bytes, which HTML has none of.
    return [node.items() for node in nodes]  # type: ignore[misc]


def cut(node: Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)


def markup(node: Element) -> str:
    """Return an element as HTML, without the text behind it."""
    return etree.tostring(node, encoding="unicode", method="html", with_tail=False)


_LAZY = ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "data-srcset", "srcset")


def mend_images(node: Element) -> None:
    """Give every image inside an element the address that a script would have put there."""
    for image in node.iter("img"):
        source = image.get("src") or ""
        if source and not source.startswith("data:"):
            continue
        lazy = next((image.get(name) for name in _LAZY if image.get(name)), None)
        if lazy:
            image.set("src", lazy.strip().split(",")[0].split(" ")[0])


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
            self.pieces.append(line if self.open[-1] == "pre" else _on_one_line(line))
        self.said = []


# Where a tree must tell what a text belongs to; all else is told by the order of the tags.
_BY_TREE = ("<pre", "<table", "<td", "<th")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)[^">]*(?:"[^"]*"[^">]*)*>')  # as the sanitiser writes it


def _paragraphs_by_tags(fragment: str) -> list[str]:
    """Return the paragraphs of a fragment without tables and preformatted text."""
    found: list[str] = []
    first, *rest = _TAG.split(fragment)
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
    return _on_one_line(unescape(escaped) if "&" in escaped else escaped)


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
