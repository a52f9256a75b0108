"""What the user's rules say of an article: which were found where, and what follows for each topic.

Strategy: one pass over the words finds all terms; only topics with a hit are looked at further.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from feedsmith import urls
from feedsmith.errors import ConfigError
from feedsmith.model import Article
from feedsmith.topics.rules import STORY, Rule, RuleSet
from feedsmith.topics.terms import Passage, TermIndex, plain, read_passage, words

TITLE_POINTS = 3.0  # points; a word of the title, or a field that says it outright
_REGEX_CHARS = 100_000  # characters of a text that a regex sees
_OPENING_CHARS = 240  # characters; some forty words, as far as the lead of a report goes
REGEX_SECONDS = 2.0  # seconds for one regex and one text; an honest one takes milliseconds


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule was found: in the title (or its own field), how often in the text, how early."""

    rule: Rule
    title: bool
    times: int
    early: bool = False

    @property
    def points(self) -> float:
        """Weight x (3 for the title + 1 for the opening + log2(1 + times in the text))."""
        opening = self.rule.opening * self.early
        return self.rule.weight * (TITLE_POINTS * self.title + opening + math.log2(1 + self.times))

    def __str__(self) -> str:
        places = ["title"] if self.title and self.rule.field in STORY else []
        places += ["opening"] if self.early and self.rule.opening else []
        places += [f"{self.times}x"] if self.times else []
        return f"{self.rule.label} ({', '.join(places)})" if places else self.rule.label


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one topic: the hits, their points, and whether that assigns it.

    `asked` says that its `query` is true; `vetoes` are the hits of `none`, `lacking` the terms of
    `all` that were not found, `needed` the points.
    """

    certain: bool
    asked: bool
    points: float
    needed: float
    hits: tuple[Hit, ...]
    vetoes: tuple[Hit, ...]
    lacking: tuple[str, ...]

    def ranked(self) -> list[Hit]:
        """Return the hits, those with most points first."""
        return sorted(self.hits, key=lambda hit: (-hit.points, hit.rule.label))


def judge(rules: RuleSet, article: Article, title: Passage, body: Passage) -> dict[int, Verdict]:
    """Return a verdict for each topic that a rule of which was found, or whose query is true.

    Args:
        rules: what `compile_rules` returned.
        article: for the fields other than title and text.
        title: the article's title.
        body: the article's whole text.

    Returns:
        Verdicts by the topic's place in the config.

    Raises:
        ConfigError: a regex takes too long; the message names it.
    """
    grouped: dict[int, list[Hit]] = {number: [] for number in rules.silent}
    for hit in _hits(rules, article, title, body):
        grouped.setdefault(hit.rule.topic, []).append(hit)
    return {topic: _verdict(rules, topic, hits) for topic, hits in sorted(grouped.items())}


def _verdict(rules: RuleSet, topic: int, hits: Sequence[Hit]) -> Verdict:
    found = [hit.rule.kind for hit in hits]
    query = rules.queries[topic]
    asked = query is not None and query.holds(
        {hit.rule.label for hit in hits if hit.rule.kind == "query"}
    )
    wanted = set(query.wanted()) if query and asked else set()
    counted = tuple(hit for hit in hits if _counts(hit.rule, wanted))
    points = sum([hit.points for hit in counted])
    met = {hit.rule.label for hit in hits if hit.rule.kind == "all"}
    lacking = tuple(label for label in rules.required[topic] if label not in met)
    said = any(hit.rule.kind == "any" and hit.rule.field not in STORY for hit in hits)
    needed = (rules.outright if said else rules.minimum)[topic]
    by_points = points >= needed and ("any" in found or not (rules.optional[topic] or query))
    return Verdict(
        certain=not lacking and (by_points or asked) and "none" not in found,
        asked=asked,
        points=points,
        needed=needed,
        hits=counted,
        vetoes=tuple(hit for hit in hits if hit.rule.kind == "none"),
        lacking=lacking,
    )


def _counts(rule: Rule, wanted: Collection[str]) -> bool:
    return rule.label in wanted if rule.kind == "query" else rule.kind != "none"


def _hits(rules: RuleSet, article: Article, title: Passage, body: Passage) -> Iterable[Hit]:
    for field, index, chosen in rules.by_words:
        if field == "":
            yield from _story_hits(index, chosen, title, body)
        else:
            labels = _label_passage(_values(article, field))
            yield from (Hit(chosen[n], title=True, times=0) for n in index.count(labels))
    if rules.by_key:
        for key in _keys(article):
            yield from (Hit(rule, title=True, times=0) for rule in rules.by_key.get(key, ()))
    for rule in rules.one_by_one:
        try:
            hit = _single_hit(rule, article)
        except TimeoutError as error:
            raise ConfigError(
                f"[[topic]] {rules.titles[rule.topic]!r}: {rule.label} takes more than"
                f" {REGEX_SECONDS:.0f} s on {article.title!r}; write it plainer"
            ) from error
        if hit:
            yield hit


def _story_hits(
    index: TermIndex, chosen: Sequence[Rule], title: Passage, body: Passage
) -> Iterable[Hit]:
    above, below = index.count(title), index.count(body)
    early = index.count(_opening(body)) if below else {}
    for number in above.keys() | below.keys():
        rule = chosen[number]
        in_title = number in above and rule.field != "text"
        times = below.get(number, 0) if rule.field != "title" else 0
        if in_title or times:
            yield Hit(rule, in_title, times, times > 0 and number in early)


def _opening(body: Passage) -> Passage:
    """Return the beginning of a text, without the word at its end that may be cut.

    >>> _opening(Passage("a" * 230 + " bb " + "c" * 20, ())).words[1:]
    ('bb',)
    """
    text = body.plain
    if len(text) > _OPENING_CHARS:
        text = text[:_OPENING_CHARS]
        text = text[: text.rfind(" ")] if " " in text else text
    return Passage(text, tuple(words(text)))


def _single_hit(rule: Rule, article: Article) -> Hit | None:
    if rule.regex is None:
        found = any(_has_part(value, rule) for value in _values(article, rule.field))
        return Hit(rule, title=True, times=0) if found else None
    if rule.field not in STORY:
        times = sum(_times(rule, value) for value in _values(article, rule.field))
        return Hit(rule, title=True, times=0) if times else None
    in_title = rule.field != "text" and _times(rule, article.title) > 0
    times = _times(rule, article.text[:_REGEX_CHARS]) if rule.field != "title" else 0
    early = times > 0 and _times(rule, article.text[:_OPENING_CHARS]) > 0
    return Hit(rule, in_title, times, early) if in_title or times else None


def _times(rule: Rule, text: str) -> int:
    """Return how often a rule's regex is found.

    Raises:
        TimeoutError: it takes longer than any honest one.
    """
    found = rule.regex.finditer(text, timeout=REGEX_SECONDS) if rule.regex and text else ()
    return sum(1 for _ in found)


def _has_part(value: str, rule: Rule) -> bool:
    value = value.casefold()
    if rule.field == "path":  # a part of a path begins with a folder's or file's name
        return f"/{rule.part.removeprefix('/')}" in f"/{value}"
    return rule.part in value


def _values(article: Article, field: str) -> tuple[str, ...]:
    values: dict[str, tuple[str | None, ...]] = {
        "author": article.authors,
        "site": (article.site, urls.host(article.url or "")),
        "url": (article.url,),
        "lang": (article.language,),
        "tag": article.tags,
        "section": article.sections,
        "path": (article.path,),
    }
    return tuple(value for value in values[field] if value)


def _label_passage(values: Iterable[str]) -> Passage:
    """Join values so that no phrase runs from one into the next."""
    passages = [read_passage(value) for value in values]
    joined: list[str] = []
    for passage in passages:
        joined += [*passage.words, ""]
    return Passage("\n".join(p.plain for p in passages), tuple(joined))


def _keys(article: Article) -> Iterable[tuple[str, str]]:
    host = urls.host(article.url or "")
    labels = host.split(".") if host else []
    for start in range(len(labels)):
        yield "site", ".".join(labels[start:])
    if not host and article.site:
        yield "site", plain(article.site).removeprefix("www.")
    if article.language:
        parts = article.language.casefold().replace("_", "-").split("-")
        for end in range(1, len(parts) + 1):
            yield "lang", "-".join(parts[:end])
    for slug in article.topics:
        yield "topic", slug
