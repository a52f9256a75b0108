"""Articles that are another one once more: from another site, or saved in another form.

Strategy: when an article is met for the first time, its print is compared with those that the
ledger keeps. One that is a double keeps its own id in the ledger, so that it can stand alone again,
but has no entry: that of its leader, the one met first, stands for both. What stood apart before
stays apart. The decision is made once and kept, and depends on nothing but what the ledger knows.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from feedsmith.feedmodel import Elsewhere
from feedsmith.identity import Known, Trait
from feedsmith.ledger import Ledger
from feedsmith.likeness import likeness

ALIKE = 0.6  # likeness from which two texts are one; reports of one event have 0.1 at most
_WHOLE = 0.9  # share of the longest double's text that the first one needs to be shown
_LOOKED_UP = 6  # hashes of a print by which others are found; 0.4 ** 6 of the doubles are missed
_COMMON = 20  # articles that share a hash; what more of them have is a site's own phrase
# Time between two copies: other sites take an article over within days, under a title of their own;
# where an address is missing, two alike may be two mails of a series.
_DAYS_APART, _HOURS_APART = timedelta(days=7), timedelta(hours=36)


def note(ledger: Ledger, article_id: str, text_print: tuple[int, ...]) -> None:
    """Remember the print of an article's text in place of the one it had."""
    old = ledger.db.execute("SELECT number, hashes FROM prints WHERE id = ?", (article_id,))
    hashes = struct.pack(f"<{len(text_print)}I", *text_print)
    for number, known in old.fetchall():
        if known == hashes:
            return
        ledger.db.execute("DELETE FROM prints WHERE number = ?", (number,))
        rows = [(key, number) for key in _looked_up(_unpacked(known))]
        ledger.db.executemany("DELETE FROM print_hashes WHERE hash = ? AND number = ?", rows)
    if text_print:
        put = "INSERT INTO prints (id, hashes) VALUES (?, ?)"
        number = ledger.db.execute(put, (article_id, hashes)).lastrowid
        rows = [(key, number) for key in _looked_up(text_print)]
        ledger.db.executemany("INSERT INTO print_hashes VALUES (?, ?)", rows)


def find_leader(ledger: Ledger, found: Trait, text_print: tuple[int, ...]) -> str:
    """Return the id of the article that a new one is a double of, "" when it is none."""
    own = frozenset(text_print)
    for article_id, known_print in _candidates(ledger, text_print):
        if len(own.intersection(known_print)) < ALIKE * min(len(own), len(known_print)):
            continue  # whatever their likeness is, it is no more than that
        if likeness(text_print, known_print) < ALIKE:
            continue
        leader = leader_of(ledger, article_id)
        group = [known for one in (article_id, leader) if (known := ledger.by_id(one))]
        if group and not any(_must_stay_apart(found, known) for known in group):
            return leader
    return ""


def best_copy(bests: Sequence[Trait]) -> Trait:
    """Return the one that readers get of doubles: the first, unless it is cut short.

    Args:
        bests: the best copy of each, in the order in which the doubles were met.
    """
    longest = max(one.chars for one in bests)
    return next(one for one in bests if one.chars >= longest * _WHOLE)


def join(ledger: Ledger, article_id: str, leader: str) -> None:
    """Remember that an article is a double of another one."""
    ledger.db.execute("REPLACE INTO doubles VALUES (?, ?)", (article_id, leader))


def leader_of(ledger: Ledger, article_id: str) -> str:
    """Return the id whose entry stands for an article: its own, unless it is a double."""
    row = ledger.db.execute("SELECT leader FROM doubles WHERE id = ?", (article_id,)).fetchone()
    return str(row[0]) if row else article_id


def of_leader(ledger: Ledger, leader: str) -> list[str]:
    """Return the ids of an article's doubles, in the order in which they were met."""
    rows = ledger.db.execute(
        "SELECT id FROM doubles JOIN articles USING (id) WHERE leader = ? ORDER BY number",
        (leader,),
    )
    return [row[0] for row in rows]


def pairs(ledger: Ledger) -> list[tuple[str, str]]:
    """Return (id, id of its leader) of every double."""
    return ledger.db.execute("SELECT id, leader FROM doubles ORDER BY id").fetchall()


def prints(ledger: Ledger) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield (id, print) of every article that has one."""
    rows = ledger.db.execute("SELECT id, hashes FROM prints ORDER BY id")
    return ((article_id, _unpacked(hashes)) for article_id, hashes in rows)


def to_json(elsewhere: Iterable[Elsewhere]) -> str:
    """Return where else an article stands as it is stored, "" for nowhere."""
    rows = [(one.name, one.url) for one in elsewhere]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def from_json(text: str) -> tuple[Elsewhere, ...]:
    """Return what `to_json` stored."""
    return tuple([Elsewhere(name, url) for name, url in json.loads(text)]) if text else ()


def _candidates(
    ledger: Ledger, text_print: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield (id, print) of the articles with a rare hash in common, the oldest first."""
    numbers: set[int] = set()
    query = "SELECT number FROM print_hashes WHERE hash = ? LIMIT ?"
    for key in _looked_up(text_print):
        holders = ledger.db.execute(query, (key, _COMMON + 1)).fetchall()
        numbers.update(number for (number,) in holders if len(holders) <= _COMMON)
    if numbers:
        for article_id, hashes in ledger.db.execute(_PRINTS, (json.dumps([*numbers]),)).fetchall():
            yield article_id, _unpacked(hashes)


_PRINTS = """
SELECT id, hashes FROM prints WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number
"""


def _looked_up(text_print: tuple[int, ...]) -> tuple[int, ...]:
    return text_print[:_LOOKED_UP]


def _unpacked(hashes: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(hashes) // 4}I", hashes)


def _must_stay_apart(found: Trait, known: Known) -> bool:
    """Say whether two articles are two, however alike: on one site, removed, or of other days."""
    both_placed = bool(found.url and known.url)
    if known.removed:
        return True
    if found.site == known.site if both_placed else found.title != known.title:
        return True
    if found.published is None or known.published is None:
        return False
    apart = abs(found.published - known.published)
    return apart > (_DAYS_APART if both_placed else _HOURS_APART)
