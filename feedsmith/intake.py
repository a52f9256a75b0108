"""Changed files → articles in the cache → entries: parsed, identified, each with its best copy.

Everything is keyed by path or id and taken in the order of paths, so the result does not depend
on who finished first, nor on which files changed together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from feedsmith import (
    executors,
    files,
    identity,
    lending,
    pipeline,
    reading,
    scan,
    serial,
    tombstones,
)
from feedsmith.additions import Addition, to_json
from feedsmith.cache import ArticleRow, Cache, Copy, EntryRow
from feedsmith.config import Config
from feedsmith.ledger import Ledger
from feedsmith.model import Article, Topic
from feedsmith.pictures import FOLDER
from feedsmith.settings import AUTO_AGE_DAYS

Progress = Callable[[Iterable[reading.Outcome], int], Iterable[reading.Outcome]]


class Intake(NamedTuple):
    """The open stores of one run, and what it was asked; `parser` names the parser's version.

    `keep` takes a file for the out folder: its place below that, and its bytes; `corrections` go by
    the article's id.
    """

    config: Config
    cache: Cache
    ledger: Ledger
    parser: str
    now: datetime
    keep: Callable[[str, bytes], None]
    corrections: Mapping[str, Addition]


def take_in(run: Intake, delta: scan.Delta, progress: Progress) -> set[str]:
    """Parse the changed files into the cache; return the ids of all articles that this touches."""
    gone = [found.row.path for found in delta.changed] + list(delta.removed)
    moved = [row.path for row in delta.touched]
    run.cache.put_files(delta.touched)
    affected = {article_id for path in gone + moved for article_id in run.cache.ids_in(path)}
    affected |= lending.touched(run.cache, run.ledger, gone)
    run.cache.drop_files(gone)
    changed = sorted(delta.changed, key=lambda found: found.row.path)
    sources = (
        files.source(
            found.path, found.relative, mtime_ns=found.row.mtime_ns, size=found.row.size,
            max_bytes=run.config.input.max_file_bytes,
        )
        for found in changed
    )  # fmt: skip
    with executors.crew_for(run.config.run, len(changed)) or nullcontext() as crew:
        parsed = pipeline.outcomes(sources, run.config, crew)
        affected |= _store(run, changed, progress(parsed, len(changed)))
    affected |= lending.touched(run.cache, run.ledger, gone)
    return affected | set(lending.changed_corrections(run.cache, run.corrections))


def _store(run: Intake, changed: list[scan.Found], parsed: Iterable[reading.Outcome]) -> set[str]:
    """Store what was parsed; return the ids that more than this one file may have a say in."""
    ids: set[str] = set()
    named: dict[str, Topic] = {}
    is_said_of = bool(run.corrections) or lending.has_any(run.cache)
    waiting = deque(changed)
    for outcome in parsed:
        found = waiting[0]
        named.update((topic.slug, topic) for topic in outcome.topics)
        _put_remarks(run.cache, found.row.path, outcome)
        for picture in outcome.pictures:
            run.keep(FOLDER + picture.name, picture.data)
        for article in outcome.articles:
            article_id, is_new = _put_article(run, found.row.path, outcome, article)
            if is_said_of or not is_new:
                ids.add(article_id)
        lending.put_links(run.cache, found.row.path, outcome.links)
        if outcome.note:
            lending.put_note(run.cache, found.row.path, outcome.note)
        if outcome.is_last:
            row = found.row._replace(source=outcome.digest, kind=outcome.kind)
            run.cache.put_files([row])
            waiting.popleft()
    _put_topics(run.cache, named.values())
    return ids


def _put_remarks(cache: Cache, path: str, outcome: reading.Outcome) -> None:
    remarks = [(path, 1, f.error, f.message) for f in outcome.failures]
    remarks += [(path, 0, n.kind, n.message) for n in outcome.notices]
    if remarks:
        cache.db.executemany("INSERT INTO remarks VALUES (?, ?, ?, ?)", remarks)


def _put_article(
    run: Intake, path: str, outcome: reading.Outcome, article: Article
) -> tuple[str, bool]:
    """Store an article, and its entry if it is new; return its id and whether it is."""
    trait = identity.trait(
        article, path=path, source=outcome.digest, parser=run.parser, mtime=outcome.source.mtime
    )
    known, is_new = identify(run, trait)
    kept, trait = _dated_once(article, trait, known)
    row = serial.to_row(kept, trait, known.id, outcome.source.relative)
    run.cache.put_article(row)
    run.cache.put_media(path, article.part, [media.name for media in article.media])
    if is_new:
        run.cache.put_entry(entry_of(known, row, row.topics))
    return known.id, is_new


def identify(run: Intake, trait: identity.Trait) -> tuple[identity.Known, bool]:
    """Return the article this is, and whether it was minted just now."""
    known = identity.find(trait, run.ledger)
    is_new = known is None
    if known is None:
        known = identity.mint(trait, run.ledger, first_seen=run.now)
        known = replace(known, filed=_filing(run, trait))
        run.ledger.put(known)
    run.ledger.put_file(trait.path, trait.part, known.id, trait.source)
    return known, is_new


def _filing(run: Intake, trait: identity.Trait) -> datetime | None:
    """Return what [feed] date makes of a new article; kept from then on, whatever it says later."""
    feed = run.config.feed
    old = timedelta(days=feed.max_age_days or AUTO_AGE_DAYS)
    return identity.filing(trait, run.now, feed.date, old)


def _dated_once(
    article: Article, trait: identity.Trait, known: identity.Known
) -> tuple[Article, identity.Trait]:
    """Return both with the date that the same bytes had first, if the file's time decides it.

    Thus a copy of a file, which loses its time, moves no date.
    """
    when = known.published if known.source == trait.source else None
    if not article.by_file_time or when is None:
        return article, trait
    return replace(article, published=when), replace(trait, published=when)


def _put_topics(cache: Cache, named: Iterable[Topic]) -> None:
    cache.db.executemany(
        "INSERT INTO topics VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(t.slug, t.title, t.description, t.parent, t.declared) for t in named],
    )


def assign_again(run: Intake) -> set[str]:
    """Give every article its topics anew, from the cache: only the rules have changed."""
    run.cache.db.execute("DELETE FROM topics")
    ids = set()
    rows = run.cache.db.execute("SELECT path, part FROM articles").fetchall()
    for path, part in rows:
        row = run.cache.article(path, part)
        article, named = reading.with_topics(serial.from_row(row), reading.catalog(run.config))
        _put_topics(run.cache, named)
        run.cache.db.execute(
            "UPDATE articles SET topics = ? WHERE path = ? AND part = ?",
            (" ".join(article.topics), path, part),
        )
        ids.add(row.id)
    return ids


def settle_entries(run: Intake, affected: Iterable[str]) -> None:
    """Make the entries of these articles say what their best copies say."""
    for article_id in sorted(affected):
        copies = run.cache.copies(article_id)
        known = run.ledger.by_id(article_id)
        if known is None or known.removed or not copies:
            run.cache.drop_entry(article_id)
            if copies:  # removed when no cache could tell what it stood in
                tombstones.place(run.ledger, article_id, _topics(run, copies[0], copies))
            continue
        traits = {(c.path, c.part): _trait(c) for c in copies}
        best = identity.best_copy(tuple(traits.values()))
        current = identity.remember(known, best)
        if current != known:
            run.ledger.put(current)
        chosen = next(c for c in copies if (c.path, c.part) == (best.path, best.part))
        said = lending.additions(
            run.cache, current.url, [copy.path for copy in copies], run.corrections.get(article_id)
        )
        named = _topics(run, chosen, copies)
        run.cache.put_entry(entry_of(current, chosen, _topics_said(run, chosen, said, named), said))


def _topics_said(run: Intake, chosen: Copy, said: tuple[Addition, ...], named: str) -> str:
    """Return the topics of an article of which something is said beside its file."""
    if not said:
        return named
    article = serial.from_row(run.cache.article(chosen.path, chosen.part))
    _, its_topics = reading.with_additions(article, said, reading.catalog(run.config))
    _put_topics(run.cache, its_topics)
    return " ".join(topic.slug for topic in its_topics)


def tell_of_links(run: Intake) -> None:
    """Say of every export how many of its addresses no saved file has."""
    run.cache.db.execute("DELETE FROM remarks WHERE kind = ?", (_LINKS,))
    advice = 'links without a saved file: {}; links = "entry" makes entries of them'
    rows = [
        (path, 0, _LINKS, advice.format(count))
        for path, count in lending.lonely_links(run.cache, run.ledger)
    ]
    run.cache.db.executemany("INSERT INTO remarks VALUES (?, ?, ?, ?)", rows)


_LINKS = "LinksSkipped"


def _trait(copy: Copy) -> identity.Trait:
    mtime = datetime.fromtimestamp(copy.mtime_ns // 10**9, tz=UTC)
    return serial.trait_from(copy.path, copy.part, copy.trait, mtime)


def _topics(run: Intake, chosen: Copy, copies: Iterable[Copy]) -> str:
    """Return the topics of all copies, the chosen one's first; what has one is not unsorted."""
    slugs = dict.fromkeys(slug for copy in (chosen, *copies) for slug in copy.topics.split())
    catch_all = run.config.topics.unsorted
    return " ".join([slug for slug in slugs if slug != catch_all] or slugs)


def entry_of(
    known: identity.Known,
    chosen: Copy | ArticleRow,
    topics_named: str,
    said: tuple[Addition, ...] = (),
) -> EntryRow:
    """Return the entry of an article whose copy was chosen, with what is said beside its file."""
    published = _published(known, said).isoformat()
    updated = max(known.updated.isoformat(), published)
    additions = to_json(said)
    filed = "filed" if known.filed else ""
    parts = (
        known.id, known.permalink, published, updated, chosen.digest, topics_named, additions,
        filed,
    )  # fmt: skip
    return EntryRow(
        id=known.id,
        path=chosen.path,
        part=chosen.part,
        published=published,
        updated=updated,
        permalink=known.permalink,
        digest=blake2b("\n".join(parts).encode(), digest_size=16).hexdigest(),
        size=chosen.size + len(additions.encode()),
        language=chosen.language,
        topics=topics_named,
        additions=additions,
        seen=known.first_seen.isoformat(),
        dated=known.dated.isoformat(),
        filed=filed,
    )


def _published(known: identity.Known, said: tuple[Addition, ...]) -> datetime:
    """Return the time an entry is filed under: settled once, corrected, printed, or when saved."""
    if known.filed:
        return known.filed
    corrected = next((addition.when for addition in said if addition.when), None)
    filed = next((addition.saved for addition in said if addition.saved), None)
    when = identity.plausible(corrected, known.horizon)
    if when is None and known.published is None and filed:
        when = identity.plausible(datetime.fromisoformat(filed), known.horizon)
    return when or identity.filed(known)
