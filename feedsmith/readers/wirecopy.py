"""What agencies write around a text: bylines, datelines, end marks, paragraphs of a teleprinter.

Shared by the readers of agency formats; all of it is plain text, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape

from feedsmith import text
from feedsmith.dates import find_place

_BY = re.compile(r"(?:by|von|par|por|door|av|af|di|od)\s+(?=\S)", re.IGNORECASE)
_NO_PLACE = re.compile(r"[\d(]")
# A day behind a place: "Paris, 9 déc 2018", "OSLO, May 3".
_DAY = re.compile(r",?\s+(?:[^\W\d]+\.?\s+)?\d.*", re.DOTALL)
_PLACE_CHARS = 60  # characters; as the longest that `find_place` takes
# What says that a text is over: words, numbers, the agency with the initials of its desk.
_END = re.compile(
    r"(?i:\W*(?:ends?|fin|ende|slut|30|more)\W*)"
    r"|[\W_]+"
    r"|[a-z]{1,5}(?:[-/][a-z]{1,5})+"
    r"|[A-Z]{2,5}(?: [A-Za-z]{1,4}){1,6}"
    r"|[a-z]{2,4}(?: [a-z]{2,4}){1,6}"
)
_END_CHARS = 40  # characters; the longest end mark seen has 24
_SCRIPT = re.compile(r"\s*<script\b", re.IGNORECASE)
LAST = 4  # paragraphs at the end that may be marks
_MARKER = re.compile(r"\*{3}[^*]{1,40}\*{3}")
_INDENT = re.compile(r"[ \t]{2,}(?=\S)|\t")
_INDENTED_LINES = 3  # lines; fewer may be a quotation or an address
_SUBTITLE_WORDS = 4  # words; shorter second headlines are slugs and names of genres


def title_of(line: str) -> str | None:
    """Return a headline without the markers that desks put around it, None for nothing.

    >>> title_of("Ferry is late *** TRANSLATED ***")
    'Ferry is late'
    """
    return text.one_line(_MARKER.sub(" ", text.one_line(line))) or None


def subtitle_of(line: str, title: str | None) -> str | None:
    """Return the second headline if it is one: neither the first again, nor a slug or a genre.

    >>> subtitle_of("Captain blames fog and a tired crew", "Ferry is late")
    'Captain blames fog and a tired crew'
    >>> subtitle_of("NORLAND FERRY", "Ferry is late") is None
    True
    """
    line = text.one_line(line)
    is_long = len(line.split()) >= _SUBTITLE_WORDS or (
        line and not line.isascii() and " " not in line
    )
    return line if is_long and text.fold(line) != text.fold(title or "") else None


def byline_of(line: str) -> tuple[str, ...]:
    """Return what a byline names, without "By"; () for nothing.

    >>> byline_of("By Ada Quill, Harbour Correspondent"), byline_of("Von Bo Berg")
    (('Ada Quill, Harbour Correspondent',), ('Bo Berg',))
    """
    line = text.one_line(line).strip(" =<^")
    found = _BY.match(line)
    name = line[found.end() :] if found else line
    return (name,) if any(c.isalpha() for c in name) else ()


def place_of(line: str) -> str | None:
    """Return the place of a dateline that stands alone, as printed.

    >>> place_of("PORT ELLERY, Aug 29, 2014 (AFP) -"), place_of("Port Ellery"), place_of("")
    ('PORT ELLERY', 'Port Ellery', None)
    """
    line = text.one_line(line)
    place = find_place(line) or _DAY.sub("", line.partition("(")[0]).strip(" ,.:;-–—=")
    return place if place and len(place) <= _PLACE_CHARS and not _NO_PLACE.search(place) else None


def is_end_mark(paragraph: str) -> bool:
    """Say whether a text's last paragraph only says that it is over, and who handled it.

    >>> [is_end_mark(line) for line in ("ends", "(END)", "###", "-30-", "hh/ph/ts", "ABC RTV ar")]
    [True, True, True, True, True, True]
    >>> is_end_mark("That was all.")
    False
    """
    line = paragraph.strip()
    if _SCRIPT.match(line):
        return True
    return len(line) <= _END_CHARS and bool(_END.fullmatch(line))


def without_end_marks(paragraphs: Iterable[str]) -> list[str]:
    """Return paragraphs without the marks at their end."""
    kept = [line for line in paragraphs if line]
    for _ in range(LAST):
        if kept and is_end_mark(kept[-1]):
            kept.pop()
    return kept


def paragraphs_of(plain: str) -> list[str]:
    r"""Return the paragraphs of a text with hard line ends, each on one line.

    They are parted by empty lines, by indents, or else by every line end.

    >>> paragraphs_of("The ferry\nis late.\n\nIt is fog.")
    ['The ferry is late.', 'It is fog.']
    >>> paragraphs_of("One\ntwo.\n   Three.\n   Four\nfive.\n   Six.")
    ['One two.', 'Three.', 'Four five.', 'Six.']
    """
    lines = plain.strip("\n").split("\n")
    if is_indented(plain):
        return list(_joined(lines, starts=True))
    if any(not line.strip() for line in lines):
        return list(_joined(lines, starts=False))
    return [one for line in lines if (one := " ".join(line.split()))]


def is_indented(plain: str) -> bool:
    """Say whether some of a text's lines, and not all of them, are indented as paragraphs are.

    The first line does not count: markup may stand before it.
    """
    lines = [line for line in plain.strip("\n").split("\n")[1:] if line.strip()]
    starts = sum(bool(_INDENT.match(line)) for line in lines)
    return _INDENTED_LINES <= starts < len(lines)


def _joined(lines: Iterable[str], *, starts: bool) -> Iterator[str]:
    """Give lines as paragraphs, which begin behind an empty line, or (`starts`) with an indent."""
    words: list[str] = []
    for line in lines:
        if words and (not line.strip() or (starts and _INDENT.match(line))):
            yield " ".join(words)
            words = []
        words += line.split()
    if words:
        yield " ".join(words)


def to_html(paragraphs: Iterable[str]) -> str:
    """Return paragraphs of plain text as HTML."""
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in paragraphs)


def without_last_marks(content: str) -> str:
    """Return HTML without the last paragraphs that are end marks.

    >>> without_last_marks("<p>The ferry is late.</p><p>ends</p>")
    '<p>The ferry is late.</p>'
    """
    for _ in range(LAST):
        found = _LAST_PARAGRAPH.match(content, max(content.rfind("<p"), 0))
        if not found or not is_end_mark(unescape(_TAG.sub("", found[1]))):
            break
        content = content[: found.start()]
    return content.strip()


_LAST_PARAGRAPH = re.compile(r"<p\b[^>]*+>((?:(?!</?p\b).)*+)</p>\s*+\Z", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
