"""The title of a dump: the line near the body's start that its surroundings bear out.

A line that stands there twice with no more than the subtitle between, the second time as the
caption of the picture, is the title. Otherwise a forest judges the short lines by their shape, by
the words that the text goes on to use, and by what stands around them; `titlelines` makes the
columns that it is asked about.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from feedsmith.parser import junk, titlelines
from feedsmith.parser.lines import Column, Lines
from feedsmith.parser.page import Answer, Choice, Page, climb
from feedsmith.parser.weights.title_text import FEATURES, log_odds

_WORD = re.compile(r"\w+")
_PAIR = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}))")
_LINE_MAX = 200  # characters of a line that can be a title
_LOOK_BACK = 50  # blocks; no dump has more between its title and its repeat
_LOOK_ON = 4  # blocks; a subtitle above the title may have been taken for the body's start
_CAPTION_AHEAD = 3  # blocks from a title to its repeat as a caption; the subtitle stands between
_REPEAT_MIN = 3  # characters; "Ad" and "1" stand there twice for other reasons
_TOP_BLOCKS = 3  # blocks; a title with its dateline that stands so high is no name
_LEAST, _LEAST_OF_PROSE = -3.0, -1.0  # log odds; of sentences below it one in seven is a title
_NAME_WORDS = 2  # words; so few may be a name that stands under a picture


class _Case(NamedTuple):
    page: Page
    likely: int


class Likely(NamedTuple):
    """The place of the line that is most likely the title, -1 if none may be; and whether it is.

    A doubtful line still tells where the article begins.
    """

    place: int = -1
    is_sure: bool = False


def rank(lines: Lines, own: dict[str, Column]) -> Likely:
    """Return the line that is most likely the title.

    Args:
        lines: the blocks, looked at.
        own: what `lines.own_columns` gives of them.
    """
    places = titlelines.candidates(lines)
    if not places:
        return Likely()
    columns = titlelines.title_columns(lines, own, places)
    rows = zip(*[columns[name] for name in FEATURES], strict=True)
    odds = {at: log_odds(*row) for at, row in zip(places, rows, strict=True)}
    best = titlelines.best_of(lines, odds)
    is_sure = odds[best] > (_LEAST_OF_PROSE if lines.prose[best] else _LEAST)
    return Likely(titlelines.behind_crumbs(lines.texts, places, best), is_sure)


def find_title(page: Page, likely: int) -> Choice[str]:
    """Return the title on one line, with the places of the blocks that print it.

    Args:
        page: the dump laid out.
        likely: the place of the line that is probably the title, or -1.
    """
    return climb(_RULES, _Case(page, likely))


def _hint(case: _Case) -> Answer[str] | None:
    document = case.page.document
    value = document.hints.title
    return Answer(value, document.wrapper) if value else None


def _reader_head(case: _Case) -> Answer[str] | None:
    page = case.page
    return Answer(page.blocks[1].text, "line 2", (1,)) if page.reader_head else None


def _repeated(case: _Case) -> Answer[str] | None:
    """The line at the head that comes again as the caption of the picture."""
    page = case.page
    for at in range(max(0, page.start - _LOOK_BACK), min(page.start + _LOOK_ON, len(page.blocks))):
        again = _caption(page, at)
        if again and _is_headed(page, at, again):
            return Answer(page.blocks[at].text, page.blocks[at].where, (at, again))
    return None


def _caption(page: Page, at: int) -> int:
    """Return the place of a line's repeat within the next few blocks, or 0."""
    line, blocks = page.blocks[at].text, page.blocks
    if not _REPEAT_MIN <= len(line) <= _LINE_MAX or at in page.dated:
        return 0
    ahead = range(at + 1, min(at + 1 + _CAPTION_AHEAD, len(blocks)))
    return next((other for other in ahead if blocks[other].text == line), 0)


def _is_headed(page: Page, at: int, again: int) -> bool:
    """Say whether a line and its repeat stand where title and caption stand.

    A title and its caption have a dateline above and a subtitle between them, or stand first in the
    dump, labels and dateline aside. Further down, names and captions stand there twice too.
    """
    block = page.blocks[at]
    words = len(_words(block.text))
    is_first = all(n in page.dated or page.blocks[n].label for n in range(at))
    if block.label and words == 1:
        return False
    if at - 1 in page.dated and again > at + 1 and not junk.is_byline(block.text):
        return is_first or at <= _TOP_BLOCKS or (words > _NAME_WORDS and not block.label)
    behind = page.blocks[again + 1 : again + 3]
    return is_first and words > 1 and not block.label and any(other.prose for other in behind)


def _words(line: str) -> list[str]:
    """Return the words of a line in lower case; of Chinese, which parts none, pairs of letters."""
    return _WORD.findall(line.casefold()) + ([] if line.isascii() else _PAIR.findall(line))


def _judged(case: _Case) -> Answer[str] | None:
    """The line that the forest thinks most likely."""
    if case.likely < 0:
        return None
    block = case.page.blocks[case.likely]
    return Answer(block.text, block.where, (case.likely,))


def _first_line(case: _Case) -> Answer[str] | None:
    """The first line before the body that is no label, whatever it looks like."""
    page = case.page
    for at in range(min(page.start, len(page.blocks))):
        block = page.blocks[at]
        if not block.label and at not in page.dated and len(block.text) <= _LINE_MAX:
            return Answer(block.text, block.where, (at,))
    return None


_RULES = (_hint, _reader_head, _repeated, _judged, _first_line)
