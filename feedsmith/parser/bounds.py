"""Where a page's article ends: other whole articles below it are not its, the notes it names are.

Both are told by how the page is built, so no block needs to be judged for them.
"""

from __future__ import annotations

from feedsmith.dom import Element, Tree
from feedsmith.parser.sight import Sight

_ARTICLE_CHARS = 300  # characters of prose; an `<article>` with fewer is a teaser


def find_strangers(sight: Sight) -> frozenset[int]:
    """Return the places of the blocks that lie in another article of the page.

    Endless pages append whole articles, each in an element of its own with a title of its own, to
    the one whose title the metadata name.
    """
    tree = sight.tree
    articles = [at for at, tag in enumerate(tree.tags) if tag == "article"]
    if sight.title < 0 or len(articles) < 2:
        return frozenset()
    place, tag = sight.owners[sight.title], sight.blocks[sight.title].tag
    around = [at for at in articles if tree.is_inside(place, at)]
    if not around or sight.raw[around[-1]] < _ARTICLE_CHARS:
        return frozenset()
    own = around[-1]
    titles = [at for at, name in enumerate(tree.tags) if name == tag]
    others = [
        at
        for at in articles
        if at > tree.ends[own]
        and sight.raw[at] >= _ARTICLE_CHARS
        and any(tree.is_inside(title, at) for title in titles)
    ]
    inside = {at for other in others for at in range(other, tree.ends[other] + 1)}
    return frozenset([at for at, owner in enumerate(sight.owners) if owner in inside])


def find_notes(sight: Sight, body: tuple[int, ...]) -> tuple[int, ...]:
    """Return the places of the blocks of footnotes that the body's blocks refer to.

    A reference is a link in a raised number to an element of the same page behind the body.
    """
    tree = sight.tree
    raised = [at for at, tag in enumerate(tree.tags) if tag == "sup"]
    if not raised or not body:
        return ()
    first, last = sight.owners[body[0]], tree.ends[sight.owners[body[-1]]]
    names = {_named(tree, at) for at in raised if first <= at <= last} - {""}
    if not names:
        return ()
    spans = [
        (at, tree.ends[at])
        for at in range(last + 1, len(tree.nodes))
        if tree.nodes[at].get("id") in names and not sight.boxed[at]
    ]
    return tuple(
        [
            at
            for at, owner in enumerate(sight.owners)
            if any(low <= owner <= high for low, high in spans)
        ]
    )


def _named(tree: Tree, at: int) -> str:
    """Return the name of the element that the link in or around a raised number leads to, or ""."""
    node: Element = tree.nodes[at]
    links = [node.find(".//a"), node.getparent()]
    address = next((link.get("href") or "" for link in links if link is not None), "")
    return address.partition("#")[2]
