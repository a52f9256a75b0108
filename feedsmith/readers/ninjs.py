"""ninjs: news as JSON, one object an item, alone or in a list; versions 1, 2 and 3.

Version 2 made lists of headlines and bodies, version 3 wrote the names of fields in another case:
here all names are in lower case.
Source: IPTC, ninjs 1.5, 2.1 and 3.1 (JSON Schema).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from feedsmith import text, urls
from feedsmith.model import Document, Hints, Notice, Read, Source
from feedsmith.readers import jsonfile, newsxml, nitffields, wirecopy
from feedsmith.readers.encoding import decode
from feedsmith.readers.parts import Parts

_Item = Mapping[str, object]

_GONE = frozenset({"canceled", "cancelled", "withheld"})
_NO_TEXTS = frozenset({"picture", "video", "audio", "graphic", "event", "planning"})
_BODIES = ("body_xhtml", "body_html", "body_text")
_LISTS = ("items", "_items", "newsitems", "item", "data", "results")
_ITS_OWN = ("versioncreated", "firstcreated", "headline", "headlines", "bodies", *_BODIES)
# How the role of a headline ends that is not the title.
_UNDER = ("sub", "subhead", "subheadline", "subtitle", "deck", "standfirst")
_ASIDE = ("kicker", "short", "slug", "slugline", "seo", "overline")
_HEAD_CHARS = 2000  # characters in which NITF names itself


def read(source: Source) -> Iterator[Read]:
    """Give each item that holds text as a document, and a notice for each that does not.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON, or too much of it.
    """
    items = list(_items(jsonfile.value(decode(source.read()))))
    parts = Parts(len(items))
    for item in items:
        yield _item(item, parts.of(_said(item, "uri", "guid", "altid")))


def _items(value: object) -> Iterator[_Item]:
    """Give the items of a file, those inside lists and packages as well, in its order."""
    pending = [value]  # the next one stands last
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += reversed(value)
        elif isinstance(value, dict):
            item = {str(key).lower(): inner for key, inner in value.items()}
            if any(key in item for key in _ITS_OWN):
                yield item
                pending += reversed(_packed(item))
            else:
                pending += [item[key] for key in reversed(_LISTS) if key in item]


def _packed(item: _Item) -> list[object]:
    """Return the texts that a package carries in full; those beside a text are its own pictures."""
    if _kind(item) != "composite" or _body(item):
        return []
    return [one for one in _associated(item) if _body(one)]


def _associated(item: _Item) -> Iterator[_Item]:
    found = item.get("associations")
    if isinstance(found, dict):
        found = list(found.values())
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield {str(key).lower(): inner for key, inner in one.items()}


def _kind(item: _Item) -> str:
    return _said(item, "type").lower()


def _item(item: _Item, part: str) -> Document | Notice:
    status = _said(item, "pubstatus").lower()
    if status in _GONE:
        return _notice(part, f"the agency says that it is {status}")
    body = "" if _kind(item) in _NO_TEXTS else _body(item)
    if not body:
        return _notice(part, f"there is no text in it: it is of the type “{_kind(item) or '?'}”")
    return Document(
        kind="html",
        content=body,
        part=part,
        hints=_hints(item),
        url=urls.absolute(_said(item, "uri")),
        wrapper="ninjs",
        is_fragment=True,
        is_edited=True,
    )


def _notice(part: str, why: str) -> Notice:
    return Notice("", "NoArticleError", f"{part}: {why}" if part else why)


def _body(item: _Item) -> str:
    """Return an item's text as HTML, its end marks cut; "" where there is none."""
    named = sorted(item, key=lambda key: (_BODIES.index(key) if key in _BODIES else 9, key))
    found = [_said(item, key) for key in named if key.startswith("body_")]
    found += [_said(one, "value") for one in _listed(item, "bodies")]
    bodies = [text.clean(body).strip() for body in found if body]
    return _as_html(max(bodies, key=_is_markup)) if bodies else ""


def _is_markup(body: str) -> bool:
    return body.startswith("<") and "</" in body


def _as_html(body: str) -> str:
    if "<nitf" in body[:_HEAD_CHARS]:
        return nitffields.content_of(newsxml.tree_of(body))
    return wirecopy.without_last_marks(body) if _is_markup(body) else newsxml.of_plain(body)


def _hints(item: _Item) -> Hints:
    named = sorted(key for key in item if key.startswith("headline_"))
    headline = _said(item, "headline", "headline_main") or _headline(item)
    title = wirecopy.title_of(headline or _said(item, "title", *named))
    return Hints(
        title=title,
        subtitle=wirecopy.subtitle_of(_headline(item, under=True), title),
        authors=_authors(item),
        place=wirecopy.place_of(_named(item.get("located")) or _said(item, "dateline")),
        published=_said(item, "versioncreated", "contentcreated", "firstcreated") or None,
        site=_said(item, "source", "provider") or _first_name(item, "infosources") or None,
        language=_said(item, "language") or None,
        tags=_tags(item),
        summary=_said(item, "description_text") or _text(_listed(item, "descriptions")) or None,
        image=_image(item),
    )


def _headline(item: _Item, *, under: bool = False) -> str:
    """Return the first of version 2's headlines that is one, or (`under`) the subtitle."""
    lines = [one for one in _listed(item, "headlines") if (_role(one) in _UNDER) == under]
    return _text(sorted(lines, key=lambda one: _role(one) in _ASIDE))


def _role(one: _Item) -> str:
    return _said(one, "role").replace("/", ":").rpartition(":")[2].lower()


def _authors(item: _Item) -> tuple[str, ...]:
    people = [name for one in _listed(item, "authors") if (name := _named(one))]
    return tuple(people) or wirecopy.byline_of(_said(item, "byline", "by"))


def _tags(item: _Item) -> tuple[str, ...]:
    words = item.get("keywords")
    listed = words.split(",") if isinstance(words, str) else words
    found = [_named(word) for word in listed] if isinstance(listed, list) else []
    found += [_named(one) for key in ("subject", "subjects") for one in _listed(item, key)]
    return tuple(dict.fromkeys(tag for tag in map(text.one_line, found) if tag))


def _image(item: _Item) -> str | None:
    """Return the address of the widest copy of the first picture that goes with an item."""
    for one in _associated(item):
        if _kind(one) == "picture":
            copies = sorted(_copies(one), key=lambda copy: copy[0], reverse=True)
            if copies:
                return copies[0][1]
    return None


def _copies(picture: _Item) -> Iterator[tuple[int, str]]:
    """Give width and address of each copy of a picture."""
    found = picture.get("renditions")
    for one in found.values() if isinstance(found, dict) else _listed(picture, "renditions"):
        address = urls.absolute(_said(one, "href")) if isinstance(one, dict) else None
        if isinstance(one, dict) and address:
            width = one.get("width")
            yield (width if isinstance(width, int) else 0), address


def _listed(item: _Item, key: str) -> list[_Item]:
    """Return a list of objects, the names of their fields in lower case."""
    found = item.get(key)
    values = found if isinstance(found, list) else []
    return [{str(k).lower(): v for k, v in one.items()} for one in values if isinstance(one, dict)]


def _text(values: list[_Item]) -> str:
    return next((line for one in values if (line := _said(one, "value"))), "")


def _first_name(item: _Item, key: str) -> str:
    return next((name for one in _listed(item, key) if (name := _named(one))), "")


def _named(value: object) -> str:
    """Return a text, or the name of an object."""
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _said(item: _Item, *keys: str) -> str:
    """Return the first of these fields that is a text with something in it, or ""."""
    return next((v for key in keys if isinstance(v := item.get(key), str) and v.strip()), "")
