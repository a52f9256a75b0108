"""A page cut into blocks: leaf elements, rows of tables, and runs of bare text beside elements."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from feedsmith import dom
from feedsmith.dom import Element, Tree
from feedsmith.parser import junk
from feedsmith.parser.page import Block
from feedsmith.parser.wording import is_data

_INLINE = frozenset(
    {"span", "a", "b", "strong", "em", "i", "cite"}
)  # elements that may hold just a name
_AUTHOR = re.compile(
    r"(?:[\w-]+ )*(?:author|author-?name|byline-?(?:author|name))(?: [\w-]+)*\Z", re.IGNORECASE
)
_ENDS_RUN = dom.BLOCK_TAGS | {"br"}
_LINK_SHARE = 0.5  # of a block's text inside links; above it is a list of links
_CELL_CHARS = 160  # characters; a longer cell is part of a layout


@dataclass(slots=True)
class Run:
    """A block in the making: the element it fills, or the pieces of bare text inside it.

    `order` is its place in the page's order; `link_chars` count the text inside links.
    """

    owner: int
    order: float
    leaf: bool = False
    pieces: list[tuple[Element, str]] = field(default_factory=list)

    def text(self, node: Element) -> str:
        """Return the block's text, not yet clean; the cells of a row stay apart."""
        if self.leaf:
            return _row_text(node) if node.tag == "tr" else dom.joined(node)
        return "".join(_piece_text(piece, kind) for piece, kind in self.pieces)


def cut(tree: Tree, marks: list[str]) -> tuple[tuple[Run, ...], tuple[Block, ...], list[int]]:
    """Return a page's runs, their blocks, and for each element the characters inside its links.

    Args:
        tree: the page.
        marks: class, id and itemprop words of each element.
    """
    holds_block, links, in_link = _carry(tree)
    runs, blocks = _blocks(tree, _runs(tree, holds_block), marks, (links, in_link))
    return runs, blocks, links


def _carry(tree: Tree) -> tuple[list[bool], list[int], list[bool]]:
    """Carry link characters and the presence of blocks up, being inside a link down."""
    nodes, tags, parents = tree.nodes, tree.tags, tree.parents
    holds_block, in_link = [False] * len(nodes), [False] * len(nodes)
    links = [0] * len(nodes)
    last = 0
    for at, tag in enumerate(tags):
        if tag == "a":
            inside = tree.ends[at] + 1
            in_link[at:inside] = [True] * (inside - at)
            links[at] = len(dom.text_of(nodes[at]))
            last = at
        elif at and tag in dom.BLOCK_TAGS:
            box = parents[at]
            while not holds_block[box]:
                holds_block[box] = True
                box = parents[box]
    for at in range(last, 0, -1):
        chars, parent = links[at], parents[at]
        if chars and tags[parent] != "a":
            links[parent] += chars
    return holds_block, links, in_link


def _runs(tree: Tree, holds_block: list[bool]) -> list[Run]:
    runs: list[Run] = []
    end = -1  # of the last row that is a block of its own
    for at, tag in enumerate(tree.tags):
        if at <= end:
            continue
        if tag == "tr" and _is_row(tree, at, holds_block):
            runs.append(Run(at, at, leaf=True))
            end = tree.ends[at]
        elif holds_block[at]:
            runs += _bare_runs(tree, at, holds_block)
        elif tag in dom.BLOCK_TAGS:
            runs.append(Run(at, at, leaf=True))
    runs.sort(key=lambda run: run.order)
    return runs


def _is_row(tree: Tree, at: int, holds_block: list[bool]) -> bool:
    """Say whether a table's row holds data: short cells without blocks, not parts of a layout."""
    cells = list(tree.nodes[at])
    return len(cells) > 1 and not any(
        holds_block[tree.places[cell]] or len(dom.joined(cell)) > _CELL_CHARS for cell in cells
    )


def _row_text(row: Element) -> str:
    return " ".join([dom.joined(cell) for cell in row])


def _bare_runs(tree: Tree, at: int, holds_block: list[bool]) -> list[Run]:
    """Return the runs of text and inline elements that lie directly in an element with blocks."""
    nodes, tags, ends = tree.nodes, tree.tags, tree.ends
    runs: list[Run] = []
    said = nodes[at].text
    pieces = [(nodes[at], "text")] if said and not said.isspace() else []
    order, place = at + 0.1, at + 1
    while place <= ends[at]:
        child = nodes[place]
        if holds_block[place] or tags[place] in _ENDS_RUN:
            if pieces:
                runs.append(Run(at, order, pieces=pieces))
                pieces = []
            order = ends[place] + 0.2
        else:
            order = order if pieces else place
            pieces.append((child, "node"))
        said = child.tail
        if said and not said.isspace():
            pieces.append((child, "tail"))
        place = ends[place] + 1
    return [*runs, Run(at, order, pieces=pieces)] if pieces else runs


def _piece_text(node: Element, kind: str) -> str:
    if kind == "node":
        return " " if node.tag == "br" else dom.joined(node)
    return (node.text if kind == "text" else node.tail) or ""


def _blocks(
    tree: Tree, runs: list[Run], marks: list[str], links: tuple[list[int], list[bool]]
) -> tuple[tuple[Run, ...], tuple[Block, ...]]:
    kept, blocks = [], []
    tags = tree.tags
    times = [at for at, tag in enumerate(tags) if tag == "time" and tree.nodes[at].get("datetime")]
    names = [
        at
        for at, mark in enumerate(marks)
        if "uthor" in mark and tags[at] in _INLINE and _AUTHOR.match(mark)
    ]
    near: dict[int, str] = {}
    for run in runs:
        line = " ".join(run.text(tree.nodes[run.owner]).split())
        if line:
            link_chars = _link_chars(tree, run, len(line), links)
            time = _first_inside(tree, run, times) if times else None
            name = _first_inside(tree, run, names) if names else None
            kept.append(run)
            block = _block(
                tree, run.owner, line, link_chars, _near_marks(tree, run.owner, marks, near)
            )
            if time is not None or name is not None:
                block = block._replace(
                    stamp="" if time is None else time.get("datetime") or "",
                    author="" if name is None else dom.text_of(name),
                )
            blocks.append(block)
    return tuple(kept), tuple(blocks)


def _block(tree: Tree, owner: int, line: str, link_chars: int, near: str) -> Block:
    if link_chars > _LINK_SHARE * len(line):
        label, prose = _is_contents(tree, owner), 0
    else:
        label, prose = (True, 0) if is_data(line) else junk.judge(line)
    return Block(line, tree.tags[owner], near, prose, link_chars, "", "", 0, label)


def _is_contents(tree: Tree, at: int) -> bool:
    """Say whether a block of links is a line of the page's list of contents."""
    try:
        link = tree.tags.index("a", at + 1, tree.ends[at] + 1)
    except ValueError:
        return False
    return (tree.nodes[link].get("href") or "").startswith("#")


def _link_chars(tree: Tree, run: Run, chars: int, links: tuple[list[int], list[bool]]) -> int:
    counts, in_link = links
    if in_link[run.owner]:
        return chars
    if run.leaf:
        return counts[run.owner]
    return sum(counts[tree.places[node]] for node, kind in run.pieces if kind == "node")


def _near_marks(tree: Tree, at: int, marks: list[str], known: dict[int, str]) -> str:
    """Return the marks of an element and of the two around it; `known` are those of parents."""
    parent = tree.parents[at]
    above = known.get(parent)
    if above is None:
        around = (marks[parent], marks[tree.parents[parent]])
        above = known[parent] = " ".join([mark for mark in around if mark]).lower()
    return f"{marks[at].lower()} {above}" if marks[at] and above else marks[at].lower() or above


def _first_inside(tree: Tree, run: Run, places: list[int]) -> Element | None:
    """Return the first of some inline elements, given in page order, that a run holds."""
    if run.leaf:
        return _first_between(tree, run.owner, tree.ends[run.owner], places)
    inner = [tree.places[node] for node, kind in run.pieces if kind == "node"]
    found = (_first_between(tree, at, at, places) for at in inner)
    return next((node for node in found if node is not None), None)


def _first_between(tree: Tree, low: int, high: int, places: list[int]) -> Element | None:
    found = bisect_left(places, low)
    is_inside = found < len(places) and places[found] <= high
    return tree.nodes[places[found]] if is_inside else None
