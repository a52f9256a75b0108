"""What a page says about itself out of sight: metas, JSON-LD, microdata, links, breadcrumbs."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from feedsmith import text
from feedsmith.dom import Element, having, text_of
from feedsmith.parser import persons
from feedsmith.parser.limits import MAX_FIELD_CHARS
from feedsmith.parser.page import LinkedData, Metadata

_ARTICLE_TYPE = re.compile(
    r"(?:Article|Posting|Report|Review|Blog|NewsItem|CreativeWork|Recipe|HowTo)\Z"
)
_BROKEN_VALUE = re.compile(r'"(date(?:Published|Modified|Created))"\s*:\s*"([^"\\]{4,40})"')
_MAX_NODES = 2000  # JSON-LD nodes looked at; pages of a shop hold thousands, articles a handful
_MAX_VALUES = 200  # of one name; a tag each, an author each
_MAX_JSON_CHARS = 5_000_000  # characters of one script; what is longer takes a gigabyte
_BODY_CHARS = 200  # characters; a shorter articleBody is a teaser
_TAG = re.compile(r"<[^<>]*>")
_CRUMB_CHARS = 60  # characters; a longer breadcrumb is the title
_SAYING = ("meta", "title", "base", "link", "script")
_PROPS = frozenset({"datepublished", "datemodified", "datecreated", "author", "articlesection"})
_JSON_TRASH = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\]\]>)\s*+;?\s*$|;\s*$")


def read_metadata(root: Element) -> Metadata:
    """Return what a page declares; every string is on one line."""
    metas: dict[str, list[str]] = {}
    said = _by_name(root)
    for meta in said["meta"]:
        content = _said(meta.get("content") or "")
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(key) or "").lower()
            if name and content:
                metas.setdefault(name, []).append(content)
    linked = _linked_data(said["script"])
    title = next((text_of(node) for node in said["title"]), "")
    base = next((node.get("href") or "" for node in said["base"]), "")
    return Metadata(
        metas={name: tuple(values[:_MAX_VALUES]) for name, values in metas.items()},
        props=_microdata(root),
        linked=linked,
        page_title=_said(title),
        canonical=_canonical(said["link"]),
        language=(
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        ).strip(),
        base=base.strip(),
        breadcrumbs=linked.breadcrumbs or _breadcrumbs(root),
        author_links=() if linked.authors else persons.read_links(root),
    )


def _said(value: str) -> str:
    return text.one_line(value[:MAX_FIELD_CHARS])


def _by_name(root: Element) -> dict[str, list[Element]]:
    """Return a page's elements of those names that say something about it, in its order."""
    found: dict[str, list[Element]] = {name: [] for name in _SAYING}
    for node in root.iter(*_SAYING):
        found[str(node.tag)].append(node)
    return found


def _canonical(links: Iterable[Element]) -> str:
    for link in links:
        if "canonical" in (link.get("rel") or "").lower().split():
            return (link.get("href") or "").strip()
    return ""


def _microdata(root: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for node in having(root, "itemprop"):
        for name in (node.get("itemprop") or "").lower().split():
            if name in _PROPS and node.tag != "meta":
                found.setdefault(name, []).append(_prop_value(node, name))
    return {name: tuple(value for value in values if value) for name, values in found.items()}


def _prop_value(node: Element, name: str) -> str:
    if name == "author":
        inner = node.find(".//*[@itemprop='name']")
        node = node if inner is None else inner
    value = node.get("datetime") or node.get("content") or text_of(node)
    return text.one_line(value)[:300]


def _breadcrumbs(root: Element) -> tuple[str, ...]:
    for node in having(root, "class", "readcrumb")[:1]:  # "breadcrumb", "siteBreadcrumbs"
        names = [text.one_line(text_of(link)) for link in node.iter("a", "span", "li")]
        return tuple(dict.fromkeys(name for name in names if 1 < len(name) < _CRUMB_CHARS))[:8]
    return ()


# --- JSON-LD ------------------------------------------------------------------------------------


def _linked_data(scripts: Iterable[Element]) -> LinkedData:
    best: dict[str, object] = {}
    around: dict[str, object] = {}
    crumbs: tuple[str, ...] = ()
    nodes = list(_json_nodes(scripts))
    all_kinds: list[str] = []
    for node in nodes:
        kinds = _strings(node.get("@type"))
        all_kinds += kinds
        if any(kind.endswith("BreadcrumbList") for kind in kinds):
            crumbs = crumbs or _crumb_names(node)
        elif any(_ARTICLE_TYPE.search(kind) for kind in kinds):
            best = node if _worth(node) > _worth(best) else best
        elif any(kind.endswith("Page") for kind in kinds) and node.get("datePublished"):
            around = around or node
    found = _article(best, around, crumbs, persons.find_declared(best, nodes))
    return replace(found, kinds=tuple(all_kinds))


def _json_nodes(scripts: Iterable[Element]) -> Iterator[dict[str, object]]:
    """Give every JSON-LD object of the page that may describe it, outer before inner."""
    for script in scripts:
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        yield from _objects(_loads(script.text or ""))


def _loads(source: str) -> object:
    if len(source) > _MAX_JSON_CHARS:
        return _rescued(source)
    for mended in (str, partial(_JSON_TRASH.sub, "")):  # most need no mending, which takes longer
        try:
            value: object = json.loads(mended(source), strict=False)
        except (ValueError, RecursionError):
            continue
        return value
    return _rescued(source)


def _rescued(source: str) -> dict[str, object]:
    """Return the first dates of an object that is no JSON, as a comma or a quote too many makes."""
    dates: dict[str, object] = {}
    for name, value in _BROKEN_VALUE.findall(source):
        dates.setdefault(name, value)
    return {"@type": "Article", **dates} if dates else {}


def _objects(value: object) -> Iterator[dict[str, object]]:
    queue = [value]
    for _ in range(_MAX_NODES):
        if not queue:
            return
        value = queue.pop(0)
        if isinstance(value, list):
            queue[:0] = value
        elif isinstance(value, dict):
            yield value
            queue += [
                value[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
                if key in value
            ]


def _worth(node: dict[str, object]) -> int:
    return sum(
        bool(node.get(key))
        for key in ("headline", "datePublished", "author", "articleBody", "name")
    )


def _article(
    node: dict[str, object],
    around: dict[str, object],
    crumbs: tuple[str, ...],
    by: persons.Declared,
) -> LinkedData:
    """Return what the article's node says, the dates of the page `around` it, and its authors."""
    publisher = _strings(node.get("publisher"))
    return LinkedData(
        headline=_first(node, "headline", "name"),
        alternative=_first(node, "alternativeHeadline"),
        published=_first(node, "datePublished", "dateCreated"),
        updated=_first(node, "dateModified"),
        page_published=_first(around, "datePublished"),
        page_updated=_first(around, "dateModified"),
        authors=by.people,
        desks=by.desks,
        publisher=publisher[0] if publisher else "",
        sections=tuple(_strings(node.get("articleSection"))),
        keywords=tuple(_keywords(node.get("keywords"))),
        image=next(iter(_addresses(node.get("image"))), ""),
        url=next(iter(_addresses(node.get("url"))), ""),
        breadcrumbs=crumbs,
        body=_plain(node.get("articleBody")),
    )


def _plain(body: object) -> str:
    """Return the text of a body that JSON-LD may hold as HTML, or ""."""
    is_long = isinstance(body, str) and len(body) > _BODY_CHARS
    return html.unescape(_TAG.sub(" ", str(body))) if is_long else ""


def _first(node: dict[str, object], *keys: str) -> str:
    return next((text for key in keys for text in _strings(node.get(key)) if text), "")


def _strings(value: object) -> list[str]:
    """Return the texts that a JSON-LD value holds: a text, an object's name, or a list of these."""
    items = value if isinstance(value, list) else [value]
    found = []
    for item in items:
        named = item.get("name") if isinstance(item, dict) else item
        if isinstance(named, list) and named:
            named = named[0]
        if isinstance(named, str) and named.strip():
            found.append(text.one_line(html.unescape(named)))
    return found


def _keywords(value: object) -> Iterable[str]:
    for item in _strings(value):
        yield from (part.strip() for part in item.split(",")) if "," in item else [item]


def _addresses(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        address = (item.get("url") or item.get("@id")) if isinstance(item, dict) else item
        if isinstance(address, str) and address.strip():
            yield address.strip()


def _crumb_names(node: dict[str, object]) -> tuple[str, ...]:
    items = node.get("itemListElement")
    names = []
    for item in items if isinstance(items, list) else []:
        inner = item.get("item") if isinstance(item, dict) else None
        names += (_strings(item) or _strings(inner))[:1]
    return tuple(names)
