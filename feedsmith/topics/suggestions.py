"""Topics that a folder seems to have: groups of articles, and words that a few have in titles.

Strategy: groups of articles that lie near one another come first (see `clusters`), with the terms
that tell them from the rest. Then terms that several articles have, some in the title, and most of
their language have not; those of nearly the same articles go together, and the articles must be
more alike than any two. The same articles give the same suggestions, and nothing is assigned by
them.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedsmith.model import Article
from feedsmith.taught import Model
from feedsmith.topics.clusters import Field, clusters, field_of, is_coherent
from feedsmith.topics.meaning import likeness
from feedsmith.topics.terms import Passage, read_passage
from feedsmith.topics.vocabulary import language_of

LEAST = 3  # articles; two may share a word by chance
MOST = 8  # suggestions; more is no advice
TERMS = 6  # terms of one suggestion
_WORDS = 400  # words of a text that are looked at
_WORD_CHARS = 4  # characters; shorter words are seldom topics
_COMMON = 0.3  # share of the articles of a language; what more of them have is no topic
_TITLE_SHARE = 0.25  # of a term's articles; the others only mention it
_ALIKE = 0.4  # overlap of the articles of two terms that go together
_NUMERIC = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic that might be declared: its terms, the first being its name, and its articles."""

    terms: tuple[str, ...]
    articles: tuple[Article, ...]


def suggest(
    articles: Sequence[Article],
    background: Sequence[Article] = (),
    model: Model | None = None,
) -> tuple[Suggestion, ...]:
    """Return topics that some of the articles seem to share, the clearest first.

    Args:
        articles: those that look for a topic.
        background: all articles, to know which words are common; the same ones when empty.
        model: the user's, of what words mean.
    """
    own = {id(article) for article in articles}
    found: list[Suggestion] = []
    fields = []
    for language, spoken in _by_language(background or articles):
        field = field_of(spoken)
        fields.append(field)
        mine = [place for place, one in enumerate(field.articles) if id(one) in own]
        meaning = likeness(model, field.articles) if model and language_of(language) else None
        for group in clusters(field, mine, meaning):
            members = tuple(field.articles[place] for place in group.members)
            found.append(Suggestion(group.terms, members))
    taken = {id(article) for one in found for article in one.articles}
    left = [article for article in articles if id(article) not in taken]
    found += (one for one in _by_shared_terms(left, background or articles) if _holds(one, fields))
    return tuple(found[:MOST])


def _by_language(articles: Iterable[Article]) -> list[tuple[str | None, list[Article]]]:
    """Return the articles of each language, the most spoken first."""
    spoken: dict[str | None, list[Article]] = {}
    for article in articles:
        code = (article.language or "").partition("-")[0].lower() or None
        spoken.setdefault(code, []).append(article)
    return sorted(spoken.items(), key=lambda pair: (-len(pair[1]), pair[0] or ""))


def _holds(found: Suggestion, fields: Iterable[Field]) -> bool:
    """Say whether a suggestion's articles, in one of its languages at least, are much alike."""
    having = {id(article) for article in found.articles}
    for field in fields:
        members = [place for place, one in enumerate(field.articles) if id(one) in having]
        if len(members) >= LEAST and is_coherent(field, members):
            return True
    return False


def _by_shared_terms(
    articles: Sequence[Article], background: Sequence[Article]
) -> Iterator[Suggestion]:
    everything = _by_term(background)
    languages = Counter(article.language for article in background)
    own = {id(article) for article in articles}
    titles = {id(article): set(_terms(read_passage(article.title))) for article in articles}
    found = {
        term: {id(article): article for article in having if id(article) in own}
        for term, having in everything.items()
        if len(having) >= LEAST and not _is_common(having, languages)
    }
    worth = {
        term: having
        for term, having in found.items()
        if len(having) >= LEAST
        and sum(term in titles[key] for key in having) >= max(2, _TITLE_SHARE * len(having))
    }
    weights = {
        term: len(having) * math.log(1 + len(background) / len(everything[term]))
        for term, having in worth.items()
    }
    return _together(worth, weights)


def _together(
    worth: Mapping[str, Mapping[int, Article]], weights: Mapping[str, float]
) -> Iterator[Suggestion]:
    ranked = sorted(worth, key=lambda term: (-weights[term], -len(term), term))
    taken: set[int] = set()
    given = 0
    for term in ranked:
        mine = worth[term].keys()
        if given == MOST or len(mine - taken) < LEAST:
            continue
        alike = [other for other in ranked if _overlap(mine, worth[other].keys()) >= _ALIKE]
        terms = _without_parts([term, *(other for other in alike if other != term)])[:TERMS]
        having = {key: one for t in terms for key, one in worth[t].items()}
        taken |= having.keys()
        given += 1
        yield Suggestion(tuple(terms), tuple(having.values()))


def _overlap(one: Collection[int], other: Collection[int]) -> float:
    return len(set(one) & set(other)) / len(set(one) | set(other))


def _without_parts(terms: Sequence[str]) -> list[str]:
    """Drop terms that a longer one of the list contains, and longer ones than the first."""
    kept: list[str] = []
    for term in terms:
        if not any(f" {term} " in f" {other} " or f" {other} " in f" {term} " for other in kept):
            kept.append(term)
    return kept


def _is_common(having: Collection[Article], languages: Mapping[str | None, int]) -> bool:
    """Say whether a term belongs to its language rather than to a topic."""
    counts = Counter(article.language for article in having)
    return any(
        count > max(LEAST, _COMMON * languages[language]) for language, count in counts.items()
    )


def _by_term(articles: Iterable[Article]) -> dict[str, list[Article]]:
    having: dict[str, list[Article]] = {}
    for article in articles:
        body = read_passage(article.text)
        passage = Passage("", body.words[:_WORDS])
        for term in sorted({*_terms(read_passage(article.title)), *_terms(passage)}):
            having.setdefault(term, []).append(article)
    return having


def _terms(passage: Passage) -> Iterator[str]:
    """Yield the words that might be topics, and pairs of them."""
    previous = ""
    for word in passage.words:
        is_fit = len(word) >= _WORD_CHARS and not _NUMERIC.search(word)
        if is_fit:
            yield word
            if previous:
                yield f"{previous} {word}"
        previous = word if is_fit else ""
