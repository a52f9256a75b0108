"""What the built-in topics are called and what they talk about, read from the packaged tables.

Strategy: every term votes for its topics with its weight; a term of the title counts three, each
doubling of its count in the body one more; the sum is divided by the length's logarithm. The page's
own section and tags add a bonus: alone they are right no more often than the text, and cover half.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from feedsmith import resources
from feedsmith.text import fold
from feedsmith.topics.terms import Passage, Pattern, TermIndex, build_index, parse_pattern

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "pt", "ru", "zh")  # of vocabularies
# What is written together with the first word of a term, by language: article, "and", "with", "to".
_PREFIXES = {"ar": ("ال", "وال", "بال", "لل", "و")}
DEFAULT_LANGUAGE = "en"  # of an article whose language is not known
BODY_WORDS = 600  # words of the body that vote; news says early what it is about
BODY_CHARS = 1500  # characters of it, where terms are no words; some 600 words of Chinese
_WORD_CHARS = 2.5  # characters of such a word
TITLE_POINTS = 3.0  # points; measured optimum
SECTION_BONUS = 1.0  # score; flat optimum between 0.6 and 1.2
TAG_BONUS = 0.5  # score; tags name a topic rightly in two of three cases only
_LENGTH_OFFSET = 8  # words; keeps one-line texts from scoring above all others

_SHOWN = 6  # terms named in an explanation; the rest changes little
_SPLIT = re.compile(r"\s*[/|,;>»:]\s*|\s+&\s+|\s+(?:and|und|et|y|e)\s+")
_NOT_NAME = re.compile(r"[-_+.]+")
_QUOTES = re.compile("['’]")


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in topic; `names` are further names, folded, under which it may be declared.

    `code` is that of the nearest IPTC Media Topic, "" where none is near.
    """

    slug: str
    title: str
    parent: str | None
    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """A term as one topic sees it."""

    topic: str
    weight: float
    label: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of one language; `votes` holds what each pattern of the index means."""

    index: TermIndex
    votes: tuple[tuple[Vote, ...], ...]


class Found(NamedTuple):
    """A term found in an article and the points it gave its topic."""

    label: str
    title: bool
    times: int
    points: float

    def __str__(self) -> str:
        places = ["title"] if self.title else []
        places += [f"{self.times}x"] if self.times else []
        return f"{self.label} ({', '.join(places)})"


def listing(found: Sequence[object]) -> str:
    """Return the first few terms or rules of an explanation; an ellipsis stands for the rest."""
    shown = ", ".join(str(entry) for entry in found[:_SHOWN])
    return f"{shown}, …" if len(found) > _SHOWN else shown


@cache
def builtins() -> Mapping[str, Builtin]:
    """Return the built-in topics by slug, in the order of the packaged table."""
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in resources.text("topics/data", "builtin.txt").splitlines()
        if line and not line.startswith("#")
    ]
    return {
        slug: Builtin(slug, title, parent or None, code, tuple(map(name_key, names.split(";"))))
        for slug, title, parent, code, names in rows
    }


@cache
def _names() -> Mapping[str, str]:
    return {
        name: topic.slug
        for topic in builtins().values()
        for name in (topic.slug, name_key(topic.title), *topic.names)
    }


@cache
def _section_names() -> Mapping[str, str]:
    listed = {
        name_key(name): slug
        for slug, names in _lists(resources.text("topics/data", "sections.txt"))
        for name in names
    }
    return {**_names(), **listed}


def _lists(table: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    for line in table.splitlines():
        slug, colon, values = line.partition(":")
        if colon and not line.startswith("#"):
            yield slug.strip(), tuple(v.strip() for v in values.split(";") if v.strip())


def name_key(name: str) -> str:
    """Return a name for comparison: folded, without dashes and apostrophes.

    >>> name_key("Wi-Fi  &  Réseaux")
    'wi fi & reseaux'
    """
    return fold(_NOT_NAME.sub(" ", _QUOTES.sub("", fold(name))))


def builtins_named(title: str) -> tuple[str, ...]:
    """Return the built-in topics that a title names, () when a part of it is none of them.

    >>> builtins_named("Tech"), builtins_named("Science & Health"), builtins_named("Bees")
    (('technology',), ('science', 'health'), ())
    """
    key = name_key(title)
    names = _names()
    for spelling in (key, key.replace(" & ", " and ")):
        if spelling in names:
            return (names[spelling],)
    parts = _SPLIT.split(key)
    found = tuple(dict.fromkeys(names[part] for part in parts if part in names))
    return found if all(part in names for part in parts) else ()


@lru_cache(maxsize=2048)  # labels; a site repeats its own few
def builtins_of_label(label: str) -> tuple[str, ...]:
    """Return the built-in topics that a page's section or tag stands for; () when it is unknown."""
    key = name_key(label)
    names = _section_names()
    if key in names:
        return (names[key],)
    return tuple(dict.fromkeys(names[part] for part in _SPLIT.split(key) if part in names))


def vocabulary_for(language: str | None) -> Vocabulary | None:
    """Return the vocabulary of an article's language (BCP 47 tag), None when there is none.

    An article whose language is unknown gets the English one.
    """
    primary = re.split("[-_]", language.casefold())[0] if language else DEFAULT_LANGUAGE
    return _vocabulary(primary) if primary in LANGUAGES else None


@cache  # one entry for each of LANGUAGES at most
def _vocabulary(language: str) -> Vocabulary:
    votes: dict[Pattern, list[Vote]] = {}
    for slug, terms in _lists(resources.text("topics/data", f"{language}.txt")):
        for term in terms:
            body, _, weight = term.partition("^")
            vote = Vote(slug, float(weight or 1), term if weight else body)
            for prefix in ("", *_PREFIXES.get(language, ())):
                pattern = parse_pattern(prefix + body)
                if pattern:
                    votes.setdefault(pattern, []).append(vote)
    return Vocabulary(build_index(tuple(votes)), tuple(tuple(v) for v in votes.values()))


def terms_found(
    language: str | None, title: Passage, body: Passage
) -> dict[str, tuple[Found, ...]]:
    """Return what `score` does for an article of a language, {} for one without a vocabulary."""
    vocabulary = vocabulary_for(language)
    if vocabulary is None:
        return {}
    return score(vocabulary, title, Passage(body.plain[:BODY_CHARS], body.words[:BODY_WORDS]))


def score(vocabulary: Vocabulary, title: Passage, body: Passage) -> dict[str, tuple[Found, ...]]:
    """Return the terms found for each built-in topic, the strongest first.

    A topic's score is the sum of their points. `body` is cut by the caller, to BODY_WORDS and
    BODY_CHARS.
    """
    above, below = vocabulary.index.count(title), vocabulary.index.count(body)
    length = _words_of(vocabulary, body) + TITLE_POINTS * _words_of(vocabulary, title)
    scale = 1 / math.log2(_LENGTH_OFFSET + length)
    found: dict[str, list[Found]] = {}
    for number in above.keys() | below.keys():
        times = below.get(number, 0)
        points = (TITLE_POINTS * (number in above) + math.log2(1 + times)) * scale
        for vote in vocabulary.votes[number]:
            entry = Found(vote.label, number in above, times, vote.weight * points)
            found.setdefault(vote.topic, []).append(entry)
    return {
        topic: tuple(sorted(entries, key=lambda e: (-e.points, e.label)))
        for topic, entries in found.items()
    }


def _words_of(vocabulary: Vocabulary, passage: Passage) -> float:
    """Return how many words a passage has; without spaces between them, about how many."""
    if not vocabulary.index.substrings:
        return len(passage.words)
    return max(len(passage.words), len(passage.plain) / _WORD_CHARS)


def bonus(sections: Iterable[str], tags: Iterable[str]) -> dict[str, float]:
    """Return what the page's own sections and tags add to the score of each built-in topic."""
    added: dict[str, float] = {}
    for labels, weight in ((tags, TAG_BONUS), (sections, SECTION_BONUS)):
        for label in labels:
            for topic in builtins_of_label(label):
                added[topic] = max(weight, added.get(topic, 0.0))
    return added
