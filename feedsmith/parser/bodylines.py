"""The numbers that tell the body's blocks of a dump from the others, for the forest of `textbody`.

What a line says of itself (`lines.own_columns`) is not enough: its neighbours, its place in the
page, its distance from the title, the words and the layout that it shares with the likely body, and
the part of the page that it stands in say more.
"""

from __future__ import annotations

import itertools
from operator import truediv

from feedsmith.parser.lines import (
    FAR,
    Column,
    Lines,
    counted,
    distances,
    median,
    shifted,
    streaks,
    windowed,
)

_PART_GAP = 3  # blocks without prose that do not yet part the text in two
_OPENING = 5  # paragraphs that tell what the text is about
_TWIN_CHARS = 30  # characters; paragraphs that share so long an opening are one said twice
_PARTS = (-8, 12)  # parts before and behind the first; beyond that a number says no more
_STREAK_CHARS = 6000.0  # characters of unbroken prose; more of them say no more
_TO_MEDIAN = 9.0  # times the usual paragraph; beyond that a line's length says no more
_BYLINES = (-6, 16)  # blocks around the title among which a byline names the author
_NAME_BYTES, _NAME_WORDS = 3, 12  # the least of a name's word; words of a byline that may be names
_OPENS_WITH = 4  # words of a line among which a note about the author names them
# What a line says of itself.
_OWN = (
    "chars", "words", "long", "prose", "label", "item", "ends", "bars", "stops", "commas", "upper",
    "quotes", "small", "calls", "consent", "credit", "bio", "rest", "indent", "gap", "gap_next",
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


def body_columns(lines: Lines, own: dict[str, Column], title: int) -> dict[str, Column]:
    """Return all columns that the forest may ask for, each of one number a block."""
    top = title if title >= 0 else max(0, lines.run[0] - 1)
    return {
        **{name: own[name] for name in _OWN},
        **_context_columns(lines, own),
        **_page_columns(lines, own),
        **_usual_columns(lines, own),
        **_author_columns(lines, own, top),
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
    found[f"prose_in_{_AROUND[0]}"] = list(map(truediv, found[f"prose_of_{_AROUND[0]}"], whole))
    return found


def _page_columns(lines: Lines, own: dict[str, Column]) -> dict[str, Column]:
    """Return where each line stands in the page, and what kind of page it is."""
    size, (start, end) = len(lines.blocks), lines.run
    places = range(size)
    done = list(itertools.accumulate(lines.prose))
    total, chars = max(done[-1], 1), sum(lines.chars)
    again = counted(lines.texts)
    page = {
        "blocks": size,
        "total": total,
        "density": total / chars,
        "mean": chars / size,
        "run_share": sum(lines.prose[start:end]) / total,
        "run_blocks": end - start,
        "empty": lines.raw.count("") / len(lines.raw),
    }
    tails = itertools.accumulate([0.0] * min(start, size) + own["tail"][start:])
    return {
        **{name: [float(value)] * size for name, value in page.items()},
        "from_start": distances(size, start),
        "to_end": distances(size, size - end)[::-1],
        "inside": [0.0] * start + [1.0] * (end - start) + [0.0] * (size - end),
        "place": [at / size for at in places],
        "prose_done": [n / total for n in done],
        "tails": list(tails),
        "tail_ago": streaks([1.0 - n for n in own["tail"]]),
        "again": [float(again[line]) for line in lines.texts],
    }


def _usual_columns(lines: Lines, own: dict[str, Column]) -> dict[str, Column]:
    """Return how long and how laid out each line is, against the paragraphs of the likely body.

    `streak` counts the characters of prose that stand together with nothing between.
    """
    start, end = lines.run
    paragraphs = [at for at in range(start, end) if lines.prose[at]] or [start]
    usual = max(1.0, median([lines.chars[at] for at in paragraphs]))
    found = {"to_median": [min(n / usual, _TO_MEDIAN) for n in lines.chars]}
    for name in ("gap", "indent"):
        counts = counted([own[name][at] for at in paragraphs])
        found[f"{name}_run"] = [counts.get(value, 0) / len(paragraphs) for value in own[name]]
    streak: Column = []
    for is_prose, group in itertools.groupby(lines.prose, bool):
        chars = list(group)
        streak += [min(float(sum(chars)), _STREAK_CHARS) * is_prose] * len(chars)
    return found | {"streak": streak}


def _author_columns(lines: Lines, own: dict[str, Column], top: int) -> dict[str, Column]:
    """Return which lines open with words of the byline, as notes about the author do."""
    size, (low, high) = len(lines.blocks), _BYLINES
    bylines = [at for at in range(max(0, top + low), min(size, top + high)) if own["byline"][at]]
    words = (word for at in bylines for word in lines.words[at][:_NAME_WORDS])
    names = {word for word in words if len(word) >= _NAME_BYTES}
    named = [float(sum(map(names.__contains__, line[:_OPENS_WITH]))) for line in lines.words]
    for at in bylines:
        named[at] = 0.0
    return {
        "named": named,
        "names": [float(len(names))] * size,
        "bio_in_2": windowed(own["bio"], 2, size),
        "you": [n / (words + 1) for n, words in zip(own["you"], own["words"], strict=True)],
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
    times = counted(keys)
    twin = [1.0 if key and times[key] > 1 else 0.0 for key in keys]
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
    once: set[bytes] = set()
    twice: set[bytes] = set()
    for words in lines:
        twice |= once & words
        once |= words
    return once, twice
