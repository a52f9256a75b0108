"""How much may be one article: what has far more is no article, and would cost minutes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from feedsmith.errors import check_amount
from feedsmith.model import Article, Document
from feedsmith.parser.page import Block

MAX_TAGS = 300_000  # opening brackets; some ten seconds. The longest pages have 100,000
MAX_REFERENCES = 1_000_000  # ampersands; some five seconds. The longest pages have 100,000
MAX_ATTRIBUTES = 100_000  # of one element; the time that takes grows with the square of it
MAX_LINES = 300_000  # lines of a text; a long book has 30,000
MAX_BLOCKS = 60_000  # paragraphs, items, rows of a page; some five seconds. A bible has 31,000
MAX_TEXT_BYTES = 7_000_000  # in UTF-8; the longest novels have 3,000,000 letters
LONG_CHARS = MAX_TEXT_BYTES // 4  # characters of markup; less cannot hold so many bytes of text
MAX_HTML_BYTES = 9_000_000  # of a body; libxml2, and so most readers, refuses 10,000,000 in a feed
MAX_FIELD_CHARS = 10_000  # characters of a title, a name, a description; the longest have 5,000
MAX_NAMES = 100  # authors, sections
MAX_ADDRESS_CHARS = 8000  # characters; no server takes a longer one (RFC 9110 section 4.1)
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{MAX_ATTRIBUTES},}}")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_FIELDS = ("title", "subtitle", "site", "place", "summary")
_HINTS = (*_FIELDS, "byline", "published", "updated", "language")
_LISTS = ("authors", "tags", "sections")
_ADDRESSES = ("url", "image")


def admitted(document: Document) -> Document:
    """Return a document that may be one article, what is far too long of its hints cut.

    Raises:
        DamagedSourceError: it is far too long.
    """
    content = document.content
    if document.kind == "html":
        _check(content.count("<"), MAX_TAGS, "tags")
        if len(content) > MAX_REFERENCES:
            _check(content.count("&"), MAX_REFERENCES, "references")
        if _may_have_long_tag(content):
            _check_attributes(content)
    else:
        _check(content.count("\n"), MAX_LINES, "lines")
        check_text(content)
    hints = document.hints
    long = {
        name: value[:MAX_FIELD_CHARS]
        for name in _HINTS
        if (value := getattr(hints, name)) and len(value) > MAX_FIELD_CHARS
    }
    return replace(document, hints=replace(hints, **long)) if long else document


def _may_have_long_tag(content: str) -> bool:
    """Say whether there are so many characters without a tag that many attributes may be in them.

    Twice as many as attributes, for each has a sign and a space; half of them lie in one step.
    """
    steps = range(0, len(content) - MAX_ATTRIBUTES, MAX_ATTRIBUTES)
    return any(content.find("<", at, at + MAX_ATTRIBUTES) < 0 for at in steps)


def _check_attributes(content: str) -> None:
    for tag in _LONG_TAG.finditer(content):
        names = _QUOTED.sub("", tag[0]).split()
        _check(len(names), MAX_ATTRIBUTES, "attributes in one element")


def check_text(text: str) -> None:
    """Let the text of a document pass that may be one article.

    Raises:
        DamagedSourceError: it is far too long.
    """
    _check(len(text.encode("utf-8", "surrogatepass")), MAX_TEXT_BYTES, "bytes of text")


def check_blocks(blocks: Sequence[Block]) -> None:
    """Let the blocks of a page pass that may be one article.

    Raises:
        DamagedSourceError: there are far too many.
    """
    _check(len(blocks), MAX_BLOCKS, "blocks")


def bounded(article: Article) -> Article:
    """Return an article without fields that are far too long; most are returned as they are.

    Raises:
        DamagedSourceError: its body is longer than what feed readers take.
    """
    _check(len(article.html.encode()), MAX_HTML_BYTES, "bytes of HTML")
    changed: dict[str, Any] = {}
    for name in _FIELDS:
        if len(value := getattr(article, name) or "") > MAX_FIELD_CHARS:
            changed[name] = value[:MAX_FIELD_CHARS]
    for name in _LISTS:
        values = getattr(article, name)
        if len(values) > MAX_NAMES or max(map(len, values), default=0) > MAX_FIELD_CHARS:
            changed[name] = tuple([one[:MAX_FIELD_CHARS] for one in values[:MAX_NAMES]])
    for name in _ADDRESSES:
        if len(getattr(article, name) or "") > MAX_ADDRESS_CHARS:
            changed[name] = None
    return replace(article, **changed) if changed else article


def _check(count: int, most: int, what: str) -> None:
    check_amount(count, most, what, "an article at most")
