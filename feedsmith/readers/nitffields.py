"""The fields of an NITF document: who, where, when, under which headline.

A document stands alone or inside another agency format, which may leave most of it out.
Source: IPTC, News Industry Text Format 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from feedsmith import text, urls, xmltree
from feedsmith.model import Hints
from feedsmith.readers import newsxml, wirecopy
from feedsmith.xmltree import Element

# When it was published, the most certain first: with the paper or page that it stood in, when it
# was sent out, when it might be printed, when it was written.
_DATES = (
    ("head/pubdata", "date.publication"),
    ("docdata/date.issue", "norm"),
    ("docdata/date.release", "norm"),
    ("body.head/dateline/story.date", "norm"),
)
_SUBJECTS = ("tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail")


def fields_of(root: Element) -> Hints:
    """Return what a document's head, and the head of its body, say."""
    title = wirecopy.title_of(newsxml.said(root, *_HEADLINES))
    return Hints(
        title=title,
        subtitle=wirecopy.subtitle_of(newsxml.said(root, "hedline/hl2", "hedline/hl3"), title),
        authors=_authors(root),
        place=wirecopy.place_of(newsxml.said(root, "body.head/dateline/location")),
        published=next((when for path, key in _DATES if (when := _at(root, path, key))), None),
        site=_site(root),
        language=newsxml.language_of(root, *_spoken(root)) or _meta(root, "language"),
        tags=_tags(root),
        summary=newsxml.said(root, "body.head/abstract") or None,
        image=urls.absolute(newsxml.attribute(root, "source", "media/media-reference")),
    )


_HEADLINES = ("body.head/hedline/hl1", "body.head/hedline", "head/title")


def content_of(root: Element) -> str:
    """Return a document's body as HTML, with the line that says who else worked on it."""
    tagline = newsxml.said(root, "body.end/tagline")
    box = xmltree.find(root, "body/body.content")
    if box is None:
        box = xmltree.find(root, "body.content")
    if box is None:
        box = xmltree.find(root, "body")
    body = newsxml.body_of(root if box is None else box)
    return f"{body}\n{wirecopy.to_html([tagline])}" if tagline else body


def address_of(root: Element) -> str | None:
    """Return the address that a document's id is, or None."""
    return urls.absolute(newsxml.attribute(root, "id-string", "docdata/doc-id"))


def _at(root: Element, path: str, key: str) -> str | None:
    return newsxml.attribute(root, key, path) or None


def _authors(root: Element) -> tuple[str, ...]:
    """Return the people that bylines mark up, else what the bylines say without their titles."""
    found: dict[str, None] = {}
    for byline in xmltree.find_all(root, "body.head/byline"):
        people = [xmltree.text_of(node) for node in xmltree.find_all(byline, "person")]
        name = "".join(_untitled(byline))
        found.update(dict.fromkeys([name for name in people if name] or wirecopy.byline_of(name)))
    return tuple(found)


def _untitled(byline: Element) -> Iterator[str]:
    """Give the text of a byline but that of `<byttl>`, the author's title or employer."""
    yield byline.text or ""
    for node in byline:
        yield "\n" if xmltree.name_of(node) == "byttl" else xmltree.text_of(node)
        yield node.tail or ""


def _site(root: Element) -> str | None:
    return (
        newsxml.said(root, "body.head/distributor")
        or newsxml.attribute(root, "name", "head/pubdata")
        or newsxml.attribute(root, "holder", "docdata/doc.copyright")
        or newsxml.attribute(root, "owner", "docdata/doc.rights")
        or newsxml.attribute(root, "src-name", "del-list/from-src")
        or None
    )


def _spoken(root: Element) -> Iterator[Element]:
    for path in ("body", "body/body.content", "body/body.content/p"):
        node = xmltree.find(root, path)
        if node is not None:
            yield node


def _meta(root: Element, name: str) -> str | None:
    metas = xmltree.find_all(root, "head/meta")
    return next((m.get("content") for m in metas if (m.get("name") or "").lower() == name), None)


def _tags(root: Element) -> tuple[str, ...]:
    keywords = [node.get("key") or "" for node in xmltree.find_all(root, "key-list/keyword")]
    subjects = [
        node.get(key) or ""
        for node in xmltree.find_all(root, "tobject/tobject.subject")
        for key in _SUBJECTS
    ]
    return tuple(dict.fromkeys(t for tag in (*keywords, *subjects) if (t := text.one_line(tag))))
