"""Articles made ready for their places: all that needs neither ledger nor cache. Pure.

Made where a file was parsed, be it by a worker; the process that leads need only ask and write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from feedsmith import identity, serial
from feedsmith.cache import ArticleRow
from feedsmith.likeness import print_of
from feedsmith.model import Article
from feedsmith.reading import Outcome
from feedsmith.recurring import Line, lines_of


class Draft(NamedTuple):
    """An article as it was read, and what identity, doubles and the cache make of it.

    `row` has no id yet. `text_print` is what doubles are told by, `lines` may recur in other files.
    """

    article: Article
    trait: identity.Trait
    row: ArticleRow
    text_print: tuple[int, ...]
    lines: Sequence[Line]


class Drafted(NamedTuple):
    """What one file gave, and its articles as drafts."""

    outcome: Outcome
    drafts: Iterable[Draft]


def drafted(outcome: Outcome, parser: str) -> Drafted:
    """Return what a file gave with its articles made ready; `parser` is the parser's version."""
    drafts = [_draft(article, outcome, parser) for article in outcome.articles]
    return Drafted(replace(outcome, articles=()), drafts)


def drafted_one_by_one(outcome: Outcome, parser: str) -> Drafted:
    """Return the same for who takes it at once, which needs room for one draft; no pickle."""
    return Drafted(outcome, (_draft(article, outcome, parser) for article in outcome.articles))


def _draft(article: Article, outcome: Outcome, parser: str) -> Draft:
    source = outcome.source
    trait = identity.trait(
        article, path=source.path, source=outcome.digest, parser=parser, mtime=source.mtime
    )
    row = serial.to_row(article, trait, "", source.relative)
    return Draft(article, trait, row, print_of(article.text), lines_of(article))


def lying_in(draft: Draft, path: str) -> Draft:
    """Return a draft with the path under which its file is known."""
    if path == draft.trait.path:
        return draft
    trait = replace(draft.trait, path=path)
    return draft._replace(trait=trait, row=draft.row._replace(path=path))


def dated(draft: Draft, when: datetime | None) -> Draft:
    """Return a draft with another date of publication, in doubt no more."""
    article = replace(draft.article, published=when, swapped=None)
    trait = replace(draft.trait, published=when)
    row = serial.to_row(article, trait, "", draft.row.relative)
    return draft._replace(article=article, trait=trait, row=row)
