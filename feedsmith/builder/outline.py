"""The order in which topics are listed: subtopics below their parents, attributes in groups. Pure.

The list of feeds and the index page show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedsmith.feedmodel import FeedSummary
from feedsmith.model import Topic


@dataclass(frozen=True, slots=True)
class Branch:
    """One topic's feed and those of its subtopics."""

    feed: FeedSummary
    below: tuple[Branch, ...]

    def feeds(self) -> Iterator[FeedSummary]:
        """Yield the feed, then those below it, in the order in which they are listed."""
        yield self.feed
        for branch in self.below:
            yield from branch.feeds()


def groups_of(feeds: Iterable[FeedSummary]) -> dict[str, tuple[Branch, ...]]:
    """Return the topics' feeds by group (see Topic.group), "" first, in the order given.

    No topic is lost whose parent is absent or below itself: it stands at the top.
    """
    topics = [(feed.topic, feed) for feed in feeds if feed.topic is not None]
    children = _by_parent(topics)
    groups: dict[str, list[Branch]] = {"": []}
    for topic, feed in children[None]:
        groups.setdefault(topic.group, []).append(_branch(topic, feed, children))
    return {name: tuple(branches) for name, branches in groups.items() if branches}


def _branch(
    topic: Topic,
    feed: FeedSummary,
    children: Mapping[str | None, Sequence[tuple[Topic, FeedSummary]]],
) -> Branch:
    return Branch(feed, tuple(_branch(*pair, children) for pair in children.get(topic.slug, ())))


def _by_parent(
    feeds: Sequence[tuple[Topic, FeedSummary]],
) -> Mapping[str | None, Sequence[tuple[Topic, FeedSummary]]]:
    """Return the feeds below each topic; below None those that stand at the top."""
    parents = {topic.slug: topic.parent for topic, _ in feeds}
    children: dict[str | None, list[tuple[Topic, FeedSummary]]] = {None: []}
    for topic, feed in feeds:
        children.setdefault(_parent(topic.slug, parents), []).append((topic, feed))
    return children


def _parent(slug: str, parents: Mapping[str, str | None]) -> str | None:
    """Return the parent's slug when it is listed too and not below slug itself, else None."""
    above = list(_ancestors(slug, parents))
    return above[0] if above and slug not in above else None


def _ancestors(slug: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    seen: set[str] = set()
    parent = parents[slug]
    while parent is not None and parent in parents and parent not in seen:
        seen.add(parent)
        yield parent
        parent = parents[parent]
