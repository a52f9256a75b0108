"""Columns about a block's surroundings: boxes it lies in, prose and links that its parents hold.

What depends on an element alone is reckoned once for all of its blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from feedsmith.dom import Tree
from feedsmith.parser import marks as words
from feedsmith.parser.sight import FAR, Sight, ancestors

_BOXES = ("caption", "named", "boxed", "marked", "inside", "below", "up", "down")
_CROWD = (
    "prose1", "prose2", "prose3", "raw1", "raw2", "raw3", "dense1", "dense2", "dense3", "links1",
    "links2", "calls1", "calls2", "size1", "size2", "blocks1",
)  # fmt: skip
_KIND = ("kind_share", "kind_density", "kind_blocks")
_PART = ("of_parent",)
GROUPS = (_BOXES, _CROWD, _KIND, _PART)
_CAPTION, _NAMED = 1, 2  # flags of elements


def groups(
    sight: Sight, places: Sequence[int], calls: list[int]
) -> tuple[Iterable[tuple[float, ...]], ...]:
    """Return for each of `GROUPS` its values for each block at some places."""
    return (
        _boxes(sight, places),
        _crowd(sight, places, calls),
        _kind(sight, places),
        _part(sight, places),
    )


def _boxes(sight: Sight, places: Sequence[int]) -> Iterable[tuple[float, ...]]:
    tree, container = sight.tree, sight.container
    owners = [sight.owners[place] for place in places]
    near, depths, flags = _inherited(sight, [*owners, container])
    above = ancestors(tree, container)
    known: dict[int, tuple[float, ...]] = {}
    for at in owners:
        if at not in known:
            up, down = _steps(tree, at, above)
            is_inside = tree.is_inside(at, container)
            below = min(depths[at] - depths[container], FAR) if is_inside else -1
            caption, named = flags[at] & _CAPTION, flags[at] >> 1
            boxed = bool(sight.boxed[at])
            known[at] = (caption, named, boxed, near[at], is_inside, below, up, down)
        yield known[at]


def _inherited(sight: Sight, elements: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Return, for some elements, levels to a marked box, its depth, and two flags.

    The flags: 1 lies in a caption, 2 in an element named like an article's body. The lists have a
    place for each element of the page; those of others say nothing.
    """
    tree = sight.tree
    count = len(tree.parents)
    near, depths, flags = [FAR] * count, [0] * count, [0] * count
    for at in _around(tree, elements):
        parent, mark, tag = tree.parents[at], sight.marks[at], tree.tags[at]
        is_box = tag in words.JUNK_TAGS or (mark and words.find_mark(mark))
        near[at] = 0 if is_box else min(near[parent] + 1, FAR)
        depths[at] = depths[parent] + 1
        flags[at] = flags[parent] | (_CAPTION if tag == "figcaption" else 0)
        if mark:
            flags[at] |= _CAPTION * words.is_caption_box(mark) | _NAMED * words.is_body(mark)
    return near, depths, flags


def _around(tree: Tree, elements: list[int]) -> list[int]:
    """Return elements and all that they lie in, but for the root, in page order."""
    found = {0}
    for at in elements:
        box = at
        while box not in found:
            found.add(box)
            box = tree.parents[box]
    return sorted(found)[1:]


def _steps(tree: Tree, at: int, above: dict[int, int]) -> tuple[int, int]:
    """Return the levels up to where another's ancestors are met, and down from there to it."""
    up = 0
    while at not in above:
        at = tree.parents[at]
        up += 1
    return min(up, FAR), min(above[at], FAR)


def _crowd(sight: Sight, places: Sequence[int], calls: list[int]) -> Iterable[tuple[float, ...]]:
    tree, parents, size = sight.tree, sight.tree.parents, sight.size
    called = tree.sums(
        (at, len(block.text))
        for at, block, count in zip(sight.owners, sight.blocks, calls, strict=True)
        if count
    )
    blocks = Counter([parents[at] for at in sight.owners])
    prose, raw = max(sight.prose[0], 1), max(sight.raw[0], 1)
    known: dict[int, tuple[float, ...]] = {}
    for place in places:
        one = parents[sight.owners[place]]
        if one not in known:
            two = parents[one]
            boxes = (one, two, parents[two])
            chars = [max(size[box], 1) for box in boxes]
            known[one] = (
                *[sight.prose[box] / prose for box in boxes],
                *[sight.raw[box] / raw for box in boxes],
                *[sight.raw[box] / char for box, char in zip(boxes, chars, strict=True)],
                min(sight.links[one] / chars[0], 1), min(sight.links[two] / chars[1], 1),
                called[one] / chars[0], called[two] / chars[1],
                size[one], size[two], blocks[one],
            )  # fmt: skip
        yield known[one]


def _kind(sight: Sight, places: Sequence[int]) -> Iterable[tuple[float, ...]]:
    """What blocks of the same element and class, in such a parent, hold all over the page."""
    tree, marks = sight.tree, sight.marks
    kinds = []
    for at in sight.owners:
        parent = tree.parents[at]
        kinds.append((tree.tags[at], marks[at], tree.tags[parent], marks[parent]))
    sums: dict[object, list[int]] = {}
    for kind, block in zip(kinds, sight.blocks, strict=True):
        found = sums.get(kind)
        if found is None:
            sums[kind] = [block.prose, len(block.text), 1]
        else:
            found[0] += block.prose
            found[1] += len(block.text)
            found[2] += 1
    total = max(sight.raw[0], 1)
    known = {kind: (prose / total, prose / chars, n) for kind, (prose, chars, n) in sums.items()}
    return [known[kinds[at]] for at in places]


def _part(sight: Sight, places: Sequence[int]) -> Iterable[tuple[float, ...]]:
    """Which share of its parent's text a block is."""
    parents, size = sight.tree.parents, sight.size
    for at in places:
        yield (len(sight.blocks[at].text) / max(size[parents[sight.owners[at]]], 1),)
