"""A page before its blocks are judged: its tree, its blocks, and what each element holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedsmith.dom import Tree
from feedsmith.parser.page import Block

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FAR = 12  # levels of a tree; what is farther is just far


@dataclass(frozen=True, slots=True)
class Sight:
    """A page before its blocks are judged.

    `owners[n]` is the element of `blocks[n]`; `boxed` the word of the box that each element lies in
    or ""; `title` the place of the block that prints the title, or -1; `container` the element that
    rules take for the body's. Per element: `prose` that is no box's, `raw` prose, `size` in
    characters, and `links`, the characters inside links.
    """

    tree: Tree
    owners: Sequence[int]
    blocks: Sequence[Block]
    marks: Sequence[str]
    boxed: Sequence[str]
    title: int
    container: int
    prose: Sequence[int]
    raw: Sequence[int]
    size: Sequence[int]
    links: Sequence[int]
    headline: str = ""
    description: str = ""
    hidden_body: str = ""


def ancestors(tree: Tree, at: int) -> dict[int, int]:
    """Return the element and those around it, each with its levels above the element."""
    found = {at: 0}
    while at:
        at = tree.parents[at]
        found[at] = len(found)
    return found
