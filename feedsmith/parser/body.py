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
    for at in kept:
        run = layout.runs[at]
        if run.leaf and _is_caption(node[run.owner]):
            node[run.owner].tag = "figcaption"
    for at, run in enumerate(layout.runs):
        if at not in kept and tree.is_inside(run.owner, layout.container):
            _drop(node[run.owner], run, is_root=run.owner == layout.container)
    for place in _gone(layout, kept):
        dom.cut(node[place])
    _keep_forms(layout, kept)
    dom.mend_images(node[layout.container])


def _keep_forms(layout: Layout, kept: set[int]) -> None:
    """Make a form around parts of the body a plain element, for the sanitiser cuts forms out.

    Some servers' pages are one form from top to bottom.
    """
    tree = layout.tree
    owners = [layout.runs[at].owner for at in kept]
    for at, tag in enumerate(tree.tags):
        if tag == "form" and any(tree.is_inside(owner, at) for owner in owners):
            tree.nodes[at].tag = "div"


def _gone(layout: Layout, kept: set[int]) -> list[int]:
    """Return the outermost elements that hold nothing kept and are boxes, or lie beside the body.

    Pictures stay between the title and the body's last block, and beside its blocks.
    """
    tree, container = layout.tree, layout.container
    runs = [layout.runs[at] for at in kept]
    places = [place for run in runs for place in _places(tree, run)]
    living = _living(layout, places)
    leaves = {run.owner for run in runs if run.leaf}
    first = min(places, default=container)
    last = max((tree.ends[at] if at in leaves else at for at in places), default=container)
    first = min(first, layout.heading) if layout.heading > 0 else first
    beside = {tree.parents[place] for place in places}
    return [
        at
        for at in range(container + 1, tree.ends[container] + 1)
        if at not in living
        and tree.parents[at] in living
        and (
            _begins_box(layout, at, leaves)
            or ((at > last or tree.ends[at] < first) and not _is_picture(tree, at, beside))
        )
    ]


def _begins_box(layout: Layout, at: int, leaves: set[int]) -> bool:
    """Say whether an element is a box; inside a block that is kept it must be one of its own."""
    word, parent = layout.boxed[at], layout.tree.parents[at]
    return bool(word) and not (parent in leaves and layout.boxed[parent] == word)


def _is_picture(tree: Tree, at: int, beside: set[int]) -> bool:
    """Say whether an element beside a kept block is a picture, or holds one and no text."""
    if tree.parents[at] not in beside:
        return False
    inside = range(at, tree.ends[at] + 1)
    return tree.tags[at] in _PICTURES or (
        any(tree.tags[place] in _PICTURES for place in inside)
        and not dom.joined(tree.nodes[at]).strip()
    )


def _places(tree: Tree, run: Run) -> list[int]:
    """Return the places of the elements that hold a run, or that it begins behind."""
    return [run.owner, *[tree.places[node] for node, _ in run.pieces]]


def _living(layout: Layout, places: list[int]) -> set[int]:
    """Return the elements of the kept blocks and those around them."""
    parents, living = layout.tree.parents, {layout.container}
    for place in places:
        at = place
        while at not in living and at > layout.container:
            living.add(at)
            at = parents[at]
    return living


def _is_caption(node: Element) -> bool:
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
