"""A build that was refused, told in the feed of problems; all else in out/ stays as it is.

The refused run puts the entry there itself, for a feed that is built no more could not say so. It
stays while builds are refused and goes with the first one that is not. The entry has the time of
the first refusal; a run that is refused again for the same reason writes nothing.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from feedsmith import reading
from feedsmith.builder import atom, content, feeds, problems
from feedsmith.cache import Cache
from feedsmith.config import Config
from feedsmith.ledger import open_ledger
from feedsmith.making import Maker
from feedsmith.manifest import Manifest
from feedsmith.shelf import Shelf
from feedsmith.staging import staged

REFUSED_KEY = "refused"  # of the cache's meta: since when builds are refused and why, or ""
PATH = problems.FOLDER + atom.FILE_NAME


class Refusal(NamedTuple):
    """A refused build: what it was to build, why not, and when. `ledger` is a path."""

    config: Config
    out: str
    ledger: str
    message: str
    now: datetime


def tell(refusal: Refusal, cache: Cache, manifest: Manifest) -> None:
    """Publish the feed of problems with the refusal in it, where there is such a feed.

    Args:
        refusal: the refused build.
        cache: open; what the run has changed in it is forgotten.
        manifest: open.

    Raises:
        ConfigError: the topics cannot be compiled.
        OutputError: the disk said no.
        LedgerError: the ledger is damaged.
    """
    if cache.db.in_transaction:
        cache.db.execute("ROLLBACK")
    if not manifest.knows(PATH) or manifest.stage_inode() is not None:
        return  # nobody reads it, or a run died: first things first
    since, told = json.loads(cache.meta(REFUSED_KEY) or '["", ""]')
    if told == refusal.message:
        return
    since = since or refusal.now.isoformat()
    _note(cache, since, "")
    with staged(refusal.out, manifest) as stage:
        stage.put(PATH, _feed(refusal, datetime.fromisoformat(since), cache))
        stage.publish(gone=())
    _note(cache, since, refusal.message)


def _note(cache: Cache, since: str, told: str) -> None:
    """Remember what is told, and that a good build has to make the feed anew."""
    cache.begin()
    cache.db.execute("DELETE FROM outputs WHERE path = ?", (PATH,))
    cache.set_meta(REFUSED_KEY, json.dumps([since, told]))
    cache.commit()


def _feed(refusal: Refusal, since: datetime, cache: Cache) -> bytes:
    """Return the feed as the last good build made it, and the refusal in it."""
    config = refusal.config
    catalog = reading.catalog(config)
    topics = {topic.slug: topic for topic in catalog.topics}
    ledger = open_ledger(refusal.ledger)
    try:
        maker = Maker(config, catalog, cache, ledger, topics)
        site = feeds.site_of(config.feed, config.output.formats, pages=False)
        told = problems.Refused(refusal.message, since, refusal.now)
        made = maker.problems(Shelf(cache), site, told)
        return atom.write(made, content.shown_entries(made))
    finally:
        ledger.close()
