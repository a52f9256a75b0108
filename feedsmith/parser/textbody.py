"""Which blocks of a dump are its body: a forest judges each, and neighbours hold together.

Blocks far from any prose are not asked about. Among all ways to part the page into body and the
rest, the one is chosen for which the blocks' log odds speak the most, less a price for each change
from body to something else or back (Viterbi's algorithm): a heading between paragraphs stays, a
lonely sentence in a menu does not. Where the forest is not sure of the page, a second one judges
the blocks anew by what the first found around them (`secondlook`). Where little is sure even so,
what stands near is taken too if that raises the expected F1 of the characters: a page of odd make
has an article too.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import mul
from typing import NamedTuple

from feedsmith.parser import headline, secondlook, textpage
from feedsmith.parser.bodylines import body_columns
from feedsmith.parser.lines import LOOK_WORDS, Column, Lines, look_at, own_columns, windowed
from feedsmith.parser.naming import Standing
from feedsmith.parser.page import Block, once
from feedsmith.parser.trees import to_chance
from feedsmith.parser.weights import text, text_again

_AROUND_PROSE = 15  # blocks; what is farther from any prose is not even looked at
_MOST_BLOCKS = 20_000  # blocks; the columns of more would take too much memory
_REACH = 4  # blocks from the nearest prose; farther ones are no body
_CHANGE = 1.25  # log odds; the price of a change from body to the rest or back
_DOUBT = 0.2  # log odds that a block must have to be body: pages have more to take than to miss
_SETTLED = 0.95  # expected F1; from it on no block is looked at again
_CLEAR = 3.0  # log odds for or against a block; it is not looked at again
_UNSURE = 0.9  # expected F1; below it less doubt is tried as well
_LESS_DOUBT = (-0.8, -1.6)  # log odds
_ALONE = 3  # words; so few alone behind the last paragraph are a menu's or a heading
FAR_OFF = -4.0  # log odds of a block that is far from any prose


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
    _, best = _judged(lines, own, title.place)
    body = without_tail(tuple(once(lines.blocks, best)), lines.prose, own)
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
    odds, _ = _judged(lines, own, headline.rank(lines, own).place)
    chances = {at: round(100 * to_chance(odd)) for at, odd in zip(lines.places, odds, strict=True)}
    return [Standing(chances.get(at)) for at in range(len(blocks))]


def near_lines(blocks: Sequence[Block], raw: Sequence[str]) -> Lines | None:
    """Return the blocks that are near some prose, looked at; None if there are none or too many."""
    places = near_prose([block.prose for block in blocks], _AROUND_PROSE)
    return look_at(blocks, places, raw) if 0 < len(places) <= _MOST_BLOCKS else None


def _judged(lines: Lines, own: dict[str, Column], title: int) -> tuple[Column, tuple[int, ...]]:
    """Return the log odds of each block, and the places of the body that they make."""
    near = near_prose(lines.prose)
    columns = body_columns(lines, own, title)
    rows = list(zip(*[columns[name] for name in text.FEATURES], strict=True))
    odds = [FAR_OFF] * len(rows)
    for at in near:
        odds[at] = text.log_odds(*rows[at])
    first = _weigh(odds, own["words"], lines.chars)
    if first.expected >= _SETTLED:
        return odds, first.best
    columns = secondlook.columns(lines, own, odds, first.best)
    rows = list(zip(*[columns[name] for name in text_again.FEATURES], strict=True))
    for at in near:
        if not is_clear(odds[at]):
            odds[at] = text_again.log_odds(*rows[at])
    return odds, likeliest(odds, own["words"], lines.chars)


def is_clear(odd: float) -> bool:
    """Say whether the first forest's log odds of a block are beyond doubt."""
    return not -_CLEAR < odd < _CLEAR


def is_settled(odds: Column, words: Column, chars: Sequence[int]) -> bool:
    """Say whether the first forest's log odds are sure enough of a page; see `likeliest`."""
    return _weigh(odds, words, chars).expected >= _SETTLED


def without_tail(
    body: Sequence[int], prose: Sequence[int], own: dict[str, Column]
) -> tuple[int, ...]:
    """Return a body without what stands behind its last paragraph, from a tail's heading on.

    A few words alone there head nothing, so they are no part of it either.

    Args:
        body: places of blocks, in page order.
        prose: characters of prose of each block of the page.
        own: what `lines.own_columns` gives of them; "tail", "words" and "ends" are read.
    """
    last = max([at for at in body if prose[at]], default=-1)
    behind = [at for at in body if at > last]
    if len(behind) == 1 and own["words"][behind[0]] <= _ALONE and not own["ends"][behind[0]]:
        return tuple(body[:-1])
    end = next((at for at in behind if own["tail"][at]), None)
    return tuple([at for at in body if end is None or at < end])


def near_prose(prose: Sequence[int], reach: int = _REACH) -> list[int]:
    """Return the places that are at most so many blocks away from some prose."""
    near = windowed([n > 0 for n in prose], reach, len(prose))
    return [at for at, n in enumerate(near) if n]


def likeliest(odds: list[float], words: Column, chars: Sequence[int]) -> tuple[int, ...]:
    """Return the places of the body, chosen with less doubt where little is sure.

    Args:
        odds: the log odds of each block.
        words: how many it has.
        chars: how many characters it has.
    """
    best, expected, chances, total = _weigh(odds, words, chars)
    if expected >= _UNSURE:
        return best
    sure = {at + by for at in best for by in range(-_REACH, _REACH + 1)}
    for doubt in _LESS_DOUBT:
        more = _beside(sure, runs(odds, words, doubt)) if sure else runs(odds, words, doubt)
        chance = _expected_f1(more, chances, chars, total)
        if chance > expected:
            best, expected = more, chance
    return best


class _Weighed(NamedTuple):
    """The best body and its expected F1; each block's chance, and the characters they expect."""

    best: tuple[int, ...]
    expected: float
    chances: Column
    total: float


def _weigh(odds: Column, words: Column, chars: Sequence[int]) -> _Weighed:
    chances = [to_chance(odd) for odd in odds]
    total = sum(map(mul, chances, chars))
    best = runs(odds, words)
    return _Weighed(best, _expected_f1(best, chances, chars, total), chances, total)


def _beside(sure: set[int], body: Sequence[int]) -> tuple[int, ...]:
    """Return the runs of a body that are somewhere within the places near a surer one."""
    by_run = groupby(enumerate(body), key=lambda pair: pair[1] - pair[0])
    runs_of = [[at for _, at in run] for _, run in by_run]
    return tuple([at for run in runs_of if not sure.isdisjoint(run) for at in run])


def _expected_f1(
    body: Sequence[int], chances: Sequence[float], chars: Sequence[int], total: float
) -> float:
    """Return the F1 that a body has if blocks are right as often as their chances say.

    `total` is how many characters all blocks together are expected to give.
    """
    right = sum([chances[at] * chars[at] for at in body])
    return 2 * right / (sum([chars[at] for at in body]) + total)


def runs(odds: list[float], words: Column, doubt: float = _DOUBT) -> tuple[int, ...]:
    """Return the places of the body; a block counts by the square root of its words."""
    out = inside = 0.0  # the best sums so far that end outside the body, and inside it
    came_in, stayed_in = [], []  # at each place: whether the best way came from inside
    weights = [min(n, LOOK_WORDS) ** 0.5 for n in words]
    for odd, weight in zip(odds, weights, strict=True):
        came_in.append(inside - _CHANGE > out)
        stayed_in.append(inside >= out - _CHANGE)
        out, inside = (
            max(out, inside - _CHANGE),
            max(inside, out - _CHANGE) + (odd - doubt) * weight,
        )
    kept, is_inside = [], inside > out
    for at in range(len(odds) - 1, -1, -1):
        if is_inside:
            kept.append(at)
        is_inside = stayed_in[at] if is_inside else came_in[at]
    return tuple(reversed(kept))
