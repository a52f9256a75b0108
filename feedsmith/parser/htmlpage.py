"""A saved page laid out: its blocks, the element that holds the body, and the body as HTML.

Blocks are leaf elements and runs of bare text. Boxes that are no part of an article are marked by
their element, role or class words, unless they hold most of the page's prose. The body's element
is looked for downwards from the root: into the child that holds most of the prose, as long as one
does, then up again while the neighbours read like more of the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from feedsmith import dom
from feedsmith.dom import Element, Tree
from feedsmith.parser import junk
from feedsmith.parser import marks as words
from feedsmith.parser.boxes import find_boxes, read_marks
from feedsmith.parser.container import find_container
from feedsmith.parser.page import Block, Body
from feedsmith.sanitize import sanitize

_DEAD = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas",
    "link", "select", "option", "textarea", "input", "dialog", "head",
)  # fmt: skip
_INLINE = ("span", "a", "b", "strong", "em", "i", "cite")  # elements that may hold just a name
_AUTHOR = re.compile(
    r"(?:[\w-]+ )*(?:author|author-?name|byline-?(?:author|name))(?: [\w-]+)*\Z", re.IGNORECASE
)
_ENDS_RUN = dom.BLOCK_TAGS | {"br"}
_LINK_SHARE = 0.5  # of a block's text inside links; above it is a list of links
_ALONE = 0.3  # worth of prose without prose beside it


@dataclass(slots=True)
class _Run:
    """A block in the making: the element it fills, or the pieces of bare text inside it.

    `order` is its place in the page's order; `link_chars` count the text inside links.
    """

    owner: int
    order: float
    leaf: bool = False
    pieces: list[tuple[Element, str]] = field(default_factory=list)

    def text(self, node: Element) -> str:
        """Return the block's text, not yet clean."""
        if self.leaf:
            return dom.joined(node)
        return "".join(_piece_text(piece, kind) for piece, kind in self.pieces)


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's tree with its blocks; `runs[n]` is where `blocks[n]` lies, `container` a node.

    `rule` says how the container was found.
    """

    tree: Tree
    runs: tuple[_Run, ...]
    blocks: tuple[Block, ...]
    junk: list[bool]
    container: int
    body: tuple[int, ...]
    rule: str

    @property
    def where(self) -> str:
        """The container as people would name it."""
        node = self.tree.nodes[self.container]
        name = node.get("class") or node.get("id") or ""
        return f"<{node.tag} {' '.join(name.split())}>" if name else f"<{node.tag}>"


def lay_out(root: Element) -> Layout:
    """Return the layout of a page whose metadata has been read; scripts and forms are cut."""
    dom.strip(root, _DEAD)
    tree = dom.index(root)
    holds_block, links, in_link = _carry(tree)
    marks, against = read_marks(tree)
    runs, blocks = _blocks(tree, _runs(tree, holds_block), marks, (links, in_link))
    raw = tree.sums((run.owner, block.prose) for run, block in zip(runs, blocks, strict=True))
    junked = find_boxes(tree, against, raw)
    living = [(run.owner, at) for at, run in enumerate(runs) if not junked[run.owner]]
    worths = _worths([blocks[at] for _, at in living])
    prose = tree.sums((owner, worth) for (owner, _), worth in zip(living, worths, strict=True))
    size = tree.sums((run.owner, len(block.text)) for run, block in zip(runs, blocks, strict=True))
    container, rule = find_container(tree, marks, prose, size)
    body = tuple(
        at
        for at, run in enumerate(runs)
        if not junked[run.owner]
        and tree.is_inside(run.owner, container)
        and not _is_junk(blocks[at])
    )
    return Layout(tree, runs, blocks, junked, container, body, rule)


def _worths(blocks: list[Block]) -> list[int]:
    """Return each block's prose; less for a teaser alone between links, none for cookie talk."""
    alone = [
        not any(near.prose for near in (*blocks[max(0, at - 1) : at], *blocks[at + 1 : at + 2]))
        for at in range(len(blocks))
    ]
    return [
        0
        if not block.prose or words.is_consent(block.text)
        else int(block.prose * (_ALONE if lonely else 1))
        for block, lonely in zip(blocks, alone, strict=True)
    ]


def _carry(tree: Tree) -> tuple[list[bool], list[int], list[bool]]:
    """Carry link characters and the presence of blocks up, being inside a link down."""
    nodes, tags, parents = tree.nodes, tree.tags, tree.parents
    holds_block, in_link = [False] * len(nodes), [False] * len(nodes)
    links = [0] * len(nodes)
    for at, node in enumerate(nodes):
        in_link[at] = in_link[parents[at]] or tags[at] == "a"
        if tags[at] == "a":
            links[at] = len(dom.text_of(node))
    for at in range(len(nodes) - 1, 0, -1):
        parent = parents[at]
        if holds_block[at] or tags[at] in dom.BLOCK_TAGS:
            holds_block[parent] = True
        if tags[parent] != "a":
            links[parent] += links[at]
    return holds_block, links, in_link


def _runs(tree: Tree, holds_block: list[bool]) -> list[_Run]:
    runs: list[_Run] = []
    for at, tag in enumerate(tree.tags):
        if holds_block[at]:
            runs += _bare_runs(tree, at, holds_block)
        elif tag in dom.BLOCK_TAGS:
            runs.append(_Run(at, at, leaf=True))
    runs.sort(key=lambda run: run.order)
    return runs


def _bare_runs(tree: Tree, at: int, holds_block: list[bool]) -> list[_Run]:
    """Return the runs of text and inline elements that lie directly in an element with blocks."""
    node = tree.nodes[at]
    runs = [_Run(at, at + 0.1)]
    if _says(node.text):
        runs[-1].pieces.append((node, "text"))
    for child in node:
        place = tree.places.get(child)
        if place is not None and (holds_block[place] or tree.tags[place] in _ENDS_RUN):
            if runs[-1].pieces:
                runs.append(_Run(at, 0))
            runs[-1].order = tree.ends[place] + 0.2
        elif place is not None:
            if not runs[-1].pieces:
                runs[-1].order = place
            runs[-1].pieces.append((child, "node"))
        if _says(child.tail):
            runs[-1].pieces.append((child, "tail"))
    return [run for run in runs if run.pieces]


def _says(text: str | None) -> bool:
    return text is not None and text != "" and not text.isspace()


def _piece_text(node: Element, kind: str) -> str:
    if kind == "node":
        return " " if node.tag == "br" else dom.joined(node)
    return (node.text if kind == "text" else node.tail) or ""


def _blocks(
    tree: Tree, runs: list[_Run], marks: list[str], links: tuple[list[int], list[bool]]
) -> tuple[tuple[_Run, ...], tuple[Block, ...]]:
    kept, blocks = [], []
    times = [tree.places[node] for node in tree.root.iter("time") if node.get("datetime")]
    names = [
        tree.places[node]
        for node in tree.root.iter(*_INLINE)
        if "uthor" in (mark := marks[tree.places[node]]) and _AUTHOR.match(mark)
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
    linked = link_chars > _LINK_SHARE * len(line)
    label, prose = (False, 0) if linked else junk.judge(line)
    return Block(line, tree.tags[owner], near, prose, link_chars, "", "", 0, label)


def _link_chars(tree: Tree, run: _Run, chars: int, links: tuple[list[int], list[bool]]) -> int:
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


def _first_inside(tree: Tree, run: _Run, places: list[int]) -> Element | None:
    """Return the first of some inline elements, given in page order, that a run holds."""
    if run.leaf:
        spans = [(run.owner, tree.ends[run.owner])]
    else:
        spans = [(tree.places[node],) * 2 for node, kind in run.pieces if kind == "node"]
    for low, high in spans:
        found = bisect_left(places, low)
        if found < len(places) and places[found] <= high:
            return tree.nodes[places[found]]
    return None


def _is_junk(block: Block) -> bool:
    linked = block.link_chars > _LINK_SHARE * len(block.text)
    return not block.prose and (block.label or (linked and block.tag not in {"td", "th"}))


def composer(layout: Layout, url: str | None) -> Callable[[frozenset[int]], Body]:
    """Return the function that gives the body without the blocks it is told; it works once.

    Args:
        layout: the page.
        url: its address, which makes the addresses inside it absolute.
    """

    def compose(dropped: frozenset[int]) -> Body:
        _prune(layout, set(layout.body) - dropped)
        layout.tree.forget_places()
        clean = sanitize(dom.markup(layout.tree.nodes[layout.container]), url)
        return Body(clean.html, dom.paragraphs(clean.html), clean.dropped_images, clean.capped)

    return compose


def _prune(layout: Layout, kept: set[int]) -> None:
    """Take out of the body's element what is no part of the body."""
    tree, node = layout.tree, layout.tree.nodes
    for at in kept:
        run = layout.runs[at]
        if run.leaf and _is_caption(node[run.owner]):
            node[run.owner].tag = "figcaption"
    for at, run in enumerate(layout.runs):
        if at not in kept and tree.is_inside(run.owner, layout.container):
            _drop(node[run.owner], run, is_root=run.owner == layout.container)
    for place in range(layout.container + 1, tree.ends[layout.container] + 1):
        if layout.junk[place] and not layout.junk[tree.parents[place]]:
            dom.cut(node[place])
    dom.mend_images(node[layout.container])


def _is_caption(node: Element) -> bool:
    own = f"{node.get('class') or ''} {node.get('id') or ''}"
    return node.tag in {"p", "div"} and words.is_caption(own.lower())


def _drop(node: Element, run: _Run, *, is_root: bool) -> None:
    if run.leaf and not is_root:
        dom.cut(node)
    for piece, kind in run.pieces:
        if kind == "text":
            piece.text = None
        elif kind == "tail":
            piece.tail = None
        else:
            dom.cut(piece)
