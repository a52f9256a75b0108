"""NewsML-G2: a message of items, or one item alone; an item's text lies in it or elsewhere.

Source: IPTC, NewsML-G2 2.x specification; namespace http://iptc.org/std/nar/2006-10-01/.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from datetime import UTC

from feedsmith import text, urls, xmltree
from feedsmith.dates import DateContext, parse_date
from feedsmith.model import Document, Hints, Notice, Read, Source
from feedsmith.readers import newsxml, nitffields, wirecopy
from feedsmith.readers.encoding import decode
from feedsmith.readers.parts import Parts
from feedsmith.xmltree import Element

_ITEMS = frozenset({"newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem"})
_GONE = frozenset({"canceled", "cancelled", "withheld"})
# What a headline is for, when it is not the title; how its role ends.
_UNDER = ("sub", "subhead", "subheadline", "subtitle", "deck", "dek", "standfirst")
_ASIDE = (*_UNDER, "kicker", "short", "slug", "seo", "overline")


def read(source: Source) -> Iterator[Read]:
    """Give each item that holds text as a document, and a notice for each that does not.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: there is no element in it.
    """
    root = newsxml.tree(source.read())
    items = [node for node in root.iter("*") if xmltree.name_of(node) in _ITEMS]
    parts = Parts(len(items))
    for item in items:
        yield _item(item, parts.of(item.get("guid") or ""))


def _item(item: Element, part: str) -> Document | Notice:
    status = _code(newsxml.attribute(item, "qcode", "itemMeta/pubStatus"))
    if status in _GONE:
        return _notice(part, f"the agency says that it is {status}")
    inner, body = _content(item)
    if not body:
        named = xmltree.name_of(item).removesuffix("Item")
        kind = _code(newsxml.attribute(item, "qcode", "itemMeta/itemClass")) or named
        return _notice(part, f"there is no text in it: it is an item of the kind “{kind}”")
    return Document(
        kind="html",
        content=body,
        part=part,
        hints=_hints(item, inner),
        url=urls.absolute(item.get("guid") or ""),
        wrapper="NewsML-G2",
        is_fragment=True,
        is_edited=True,
    )


def _notice(part: str, why: str) -> Notice:
    return Notice("", "NoArticleError", f"{part}: {why}" if part else why)


def _code(qcode: str) -> str:
    """Return what a code means, without its vocabulary: "stat:usable", or the end of a URI."""
    return qcode.replace("/", ":").rpartition(":")[2].lower()


def _content(item: Element) -> tuple[Element | None, str]:
    """Return the NITF document in an item, or None, and the longest of its bodies as HTML."""
    found = [_inline(node) for node in xmltree.find_all(item, "contentSet/inlineXML")]
    found += [_data(node) for node in xmltree.find_all(item, "contentSet/inlineData")]
    return max(found, key=lambda one: len(one[1]), default=(None, ""))


def _inline(node: Element) -> tuple[Element | None, str]:
    inner = xmltree.find(node, "nitf")
    if inner is not None:
        return inner, nitffields.content_of(inner)
    body = xmltree.find(node, "body")
    box = node if body is None else body
    return None, newsxml.body_of(box) if xmltree.text_of(box) else ""


def _data(node: Element) -> tuple[Element | None, str]:
    """Return a text that is no XML here: plain, HTML as text, either as base64."""
    kind = (node.get("contenttype") or "text/plain").lower()
    if not kind.startswith(("text/", "application/xhtml", "application/nitf", "application/xml")):
        return None, ""
    plain = "".join(map(str, node.itertext()))
    if "base64" in (node.get("encoding") or "").lower():
        try:
            plain = decode(base64.b64decode(plain))
        except (binascii.Error, ValueError):
            return None, ""
    if "<nitf" in plain[:2000]:
        inner = newsxml.tree_of(plain)
        return inner, nitffields.content_of(inner)
    return None, newsxml.of_plain(plain)


def _hints(item: Element, inner: Element | None) -> Hints:
    """Return what an item's head says, and where it is silent, the NITF inside."""
    nitf = nitffields.fields_of(inner) if inner is not None else Hints()
    title = _headline(item) or nitf.title
    return Hints(
        title=title,
        subtitle=wirecopy.subtitle_of(_under(item), title) or nitf.subtitle,
        authors=_authors(item) or nitf.authors,
        place=_place(item) or nitf.place,
        published=_published(item) or nitf.published,
        site=_site(item) or nitf.site,
        language=newsxml.attribute(item, "tag", "contentMeta/language")
        or newsxml.language_of(item)
        or nitf.language,
        tags=_tags(item) or nitf.tags,
        summary=newsxml.said(item, "contentMeta/description") or nitf.summary,
        image=_image(item) or nitf.image,
    )


# The time of this version, which is what the agency shows; the first version may have been a flash.
_DATES = ("itemMeta/versionCreated", "contentMeta/contentModified", "contentMeta/contentCreated")
_NO_ZONE = DateContext(UTC, "dmy")  # for comparing only


def _published(item: Element) -> str | None:
    """Return the time of this version; one before the first version's is a mistake."""
    first = newsxml.said(item, "itemMeta/firstCreated")
    here = newsxml.said(item, *_DATES) or first
    times = [found.when for line in (here, first) if (found := parse_date(line, _NO_ZONE))]
    return (first if len(times) == 2 and times[0] < times[1] else here) or None


def _headline(item: Element) -> str | None:
    lines = xmltree.find_all(item, "contentMeta/headline")
    plain = [line for line in lines if _code(line.get("role") or "") not in _ASIDE]
    named = (*plain, *xmltree.find_all(item, "itemMeta/title"), *lines)
    return next((t for line in named if (t := wirecopy.title_of(xmltree.text_of(line)))), None)


def _under(item: Element) -> str:
    lines = xmltree.find_all(item, "contentMeta/headline")
    return _first(xmltree.text_of(n) for n in lines if _code(n.get("role") or "") in _UNDER)


def _authors(item: Element) -> tuple[str, ...]:
    found = [
        name
        for node in xmltree.find_all(item, "contentMeta/by")
        for name in wirecopy.byline_of(xmltree.text_of(node))
    ]
    people = [
        xmltree.text_of(xmltree.find(node, "name"))
        for node in xmltree.find_all(item, "contentMeta/creator")
        if "person" in (node.get("type") or "")
    ]
    return tuple(dict.fromkeys(found or [name for name in people if name]))


def _place(item: Element) -> str | None:
    return wirecopy.place_of(
        newsxml.said(item, "contentMeta/dateline", "contentMeta/located/name")
        or newsxml.attribute(item, "literal", "contentMeta/located")
    )


def _site(item: Element) -> str | None:
    return (
        newsxml.said(item, "itemMeta/provider/name", "contentMeta/infoSource/name")
        or newsxml.attribute(item, "literal", "contentMeta/infoSource")
        or newsxml.said(item, "contentMeta/creditline")
        or newsxml.attribute(item, "literal", "itemMeta/provider")
        or None
    )


def _tags(item: Element) -> tuple[str, ...]:
    words = [xmltree.text_of(node) for node in xmltree.find_all(item, "contentMeta/keyword")]
    words += [
        xmltree.text_of(xmltree.find(node, "name"))
        for node in xmltree.find_all(item, "contentMeta/subject")
    ]
    return tuple(dict.fromkeys(t for word in words if (t := text.one_line(word))))


def _image(item: Element) -> str | None:
    pictures = (
        node.get("href") or ""
        for node in xmltree.find_all(item, "contentSet/remoteContent")
        if (node.get("contenttype") or "").startswith("image/")
    )
    return urls.absolute(_first(pictures))


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")
