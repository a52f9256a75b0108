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
    "chars_after", "chars_after2", "links_before", "links_after", "sibling_after",
    "sibling_after2", "heading_before",
)  # fmt: skip
_PLACE = (
    "from_start", "to_end", "prose_before", "from_title", "since_heading", "titles_between",
    "title_up", "title_prose", "title_density", "held", "held_raw", "held_density",
)  # fmt: skip
COLUMNS = (*_NEAR, *_PLACE)


def groups(
    sight: Sight, places: Sequence[int], calls: list[int], copies: Counter[str]
) -> tuple[Iterable[tuple[float, ...]], ...]:
    """Return the groups of `COLUMNS`, each with a row for each block at some places."""
    return _near(sight, places, calls, copies), _place(sight, places)


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
    last = len(blocks) - 1
    for at in places:
        parent = around[at]
        yield (
            _share(links, sizes, at, _FEW), _share(links, sizes, at, _MANY),
            _share(prose, sizes, at, _MANY), _share(called, sizes, at, _SOME),
            _share(twice, sizes, at, _SOME),
            chars[at - 1] if at else -1, chars[at + 1] if at < last else -1,
            chars[at + 2] if at + 1 < last else -1,
            shares[at - 1] if at else -1, shares[at + 1] if at < last else -1,
            at < last and around[at + 1] == parent, at + 1 < last and around[at + 2] == parent,
            bool(at) and blocks[at - 1].tag in HEADINGS,
        )  # fmt: skip


def _summed(amounts: list[int]) -> list[int]:
    return [0, *accumulate(amounts)]


def _share(sums: list[int], sizes: list[int], at: int, reach: int) -> float:
    low, high = max(0, at - reach), min(len(sums) - 1, at + reach + 1)
    return (sums[high] - sums[low]) / (sizes[high] - sizes[low] or 1)


def _place(sight: Sight, places: Sequence[int]) -> Iterable[tuple[float, ...]]:
    tree, container, title = sight.tree, sight.container, sight.title
    inner = [
        at
        for at, (owner, block) in enumerate(zip(sight.owners, sight.blocks, strict=True))
        if block.prose and tree.is_inside(owner, container)
    ]
    start, end = (inner[0], inner[-1]) if inner else (0, len(sight.blocks) - 1)
    prose, raw, size = sight.prose, sight.raw, sight.size
    total = max(raw[0], 1)
    held = (
        prose[container] / max(prose[0], 1), raw[container] / total,
        prose[container] / max(size[container], 1),
    )  # fmt: skip
    above = ancestors(tree, sight.owners[title]) if title >= 0 else {}
    wanted = set(places)
    before = since = titles = 0
    for at, (owner, block) in enumerate(zip(sight.owners, sight.blocks, strict=True)):
        since = 0 if block.tag in HEADINGS else since + 1
        titles += block.tag == "h1" and at > title >= 0
        if at in wanted:
            from_title = max(_BELOW, min(at - title, _ABOVE)) if title >= 0 else _BELOW - 1
            yield (
                at - start, end - at, before / total, from_title, since, titles,
                *_meeting(sight, owner, above), *held,
            )  # fmt: skip
        before += block.prose


def _meeting(sight: Sight, at: int, above: dict[int, int]) -> tuple[float, float, float]:
    """Return how far above the title the element that holds both lies, and what prose it holds."""
    if not above:
        return -1, -1, -1
    while at not in above:
        at = sight.tree.parents[at]
    return (
        min(above[at], FAR), sight.raw[at] / max(sight.raw[0], 1),
        sight.raw[at] / max(sight.size[at], 1),
    )  # fmt: skip
