"""A letter to many as HTML → the same without what its sender's program put around the text.

The layout is undone first (`layout`); then lines are judged in their order. A line that says only
what small print says goes wherever it stands; from the first "unsubscribe" with hardly any text
behind it everything goes; and so does what stands above "view in browser". Links that count clicks
become what they lead to, where they say so themselves. Headings, and whatever else is text, stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedsmith import dom, lazyimages, text, urls
from feedsmith.dom import Element
from feedsmith.readers import letterwords as words
from feedsmith.readers.layout import unroll
from feedsmith.readers.letterlines import (
    LINK_SHARE,
    PARTS,
    VIEW_CHARS,
    Line,
    folded_text,
    is_view,
    kind_of,
    leads_to_copy,
    line_of,
)  # fmt: skip
from feedsmith.readers.redirects import direct, impersonal, is_opaque

_HEAD_LINES = 12  # lines; the bar at the top, the title, who wrote it and when
_BAR_LINES = 8  # lines in which "view in browser" stands
_BAR_CHARS = 400  # characters above it
_TEASER_CHARS = 250  # characters of a line above it
_LINKED_CHARS = 400  # characters of small print that holds a link
_END_LINES = 15  # lines; small print at the end need hold no link
_BEHIND_CHARS, _BEHIND_SHARE = 250, 0.12  # of text that may stand behind the small print's start
_BUTTON_CHARS = 40  # characters of a line that is a link and stands right above the small print
_BYLINE_CHARS = 80  # characters of a line that names who wrote it
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Elements that are nothing without what they hold; the last one is a word processor's.
_HOLLOW = (
    "a", "b", "blockquote", "center", "div", "em", "figure", "font", "i", "li", "ol", "p",
    "section", "span", "strong", "u", "ul", *sorted(_HEADINGS), "o:p",
)  # fmt: skip
_LAID_OUT = re.compile(r"role=[\"']?presentation")
_TABLES = 3  # tables of a page that they lay out
_ENDS_CHARS = 4000  # characters of a page's text at either end, where the browser's copy is named


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter cleaned up.

    `html` is a whole page with its head, `address` that of the copy a browser shows, `byline` the
    line that names who wrote it; "" where there is none. `chars` count its text.
    """

    html: str
    address: str
    byline: str
    chars: int


def is_newsletter(page: str) -> bool:
    """Say whether a page that `letters.may_be_one` let through is the body of a letter to many.

    It has tables that only lay it out, or a link to the copy in the browser.
    """
    lowered = page.lower()
    if _LAID_OUT.search(lowered) or lowered.count("<table") >= _TABLES:
        return True
    root = dom.parse(page)
    said = "" if root is None else folded_text(dom.text_of(root))
    return bool(words.VIEW.search(said[:_ENDS_CHARS]) or words.VIEW.search(said[-_ENDS_CHARS:]))


def tidy(page: str, title: str = "", names: frozenset[str] = frozenset()) -> Letter | None:
    """Return a letter cleaned up, or None when there is no element in it.

    Args:
        page: HTML of any quality.
        title: its title, folded, as far as it is known; a link that says it leads to the copy.
        names: whose letter it is, folded; lines at the top that only say so go.
    """
    root = dom.parse(page)
    if root is None:
        return None
    lazyimages.lift_images(root)
    nodes = unroll(root)
    lines = [line for node in nodes if (line := line_of(node)).said]
    for line in lines:
        line.kind = kind_of(line)
    address = _address(root, lines, title)
    _direct_links(root)
    byline = _byline(lines)
    _cut_lines(lines, names)
    _cut_sharing(root)
    _cut_empty(root)
    return Letter(dom.markup(root), address, byline, len(dom.text_of(root)))


def _address(root: Element, lines: list[Line], title: str) -> str:
    """Return the address of the copy that a browser shows, or ""."""
    copies = [
        link.get("href") or ""
        for line in lines
        if line.kind in {"view", "strong"} and len(line.said) <= VIEW_CHARS and is_view(line)
        for link in line.links
        if leads_to_copy(link, line)
    ]
    titles = [
        link.get("href") or ""
        for link in root.iter("a")
        if title and text.fold(dom.text_of(link)) == title
    ]
    apps = [
        link.get("href") or ""
        for line in lines
        if line.kind == "minor" and words.APP.search(line.folded)
        for link in line.links
    ]
    found = [
        address
        for spelled in (*copies, *titles, *apps)
        if (address := urls.absolute(direct(spelled.strip())))
    ]
    plain = (address for address in found if not is_opaque(address))
    return impersonal(next(plain, next(iter(found[: len(copies)]), "")))


def _direct_links(root: Element) -> None:
    for link in root.iter("a"):
        address = (link.get("href") or "").strip()
        if address.startswith("http") and (found := direct(address)).isprintable():
            link.set("href", found)


def _byline(lines: list[Line]) -> str:
    """Return the line near the top that says who wrote it; "" if the stories have such lines."""
    named = [
        (at, part)
        for at, line in enumerate(lines)
        for part in PARTS.split(line.said)
        if len(part) <= _BYLINE_CHARS and words.BYLINE.fullmatch(part)
    ]
    is_one = len({part for _, part in named}) == 1 and named[0][0] < _HEAD_LINES
    return named[0][1] if is_one else ""


def _cut_lines(lines: list[Line], names: frozenset[str]) -> None:
    end, bar = _end_of(lines), _bar_of(lines)
    for at, line in enumerate(lines):
        is_top = at < _HEAD_LINES and text.fold(line.said) in names
        if at >= end or is_top or _is_small(line, len(lines) - at):
            _cut_line(line, is_head=at < _HEAD_LINES)
        elif at < bar and line.node.tag not in _HEADINGS:
            _cut_line(line, is_head=True)


def _cut_line(line: Line, *, is_head: bool) -> None:
    """Cut a line; pictures beside mere signs stay, and so does the day that a letter prints."""
    if line.kind == "blank" and line.node.find(".//img") is not None:
        return
    is_dated = is_head and line.kind in {"", "view"} and len(line.said) <= _TEASER_CHARS
    if is_dated and _YEAR.search(line.said):
        for link in line.links:
            dom.cut(link)
        return
    dom.cut(line.node)


def _is_small(line: Line, from_end: int) -> bool:
    if line.node.tag in _HEADINGS and line.kind != "minor":
        return False
    if line.kind == "strong":
        is_print = bool(line.links) and len(line.said) <= _LINKED_CHARS
        return is_print or from_end <= _END_LINES
    return line.kind in {"minor", "view", "blank"} or (
        line.kind == "postal" and from_end <= _END_LINES
    )


def _bar_of(lines: list[Line]) -> int:
    """Return the number of lines that make the bar at the top: down to "view in browser".

    A line at the end of a short letter may say so too; then less text stands below it than above.
    """
    whole, chars = sum([len(line.said) for line in lines if not line.kind]), 0
    for at, line in enumerate(lines[:_BAR_LINES]):
        if line.kind == "view":
            return at + 1 if chars < whole - chars else 0
        chars += len(line.said)
        if chars > _BAR_CHARS or len(line.said) > _TEASER_CHARS:
            return 0
    return 0


def _end_of(lines: list[Line]) -> int:
    """Return the place of the first line of the small print at the end."""
    sizes = [0 if line.kind else len(line.said) for line in lines]
    whole, behind = sum(sizes), 0
    end = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        behind += sizes[at]
        if behind > max(_BEHIND_CHARS, _BEHIND_SHARE * whole) or behind > whole / 2:
            break
        if lines[at].kind == "strong":
            end = at
    if end == len(lines):
        return end
    while step := next((n for n in (1, 2) if end >= n and _closes(lines[end - n : end])), 0):
        end -= step
    return end


def _closes(lines: list[Line]) -> bool:
    """Say whether a line belongs to the small print below it; a button only under such a line."""
    if not lines[0].kind:
        return False
    return all(
        line.linked >= LINK_SHARE and len(line.said) <= _BUTTON_CHARS and line.node.tag != "li"
        for line in lines[1:]
    )


def _cut_sharing(root: Element) -> None:
    """Cut links that only share the letter, with their icons."""
    for link in list(root.iter("a")):
        if words.SHARING.search(link.get("href") or ""):
            dom.cut(link)


def _cut_empty(root: Element) -> None:
    """Cut the boxes and links that hold nothing any more."""
    for node in reversed(list(root.iter(*_HOLLOW))):
        if not len(node) and not (node.text or "").strip():
            dom.cut(node)
