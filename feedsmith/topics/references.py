"""Topics that other tables of the configuration name by their slugs, and those that there are."""

import difflib
from collections.abc import Collection, Iterable, Iterator

from feedsmith.config import Config
from feedsmith.errors import ConfigError
from feedsmith.model import ATTRIBUTE_MARK
from feedsmith.text import short_hash, slugify
from feedsmith.topics.catalog import Catalog

_NEAR = 0.75  # likeness by difflib; "sports" and "sport" have 0.91, "harbour" and "labour" 0.77


def possible_slugs(catalog: Catalog, folders: Iterable[str], names: Iterable[str]) -> set[str]:
    """Return the slugs of all topics that articles may have, and some more.

    Args:
        catalog: the topics of the configuration.
        folders: names of folders with articles; each may be a topic.
        names: of topics that corrections give.
    """
    slugs = {topic.slug for topic in catalog.topics} | {slugify(name) for name in names}
    for name in folders if catalog.folders else ():
        slugs |= {slugify(name), f"{slugify(name)}-{short_hash(name)}"}
    return slugs


def check_references(config: Config, known: Collection[str]) -> tuple[str, ...]:
    """Return a line for each slug that no topic has so far: a folder may give it one day.

    Raises:
        ConfigError: one is most likely misspelt, for a topic has nearly that slug, or no folder
            can be a topic.
    """
    lines = []
    for where, slug in _references(config):
        if slug in known or slug.partition(ATTRIBUTE_MARK)[0] in config.topics.by:
            continue
        near = difflib.get_close_matches(slug, sorted(known), n=1, cutoff=_NEAR)
        there = f"there are: {', '.join(sorted(known))}"
        if near or not config.topics.folders:
            advice = f"did you mean {near[0]!r}?" if near else there
            raise ConfigError(f"{where}: no topic {slug!r}; {advice}")
        lines.append(f"{where}: no topic {slug!r} so far; {there}")
    return tuple(lines)


def _references(config: Config) -> Iterator[tuple[str, str]]:
    """Yield where a slug stands, and the slug."""
    for slug in config.feed.all_excludes:
        yield "[feed] all_excludes", slug
    for tree in config.tree:
        for key, slugs in (("topics", tree.topics), ("exclude", tree.exclude)):
            for slug in slugs:
                yield f"[[tree]] {tree.name!r}: {key}", slug
