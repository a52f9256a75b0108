"""One article as it was read → its place in ledger and cache: known or new, and how it is dated.

An article that is new and whose date is ambiguous waits until the other files of the run are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from feedsmith import doubles, identity, junk, recovery, settle, teaching, tombstones
from feedsmith.additions import Addition, to_json
from feedsmith.cache import ArticleRow, Cache, Copy, EntryRow
from feedsmith.config import Config
from feedsmith.drafts import Draft, dated
from feedsmith.junklists import Lists
from feedsmith.ledger import Ledger
from feedsmith.settings import AUTO_AGE_DAYS
from feedsmith.shelf import Shelf


class Intake(NamedTuple):
    """The open stores of one run, and what it was asked; `parser` names the parser's version.

    `keep` takes a file for the out folder: its place below that, and its bytes; `corrections` go by
    the article's id. `recovered` is what out/ tells of articles when the ledger was lost; `lessons`
    are what corrections of topics teach, `lists` are the user's lines to keep and to drop.
    """

    config: Config
    cache: Cache
    ledger: Ledger
    parser: str
    now: datetime
    keep: Callable[[str, bytes], None]
    corrections: Mapping[str, Addition]
    recovered: recovery.Recovered = recovery.NOTHING
    lessons: Sequence[teaching.Lesson] = ()
    lists: Lists = Lists()


def must_wait(run: Intake, draft: Draft, waiting: list[Draft]) -> bool:
    """Let an article wait that is new and whose date other files may settle."""
    if not draft.article.swapped or _find(run, draft):
        return False
    waiting.append(draft)
    return True


def settle_waiting(run: Intake, waiting: list[Draft]) -> list[tuple[str, bool]]:
    """Store the articles that waited, their dates read as other files of the same site say."""
    origins = [settle.origin_of_article(draft.trait.path, draft.article) for draft in waiting]
    orders = [settle.order_for(run.cache, origin) for origin in origins]
    placed = [put_article(run, draft, order) for draft, order in zip(waiting, orders, strict=True)]
    waiting.clear()
    return placed


def put_article(run: Intake, read: Draft, order: str = "") -> tuple[str, bool]:
    """Store an article, and its entry if it is new; return its id and whether it is."""
    known = _find(run, read)
    order = run.ledger.date_order(known.id) if known and read.article.swapped else order
    draft = _as_read(read, order)
    path, article, trait = draft.trait.path, draft.article, draft.trait
    is_new = known is None
    is_settled = known is not None and _was_read(run, trait, known)
    leader = doubles.find_leader(run.ledger, trait, draft.text_print) if is_new else ""
    known = known or mint(run, trait, order)
    doubles.note(run.ledger, known.id, draft.text_print)
    run.ledger.put_file(path, trait.part, known.id, trait.source)
    draft = _dated_once(draft, known)
    row = draft.row._replace(id=known.id)
    junk.count(run.cache, draft.trait, known.id, draft.lines, is_settled=is_settled)
    run.cache.put_article(row)
    run.cache.put_media(path, article.part, [media.name for media in article.media])
    settle.put_order(run.cache, path, read.article)
    settle.tell(run.cache, path, read.article, article)
    if known.id in run.recovered.by_id:  # readers know it by itself
        leader = ""
    is_new = is_new and known.id not in run.recovered.removed
    if leader:
        doubles.join(run.ledger, known.id, leader)
    elif is_new:
        Shelf(run.cache).put(entry_of(known, row, row.topics))
    is_taught = is_new and teaching.teach(run.ledger, run.lessons, known.id, article)
    return known.id, is_new and not (leader or is_taught)


def _as_read(draft: Draft, order: str) -> Draft:
    article = settle.as_read(draft.article, order)
    return draft if article is draft.article else dated(draft, article.published)


def _was_read(run: Intake, trait: identity.Trait, known: identity.Known) -> bool:
    """Say whether the same bytes, or the same text, of an article were published before."""
    if trait.source == known.source or trait.text_hash == known.text_hash:
        return True
    return run.ledger.by_file(trait.path, trait.part, trait.source) is not None


def _find(run: Intake, draft: Draft) -> identity.Known | None:
    return identity.find_either(draft.trait, draft.article.swapped, run.ledger)


def mint(run: Intake, trait: identity.Trait, order: str) -> identity.Known:
    """Return a new article, remembered with how its date was settled."""
    known = identity.mint(trait, run.ledger, first_seen=run.now)
    if filed := _filing(run, trait):
        known = replace(known, filed=filed)
    known = _recalled(run, known)
    run.ledger.put(known)
    if known.id in run.recovered.removed:
        tombstones.bury(run.ledger, known.id, None, run.recovered.removed[known.id])
    if order:
        run.ledger.put_date_order(known.id, order)
    return known


def _recalled(run: Intake, minted: identity.Known) -> identity.Known:
    """Return a new article as it stood in the feeds, unless another one has that place by now."""
    keeps_dates = run.config.feed.date == "published"
    known = recovery.recall(minted, run.recovered, keeps_dates=keeps_dates)
    return minted if known is minted or run.ledger.by_id(known.id) else known


def _filing(run: Intake, trait: identity.Trait) -> datetime | None:
    """Return what [feed] date makes of a new article; kept from then on, whatever it says later."""
    feed = run.config.feed
    old = timedelta(days=feed.max_age_days or AUTO_AGE_DAYS)
    return identity.filing(trait, run.now, feed.date, old)


def _dated_once(draft: Draft, known: identity.Known) -> Draft:
    """Return a draft with the date that the same bytes had first, if the file's time decides it.

    Thus a copy of a file, which loses its time, moves no date.
    """
    when = known.published if known.source == draft.trait.source else None
    return dated(draft, when) if draft.article.by_file_time and when else draft


def entry_of(
    known: identity.Known,
    chosen: Copy | ArticleRow,
    topics_named: str,
    said: tuple[Addition, ...] = (),
) -> EntryRow:
    """Return the row of an article's entry.

    Args:
        known: what the ledger remembers of it.
        chosen: the copy that readers get.
        topics_named: slugs parted by blanks, the surest first.
        said: what stands beside its files.
    """
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


def with_elsewhere(row: EntryRow, elsewhere: str) -> EntryRow:
    """Return the row of an entry that says where else the article stands; "" is nowhere."""
    if not elsewhere:
        return row
    digest = blake2b(f"{row.digest}\n{elsewhere}".encode(), digest_size=16).hexdigest()
    return row._replace(elsewhere=elsewhere, digest=digest)


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
