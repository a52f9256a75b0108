"""Nearness to the user's own examples of a topic.

Strategy: the words of each example are weighted by how often they stand there and how few of all
examples have them (TF-IDF); a topic is the mean of its examples, an article is as near as the two
directions are alike (cosine). What is rare is taken from the examples alone and never from the
folder, so that a new file moves no other one.
"""

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from feedsmith import resources
from feedsmith.model import Article
from feedsmith.settings import Learned, TopicConfig
from feedsmith.topics.terms import Passage, plain, read_passage, words

_WORDS = 600  # words of the body that count, as with the vocabularies
_LEAST_CHARS = 3  # characters of a word; shorter ones are grammar
_SHOWN = 4  # words named in an explanation
_DIGITS = 5  # of a stored weight; keeps the model small, and the same on every machine


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was learnt: how many examples there were, how many have a word, each topic's words."""

    documents: int
    frequencies: Mapping[str, int]
    by_topic: Mapping[str, Mapping[str, float]]


def learn(examples: Mapping[str, Sequence[Article]]) -> dict[str, Learned]:
    """Return what the examples of each topic teach, under the same keys."""
    bags = {key: [_bag_of(article) for article in found] for key, found in examples.items()}
    frequencies = Counter(word for group in bags.values() for bag in group for word in bag)
    documents = sum(map(len, bags.values()))
    common = tuple(sorted(frequencies.items()))
    return {
        key: _learned(_mean(group, documents, frequencies), documents, common)
        for key, group in bags.items()
    }


def lessons_of(topics: Mapping[str, TopicConfig]) -> Lessons | None:
    """Return the lessons of topics (by slug) whose examples were learnt; None when none were."""
    learned = {s: t.examples for s, t in topics.items() if isinstance(t.examples, Learned)}
    if not learned:
        return None
    first = next(iter(learned.values()))
    return Lessons(
        first.documents,
        dict(first.frequencies),
        {slug: dict(one.terms) for slug, one in learned.items()},
    )


def nearness(
    lessons: Lessons, title: Passage, body: Passage
) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Return for each topic how near it is (0 to 1), and the words that make most of that."""
    vector = _direction(_bag(title, body), lessons.documents, lessons.frequencies)
    found = {}
    for slug, weights in lessons.by_topic.items():
        shared = {word: value * weights[word] for word, value in vector.items() if word in weights}
        alike = math.fsum(shared.values())
        if alike > 0:
            top = heapq.nlargest(_SHOWN, shared, key=lambda word: (shared[word], word))
            found[slug] = (alike, tuple(top))
    return found


def _bag_of(article: Article) -> Counter[str]:
    return _bag(read_passage(article.title), read_passage(article.text))


def _bag(title: Passage, body: Passage) -> Counter[str]:
    """Return the words that may say something, those of the title counted twice."""
    bag = Counter((*title.words, *title.words, *body.words[:_WORDS]))
    return Counter({word: n for word, n in bag.items() if _may_speak(word)})


def _may_speak(word: str) -> bool:
    is_long = len(word) >= _LEAST_CHARS or not word.isascii()
    return is_long and not word.isdigit() and word not in _common_words()


@cache
def _common_words() -> frozenset[str]:
    lines = resources.text("topics/data", "common.txt").splitlines()
    rows = (line.partition(":")[2] for line in lines if not line.startswith("#"))
    return frozenset(word for row in rows for word in words(plain(row)))


def _direction(
    bag: Mapping[str, int], documents: int, frequencies: Mapping[str, int]
) -> dict[str, float]:
    """Return the weights of words, the whole of length 1."""
    weights = {
        word: (1 + math.log(n)) * math.log(1 + documents / max(1, frequencies.get(word, 0)))
        for word, n in bag.items()
    }
    return _unit(weights)


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(math.fsum(value * value for value in weights.values())) or 1.0
    return {word: value / length for word, value in weights.items()}


def _mean(
    bags: Sequence[Mapping[str, int]], documents: int, frequencies: Mapping[str, int]
) -> dict[str, float]:
    total: dict[str, float] = {}
    for bag in bags:
        for word, value in _direction(bag, documents, frequencies).items():
            total[word] = total.get(word, 0.0) + value
    return _unit(total)


def _learned(
    weights: Mapping[str, float], documents: int, common: tuple[tuple[str, int], ...]
) -> Learned:
    terms = tuple(sorted((word, round(value, _DIGITS)) for word, value in weights.items()))
    text = repr((terms, documents, common))
    return Learned(blake2b(text.encode(), digest_size=16).hexdigest(), documents, terms, common)
