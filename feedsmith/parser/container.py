"""Which element holds the article's body, told by where the page's prose lies."""

from __future__ import annotations

from feedsmith.dom import Tree
from feedsmith.parser.marks import is_body

_DESCEND = 0.55  # of the prose; a child that holds less is only a part of the body
_CLIMB = 0.10  # of the prose; fewer neighbours are not worth their junk
_CLIMB_DENSITY = 0.7  # prose share of the neighbours' text; teasers have less
_NEARLY_ALL = 0.9  # of the prose in the largest named element; the innermost such is taken
_BODY_SHARE = 0.45  # of the prose; an element named the body that holds less is another's


def find_container(tree: Tree, marks: list[str], prose: list[int], size: list[int]) -> int:
    """Return the place of the element that holds the body.

    Args:
        tree: the page.
        marks: class, id and itemprop words of each element.
        prose: characters of prose inside each element, junk left out.
        size: characters of text inside each element.
    """
    named = [
        at
        for at, words in enumerate(marks)
        if words and prose[at] > _BODY_SHARE * prose[0] and is_body(words)
    ]
    if named and prose[0]:
        most = max(prose[at] for at in named)
        return max(at for at in named if prose[at] > _NEARLY_ALL * most)
    return _climb(tree, _descend(tree, prose), prose, size)


def _descend(tree: Tree, prose: list[int]) -> int:
    at = 0
    while True:
        children = [tree.places[child] for child in tree.nodes[at] if child in tree.places]
        best = max(children, key=lambda child: prose[child], default=0)
        if not best or prose[best] < _DESCEND * prose[at] or tree.nodes[best].tag == "p":
            return at
        at = best


def _climb(tree: Tree, at: int, prose: list[int], size: list[int]) -> int:
    chosen = at
    while at:
        parent = tree.parents[at]
        more = prose[parent] - prose[chosen]
        text = size[parent] - size[chosen]
        if more > _CLIMB * prose[chosen] and more > _CLIMB_DENSITY * text:
            chosen = parent
        at = parent
    return chosen
