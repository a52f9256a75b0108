"""Nearness to the user's own examples of a topic.

Strategy: an example is two directions: its words, weighted by how often they stand there and how
few of all examples have them (TF-IDF), and its profile, the built-in topics whose terms it uses. A
topic is the mean of its examples, an article is as near as the directions are alike (cosine). Two
texts of one language are never wholly unlike, so how near the examples are to one another says
what nearness means something. All of it is taken from the examples alone and never from the
folder, so that a new file moves no other one.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b

from feedsmith import resources
from feedsmith.model import Article
from feedsmith.settings import TopicConfig
from feedsmith.taught import Learned, Model
from feedsmith.topics.meaning import centre
from feedsmith.topics.terms import Passage, plain, read_passage, words
from feedsmith.topics.vocabulary import Found, terms_found

_WORDS = 600  # words of the body that count, as with the vocabularies
_LEAST_CHARS = 3  # characters of a word; shorter ones are grammar
_FEATURES = 200  # words of a single article; most have fewer
_SHOWN = 4  # words named in an explanation
# Score of perfect nearness, by words and by profile. More of the first gains on long articles and
# loses on short ones; more of the second forgets what the topic's own name says.
_BY_WORDS, _BY_PROFILE = 10.0, 1.0
_USUAL = 1.5  # score of nearness among examples where there is but one, or all are the same
_STRANGERS = 0.9  # share of the examples of other topics that are no nearer than `others` says
_DIGITS = 5  # of a stored weight; keeps the model small, and the same on every machine


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was learnt: how rare a word is (and one that no example has), what words weigh.

    `weights` and `profiles` are by word or built-in topic and then by topic, so that an article
    asks each of its words once. `usual` is the score of nearness that the examples of a topic have
    to one another, of topics without rules; `others` is that of the nearest tenth of the examples
    of all other topics, by words alone.
    """

    rarity: Mapping[str, float]
    unknown: float
    weights: Mapping[str, tuple[tuple[str, float], ...]]
    profiles: Mapping[str, tuple[tuple[str, float], ...]]
    usual: Mapping[str, float]
    others: Mapping[str, float]


def learn(examples: Mapping[str, Sequence[Article]], model: Model | str = "") -> dict[str, Learned]:
    """Return what the examples of each topic teach, under the same keys."""
    bags = {key: [telling(article) for article in found] for key, found in examples.items()}
    frequencies = Counter(word for group in bags.values() for bag in group for word in bag)
    documents = sum(map(len, bags.values()))
    common = tuple(sorted(frequencies.items()))
    rarity = _rarity(documents, common)
    by_words = {key: [_direction(bag, rarity, 0.0) for bag in group] for key, group in bags.items()}
    learned: dict[str, Learned] = {}
    for key, found in examples.items():
        profiles = [_profile(_terms_of(article)) for article in found]
        mean = _mean(by_words[key])
        parts = (_pairs(mean), documents, common, _pairs(_mean(profiles)))
        strangers = [one for other, group in by_words.items() if other != key for one in group]
        nearness = (_usual(by_words[key], profiles), _others(mean, strangers))
        digest = blake2b(repr((*parts, *nearness)).encode(), digest_size=16).hexdigest()
        learned[key] = Learned(digest, parts[1], parts[0], common, parts[3], *nearness)
    if not isinstance(model, Model):
        return learned
    return {key: replace(one, centre=centre(model, examples[key])) for key, one in learned.items()}


def lessons_of(topics: Mapping[str, TopicConfig], ruled: Collection[str]) -> Lessons | None:
    """Return the lessons of topics (by slug) whose examples were learnt; None when none were.

    The `ruled` have terms of their own in the place of a vocabulary. They are finer than the
    built-in topics, whose profile would be much the same for all of them.
    """
    learned = {s: t.examples for s, t in topics.items() if isinstance(t.examples, Learned)}
    if not learned:
        return None
    first = next(iter(learned.values()))
    alone = {slug: one for slug, one in learned.items() if slug not in ruled}
    return Lessons(
        _rarity(first.documents, first.frequencies),
        math.log(1 + first.documents),
        _by_feature({slug: one.terms for slug, one in learned.items()}),
        _by_feature({slug: one.profile for slug, one in alone.items()}),
        {slug: _USUAL if one.usual is None else one.usual for slug, one in alone.items()},
        {slug: one.others for slug, one in learned.items() if one.others is not None},
    )


def _by_feature(
    topics: Mapping[str, tuple[tuple[str, float], ...]],
) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for slug, pairs in topics.items():
        for feature, weight in pairs:
            found.setdefault(feature, []).append((slug, weight))
    return {feature: tuple(by_topic) for feature, by_topic in found.items()}


def nearness(
    lessons: Lessons, title: Passage, body: Passage, terms: Mapping[str, tuple[Found, ...]]
) -> dict[str, float]:
    """Return the score of nearness to each topic that the article has anything in common with.

    Args:
        lessons: what the examples taught.
        title: the article's title.
        body: its text.
        terms: what its vocabulary found for each built-in topic.
    """
    found: dict[str, float] = {}
    square = 0.0
    rarity, unknown, weights = lessons.rarity, lessons.unknown, lessons.weights
    for word, times in _bag(title, body).items():
        value = rarity.get(word, unknown) * (1 + math.log(times) if times > 1 else 1)
        square += value * value
        for slug, weight in weights.get(word, ()):
            found[slug] = found.get(slug, 0.0) + value * weight
    scale = _BY_WORDS / (math.sqrt(square) or 1.0)
    found = {slug: value * scale for slug, value in found.items()}
    for builtin, value in _profile(terms).items():
        for slug, weight in lessons.profiles.get(builtin, ()):
            found[slug] = found.get(slug, 0.0) + _BY_PROFILE * value * weight
    return found


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
    words = _direction(telling(article), {}, 1.0)
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


def telling(article: Article) -> dict[str, int]:
    """Return the words of an article that may say something, those of the title counted twice."""
    return _bag(read_passage(article.title), read_passage(article.text))


def _terms_of(article: Article) -> Mapping[str, tuple[Found, ...]]:
    title, body = read_passage(article.title), read_passage(article.text)
    return terms_found(article.language, title, body)


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
    return unit(
        {
            word: rarity.get(word, unknown) * (1 + math.log(n) if n > 1 else 1)
            for word, n in bag.items()
        }
    )


def unit(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights in the same proportions, the whole of length 1."""
    length = math.sqrt(math.fsum(value * value for value in weights.values())) or 1.0
    return {word: value / length for word, value in weights.items()}


def _profile(terms: Mapping[str, tuple[Found, ...]]) -> dict[str, float]:
    """Return the weights of built-in topics; the root keeps one of them from hiding the others."""
    points = {topic: math.fsum([one.points for one in found]) for topic, found in terms.items()}
    return unit({topic: math.sqrt(value) for topic, value in sorted(points.items())})


def _mean(vectors: Sequence[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for feature, value in sorted(vector.items()):
            total[feature] = total.get(feature, 0.0) + value
    return unit(total)


def _usual(
    by_words: Sequence[Mapping[str, float]], profiles: Sequence[Mapping[str, float]]
) -> float | None:
    """Return the median score of an example's nearness to the others; None where there are none."""
    if len(by_words) < 2:
        return None
    import statistics  # noqa: PLC0415 (0.01 s, and few teach topics by examples)

    return round(
        statistics.median(
            _BY_WORDS * closeness(by_words[at], _mean([*by_words[:at], *by_words[at + 1 :]]))
            + _BY_PROFILE * closeness(profiles[at], _mean([*profiles[:at], *profiles[at + 1 :]]))
            for at in range(len(by_words))
        ),
        _DIGITS,
    )


def _others(mean: Mapping[str, float], strangers: Sequence[Mapping[str, float]]) -> float | None:
    """Return the score of nearness that few examples of other topics have; None without any."""
    near = sorted(_BY_WORDS * closeness(one, mean) for one in strangers)
    return round(near[int(_STRANGERS * len(near))], _DIGITS) if near else None


def _pairs(weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((feature, round(value, _DIGITS)) for feature, value in weights.items()))
