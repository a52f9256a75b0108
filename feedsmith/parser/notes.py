"""The footnotes of an article: told by the references to them, so no block must be judged."""

from __future__ import annotations

from feedsmith.dom import Element, Tree
from feedsmith.parser.sight import Sight


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
