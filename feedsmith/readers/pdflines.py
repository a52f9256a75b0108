"""Untagged PDF → HTML: lines by their place, paragraphs by gaps between lines, headings by size.

What a browser prints around each page (date, title, address, page number) is left out; the address
is the page's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from feedsmith.readers.pdfruns import COPYRIGHT, Run, has_hyphens, is_apart, joint, without_hyphen

_MARGIN = 0.08  # of a page's height; where headers and footers stand
_STAMP_POINTS = 10.5  # points; browsers print 8 to 10, a title on the page itself is larger
_PARAGRAPH_GAP = 1.35  # of the usual distance of lines
_HEADING = 1.2  # of the size that most of the text has
_SIZE_SLACK = 0.12  # by which the sizes of one paragraph differ
_INDENT = 0.8  # of its size; by which a first line may stand in
_HEADING_CHARS = 250  # characters; larger text that is longer is a paragraph
_PROSE_CHARS = 120  # characters; a shorter paragraph may be a headline
_LETTERS = 3  # characters; as many make an initial, no heading
_ADDRESS = re.compile(r"https?://[^\s…]+(?<!\.\.\.)", re.IGNORECASE)
_COUNTER = re.compile(
    r"(?:\b(?:page|seite|página|pagina) )?\b\d{1,4} ?(?:/|of|von|sur|de|di|из) ?\d{1,4}\b"
    r"|^\d{1,4}$",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? +\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b\.?)?", re.IGNORECASE
)
_WORD = re.compile(r"\w")
_BULLET = re.compile(r"\s*[•◦▪‣●○■]")
_RESERVED = re.compile(
    r"rights reserved|rechte vorbehalten|droits réservés|derechos reservados|direitos reservados"
    r"|diritti riservati|rechten voorbehouden|prawa zastrzeżone|права защищены",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, and the first piece of it for its place and size."""

    text: str
    first: Run


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pieces of one page, and its lower and upper edge in points."""

    runs: Sequence[Run]
    bottom: float
    top: float

    def is_margin(self, line: Line) -> bool:
        """Say whether a line stands where headers and footers do."""
        edge = (self.top - self.bottom) * _MARGIN
        return not self.bottom + edge < line.first.y < self.top - edge


def printed_address(sheets: Sequence[Sheet]) -> str:
    """Return the address that a browser printed at the edge of most pages, whole; or ""."""
    found: Counter[str] = Counter()
    for sheet in sheets:
        for line in lines_of(sheet.runs):
            printed = _ADDRESS.search(line.text) if sheet.is_margin(line) else None
            if printed and not line.text[printed.end() :].startswith(("…", "...")):
                found[printed[0]] += 1
    address, times = next(iter(found.most_common(1)), ("", 0))
    return address if times * 2 > len(sheets) else ""


def to_html(sheets: Sequence[Sheet], title: str) -> str:
    """Return the body of a file without tags, and without its page title at the edges."""
    pages = _without_margins(sheets, title)
    everything = [line for lines in pages for line in lines]
    usual = _usual_size(everything)
    hyphens = has_hyphens([line.first for line in everything])
    paragraphs: list[list[Line]] = []
    for lines in pages:
        distance = _usual_distance(lines)
        for number, line in enumerate(lines):
            if paragraphs and _goes_on(paragraphs[-1], line, distance, is_first=not number):
                paragraphs[-1].append(line)
            else:
                paragraphs.append([line])
    paragraphs = _without_foot(paragraphs)
    largest = max((p[0].first.size for p in paragraphs if len(p[0].text) > _LETTERS), default=0.0)
    return "".join(_paragraph(p, usual, largest, hyphens=hyphens) for p in paragraphs)


def lines_of(runs: Sequence[Run]) -> list[Line]:
    """Return the lines of a page, in the order in which they were shown."""
    lines: list[Line] = []
    last: Run | None = None
    for run in runs:
        if last is not None and lines and run.is_beside(last) and run.x >= last.x:
            blank = joint(last.text, run.text, is_beside=not is_apart(last, run))
            lines[-1] = Line(lines[-1].text + blank + run.text, lines[-1].first)
        else:
            lines.append(Line(run.text, run))
        last = run
    return lines


def _without_margins(sheets: Sequence[Sheet], title: str) -> list[list[Line]]:
    """Return the lines of each page without headers, footers, and what stays on the screen.

    The latter stands at the same place of several pages.
    """
    pages = [(sheet, lines_of(sheet.runs)) for sheet in sheets]
    counts = Counter(
        shape
        for sheet, lines in pages
        for shape in {_shape(line, is_margin=sheet.is_margin(line)) for line in lines}
    )
    return [
        [
            line
            for line in lines
            if counts[_shape(line, is_margin=sheet.is_margin(line))] < 2
            and not (sheet.is_margin(line) and _is_stamp(line, title))
        ]
        for sheet, lines in pages
    ]


def _shape(line: Line, *, is_margin: bool) -> tuple[str, int, int]:
    """Return what two headers have in common whatever their numbers, or other lines their place."""
    words = " ".join(line.text.split()).casefold()
    if is_margin:
        return re.sub(r"\d+", "0", words), 0, 0
    return words, round(line.first.x), round(line.first.y)


def _is_stamp(line: Line, title: str) -> bool:
    """Say whether a browser printed a line: date, page title, address, page number; or some."""
    words = " ".join(line.text.split())
    rest = words.replace(title, " ") if title else words
    if rest != words and line.first.size > _STAMP_POINTS:
        return False
    for stamp in (_ADDRESS, _CLOCK, _COUNTER):
        rest = stamp.sub(" ", rest)
    return not _WORD.search(rest)


def _usual_size(lines: Sequence[Line]) -> float:
    """Return the size that most of the text has."""
    chars: Counter[float] = Counter()
    for line in lines:
        chars[round(line.first.size, 1)] += len(line.text)
    return max(chars, key=lambda size: (chars[size], size), default=1.0)


def _usual_distance(lines: Sequence[Line]) -> float:
    """Return the commonest distance of two lines of a page, in sizes."""
    steps = Counter(
        round((above.first.y - below.first.y) / above.first.size, 1)
        for above, below in pairwise(lines)
        if 0.8 < (above.first.y - below.first.y) / max(above.first.size, 0.1) < 2.5
    )
    return max(steps, key=lambda step: (steps[step], -step), default=1.2)


def _goes_on(paragraph: Sequence[Line], line: Line, distance: float, *, is_first: bool) -> bool:
    """Say whether a line belongs to the paragraph above it."""
    above, here = paragraph[-1].first, line.first
    if abs(above.size - here.size) > _SIZE_SLACK * above.size or _BULLET.match(line.text):
        return False
    if is_first:
        return not _SENTENCE_END.search(paragraph[-1].text.rstrip()) and line.text[:1].islower()
    step = (above.y - here.y) / max(above.size, 0.1)
    if not 0 < step <= distance * _PARAGRAPH_GAP:
        return False
    indent = (here.x - above.x) / max(here.size, 0.1)
    return indent <= _INDENT or (len(paragraph) > 1 and here.x <= paragraph[0].first.x)


def _without_foot(paragraphs: list[list[Line]]) -> list[list[Line]]:
    """Return what stands before the site's copyright line, unless the article goes on behind it.

    Lists of other articles stand there, and dialogs that lie over the page.
    """
    for at in range(len(paragraphs) - 1, len(paragraphs) // 2 - 1, -1):
        words = _words(paragraphs[at])
        if COPYRIGHT.match(words) and _RESERVED.search(words):
            return paragraphs[:at]
        if COPYRIGHT.match(words) and not any(map(_is_prose, paragraphs[at + 1 :])):
            return paragraphs[:at]
    return paragraphs


def _is_prose(lines: Sequence[Line]) -> bool:
    words = _words(lines)
    return len(words) > _PROSE_CHARS and bool(_SENTENCE_END.search(words))


def _words(lines: Sequence[Line]) -> str:
    return " ".join(line.text.strip() for line in lines)


def _paragraph(lines: Sequence[Line], usual: float, largest: float, *, hyphens: bool) -> str:
    words = ""
    for line in lines:
        cut = without_hyphen(words, line.text) if hyphens and words else None
        if cut is not None:
            words = cut + line.text
        else:
            words += joint(words, line.text, is_beside=False) + line.text
    size = lines[0].first.size
    tag = "p"
    if size >= usual * _HEADING and len(words) <= _HEADING_CHARS:
        tag = "h1" if size >= largest * (1 - _SIZE_SLACK) else "h2"
    return f"<{tag}>{escape(words.strip(), quote=False)}</{tag}>\n"
