"""The numbers of a second look at the blocks of a dump: what the first found around each of them.

The first forest knows how a block's neighbours look, but not whether they are body. Once it has
judged them all, more can be said: whether a block stands among body, how far it is from what is
surely body, and whether it has the subject and the layout of that.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from operator import mul

from feedsmith.parser.lines import FAR, Column, Lines, median, shifted, windowed
from feedsmith.parser.trees import to_chance

_MOST_WORDS = 60.0  # words; a longer block counts for no more than this
_SURE, _SURE_WORDS = 0.8, 12  # chance and words of a block that is surely body
_BEYOND = -6.0  # log odds that stand for what is beyond the page's ends
_BEHIND = 3 * FAR  # blocks; farther behind the first sure one a number says no more
_LENGTHS = 9.0  # times the usual block; beyond that a length says no more
_AROUND = (1, 3, 8)  # blocks around whose share of body counts
_SUBJECT_AROUND = (2, 6)  # the same of words that what is surely body holds


def columns(
    lines: Lines, own: dict[str, Column], odds: Column, kept: Sequence[int]
) -> dict[str, Column]:
    """Return all columns that the second forest may ask for, each of one number a block.

    Args:
        lines: the blocks, looked at.
        own: what `lines.own_columns` gives of them.
        odds: the log odds that the first forest gave them.
        kept: the places of the body that these odds make.
    """
    size, most = len(odds), max(odds)
    chances = [to_chance(odd) for odd in odds]
    words = [min(n, _MOST_WORDS) for n in own["words"]]
    body = list(map(mul, chances, words))
    sure = [at for at in range(size) if chances[at] > _SURE and own["words"][at] >= _SURE_WORDS]
    sure = sure or [max(range(size), key=body.__getitem__)]
    return {
        "odds": odds,
        "odds-1": shifted(odds, -1, _BEYOND),
        "odds+1": shifted(odds, 1, _BEYOND),
        "most": [most] * size,
        "to_most": [odd - most for odd in odds],
        **_around(body, words),
        **_run(body, frozenset(kept)),
        **_from_sure(size, sure),
        **_subject(lines.telling, sure),
        **_layout(lines, own, sure),
    }


def _around(body: Column, words: Column) -> dict[str, Column]:
    """Return the share of the words around each block that are body, the block itself aside."""
    size, found = len(body), {}
    for around in _AROUND:
        sums = windowed(body, around, size), windowed(words, around, size)
        found[f"body_in_{around}"] = [
            (right - own) / (all_of - n + 1)
            for right, own, all_of, n in zip(sums[0], body, sums[1], words, strict=True)
        ]
    return found


def _run(body: Column, kept: frozenset[int]) -> dict[str, Column]:
    """Return how many blocks in a row are kept with each one, or (below 0) are not; what they hold.

    `total` are the words that are body, as far as is known; `before` is the share of them above.
    """
    size, total = len(body), sum(body) + 1
    runs: Column = []
    shares: Column = []
    for is_kept, group in itertools.groupby(range(size), kept.__contains__):
        places = list(group)
        length = len(places)
        runs += [float(length if is_kept else -length)] * length
        shares += [sum([body[at] for at in places]) / total] * length
    done = itertools.accumulate(body[:-1], initial=0.0)
    return {
        "run": runs,
        "run_share": shares,
        "total": [total] * size,
        "before": [n / total for n in done],
    }


def _from_sure(size: int, sure: Sequence[int]) -> dict[str, Column]:
    """Return how far each block is from what is surely body: its ends, and the next up and on."""
    up = [FAR + 1.0] * size
    on = [FAR + 1.0] * size
    for at, following in itertools.pairwise((-1, *sure)):
        for place in range(at + 1 if at >= 0 else 0, following):
            on[place] = float(min(following - place, FAR))
        if at >= 0:
            on[at] = float(min(following - at, FAR))
    for at, following in itertools.pairwise((*sure, size - 1)):
        for place in range(at + 1, following + 1):
            up[place] = float(min(place - at, FAR))
    first, last = sure[0], sure[-1]
    return {
        "from_first": [float(max(-FAR, min(by, _BEHIND))) for by in range(-first, size - first)],
        "to_last": [float(max(-FAR, min(by, _BEHIND))) for by in range(last, last - size, -1)],
        "sure_up": up,
        "sure_on": on,
        "sure": [float(len(sure))] * size,
    }


def _subject(telling: Sequence[set[bytes]], sure: Sequence[int]) -> dict[str, Column]:
    """Return the share of each block's telling words that other, surely body, blocks hold."""
    counts = Counter(itertools.chain.from_iterable([telling[at] for at in sure]))
    held, held_elsewhere = set(counts), {word for word, n in counts.items() if n > 1}
    inside = frozenset(sure)
    hits = [
        float(len(words & (held_elsewhere if at in inside else held)))
        for at, words in enumerate(telling)
    ]
    sizes = [float(len(words)) for words in telling]
    found = {"of_body": [n / (size + 1) for n, size in zip(hits, sizes, strict=True)]}
    for around in _SUBJECT_AROUND:
        shared = windowed(hits, around, len(hits)), windowed(sizes, around, len(hits))
        found[f"of_body_in_{around}"] = [a / (b + 1) for a, b in zip(*shared, strict=True)]
    return found


def _layout(lines: Lines, own: dict[str, Column], sure: Sequence[int]) -> dict[str, Column]:
    """Return the share of what is surely body that has each block's gaps, and how long it is."""
    found = {}
    for name in ("gap", "gap_next"):
        column = own[name]
        counts = Counter([column[at] for at in sure])
        found[f"{name}_sure"] = [counts[n] / len(sure) for n in column]
    usual = max(1.0, median([lines.chars[at] for at in sure]))
    found["to_sure"] = [min(n / usual, _LENGTHS) for n in lines.chars]
    return found
