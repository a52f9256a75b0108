"""How far a text and the gold body agree, in runs of words: line by line, and as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from feedsmith import text

RUN = 4  # words in a row that a line must share with the gold body
_TOKEN = re.compile(r"\w+")


def shingles(words: Sequence[str]) -> Counter:
    """Return the runs of words, with how often each occurs."""
    count = max(1, len(words) - RUN + 1) if words else 0
    return Counter(tuple(words[at : at + RUN]) for at in range(count))


def labels_of(lines: Sequence[str], body: str) -> np.ndarray:
    """Return which lines are body: half of their words lie in runs that the gold body has too.

    A line with fewer words than a run is judged by the runs that cross it.
    """
    gold = shingles(_TOKEN.findall(body))
    whole = {text.fold(line).strip() for line in body.split("\n")}
    words = [_TOKEN.findall(line) for line in lines]
    crossing = covered([word for line in words for word in line], gold)
    found, at = [], 0
    for line, own in zip(lines, words, strict=True):
        hits = covered(own, gold) if len(own) >= RUN else crossing[at : at + len(own)]
        at += len(own)
        alone = 1 < len(own) < RUN and text.fold(line) in whole
        found.append(bool(own) and (2 * sum(hits) >= len(own) or (alone and not any(hits))))
    return np.array(found)


def covered(words: list[str], gold: Counter) -> list[bool]:
    """Return which words lie in a run that the gold has."""
    hits = [False] * len(words)
    for at in range(len(words) - RUN + 1):
        if tuple(words[at : at + RUN]) in gold:
            hits[at : at + RUN] = [True] * RUN
    return hits


def precision_recall(answer: str, gold: str) -> tuple[float, float]:
    """Return which share of an answer's runs the gold has, and which share of the gold's it has."""
    said, right = shingles(_TOKEN.findall(answer)), shingles(_TOKEN.findall(gold))
    both = sum((said & right).values())
    return both / max(1, sum(said.values())), both / max(1, sum(right.values()))
