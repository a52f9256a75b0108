"""Which blocks of a dump are its body: a forest judges each, and neighbours hold together.

Blocks far from any prose are not asked about. Among all ways to part the page into body and the
rest, the one is chosen for which the blocks' log odds speak the most, less a price for each change
from body to something else or back (Viterbi's algorithm): a heading between paragraphs stays, a
lonely sentence in a menu does not.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from feedsmith.parser import headline, textpage
from feedsmith.parser.lines import (
    FAR,
    LOOK_WORDS,
    Column,
    Lines,
    distances,
    look_at,
    own_columns,
    shifted,
    streaks,
    windowed,
)
from feedsmith.parser.naming import Standing
from feedsmith.parser.page import Block, once
from feedsmith.parser.trees import load_forest, probability

_AROUND_PROSE = 15  # blocks; what is farther from any prose is not even looked at
_MOST_BLOCKS = 20_000  # blocks; the columns of more would take too much memory
_REACH = 4  # blocks from the nearest prose; farther ones are no body
_PART_GAP = 3  # blocks without prose that do not yet part the text in two
_OPENING = 5  # paragraphs that tell what the text is about
_TWIN_CHARS = 30  # characters; paragraphs that share so long an opening are one said twice
_PARTS = (-8, 12)  # parts before and behind the first; beyond that a number says no more
_BEYOND_DOUBT, _LOOK = 2.3, 6  # log odds that settle a block's part; trees between two looks
_CHANGE = 1.75  # log odds; the price of a change from body to the rest or back
FAR_OFF = -4.0  # log odds of a block that is far from any prose
# What a line says of itself.
_OWN = (
    "chars", "words", "long", "prose", "label", "item", "ends", "bars", "stops", "commas", "upper",
    "quotes", "small", "calls", "consent", "credit", "indent", "gap", "gap_next",
)  # fmt: skip
# What is taken of the neighbours: (column, blocks away), and (column, blocks around) of sums.
_NEIGHBOURS = (
    *(("chars", by) for by in (-2, -1, 1, 2)),
    *((name, by) for name in ("ends", "upper") for by in (-1, 1)),
)
_WINDOWS = (
    ("label", 6), ("dated", 6), ("small", 5), ("digits", 4), ("said", 8), ("calls", 12),
    ("tail", 8), ("cut", 6), ("consent", 15),
)  # fmt: skip
_AROUND = (2, 5, 12, 30)  # blocks around whose amount of prose counts


def choose(blocks: Sequence[Block], raw: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """Return the places of the blocks that are the body, and that of the likely title, or -1.

    Title and dateline may still be among the body's blocks. Where the forest keeps no prose at
    all, the run that has the most is the body: no article is lost.

    Args:
        blocks: the dump's blocks, in its order.
        raw: the dump's own lines.
    """
    lines = near_lines(blocks, raw)
    if not lines:
        return tuple(range(*textpage.run_of(blocks))), -1
    own = own_columns(lines)
    title = headline.rank(lines, own)
    body = tuple(once(lines.blocks, runs(_odds(lines, own, title.place), own["words"])))
    if not any(lines.prose[at] for at in body):
        body = tuple(range(*lines.run))
    around = lines.places
    return tuple([around[at] for at in body]), around[title.place] if title.is_sure else -1


def standings(blocks: Sequence[Block], raw: Sequence[str]) -> list[Standing]:
    """Return how each block stood when the body was chosen, as far as it was asked about."""
    lines = near_lines(blocks, raw)
    if not lines:
        return []
    own = own_columns(lines)
    odds = _odds(lines, own, headline.rank(lines, own).place)
    chances = {
        at: round(100 * probability(odd)) for at, odd in zip(lines.places, odds, strict=True)
    }
    return [Standing(chances.get(at)) for at in range(len(blocks))]


def near_lines(blocks: Sequence[Block], raw: Sequence[str]) -> Lines | None:
    """Return the blocks that are near some prose, looked at; None if there are none or too many."""
    places = near_prose([block.prose for block in blocks], _AROUND_PROSE)
    return look_at(blocks, places, raw) if 0 < len(places) <= _MOST_BLOCKS else None


def _odds(lines: Lines, own: dict[str, Column], title: int) -> Column:
    """Return the log odds of each block."""
    forest = load_forest("text")
    columns = body_columns(lines, own, title)
    wanted = [columns[name] for name in forest.features]
    odds = [FAR_OFF] * len(lines.blocks)
    for at in near_prose(lines.prose):
        odds[at] = forest.log_odds(
            [column[at] for column in wanted], doubt=_BEYOND_DOUBT, look=_LOOK
        )
    return odds


def near_prose(prose: Sequence[int], reach: int = _REACH) -> list[int]:
    """Return the places that are at most so many blocks away from some prose."""
    near = windowed([n > 0 for n in prose], reach, len(prose))
    return [at for at, n in enumerate(near) if n]


def runs(odds: list[float], words: Column) -> tuple[int, ...]:
    """Return the places of the body; a block counts by the square root of its words."""
    out = inside = 0.0  # the best sums so far that end outside the body, and inside it
    came_in, stayed_in = [], []  # at each place: whether the best way came from inside
    weights = [min(n, LOOK_WORDS) ** 0.5 for n in words]
    for odd, weight in zip(odds, weights, strict=True):
        came_in.append(inside - _CHANGE > out)
        stayed_in.append(inside >= out - _CHANGE)
        out, inside = (
            max(out, inside - _CHANGE),
            max(inside, out - _CHANGE) + odd * weight,
        )
    kept, is_inside = [], inside > out
    for at in range(len(odds) - 1, -1, -1):
        if is_inside:
            kept.append(at)
        is_inside = stayed_in[at] if is_inside else came_in[at]
    return tuple(reversed(kept))


def body_columns(lines: Lines, own: dict[str, Column], title: int) -> dict[str, Column]:
    """Return all columns that the forest may ask for, each of one number a block."""
    top = title if title >= 0 else max(0, lines.run[0] - 1)
    return {
        **{name: own[name] for name in _OWN},
        **_context_columns(lines, own),
        **_page_columns(lines, own),
        **_title_columns(lines, title),
        **_part_columns(lines, top),
        **_subject_columns(lines, title, top),
    }


def _context_columns(lines: Lines, own: dict[str, Column]) -> dict[str, Column]:
    """Return what the neighbours look like."""
    size, chars = len(lines.blocks), own["chars"]
    found = {f"{name}{by:+}": shifted(own[name], by) for name, by in _NEIGHBOURS}
    found |= {f"{name}_in_{n}": windowed(own[name], n, size) for name, n in _WINDOWS}
    found |= {f"prose_of_{n}": windowed(lines.prose, n, size) for n in _AROUND}
    whole = windowed(chars, _AROUND[0], size)
    found[f"prose_in_{_AROUND[0]}"] = [
        part / total for part, total in zip(found[f"prose_of_{_AROUND[0]}"], whole, strict=True)
    ]
    return found


def _page_columns(lines: Lines, own: dict[str, Column]) -> dict[str, Column]:
    """Return where each line stands in the page, and what kind of page it is."""
    size, (start, end) = len(lines.blocks), lines.run
    places = range(size)
    done = list(itertools.accumulate(lines.prose))
    total, chars = max(done[-1], 1), sum(lines.chars)
    again = Counter(lines.texts)
    page = {
        "blocks": size,
        "total": total,
        "density": total / chars,
        "mean": chars / size,
        "run_share": sum(lines.prose[start:end]) / total,
        "run_blocks": end - start,
        "empty": sum(not line for line in lines.raw) / len(lines.raw),
    }
    tails = itertools.accumulate(n if at >= start else 0.0 for at, n in enumerate(own["tail"]))
    return {
        **{name: [float(value)] * size for name, value in page.items()},
        "from_start": distances(size, start),
        "to_end": distances(size, size - end)[::-1],
        "inside": [float(start <= at < end) for at in places],
        "place": [at / size for at in places],
        "prose_done": [n / total for n in done],
        "tails": list(tails),
        "tail_ago": streaks([1.0 - n for n in own["tail"]]),
        "again": [float(again[line]) for line in lines.texts],
    }


def _title_columns(lines: Lines, title: int) -> dict[str, Column]:
    """Return how far each line is from the probable title, and how much of it that says."""
    size = len(lines.blocks)
    if title < 0:
        return {
            "from_title": [-FAR - 1.0] * size,
            "of_title": [0.0] * size,
            "as_title": [0.0] * size,
        }
    said = {word for word in lines.words[title] if len(word) > 2}
    shared = [len(said.intersection(words)) for words in lines.words]
    return {
        "from_title": distances(size, title),
        "of_title": [n / (len(words) + 1) for n, words in zip(shared, lines.words, strict=True)],
        "as_title": [n / (len(said) + 1) for n in shared],
    }


def _part_columns(lines: Lines, top: int) -> dict[str, Column]:
    """Return how the prose falls into parts, where labels and menus stand between; see `_PART_GAP`.

    A block that is no prose belongs to the part before it. Parts are counted from the first that
    reaches behind `top`, the place of the title.
    """
    parts, sizes = _parts(lines.prose)
    first = next((parts[at] for at in range(top, len(parts)) if lines.prose[at]), 0)
    done = [0, *itertools.accumulate(lines.prose)]
    total, above = max(done[-1], 1), done[top]
    keys = [line[:_TWIN_CHARS] if len(line) >= _TWIN_CHARS else "" for line in lines.texts]
    times = Counter(keys)
    twin = [float(bool(key) and times[key] > 1) for key in keys]
    low, high = _PARTS
    return {
        "part": [float(max(low, min(high, part - first))) for part in parts],
        "part_prose": [float(sizes[part]) for part in parts],
        "part_share": [sizes[part] / total for part in parts],
        "title_prose": [float(n - above) for n in done[:-1]],
        "title_done": [(n - above) / total for n in done[:-1]],
        "twin": twin,
        "twin_in_6": windowed(twin, 6, len(twin)),
    }


def _parts(prose: list[int]) -> tuple[list[int], list[int]]:
    """Return each block's part, and each part's characters of prose.

    Part 0 stands for what comes before any prose; it is empty.
    """
    parts, sizes, gap = [], [0], FAR
    for n in prose:
        if n and gap > _PART_GAP:
            sizes.append(0)
        sizes[-1] += n
        gap = 0 if n else gap + 1
        parts.append(len(sizes) - 1)
    return parts, sizes


def _subject_columns(lines: Lines, title: int, top: int) -> dict[str, Column]:
    """Return the share of each line's telling words that the opening, or other paragraphs, hold.

    The opening is the title and the paragraphs behind it, without the line itself.
    """
    size, telling = len(lines.blocks), lines.telling
    paragraphs = [at for at, n in enumerate(lines.prose) if n]
    opening = [at for at in paragraphs if at >= top][:_OPENING]
    held, held_elsewhere = _held([telling[at] for at in paragraphs])
    said = [telling[at] for at in opening] + 2 * [telling[title]] * (title >= 0)
    opened, opened_elsewhere = _held(said)
    counts = [float(len(words)) for words in telling]
    lede = [float(len(words & opened)) for words in telling]
    for at in opening:
        lede[at] = float(len(telling[at] & opened_elsewhere))
    if title >= 0:
        lede[title] = 0.0
    found = {
        "subject": [
            len(words & (held_elsewhere if prose else held)) / len(words) if words else -1.0
            for words, prose in zip(telling, lines.prose, strict=True)
        ],
        "lede": [part / (n + 1) for part, n in zip(lede, counts, strict=True)],
    }
    for around in (3, 10):
        shared, all_of = windowed(lede, around, size), windowed(counts, around, size)
        found[f"lede_in_{around}"] = [a / (b + 1) for a, b in zip(shared, all_of, strict=True)]
    return found


def _held(lines: list[set[bytes]]) -> tuple[set[bytes], set[bytes]]:
    """Return the words that one of the lines holds, and those that two of them do."""
    counts = Counter(itertools.chain.from_iterable(lines))
    return set(counts), {word for word, count in counts.items() if count > 1}
