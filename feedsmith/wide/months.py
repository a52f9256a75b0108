"""Leads the making of archives: which month is looked at, and its pages into the out folder.

A month whose entries, and whose neighbours, are as in the last run is not looked at. What a worker
made is moved into the stage; no body comes by here.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from feedsmith import __version__, builder
from feedsmith.builder import feeds
from feedsmith.cache import Cache
from feedsmith.config import Config
from feedsmith.crews import Crew
from feedsmith.errands import Errands
from feedsmith.feedfiles import FeedFiles, Pages
from feedsmith.feedmodel import Site
from feedsmith.inventory import Kind
from feedsmith.publish import Stage
from feedsmith.shelf import FIRST
from feedsmith.wide import periods
from feedsmith.wide.calls import each
from feedsmith.wide.merge import WHOLE
from feedsmith.wide.periods import Desk, Month, name_of
from feedsmith.wide.settling import Part

# In the cache's `meta`: what is known of each month.
_STATE: Final = "months"
_SALT: Final = "months"  # in `archives`, of feeds whose pages are these

Counts = Mapping[str, int]  # feed (slug or WHOLE) → number of its pages in a month


class Known(NamedTuple):
    """What the last run knew of a month: keys of its rows and of its making, and its pages."""

    rows: str
    pages: Counts
    made: str


class Calendar(NamedTuple):
    """The months there are, in their order: the key of each one's rows, and its pages.

    `before` is what the last run knew; `pictures` are the names of all that any entry shows.
    """

    before: Mapping[str, Known]
    rows: Mapping[str, str]
    pages: Mapping[str, Counts]
    pictures: frozenset[str]

    def around(self, feed: str) -> Iterator[tuple[str, str, str]]:
        """Yield (month, page before its first one, page after its last one) of a feed; "": none."""
        months = self._months(feed)
        for older, month, newer in zip(["", *months], months, [*months[1:], ""], strict=False):
            before = name_of(older, self.pages[older][feed]) if older else ""
            yield month, before, name_of(newer, 1) if newer else ""

    def newest(self, feed: str) -> str:
        """Return a feed's newest page, "" for none."""
        months = self._months(feed)
        return name_of(months[-1], self.pages[months[-1]][feed]) if months else ""

    def _months(self, feed: str) -> list[str]:
        return [month for month, pages in self.pages.items() if feed in pages]


class Hands(NamedTuple):
    """Who makes the pages, and of what; see periods.Desk."""

    parts: Sequence[Part]
    folder: str
    name: str
    crew: Crew | None


def calendar_of(cache: Cache, hands: Hands, config: Config) -> Calendar:
    """Return the months, none where no archive is wanted; only those that changed are cut again."""
    stored = json.loads(cache.meta(_STATE) or "{}")
    before = {month: Known(*known) for month, known in stored.items()}
    if not config.feed.archives:
        return Calendar(before, {}, {}, frozenset())
    looked = list(each(hands.crew, periods.looked_at, hands.parts))
    sums = reduce(periods.added, (one.months for one in looked))
    salt = (__version__, config.feed.max_bytes, sorted(config.feed.all_excludes))
    rows = {month: _key(salt, sums[month]) for month in sorted(sums)}
    new = [month for month in rows if month not in before or before[month].rows != rows[month]]
    count = partial(periods.counted, parts=hands.parts, config=config)
    pages = {month: before[month].pages for month in rows if month in before}
    pages.update(zip(new, each(hands.crew, count, new), strict=True))
    pictures = frozenset[str]().union(*(one.pictures for one in looked))
    return Calendar(before, rows, {month: pages[month] for month in rows}, pictures)


class MovingStage(Stage):
    """A stage that takes files of workers, too."""

    def take(self, path: str, source: str, digest: str) -> None:
        """Move a file into the new set; `digest` is its SHA-256."""
        if self._manifest.digest_of(path) == digest and self._is_current(path, digest):
            os.unlink(source)
            return
        target = os.path.join(self.folder, path)
        self._make(os.path.dirname(target))
        shutil.move(source, target)
        self._manifest.note(path, digest)


class _Newest:
    """The archive of a feed of so many entries; `newest` is its newest page."""

    def __init__(self, total: int, newest: str) -> None:
        self._total = total
        self._newest = newest

    def end_before(self, held: list[feeds.Row]) -> str:
        return self._newest if len(held) < self._total else ""


class MonthlyFiles(FeedFiles):
    """The feeds of a wide build, whose archives are made by workers, month by month."""

    def __init__(self, *given: Any, calendar: Calendar, hands: Hands) -> None:  # noqa: ANN401 (those of FeedFiles)
        super().__init__(*given)
        self._calendar = calendar
        self._hands = hands
        self._was_built = bool(self._cache.meta("parse_key"))  # by a build, since the last time

    def _archive(self, plan: feeds.Plan, site: Site) -> Pages | None:  # noqa: ARG002
        if not self._config.feed.archives:
            return None
        return _Newest(plan.total, self._calendar.newest(_feed(plan)))

    def _note_archive(self, plan: feeds.Plan, archive: Pages) -> None:
        """Leave the archive to the workers."""

    def _finish_archives(
        self,
        plans: Iterable[feeds.Plan],
        site: Site,
        errands: Errands,  # noqa: ARG002
    ) -> None:
        """Have the pages made of the feeds that do not hold all their entries."""
        own = [_feed(plan) for plan in plans if self._newest.get(plan.folder)]
        around: dict[str, dict[str, tuple[str, str]]] = {m: {} for m in self._calendar.pages}
        for feed in sorted(own):
            for month, older, newer in self._calendar.around(feed):
                around[month][feed] = (older, newer)
        parts, folder, name, crew = self._hands
        desk = Desk(parts, folder, self._config, site, tuple(self._maker.topics.values()), name)
        salt = (self._config.feed, site, desk.topics, name)
        keys = {m: _key(self._calendar.rows[m], sorted(around[m].items()), salt) for m in around}
        months = [month for month in around if not self._is_made(month, keys[month])]
        items = (Month(month, around[month], self._known(month)) for month in months)
        for made in each(crew, partial(periods.make, desk=desk), items):
            self._take(made)
        self._forget_all_but(around.keys())
        self._remember(keys)

    def _is_made(self, month: str, key: str) -> bool:
        known = self._calendar.before.get(month)
        is_known = self._files.is_intact and not self._was_built
        return is_known and known is not None and known.made == key

    def _known(self, month: str) -> dict[str, str]:
        """Return the pages of a month that lie in out/, and their keys."""
        query = "SELECT path, key FROM outputs WHERE kind = ? AND instr(path, ?)"
        name = f"-archive-{month.replace('-', '')}"
        return dict(self._cache.db.execute(query, (Kind.ARCHIVE, name)))

    def _take(self, made: periods.Made) -> None:
        assert isinstance(self._stage, MovingStage)  # noqa: S101 (see publishing)
        for page in made.pages:
            self._files.is_new(Kind.ARCHIVE, page.path, page.key)
            source = os.path.join(self._hands.folder, periods.PAGES, page.path)
            self._stage.take(page.path, source, page.digest)
        self._files.forget(Kind.ARCHIVE, made.gone)

    def _forget_all_but(self, months: Iterable[str]) -> None:
        """Forget the pages of months without entries, and those that a build made."""
        there = {month.replace("-", "") for month in months}
        are_over = self._calendar.before.keys() - set(months)
        if are_over or self._was_built or not self._files.is_intact:
            self._files.forget_where(
                Kind.ARCHIVE,
                lambda path: periods.month_of(builder.page_of(path)[1]) not in there,
            )

    def _remember(self, keys: Mapping[str, str]) -> None:
        """Note what is there now, also for a build, which makes pages of another kind."""
        calendar = self._calendar
        months = {m: Known(calendar.rows[m], calendar.pages[m], keys[m]) for m in keys}
        self._cache.set_meta(_STATE, json.dumps(months))
        rows = [(folder, _SALT, *FIRST) for folder, newest in self._newest.items() if newest]
        self._cache.db.execute("DELETE FROM cuts")
        self._cache.db.execute("DELETE FROM archives")
        self._cache.db.executemany("INSERT INTO archives VALUES (?, ?, ?, ?, ?)", rows)


def _feed(plan: feeds.Plan) -> str:
    return plan.topic.slug if plan.topic else WHOLE


def _key(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()
