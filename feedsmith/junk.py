"""What recurs in the files of one site is junk by evidence: counted, learned once, and cut out.

Strategy: of every article the cache counts the lines that may recur, by hashes. When all files of a
run are read, what stands in enough articles of its site (who has none: of its folder) is learned,
and each article that is new, or reads otherwise than before, is asked which learned lines it has.
Both are kept in the ledger for good, so a file that comes or goes later changes no entry of before.
Identity, doubles and `updated` look at what the parser read; the lines are cut out where an entry
is made of it, like the user's corrections. What the user keeps or drops holds for all, at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from hashlib import blake2b
from typing import Final, NamedTuple
from zlib import crc32

from feedsmith import serial
from feedsmith.additions import Addition
from feedsmith.book import CUT
from feedsmith.cache import ArticleRow, Cache
from feedsmith.dates import DateContext, parse_date
from feedsmith.identity import Memory, Trait
from feedsmith.junklists import Lists
from feedsmith.ledger import Ledger
from feedsmith.model import Article
from feedsmith.recurring import LONG, SHORT, TITLE, Line, found_in, lines_of
from feedsmith.settle import origin_of

RULE: Final = 1  # of learning; kept beside what was learned by it
# Articles of a site that must have a line, of how many there are. Of 700 articles of a broadcaster
# 82 end with such a line, each of them in 3 to 22; but many articles on one event may share a
# paragraph, too, and more of them on a large site, and short sentences come again sooner. What half
# of all titles share names the site.
_NEEDED: Final[Mapping[str, Callable[[int], float]]] = {
    LONG: lambda size: max(3, size**0.5 / 3),
    SHORT: lambda size: max(5, size / 20),
    TITLE: lambda size: max(3, size / 2),
}
_LEAST = 3  # the fewest that any of these asks for
_FAITHFUL = 2 / 3  # of a line's articles have it at one place; what tells of an event wanders
_MOST_CUT = 1 / 2  # of a text's characters; what has more of them recur is all template
_MOST_KNOWN = 100_000  # judgements kept in memory
_DAYS = DateContext(UTC, "dmy")
_COUNT = "INSERT INTO lines VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET files = files + 1"
_DISCOUNT, _FORGET = (
    "UPDATE lines SET files = files - 1 WHERE line = ? AND place = ? AND body = ? AND article = ?",
    "DELETE FROM lines WHERE line = ? AND place = ? AND body = ? AND article = ? AND files = 0",
)
_COMMON = "SELECT line FROM lines WHERE line IN ({}) GROUP BY line HAVING count(*) >= ?"
_HELD = (
    "SELECT count(DISTINCT body), count(DISTINCT article) FROM lines WHERE line = ? GROUP BY place"
)


class Learned(NamedTuple):
    """A line that was learned: of which site, its name, as first printed, by which rule."""

    source: str
    name: str
    line: str
    rule: int


# Counting ------------------------------------------------------------------------------------


def count(
    cache: Cache, trait: Trait, article_id: str, lines: Sequence[Line], *, is_settled: bool
) -> None:
    """Count the lines of an article as it was read, before it is stored.

    Args:
        cache: keeps the counts.
        trait: says where it lies.
        article_id: what it is.
        lines: what of it may recur, nothing amended.
        is_settled: whether its text was published before, so that nothing is asked any more.
    """
    query = "SELECT * FROM articles WHERE path = ? AND part = ?"
    for row in cache.db.execute(query, (trait.path, trait.part)).fetchall():
        _discount(cache, ArticleRow(*row))  # two articles of one file went by the same part
    source = origin_of(trait.path, trait.site)
    rows, names = _rows(source, article_id, lines)
    cache.db.executemany(_COUNT, rows)
    if not is_settled and names:
        row = (trait.path, trait.part, article_id, source, " ".join(names))
        cache.db.execute("INSERT INTO undecided VALUES (?, ?, ?, ?, ?)", row)


def discount_stale(cache: Cache) -> None:
    """Take the lines of files that are new, changed or gone out of the counts."""
    rows = cache.db.execute("SELECT articles.* FROM news CROSS JOIN articles USING (path)")
    for row in map(ArticleRow._make, rows):
        _discount(cache, row)


def _discount(cache: Cache, row: ArticleRow) -> None:
    source = origin_of(row.path, serial.site_of(row.trait))
    counted, _ = _rows(source, row.id, lines_of(serial.from_row(row)))
    cache.db.executemany(_DISCOUNT, counted)
    cache.db.executemany(_FORGET, counted)


def _rows(
    source: str, article_id: str, lines: Sequence[Line]
) -> tuple[list[tuple[int, int, int, int]], list[str]]:
    """Return the rows that count an article's lines, and their names; "" counts the article."""
    number = crc32(article_id.encode())
    rows = [(_key(source, line.name), line.place, line.body, number) for line in lines]
    return [*rows, (_key(source, ""), 0, 0, number)], [line.name for line in lines]


def _key(source: str, name: str) -> int:
    digest = blake2b(f"{source}\n{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


# Learning ------------------------------------------------------------------------------------


def decide(cache: Cache, ledger: Ledger) -> Iterator[str]:
    """Learn what recurs, say of each new article what of it does, and yield the ids of those."""
    judge = _Judge(cache, ledger)
    for path, part, article_id, source, names in cache.db.execute("SELECT * FROM undecided"):
        hits = judge.recurring(source, names.split())
        article = serial.from_row(cache.article(path, part)) if hits else None
        if article and (cut := judge.learned(source, article, hits)):
            known = cut_from(ledger, article_id)
            ledger.set_name(CUT + article_id, " ".join(sorted({*known, *cut})))
            yield article_id
    cache.db.execute("DELETE FROM undecided")


class _Judge:
    """Says of lines whether they recur, with all files of the run counted."""

    def __init__(self, cache: Cache, ledger: Ledger) -> None:
        self._cache, self._ledger = cache, ledger
        self._known: dict[str, set[str]] = {}  # learned lines by source
        self._sizes: dict[str, int] = {}  # articles by source
        self._common: dict[int, bool] = {}  # whether lines of several articles are in enough

    def recurring(self, source: str, names: Iterable[str]) -> list[str]:
        """Return those of the names that were learned, or stand in enough articles."""
        known = self._of(source)
        keys = {_key(source, name): name for name in names if name not in known}
        self._look_up(source, keys)
        found = [name for key, name in keys.items() if self._common.get(key)]
        return [*(name for name in names if name in known), *found]

    def learned(self, source: str, article: Article, names: Collection[str]) -> list[str]:
        """Return what is to be cut out of an article, learned now if it was not before."""
        known, found = self._of(source), found_in(article, names)
        cut = [name for name, line in found.items() if name in known or not _is_date(line)]
        chars = sum(len(found[name]) for name in cut if name[0] != TITLE)
        if chars > _MOST_CUT * len(article.text):
            return []
        new = [Learned(source, name, found[name], RULE) for name in cut if name not in known]
        self._ledger.db.executemany("INSERT INTO junk VALUES (?, ?, ?, ?)", new)
        known.update(cut)
        return cut

    def _of(self, source: str) -> set[str]:
        if source not in self._known:
            query = "SELECT name FROM junk WHERE source = ?"
            self._known[source] = {name for (name,) in self._ledger.db.execute(query, (source,))}
        return self._known[source]

    def _look_up(self, source: str, keys: Mapping[int, str]) -> None:
        """Judge those lines that several articles have."""
        if len(self._common) > _MOST_KNOWN:
            self._common.clear()
        unknown = [key for key in keys if key not in self._common]
        query = _COMMON.format(", ".join("?" * len(unknown)))
        for (key,) in self._cache.db.execute(query, (*unknown, _LEAST)).fetchall():
            needed = _NEEDED[keys[key][0]](self._size(source))
            self._common[key] = self._held(key) >= needed

    def _size(self, source: str) -> int:
        if source not in self._sizes:
            query = "SELECT count(*) FROM lines WHERE line = ?"
            row = self._cache.db.execute(query, (_key(source, ""),)).fetchone()
            self._sizes[source] = row[0]
        return self._sizes[source]

    def _held(self, key: int) -> int:
        """Return how many articles have a line at its usual place, 0 if it has none.

        Versions of one text count once.
        """
        counts = [min(row) for row in self._cache.db.execute(_HELD, (key,))]
        most = max(counts, default=0)
        return most if most >= _FAITHFUL * sum(counts) else 0


def _is_date(line: str) -> bool:
    return parse_date(line, _DAYS) is not None


# Telling -------------------------------------------------------------------------------------


def cut_from(memory: Memory, article_id: str) -> tuple[str, ...]:
    """Return the names of the lines that were cut out of an article when it was published."""
    return tuple(memory.named(CUT + article_id).split())


def said(
    memory: Memory, ids: Iterable[str], lists: Lists, article: Article | None
) -> tuple[Addition, ...]:
    """Return what is to be cut out of an article, as one more thing that is said of it.

    Args:
        memory: knows what was decided.
        ids: of the article and its doubles.
        lists: the user's; what they keep is not cut.
        article: as it was read; asked for lines that the user drops, needed if there are any.
    """
    names = {name for one in ids for name in cut_from(memory, one)} if lists.is_on else set()
    names -= lists.keep
    if article and lists.drop:
        names |= found_in(article, lists.drop).keys()
    return (Addition("junk", junk=tuple(sorted(names))),) if names else ()


def learned(ledger: Ledger) -> list[Learned]:
    """Return all lines that were learned, by source, then as printed."""
    rows = ledger.db.execute("SELECT * FROM junk ORDER BY source, line, name")
    return list(map(Learned._make, rows))
