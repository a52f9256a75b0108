"""What a PDF shows: pieces of text with their place on the page, and how pieces become lines.

A piece is what was shown in one go, in one size; `mark` ties it to the structure tree of a tagged
file (ISO 32000-1 section 14.7.4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pypdf import PageObject
from pypdf.generic import PdfObject, StreamObject

from feedsmith import text
from feedsmith.errors import DamagedSourceError

MAX_OPERATIONS = 400_000  # of all pages, some 13 s; a printed page of the web has 1,200
MAX_BYTES = 8_000_000  # of what all pages draw, some 10 s; 200 printed pages have as much
_PAGE_BYTES = 3_000_000  # of what one page draws, 8 s of the shortest operations
_SAME_LINE = 0.35  # of a line's size; what stands no higher or lower is on the same line
_CHAR_WIDTH = 0.5  # of its size; an average letter's
_GAP = 1.0  # of its size; a wider gap parts words though no blank was shown
_TOO_MUCH = "draws too much to be a printed page; leave the file out"
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_HYPHENS = "-\u2010\xad"
# A site's own line at the end of its pages.
COPYRIGHT = re.compile(r"\s*(?:©|\(c\)|copyright\b).{0,20}\b(?:19|20)\d\d\b", re.IGNORECASE)
_UNSPACED = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; places and sizes in points, from the page's lower left corner."""

    page: int
    mark: int | None
    text: str
    x: float
    y: float
    size: float

    def is_beside(self, other: Run) -> bool:
        """Say whether another piece stands on the same line."""
        return (
            self.page == other.page
            and abs(self.y - other.y) <= max(self.size, other.size) * _SAME_LINE
        )

    @property
    def end(self) -> float:
        """Where it ends, about."""
        return self.x + len(self.text) * self.size * _CHAR_WIDTH


@dataclass(slots=True)
class Budget:
    """How much work may still be done for one file."""

    left: int = MAX_OPERATIONS
    left_bytes: int = MAX_BYTES

    def take(self, drawn: bytes) -> None:
        """Count what is about to be drawn: by bytes, for operations are told when they are read.

        Raises:
            DamagedSourceError: it is too much.
        """
        self.left_bytes -= len(drawn)
        if self.left_bytes < 0 or len(drawn) > _PAGE_BYTES:
            raise DamagedSourceError(_TOO_MUCH)


@dataclass(slots=True)
class _Visitor:
    page: int
    budget: Budget
    forms: Mapping[str, object]
    runs: list[Run] = field(default_factory=list)
    marks: list[int | None] = field(default_factory=list)

    def operate(self, operator: bytes, operands: object, _cm: object, _tm: object) -> None:
        """Follow the marks; count what is done."""
        self.budget.left -= 1
        if self.budget.left < 0:
            raise DamagedSourceError(_TOO_MUCH)
        if operator == b"BDC":
            notes = operands[1] if isinstance(operands, list) and len(operands) > 1 else None
            mark = notes.get("/MCID") if isinstance(notes, dict) else None
            self.marks.append(int(mark) if isinstance(mark, int) else None)
        elif operator == b"BMC":
            self.marks.append(None)
        elif operator == b"EMC" and self.marks:
            self.marks.pop()
        elif operator == b"Do" and isinstance(operands, list) and operands:
            self.budget.take(_drawn(self.forms.get(operands[0])))

    def show(
        self, shown: str, cm: list[float], tm: list[float], _font: object, size: float
    ) -> None:
        """Take in a piece of text."""
        shown = shown.strip("\n")
        if not shown.strip():
            if shown and self.runs and not self.runs[-1].text.endswith(" "):
                last = self.runs[-1]
                self.runs[-1] = Run(
                    last.page, last.mark, f"{last.text} ", last.x, last.y, last.size
                )
            return
        mark = next((mark for mark in reversed(self.marks) if mark is not None), None)
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[1]) or 1.0
        for line in shown.split("\n"):
            if line.strip():
                self.runs.append(Run(self.page, mark, _plain(line), x, y, abs(size) * scale))


def runs_of(page: PageObject, number: int, budget: Budget) -> list[Run]:
    """Return the pieces of text of a page, in the order in which they were shown.

    Raises:
        DamagedSourceError: the budget is spent.
    """
    contents = page.get_contents()
    budget.take(b"" if contents is None else contents.get_data())
    resources = _value(page.get("/Resources", {}))
    forms = _value(resources.get("/XObject")) if isinstance(resources, Mapping) else None
    visitor = _Visitor(number, budget, forms if isinstance(forms, Mapping) else {})
    page.extract_text(visitor_operand_before=visitor.operate, visitor_text=visitor.show)
    return visitor.runs


def _value(found: object) -> object:
    return found.get_object() if isinstance(found, PdfObject) else found


def _drawn(form: object) -> bytes:
    """Return what a form draws that a page refers to, b"" for a picture."""
    found = _value(form)
    if isinstance(found, StreamObject) and found.get("/Subtype") == "/Form":
        return found.get_data()
    return b""


def _plain(shown: str) -> str:
    """Return text with ligatures taken apart and characters that XML forbids left out."""
    parted = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), shown)
    return text.clean(parted).replace("\ufffd", "")


def joint(before: str, after: str, *, is_beside: bool) -> str:
    """Return what stands between two pieces of a text, "" or a blank."""
    if not before or before[-1].isspace() or after[:1].isspace():
        return ""
    if before[-1] in _HYPHENS and before[-2:-1].isalnum():
        return ""
    if is_beside or (_UNSPACED.match(before[-1]) and _UNSPACED.match(after[:1])):
        return ""
    return " "


def is_apart(before: Run, after: Run) -> bool:
    """Say whether a gap between two pieces on one line parts words."""
    return after.x - before.end > _GAP * after.size


def has_hyphens(runs: Iterable[Run]) -> bool:
    """Say whether words are parted at the ends of lines throughout a text."""
    rows = [run.text.rstrip() for run in runs]
    parted = sum(row[-1:] in _HYPHENS and row[-2:-1].isalpha() for row in rows if row)
    return parted > len(rows) * 0.04  # as a rule one line in eight; "well-known" one in a hundred


def without_hyphen(before: str, after: str) -> str | None:
    """Return a line without the hyphen that parts its last word, None where it has none."""
    row = before.rstrip()
    if row[-1:] and row[-1] in _HYPHENS and row[-2:-1].isalpha() and after.lstrip()[:1].islower():
        return row[:-1]
    return None
