"""Groups of articles that lie near one another, as topics that might be declared.

Strategy: an article is the direction of its rarer words (TF-IDF, with the statistics of its
language in the folder: what is suggested need not last). A word whose articles are much more alike
than any two of the folder begins a group. Its mean draws in what is as near as its members are, by
words and, where there is one, by the user's model of what words mean. The terms that tell a group
from the rest are what can be pasted. Pure, and the same for the same articles.
"""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedsmith.model import Article
from feedsmith.topics.examples import telling, unit
from feedsmith.topics.terms import read_passage

# Gives for each article how near it is in meaning to the mean of some, by their places.
Meaning = Callable[[Collection[int]], Sequence[float]]

MOST_ARTICLES = 2000  # of a language; some five seconds of work
_WORDS = 60  # words of an article; the rarest that others have, too
_CHARS = 4  # characters of a term; shorter words are seldom topics
_COMMON = 0.3  # share of the articles; what more of them have is no topic
_COHERENT = 3.0  # times the likeness of any two articles
_IN_TITLES = 2  # titles that have the word that begins a group
_STILL_FREE = 0.6  # share of a word's articles that no better group has
_NEAR = 0.6  # share of a member's usual nearness that draws an article in
_ROUNDS = 2  # of drawing in; the third changes hardly anything
_SHARE, _FAITHFUL = 0.15, 0.5  # of a group's articles that have a term; of a term's in the group
_TERMS = 8  # of a group

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Terms that tell a group from the rest, its name first, and the places of its articles."""

    terms: tuple[str, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """Articles of one language as directions, and how alike two of them are on average."""

    articles: tuple[Article, ...]
    vectors: tuple[Vector, ...]
    frequencies: Mapping[str, int]
    likeness: float

    @property
    def least(self) -> float:
        """Return how many articles a group needs: the more there are, the more chance makes."""
        return max(3.0, math.sqrt(len(self.vectors)) / 3)


def field_of(articles: Iterable[Article]) -> Field:
    """Return articles as directions of their rarer words."""
    chosen = tuple(articles)[:MOST_ARTICLES]
    bags = [telling(article) for article in chosen]
    frequencies = Counter(word for bag in bags for word in bag)
    vectors = tuple(_direction(bag, frequencies, len(bags)) for bag in bags)
    return Field(chosen, vectors, frequencies, _likeness(vectors))


def is_coherent(field: Field, members: Collection[int], word: str = "") -> bool:
    """Say whether articles are much more alike than any two, even without a word they share."""
    vectors = [field.vectors[place] for place in sorted(members)]
    return _likeness(vectors, word) >= _COHERENT * field.likeness


def clusters(field: Field, own: Collection[int], meaning: Meaning | None = None) -> list[Cluster]:
    """Return groups of articles, the clearest first; no article is in two.

    Args:
        field: all articles of a language.
        own: the places of those that look for a topic.
        meaning: tells of the same articles how near they are to some of them.
    """
    taken: set[int] = set()
    found = []
    for word, places in _seeds(field, own):
        free = [place for place in places if place not in taken]
        if len(free) < max(field.least, _STILL_FREE * len(places)):
            continue
        members = _grown(field, free, set(own) - taken, meaning)
        if len(members) >= field.least and is_coherent(field, members):
            terms = _terms(field, members, word)
            if terms:
                taken |= members
                found.append(Cluster(terms, tuple(sorted(members))))
    return found


def _direction(bag: Mapping[str, int], frequencies: Mapping[str, int], total: int) -> Vector:
    """Return the weights of the words that several articles have and most have not.

    The direction is shorter than 1 by the words that no other article has.
    """
    weights = {
        word: (1 + math.log(times)) * math.log(total / frequencies[word])
        for word, times in bag.items()
        if frequencies[word] <= _COMMON * total
    }
    shared = [word for word in weights if frequencies[word] > 1]
    kept = sorted(shared, key=lambda word: (-weights[word], word))[:_WORDS]
    direction = unit(weights)
    return {word: direction[word] for word in sorted(kept)}


def _sum(vectors: Iterable[Vector]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for word, value in vector.items():
            total[word] = total.get(word, 0.0) + value
    return total


def _likeness(vectors: Sequence[Vector], without: str = "") -> float:
    """Return the mean likeness of two of the vectors, leaving a word out."""
    size = len(vectors)
    if size < 2:
        return 0.0
    square = _square(_sum(vectors), without)
    return (square - sum(_square(one, without) for one in vectors)) / (size * (size - 1))


def _square(vector: Vector, without: str = "") -> float:
    return sum(value * value for word, value in vector.items() if word != without)


def _seeds(field: Field, own: Collection[int]) -> list[tuple[str, list[int]]]:
    """Return the words that may begin a group, with their articles, the clearest first."""
    having: dict[str, list[int]] = {}
    titled: Counter[str] = Counter()
    for place in sorted(own):
        vector = field.vectors[place]
        for word in vector:
            having.setdefault(word, []).append(place)
        titles = read_passage(field.articles[place].title).words
        titled.update(word for word in set(titles) if word in vector)
    fit = {
        word: places
        for word, places in having.items()
        if len(word) >= _CHARS and titled[word] >= _IN_TITLES and len(places) >= field.least
    }
    likeness = {
        word: _likeness([field.vectors[place] for place in places], word)
        for word, places in fit.items()
    }
    worth = {
        word: (likeness[word] - field.likeness) * math.sqrt(len(places))
        for word, places in fit.items()
        if likeness[word] >= _COHERENT * field.likeness
    }
    return [(word, fit[word]) for word in sorted(worth, key=lambda word: (-worth[word], word))]


def _grown(
    field: Field, seed: Collection[int], free: Collection[int], meaning: Meaning | None
) -> set[int]:
    """Return the articles among the free ones that are as near to a group as its members are."""
    members = set(seed)
    for _ in range(_ROUNDS):
        if len(members) < field.least:
            break
        near = dict(_nearness(field, members, free, meaning))
        bar = _NEAR * statistics.median(near[place] for place in members)
        members = {place for place in near if near[place] >= bar}
    return members


def _nearness(
    field: Field, members: Collection[int], free: Collection[int], meaning: Meaning | None
) -> Iterator[tuple[int, float]]:
    """Yield how near articles are to the others of a group, by words and by meaning."""
    total = _sum(field.vectors[place] for place in sorted(members))
    length = math.sqrt(_square(total)) or 1.0
    meant = meaning(members) if meaning else None
    for place in sorted(free):
        shared = sum(value * total.get(word, 0.0) for word, value in field.vectors[place].items())
        shared -= _square(field.vectors[place]) if place in members else 0.0
        yield place, shared / length + (meant[place] if meant else 0.0)


def _terms(field: Field, members: Collection[int], seed: str) -> tuple[str, ...]:
    """Return the terms that most of all tell a group from the rest, one of its titles first."""
    bags = [set(telling(field.articles[place])) for place in sorted(members)]
    inside = Counter(word for bag in bags for word in bag)
    outside = len(field.vectors) - len(bags) + 1
    rest = {
        word: (field.frequencies[word] - times + 0.5) / outside for word, times in inside.items()
    }
    worth = {
        word: times * math.log(times / len(bags) / rest[word])
        for word, times in inside.items()
        if len(word) >= _CHARS
        and times >= max(2, _SHARE * len(bags))
        and times >= _FAITHFUL * field.frequencies[word]
    }
    ranked = sorted(worth, key=lambda word: (-worth[word], word))[:_TERMS]
    titles = [set(read_passage(field.articles[place].title).words) for place in sorted(members)]
    named = [word for word in ranked if sum(word in title for title in titles) >= _IN_TITLES]
    name = next(iter(named), seed)
    return (name, *(word for word in ranked if word != name)) if ranked else ()
