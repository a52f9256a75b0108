"""Which topics the vocabularies and the page's own labels make likely.

Strategy: all built-in vocabularies are scored, in use or not. A topic must reach the threshold and
come near the best. A topic declared by name has it easier when nothing else fits the article
better: who declares "Sport" and "Business" has said what the folder is about.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from feedsmith.model import Article
from feedsmith.topics.catalog import Catalog
from feedsmith.topics.examples import Lessons, most_alike, nearness
from feedsmith.topics.meaning import Meant, meant
from feedsmith.topics.terms import Passage
from feedsmith.topics.verdicts import Verdict
from feedsmith.topics.vocabulary import (
    SECTION_BONUS,
    Found,
    bonus,
    listing,
    terms_found,
)

# Of the nearness that the examples of a topic have to one another: the share that other articles
# have, too, and the share that is enough where no vocabulary speaks, for each point of the
# threshold. Examples that repeat one another are nearer than any article will be.
_CHANCE_SHARE, _ALONE_SHARE, _MOST_USUAL = 0.55, 0.72, 2.0
# The same where the topic has rules, which are finer than any vocabulary: so much more than the
# examples of other topics have, each for a point of the threshold, and the most of the latter; what
# it is where there are no others. Parts of one subject lie near one another.
_BESIDE_RULES, _MOST_OTHERS, _NO_OTHERS = 5 / 6, 1.5, 1.0
NEAR_BEST = 0.75  # share of the best score that a further topic must reach
_DECLARED_FLOOR = 0.1  # share of the threshold that the best declared topic needs at least
# Shares of the best score, declared or not, with which the best declared topic has its way. Four
# topics divide a folder among them; one or two pick from it.
_SHARE_OF_FEW, _SHARE_OF_MANY, _MANY = 0.7, 0.05, 4


class Score(NamedTuple):
    """What speaks for one topic: terms found, a bonus for the page's own labels, nearness.

    A named tuple, because an article has a dozen and a frozen dataclass costs four times as much.
    `near` is the points for nearness to the user's examples, `alike` gives the words that it comes
    of, `bar` is the score needed where there is any; `rules` the points that the user's own terms
    add where they are too few to decide; `meaning` those that the user's model gives, and
    `nearest` the words that come nearest for it.
    """

    points: float
    bonus: float
    found: tuple[Found, ...]
    near: float = 0.0
    bar: float = 0.0
    alike: Callable[[], list[str]] = list
    rules: tuple[float, str] = (0.0, "")
    meaning: float = 0.0
    nearest: Callable[[], list[str]] = list

    def __str__(self) -> str:
        strongest = sorted(self.found, key=lambda term: (-term.points, term.label))
        reasons = [listing(strongest)] if strongest else []
        reasons += [f"section or tag (+{self.bonus:.1f})"] if self.bonus else []
        if self.near:
            reasons.append(f"examples (+{self.near:.2f}: {', '.join(self.alike())})")
        if self.meaning:
            reasons.append(f"meaning (+{self.meaning:.2f}: {', '.join(self.nearest())})")
        if self.rules[0]:
            reasons.append("rules (+{:.2f}: {})".format(*self.rules))
        return f"{self.points:.2f} from {', '.join(reasons)}"


_NONE = Score(0.0, 0.0, ())


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores by topic (slug), and the best score of all vocabularies, in use or not."""

    by_topic: Mapping[str, Score]
    best_of_all: float


def score_topics(article: Article, catalog: Catalog, title: Passage, body: Passage) -> Scores:
    """Return the score of each topic that a vocabulary speaks for.

    An article in a language without a vocabulary is scored by its labels alone.
    """
    lessons = catalog.lessons
    said = meant(catalog.model, article, catalog.centres) if catalog.model else None
    asked = catalog.owners or lessons
    found = terms_found(article.language, title, body) if asked else {}
    scores, best = _by_vocabulary(article, catalog, found, said)
    if lessons is None:
        return Scores(scores, best)
    for slug, near in nearness(lessons, title, body, found).items():
        one = scores.get(slug, _NONE)
        alike = partial(most_alike, lessons, slug, title, body)
        bar = _bar(slug, near, catalog, lessons)
        scores[slug] = one._replace(points=one.points + near, near=near, bar=bar, alike=alike)
    return Scores(_beside_vocabularies(scores, said, catalog) if said else scores, best)


def _beside_vocabularies(
    scores: Mapping[str, Score], said: Meant, catalog: Catalog
) -> dict[str, Score]:
    """Return the scores with the meaning of examples; of those alone it takes too much for near."""
    told = {s: points for s, points in said.examples.items() if _is_spoken_for(s, catalog)}
    return {
        **scores,
        **{s: _with_meaning(scores.get(s, _NONE), s, said, told[s]) for s in sorted(told)},
    }


def _bar(slug: str, near: float, catalog: Catalog, lessons: Lessons) -> float:
    """Return the score that a topic with examples needs.

    Beside a vocabulary, only what goes beyond the nearness of any article counts for it.
    """
    if slug not in lessons.usual:
        others = min(lessons.others.get(slug, _NO_OTHERS), _MOST_OTHERS)
        return _BESIDE_RULES * catalog.threshold + others
    usual = min(lessons.usual[slug], _MOST_USUAL)
    if _is_spoken_for(slug, catalog):
        return catalog.threshold + min(near, _CHANCE_SHARE * usual)
    return _ALONE_SHARE * usual * catalog.threshold


def _with_meaning(one: Score, name: str, said: Meant, points: float) -> Score:
    """Return a score with what the model adds; `name` is what it calls the topic."""
    return one._replace(
        points=one.points + points,
        meaning=one.meaning + points,
        nearest=partial(said.nearest, name),
    )


def with_rules(scores: Scores, verdicts: Mapping[int, Verdict], catalog: Catalog) -> Scores:
    """Return the scores with what rules add that found too little to decide by themselves.

    They add to nearness to examples, and each makes up for what the other lacks: half of the
    points that `min` asks for are worth half of the score needed.
    """
    if catalog.lessons is None:
        return scores
    helped = dict(scores.by_topic)
    for number, verdict in verdicts.items():
        slug = catalog.declared[number].slug
        one = helped.get(slug)
        if one is None or not one.near or verdict.certain:
            continue
        hits = [hit for hit in verdict.ranked() if hit.rule.kind == "any"]
        if not hits:
            continue
        points = sum(hit.points for hit in hits)
        share = min(1.0, points / verdict.needed) * one.bar
        told = (share, listing(hits))
        helped[slug] = one._replace(points=one.points + share, rules=told)
    return replace(scores, by_topic=helped)


def _by_vocabulary(
    article: Article,
    catalog: Catalog,
    found: Mapping[str, tuple[Found, ...]],
    said: Meant | None,
) -> tuple[dict[str, Score], float]:
    """Return scores by topic, and the best of all vocabularies."""
    if not catalog.owners:
        return {}, 0.0
    added = bonus(article.sections, article.tags)
    scores: dict[str, Score] = {}
    best = 0.0
    near = said.builtin if said else {}
    for builtin in sorted(found.keys() | added.keys() | near.keys()):
        terms, extra = found.get(builtin, ()), added.get(builtin, 0.0)
        one = Score(sum([term.points for term in terms]) + extra, extra, terms)
        if said and builtin in near:
            one = _with_meaning(one, builtin, said, near[builtin])
        best = max(best, one.points)
        for slug in catalog.owners.get(builtin, ()):
            if slug not in scores or one.points > scores[slug].points:
                scores[slug] = one
    return scores, best


def likely(scores: Scores, catalog: Catalog, closed: Collection[str]) -> list[str]:
    """Return the topics to assign, the best first, at most `catalog.max`; none of the closed."""
    rivals = {slug: one for slug, one in scores.by_topic.items() if slug not in closed}
    ranked = sorted(rivals, key=lambda slug: (-rivals[slug].points, slug))
    if not ranked:
        return []
    first = rivals[ranked[0]]
    near = NEAR_BEST * first.points
    chosen = [
        slug for slug in ranked if rivals[slug].points >= max(near, needed(rivals[slug], catalog))
    ]
    if not chosen and _is_spoken_for(ranked[0], catalog) and _has_its_way(first, scores, catalog):
        return ranked[:1]
    return chosen[: catalog.max]


def _is_spoken_for(slug: str, catalog: Catalog) -> bool:
    """Say whether a topic is declared by a name that a vocabulary knows; examples alone are not."""
    return catalog.by_slug[slug].declared and any(
        slug in slugs for slugs in catalog.owners.values()
    )


def needed(rival: Score, catalog: Catalog) -> float:
    """Return the score needed: where no term speaks, the page's own section is all there is."""
    if rival.near:
        return rival.bar
    is_label_alone = rival.bonus and not rival.found
    return min(SECTION_BONUS, catalog.threshold) if is_label_alone else catalog.threshold


def _has_its_way(first: Score, scores: Scores, catalog: Catalog) -> bool:
    many = len({slug for slugs in catalog.owners.values() for slug in slugs}) >= _MANY
    share, points = _SHARE_OF_MANY, first.points
    if not many:  # nearness to one's own is no sign that it is not another's
        share, points = _SHARE_OF_FEW, first.points - first.near
    return points >= max(share * scores.best_of_all, _DECLARED_FLOOR * catalog.threshold)
