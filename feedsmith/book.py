"""What a ledger holds, as values, and as text: one JSON object a line, in a fixed order. Pure.

The text is for back-ups, for moving and merging, and for reading differences: the same knowledge
gives the same lines, whatever the machine. What only says how the last run ended (which articles
were in the feeds) is no part of it. docs/identity.md describes the lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from feedsmith.errors import ConfigError
from feedsmith.identity import Known

FORMAT: Final = 1  # of the text; another number means that older programs cannot read it
# Before an article's id, among the names: how its ambiguous date is read, what its corrected topics
# teach, what it was given for being like a corrected one, with which it is on one event, which
# lines were cut out of it.
DATE_ORDER: Final = "date-order:"
LESSON: Final = "lesson:"
GIVEN: Final = "like:"
STORY: Final = "story:"
CUT: Final = "cut:"
OF_ARTICLES: Final = (DATE_ORDER, LESSON, GIVEN, STORY, CUT)
_TIMES: Final = ("first_seen", "horizon", "dated", "updated")
_MAYBE_TIMES: Final = ("published", "filed")


class Removal(NamedTuple):
    """A removal on purpose: when (RFC 3339, "" for one that nobody dated), slugs of its topics.

    `topics` is None when nobody knows them.
    """

    when: str
    topics: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """One article, and by what else it is known.

    `known` says neither whether it is live nor whether it was removed; `also` are its other names,
    see `names_of` for their shapes.
    """

    known: Known
    also: frozenset[str] = frozenset()
    removal: Removal | None = None


class Held(NamedTuple):
    """What a part of a file held: the article's id, the digest of the file's bytes."""

    id: str
    source: str


class Frozen(NamedTuple):
    """A closed period of a digest topic; members as builder.digests.Member, newest first."""

    starts: str
    ends: str
    language: str
    members: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All that a ledger holds.

    `files` go by (path, part), `digests` by (topic, period); `newest` is the newest date of each
    digest topic; `names` what was minted for the feeds themselves, and what is kept of single
    articles (OF_ARTICLES); `doubles` names the article whose entry stands for another one, `prints`
    the hashes by which doubles are found, both by id. `junk` are lines that recur in the files of
    one site: by site and name, as printed, and the rule by which they were learned.
    """

    articles: Mapping[str, Remembered] = field(default_factory=dict)
    files: Mapping[tuple[str, str], Held] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[tuple[str, str], Frozen] = field(default_factory=dict)
    newest: Mapping[str, str] = field(default_factory=dict)
    doubles: Mapping[str, str] = field(default_factory=dict)
    prints: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    junk: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)


def names_of(known: Known) -> set[str]:
    """Return the names under which another ledger may know the same article.

    A key of site, time and title is one only without an address, for a site has many articles of
    one minute; a text only with its title and from two paragraphs on, for stubs are alike.
    """
    names = {f"id:{known.id}"}
    if known.url:
        names.add(f"url:{known.url}")
    elif known.published and known.title:
        names.add(f"key:{known.site}|{_out(known.published)}|{known.title}")
    if len(known.sketch) > 1:
        names.add(f"text:{known.text_hash}|{known.title}")
    return names


def name_of_bytes(source: str, part: str) -> str:
    """Return the name of what a part of a file with this digest holds."""
    return f"bytes:{source}|{part}"


def order_of(remembered: Remembered) -> tuple[datetime, str]:
    """Return by what articles are ordered: the one met first, then the smaller id."""
    return remembered.known.first_seen, remembered.known.id


# Text ----------------------------------------------------------------------------------------


def to_lines(book: Book) -> Iterator[str]:
    """Yield the lines of a ledger's text, the head first."""
    body = list(_body(book))
    for line in ({"ledger": FORMAT, "lines": len(body)}, *body):
        yield json.dumps(line, ensure_ascii=False)


def _body(book: Book) -> Iterator[Mapping[str, Any]]:
    for name, value in sorted(book.names.items()):
        yield {"name": name, "value": value}
    for remembered in sorted(book.articles.values(), key=order_of):
        yield _article_line(remembered)
    for (path, part), held in sorted(book.files.items()):
        yield {"file": path, "part": part, "article": held.id, "source": held.source}
    for (topic, period), frozen in sorted(book.digests.items()):
        yield {"digest": topic, "period": period, **frozen._asdict()}
    for topic, date in sorted(book.newest.items()):
        yield {"newest": topic, "date": date}
    yield from _texts_known(book)


def _texts_known(book: Book) -> Iterator[Mapping[str, Any]]:
    for article_id, leader in sorted(book.doubles.items()):
        yield {"double": article_id, "of": leader}
    for article_id, hashes in sorted(book.prints.items()):
        yield {"print": article_id, "hashes": hashes}
    for (source, name), (line, rule) in sorted(book.junk.items()):
        yield {"junk": source, "name": name, "line": line, "rule": rule}


def _article_line(remembered: Remembered) -> Mapping[str, Any]:
    known = remembered.known
    line: dict[str, Any] = {"article": known.id}
    for name in _ARTICLE:
        value = getattr(known, name)
        line[name] = _out(value) if isinstance(value, datetime) else value
    line["also"] = sorted(remembered.also)
    if remembered.removal:
        line["removed"] = remembered.removal._asdict()
    return line


def _out(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()


def from_lines(lines: Iterable[str], name: str) -> Book:
    """Return what a text holds.

    Args:
        lines: of `to_lines`, with or without their ends.
        name: of the file, for messages.

    Raises:
        ConfigError: it is no such text, of another format, cut short, or a line is not whole.
    """
    parts: tuple[dict[Any, Any], ...] = ({}, {}, {}, {}, {}, {}, {}, {})
    count, expected = -1, 0
    for count, line in enumerate(lines):
        try:
            found = json.loads(line)
            if count:
                number, key, value = _read_line(found)
                parts[number][key] = value
            else:
                expected = _read_head(found)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{name}:{count + 1}: not a line that 'feedsmith ledger export' writes "
                f"({type(error).__name__}: {error}); nothing was changed"
            ) from error
    if count != expected:
        raise ConfigError(f"{name}: cut short: {count} lines of {expected}; nothing was changed")
    return Book(*parts)


def _read_head(found: Mapping[str, Any]) -> int:
    if found["ledger"] != FORMAT:
        raise ValueError(f"format {found['ledger']}, expected {FORMAT}; is feedsmith too old?")
    return int(found["lines"])


def _read_line(found: Mapping[str, Any]) -> tuple[int, Any, Any]:
    """Return which part of the book a line belongs to (by position), its key and its value."""
    kind = next(iter(found), "")
    return _LINES[kind](found)


def _read_article(found: Mapping[str, Any]) -> tuple[int, Any, Any]:
    removed = found.get("removed")
    values: dict[str, Any] = {name: _text(found[name]) for name in _TEXTS}
    values |= {name: _time(found[name]) for name in _TIMES}
    values |= {name: _time(found[name]) if found[name] else None for name in _MAYBE_TIMES}
    sketch = tuple(map(int, found["sketch"]))
    known = Known(id=_text(found["article"]), sketch=sketch, live=False, **values)
    removal = None
    if removed is not None:
        topics = removed["topics"]
        removal = Removal(_text(removed["when"]), None if topics is None else _texts(topics))
    return 0, known.id, Remembered(known, frozenset(_texts(found["also"])), removal)


def _read_file(found: Mapping[str, Any]) -> tuple[int, Any, Any]:
    key = (_text(found["file"]), _text(found["part"]))
    return 1, key, Held(_text(found["article"]), _text(found["source"]))


def _read_digest(found: Mapping[str, Any]) -> tuple[int, Any, Any]:
    members = tuple({_text(k): _text(v) for k, v in one.items()} for one in found["members"])
    starts, ends = (_time(found[name]).isoformat() for name in ("starts", "ends"))
    key = (_text(found["digest"]), _text(found["period"]))
    return 3, key, Frozen(starts, ends, _text(found["language"]), members)


def _read_junk(found: Mapping[str, Any]) -> tuple[int, Any, Any]:
    key = (_text(found["junk"]), _text(found["name"]))
    return 7, key, (_text(found["line"]), int(found["rule"]))


_LINES: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[int, Any, Any]]]] = {
    "article": _read_article,
    "file": _read_file,
    "name": lambda found: (2, _text(found["name"]), _text(found["value"])),
    "digest": _read_digest,
    "newest": lambda found: (4, _text(found["newest"]), _time(found["date"]).isoformat()),
    "double": lambda found: (5, _text(found["double"]), _text(found["of"])),
    "print": lambda found: (6, _text(found["print"]), tuple(map(int, found["hashes"]))),
    "junk": _read_junk,
}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got {value!r}")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"expected a list, got {values!r}")
    return tuple(map(_text, values))


def _time(value: object) -> datetime:
    when = datetime.fromisoformat(_text(value))
    if when.tzinfo is None:
        raise ValueError(f"{value}: no time zone")
    return when


_ARTICLE: Final = tuple(f.name for f in fields(Known) if f.name not in {"id", "live", "removed"})
_TEXTS: Final = tuple(n for n in _ARTICLE if n not in {*_TIMES, *_MAYBE_TIMES, "sketch"})
