"""What the user says of an article → its topics: those said outright, else what rules give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from feedsmith import topics
from feedsmith.additions import Addition, amended
from feedsmith.model import Article, Topic


def with_additions(
    article: Article, said: Iterable[Addition], known: topics.Catalog
) -> tuple[Article, tuple[Topic, ...]]:
    """Return the article as the user wants it, with its topics and why, and the topics."""
    said = tuple(said)
    article = amended(article, said)
    found = assignment(article, said, known)
    slugs = tuple([topic.slug for topic in found.topics])
    return replace(article, topics=slugs, why=found.why), found.topics


def assignment(
    article: Article, said: Iterable[Addition], known: topics.Catalog
) -> topics.Assignment:
    """Return the topics of an article, as amended, and why it has them.

    Args:
        article: with its path below the walked folder.
        said: what is said of it; topics of a correction stand in the place of all others.
        known: the compiled topics, see `reading.catalog`.
    """
    said = tuple(said)
    steer = topics.Steer(
        given=_named((a.topics for a in said if a.topics), known),
        refused=topics.named((name for a in said for name in a.not_topics), known),
        like=topics.named((name for a in said for name in a.like), known),
        unlike=topics.named((name for a in said for name in a.unlike), known),
        title=next((a.source for a in said if a.like), ""),
    )
    return topics.assign(article, known, steer)


def _named(names: Iterable[tuple[str, ...]], known: topics.Catalog) -> tuple[Topic, ...]:
    return topics.named(next(iter(names), ()), known)
