"""XML of agencies → trees and HTML: NITF's own elements, XHTML, and teleprinter text in either."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5

from feedsmith import urls, xmltree
from feedsmith.readers import wirecopy
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.xmltree import Element


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DECLARATION = re.compile(r"\A\s*+<\?xml\b[^>]*\?>")
_NAMED = re.compile(r"&([A-Za-z_][\w.-]{0,63});")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
# References that were escaped once too often: "4 o&amp;#39;clock".
_TWICE = re.compile(r"&amp;(#\d{2,6}|#x[0-9a-fA-F]{2,5}|quot|apos|nbsp|amp|lt|gt);")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# NITF's elements and what they are in HTML (NITF 3.6, "Elements"); what is in neither list only
# marks what a word means.
_RENAMED = {
    "block": "div", "bq": "blockquote", "credit": "cite", "hl1": "h2", "hl2": "h3",
    "media": "figure", "media-caption": "figcaption", "media-producer": "figcaption",
    "media-reference": "img",
    "note": "div", "fn": "p", "byline": "p", "dateline": "p", "tagline": "p", "abstract": "div",
    "nitf-table": "div", "nitf-col": "col", "nitf-colgroup": "colgroup", "body.content": "div",
    "bytag": "p", "datasource": "p", "a": "a",
}  # fmt: skip
_KEPT = _names(
    "a abbr article b blockquote br caption cite code col colgroup dd del div dl dt em figcaption"
    " figure footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins li ol p pre q s script section"
    " small span strong style sub sup table tbody td tfoot th thead tr u ul"
)
_ATTRIBUTES = frozenset({"href", "src", "alt", "colspan", "rowspan", "width", "height"})
_BLOCKS = _names("blockquote dd div dl figure h1 h2 h3 h4 h5 h6 li ol p pre section table ul")
# Remarks for those who print the text, and sizes of columns.
_NOT_MEANT = frozenset({"media-metadata", "media-object", "nitf-table-metadata", "custom-table"})


def tree(data: bytes) -> Element:
    """Return the root of a document, whatever encoding it says it is in.

    Raises:
        DamagedSourceError: there is no element in it.
    """
    return tree_of(decode(data, declared_charset(data)))


def tree_of(content: str) -> Element:
    """Return the root of a document that was decoded.

    Raises:
        DamagedSourceError: there is no element in it.
    """
    plain = _DECLARATION.sub("", content, count=1).lstrip()
    return xmltree.parse(_NAMED.sub(_character, plain).encode())


def _character(found: re.Match[str]) -> str:
    """Return what an entity of HTML stands for; XML knows only five."""
    if found[1] in _OF_XML:
        return found[0]
    return html.escape(html5.get(f"{found[1]};") or found[0], quote=False)


def first(node: Element | None, *paths: str) -> Element | None:
    """Return the first element with any text at the first path that has one."""
    if node is None:
        return None
    found = (one for path in paths for one in xmltree.find_all(node, path))
    return next((one for one in found if xmltree.text_of(one)), None)


def said(node: Element | None, *paths: str) -> str:
    """Return the text at the first path that has some, on one line, or ""."""
    return xmltree.text_of(first(node, *paths))


def attribute(node: Element | None, name: str, *paths: str) -> str:
    """Return the attribute at the first path that has it, or ""."""
    if node is None:
        return ""
    found = (one.get(name) or "" for path in paths for one in xmltree.find_all(node, path))
    return next((value.strip() for value in found if value.strip()), "")


def language_of(*nodes: Element | None) -> str | None:
    """Return the first `xml:lang` of these elements."""
    said_of = (node.get(_LANG) or node.get("lang") for node in nodes if node is not None)
    return next((value for value in said_of if value), None)


def body_of(box: Element) -> str:
    """Return as HTML what lies in an element: NITF, XHTML or plain text; its end marks are cut.

    The tree is changed.
    """
    if not any(_local(node) in _BLOCKS | _RENAMED.keys() for node in box.iterdescendants("*")):
        return of_plain("".join(map(str, box.itertext())))
    alone = _alone(box)
    if alone is not None:
        return of_plain("".join(map(str, alone.itertext())))
    for node in list(_unmeant(box)):
        _cut(node)
    for node in list(box.iterdescendants("*")):
        _rename(node)
    _cut_end_marks(box)
    return _TWICE.sub(r"&\1;", xmltree.markup(box)).strip()


def of_plain(plain: str) -> str:
    """Return plain text as HTML, its end marks cut; markup that was escaped in it stays markup."""
    plain = plain.strip("\n")
    if plain.lstrip().startswith("&lt;") and "<" not in plain:
        plain = html.unescape(plain)
    if plain.lstrip().startswith("<") and "</" in plain:
        return plain
    return wirecopy.to_html(wirecopy.without_end_marks(wirecopy.paragraphs_of(plain)))


def _local(node: Element) -> str:
    return xmltree.name_of(node).lower()


def _alone(box: Element) -> Element | None:
    """Return the one paragraph into which a teleprinter's whole text was put, or None."""
    blocks = [node for node in box.iterdescendants("*") if _local(node) in {"p", "pre"}]
    full = [node for node in blocks if xmltree.text_of(node)]
    if len(full) != 1 or any(_local(node) in _BLOCKS for node in full[0].iterdescendants("*")):
        return None
    return full[0] if wirecopy.is_indented("".join(map(str, full[0].itertext()))) else None


def _unmeant(box: Element) -> Iterator[Element]:
    """Give what is for editors only: their notes, data about pictures."""
    for node in box.iterdescendants("*"):
        name = _local(node)
        is_note = name == "note" and "editorsnote" in (node.get("noteclass") or "").lower()
        if is_note or name in _NOT_MEANT or (name == "note" and node.get("type") == "npa"):
            yield node


def _rename(node: Element) -> None:
    """Make an element one of HTML, without attributes that HTML does not know."""
    name = _local(node)
    address = urls.absolute(node.get("source") or "") if name == "media-reference" else None
    described = node.get("alternate-text") or ""
    for key in list(node.keys()):
        if str(key) not in _ATTRIBUTES:
            del node.attrib[str(key)]
    node.tag = _RENAMED.get(name) or (name if name in _KEPT else "span")
    if name == "media-reference":
        node.tag = "img" if address else "span"
        if address:
            node.set("src", address)
            node.set("alt", described)


def _cut_end_marks(box: Element) -> None:
    for _ in range(wirecopy.LAST):
        last = _last(box)
        if last is None or not wirecopy.is_end_mark("".join(map(str, last.itertext()))):
            return
        _cut(last)


def _last(box: Element) -> Element | None:
    """Return the last paragraph with any text, or with a script."""
    for node in reversed([node for node in box.iterdescendants("*") if node.tag in _BLOCKS]):
        if node.tag == "p" and ("".join(map(str, node.itertext())).strip()):
            return node
        if xmltree.text_of(node):
            return None
    return None


def _cut(node: Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent, before = node.getparent(), node.getprevious()
    if parent is None:
        return
    if node.tail and before is not None:
        before.tail = (before.tail or "") + node.tail
    elif node.tail:
        parent.text = (parent.text or "") + node.tail
    parent.remove(node)
