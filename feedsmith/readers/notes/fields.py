"""The fields at the head of a note, by what people call them, with clean values.

Names are compared without case, blanks, hyphens and underscores. What stands for nothing (`null`, a
place-holder that was never filled) is as if absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedsmith import text, urls
from feedsmith.dates import DateContext, parse_date
from feedsmith.model import Hints
from feedsmith.readers.notes.known import (
    ADDRESSES,
    AUTHORS,
    DATE,
    DESCRIPTION,
    IMAGES,
    LANGUAGE,
    PUBLISHED,
    SAVED,
    SITE,
    SUBTITLE,
    SUMMARY,
    TAGS,
    TITLE,
    UPDATED,
)

_NO_ZONE = DateContext(UTC, "dmy")  # times without a zone are UTC, as everywhere
_DEPTH = 3  # lists and tables inside one another; deeper ones are settings of a site
_ITEMS = 60  # values of one field; with the depth, a bound on aliases that repeat one another

_NOTHING = frozenset({
    "", "null", "none", "nil", "n/a", "na", "undefined", "unknown", "~", "-", "—", "tbd",
    "untitled", "updatedat", "publishedat", "[object object]", "no title", "no title found",
})  # fmt: skip
_UNFILLED = re.compile(r"\{\{.*\}\}|\{%.*%\}|<%.*%>")
_WIKI = re.compile(r"!?\[\[([^\[\]]+)\]\]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(([^()\s]*)[^()]*\)")
_ADDRESS = re.compile(
    r"https?://[^\s<>\"'\]]+|\A[a-z0-9-]+(?:\.[a-z0-9-]+)+/[^\s<>\"'\]]*\Z|\bwww\.[^\s<>\"'\]]+",
    re.IGNORECASE,
)
_BY = re.compile(r"by[:\s]+", re.IGNORECASE)
_DEGREE = re.compile(
    r"(?:ph\.?\s?d|m\.?\s?d|m\.?\s?sc?|b\.?\s?sc?|m\.?a|b\.?a|m\.?b\.?a|j\.?d|esq|jr|sr|d\.?o|r\.?n"
    r"|ll\.?[bm]|d\.?phil|dr\.?\s?med|dipl\.?-?ing|m\.?p\.?h|ed\.?d)\.?",
    re.IGNORECASE,
)
# What tools write among the labels of everything they save.
_TOOL_TAGS = frozenset({
    "clippings", "clipping", "clipped", "clip", "articles", "article", "omnivore", "readwise",
    "web-clip", "webclip", "tweets", "books", "podcasts",
})  # fmt: skip
_TABLES = frozenset({"params", "extra", "metadata", "meta"})  # more fields, one level down
_NO = frozenset({"false", "no", "off", "0"})
_YES = frozenset({"true", "yes", "on", "1"})
_LATER = frozenset({"draft", "hidden", "private"})


def key_of(name: str) -> str:
    """Return a field's name as it is compared.

    >>> key_of("Date-Published")
    'datepublished'
    """
    return re.sub(r"[\s_-]+", "", name).lower()


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of a head, in its order; each is a list of clean lines, empty ones left out."""

    values: Mapping[str, tuple[str, ...]]

    def has(self, names: Iterable[str]) -> bool:
        """Say whether a field of one of these names stands there, filled or not."""
        return any(name in self.values for name in names)

    def all(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the values of all fields of these names, in the order of the names."""
        return tuple([value for name in names for value in self.values.get(name, ())])

    def first(self, names: Iterable[str]) -> str:
        """Return the first value of these fields, or ""."""
        return next(iter(self.all(names)), "")

    def joined(self, other: Fields) -> Fields:
        """Return both; where both have a value, this one's stands."""
        mine = {name: values for name, values in self.values.items() if values}
        return Fields({**self.values, **other.values, **mine})


def fields_of(raw: Mapping[str, object]) -> Fields:
    """Return the fields of a mapping of strings, lists and mappings, as YAML gives them."""
    found: dict[str, tuple[str, ...]] = {}
    inner = [table for name, table in raw.items() if key_of(str(name)) in _TABLES]
    pairs = [
        pair for table in (raw, *inner) if isinstance(table, Mapping) for pair in table.items()
    ]
    for name, value in pairs:
        lines = tuple([line for line in _flat(value, _DEPTH) if not _is_nothing(line)][:_ITEMS])
        found[key_of(str(name))] = (*found.get(key_of(str(name)), ()), *lines)
    return Fields(found)


def _flat(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield text.one_line(value)
    elif isinstance(value, Mapping) and depth:
        named = [value[key] for key in ("name", "url", "src", "image", "title") if key in value]
        for inner in (named[:1] or list(value.values()))[:_ITEMS]:
            yield from _flat(inner, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value[:_ITEMS]:
            if isinstance(inner, list) and inner and all(isinstance(one, str) for one in inner):
                yield text.one_line(f"[[{', '.join(inner)}]]")  # a wiki link without quotes
            else:
                yield from _flat(inner, depth - 1)


def _is_nothing(value: str) -> bool:
    return value.lower() in _NOTHING or bool(_UNFILLED.fullmatch(value))


def unlinked(value: str) -> str:
    """Return a value with links reduced to their words.

    >>> unlinked("[[people/Ada Quill|Ada]] and [Bo](https://a.example)")
    'Ada and Bo'
    """
    return text.one_line(_LINK.sub(r"\1", _WIKI.sub(lambda found: wiki_text(found[1]), value)))


def wiki_text(inner: str) -> str:
    """Return what is read of a wiki link: its alias, else the name of the note it leads to.

    >>> wiki_text("people/Ada Quill"), wiki_text("Tides#Spring tides|them"), wiki_text("#Neap")
    ('Ada Quill', 'them', 'Neap')
    """
    target, bar, alias = inner.partition("|")
    if bar:
        return alias.rpartition("|")[2].strip()
    name, _, heading = target.partition("#")
    return (name.rstrip("/").rpartition("/")[2] or heading).strip(" ^")


def address(fields: Fields) -> str | None:
    """Return the address that the note names as its own, None where it names none."""
    for value in fields.all(ADDRESSES):
        link = _LINK.search(value)
        found = _ADDRESS.search(link[2] if link else value)
        if found:
            whole = found[0] if "://" in found[0] else f"https://{found[0]}"
            absolute = urls.absolute(whole)
            if absolute:
                return urls.without_tracking(absolute)
    return None


def time_of(value: str) -> datetime | None:
    """Return the time that a field names, None where it names none.

    >>> time_of("2024-03-11T09:30:00 (UTC -05:00)").isoformat()
    '2024-03-11T09:30:00-05:00'
    """
    found = parse_date(unlinked(value), _NO_ZONE)
    return found.when if found else None


def saved(fields: Fields, *, dated: bool = True) -> datetime | None:
    """Return when the note was made.

    Args:
        fields: the head.
        dated: `date` speaks of the article. It does not in a clip where the day of publication
            has a field of its own, filled or not.
    """
    is_clips = not dated or (_days(fields) and address(fields))
    names = (*SAVED, *DATE) if is_clips else SAVED
    times = (time_of(value) for value in fields.all(names))
    return next((when for when in times if when), None)


def hints(fields: Fields, *, clipped: bool, dated: bool = True) -> Hints:
    """Return what the head says of the article.

    Args:
        fields: the head.
        clipped: it was saved from an address: only what tells of the article itself counts.
        dated: as for `saved`.
    """
    names = _days(fields) or (DATE if dated else ())
    is_note = clipped or fields.has(SAVED)
    return Hints(
        title=unlinked(fields.first(TITLE)) or None,
        subtitle=unlinked(fields.first(SUBTITLE)) or None,
        authors=authors(fields),
        published=unlinked(fields.first(names)) or None,
        updated=None if is_note else fields.first(UPDATED) or None,
        site=_site(fields),
        language=fields.first(LANGUAGE) or None,
        tags=tags(fields),
        summary=unlinked(fields.first((*DESCRIPTION, *SUMMARY))) or None,
        image=_image(fields),
    )


def with_title(hints: Hints, titles: Iterable[str | None]) -> Hints:
    """Return the hints with the first title that is one."""
    return replace(hints, title=next(filter(None, titles), None))


def _days(fields: Fields) -> tuple[str, ...]:
    """Return the fields that stand for the day of publication; `published: true` is none."""
    flags = _YES | _NO
    return tuple(
        name
        for name in PUBLISHED
        if name in fields.values and not flags.intersection(map(str.lower, fields.values[name]))
    )


def authors(fields: Fields) -> tuple[str, ...]:
    """Return the people named as authors, without addresses and degrees that stand alone.

    The host that the note was saved from is no author either.
    """
    host = urls.host(address(fields) or "")
    lines = [_ADDRESS.sub("", unlinked(value)) for value in fields.all(AUTHORS)]
    found = [_BY.sub("", line.strip(" ,<>()")) for line in lines]
    return tuple(
        [
            name
            for name in found
            if name and not _DEGREE.fullmatch(name) and name.removeprefix("www.") != host
        ]
    )


def _site(fields: Fields) -> str | None:
    names = [unlinked(value) for value in fields.all(SITE) if not _ADDRESS.search(value)]
    return names[0] if names else None


def _image(fields: Fields) -> str | None:
    for value in fields.all(IMAGES):
        link = _LINK.search(value)
        found = link[2] if link else value
        if "://" in found:
            return found
    return None


def tags(fields: Fields) -> tuple[str, ...]:
    """Return the labels; a line of several is cut at commas, or where each opens with "#"."""
    found: dict[str, str] = {}
    for value in fields.all(TAGS):
        for name in _split(value):
            label = name.strip().strip("#\"'[]").strip()
            if label and not is_tools(label):
                found.setdefault(text.fold(label), label)
    return tuple(found.values())


def is_tools(label: str) -> bool:
    """Say whether a label is one that a tool puts on all that it saves."""
    return label.lower() in _TOOL_TAGS


def _split(value: str) -> list[str]:
    linked = _WIKI.findall(value)
    if linked and not _WIKI.sub("", value).strip(" ,;#"):
        return [wiki_text(name) for name in linked]
    if re.fullmatch(r"#\S+(?:\s+#\S+)+", value):
        return value.split()
    return re.split(r"[,;]", unlinked(value))


def is_draft(fields: Fields) -> bool:
    """Say whether the author marked a post as not to be published."""
    return (
        fields.first(("draft",)).lower() in _YES
        or fields.first(("published",)).lower() in _NO
        or fields.first(("status",)).lower() in _LATER
    )
