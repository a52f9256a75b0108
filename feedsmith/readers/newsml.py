"""NewsML 1.0 to 1.2: an envelope, its items, and in each components around the text itself.

Of an item's components the one with the most text is the article; the others are pictures, and
the same in other forms. What it does not say itself, the components around it say.
Source: IPTC, NewsML 1.2 functional specification.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from feedsmith import text, urls, xmltree
from feedsmith.model import Document, Hints, Notice, Read, Source
from feedsmith.readers import newsxml, nitffields, wirecopy
from feedsmith.readers.parts import Parts
from feedsmith.xmltree import Element

_GONE = frozenset({"canceled", "cancelled", "withheld"})


def read(source: Source) -> Iterator[Read]:
    """Give each item that holds text as a document, and a notice for each that does not.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: there is no element in it.
    """
    root = newsxml.tree(source.read())
    items = xmltree.find_all(root, "NewsItem") or [root]
    parts = Parts(len(items))
    for item in items:
        part = parts.of(newsxml.said(item, "PublicIdentifier", "NewsItemId"))
        yield _item(item, part)


def _item(item: Element, part: str) -> Document | Notice:
    status = newsxml.attribute(item, "FormalName", "NewsManagement/Status")
    if status.lower() in _GONE:
        return _notice(part, f"the agency says that it is {status.lower()}")
    contents = [node for node in xmltree.find_all(item, "DataContent") if _is_text(node)]
    if not contents:
        return _notice(part, "there is no text in it, as in an item that only sends a picture")
    content = max(contents, key=lambda node: len(xmltree.text_of(node)))
    inner, body = _body(content)
    return Document(
        kind="html",
        content=body,
        part=part,
        hints=_hints(item, content, inner),
        url=_address(content),
        wrapper="NewsML",
        is_fragment=True,
        is_edited=True,
    )


def _notice(part: str, why: str) -> Notice:
    return Notice("", "NoArticleError", f"{part}: {why}" if part else why)


def _is_text(content: Element) -> bool:
    """Say whether a content is a text: bytes of a picture may stand in its place."""
    around = (node for node in content.iterancestors() if xmltree.name_of(node) == "ContentItem")
    media = newsxml.attribute(next(around, None), "FormalName", "MediaType").lower()
    return media in {"", "text", "complexdata"} and bool(xmltree.text_of(content))


def _body(content: Element) -> tuple[Element | None, str]:
    """Return the NITF document that a content is, or None, and the body as HTML."""
    inner = xmltree.find(content, "nitf")
    if inner is not None:
        return inner, nitffields.content_of(inner)
    box = xmltree.find(content, "body.content")
    if box is None:
        box = xmltree.find(content, "body")
    if box is not None:
        return None, newsxml.body_of(box)
    if len(content):
        return None, newsxml.body_of(content)
    return _escaped(_plain(content))


def _escaped(plain: str) -> tuple[Element | None, str]:
    """Return what markup that was sent as text holds; other text is text."""
    if "<nitf" in plain[:2000]:
        inner = newsxml.tree_of(plain)
        return inner, nitffields.content_of(inner)
    return None, newsxml.of_plain(plain)


def _plain(content: Element) -> str:
    """Return a content's text; base64 is decoded where it says that it is that."""
    plain = "".join(map(str, content.itertext()))
    around = content.getparent()
    if around is None or (around.get("Notation") or "").lower() != "base64":
        return plain
    try:
        return text.clean(base64.b64decode(plain).decode("utf-8", "replace"))
    except (binascii.Error, ValueError):
        return plain


def _hints(item: Element, content: Element, inner: Element | None) -> Hints:
    """Return what the components around a content say, and where they are silent, the NITF."""
    nitf = nitffields.fields_of(inner) if inner is not None else Hints()
    title = wirecopy.title_of(_near(content, "HeadLine")) or nitf.title
    return Hints(
        title=title or wirecopy.title_of(newsxml.said(item, "NewsLines/HeadLine")),
        subtitle=wirecopy.subtitle_of(_near(content, "SubHeadLine"), title) or nitf.subtitle,
        authors=wirecopy.byline_of(_near(content, "ByLine")) or nitf.authors,
        place=wirecopy.place_of(_near(content, "DateLine")) or nitf.place or _filed(item),
        published=newsxml.said(item, "ThisRevisionCreated", "FirstCreated") or nitf.published,
        site=_site(item) or nitf.site,
        language=newsxml.attribute(item, "FormalName", "DescriptiveMetadata/Language")
        or newsxml.language_of(item)
        or nitf.language,
        tags=_keywords(item, content) or nitf.tags,
        image=nitf.image,
    )


def _near(content: Element, name: str) -> str:
    """Return the line of this name that the innermost component around a content has, or ""."""
    for around in content.iterancestors():
        if xmltree.name_of(around) == "NewsComponent":
            lines = (node for node in around if xmltree.name_of(node) == "NewsLines")
            if found := next((line for node in lines if (line := newsxml.said(node, name))), ""):
                return found
    return ""


def _filed(item: Element) -> str | None:
    """Return the city in which an item says that it was written."""
    for place in xmltree.find_all(item, "DescriptiveMetadata/Location"):
        if place.get("HowPresent") == "Origin":
            return _properties(place, "City").get("City")
    return None


def _properties(node: Element, *names: str) -> dict[str, str]:
    found = xmltree.find_all(node, "Property")
    return {name: p.get("Value") or "" for p in found if (name := p.get("FormalName")) in names}


def _site(item: Element) -> str | None:
    return (
        newsxml.attribute(item, "FormalName", "Provider/Party", "Source/Party")
        or newsxml.said(item, "CreditLine", "ProviderId")
        or None
    )


def _keywords(item: Element, content: Element) -> tuple[str, ...]:
    lines = _near(content, "KeywordLine").replace(";", ",").split(",")
    said = [
        node.get("Value") or ""
        for node in xmltree.find_all(item, "DescriptiveMetadata/Property")
        if node.get("FormalName") == "Keyword"
    ]
    return tuple(dict.fromkeys(t for tag in (*lines, *said) if (t := text.one_line(tag))))


def _address(content: Element) -> str | None:
    """Return the address that a component names as its page, or None."""
    around = content.getparent()
    return urls.absolute(around.get("Href") or "") if around is not None else None
