"""The signs of HTML pages and of plain text: the last to be asked, for they fit almost anything."""

from __future__ import annotations

import re

from feedsmith.readers.encoding import has_mark, wide_encoding
from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import Probe

# What may stand before a page's or a feed's first element: an XML declaration, comments.
PROLOG = rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+"
_MARKUP = re.compile(
    PROLOG
    + rb"<(?:!doctype\s+html|html|head|body|title|meta|article|main|section|div|p|h1|table|script"
    rb"|style|link|base|center|font|span|header|nav|noscript|a|b|i|ul|ol|img|form|br)\b",
    re.IGNORECASE | re.DOTALL,
)
# A page rather than a dump with some markup left in its first line.
_WHOLE_PAGE = re.compile(rb"<!doctype html|<html|<head|<body", re.IGNORECASE)
_PLAIN_NAMES = (".txt", ".text", ".md")
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_BINARY_SHARE = 0.02  # share of control bytes; text with a few stray ones is still text


def is_page(probe: Probe) -> bool:
    """Say whether a file begins with markup that a page begins with."""
    if not _MARKUP.match(probe.plain):
        return False
    return not probe.name.endswith(_PLAIN_NAMES) or bool(_WHOLE_PAGE.search(probe.plain))


def is_text(probe: Probe) -> bool:
    """Say whether a file begins like text: UTF-16, or hardly any control bytes."""
    if has_mark(probe.head) or (b"\x00" in probe.head and wide_encoding(probe.head)):
        return True
    controls = len(probe.head) - len(probe.head.translate(None, _CONTROLS))
    return bool(probe.head) and controls <= len(probe.head) * _BINARY_SHARE


KINDS: tuple[Kind, ...] = (
    Kind(
        "html",
        "saved HTML page",
        "markup that a page begins with",
        is_page,
        "html",
        b"<",
    ),
    Kind("text", "plain text", "hardly any control characters", is_text, "plaintext"),
)
