"""What the user says of an article beside its file: corrections, notes, rows of exports. Pure.

Corrections overrule what was read; notes and tags are added. The file itself is never touched, and
an article's id never depends on any of this.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time
from typing import Any

from feedsmith.errors import ConfigError
from feedsmith.legal import legal
from feedsmith.model import Article, Finding, Link, Precision
from feedsmith.recurring import without
from feedsmith.text import clean_lines, one_line

JUNK_TABLE = "junk"  # of corrections.toml, see junklists; all others are an article's
NOTE_SUFFIX = ".note.md"  # NAME.note.md is the note on NAME, or on NAME with any suffix


@dataclass(frozen=True, slots=True)
class Addition:
    """One thing that the user says; None and () where it is silent.

    `source` names where it stands, for people. `topics` replace those that the rules give, of
    which `not_topics` are left out; `tags` are added, `saved` is when the user filed the address.
    `like` are topics of a corrected article that it is much like (`source` is that one's title),
    `unlike` those that no vocabulary shall give it therefore. `junk` are names of lines that are
    cut out of it.
    """

    source: str
    title: str | None = None
    subtitle: str | None = None
    published: str | None = None
    precision: Precision = "minute"
    authors: tuple[str, ...] = ()
    site: str | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    not_topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    saved: str | None = None
    note: str | None = None
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    junk: tuple[str, ...] = ()

    @property
    def only_cuts(self) -> bool:
        """Whether it says nothing of the article but which lines go."""
        return self == Addition(self.source, junk=self.junk)

    @property
    def when(self) -> datetime | None:
        """The corrected time of publication."""
        return datetime.fromisoformat(self.published) if self.published else None


def amended(article: Article, additions: Iterable[Addition]) -> Article:
    """Return the article as the user wants it; of two corrections the first one counts.

    Topics are left to the caller: they come out of a catalog.
    """
    for addition in reversed(list(additions)):
        article = without(article, addition.junk) if addition.junk else article
        if addition.only_cuts:
            continue
        tags = dict.fromkeys((*article.tags, *addition.tags))
        article = replace(
            article,
            title=addition.title or article.title,
            subtitle=addition.subtitle or article.subtitle,
            published=addition.when or article.published,
            precision=addition.precision if addition.when else article.precision,
            zone_assumed=article.zone_assumed and not addition.when,
            authors=addition.authors or article.authors,
            site=addition.site or article.site,
            language=addition.language or article.language,
            tags=tuple(tags),
            saved=article.saved or (_in(addition.saved) if addition.saved else None),
            note="\n\n".join(filter(None, (addition.note, article.note))) or None,
        )
        article = legal(article)
    return article


def findings(additions: Iterable[Addition]) -> tuple[Finding, ...]:
    """Return what was corrected or added, as `explain` shows it."""
    return tuple(
        Finding(
            name, _shown(value), "corrected" if name not in _ADDED else "added", addition.source
        )
        for addition in additions
        for name in _FIELDS
        if (value := getattr(addition, name))
    )


_FIELDS = (
    "title", "subtitle", "published", "authors", "site", "language", "topics",
    "not_topics", "tags", "saved", "note",
)  # fmt: skip
_ADDED = frozenset({"tags", "saved", "note"})


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def of_link(link: Link, source: str) -> Addition | None:
    """Return what a row of an export adds to the article of its address, or None."""
    saved = link.saved.isoformat() if link.saved else None
    if not (link.tags or saved or link.note):
        return None
    return Addition(source, tags=link.tags, saved=saved, note=link.note)


def of_note(content: str, source: str) -> Addition:
    """Return what a note beside a file adds to its article."""
    return Addition(source, note=clean_lines(content).strip() or None)


def to_json(additions: Iterable[Addition]) -> str:
    """Return additions as they are stored; "" for none."""
    rows = [_present(addition) for addition in additions]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True) if rows else ""


def from_json(text: str) -> tuple[Addition, ...]:
    """Return stored additions."""
    return tuple([_addition(row) for row in json.loads(text)]) if text else ()


def _present(addition: Addition) -> dict[str, object]:
    values = ((field.name, getattr(addition, field.name)) for field in fields(addition))
    return {name: value for name, value in values if value}


def _addition(row: Mapping[str, Any]) -> Addition:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    return Addition(**values)


def parse_corrections(text: str, name: str = "corrections.toml") -> dict[str, Addition]:
    """Return the corrections of a file, by the id of the article.

    Raises:
        ConfigError: it is no TOML, or a value is not what it should be; says where.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from error
    return {k: _correction(k, table, name) for k, table in data.items() if k != JUNK_TABLE}


def _correction(key: str, table: object, name: str) -> Addition:
    if not isinstance(table, dict):
        raise ConfigError(f'{name}: {key}: expected a table ["ID"] of an article')
    found: dict[str, Any] = {"source": name}
    for field_name, value in table.items():
        reader = _READERS.get(field_name)
        if reader is None:
            known = ", ".join(_READERS)
            raise ConfigError(f"{name}: {key}: unknown key {field_name}; known are {known}")
        read = reader(value)
        if read is None:
            raise ConfigError(f"{name}: {key}: {field_name} cannot be {value!r}")
        found.update(read)
    return Addition(**found)


def _line(field_name: str) -> Callable[[object], dict[str, object] | None]:
    def read(value: object) -> dict[str, object] | None:
        line = one_line(value) if isinstance(value, str) else ""
        return {field_name: line} if line else None

    return read


def _lines(field_name: str) -> Callable[[object], dict[str, object] | None]:
    def read(value: object) -> dict[str, object] | None:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            return None
        return {field_name: tuple(filter(None, map(one_line, items)))}

    return read


def _text(value: object) -> dict[str, object] | None:
    note = clean_lines(value).strip() if isinstance(value, str) else ""
    return {"note": note} if note else None


def _date(value: object) -> dict[str, object] | None:
    """Read a time, or a day, which is filed at noon UTC."""
    if isinstance(value, str):
        try:
            value = (
                datetime.fromisoformat(value)
                if len(value) > _DAY_CHARS
                else date.fromisoformat(value)
            )
        except ValueError:
            return None
    if isinstance(value, datetime):
        return {"published": (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()}
    if isinstance(value, date):
        noon = datetime.combine(value, time(12), UTC)
        return {"published": noon.isoformat(), "precision": "day"}
    return None


_DAY_CHARS = 10
_READERS: Mapping[str, Callable[[object], dict[str, object] | None]] = {
    "title": _line("title"),
    "subtitle": _line("subtitle"),
    "date": _date,
    "authors": _lines("authors"),
    "site": _line("site"),
    "language": _line("language"),
    "topics": _lines("topics"),
    "not_topics": _lines("not_topics"),
    "tags": _lines("tags"),
    "note": _text,
}


def _in(when: str) -> datetime:
    return datetime.fromisoformat(when)
