"""Word documents → HTML: headings by their styles, lists, tables, links, emphasis, pictures.

Deleted and hidden text, comments, headers, footers and notes are left out.
Source: ECMA-376 part 1, sections 15.2 and 17.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from html import unescape
from typing import Final

from feedsmith import text, xmltree
from feedsmith.errors import DamagedSourceError, NoArticleError
from feedsmith.model import Document, Hints, Source
from feedsmith.readers import wrappers
from feedsmith.readers.archive import Archive, opened
from feedsmith.readers.docxtext import Styles, to_html

_MAIN: Final = "word/document.xml"
_SUBTITLE = re.compile(r'<p class="subtitle">(.*?)</p>\n')
_TAG = re.compile(r"<[^>]*>")
_LIBRARIES = frozenset({"python-docx", "docx.js", "un-named"})
_NO_AUTHORS = frozenset({"user", "admin", "administrator", "author", "microsoft office user"})


def read(source: Source) -> Iterator[Document]:
    """Give the document as one of kind "html".

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: the archive is broken, or has no text part.
        NoArticleError: the text part is empty.
    """
    with opened(source) as archive:
        main = xmltree.parse(archive.read(_MAIN))
        links = _links(archive)
        body = to_html(main, links, _styles(archive))
        hints, saved = _properties(archive)
    subtitle = _SUBTITLE.search(body)
    if subtitle:
        body = body.replace(subtitle[0], "", 1)
        hints = replace(hints, subtitle=text.one_line(unescape(_TAG.sub("", subtitle[1]))) or None)
    if not re.search(r">[^<>]*\w[^<>]*<", body):
        raise NoArticleError("holds no text; leave it out with [input] exclude")
    yield Document(
        kind="html",
        content=f"<!DOCTYPE html><html><body><article>\n{body}</article></body></html>",
        saved=saved,
        hints=hints,
        wrapper="DOCX",
        is_fragment=True,
        resources=partial(_picture, source, frozenset(links.values())),
    )


def _links(archive: Archive) -> dict[str, str]:
    """Return what the ids of pictures and links stand for: addresses, and names in the archive."""
    links: dict[str, str] = {}
    for node in _tree(archive, "word/_rels/document.xml.rels").iter("{*}Relationship"):
        target = node.get("Target") or ""
        if node.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/word", target)).lstrip("/")
        links[node.get("Id") or ""] = target
    return links


def _styles(archive: Archive) -> Styles:
    """Return the English name of each style, those that build on a heading under its name."""
    names: Styles = {}
    bases: dict[str, str] = {}
    for node in _tree(archive, "word/styles.xml").iter("{*}style"):
        number = _value(node, "styleId")
        name, base = node.find("{*}name"), node.find("{*}basedOn")
        names[number] = _value(name, "val").casefold() if name is not None else ""
        bases[number] = _value(base, "val") if base is not None else ""
    return {number: _named(number, names, bases) for number in names}


def _named(number: str, names: Styles, bases: dict[str, str]) -> str:
    """Return the name of a style, or of the heading style it builds on."""
    at, steps = number, 0
    while at in names and steps < len(names):
        if names[at].startswith(("heading ", "title", "subtitle", "quote")):
            return names[at]
        at, steps = bases.get(at, ""), steps + 1
    return names[number]


def _properties(archive: Archive) -> tuple[Hints, datetime | None]:
    """Return what the document's properties say, and when it was made.

    When somebody made a file is not when its text was published. What a library wrote into every
    file is passed over.
    """
    core = _tree(archive, "docProps/core.xml")
    title, author, language = (
        text.one_line(xmltree.text_of(xmltree.find(core, name)))
        for name in ("title", "creator", "language")
    )
    if author.casefold() in _LIBRARIES:
        return Hints(), None
    byline = None if author.casefold() in _NO_AUTHORS else author or None
    hints = Hints(title=title or None, byline=byline, language=language or None)
    return hints, wrappers.time_of(xmltree.text_of(xmltree.find(core, "created")))


def _tree(archive: Archive, name: str) -> xmltree.Element:
    """Return the root of a part; an empty element where it is missing or broken."""
    try:
        return xmltree.parse(archive.look(name) or b"<none/>")
    except DamagedSourceError:
        return xmltree.parse(b"<none/>")


def _value(node: xmltree.Element, name: str) -> str:
    return next((str(v) for k, v in node.attrib.items() if str(k).endswith(f"}}{name}")), "")


def _picture(source: Source, names: frozenset[str], address: str) -> bytes | None:
    """Return the bytes of a picture that the text names, or None."""
    if address not in names:
        return None
    try:
        with opened(source) as archive:
            return archive.look(address)
    except DamagedSourceError:
        return None
