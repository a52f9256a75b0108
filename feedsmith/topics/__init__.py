"""Article to topics, and why.

Strategy: what is certain comes first (the folder, then the user's rules), then what the vocabulary
and the page's own labels make likely, then the parents. The answer depends on the article and the
configuration alone: other files never move an article from one feed to another.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from feedsmith.model import Article, Topic
from feedsmith.text import slugify
from feedsmith.topics.attributes import attribute_topics, is_unsorted
from feedsmith.topics.catalog import Catalog, compile_topics
from feedsmith.topics.events import likeness_of_events, report_of
from feedsmith.topics.examples import closeness, features, most_shared
from feedsmith.topics.folders import folder_topics
from feedsmith.topics.misses import misses
from feedsmith.topics.references import check_references, possible_slugs
from feedsmith.topics.rules import compile_search
from feedsmith.topics.scores import Scores, likely, needed, score_topics, with_rules
from feedsmith.topics.terms import read_passage
from feedsmith.topics.verdicts import Verdict, judge
from feedsmith.topics.vocabulary import builtins_of_label, listing, name_key

Reason = Callable[[], str]

__all__ = [
    "Assignment",
    "Catalog",
    "Steer",
    "assign",
    "check_references",
    "closeness",
    "compile_topics",
    "features",
    "is_unsorted",
    "likeness_of_events",
    "most_shared",
    "named",
    "possible_slugs",
    "report_of",
    "search",
]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The topics of one article, the surest first, and how each came about.

    A build never asks for the reasons, so they are put into words only when somebody does.
    """

    topics: tuple[Topic, ...]
    reasons: tuple[Reason, ...] = field(compare=False)
    near: Callable[[], tuple[str, ...]] = field(compare=False)

    @property
    def why(self) -> tuple[str, ...]:
        """Return one line for each topic on how it came about."""
        pairs = zip(self.topics, self.reasons, strict=True)
        return tuple(f"{_name(topic)}: {reason()}" for topic, reason in pairs)

    @property
    def misses(self) -> tuple[str, ...]:
        """Return one line for each topic that came near, on what was missing."""
        return self.near()


class Steer(NamedTuple):
    """What the user says of an article's topics, or of one that it is like.

    `given` stand in the place of all that rules and vocabularies give, `refused` are taken away.
    `like` are what a corrected article gives one that is like it, `unlike` what it denies, `title`
    is its own.
    """

    given: tuple[Topic, ...] = ()
    refused: tuple[Topic, ...] = ()
    like: tuple[Topic, ...] = ()
    unlike: tuple[Topic, ...] = ()
    title: str = ""


UNSTEERED = Steer()


def assign(article: Article, catalog: Catalog, steer: Steer = UNSTEERED) -> Assignment:
    """Return the topics of an article and why it has them.

    Nothing assigned gives the catch-all, or no topic at all where that is switched off. Topics by
    the article's attributes come last and count for nothing there.

    Args:
        article: with its path below the walked folder.
        catalog: what `compile_topics` returned.
        steer: what the user says of it.
    """
    title, body = read_passage(article.title), read_passage(article.text)
    verdicts = judge(catalog.rules, article, title, body)
    scores = with_rules(score_topics(article, catalog, title, body), verdicts, catalog)
    refused = {topic.slug for topic in steer.refused}
    chosen: dict[str, tuple[Topic, Reason]] = {}
    if steer.given:
        chosen = {t.slug: (t, partial(_said, "corrected")) for t in steer.given}
    else:
        ranked = _ranked(article, catalog, verdicts, scores, steer)
        chosen = _chosen(ranked, catalog, refused)
    if not chosen and catalog.catch_all is not None:
        chosen[catalog.catch_all.slug] = (
            catalog.catch_all,
            partial(_why_nothing, catalog, scores),
        )
    for topic, reason in attribute_topics(article, catalog.by):
        if topic.slug not in refused:
            chosen.setdefault(topic.slug, (topic, partial(_said, reason)))
    return Assignment(
        topics=tuple(topic for topic, _ in chosen.values()),
        reasons=tuple(reason for _, reason in chosen.values()),
        near=partial(misses, catalog, verdicts, scores, (*chosen, *refused)),
    )


def _chosen(
    ranked: Iterable[tuple[Topic, Reason]], catalog: Catalog, refused: Collection[str]
) -> dict[str, tuple[Topic, Reason]]:
    """Return topics by slug without the refused ones, then the parents of each."""
    chosen: dict[str, tuple[Topic, Reason]] = {}
    for topic, reason in ranked:
        if topic.slug not in refused:
            chosen.setdefault(topic.slug, (topic, reason))
    for child, _ in tuple(chosen.values()):
        for ancestor in catalog.ancestors(child):
            if ancestor.slug not in refused:
                reason = partial(_said, f"includes {_name(child)}")
                chosen.setdefault(ancestor.slug, (ancestor, reason))
    return chosen


def search(query: str) -> Callable[[Article], tuple[str, ...] | None]:
    """Return what gives the terms of a query that an article has, or None when it does not match.

    The matching is that of the rules; the article's slugs of topics can be asked for, too.

    Raises:
        ConfigError: the query cannot be read.
    """
    rules = compile_search(query)

    def found(article: Article) -> tuple[str, ...] | None:
        title, body = read_passage(article.title), read_passage(article.text)
        verdict = judge(rules, article, title, body).get(0)
        if verdict is None or not verdict.asked:
            return None
        return tuple(str(hit) for hit in verdict.ranked())

    return found


def named(names: Iterable[str], catalog: Catalog) -> tuple[Topic, ...]:
    """Return the topics that the user names, by slug or title; a new name makes a new topic."""
    slugs = {
        name: name if name in catalog.by_slug else catalog.names.get(name_key(name), slugify(name))
        for name in names
    }
    topics = {slug: catalog.by_slug.get(slug) or Topic(slug, name) for name, slug in slugs.items()}
    return tuple(topics.values())


def _ranked(
    article: Article,
    catalog: Catalog,
    verdicts: Mapping[int, Verdict],
    scores: Scores,
    steer: Steer,
) -> Iterator[tuple[Topic, Reason]]:
    """Yield topics and reasons, the surest first; a topic may come more than once."""
    if catalog.folders:
        for topic, name in folder_topics(article, catalog):
            yield topic, partial(_said, f"folder {name}/")
    certain = [(n, v) for n, v in verdicts.items() if v.certain and _speaks_alone(v, n, catalog)]
    for number, verdict in sorted(certain, key=lambda pair: (-pair[1].points, pair[0])):
        yield catalog.declared[number], partial(_by_rule, verdict)
    closed = _closed(catalog, verdicts)
    for topic in steer.like:
        if topic.slug not in closed:
            yield topic, partial(_said, f"like {steer.title!r}, which was corrected")
    closed |= {topic.slug for topic in steer.unlike}
    for slug in likely(scores, catalog, closed):
        yield catalog.by_slug[slug], partial(str, scores.by_topic[slug])
    yield from _labelled(article, catalog)


def _speaks_alone(verdict: Verdict, number: int, catalog: Catalog) -> bool:
    """Say whether the rules assign by themselves: `all` only narrows where a vocabulary speaks."""
    slug = catalog.declared[number].slug
    by_vocabulary = any(slug in slugs for slugs in catalog.owners.values())
    spoken = verdict.asked or any(hit.rule.kind == "any" for hit in verdict.hits)
    return spoken or not by_vocabulary


def _closed(catalog: Catalog, verdicts: Mapping[int, Verdict]) -> set[str]:
    """Return the declared topics that their own `none` or `all` keeps the article out of."""
    closed = {catalog.declared[n].slug for n, v in verdicts.items() if v.vetoes or v.lacking}
    silent = (n for n, needed in enumerate(catalog.rules.required) if needed and n not in verdicts)
    return closed | {catalog.declared[number].slug for number in silent}


def _labelled(article: Article, catalog: Catalog) -> Iterator[tuple[Topic, Reason]]:
    for section in article.sections if catalog.labelled else ():
        for name in (name_key(section), *builtins_of_label(section)):
            slug = catalog.names.get(name)
            if slug in catalog.labelled:
                yield catalog.by_slug[slug], partial(_said, f"section {section}")


def _said(reason: str) -> str:
    return reason


def _by_rule(verdict: Verdict) -> str:
    return f"rule {listing(verdict.ranked()) or 'query'}"


def _name(topic: Topic) -> str:
    return topic.title if topic.declared else topic.slug


def _why_nothing(catalog: Catalog, scores: Scores) -> str:
    if not scores.by_topic:
        return "no rule, folder or term matches"
    slug, best = min(scores.by_topic.items(), key=lambda pair: (-pair[1].points, pair[0]))
    return f"best is {slug} {best.points:.2f}, needed {needed(best, catalog):.2f}"
