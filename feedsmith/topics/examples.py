"""Nearness to the user's own examples of a topic.

Strategy: the words of each example are weighted by how often they stand there and how few of all
examples have them (TF-IDF); a topic is the mean of its examples, an article is as near as the two
directions are alike (cosine). What is rare is taken from the examples alone and never from the
folder, so that a new file moves no other one.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b

from feedsmith import resources
from feedsmith.model import Article
from feedsmith.settings import Learned, Model, TopicConfig
from feedsmith.topics.meaning import centre
from feedsmith.topics.terms import Passage, plain, read_passage, words

_WORDS = 600  # words of the body that count, as with the vocabularies
_LEAST_CHARS = 3  # characters of a word; shorter ones are grammar
_FEATURES = 200  # words of a single article; most have fewer
_SHOWN = 4  # words named in an explanation
_DIGITS = 5  # of a stored weight; keeps the model small, and the same on every machine


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was learnt: how rare a word is (and one that no example has), what words weigh.

    `weights` are by word and then by topic, so that an article asks each of its words once.
    """

    rarity: Mapping[str, float]
    unknown: float
    weights: Mapping[str, tuple[tuple[str, float], ...]]


def learn(examples: Mapping[str, Sequence[Article]], model: Model | str = "") -> dict[str, Learned]:
    """Return what the examples of each topic teach, under the same keys."""
    bags = {key: [_bag_of(article) for article in found] for key, found in examples.items()}
    frequencies = Counter(word for group in bags.values() for bag in group for word in bag)
    documents = sum(map(len, bags.values()))
    common = tuple(sorted(frequencies.items()))
    rarity = _rarity(documents, common)
    learned = {k: _learned(_mean(group, rarity), documents, common) for k, group in bags.items()}
    if not isinstance(model, Model):
        return learned
    return {key: replace(one, centre=centre(model, examples[key])) for key, one in learned.items()}


def lessons_of(topics: Mapping[str, TopicConfig]) -> Lessons | None:
    """Return the lessons of topics (by slug) whose examples were learnt; None when none were."""
    learned = {s: t.examples for s, t in topics.items() if isinstance(t.examples, Learned)}
    if not learned:
        return None
    first = next(iter(learned.values()))
    weights: dict[str, list[tuple[str, float]]] = {}
    for slug, one in learned.items():
        for word, weight in one.terms:
            weights.setdefault(word, []).append((slug, weight))
    return Lessons(
        _rarity(first.documents, first.frequencies),
        math.log(1 + first.documents),
        {word: tuple(by_topic) for word, by_topic in weights.items()},
    )


def nearness(lessons: Lessons, title: Passage, body: Passage) -> dict[str, float]:
    """Return for each topic with a word of the article how near that is, 0 to 1."""
    found: dict[str, float] = {}
    square = 0.0
    rarity, unknown, weights = lessons.rarity, lessons.unknown, lessons.weights
    for word, times in _bag(title, body).items():
        value = rarity.get(word, unknown) * (1 + math.log(times) if times > 1 else 1)
        square += value * value
        for slug, weight in weights.get(word, ()):
            found[slug] = found.get(slug, 0.0) + value * weight
    length = math.sqrt(square) or 1.0
    return {slug: value / length for slug, value in found.items()}


def most_alike(lessons: Lessons, slug: str, title: Passage, body: Passage) -> list[str]:
    """Return the few words that give most of an article's nearness to a topic."""
    vector = _direction(_bag(title, body), lessons.rarity, lessons.unknown)
    shared = {
        word: vector[word] * weight
        for word in vector.keys() & lessons.weights.keys()
        for topic, weight in lessons.weights[word]
        if topic == slug
    }
    return sorted(shared, key=lambda word: (-shared[word], word))[:_SHOWN]


def features(article: Article) -> dict[str, float]:
    """Return the words that say most of an article, by weight, the whole of length 1 or less."""
    words = _direction(_bag_of(article), {}, 1.0)
    kept = sorted(words, key=lambda word: (-words[word], word))[:_FEATURES]
    return {word: round(words[word], _DIGITS) for word in kept}


def closeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how much two articles' features point the same way, 0 to 1."""
    return math.fsum(one[word] * other[word] for word in one.keys() & other.keys())


def telling_words(text: str) -> frozenset[str]:
    """Return the words of a short text that may say something of its subject."""
    return frozenset(_bag(read_passage(text), read_passage("")))


def most_shared(one: Mapping[str, float], other: Mapping[str, float]) -> list[str]:
    """Return the few words that give most of the closeness of two articles' features."""
    shared = one.keys() & other.keys()
    return sorted(shared, key=lambda word: (-one[word] * other[word], word))[:_SHOWN]


def _bag_of(article: Article) -> dict[str, int]:
    return _bag(read_passage(article.title), read_passage(article.text))


def _bag(title: Passage, body: Passage) -> dict[str, int]:
    """Return the words that may say something, those of the title counted twice."""
    bag = Counter((*title.words, *title.words, *body.words[:_WORDS]))
    common = _common_words()
    return {
        word: times
        for word, times in bag.items()
        if word not in common
        and (len(word) >= _LEAST_CHARS or not word.isascii())
        and not word.isdigit()
    }


@cache
def _common_words() -> frozenset[str]:
    lines = resources.text("topics/data", "common.txt").splitlines()
    rows = (line.partition(":")[2] for line in lines if not line.startswith("#"))
    return frozenset(word for row in rows for word in words(plain(row)))


def _rarity(documents: int, frequencies: Iterable[tuple[str, int]]) -> dict[str, float]:
    """Return the weight that a word has for being in few of the examples."""
    return {word: math.log(1 + documents / n) for word, n in frequencies}


def _direction(
    bag: Mapping[str, int], rarity: Mapping[str, float], unknown: float
) -> dict[str, float]:
    """Return the weights of words, the whole of length 1."""
    return _unit(
        {
            word: rarity.get(word, unknown) * (1 + math.log(n) if n > 1 else 1)
            for word, n in bag.items()
        }
    )


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(math.fsum(value * value for value in weights.values())) or 1.0
    return {word: value / length for word, value in weights.items()}


def _mean(bags: Sequence[Mapping[str, int]], rarity: Mapping[str, float]) -> dict[str, float]:
    total: dict[str, float] = {}
    for bag in bags:
        for word, value in sorted(_direction(bag, rarity, 0.0).items()):
            total[word] = total.get(word, 0.0) + value
    return _unit(total)


def _learned(
    weights: Mapping[str, float], documents: int, common: tuple[tuple[str, int], ...]
) -> Learned:
    terms = tuple(sorted((word, round(value, _DIGITS)) for word, value in weights.items()))
    text = repr((terms, documents, common))
    return Learned(blake2b(text.encode(), digest_size=16).hexdigest(), documents, terms, common)
