"""Why an article is not in a topic: the nearest misses, for people who steer their rules."""

from collections.abc import Collection, Iterator, Mapping

from feedsmith.topics.catalog import Catalog
from feedsmith.topics.scores import NEAR_BEST, Scores, needed
from feedsmith.topics.verdicts import Verdict
from feedsmith.topics.vocabulary import listing

MISSES = 4  # topics; who came further behind was not near


def misses(
    catalog: Catalog,
    verdicts: Mapping[int, Verdict],
    scores: Scores,
    chosen: Collection[str],
) -> tuple[str, ...]:
    """Return a line for each topic that came near without being chosen, the nearest first."""
    lines = dict(_by_score(catalog, scores))
    lines |= {
        slug: line
        for slug, line in _by_rules(catalog, verdicts)
        if slug not in lines or not scores.by_topic[slug].rules[0]
    }
    ranked = sorted((-points, slug, line) for slug, (points, line) in lines.items())
    return tuple([f"{slug}: {line}" for _, slug, line in ranked if slug not in chosen][:MISSES])


def _by_score(catalog: Catalog, scores: Scores) -> Iterator[tuple[str, tuple[float, str]]]:
    best = max((score.points for score in scores.by_topic.values()), default=0.0)
    for slug, score in scores.by_topic.items():
        least = max(needed(score, catalog), NEAR_BEST * best)
        what = f"needed {least:.2f}" if score.points < least else "the most is reached"
        yield slug, (score.points, f"{score}; {what}")


def _by_rules(
    catalog: Catalog, verdicts: Mapping[int, Verdict]
) -> Iterator[tuple[str, tuple[float, str]]]:
    for number, verdict in verdicts.items():
        if verdict.certain:
            continue
        found = f"{verdict.points:.2f} from {listing(verdict.ranked())}" if verdict.hits else "0"
        yield catalog.declared[number].slug, (verdict.points, f"{found}; {_lack(verdict)}")


def _lack(verdict: Verdict) -> str:
    if verdict.vetoes:
        return f"kept out by none: {listing(verdict.vetoes)}"
    if verdict.lacking:
        return f"without what all needs: {listing(verdict.lacking)}"
    return f"needed {verdict.needed:g} points of any, or a true query"
