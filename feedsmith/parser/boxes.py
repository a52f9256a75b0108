"""Which elements of a page are boxes that are no part of an article, by what they are called."""

from __future__ import annotations

from feedsmith import dom
from feedsmith.dom import Tree
from feedsmith.parser import marks as words

_JUNK_SHARE = 0.4  # of the page's prose; a "sidebar" that holds more is the article
_TALK = ("comment", "respond", "repl", "disqus", "discussion", "fb-comments", "livefyre")
_LEAST_CHARS = 300  # characters of prose; an article outside the comments has as much
_NEVER_JUNK = frozenset({"body", "main", "h1"})
_SAYING = frozenset({"role", "hidden", "style"})
_MARKS = frozenset({"class", "id", "itemprop", "rel"})


def read_marks(tree: Tree) -> tuple[list[str], list[str]]:
    """Return two texts for each element: its marks, and what speaks against it.

    Marks are class, id, itemprop and rel words as they stand. What speaks against an element is
    its name, its role, "hidden" or one of its class words; "" where nothing does.
    """
    marks, against = [], []
    for tag, attributes in zip(tree.tags, dom.attributes(tree.nodes), strict=True):
        mark = said = ""
        for name, value in attributes:
            if name in _MARKS:
                mark = f"{mark} {value}" if mark else value
            elif name in _SAYING:
                said = said or _said(name, value)
        marks.append(mark)
        if tag in words.JUNK_TAGS:
            against.append(tag)
        elif tag in _NEVER_JUNK:
            against.append("")
        else:
            against.append(said or (words.find_mark(mark) if mark else ""))
    against[0] = ""
    return marks, against


def _said(name: str, value: str) -> str:
    """Return what an attribute other than the marks says against its element."""
    if name == "role":
        return value if value in words.JUNK_ROLES else ""
    is_hidden = name == "hidden" or "display:none" in value.replace(" ", "")
    return "hidden" if is_hidden else ""


def find_boxes(tree: Tree, against: list[str], prose: list[int]) -> list[bool]:
    """Say for each element whether it lies in a box which is no part of an article.

    A word that would take away more than _JUNK_SHARE of the page's prose marks no such box here:
    a "paywall" around every paragraph is the article. Readers' comments may well be longer than
    the article, so for them it is enough that some prose is left.

    Args:
        tree: the page.
        against: what speaks against each element (`read_marks`).
        prose: characters of prose inside each element.
    """
    taken: dict[str, int] = {}
    for at, word in enumerate(against):
        if word and against[tree.parents[at]] != word:
            taken[word] = taken.get(word, 0) + prose[at]
    limit, most = _JUNK_SHARE * prose[0], prose[0] - _LEAST_CHARS
    spared = {
        word for word, chars in taken.items() if chars > (most if word.startswith(_TALK) else limit)
    }
    boxed = [False] * len(against)
    for at in range(1, len(against)):
        word = against[at]
        boxed[at] = boxed[tree.parents[at]] or bool(word and word not in spared)
    return boxed
