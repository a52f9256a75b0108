"""A saved page laid out: its blocks, the element that holds the body, and the body as HTML.

Blocks are leaf elements and runs of bare text. Boxes that are no part of an article are marked by
their element, role or class words, unless they hold most of the page's prose. The body's element
is looked for downwards from the root: into the child that holds most of the prose, as long as one
does, then up again while the neighbours read like more of the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from feedsmith import dom
from feedsmith.dom import Element, Tree
from feedsmith.parser import junk
from feedsmith.parser.boxes import find_boxes, read_marks
from feedsmith.parser.container import find_container
from feedsmith.parser.page import Block

_DEAD = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas",
    "link", "select", "option", "textarea", "input", "dialog", "head",
)  # fmt: skip
_ENDS_RUN = dom.BLOCK_TAGS | {"br"}
_LINK_SHARE = 0.5  # of a block's text inside links; above it is a list of links
_ALONE = 0.3  # worth of prose without prose beside it
_MARK_LEVELS = 3  # elements upwards whose class words speak for a block


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
    """A page's tree with its blocks; `runs[n]` is where `blocks[n]` lies, `container` a node."""

    tree: Tree
    runs: tuple[_Run, ...]
    blocks: tuple[Block, ...]
    junk: list[bool]
    container: int
    body: tuple[int, ...]


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
    container = find_container(tree, marks, prose, size)
    body = tuple(
        at
        for at, run in enumerate(runs)
        if not junked[run.owner]
        and tree.is_inside(run.owner, container)
        and not _is_junk(blocks[at])
    )
    return Layout(tree, runs, blocks, junked, container, body)


def _worths(blocks: list[Block]) -> list[int]:
    """Return each block's prose; less for a teaser alone between links, none for cookie talk."""
    alone = [
        not any(near.prose for near in (*blocks[max(0, at - 1) : at], *blocks[at + 1 : at + 2]))
        for at in range(len(blocks))
    ]
    return [
        0 if junk.is_consent(block.text) else int(block.prose * (_ALONE if lonely else 1))
        for block, lonely in zip(blocks, alone, strict=True)
    ]


def _carry(tree: Tree) -> tuple[list[bool], list[int], list[bool]]:
    """Carry link characters and the presence of blocks up, being inside a link down."""
    nodes, parents = tree.nodes, tree.parents
    holds_block, in_link = [False] * len(nodes), [False] * len(nodes)
    links = [0] * len(nodes)
    for at, node in enumerate(nodes):
        in_link[at] = in_link[parents[at]] or node.tag == "a"
        if node.tag == "a":
            links[at] = len(dom.text_of(node))
    for at in range(len(nodes) - 1, 0, -1):
        parent = parents[at]
        if holds_block[at] or nodes[at].tag in dom.BLOCK_TAGS:
            holds_block[parent] = True
        if nodes[parent].tag != "a":
            links[parent] += links[at]
    return holds_block, links, in_link


def _runs(tree: Tree, holds_block: list[bool]) -> list[_Run]:
    runs: list[_Run] = []
    for at, node in enumerate(tree.nodes):
        if holds_block[at]:
            runs += _bare_runs(tree, at, holds_block)
        elif node.tag in dom.BLOCK_TAGS:
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
        if place is not None and (holds_block[place] or child.tag in _ENDS_RUN):
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
    for run in runs:
        line = " ".join(run.text(tree.nodes[run.owner]).split())
        if line:
            link_chars = _link_chars(tree, run, len(line), links)
            stamp = _stamp(tree, run, times) if times else ""
            kept.append(run)
            blocks.append(_block(tree, run.owner, line, link_chars, marks, stamp))
    return tuple(kept), tuple(blocks)


def _block(
    tree: Tree, owner: int, line: str, link_chars: int, marks: list[str], stamp: str
) -> Block:
    linked = link_chars > _LINK_SHARE * len(line)
    label = not linked and junk.is_label(line)
    return Block(
        line,
        tag=str(tree.nodes[owner].tag),
        marks=_near_marks(tree, owner, marks),
        prose=0 if label or linked else junk.prose_chars(line),
        label=label,
        link_chars=link_chars,
        stamp=stamp,
    )


def _link_chars(tree: Tree, run: _Run, chars: int, links: tuple[list[int], list[bool]]) -> int:
    counts, in_link = links
    if in_link[run.owner]:
        return chars
    if run.leaf:
        return counts[run.owner]
    return sum(counts[tree.places[node]] for node, kind in run.pieces if kind == "node")


def _near_marks(tree: Tree, at: int, marks: list[str]) -> str:
    words = []
    for _ in range(_MARK_LEVELS):
        if marks[at]:
            words.append(marks[at])
        at = tree.parents[at]
    return " ".join(words).lower()


def _stamp(tree: Tree, run: _Run, times: list[int]) -> str:
    if run.leaf:
        inside = (at for at in times if tree.is_inside(at, run.owner))
    else:
        owned = {tree.places.get(node) for node, kind in run.pieces if kind == "node"}
        inside = (at for at in times if at in owned)
    first = next(inside, None)
    return "" if first is None else tree.nodes[first].get("datetime") or ""


def _is_junk(block: Block) -> bool:
    linked = block.link_chars > _LINK_SHARE * len(block.text)
    return not block.prose and (block.label or (linked and block.tag not in {"td", "th"}))


def composer(layout: Layout) -> Callable[[frozenset[int]], str]:
    """Return the function that gives the body as HTML without the blocks it is told; once only."""

    def compose(dropped: frozenset[int]) -> str:
        kept = set(layout.body) - dropped
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
        return dom.markup(node[layout.container])

    return compose


def _is_caption(node: Element) -> bool:
    own = f"{node.get('class') or ''} {node.get('id') or ''}"
    return node.tag in {"p", "div"} and junk.is_caption(own.lower())


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
