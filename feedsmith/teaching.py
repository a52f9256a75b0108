"""What corrections of topics teach: new articles much like a corrected one get its topics, too.

Strategy: the words of a corrected article are kept in the ledger. When an article is met for the
first time, it is compared with them once, and what follows is kept as well. So a correction moves
no article that was there before, no other file ever moves one, and neither does a lost cache.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from feedsmith.additions import Addition, from_json, to_json
from feedsmith.book import GIVEN, LESSON
from feedsmith.identity import Memory
from feedsmith.ledger import Ledger
from feedsmith.model import Article
from feedsmith.text import shorten
from feedsmith.topics import closeness, features

# Closeness from which an article is like a corrected one. Of the pairs of public sets that have it,
# nine of ten share their topic; a lower one soon makes it seven.
NEAR = 0.25
_TITLE_CHARS = 60  # characters of a corrected article's title in an explanation


class Lesson(NamedTuple):
    """A corrected article: its topics and those that it has not, its title, its words by weight."""

    topics: tuple[str, ...]
    not_topics: tuple[str, ...]
    title: str
    words: Mapping[str, float]


def learn(
    ledger: Ledger,
    corrections: Mapping[str, Addition],
    find: Callable[[str], Article | None],
) -> tuple[Lesson, ...]:
    """Bring the lessons up to date with the corrections, and return them.

    Args:
        ledger: inside a transaction.
        corrections: by the article's id.
        find: gives an article of an id as it was read, None when no file holds it now; then it
            teaches as soon as one does.
    """
    lessons = {key.removeprefix(LESSON): _lesson(text) for key, text in ledger.names(LESSON)}
    wanted = {i: said for i, said in corrections.items() if said.topics or said.not_topics}
    for article_id in sorted(lessons.keys() | wanted.keys()):
        said, old = wanted.get(article_id), lessons.get(article_id)
        if said is None:
            del lessons[article_id]
            ledger.forget_name(LESSON + article_id)
        elif old is None or (old.topics, old.not_topics) != (said.topics, said.not_topics):
            article = find(article_id)
            if article is not None:
                lesson = Lesson(said.topics, said.not_topics, article.title, features(article))
                lessons[article_id] = lesson
                ledger.set_name(LESSON + article_id, json.dumps(lesson, ensure_ascii=False))
    return tuple(lessons[key] for key in sorted(lessons))


def teach(ledger: Ledger, lessons: Sequence[Lesson], article_id: str, article: Article) -> bool:
    """Give a new article the topics of the corrected one it is most like; say if there is any."""
    words = features(article) if lessons else {}
    near = [(closeness(words, lesson.words), lesson) for lesson in lessons]
    best, lesson = max(near, key=lambda pair: pair[0], default=(0.0, None))
    if lesson is None or best < NEAR:
        return False
    title = shorten(lesson.title, max_chars=_TITLE_CHARS)
    said = Addition(title, like=lesson.topics, unlike=lesson.not_topics)
    ledger.set_name(GIVEN + article_id, to_json([said]))
    return True


def taught(memory: Memory, article_id: str) -> tuple[Addition, ...]:
    """Return what an article was given for being like a corrected one; () for nothing."""
    return from_json(memory.named(GIVEN + article_id))


def _lesson(text: str) -> Lesson:
    topics, not_topics, title, words = json.loads(text)
    return Lesson(tuple(topics), tuple(not_topics), title, words)
