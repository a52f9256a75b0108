"""Which topics the vocabularies and the page's own labels make likely.

Strategy: all built-in vocabularies are scored, in use or not. A topic must reach the threshold and
come near the best. A topic declared by name has it easier when nothing else fits the article
better: who declares "Sport" and "Business" has said what the folder is about.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

from feedsmith.model import Article
from feedsmith.topics.catalog import Catalog
from feedsmith.topics.examples import most_alike, nearness
from feedsmith.topics.meaning import Meant, meant
from feedsmith.topics.terms import Passage
from feedsmith.topics.verdicts import Verdict
from feedsmith.topics.vocabulary import (
    BODY_CHARS,
    BODY_WORDS,
    SECTION_BONUS,
    Found,
    bonus,
    listing,
    score,
    vocabulary_for,
)

# Score of perfect nearness to examples. Of 8 to 24 measured, more gains on long articles and loses
# on short ones.
_NEAR = 8.0
NEAR_BEST = 0.75  # share of the best score that a further topic must reach
_DECLARED_FLOOR = 0.1  # share of the threshold that the best declared topic needs at least
# Shares of the best score, declared or not, with which the best declared topic has its way. Four
# topics divide a folder among them; one or two pick from it.
_SHARE_OF_FEW, _SHARE_OF_MANY, _MANY = 0.7, 0.05, 4


@dataclass(frozen=True, slots=True)
class Score:
    """What speaks for one topic: terms found, a bonus for the page's own labels, nearness.

    `near` is the points for nearness to the user's examples, `alike` gives the words that it comes
    of; `rules` the points that the user's own terms add where they are too few to decide; `meaning`
    those that the user's model gives, and `nearest` the words that come nearest for it.
    """

    points: float
    bonus: float
    found: tuple[Found, ...]
    near: float = 0.0
    alike: Callable[[], list[str]] = list
    rules: tuple[float, str] = (0.0, "")
    meaning: float = 0.0
    nearest: Callable[[], list[str]] = list

    def __str__(self) -> str:
        reasons = [listing(self.found)] if self.found else []
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
    said = meant(catalog.model, article, catalog.centres) if catalog.model else None
    by_vocabulary, best = _by_vocabulary(article, catalog, title, body, said)
    if catalog.lessons is None:
        return Scores(by_vocabulary, best)
    scores = dict(by_vocabulary)
    for slug, near in nearness(catalog.lessons, title, body).items():
        points = near * _NEAR
        one = scores.get(slug, _NONE)
        alike = partial(most_alike, catalog.lessons, slug, title, body)
        scores[slug] = replace(one, points=one.points + points, near=points, alike=alike)
    if said:
        for slug, points in sorted(said.examples.items()):
            scores[slug] = _with_meaning(scores.get(slug, _NONE), slug, said, points)
    return Scores(scores, best)


def _with_meaning(one: Score, name: str, said: Meant, points: float) -> Score:
    """Return a score with what the model adds; `name` is what it calls the topic."""
    return replace(
        one,
        points=one.points + points,
        meaning=one.meaning + points,
        nearest=partial(said.nearest, name),
    )


def with_rules(scores: Scores, verdicts: Mapping[int, Verdict], catalog: Catalog) -> Scores:
    """Return the scores with what rules add that found too little to decide by themselves.

    They add to nearness to examples, and each makes up for what the other lacks: half of the
    points that `min` asks for are worth half of the threshold.
    """
    helped = dict(scores.by_topic)
    for number, verdict in verdicts.items():
        slug = catalog.declared[number].slug
        one = helped.get(slug)
        hits = [hit for hit in verdict.ranked() if hit.rule.kind == "any"]
        if one is None or not one.near or verdict.certain or not hits:
            continue
        points = sum(hit.points for hit in hits)
        share = min(1.0, points / verdict.needed) * catalog.threshold
        told = (share, listing(hits))
        helped[slug] = replace(one, points=one.points + share, rules=told)
    return replace(scores, by_topic=helped)


def _by_vocabulary(
    article: Article, catalog: Catalog, title: Passage, body: Passage, said: Meant | None
) -> tuple[dict[str, Score], float]:
    """Return scores by topic, and the best of all vocabularies."""
    if not catalog.owners:
        return {}, 0.0
    vocabulary = vocabulary_for(article.language)
    head = Passage(body.plain[:BODY_CHARS], body.words[:BODY_WORDS])
    found = score(vocabulary, title, head) if vocabulary else {}
    added = bonus(article.sections, article.tags)
    scores: dict[str, Score] = {}
    best = 0.0
    near = said.builtin if said else {}
    for builtin in sorted(found.keys() | added.keys() | near.keys()):
        terms, extra = found.get(builtin, ()), added.get(builtin, 0.0)
        one = Score(sum(term.points for term in terms) + extra, extra, terms)
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
        slug for slug in ranked if rivals[slug].points >= max(near, _needed(rivals[slug], catalog))
    ]
    if not chosen and _is_spoken_for(ranked[0], catalog) and _has_its_way(first, scores, catalog):
        return ranked[:1]
    return chosen[: catalog.max]


def _is_spoken_for(slug: str, catalog: Catalog) -> bool:
    """Say whether a topic is declared by a name that a vocabulary knows; examples alone are not."""
    return catalog.by_slug[slug].declared and any(
        slug in slugs for slugs in catalog.owners.values()
    )


def _needed(rival: Score, catalog: Catalog) -> float:
    """Return the score needed: where no term speaks, the page's own section is all there is."""
    is_label_alone = rival.bonus and not (rival.found or rival.near)
    return min(SECTION_BONUS, catalog.threshold) if is_label_alone else catalog.threshold


def _has_its_way(first: Score, scores: Scores, catalog: Catalog) -> bool:
    many = len({slug for slugs in catalog.owners.values() for slug in slugs}) >= _MANY
    share = _SHARE_OF_MANY if many else _SHARE_OF_FEW
    return first.points >= max(share * scores.best_of_all, _DECLARED_FLOOR * catalog.threshold)
