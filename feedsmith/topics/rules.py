"""The user's own rules: `any`, `all`, `none`, `query` of a `[[topic]]`, parsed and filed.

Strategy: a term is parsed into a field, what is looked for, and a weight. All terms of all topics
go into one index for each field, so that ten thousand keywords cost hardly more than ten. Regexes
and parts of addresses are the exception: they are tried one by one.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from feedsmith.config import TopicConfig
from feedsmith.errors import ConfigError
from feedsmith.topics.queries import WEIGHT, Query, parse_query
from feedsmith.topics.terms import Pattern, TermIndex, build_index, parse_pattern

if TYPE_CHECKING:
    import regex

Kind = Literal["any", "all", "none", "query"]
KINDS: tuple[Kind, ...] = ("any", "all", "none")  # lists of terms in the config
FIELDS = ("title", "text", "author", "site", "url", "lang", "tag", "section", "path")
_LABELS = ("author", "site", "tag", "section")  # fields matched by words, value by value
_PARTS = ("url", "path")  # fields matched as a part of an address
_KEYS = ("site", "lang", "topic")  # fields whose whole values are looked up
STORY = ("", "title", "text")
# Points that a topic needs where `min` does not say: a term in the title or the opening, two terms,
# or one three times; what a long text mentions once is not what it is about. Beside examples, a
# term in the title and the opening.
_MIN, _MIN_BESIDE_EXAMPLES = 2.0, 5.0
_OPENING_POINTS = 1.0  # for a term in the opening, where `min` does not say

_FIELD = re.compile(r"([a-z]{2,12}):(?=\S)", re.IGNORECASE)
# (a+)+ and its kin take exponential time on the wrong text.
_NESTED_REPEAT = re.compile(r"\((?:[^()\\]|\\.)*[+*](?:[^()\\]|\\.)*\)[+*{]")


@dataclass(frozen=True, slots=True)
class Rule:
    """One term of a declared topic.

    `topic` is the topic's place in the config, `label` what the user wrote, without its weight;
    `opening` is the points that it earns for standing there. Exactly one of `pattern`, `regex`,
    `part` is set: words, a regex, or a literal part.
    """

    topic: int
    kind: Kind
    field: str
    label: str
    weight: float
    pattern: Pattern | None = None
    regex: "regex.Pattern[str] | None" = None
    part: str = ""
    opening: float = 0.0


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of the config, by how they are matched.

    For each topic in turn, `required` holds its `all`, `optional` counts its `any`, `minimum` is
    the points it needs, and `outright` those where a field says it; `silent` are the places of the
    topics whose query is true where no term is found. `by_words` holds a field, the index of its
    patterns and their rules; `by_key` the rules of hosts and languages, which are looked up.
    """

    titles: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    optional: tuple[int, ...]
    minimum: tuple[float, ...]
    outright: tuple[float, ...]
    queries: tuple[Query | None, ...]
    silent: tuple[int, ...]
    by_words: tuple[tuple[str, TermIndex, tuple[Rule, ...]], ...]
    by_key: Mapping[tuple[str, str], tuple[Rule, ...]]
    one_by_one: tuple[Rule, ...]


def compile_rules(topics: Sequence[TopicConfig]) -> RuleSet:
    """Return the rules of the declared topics, ready for matching.

    Raises:
        ConfigError: a term or regex that cannot be; the message names the topic and the key.
    """
    rules = [
        replace(
            _parse_rule(term, number, kind, f"[[topic]] {topic.title!r}: {kind}: {term!r}"),
            opening=0.0 if topic.min else _OPENING_POINTS,
        )
        for number, topic in enumerate(topics)
        for kind in KINDS
        for term in getattr(topic, kind)
    ]
    queries = [
        parse_query(topic.query, f"[[topic]] {topic.title!r}: query") if topic.query else None
        for topic in topics
    ]
    for number, query in enumerate(queries):
        where = f"[[topic]] {topics[number].title!r}: query"
        rules += _query_rules(query, number, where, FIELDS) if query else ()
    return _rule_set(topics, queries, rules)


def compile_search(query: str) -> RuleSet:
    """Return a query of `feedsmith list`, which knows the field `topic:` too, as its one topic.

    Raises:
        ConfigError: it cannot be read.
    """
    parsed = parse_query(query, "the query")
    rules = _query_rules(parsed, 0, "the query", (*FIELDS, "topic"))
    return _rule_set([TopicConfig(title="the query", query=query)], [parsed], list(rules))


def _query_rules(query: Query, number: int, where: str, fields: Sequence[str]) -> Iterable[Rule]:
    for term in dict.fromkeys(query.terms()):
        yield _parse_rule(term, number, "query", f"{where}: {term!r}", fields)


def _rule_set(
    topics: Sequence[TopicConfig], queries: Sequence[Query | None], rules: Sequence[Rule]
) -> RuleSet:
    keyed: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        if rule.part and rule.field in _KEYS:
            keyed.setdefault((rule.field, rule.part), []).append(rule)
    return RuleSet(
        titles=tuple(topic.title for topic in topics),
        required=tuple(
            tuple(r.label for r in rules if r.topic == number and r.kind == "all")
            for number in range(len(topics))
        ),
        optional=tuple(len(topic.any) for topic in topics),
        minimum=tuple(map(_minimum, topics)),
        outright=tuple(topic.min or _MIN for topic in topics),
        queries=tuple(queries),
        silent=tuple(n for n, query in enumerate(queries) if query and query.holds(())),
        by_words=tuple(_field_indexes(rules)),
        by_key={key: tuple(found) for key, found in keyed.items()},
        one_by_one=tuple(r for r in rules if r.regex or (r.part and r.field in _PARTS)),
    )


def _minimum(topic: TopicConfig) -> float:
    """Return the points that a topic needs: where examples help, rules alone need more."""
    return topic.min or (_MIN_BESIDE_EXAMPLES if topic.examples else _MIN)


def _field_indexes(rules: Sequence[Rule]) -> Iterable[tuple[str, TermIndex, tuple[Rule, ...]]]:
    for field in ("", *_LABELS):
        fields = STORY if field == "" else (field,)
        chosen = tuple(r for r in rules if r.pattern and r.field in fields)
        if chosen:
            yield field, build_index([r.pattern for r in chosen if r.pattern]), chosen


def _parse_rule(
    term: str, topic: int, kind: Kind, where: str, fields: Sequence[str] = FIELDS
) -> Rule:
    weighted = WEIGHT.search(term)
    body = (term[: weighted.start()] if weighted else term).strip()
    weight = float(weighted[1]) if weighted else 1.0
    field, value = _split_field(body, where, fields)
    if len(value) > 1 and value[0] == value[-1] == "/":
        regex = _compile_regex(value[1:-1], where)
        return Rule(topic, kind, field, body, weight, regex=regex)
    value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    part = _part(field, value)
    pattern = None if part else parse_pattern(value)
    if not part and pattern is None:
        raise ConfigError(f"{where}: there is no word in it; write a word, prefix* or /regex/")
    return Rule(topic, kind, field, body, weight, pattern=pattern, part=part)


def _split_field(body: str, where: str, fields: Sequence[str]) -> tuple[str, str]:
    found = _FIELD.match(body)
    if not found:
        return "", body
    name = found[1].lower()
    if name in fields:
        return name, body[found.end() :].strip()
    if name == "topic":
        raise ConfigError(f"{where}: topics are what the rules decide; only 'list' can ask for one")
    near = difflib.get_close_matches(name, fields, n=1, cutoff=0.8)
    if near:
        raise ConfigError(f"{where}: unknown field {name!r}; did you mean {near[0]!r}?")
    return "", body


def _compile_regex(source: str, where: str) -> "regex.Pattern[str]":
    import regex  # noqa: PLC0415 (most configurations have none)

    if _NESTED_REPEAT.search(source):
        raise ConfigError(
            f"{where}: a repetition inside a repetition can take for ever; write it plainer"
        )
    try:
        return regex.compile(source, regex.IGNORECASE)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ConfigError(f"{where}: no valid regex: {error}") from error


def _part(field: str, value: str) -> str:
    """Return the literal that a rule of an address-like field looks for; "" for other fields."""
    if field == "topic":
        return value.casefold()
    if field == "lang":
        return value.casefold().replace("_", "-").rstrip("*-")
    if field == "site" and "." in value:
        bare = value.casefold().split("//")[-1].split("/")[0]
        return bare.removeprefix("*.").removeprefix("www.").rstrip("*")
    if field in _PARTS:
        return value.casefold().rstrip("*")
    return ""
