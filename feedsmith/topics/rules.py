"""The user's own rules: `any`, `all`, `none` of a `[[topic]]`, parsed and filed.

Strategy: a term is parsed into a field, what is looked for, and a weight. All terms of all topics
go into one index for each field, so that ten thousand keywords cost hardly more than ten. Regexes
and parts of addresses are the exception: they are tried one by one.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from feedsmith.config import TopicConfig
from feedsmith.errors import ConfigError
from feedsmith.topics.terms import Pattern, TermIndex, build_index, parse_pattern

Kind = Literal["any", "all", "none"]
KINDS: tuple[Kind, ...] = ("any", "all", "none")
FIELDS = ("title", "text", "author", "site", "url", "lang", "tag", "section", "path")
_LABELS = ("author", "site", "tag", "section")  # fields matched by words, value by value
_PARTS = ("url", "path")  # fields matched as a part of an address
STORY = ("", "title", "text")

_FIELD = re.compile(r"([a-z]{2,12}):(?=\S)", re.IGNORECASE)
_WEIGHT = re.compile(r"\^(\d+(?:\.\d+)?)\s*\Z")
# (a+)+ and its kin take exponential time on the wrong text.
_NESTED_REPEAT = re.compile(r"\((?:[^()\\]|\\.)*[+*](?:[^()\\]|\\.)*\)[+*{]")


@dataclass(frozen=True, slots=True)
class Rule:
    """One term of a declared topic.

    `topic` is the topic's place in the config, `label` what the user wrote, without its weight.
    Exactly one of `pattern`, `regex`, `part` is set: words, a regex, or a literal part.
    """

    topic: int
    kind: Kind
    field: str
    label: str
    weight: float
    pattern: Pattern | None = None
    regex: re.Pattern[str] | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of the config, by how they are matched.

    For each topic in turn, `required` counts its `all`, `optional` its `any`, and `minimum` is the
    points it needs. `by_words` holds a field, the index of its patterns and their rules; `by_key`
    the rules of hosts and languages, which are looked up.
    """

    required: tuple[int, ...]
    optional: tuple[int, ...]
    minimum: tuple[float, ...]
    by_words: tuple[tuple[str, TermIndex, tuple[Rule, ...]], ...]
    by_key: Mapping[tuple[str, str], tuple[Rule, ...]]
    one_by_one: tuple[Rule, ...]


def compile_rules(topics: Sequence[TopicConfig]) -> RuleSet:
    """Return the rules of the declared topics, ready for matching.

    Raises:
        ConfigError: a term or regex that cannot be; the message names the topic and the key.
    """
    rules = [
        _parse_rule(term, number, kind, topic.title)
        for number, topic in enumerate(topics)
        for kind in KINDS
        for term in getattr(topic, kind)
    ]
    keyed: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        if rule.part and rule.field in {"site", "lang"}:
            keyed.setdefault((rule.field, rule.part), []).append(rule)
    return RuleSet(
        required=tuple(len(topic.all) for topic in topics),
        optional=tuple(len(topic.any) for topic in topics),
        minimum=tuple(topic.min for topic in topics),
        by_words=tuple(_field_indexes(rules)),
        by_key={key: tuple(found) for key, found in keyed.items()},
        one_by_one=tuple(r for r in rules if r.regex or (r.part and r.field in _PARTS)),
    )


def _field_indexes(rules: Sequence[Rule]) -> Iterable[tuple[str, TermIndex, tuple[Rule, ...]]]:
    for field in ("", *_LABELS):
        fields = STORY if field == "" else (field,)
        chosen = tuple(r for r in rules if r.pattern and r.field in fields)
        if chosen:
            yield field, build_index([r.pattern for r in chosen if r.pattern]), chosen


def _parse_rule(term: str, topic: int, kind: Kind, title: str) -> Rule:
    where = f"[[topic]] {title!r}: {kind}: {term!r}"
    weighted = _WEIGHT.search(term)
    body = (term[: weighted.start()] if weighted else term).strip()
    weight = float(weighted[1]) if weighted else 1.0
    field, value = _split_field(body, where)
    if len(value) > 1 and value[0] == value[-1] == "/":
        regex = _compile_regex(value[1:-1], where)
        return Rule(topic, kind, field, body, weight, regex=regex)
    value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    part = _part(field, value)
    pattern = None if part else parse_pattern(value)
    if not part and pattern is None:
        raise ConfigError(f"{where}: there is no word in it; write a word, prefix* or /regex/")
    return Rule(topic, kind, field, body, weight, pattern=pattern, part=part)


def _split_field(body: str, where: str) -> tuple[str, str]:
    found = _FIELD.match(body)
    if not found:
        return "", body
    name = found[1].lower()
    if name in FIELDS:
        return name, body[found.end() :].strip()
    near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.8)
    if near:
        raise ConfigError(f"{where}: unknown field {name!r}; did you mean {near[0]!r}?")
    return "", body


def _compile_regex(source: str, where: str) -> re.Pattern[str]:
    if _NESTED_REPEAT.search(source):
        raise ConfigError(
            f"{where}: a repetition inside a repetition can take for ever; write it plainer"
        )
    try:
        return re.compile(source, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ConfigError(f"{where}: no valid regex: {error}") from error


def _part(field: str, value: str) -> str:
    """Return the literal that a rule of an address-like field looks for; "" for other fields."""
    if field == "lang":
        return value.casefold().replace("_", "-").rstrip("*-")
    if field == "site" and "." in value:
        bare = value.casefold().split("//")[-1].split("/")[0]
        return bare.removeprefix("*.").removeprefix("www.").rstrip("*")
    if field in _PARTS:
        return value.casefold().rstrip("*")
    return ""
