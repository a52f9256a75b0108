"""The body of a page as HTML: what is no part of it is cut out of the tree, the rest sanitised."""

from __future__ import annotations

from collections.abc import Callable

from feedsmith import dom
from feedsmith.dom import Element, Tree
from feedsmith.parser import marks as words
from feedsmith.parser.cutting import Run
from feedsmith.parser.htmlpage import Layout
from feedsmith.parser.page import Body
from feedsmith.sanitize import sanitize

_PICTURES = frozenset({"img", "figure", "picture"})


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
    for at, run in enumerate(layout.runs):
        if not tree.is_inside(run.owner, layout.container):
            continue
        owner = node[run.owner]
        marked = run.leaf and _is_marked(owner)
        if at not in kept and not _is_caption(layout, at, marked=marked):
            _drop(owner, run, is_root=run.owner == layout.container)
        elif marked:
            owner.tag = "figcaption"
    for place in _gone(layout, kept):
        dom.cut(node[place])
    dom.mend_images(node[layout.container])


def _gone(layout: Layout, kept: set[int]) -> list[int]:
    """Return the outermost elements that hold nothing kept and are boxes, or lie beside the body.

    Pictures stay between the title and the body's last block, and beside its blocks.
    """
    tree, container = layout.tree, layout.container
    places = [place for at in kept for place in _places(layout, layout.runs[at])]
    living = _living(layout, places)
    first, last = min(places, default=container), max(places, default=container)
    first = min(first, layout.heading) if layout.heading > 0 else first
    beside = {tree.parents[place] for place in places}
    return [
        at
        for at in range(container + 1, tree.ends[container] + 1)
        if at not in living
        and tree.parents[at] in living
        and (
            layout.boxed[at]
            or ((at > last or tree.ends[at] < first) and not _is_picture(tree, at, beside))
        )
    ]


def _is_picture(tree: Tree, at: int, beside: set[int]) -> bool:
    return tree.tags[at] in _PICTURES and tree.parents[at] in beside


def _places(layout: Layout, run: Run) -> list[int]:
    """Return the places of the elements that hold a run, or that it begins behind."""
    return [run.owner, *[layout.tree.places[node] for node, _ in run.pieces]]


def _living(layout: Layout, places: list[int]) -> set[int]:
    """Return the elements of the kept blocks and those around them."""
    parents, living = layout.tree.parents, {layout.container}
    for place in places:
        at = place
        while at not in living and at > layout.container:
            living.add(at)
            at = parents[at]
    return living


def _is_caption(layout: Layout, at: int, *, marked: bool) -> bool:
    """Say whether a block that is no part of the text is the caption of a picture of the body."""
    owner, block = layout.runs[at].owner, layout.blocks[at]
    if layout.boxed[owner] or block.link_chars * 2 > len(block.text):
        return False
    parents, tags = layout.tree.parents, layout.tree.tags
    around = (owner, parents[owner], parents[parents[owner]])
    held = next((place for place in around if tags[place] == "figcaption"), owner)
    return (marked or tags[held] == "figcaption") and layout.tree.nodes[parents[held]].find(
        ".//img"
    ) is not None


def _is_marked(node: Element) -> bool:
    own = f"{node.get('class') or ''} {node.get('id') or ''}"
    return node.tag in {"p", "div"} and words.is_caption(own.lower())


def _drop(node: Element, run: Run, *, is_root: bool) -> None:
    if run.leaf and not is_root:
        dom.cut(node)
    for piece, kind in run.pieces:
        if kind == "text":
            piece.text = None
        elif kind == "tail":
            piece.tail = None
        else:
            dom.cut(piece)
