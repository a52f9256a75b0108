"""Which lines of a dump may be its title, and the numbers that tell the title from the others."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right

from feedsmith import text
from feedsmith.parser.lines import LOOK_WORDS, Column, Lines, counted, menus

_BEFORE, _BEHIND = 100, 30  # blocks around the body's start; a menu's prose may lie before
_TOP = 60  # blocks from the page's top that are looked at wherever the body seems to start
_CLOSE = 6  # blocks behind the body's start where prose may still be a title
_MIN, _MAX = 8, 220  # bytes at least, characters at most of a line that may be a title
_WORDS = 3  # words; a shorter line must hold more that the text takes up
_LONGER = 3  # bytes; words that are no longer tell nothing
_SENTENCE = 0.8  # log odds that a sentence must have more than a line that is none
_NEXT = 3  # blocks; a subtitle has its title no farther above, a kicker its title below
_PARAGRAPHS, _PARAGRAPHS_AHEAD = 5, 20  # that open an article; blocks within which they stand
_TELLING_PARAGRAPHS = 3  # of those, whose words the title shares
_MOST_BEFORE = 5000.0  # characters of prose above; more of them say no more
_CRUMBS_AHEAD = 3  # blocks from a line of breadcrumbs, the title last, to the title itself
_OWN = (
    "chars", "words", "long", "head", "ends", "bars", "commas", "upper", "digits", "small", "calls",
    "credit", "indent", "gap", "gap_next",
)  # fmt: skip
_NEIGHBOURS = (
    *(("chars", by) for by in (-2, -1, 1, 2)),
    *(("upper", by) for by in (-1, 1)),
    ("prose", -1), ("byline", 2), ("indent", 1), ("ends", -1), ("ends", 1),
)  # fmt: skip
_BEYOND = -1.0  # stands for what is beyond the page's ends
# Blocks to the nearest one of a kind: (name, column, direction, blocks that are looked at).
_NEAREST = (
    ("prose_on", "prose", 1, 12),
    ("dated_on", "dated", 1, 8),
    ("dated_up", "dated", -1, 8),
    ("byline_on", "byline", 1, 8),
    ("byline_up", "byline", -1, 8),
)
# Sums of what stands around: (name, column, from, to), the bounds in blocks from the line.
_SUMS = (
    ("dated_ahead", "dated", 1, 5),
    ("byline_ahead", "byline", 1, 5),
    ("small_in_3", "small", -3, 3),
    ("menu_before", "menu", -7, -1),
)


def candidates(lines: Lines) -> list[int]:
    """Return the places of the lines that may be the title, in page order."""
    start, size = lines.run[0], len(lines.blocks)
    first, longest = max(0, start - _BEFORE), max(lines.prose)
    return [
        at
        for at in (*range(min(_TOP, first)), *range(first, min(start + _BEHIND, size)))
        if len(lines.data[at]) >= _MIN
        and lines.chars[at] <= _MAX
        and (not lines.prose[at] or (first <= at < start + _CLOSE and lines.prose[at] < longest))
        and _may_be(lines, at)
    ]


def _may_be(lines: Lines, at: int) -> bool:
    if lines.blocks[at].tag == "h1":
        return True
    words = lines.words[at]
    known = sum(map(lines.spoken.__contains__, _longer(words)))
    return known > (len(words) < _WORDS)


def _longer(words: list[bytes]) -> list[bytes]:
    return [word for word in words if len(word) > _LONGER]


def best_of(lines: Lines, odds: dict[int, float]) -> int:
    """Return the place with the highest odds; a sentence needs more of them than another line."""
    return max(odds, key=lambda at: (odds[at] - _SENTENCE * bool(lines.prose[at]), -at))


def behind_crumbs(texts: list[str], places: list[int], best: int) -> int:
    """Return the place of the title that a line of breadcrumbs right above it ends with too."""
    line = texts[best]
    below = (at for at in places if best < at <= best + _CRUMBS_AHEAD)
    return next((at for at in below if line.endswith(f" {texts[at]}")), best)


def title_columns(lines: Lines, own: dict[str, Column], places: list[int]) -> dict[str, Column]:
    """Return the columns that the forest may ask for, each of one number a candidate."""
    size = len(lines.blocks)
    found = {name: [own[name][at] for at in places] for name in _OWN}
    found |= {
        f"{name}{by:+}": [own[name][at + by] if 0 <= at + by < size else _BEYOND for at in places]
        for name, by in _NEIGHBOURS
    }
    sources = own | {"menu": menus(lines)}
    found |= {
        name: [sum(sources[source][max(0, at + low) : max(0, at + high + 1)]) for at in places]
        if any(sources[source])
        else [0.0] * len(places)
        for name, source, low, high in _SUMS
    }
    found |= {name: _steps(own[kind], places, by, most) for name, kind, by, most in _NEAREST}
    return (
        found
        | _word_columns(lines, places)
        | _place_columns(lines, places)
        | _article_columns(lines, places)
    )


def _steps(flags: Column, places: list[int], by: int, most: int) -> Column:
    """Return how many blocks away the next flag is that way; one more than `most` if none is.

    >>> _steps([0.0, 0.0, 1.0], [0, 2], 1, 8)
    [2.0, 9.0]
    """
    flagged = [at for at, flag in enumerate(flags) if flag]
    beyond = most + 1
    if not flagged:
        return [float(beyond)] * len(places)
    found: Column = []
    for at in places:
        if by > 0:
            next_ = bisect_right(flagged, at)
            steps = flagged[next_] - at if next_ < len(flagged) else beyond
        else:
            next_ = bisect_left(flagged, at)
            steps = at - flagged[next_ - 1] if next_ else beyond
        found.append(float(min(steps, beyond)))
    return found


def _word_columns(lines: Lines, places: list[int]) -> dict[str, Column]:
    """Return how much of each candidate the text takes up, and whether it is said again."""
    longer = [_longer(lines.words[at]) for at in places]
    known = [sum(map(lines.spoken.__contains__, words)) for words in longer]
    ledes = [sum(map(lines.lede.__contains__, words)) for words in longer]
    again = counted(lines.texts)
    folded = [text.fold(lines.texts[at]) for at in places]
    around, page = "\n".join(folded), "\n".join(lines.texts)
    most = max(known, default=0) + 1
    return {
        "known": [float(n) for n in known],
        "share": [n / (len(words) + 1) for n, words in zip(known, longer, strict=True)],
        "lede": [n / (len(words) + 1) for n, words in zip(ledes, longer, strict=True)],
        "better": [float(sum(map(n.__le__, known[:at]))) for at, n in enumerate(known)],
        "of_best": [n / most for n in known],
        "above": _neighbours(places, known, -1),
        "below": _neighbours(places, known, 1),
        "contained": [float(page.count(lines.texts[at])) for at in places],
        "again": [float(again[lines.texts[at]]) for at in places],
        "within": [float(around.count(line)) for line in folded],
    }


def _neighbours(places: list[int], known: list[int], step: int) -> Column:
    """Return how many words known from the text the next candidate that way holds; -1: none near.

    >>> _neighbours([4, 5, 9], [3, 7, 2], -1)
    [-1.0, 3.0, -1.0]
    """
    words = dict(zip(places, known, strict=True))
    ways = ((at + step * by for by in range(1, _NEXT + 1)) for at in places)
    return [next((float(words[at]) for at in way if at in words), _BEYOND) for way in ways]


def _article_columns(lines: Lines, places: list[int]) -> dict[str, Column]:
    """Return what each candidate would be the title of: the next paragraphs and their words."""
    paragraphs = [at for at, n in enumerate(lines.prose) if n]
    shares, chars = [], []
    for at in places:
        first = bisect_right(paragraphs, at)
        ahead = paragraphs[first : first + _PARAGRAPHS]
        said = [lines.words[other][:LOOK_WORDS] for other in ahead[:_TELLING_PARAGRAPHS]]
        words = set(_longer(lines.words[at]))
        shares.append(
            len(words.intersection(itertools.chain.from_iterable(said))) / (len(words) + 1)
        )
        near = (lines.prose[other] for other in ahead if other < at + _PARAGRAPHS_AHEAD)
        chars.append(float(sum(near)))
    return {"next": shares, "next_chars": chars}


def _place_columns(lines: Lines, places: list[int]) -> dict[str, Column]:
    """Return where each candidate stands, and how long the likely body is."""
    start, end = lines.run
    done = [0, *itertools.accumulate(lines.prose)]
    return {
        "run_blocks": [float(end - start)] * len(places),
        "from_start": [float(max(-2 * _BEFORE, at - start)) for at in places],
        "prose_to_start": [float(done[max(start, at)] - done[at]) for at in places],
        "prose_before": [min(float(done[at]), _MOST_BEFORE) for at in places],
        "rank": [float(n) for n in range(len(places))],
        "left": [float(n) for n in range(len(places), 0, -1)],
        "number": [float(min(at, 2 * _BEFORE)) for at in places],
    }
