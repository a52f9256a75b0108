"""Leads a wide build: shelve every batch, settle every part, merge the newest, publish the feeds.

Nothing of what a run learnt takes its place before the feeds are published.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from feedsmith import __version__, assembly, executors, files, guard, lessons, scan
from feedsmith.additions import parse_corrections
from feedsmith.builder.feeds import ENTRY_OVERHEAD_BYTES
from feedsmith.config import Config
from feedsmith.crews import Crew
from feedsmith.errors import ConfigError
from feedsmith.junklists import lists_of
from feedsmith.memory import open_copy
from feedsmith.model import Source
from feedsmith.project import Project, scan_request
from feedsmith.state import check_owner, locked, part_of, parts_of
from feedsmith.wide import batches, merge, publishing, settling, shards, telling
from feedsmith.wide.batches import Depot, Shelved
from feedsmith.wide.calls import each
from feedsmith.wide.merge import Limits, Tops
from feedsmith.wide.settling import Part, Settled
from feedsmith.wide.shards import Remark

FAN_IN = 16  # tops that one worker merges; 256 parts are merged in two rounds
MOST_PARTS = 4096


class Gathered(NamedTuple):
    """What a wide build came to; `remarks` are (path, failed, kind, message).

    `hook` says what went wrong after publishing.
    """

    articles: int
    topics: int
    changed: bool
    hook: str
    batches: int
    remarks: tuple[tuple[str, bool, str, str], ...]


class Request(NamedTuple):
    """What to gather: `folder` of the shards, `parts` of the ledger."""

    project: Project
    folder: str
    parts: int
    allow_shrink: bool
    now: datetime


def gather(
    request: Request, progress: Callable[[Iterable[Shelved]], Iterable[Shelved]] = iter
) -> Gathered:
    """Bring the shards and the feeds up to date.

    Raises:
        ConfigError: a package is missing, or the project asks for what only `build` can do.
        FeedsmithError: nothing was published; see assembly.build.
    """
    project = _checked(request)
    config = lessons.taught(project.config, project.base)
    config = config._replace(output=config.output._replace(pages=False))
    key = assembly.parse_key(config, __version__)
    depot = Depot(
        os.path.realpath(request.folder), project.base,
        scan.digest_of([key, assembly.topics_key(config)]), key[:16],
    )  # fmt: skip
    with locked(project.state):
        check_owner(project.state, project.out)
        sources = _sources(project, depot.folder)
        with executors.crew_for(config.run, executors.POOL_FROM_FILES) or nullcontext() as crew:
            shelved = tuple(progress(batches.shelve_all(sources, config, depot, crew)))
            run = settling.Run(
                config, depot, tuple(one.key for one in shelved if one.key), request.now,
                parse_corrections(project.corrections),
                lists_of(project.corrections, is_on=config.input.junk == "cut"),
            )  # fmt: skip
            parts = _parts(request)
            settled = list(each(crew, partial(settling.settle, run=run), parts))
            _guard(request, settled)
            limits = _limits(settled, config)
            tops = _top(crew, parts, limits)
            remarks = telling.remarks_of(shelved, settled, run.corrections)
            said = _said(shelved, settled, remarks)
            published = publishing.publish(project, run, parts, (tops, said), crew)
    articles = sum(one.articles for one in settled)
    return Gathered(articles, *published, len(run.keys), tuple(said[:4] for said in remarks))


def _said(
    shelved: Sequence[Shelved], settled: Sequence[Settled], remarks: Sequence[Remark]
) -> publishing.Said:
    topics = [row for one in shelved for row in one.topics]
    topics += [row for one in settled for row in one.topics]
    return publishing.Said(
        tuple(topics),
        remarks,
        tuple(row for one in settled for row in one.removed),
        max(seen for one in settled for seen in one.met or [""]),
    )


def _checked(request: Request) -> Project:
    project = request.project
    shards.check_installed()
    if not project.roots:
        raise ConfigError("no input: name a folder, or set [input] paths in config.toml")
    if not 1 <= request.parts <= MOST_PARTS:
        raise ConfigError(f"--parts: expected 1 to {MOST_PARTS}, got {request.parts}")
    _check_config(project)
    _check_parts(project, request.parts)
    return project


def _check_config(project: Project) -> None:
    """Refuse what only a build can do."""
    if project.trees:
        raise ConfigError("[[tree]]: only 'feedsmith build' makes further trees; take them out")
    if project.config.feed.stories:
        raise ConfigError("[feed] stories: only 'feedsmith build' looks for them; take it out")
    for topic in project.config.topic:
        if topic.digest:
            raise ConfigError(
                f"topic {topic.title!r}: only 'feedsmith build' makes digests; take this one out"
            )


def _check_parts(project: Project, of: int) -> None:
    """Check that the ledger is in so many parts, or that there is none yet.

    Raises:
        ConfigError: it is in another number of them.
    """
    own = project.state.ledger
    found = len(parts_of(own))
    if not found and os.path.exists(own):
        with open_copy(own) as ledger:
            found = 0 if ledger.is_empty() else 1
    if found not in {0, of}:
        raise ConfigError(
            f"{project.state.folder}: the ledger has another number of parts; give --parts "
            f"{found}, or move ledger* away to derive all ids anew"
        )


def _parts(request: Request) -> list[Part]:
    """Return the parts of the ledger; one alone is the ledger of every build."""
    state, of = request.project.state, request.parts
    if of == 1:
        return [Part(0, 1, state.ledger)]
    return [Part(number, of, part_of(state.ledger, number, of)) for number in range(of)]


def _sources(project: Project, folder: str) -> Iterator[Source]:
    """Yield the files in the order of their stored paths, as a build takes them."""
    walked = scan_request(project)
    walked = walked._replace(skip=(*walked.skip, folder))
    found = sorted(scan.every_file(walked), key=lambda one: one.row.path)
    for one in found:
        yield files.source(
            one.path, one.relative, mtime_ns=one.row.mtime_ns, size=one.row.size,
            max_bytes=project.config.input.max_file_bytes,
        )  # fmt: skip


def _guard(request: Request, settled: Sequence[Settled]) -> None:
    if not request.allow_shrink:
        there = sum(bool(one.articles) for one in settled)
        live, gone = sum(one.live for one in settled), sum(one.gone for one in settled)
        guard.check_numbers(there, live, gone, request.project.roots)


def _limits(settled: Iterable[Settled], config: Config) -> Limits:
    """Return how much of each topic can come into its feed (see builder.feeds.limits_of)."""
    feed = config.feed
    met = frozenset[str]().union(*(one.met for one in settled))
    most = feed.max_bytes // ENTRY_OVERHEAD_BYTES + 1
    newest = min(max(feed.limit, feed.min_entries), most)
    excluded = frozenset(feed.all_excludes)
    if not feed.keep_days or len(met) < 2:
        return Limits(newest, most, "", excluded)
    since = datetime.fromisoformat(max(met)) - timedelta(days=feed.keep_days)
    later = [seen for seen in met - {min(met)} if seen >= since.isoformat()]
    return Limits(newest, most, min(later, default=""), excluded)


def _top(crew: Crew | None, parts: Sequence[Part], limits: Limits) -> Tops:
    """Return the newest of all parts: each worker merges some, and we what they give."""
    some = [tuple(parts[start : start + FAN_IN]) for start in range(0, len(parts), FAN_IN)]
    found = each(crew, partial(settling.tops_of_parts, limits=limits), some)
    return merge.merged_all(found, limits)
