"""A letter to many as HTML → the same without what its sender's program put around the text.

The layout is undone first (`layout`); then lines are judged in their order. A line that says only
what small print says goes wherever it stands; from the first "unsubscribe" with hardly any text
behind it everything goes; and so does what stands above "view in browser". Links that count clicks
become what they lead to, where they say so themselves. Headings, and whatever else is text, stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from feedsmith import dom, text, urls
from feedsmith.dom import Element
from feedsmith.readers import letterwords as words
from feedsmith.readers.layout import unroll
from feedsmith.readers.redirects import direct, impersonal, is_opaque

_HEAD_LINES = 12  # lines; the bar at the top, the title, who wrote it and when
_BAR_LINES = 8  # lines in which "view in browser" stands
_BAR_CHARS = 400  # characters above it
_TEASER_CHARS = 250  # characters of a line above it
_VIEW_CHARS, _STRONG_CHARS, _MINOR_CHARS = 220, 600, 160  # characters of a line that is no more
_UNLINKED_CHARS = 240  # characters of small print without a link
_LINKED_CHARS = 400  # characters of small print that holds a link
_END_LINES = 15  # lines; small print at the end need hold no link
_BEHIND_CHARS, _BEHIND_SHARE = 250, 0.12  # of text that may stand behind the small print's start
_BUTTON_CHARS = 40  # characters of a line that is a link and stands right above the small print
_LINK_SHARE = 0.8  # of a line's text inside links; above it is a link
_PADDING = re.compile("[\u034f\u200b-\u200d\u2060\ufeff\xad\u2007\u3164\u115f]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PARTS = re.compile(r"\s*(?:[|•·∙/›»→]|\s[–—-]\s)\s*")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# What small print says that pages of a site do not; looked for in lower case.
_SMALL_PRINT = (
    "unsubscribe", "abbestell", "abmelden", "désabonn", "désinscri", "desuscrib", "darse de baja",
    "cancelar", "disiscriv", "uitschrijven", "wypis", "avregistrera", "avmeld", "afmeld",
    "odhlásit", "отписаться", "配信停止", "退订", "수신거부", "opt out", "opt-out",
    "manage preferences", "update your preferences",
)  # fmt: skip
_LAID_OUT = re.compile(r"role=[\"']?presentation")
_TABLES = 3  # tables of a page that they lay out
_ENDS_CHARS = 4000  # characters of a page's text at either end, where the browser's copy is named
# What pages of a site have and letters do not; most pages have one of these near their start.
_PAGE = (
    "canonical", "application/ld+json", "<main", "<nav", "<article", "<MAIN", "<NAV", "<ARTICLE",
)  # fmt: skip


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


@dataclass(slots=True)
class _Line:
    node: Element
    said: str
    folded: str
    linked: float  # share of its text inside links
    links: list[Element]
    kind: str = ""


def is_newsletter(page: str) -> bool:
    """Say whether a saved page is the body of a letter to many.

    It has small print about the subscription, tables that only lay it out or a link to the copy
    in the browser, and nothing that pages of a site have.
    """
    if any(mark in page for mark in _PAGE):
        return False
    lowered = page.lower()
    if not any(word in lowered for word in _SMALL_PRINT):
        return False
    if _LAID_OUT.search(lowered) or lowered.count("<table") >= _TABLES:
        return True
    root = dom.parse(page)
    said = "" if root is None else _folded(dom.text_of(root))
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
    dom.lift_images(root)
    nodes = unroll(root)
    lines = [line for node in nodes if (line := _line(node)).said]
    address = _address(root, lines, title)
    _direct_links(root)
    for line in lines:
        line.kind = _kind(line)
    byline = _byline(lines)
    _cut_lines(lines, names)
    _cut_sharing(root)
    _cut_empty(root)
    return Letter(dom.markup(root), address, byline, len(dom.text_of(root)))


def _line(node: Element) -> _Line:
    said = " ".join(_PADDING.sub("", dom.text_of(node)).split())
    links = [*node.iter("a"), *islice(node.iterancestors("a"), 1)]
    linked = sum(len(dom.text_of(link)) for link in links)
    return _Line(node, said, _folded(said), linked / max(len(said), 1), links)


def _folded(said: str) -> str:
    return said.lower().replace("’", "'").replace("\xa0", " ")


def _kind(line: _Line) -> str:
    """Return what a line is for: "view", "strong" small print, "minor", or "" for text."""
    size = len(line.said)
    if not any(character.isalnum() for character in line.said):
        return "blank"
    if size <= _MINOR_CHARS and _is_minor(line.folded):
        return "minor"
    if size <= _VIEW_CHARS and _is_view(line):
        return "view"
    if size <= _VIEW_CHARS and line.linked >= _LINK_SHARE and words.APP.search(line.folded):
        return "minor"
    if size <= (_STRONG_CHARS if line.links else _UNLINKED_CHARS) and words.STRONG.search(
        line.folded
    ):
        return "strong"
    return "postal" if size <= _VIEW_CHARS and words.POSTAL.search(line.folded) else ""


def _is_minor(folded: str) -> bool:
    parts = [part for part in _PARTS.split(folded) if part]
    return bool(words.MINOR.fullmatch(folded)) or all(map(words.MINOR.fullmatch, parts))


def _is_view(line: _Line) -> bool:
    """Say whether a line leads to the browser's copy: a link of it does, or it says "here"."""
    if not words.VIEW.search(line.folded):
        return False
    return any(_leads_to_copy(link, line) for link in line.links)


def _leads_to_copy(link: Element, line: _Line) -> bool:
    said = _folded(dom.text_of(link))
    if not link.get("href") or words.STRONG.search(said):
        return False
    if said.startswith("http") or line.linked > _LINK_SHARE:
        return True
    return bool(words.VIEW.search(said) or words.HERE.fullmatch(said))


def _address(root: Element, lines: list[_Line], title: str) -> str:
    """Return the address of the copy that a browser shows, or ""."""
    copies = [
        link.get("href") or ""
        for line in lines
        if len(line.said) <= _VIEW_CHARS and _is_view(line)
        for link in line.links
        if _leads_to_copy(link, line)
    ]
    titles = [
        link.get("href") or ""
        for link in root.iter("a")
        if title and text.fold(dom.text_of(link)) == title
    ]
    apps = [
        link.get("href") or ""
        for line in lines
        if len(line.said) <= _VIEW_CHARS and words.APP.search(line.folded)
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
        if address.startswith("http"):
            link.set("href", direct(address))


def _byline(lines: list[_Line]) -> str:
    """Return the line near the top, above any text, that says who wrote the letter."""
    for line in lines[:_HEAD_LINES]:
        if words.BYLINE.fullmatch(line.said) and len(line.said) <= _BUTTON_CHARS * 2:
            return line.said
    return ""


def _cut_lines(lines: list[_Line], names: frozenset[str]) -> None:
    end, bar = _end_of(lines), _bar_of(lines)
    for at, line in enumerate(lines):
        is_top = at < _HEAD_LINES and text.fold(line.said) in names
        if at >= end or is_top or _is_small(line, len(lines) - at):
            _cut_line(line, is_head=at < _HEAD_LINES)
        elif at < bar and line.node.tag not in _HEADINGS:
            _cut_line(line, is_head=True)


def _cut_line(line: _Line, *, is_head: bool) -> None:
    """Cut a line; pictures beside mere signs stay, and so does the day that a letter prints."""
    if line.kind == "blank" and line.node.find(".//img") is not None:
        return
    is_dated = is_head and line.kind in {"", "view"} and len(line.said) <= _TEASER_CHARS
    if is_dated and _YEAR.search(line.said):
        for link in line.links:
            dom.cut(link)
        return
    dom.cut(line.node)


def _is_small(line: _Line, from_end: int) -> bool:
    if line.node.tag in _HEADINGS and line.kind != "minor":
        return False
    if line.kind == "strong":
        is_print = bool(line.links) and len(line.said) <= _LINKED_CHARS
        return is_print or from_end <= _END_LINES
    return line.kind in {"minor", "view", "blank"} or (
        line.kind == "postal" and from_end <= _END_LINES
    )


def _bar_of(lines: list[_Line]) -> int:
    """Return the number of lines that make the bar at the top: down to "view in browser"."""
    chars = 0
    for at, line in enumerate(lines[:_BAR_LINES]):
        if line.kind == "view":
            return at + 1
        chars += len(line.said)
        if chars > _BAR_CHARS or len(line.said) > _TEASER_CHARS:
            return 0
    return 0


def _end_of(lines: list[_Line]) -> int:
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


def _closes(lines: list[_Line]) -> bool:
    """Say whether a line belongs to the small print below it; a button only under such a line."""
    if not lines[0].kind:
        return False
    return all(
        line.linked >= _LINK_SHARE and len(line.said) <= _BUTTON_CHARS and line.node.tag != "li"
        for line in lines[1:]
    )


def _cut_sharing(root: Element) -> None:
    """Cut links that only share the letter, with their icons."""
    for link in list(root.iter("a")):
        if words.SHARING.search(link.get("href") or ""):
            dom.cut(link)


def _cut_empty(root: Element) -> None:
    """Cut the boxes and links that hold nothing any more."""
    for node in reversed(list(root.iter("a", "div", "li", "p", "span", "ul", "ol", "figure"))):
        if not len(node) and not (node.text or "").strip():
            dom.cut(node)
