"""The main job for what changed: files → articles → entries → feeds and pages → out/.

Strategy: every step touches only what the scan found changed, and asks small rows, not articles.
A feed or page is made again only when the key of what it shows moved. The feeds are published
first; ledger and cache are committed after, so a run that dies leaves the older state, never one
ahead of out/.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from feedsmith import doubles, executors, files, lending, reading, recovery, scan, stories, trees
from feedsmith.additions import Addition, parse_corrections
from feedsmith.builder import feeds_among
from feedsmith.builder.render import check as check_templates
from feedsmith.cache import Cache
from feedsmith.config import Config
from feedsmith.crews import Crew
from feedsmith.errors import PublishRefusedError
from feedsmith.guard import check_loss
from feedsmith.intake import (
    Progress,
    assign_again,
    learn,
    settle_entries,
    take_in,
    tell_of_doubles,
    tell_of_links,
)
from feedsmith.junklists import lists_of
from feedsmith.ledger import Ledger, open_ledger
from feedsmith.manifest import Manifest
from feedsmith.model import Picture
from feedsmith.output import Output
from feedsmith.owntemplates import NO_TEMPLATES, Templates
from feedsmith.placing import Intake
from feedsmith.publish import Stage
from feedsmith.refusals import REFUSED_KEY
from feedsmith.shelf import Shelf
from feedsmith.staging import staged
from feedsmith.tally import Tally, tally
from feedsmith.topics import Catalog, check_references, possible_slugs
from feedsmith.treestate import TREES_KEY, Tree
from feedsmith.walk import is_remote


class Request(NamedTuple):
    """What to build. `fingerprint` changes with whatever would change a byte of the result.

    `corrections` is the text of corrections.toml, `templates` are the user's own; `warn` takes
    lines for the user; `stage` makes what the new files are put into.
    """

    config: Config
    scan: scan.Request
    out: str
    ledger: str
    fingerprint: str
    now: datetime
    allow_shrink: bool
    corrections: str
    templates: Templates = NO_TEMPLATES
    trees: tuple[Tree, ...] = ()
    warn: Callable[[str], None] = lambda _: None
    stage: Callable[[str, Manifest], Stage] = Stage


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build came to; `edited` are files of ours that the user had changed, kept aside.

    `kinds` says what the files were taken for, `feeds` which feed files changed: their paths below
    the out folder (in a tree, their addresses), the copies under other names and the archive pages
    apart. `problems` are lines on trees that could not be published.
    """

    articles: int
    topics: int
    changed: bool
    edited: tuple[str, ...] = ()
    kinds: tuple[Tally, ...] = ()
    feeds: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def build(
    request: Request,
    delta: scan.Delta,
    cache: Cache,
    manifest: Manifest,
    progress: Progress = lambda outcomes, _: outcomes,
) -> Summary:
    """Publish what the scan found changed, then remember it.

    Args:
        request: what to build; the caller holds the lock.
        delta: what the scan found.
        cache: open, no transaction begun.
        manifest: open.
        progress: wraps the stream of parsed files, to show how far it is.

    Raises:
        ConfigError: a correction or a template of the user cannot be used.
        PublishRefusedError: nothing to publish, or more than half of the articles are gone.
        OutputError: the out folder cannot be written; nothing in it has changed.
        LedgerError: the ledger is damaged.
    """
    catalog = reading.catalog(request.config)
    corrections = parse_corrections(request.corrections)
    _check_request(request, delta)
    _check_references(request, cache, corrections)
    with _crew(request, delta, cache) as crew, opened_ledger(request.ledger) as ledger:
        with staged(request.out, manifest, request.stage) as stage:
            run = _intake(request, cache, ledger, stage, corrections)
            _bring_up_to_date(run, delta, crew, progress)
            check_loss(run, request.scan.roots, allow_shrink=request.allow_shrink)
            output = Output(request.config, catalog, cache, ledger, stage, request.templates)
            output.put_pictures(partial(_pictures, request))
            changed = output.publish(crew)
            ledger.commit()
            summary = _summary(cache, output.number_of_topics, stage, changed=changed)
            _remember(request, delta, cache, summary)
        return _with_trees(summary, request, catalog, crew, run)


def _crew(request: Request, delta: scan.Delta, cache: Cache) -> AbstractContextManager[Crew | None]:
    """Return the workers of the run; those that have nothing to do are never hired."""
    is_renewed = cache.meta("fingerprint") != request.fingerprint  # any file may be made anew
    number = delta.total if is_renewed else delta.changed
    return executors.crew_for(request.config.run, number) or nullcontext()


def _remember(request: Request, delta: scan.Delta, cache: Cache, summary: Summary) -> None:
    scan.store(delta, cache, scanned_ns=int(request.now.timestamp() * 1e9))
    cache.set_meta("fingerprint", request.fingerprint)
    cache.set_meta("summary", json.dumps([summary.articles, summary.topics]))
    cache.set_meta(TREES_KEY, "waiting" if request.trees else "")
    cache.set_meta(REFUSED_KEY, "")
    cache.set_meta("run", str(int(cache.meta("run") or 0) + 1))
    if not request.trees:
        Shelf(cache).settle()
    cache.commit()


def _with_trees(
    summary: Summary, request: Request, catalog: Catalog, crew: Crew | None, run: Intake
) -> Summary:
    """Publish the trees; until all of them are, no later run may say that nothing changed."""
    if not request.trees:
        return summary
    whole = trees.Whole(
        request.config, catalog, run.cache, run.ledger, request.templates, request.out,
        partial(_pictures, request), request.stage, crew,
    )  # fmt: skip
    found = trees.publish(request.trees, whole, request.warn)
    if not found.problems:
        Shelf(run.cache).settle()
        run.cache.set_meta(TREES_KEY, "")
    return replace(
        summary,
        changed=summary.changed or found.changed,
        edited=summary.edited + found.edited,
        feeds=summary.feeds + found.feeds,
        problems=found.problems,
    )


def _intake(
    request: Request,
    cache: Cache,
    ledger: Ledger,
    stage: Stage,
    corrections: Mapping[str, Addition],
) -> Intake:
    return Intake(
        request.config, cache, ledger, cache.meta("parse_key")[:16], request.now, stage.put,
        lending.by_own_ids(ledger, corrections), recovery.look(request.out, cache, ledger),
        lists=lists_of(request.corrections, is_on=request.config.input.junk == "cut"),
    )  # fmt: skip


def _bring_up_to_date(
    run: Intake, delta: scan.Delta, crew: Crew | None, progress: Progress
) -> None:
    take_in(run._replace(lessons=learn(run)), delta, crew, progress)
    learn(run)  # of corrected articles that this run has read
    if _renewed(run.cache, "topics_key", topics_key(run.config)):
        assign_again(run)
    if _renewed(run.cache, "junk", repr([run.lists.is_on, *map(sorted, run.lists[:2])])):
        assign_again(run)  # what is cut has no say in the topics
    if _renewed(run.cache, "duplicates", run.config.input.duplicates):
        run.cache.affect(one for pair in doubles.pairs(run.ledger) for one in pair)
    settle_entries(run)
    stories.bring_up_to_date(run.cache, run.ledger, is_on=run.config.feed.stories)
    tell_of_links(run)
    tell_of_doubles(run)


def _pictures(request: Request, path: str) -> Iterator[Picture]:
    """Yield the pictures of a file that was read in an earlier run; path is as stored."""
    name = path if is_remote(path) else os.path.join(request.scan.base, path)
    source = files.again(name, path, max_bytes=request.config.input.max_file_bytes)
    if source:
        for outcome in reading.pieces(source, request.config, reading.catalog(request.config)):
            yield from outcome.pictures


def forget_parsed(cache: Cache, key: str) -> None:
    """Drop every parsed article when what parsing depends on has changed since."""
    if cache.meta("parse_key") != key:
        cache.db.execute("INSERT OR IGNORE INTO affected SELECT id FROM entries")
        for table in (
            "folders", "files", "articles", "lines", "lent", "media", "orders", "remarks",
        ):  # fmt: skip
            cache.db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
        cache.set_meta("parse_key", key)


def parse_key(config: Config, version: str) -> str:
    """Return what parsing depends on besides a file's bytes."""
    settings = (config.input.timezone, config.input.date_order, config.input.links, config.site)
    return scan.digest_of([version, repr(settings), str(config.input.max_file_bytes)])


def topics_key(config: Config) -> str:
    """Return what the choice of topics depends on besides the article."""
    return scan.digest_of([repr(config.topics), repr(config.topic)])


@contextmanager
def opened_ledger(path: str) -> Iterator[Ledger]:
    """Give the ledger, its transaction begun; what is not committed is forgotten."""
    ledger = open_ledger(path)
    try:
        ledger.begin()
        yield ledger
    finally:
        ledger.close()


def _check_request(request: Request, delta: scan.Delta) -> None:
    check_templates(request.templates)
    if not delta.total and not request.allow_shrink:
        raise PublishRefusedError(
            f"{', '.join(request.scan.roots)}: no file there; is the disk mounted? The feeds "
            "already published stay (--allow-shrink publishes all the same)"
        )


def _check_references(request: Request, cache: Cache, corrections: Mapping[str, Addition]) -> None:
    """Check the slugs that the configuration names, before anything is read.

    Raises:
        ConfigError: see topics.check_references.
    """
    if not (request.config.feed.all_excludes or request.config.tree):
        return
    folders = {os.path.dirname(found.relative) for found in scan.news(cache)}
    known = possible_slugs(
        reading.catalog(request.config),
        {name for folder in folders for name in folder.split("/")},
        {name for correction in corrections.values() for name in correction.topics},
    )
    known |= {row[0] for row in cache.db.execute("SELECT slug FROM topics")}
    for line in check_references(request.config, known):
        request.warn(line)


def _renewed(cache: Cache, name: str, key: str) -> bool:
    """Store a key; say whether another one stood there (a first one renews nothing)."""
    old = cache.meta(name)
    if old != key:
        cache.set_meta(name, key)
    return bool(old) and old != key


def _summary(cache: Cache, topics: int, stage: Stage, *, changed: bool) -> Summary:
    articles = len(Shelf(cache))
    edited = tuple(f"{os.path.dirname(path) or '.'}/{name}" for path, name in stage.aside.items())
    feeds = tuple(feeds_among(stage.put_in()))
    return Summary(articles, topics, changed, edited, tally(cache), feeds)
