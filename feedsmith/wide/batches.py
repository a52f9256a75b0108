"""Files → batches for the workers, and what a worker does with one: parse it, write its shards.

Batches are larger than those of a build, for each writes a file a month. Where one ends depends on
the names of its files alone: a new file changes its own batch, and no other is read again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from feedsmith import identity, lending, pipeline, serial, settle
from feedsmith.config import Config
from feedsmith.crews import Crew, Here, Work, in_order
from feedsmith.likeness import print_of
from feedsmith.memory import Nothing
from feedsmith.model import Article, Source
from feedsmith.pictures import FOLDER
from feedsmith.reading import Outcome, catalog, outcome, pieces
from feedsmith.scan import key_of
from feedsmith.splitting import Split, apart, look_into
from feedsmith.wide import shards
from feedsmith.wide.shards import Batch, Body, Kept, Remark, TopicRow

FILES = 512  # about as many files a batch, and at most twice as many
BATCH_BYTES = 256_000_000  # bytes of files
SPANS = 16  # of 64 pages each
_FORM = 2  # of the shards and rows; another one is not read
_AHEAD = 2  # batches in flight for each worker
_MEDIA = os.path.dirname(FOLDER)


class Depot(NamedTuple):
    """Where and how articles are shelved. `key` stands for what parsing depends on besides files.

    `folder` is that of the shards, `base` the one that stored paths are relative to, `parser` the
    parser's version.
    """

    folder: str
    base: str
    key: str
    parser: str


class Shelved(NamedTuple):
    """What became of a batch: its key, "" when nothing was written; how many articles it has."""

    key: str
    articles: int
    remarks: Sequence[Remark] = ()
    topics: Sequence[TopicRow] = ()


def shelve_all(
    sources: Iterable[Source], config: Config, depot: Depot, crew: Crew | None
) -> Iterator[Shelved]:
    """Shelve all articles of files, batch by batch in their order; what is shelved is not read."""
    task = Work(partial(shelve, config=config, depot=depot), _singles, partial(_lost, depot=depot))
    if crew is None:
        for item in _batches(map(look_into, sources), depot):
            yield item.result if isinstance(item, Here) else task.call(item)
        return
    items = _batches(pipeline.looked_into(sources, crew), depot)
    yield from in_order(crew, task, items, _AHEAD * crew.width)


def shelve(batch: list[Source], config: Config, depot: Depot) -> Shelved:
    """Parse a batch and write its shards, unless they are there already."""
    key = _key_of(batch, depot)
    if not shards.is_written(depot.folder, key):
        _write(key, _outcomes(batch, config), depot)
    number, said = shards.read_said(depot.folder, key)
    return Shelved(key, number, said.remarks, said.topics)


def _outcomes(batch: Iterable[Source], config: Config) -> Iterator[Outcome]:
    known = catalog(config)
    for source in batch:
        if source.is_big and not source.span:
            yield from pieces(source, config, known)
        else:
            yield outcome(source, config, known)


def _write(key: str, outcomes: Iterable[Outcome], depot: Depot) -> None:
    bodies: dict[str, list[Body]] = {}
    rows: list[Kept] = []
    remarks: list[Remark] = []
    lent: list[lending.Row] = []
    topics: dict[str, TopicRow] = {}
    for found in outcomes:
        remarks += _remarks(found, depot)
        lent += lending.of_outcome(key_of(found.source.path, depot.base), found)
        topics.update(
            (t.slug, (t.slug, t.title, t.description, t.parent, t.declared)) for t in found.topics
        )
        for picture in found.pictures:
            _put_picture(depot.folder, picture.name, picture.data)
        for article in found.articles:
            month = _month(article)
            held = bodies.setdefault(month, [])
            body, row = _rows_of(article, found, f"{month}/{key}/{len(held)}", depot)
            held.append(body)
            rows.append(row)
    for month, held in bodies.items():
        shards.write_bodies(depot.folder, key, month, held)
    shards.write_rows(depot.folder, key, Batch(rows, remarks, sorted(topics.values()), lent))


def _rows_of(article: Article, found: Outcome, place: str, depot: Depot) -> tuple[Body, Kept]:
    source = found.source
    trait = identity.trait(
        article, path=key_of(source.path, depot.base), source=found.digest, parser=depot.parser,
        mtime=source.mtime,
    )  # fmt: skip
    row = serial.to_row(article, trait, "", source.relative)
    new = identity.mint(trait, Nothing(), first_seen=source.mtime)
    body = Body(row.path, row.part, row.fields, row.html, row.text, row.relative)
    kept = Kept(
        row.path, row.part, row.trait, row.topics, row.relative, row.digest, row.size,
        row.language, int(source.mtime.timestamp()), crc32(new.id.encode()), place,
        article.swapped.isoformat() if article.swapped else "",
        settle.origin_of_article(row.path, article), article.date_order, article.by_file_time,
        tuple(media.name for media in article.media), print_of(article.text),
    )  # fmt: skip
    return body, kept


def _remarks(found: Outcome, depot: Depot) -> list[Remark]:
    path = key_of(found.source.path, depot.base)
    seconds = int(found.source.mtime.timestamp())
    said: list[Remark] = [(path, True, f.error, f.message, seconds) for f in found.failures]
    said += [(path, False, n.kind, n.message, seconds) for n in found.notices]
    return said


def _month(article: Article) -> str:
    when = article.published or article.saved
    return when.astimezone(UTC).strftime("%Y-%m") if when else shards.UNDATED


def _put_picture(folder: str, name: str, data: bytes) -> None:
    path = os.path.join(folder, _MEDIA, name)
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    unfinished = f"{path}.{os.getpid()}.tmp"
    with open(unfinished, "wb") as stream:
        stream.write(data)
    os.replace(unfinished, path)


def _key_of(batch: Iterable[Source], depot: Depot) -> str:
    """Return what stands for what is read, and with what."""
    digest = blake2b(f"{_FORM} {depot.key}".encode(), digest_size=16)
    for source in batch:
        when = source.mtime.astimezone(UTC).isoformat()
        what = (key_of(source.path, depot.base), source.relative, source.size, when, source.span)
        digest.update(repr(what).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _batches(
    looked: Iterable[tuple[Source, Split | None]], depot: Depot
) -> Iterator[list[Source] | Here]:
    batch: list[Source] = []
    size = 0
    for source, found in looked:
        if found:
            if batch:
                yield batch
                batch, size = [], 0
            for start in range(0, len(found.spans), SPANS):
                yield list(found.spans[start : start + SPANS])
            yield Here(Shelved("", 0, _remarks(found.ending, depot)))
            continue
        batch.append(source)
        size += source.size
        if _ends(source, batch) or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _ends(source: Source, batch: Sequence[Source]) -> bool:
    """Say whether a batch ends behind a file, which its name decides as a rule."""
    return crc32(source.relative.encode("utf-8", "surrogateescape")) % FILES == 0 or (
        len(batch) >= 2 * FILES
    )


def _singles(batch: Iterable[Source]) -> Iterator[list[Source]]:
    for source in batch:
        for one in apart(source):
            yield [one]


def _lost(batch: Iterable[Source], depot: Depot) -> Shelved:
    remarks = [said for source in batch for said in _remarks(pipeline.lost(source), depot)]
    return Shelved("", 0, remarks)


def seconds(when: int) -> datetime:
    """Return a time that a row keeps in seconds."""
    return datetime.fromtimestamp(when, tz=UTC)
