"""A saved page laid out: its blocks, which of them are the body, and the element around those.

Boxes that are no part of an article are marked by their element, role or class words, unless they
hold most of the page's prose or its title. Rules guess the element that holds the body; that guess,
and all else that is known of a block, is what the forest is asked about (`roles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from feedsmith import dom, lazyimages, text
from feedsmith.dom import Element, Tree
from feedsmith.parser import limits, roles
from feedsmith.parser import marks as words
from feedsmith.parser.boxes import clear_title, find_boxes, mark_others, read_marks
from feedsmith.parser.container import find_container
from feedsmith.parser.cutting import Run, cut
from feedsmith.parser.naming import Standing
from feedsmith.parser.notes import find_notes
from feedsmith.parser.page import Block, Metadata
from feedsmith.parser.sight import Sight, ancestors
from feedsmith.parser.trees import probability

_DEAD = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas",
    "link", "select", "option", "textarea", "input", "dialog", "head",
)  # fmt: skip
_TABLE_PARTS = frozenset({"tr", "tbody", "thead", "tfoot"})
_TITLE_TAGS = frozenset({"h1", "h2", "h3", "h4"})
_TITLE_CHARS = 300  # characters; a longer heading is no title
_ALIKE = (
    0.35  # share of the words of heading and declared title that both have; fewer prove nothing
)
_H1, _LATER = (
    0.3,
    0.0005,
)  # what being an h1, and standing a block later, is worth beside that share
_WORD = re.compile(r"\w+")
_ALONE = 0.3  # worth of prose without prose beside it


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's tree with its blocks; `runs[n]` is where `blocks[n]` lies.

    `odds` are the log odds of each block to be part of the body, `body` the places of those that
    are. `container` is the node that holds the body, `guess` the one that rules take for it,
    `heading` the one that prints the title or -1, `boxed` the word of the box, no part of an
    article, that each node lies in, or "".
    """

    tree: Tree
    runs: tuple[Run, ...]
    blocks: tuple[Block, ...]
    boxed: list[str]
    odds: list[float]
    body: tuple[int, ...]
    container: int
    heading: int
    guess: int

    @property
    def where(self) -> str:
        """The container as people would name it."""
        return _named(self.tree.nodes[self.container])

    def standings(self) -> list[Standing]:
        """Return how each block stood when the body was chosen."""
        return [
            Standing(round(100 * probability(odd)), self.boxed[run.owner], self._around(run.owner))
            for run, odd in zip(self.runs, self.odds, strict=True)
        ]

    def rivals(self) -> tuple[tuple[str, str], ...]:
        """Return the element that rules take for the body, where it is another one."""
        if self.guess == self.container:
            return ()
        inside = [self.tree.is_inside(run.owner, self.guess) for run in self.runs]
        words = sum(len(block.text.split()) for block in compress(self.blocks, inside))
        return (("element", f"{_named(self.tree.nodes[self.guess])}, {words} words"),)

    def _around(self, at: int) -> tuple[str, ...]:
        """Return the names of an element and of those around it, below the body's container."""
        return tuple([str(self.tree.nodes[place].tag) for place in ancestors(self.tree, at)])


def lay_out(root: Element, meta: Metadata, *, whole: bool = False, chars: int = 0) -> Layout:
    """Return the layout of a page whose metadata has been read; scripts and forms are cut.

    Args:
        root: the page's tree, which is changed.
        meta: what it declares.
        whole: it is the body alone; nothing is judged, only hidden blocks are left out.
        chars: how many its markup has.

    Raises:
        DamagedSourceError: it is far too long for an article.
    """
    sight, runs = look(root, meta, chars)
    if whole:
        odds, body = roles.take_all(sight)
    else:
        odds = roles.judge(sight)
        body = roles.choose(sight.blocks, odds)
        body = tuple(sorted({*body, *find_notes(sight, body)}))
    container = _holder(sight, body) if body else sight.container
    heading = sight.owners[sight.title] if sight.title >= 0 else -1
    return Layout(
        sight.tree, runs, tuple(sight.blocks), list(sight.boxed), odds, body, container, heading,
        sight.container,
    )  # fmt: skip


def _named(node: Element) -> str:
    name = node.get("class") or node.get("id") or ""
    return f"<{node.tag} {' '.join(name.split())}>" if name else f"<{node.tag}>"


def look(root: Element, meta: Metadata, chars: int = 0) -> tuple[Sight, tuple[Run, ...]]:
    """Return a page with its blocks and what its elements hold, and where the blocks lie."""
    lazyimages.lift_images(root)
    dom.strip(root, _DEAD)
    dom.part_lines(root)
    if chars > limits.LONG_CHARS:
        limits.check_text(dom.joined(root))
    tree = dom.index(root)
    marks, against = read_marks(tree)
    runs, blocks, links = cut(tree, marks)
    limits.check_blocks(blocks)
    owners = [run.owner for run in runs]
    raw = tree.sums(zip(owners, [block.prose for block in blocks], strict=True))
    headline = text.fold(meta.linked.headline or meta.first("og:title")[1] or meta.page_title)
    title = find_heading(blocks, headline)
    if title >= 0:
        clear_title(tree, against, owners[title], raw)
        mark_others(tree, against, _rank(blocks, owners, title), raw)
    boxed = find_boxes(tree, against, raw, title=title >= 0)
    living = [(owner, at) for at, owner in enumerate(owners) if not boxed[owner]]
    worths = _worths([blocks[at] for _, at in living])
    prose = tree.sums((owner, worth) for (owner, _), worth in zip(living, worths, strict=True))
    size = tree.sums(zip(owners, [len(block.text) for block in blocks], strict=True))
    container = find_container(tree, marks, prose, size)
    description = text.fold(meta.first("og:description", "description")[1])
    sight = Sight(
        tree, owners, blocks, marks, boxed, title, container, prose, raw, size, links,
        headline, description, meta.linked.body,
    )  # fmt: skip
    return sight, runs


def find_heading(blocks: Sequence[Block], headline: str) -> int:
    """Return the place of the heading that says most nearly what the page declares, or -1.

    Args:
        blocks: the page's blocks.
        headline: what metadata say the title is, folded; it may end in the site's name.
    """
    declared = set(_WORD.findall(headline))
    best, place = _ALIKE, -1
    for at, block in enumerate(blocks):
        if block.tag not in _TITLE_TAGS or len(block.text) > _TITLE_CHARS:
            continue
        own = set(_WORD.findall(text.fold(block.text)))
        alike = len(own & declared) / len(own | declared) if own else 0
        score = alike + _H1 * (block.tag == "h1") - _LATER * at
        if score > best:
            best, place = score, at
    return place


def _rank(blocks: Sequence[Block], owners: Sequence[int], title: int) -> list[int]:
    """Return the elements that print headings of the title's rank, the title's own first."""
    tag = blocks[title].tag
    rest = [own for own, block in zip(owners, blocks, strict=True) if block.tag == tag]
    return [owners[title], *[own for own in rest if own != owners[title]]]


def _holder(sight: Sight, body: tuple[int, ...]) -> int:
    """Return the innermost element around all of the body's blocks; rows have their table."""
    tree, owners = sight.tree, [sight.owners[at] for at in body]
    first, last = min(owners), max(owners)
    while not tree.is_inside(last, first) or tree.tags[first] in _TABLE_PARTS:
        first = tree.parents[first]
    return first


def widened(layout: Layout, added: Iterable[int]) -> Layout:
    """Return a layout with some more blocks in its body, and an element around them all."""
    new = [at for at in added if at not in layout.body]
    if not new:
        return layout
    tree, container = layout.tree, layout.container
    for at in new:
        while not tree.is_inside(layout.runs[at].owner, container):
            container = tree.parents[container]
    return replace(layout, body=tuple(sorted({*layout.body, *new})), container=container)


def _worths(blocks: list[Block]) -> list[int]:
    """Return each block's prose; less for a teaser alone between links, none for cookie talk."""
    prose = [block.prose for block in blocks]
    around = zip([0, *prose], blocks, [*prose[1:], 0], strict=False)
    return [
        0
        if not block.prose or words.is_consent(block.text)
        else int(block.prose * (1 if before or behind else _ALONE))
        for before, block, behind in around
    ]
