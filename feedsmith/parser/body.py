"""The body of a page as HTML: what is no part of it is cut out of the tree, the rest sanitised."""

from __future__ import annotations

from feedsmith import dom, fragments, lazyimages
from feedsmith.dom import Element, Tree
from feedsmith.model import Document
from feedsmith.parser import embedded, htmlpage
from feedsmith.parser import marks as words
from feedsmith.parser.cutting import Run
from feedsmith.parser.htmlpage import Layout
from feedsmith.parser.page import Body, Compose
from feedsmith.sanitize import sanitize

_PICTURES = frozenset({"img", "figure", "picture"})
# What the sanitiser would take out with all it holds, or what is nothing without its table.
_UNLIKED, _CELLS = frozenset({"form", "button", "label"}), frozenset({"td", "th"})


def composer(laid: Layout, document: Document, url: str | None) -> Compose:
    """Return the function that gives the body as it is told; it works once.

    Args:
        laid: the page.
        document: what it was laid out of; gives the pictures inside the file.
        url: its address, which makes the addresses inside it absolute.
    """

    def compose(dropped: frozenset[int], added: frozenset[int] = frozenset(), /) -> Body:
        layout = htmlpage.widened(laid, added)
        _prune(layout, set(layout.body) - dropped)
        layout.tree.forget_places()
        container = layout.tree.nodes[layout.container]
        pictures = embedded.take_in(container, document, url)
        lazyimages.mend_images(container)
        clean = sanitize(dom.markup(container), url)
        html = embedded.published(clean.html)
        paragraphs = fragments.paragraphs(html)
        return Body(html, paragraphs, clean.dropped_images, clean.capped, pictures)

    return compose


def _prune(layout: Layout, kept: set[int]) -> None:
    """Take out of the body's element what is no part of the body."""
    tree, node = layout.tree, layout.tree.nodes
    for at, run in enumerate(layout.runs):
        if tree.is_inside(run.owner, layout.container):
            _settle(layout, at, is_kept=at in kept)
    runs = [layout.runs[at] for at in kept]
    living = _living(layout, [place for run in runs for place in _places(tree, run)])
    for place in _gone(layout, runs, living):
        dom.cut(node[place])
    for place in living:
        if tree.tags[place] in (_UNLIKED | _CELLS if place == layout.container else _UNLIKED):
            node[place].tag = "div"


def _settle(layout: Layout, at: int, *, is_kept: bool) -> None:
    """Drop a block that is neither kept nor the caption of a picture; mark captions as such."""
    run = layout.runs[at]
    owner = layout.tree.nodes[run.owner]
    marked = run.leaf and _is_marked(owner)
    if not is_kept and not _is_caption(layout, at, marked=marked):
        _drop(owner, run, is_root=run.owner == layout.container)
    elif marked:
        owner.tag = "figcaption"


def _gone(layout: Layout, runs: list[Run], living: set[int]) -> list[int]:
    """Return the outermost elements that hold nothing kept and are boxes, or lie beside the body.

    Pictures stay between the title and the body's last block, and beside its blocks.
    """
    tree, container = layout.tree, layout.container
    places = [place for run in runs for place in _places(tree, run)]
    leaves = {run.owner for run in runs if run.leaf}
    first = min(places, default=container)
    last = max([_end(tree, run) for run in runs], default=container)
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


def _end(tree: Tree, run: Run) -> int:
    """Return the place of the last element that a run holds, or begins behind."""
    if run.leaf:
        return tree.ends[run.owner]
    return max(
        [
            tree.places[node] if kind == "text" else tree.ends[tree.places[node]]
            for node, kind in run.pieces
        ]
    )


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
