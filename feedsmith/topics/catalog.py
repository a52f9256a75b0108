"""Which topics there are: the declared ones, the built-in ones in use, and the catch-all.

Strategy: everything that the configuration decides is decided here, once, so that `assign` only
looks at the article.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from feedsmith.config import Config, TopicConfig
from feedsmith.errors import ConfigError
from feedsmith.model import Topic
from feedsmith.taught import Learned, Model
from feedsmith.text import slugify
from feedsmith.topics.examples import Lessons, lessons_of
from feedsmith.topics.rules import RuleSet, compile_rules
from feedsmith.topics.vocabulary import Builtin, builtins, builtins_named, name_key

# A built-in topic that nobody declared is looked after by these if somebody declared one of them:
# who declares "Tech" and no games means to find the consoles there.
_HEIRS: Mapping[str, tuple[str, ...]] = {
    "conflict": ("world", "politics"),
    "environment": ("science",),
    "games": ("technology",),
    "labour": ("business",),
    "politics": ("world",),
}
_METADATA_ONLY = frozenset({"world"})  # says where, not what: its terms prove nothing by themselves
_TITLE_ALONE_MIN = 2.0  # points; a topic's bare title must stand in the title, or three times


@dataclass(frozen=True, slots=True)
class Catalog:
    """All topics, and how an article comes to them.

    `topics` are the declared ones in config order, the built-in ones in use, the catch-all
    (`catch_all` is None when it is switched off). `names` says which topic (slug) a folder or a
    section of that name (see `name_key`) stands for. `owners` says for which topics (slugs) a
    built-in vocabulary speaks. `labelled` are the topics that a page's section of their name gives
    outright, as nothing else speaks for them. `rules` go by a declared topic's place. `by` are the
    attributes that each give a topic, `model` is the user's model of what words mean, `centres`
    where it puts the examples of topics (slugs).
    """

    topics: tuple[Topic, ...]
    catch_all: Topic | None
    by_slug: Mapping[str, Topic]
    names: Mapping[str, str]
    owners: Mapping[str, tuple[str, ...]]
    labelled: frozenset[str]
    declared: tuple[Topic, ...]
    rules: RuleSet
    lessons: Lessons | None
    model: Model | None
    centres: Mapping[str, tuple[float, ...]]
    max: int
    threshold: float
    folders: bool
    by: tuple[str, ...]

    def ancestors(self, topic: Topic) -> Iterable[Topic]:
        """Yield the topics that include this one, the nearest first."""
        parent = topic.parent
        while parent is not None:
            yield self.by_slug[parent]
            parent = self.by_slug[parent].parent


@dataclass(frozen=True, slots=True)
class _Declared:
    """A declared topic, its config, and the built-in topics whose vocabulary it uses."""

    topic: Topic
    config: TopicConfig
    vocabularies: tuple[str, ...]


def compile_topics(config: Config) -> Catalog:
    """Return the topics that a configuration asks for.

    Raises:
        ConfigError: two declared topics with one slug, an unknown or circular parent, a rule that
            cannot be, an unknown built-in topic in `like` or `builtin`.
    """
    declared = tuple(_declare(topic) for topic in config.topic)
    _refuse_collisions(declared)
    active = _active(config, declared)
    topics = _listed(declared, active)
    _refuse_old_slugs(topics)
    catch_all = _catch_all(config.topics.unsorted, topics)
    if catch_all is not None and catch_all not in topics:
        topics = (*topics, catch_all)
    return Catalog(
        topics=topics,
        catch_all=catch_all,
        by_slug={topic.slug: topic for topic in topics},
        names=_names(declared, topics),
        owners=_owners(declared, active),
        labelled=_labelled(declared, active),
        declared=topics[: len(declared)],
        rules=compile_rules([_with_title_rule(d) for d in declared]),
        lessons=lessons_of(
            {d.topic.slug: d.config for d in declared},
            {d.topic.slug for d in declared if _is_ruled(d)},
        ),
        model=config.topics.model if isinstance(config.topics.model, Model) else None,
        centres={
            d.topic.slug: d.config.examples.centre
            for d in declared
            if isinstance(d.config.examples, Learned)
        },
        max=config.topics.max,
        threshold=config.topics.threshold,
        folders=config.topics.folders,
        by=config.topics.by,
    )


def _declare(config: TopicConfig) -> _Declared:
    vocabularies = _vocabularies(config)
    topic = Topic(
        slug=config.slug or slugify(config.title),
        title=config.title,
        description=config.description,
        declared=True,
        was=config.was,
        code=builtins()[vocabularies[0]].code if len(vocabularies) == 1 else "",
    )
    return _Declared(topic, config, vocabularies)


def _vocabularies(config: TopicConfig) -> tuple[str, ...]:
    if config.like:
        return (_builtin(config.like, f"[[topic]] {config.title!r}: like").slug,)
    return () if _has_rules(config) else builtins_named(config.title)


def _has_rules(config: TopicConfig) -> bool:
    return bool(config.any or config.all or config.none or config.query)


def _is_ruled(declared: _Declared) -> bool:
    """Say whether its own terms are what a topic goes by."""
    return bool(declared.config.any or declared.config.query) and not declared.vocabularies


def _builtin(name: str, where: str) -> Builtin:
    found = builtins_named(name)
    if len(found) == 1:
        return builtins()[found[0]]
    near = difflib.get_close_matches(name_key(name), builtins(), n=1, cutoff=0.5)
    advice = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(builtins())}"
    raise ConfigError(f"{where}: no built-in topic {name!r}; {advice}")


def _with_title_rule(declared: _Declared) -> TopicConfig:
    """Return the config, with its title as the rule where there is nothing else to go by."""
    config = declared.config
    if declared.vocabularies or _has_rules(config) or config.examples:
        return config
    return config._replace(any=(f'"{config.title}"',), min=max(config.min, _TITLE_ALONE_MIN))


def _refuse_collisions(declared: Sequence[_Declared]) -> None:
    seen: dict[str, str] = {}
    for topic in (d.topic for d in declared):
        if topic.slug in seen:
            raise ConfigError(
                f"[[topic]] {seen[topic.slug]!r} and {topic.title!r}: both have the slug"
                f" {topic.slug!r}; give one of them another `slug`"
            )
        seen[topic.slug] = topic.title


def _refuse_old_slugs(topics: Sequence[Topic]) -> None:
    """Refuse a former slug that is now another topic's, or a former slug of another one, too."""
    owners = {topic.slug: topic.title for topic in topics}
    for topic in topics:
        for old in topic.was:
            if old in owners:
                raise ConfigError(
                    f"[[topic]] {topic.title!r}: was: {old!r} is the address of"
                    f" {owners[old]!r}; one of them needs another `slug` or `was`"
                )
            owners[old] = topic.title


def _active(config: Config, declared: Sequence[_Declared]) -> tuple[Builtin, ...]:
    """Return the built-in topics in use: those chosen that no declared topic stands in for."""
    chosen = config.topics.builtin
    everything = tuple(builtins().values())
    if isinstance(chosen, tuple):
        slugs = {_builtin(name, "topics.builtin").slug for name in chosen}
        wanted = tuple(b for b in everything if b.slug in slugs)
    else:
        wanted = everything if chosen or (chosen is None and not declared) else ()
    replaced = {slug for d in declared for slug in (d.topic.slug, *d.vocabularies)}
    return tuple(b for b in wanted if b.slug not in replaced)


def _listed(declared: Sequence[_Declared], active: Sequence[Builtin]) -> tuple[Topic, ...]:
    """Return the declared and built-in topics with their parents, which are listed too."""
    parents = [_parent(d, declared) for d in declared]
    own = {d.topic.slug for d in declared}
    slugs = {b.slug for b in active} | ({p for p in parents if p} - own)
    topics = [replace(d.topic, parent=p) for d, p in zip(declared, parents, strict=True)]
    for builtin in (b for b in builtins().values() if b.slug in slugs):
        above = _stand_in(builtin.parent, declared) if builtin.parent else None
        parent = above if above in slugs | own else None
        topics.append(Topic(builtin.slug, builtin.title, parent=parent, code=builtin.code))
    _refuse_circles(topics)
    return tuple(topics)


def _parent(child: _Declared, declared: Sequence[_Declared]) -> str | None:
    name = child.config.parent
    if not name:
        return None
    for other in declared:
        if name == other.topic.slug or name_key(name) == name_key(other.topic.title):
            return other.topic.slug
    found = builtins_named(name)
    if len(found) == 1:
        return _stand_in(found[0], declared)
    known = [*(d.topic.slug for d in declared), *builtins()]
    near = difflib.get_close_matches(slugify(name), known, n=1, cutoff=0.5)
    advice = f"did you mean {near[0]!r}?" if near else "declare it, or name a built-in topic"
    raise ConfigError(f"[[topic]] {child.topic.title!r}: parent: no topic {name!r}; {advice}")


def _stand_in(builtin: str, declared: Sequence[_Declared]) -> str:
    """Return the slug of the topic that was declared by a built-in one's name, else its own."""
    for other in declared:
        if not other.config.like and builtin in other.vocabularies:
            return other.topic.slug
    return builtin


def _refuse_circles(topics: Sequence[Topic]) -> None:
    above = {topic.slug: topic.parent for topic in topics}
    for topic in topics:
        seen = {topic.slug}
        parent = topic.parent
        while parent is not None:
            if parent in seen:
                raise ConfigError(
                    f"[[topic]] {topic.title!r}: parent: {parent!r} lies below itself"
                )
            seen.add(parent)
            parent = above[parent]


def _catch_all(name: str, topics: Sequence[Topic]) -> Topic | None:
    if not name.strip():
        return None
    slug = slugify(name)
    own = next((topic for topic in topics if topic.slug == slug), None)
    return own or Topic(slug=slug, title=name.replace("-", " ").strip().capitalize())


def _names(declared: Sequence[_Declared], topics: Sequence[Topic]) -> dict[str, str]:
    """Return the topics by name: other names of the built-in ones first, so that own names win."""
    slugs = {topic.slug for topic in topics}
    names: dict[str, str] = {}
    for builtin in builtins().values():
        slug = _stand_in(builtin.slug, declared)
        if slug in slugs:
            names |= dict.fromkeys((builtin.slug, name_key(builtin.title), *builtin.names), slug)
    for topic in reversed(topics):
        names |= {name_key(old): topic.slug for old in topic.was}
    for topic in reversed(topics):
        names[name_key(topic.title)] = topic.slug
        names[name_key(topic.slug)] = topic.slug
    return names


def _labelled(declared: Sequence[_Declared], active: Sequence[Builtin]) -> frozenset[str]:
    bare = (d for d in declared if not (d.vocabularies or _has_rules(d.config)))
    return frozenset(
        [d.topic.slug for d in bare] + [b.slug for b in active if b.slug in _METADATA_ONLY]
    )


def _owners(declared: Sequence[_Declared], active: Sequence[Builtin]) -> dict[str, tuple[str, ...]]:
    owners: dict[str, list[str]] = {}
    for one in declared:
        for vocabulary in one.vocabularies:
            owners.setdefault(vocabulary, []).append(one.topic.slug)
    for heirless, heirs in _HEIRS.items():
        heir = next((h for h in heirs if h in owners), None)
        if heir and heirless not in owners and heirless not in {b.slug for b in active}:
            owners[heirless] = owners[heir]
    for builtin in active:
        if builtin.slug not in _METADATA_ONLY:
            owners[builtin.slug] = [builtin.slug]
    return {vocabulary: tuple(slugs) for vocabulary, slugs in owners.items()}
