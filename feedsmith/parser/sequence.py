"""Columns about a block's place in page order: its neighbours, the title, the body's two ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from feedsmith.parser.sight import FAR, HEADINGS, Sight, ancestors

_BELOW, _ABOVE = -60, 120  # blocks ahead of the title and behind it that are told apart
_FEW, _SOME, _MANY = 5, 6, 15  # blocks to each side
_NEAR = (
    "links_near", "links_wide", "prose_wide", "calls_near", "copies_near", "chars_before",
    "chars_after", "chars_after2", "links_before", "links_after", "sibling_after2",
)  # fmt: skip
_PLACE = (
    "from_start", "to_end", "prose_before", "from_title", "since_heading",
)  # fmt: skip
_MEETING = ("title_up", "title_prose", "title_density", "held", "held_raw", "held_density")
GROUPS = (_NEAR, _PLACE, _MEETING)


def groups(
    sight: Sight, places: Sequence[int], calls: list[int], copies: Counter[str]
) -> tuple[Iterable[tuple[float, ...]], ...]:
    """Return for each of `GROUPS` its values for each block at some places."""
    return _near(sight, places, calls, copies), _place(sight, places), _meeting(sight, places)


def _near(
    sight: Sight, places: Sequence[int], calls: list[int], copies: Counter[str]
) -> Iterable[tuple[float, ...]]:
    blocks, parents = sight.blocks, sight.tree.parents
    chars = [len(block.text) for block in blocks]
    shares = [block.link_chars / size for block, size in zip(blocks, chars, strict=True)]
    around = [parents[at] for at in sight.owners]
    sizes = _summed(chars)
    links = _summed([block.link_chars for block in blocks])
    prose = _summed([block.prose for block in blocks])
    called = _summed([n if count else 0 for n, count in zip(chars, calls, strict=True)])
    twice = _summed([b.prose if copies.get(b.text, 1) > 1 else 0 for b in blocks])
    last, count = len(blocks) - 1, len(blocks)
    for at in places:
        parent = around[at]
        low, high = max(0, at - _FEW), min(count, at + _FEW + 1)
        few = sizes[high] - sizes[low] or 1
        links_few = (links[high] - links[low]) / few
        low, high = max(0, at - _SOME), min(count, at + _SOME + 1)
        some = sizes[high] - sizes[low] or 1
        called_some, twice_some = (
            (called[high] - called[low]) / some,
            (twice[high] - twice[low]) / some,
        )
        low, high = max(0, at - _MANY), min(count, at + _MANY + 1)
        many = sizes[high] - sizes[low] or 1
        yield (
            links_few, (links[high] - links[low]) / many,
            (prose[high] - prose[low]) / many, called_some, twice_some,
            chars[at - 1] if at else -1, chars[at + 1] if at < last else -1,
            chars[at + 2] if at + 1 < last else -1,
            shares[at - 1] if at else -1, shares[at + 1] if at < last else -1,
            at + 1 < last and around[at + 2] == parent,
        )  # fmt: skip


def _summed(amounts: list[int]) -> list[int]:
    return [0, *accumulate(amounts)]


def _place(sight: Sight, places: Sequence[int]) -> Iterable[tuple[float, ...]]:
    tree, container, title = sight.tree, sight.container, sight.title
    inner = [
        at
        for at, (owner, block) in enumerate(zip(sight.owners, sight.blocks, strict=True))
        if block.prose and tree.is_inside(owner, container)
    ]
    start, end = (inner[0], inner[-1]) if inner else (0, len(sight.blocks) - 1)
    total = max(sight.raw[0], 1)
    wanted = set(places)
    before = since = 0
    for at, block in enumerate(sight.blocks):
        since = 0 if block.tag in HEADINGS else since + 1
        if at in wanted:
            from_title = max(_BELOW, min(at - title, _ABOVE)) if title >= 0 else _BELOW - 1
            yield at - start, end - at, before / total, from_title, since
        before += block.prose


def _meeting(sight: Sight, places: Sequence[int]) -> Iterable[tuple[float, ...]]:
    """How far above the title the element that holds both lies; what it and the container hold."""
    prose, raw, size, parents = sight.prose, sight.raw, sight.size, sight.tree.parents
    container, total = sight.container, max(raw[0], 1)
    held = (
        prose[container] / max(prose[0], 1), raw[container] / total,
        prose[container] / max(size[container], 1),
    )  # fmt: skip
    above = ancestors(sight.tree, sight.owners[sight.title]) if sight.title >= 0 else {}
    known = {
        at: (min(levels, FAR), raw[at] / total, raw[at] / max(size[at], 1), *held)
        for at, levels in above.items()
    }
    for place in places:
        at = sight.owners[place]
        while above and at not in known:
            at = parents[at]
        yield known[at] if above else (-1, -1, -1, *held)
