"""Changed files → articles in the cache → entries: parsed, identified, each with its best copy.

Everything is keyed by path or id and taken in the order of paths, so the result does not depend
on who finished first, nor on which files changed together.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import NamedTuple

from feedsmith import (
    doubles,
    files,
    identity,
    junk,
    lending,
    pipeline,
    reading,
    scan,
    serial,
    steering,
    teaching,
    tombstones,
)  # fmt: skip
from feedsmith.additions import Addition
from feedsmith.cache import Cache, Copy, EntryRow
from feedsmith.crews import Crew
from feedsmith.drafts import Draft, Drafted, drafted, drafted_one_by_one, lying_in
from feedsmith.feedmodel import Elsewhere
from feedsmith.model import Article, Topic
from feedsmith.pictures import FOLDER
from feedsmith.placing import (
    Intake,
    entry_of,
    must_wait,
    put_article,
    settle_waiting,
    with_elsewhere,
)
from feedsmith.shelf import Shelf
from feedsmith.text import slugify
from feedsmith.topics import is_unsorted

# Files; after so many it pays to give back what Python keeps of their parsing: its free lists,
# which only a whole collection empties.
MANY = 500
WAITING = 1_000  # new articles with ambiguous dates that are held until other files are read
Progress = Callable[[Iterable[Drafted], int], Iterable[Drafted]]


def take_in(run: Intake, delta: scan.Delta, crew: Crew | None, progress: Progress) -> None:
    """Parse the changed files into the cache; note all articles that this touches as affected."""
    cache = run.cache
    cache.put_files(delta.touched)
    moved = ((row.path,) for row in delta.touched)
    query = "INSERT OR IGNORE INTO affected SELECT id FROM articles WHERE path = ?"
    cache.db.executemany(query, chain(cache.stale(), moved))
    cache.affect(lending.touched(cache, run.ledger))
    junk.discount_stale(cache)
    cache.drop_stale()
    sources = (
        files.source(
            found.path, found.relative, mtime_ns=found.row.mtime_ns, size=found.row.size,
            max_bytes=run.config.input.max_file_bytes,
        )
        for found in scan.news(cache)
    )  # fmt: skip
    finish = partial(drafted if crew else drafted_one_by_one, parser=run.parser)
    read = pipeline.finished(sources, run.config, crew, finish)
    _store(run, progress(read, delta.changed))
    if delta.changed >= MANY:
        gc.collect()
    cache.affect(lending.touched(cache, run.ledger))
    cache.affect(lending.changed_corrections(cache, run.corrections))


def _store(run: Intake, parsed: Iterable[Drafted]) -> None:
    """Store what was parsed; note the articles that more than this one file may have a say in."""
    named: dict[str, Topic] = {}
    is_said_of = bool(run.corrections or run.lists.drop) or lending.has_any(run.cache)
    waiting: list[Draft] = []
    left = scan.news(run.cache)
    found = next(left, None)
    for outcome, drafts in parsed:
        assert found is not None  # noqa: S101 (each file has its outcomes)
        named.update((topic.slug, topic) for topic in outcome.topics)
        _put_remarks(run.cache, found.row.path, outcome)
        for picture in outcome.pictures:
            run.keep(FOLDER + picture.name, picture.data)
        ready = map(partial(lying_in, path=found.row.path), drafts)
        placed = [put_article(run, one) for one in ready if not must_wait(run, one, waiting)]
        placed += settle_waiting(run, waiting) if len(waiting) >= WAITING else ()
        run.cache.affect(i for i, is_new in placed if is_said_of or not is_new)
        lending.put(run.cache, lending.of_outcome(found.row.path, outcome))
        if outcome.is_last:
            row = found.row._replace(source=outcome.digest, kind=outcome.kind)
            run.cache.put_files([row])
            found = next(left, None)
    placed = settle_waiting(run, waiting)
    run.cache.affect(i for i, is_new in placed if is_said_of or not is_new)
    run.cache.affect(junk.decide(run.cache, run.ledger))
    _put_topics(run.cache, named.values())


def _put_remarks(cache: Cache, path: str, outcome: reading.Outcome) -> None:
    remarks = [(path, 1, f.error, f.message) for f in outcome.failures]
    remarks += [(path, 0, n.kind, n.message) for n in outcome.notices]
    if remarks:
        cache.db.executemany("INSERT INTO remarks VALUES (?, ?, ?, ?)", remarks)


def _put_topics(cache: Cache, named: Iterable[Topic]) -> None:
    cache.db.executemany(
        "INSERT INTO topics VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(t.slug, t.title, t.description, t.parent, t.declared) for t in named],
    )


def assign_again(run: Intake) -> None:
    """Give every article its topics anew, from the cache: only the rules have changed."""
    run.cache.db.execute("DELETE FROM topics")
    run.cache.db.execute("INSERT OR IGNORE INTO affected SELECT id FROM articles")
    last = 0
    while rows := run.cache.db.execute(_NEXT_ARTICLES, (last,)).fetchall():
        for last, path, part in rows:
            article = serial.from_row(run.cache.article(path, part))
            article, named = reading.with_topics(article, reading.catalog(run.config))
            _put_topics(run.cache, named)
            row = (" ".join(article.topics), serial.why_out(article), last)
            run.cache.db.execute("UPDATE articles SET topics = ?, why = ? WHERE rowid = ?", row)


_NEXT_ARTICLES = "SELECT rowid, path, part FROM articles WHERE rowid > ? ORDER BY rowid LIMIT 500"


def settle_entries(run: Intake) -> None:
    """Make the entries of the affected articles say what their best copies say."""
    shelf = Shelf(run.cache)
    joins = run.config.input.duplicates == "join"
    for (article_id,) in run.cache.db.execute("SELECT id FROM affected ORDER BY id"):
        leader = doubles.leader_of(run.ledger, article_id) if joins else article_id
        others = doubles.of_leader(run.ledger, leader) if joins else []
        entry = _settled(run, leader, others)
        if entry:
            shelf.put(entry)
        for gone in (*others, *(() if entry else (leader,))):
            shelf.drop(gone)
    run.cache.db.execute("DELETE FROM affected")


class _Member(NamedTuple):
    """An article of a group of doubles as it is now, its copies and the best of them."""

    known: identity.Known
    copies: list[Copy]
    best: identity.Trait


def _settled(run: Intake, article_id: str, others: Sequence[str]) -> EntryRow | None:
    """Return what the entry of an article and its doubles is to be, None for none."""
    known = run.ledger.by_id(article_id)
    found = [_member(run, one, live=one == article_id) for one in (article_id, *others)]
    members = [member for member in found if member]
    copies = [copy for member in members for copy in member.copies]
    if known is None or known.removed or not copies:
        if copies:  # removed when no cache could tell what it stood in
            tombstones.place(run.ledger, article_id, _topics(run, copies[0], copies))
        return None
    current = members[0].known if members[0].known.id == article_id else known
    best = doubles.best_copy([member.best for member in members])
    chosen = next(c for c in copies if (c.path, c.part) == (best.path, best.part))
    said = tuple(dict.fromkeys(one for member in members for one in _said(run, member)))
    said += _junk(run, chosen, (member.known.id for member in members))
    named = _topics_said(run, chosen, said, _topics(run, chosen, copies))
    elsewhere = doubles.to_json(_elsewhere(run, chosen, copies)) if len(copies) > 1 else ""
    return with_elsewhere(entry_of(current, chosen, named, said), elsewhere)


def _member(run: Intake, article_id: str, *, live: bool) -> _Member | None:
    """Return an article with what its best copy says remembered; None where no file holds it."""
    copies = run.cache.copies(article_id)
    known = run.ledger.by_id(article_id)
    if known is None or not copies:
        return None
    best = identity.best_copy([_trait(copy) for copy in copies])
    current = known if known.removed else replace(identity.remember(known, best), live=live)
    if current != known:
        run.ledger.put(current)
    return _Member(current, copies, best)


def _said(run: Intake, member: _Member) -> tuple[Addition, ...]:
    paths = [copy.path for copy in member.copies]
    correction = run.corrections.get(member.known.id)
    said = lending.additions(run.cache, member.known.url, paths, correction)
    return (*said, *teaching.taught(run.ledger, member.known.id))


def _junk(run: Intake, chosen: Copy, ids: Iterable[str]) -> tuple[Addition, ...]:
    """Return which lines are to be cut out of the copy that readers get."""
    drops = run.lists.drop
    article = serial.from_row(run.cache.article(chosen.path, chosen.part)) if drops else None
    return junk.said(run.ledger, ids, run.lists, article)


def _elsewhere(run: Intake, chosen: Copy, copies: Iterable[Copy]) -> Iterator[Elsewhere]:
    """Yield where else the article stands, each address once, as its copies tell."""
    seen = {_trait(chosen).url, ""}
    for copy in copies:
        trait = _trait(copy)
        if trait.url not in seen:
            seen.add(trait.url)
            article = serial.from_row(run.cache.article(copy.path, copy.part))
            yield Elsewhere(article.site or trait.site, article.url or "")


def _topics_said(run: Intake, chosen: Copy, said: tuple[Addition, ...], named: str) -> str:
    """Return the topics of an article of which something is said beside its file."""
    if not said:
        return named
    row = run.cache.article(chosen.path, chosen.part)
    article = serial.from_row(row._replace(html=""))  # lines are cut out of the text alone
    cut, its_topics = steering.with_additions(article, said, reading.catalog(run.config))
    _put_topics(run.cache, its_topics)
    slugs = " ".join(topic.slug for topic in its_topics)
    if all(one.only_cuts for one in said):  # no page need ask for its reasons again
        values = (slugs, serial.why_out(cut), chosen.path, chosen.part)
        run.cache.db.execute(_PUT_TOPICS, values)
    return slugs


_PUT_TOPICS = "UPDATE articles SET topics = ?, why = ? WHERE path = ? AND part = ?"


def tell_of_links(run: Intake) -> None:
    """Say of every export how many of its addresses no saved file has."""
    run.cache.db.execute("DELETE FROM remarks WHERE kind = ?", (LINKS,))
    rows = [
        (path, 0, LINKS, LINKS_ADVICE.format(count))
        for path, count in lending.lonely_links(run.cache, run.ledger)
    ]
    run.cache.db.executemany("INSERT INTO remarks VALUES (?, ?, ?, ?)", rows)


def learn(run: Intake) -> tuple[teaching.Lesson, ...]:
    """Bring what corrections teach up to date with them, and return it."""

    def find(article_id: str) -> Article | None:
        copies = run.cache.copies(article_id)
        return serial.from_row(run.cache.article(*copies[0][:2])) if copies else None

    return teaching.learn(run.ledger, run.corrections, find)


def tell_of_doubles(run: Intake) -> None:
    """Say of every file whose article has no entry of its own which file's article it is."""
    run.cache.db.execute("DELETE FROM remarks WHERE kind = ?", (_DOUBLE,))
    joined = doubles.pairs(run.ledger) if run.config.input.duplicates == "join" else ()
    advice = 'the same article as in {}, one entry for both; duplicates = "keep" makes two'
    shelf = Shelf(run.cache)
    rows = [
        (copy.path, 0, _DOUBLE, advice.format(entry.path))
        for one, leader in joined
        if (entry := shelf.get(leader))
        for copy in run.cache.copies(one)
        if copy.path != entry.path
    ]
    run.cache.db.executemany("INSERT INTO remarks VALUES (?, ?, ?, ?)", rows)


LINKS = "LinksSkipped"
LINKS_ADVICE = 'links without a saved file: {}; links = "entry" makes entries of them'
_DOUBLE = "Double"


def _trait(copy: Copy) -> identity.Trait:
    mtime = datetime.fromtimestamp(copy.mtime_ns // 10**9, tz=UTC)
    return serial.trait_from(copy.path, copy.part, copy.trait, mtime)


def _topics(run: Intake, chosen: Copy, copies: Iterable[Copy]) -> str:
    """Return the topics of all copies, the chosen one's first; what has one is not unsorted."""
    slugs = dict.fromkeys(slug for copy in (chosen, *copies) for slug in copy.topics.split())
    unsorted = run.config.topics.unsorted
    if is_unsorted(slugs, unsorted):
        return " ".join(slugs)
    return " ".join([slug for slug in slugs if slug != slugify(unsorted)])
