"""Words, phrases and prefixes, found in one pass: the engine below rules and vocabularies.

Strategy: a text is folded (case, accents) and cut into words once; every term lies in a dict under
its first word, its first letters or its first character, so that the work grows with the text and
hardly with the number of terms. One regex a term would cost 40 times as much at 100 terms.
"""

import functools
import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

_WORD = re.compile("[\\w\u0900-\u0963\u0966-\u0dff]+(?:\\+\\+|#)?")  # c++ and c# are words
_TERM_WORD = re.compile(rf"({_WORD.pattern})(\*?)")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+")
_MOST_KNOWN = 20_000  # words; some two megabytes
_HEAD_CHARS = 3  # characters of a prefix that it is filed under; longer ones are compared in turn
T = TypeVar("T")
_ASCII_GAPS = {n: " " for n in range(128) if not chr(n).isalnum()}
# Signs that make most English text non-ASCII, and with it three times as slow to fold.
_SIGNS = tuple(zip("’‘“”–—\xa0", "''\"\"-- ", strict=True))
_SYMBOLS = "£€•·©®™°…"  # what else keeps plain English from being ASCII
_STROKES = (("ł", "l"), ("ø", "o"), ("đ", "d"))  # letters that Unicode does not take apart


def plain(text: str) -> str:
    """Return text for matching: case-folded, without accents and typographic signs.

    >>> plain("Łódź, SÃO")
    'lodz, sao'
    """
    if not text.isascii():
        for sign, ascii_sign in _SIGNS:
            text = text.replace(sign, ascii_sign)
    text = text.casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        for letter, base in _STROKES:
            text = text.replace(letter, base)
    return text


def words(plain_text: str) -> list[str]:
    """Return the words of a plain text, in order.

    >>> words(plain("Wi-Fi in C++, women’s rights"))
    ['wi', 'fi', 'in', 'c++', 'women', 's', 'rights']
    """
    if not plain_text.isascii():
        for symbol in _SYMBOLS:
            plain_text = plain_text.replace(symbol, " ")
    if plain_text.isascii() and "+" not in plain_text and "#" not in plain_text:
        return plain_text.translate(_ASCII_GAPS).split()  # five times as fast as the regex
    return _WORD.findall(plain_text.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a term looks for: a run of words, or else a substring.

    `ends_open` says of each word whether it may go on (`word*`); () when none of them may.
    """

    words: tuple[str, ...]
    ends_open: tuple[bool, ...] = ()
    substring: str = ""


def _has_no_spaces(plain_text: str) -> bool:
    """Say whether a text is in a script without spaces between words."""
    return not plain_text.isascii() and bool(_unspaced().search(plain_text))


@functools.cache
def _unspaced() -> re.Pattern[str]:
    # Thai and Lao, Burmese, Khmer, kana, Han; only where needed, as so large a set costs 3 ms.
    return re.compile(
        "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
        "\uf900-\ufaff\U00020000-\U0003ffff]",
    )


def parse_pattern(text: str) -> Pattern | None:
    """Return the pattern of `word`, `two words` or `prefix*`; None when there is nothing to find.

    A text in a script without spaces, or without any word (a sign), is looked for as a substring.
    """
    body = plain(text).strip()
    found = _TERM_WORD.findall(body)
    if _has_no_spaces(body) or not found:
        body = body.strip("*").strip()
        return Pattern((), substring=body) if body else None
    ends_open = tuple(bool(star) for _, star in found)
    return Pattern(tuple(word for word, _ in found), ends_open if any(ends_open) else ())


@dataclass(frozen=True, slots=True)
class Passage:
    """A text ready for matching: its plain form and its words."""

    plain: str
    words: tuple[str, ...]


def read_passage(text: str) -> Passage:
    """Return the text's plain form and its words."""
    flat = plain(text)
    return Passage(flat, tuple(words(flat)))


@dataclass(frozen=True, slots=True)
class TermIndex:
    """Patterns by how they begin; each is known by its place in the sequence it was built from.

    `phrases` go by their first word, then their second (where that may go on, its first letters and
    a star); those whose first word may go on are `open_phrases`, which like `prefixes` go by their
    first letters. `known` keeps the patterns of one word that a word of a text was found by, and
    `blank` the words found by none: most words of an article stood in one before.
    """

    words: Mapping[str, tuple[int, ...]]
    prefixes: Mapping[str, tuple[tuple[str, int], ...]]
    phrases: Mapping[str, Mapping[str, tuple[tuple[Pattern, int], ...]]]
    open_phrases: Mapping[str, tuple[tuple[Pattern, int], ...]]
    substrings: Mapping[str, tuple[tuple[str, int], ...]]
    head_lengths: tuple[int, ...]
    known: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)
    blank: set[str] = field(default_factory=set, compare=False, repr=False)

    def count(self, passage: Passage) -> dict[int, int]:
        """Return how often each pattern that occurs at all occurs in a passage."""
        tally = Counter(passage.words)
        found: dict[int, int] = {}
        likely = tally.keys() - self.blank if self.prefixes else tally.keys() & self.words.keys()
        for word in likely:
            for number in self.known.get(word) or self._of_word(word):
                found[number] = found.get(number, 0) + tally[word]
        for number in self._phrases(passage.words, tally):
            found[number] = found.get(number, 0) + 1
        for number in self._open_phrases(passage.words) if self.open_phrases else ():
            found[number] = found.get(number, 0) + 1
        if self.substrings:
            self._count_substrings(passage.plain, found)
        return found

    def _count_substrings(self, text: str, found: dict[int, int]) -> None:
        """Count the substrings that begin with two characters (or are one) that the text has."""
        letters = set(text)
        if not any(head[0] in letters for head in self.substrings):
            return
        heads = letters.union(map(operator.add, text, text[1:]))
        for head in self.substrings.keys() & heads:
            for sought, number in self.substrings[head]:
                times = text.count(sought)
                if times:
                    found[number] = times

    def _of_word(self, word: str) -> tuple[int, ...]:
        """Return the patterns of one word that a word is found by, and remember them."""
        heads = [word[:length] for length in self.head_lengths if len(word) >= length]
        filed = [pair for head in heads for pair in self.prefixes.get(head, ())]
        open_ended = [number for prefix, number in filed if word.startswith(prefix)]
        numbers = (*self.words.get(word, ()), *open_ended)
        if len(self.blank) + len(self.known) > _MOST_KNOWN:
            self.blank.clear()
            self.known.clear()
        if numbers:
            self.known[word] = numbers
        else:
            self.blank.add(word)
        return numbers

    def _phrases(self, found: tuple[str, ...], tally: Mapping[str, int]) -> Iterator[int]:
        firsts = self.phrases.keys() & tally.keys()
        places = [n for n, word in enumerate(found[:-1]) if word in firsts] if firsts else []
        for place in places:
            seconds, second = self.phrases[found[place]], found[place + 1]
            for key in (second, f"{second[:_HEAD_CHARS]}*", "*"):
                for pattern, number in seconds.get(key, ()):
                    if _stands_at(pattern, found, place):
                        yield number

    def _open_phrases(self, found: tuple[str, ...]) -> Iterator[int]:
        for length in self.head_lengths:
            for place, word in enumerate(found):
                for pattern, number in self.open_phrases.get(word[:length], ()):
                    if len(word) >= length and _stands_at(pattern, found, place):
                        yield number


def _stands_at(pattern: Pattern, found: tuple[str, ...], place: int) -> bool:
    stretch = found[place : place + len(pattern.words)]
    if not pattern.ends_open:
        return stretch == pattern.words
    return len(stretch) == len(pattern.words) and all(
        word.startswith(sought) if ends_open else word == sought
        for word, sought, ends_open in zip(stretch, pattern.words, pattern.ends_open, strict=True)
    )


def build_index(patterns: Sequence[Pattern]) -> TermIndex:
    """Return the index of the patterns; equal patterns keep their own numbers."""
    spoken = [(p, n) for n, p in enumerate(patterns) if p.words]
    single = [(p, n) for p, n in spoken if len(p.words) == 1]
    phrase = [(p, n) for p, n in spoken if len(p.words) > 1]
    prefixes = _grouped((_head(p), (p.words[0], n)) for p, n in single if p.ends_open)
    open_phrases = _grouped((_head(p), (p, n)) for p, n in phrase if any(p.ends_open[:1]))
    closed = _grouped((p.words[0], (p, n)) for p, n in phrase if not any(p.ends_open[:1]))
    return TermIndex(
        words=_grouped((p.words[0], n) for p, n in single if not p.ends_open),
        prefixes=prefixes,
        phrases={
            first: _grouped((_second(p), (p, n)) for p, n in group)
            for first, group in closed.items()
        },
        open_phrases=open_phrases,
        substrings=_grouped(
            (p.substring[:2], (p.substring, n)) for n, p in enumerate(patterns) if p.substring
        ),
        head_lengths=tuple(sorted({len(head) for head in (*prefixes, *open_phrases)})),
    )


def _head(pattern: Pattern) -> str:
    return pattern.words[0][:_HEAD_CHARS]


def _second(pattern: Pattern) -> str:
    """Return the key of a phrase's second word; a star alone for the first letters of any."""
    second = pattern.words[1]
    if not any(pattern.ends_open[1:2]):
        return second
    return f"{second[:_HEAD_CHARS]}*" if len(second) >= _HEAD_CHARS else "*"


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}
