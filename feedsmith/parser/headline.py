"""The title of a dump: a line above the body that its surroundings bear out.

A line that stands there twice with no more than the subtitle between, the second time as the
caption of the picture, is the title. Otherwise the short lines before the body are scored: a
repeat, a dateline or byline behind them, the words that the body goes on to use.
"""

from __future__ import annotations

import re

from feedsmith import text
from feedsmith.parser import junk
from feedsmith.parser.page import Answer, Choice, Page, climb

_WORD = re.compile(r"\w+")
_PAIR = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}))")
_LINE_MIN, _LINE_MAX = 12, 200  # letters at least, characters at most of a line that can be a title
_LOOK_BACK = 50  # blocks; no dump has more between its title and its body
_LOOK_ON = 4  # blocks; a subtitle above the title may have been taken for the body's start
_CAPTION_AHEAD = 3  # blocks from a title to its repeat as a caption; the subtitle stands between
_REPEAT_MIN = 3  # characters; "Ad" and "1" stand there twice for other reasons
_TOP_BLOCKS = 3  # blocks; a title with its dateline that stands so high is no name
_NAME_WORDS = 2  # words; so few may be a name that stands under a picture
_SAMPLE_BLOCKS, _SAMPLE_CHARS = 40, 2500  # of the body, whose words a title should share
_NEARLY = 1.5  # score by which a subtitle may beat the title above it
_UNFIT = -9.0  # score of a line that is no candidate
_LONG_TITLE = 110  # letters; from here on a line is rather a subtitle
_REPEATED = 1.5  # score of a line that stands there twice
_SMALL_WORD = 3  # letters; words that are no longer tell nothing
_TAGS = {"h1": 2.5, "h2": 0.8, "li": -1.5}  # score by the mark in front of the line
# Openings and words, in lower case, of lines that are no title.
_NO_OPENING = re.compile(
    r"(?:by|von|par|por|credit|foto|photo|image|photograph|courtesy of|getty|please|create|we use"
    r"|your|copyright|©) ?\b"
    r"|(?:more|related|watch|see also|required reading) ?:|[\w .'’-]{3,40}/[\w .'’-]{3,40}\Z"
)
_NO_WORD = re.compile(
    r"getty images\b|\breuters/|/reuters\b|\bap photo\b|\bcookies?\b|\bprivacy policy\b"
    r"|\bphoto by\b|\bjavascript\b|\.(?:com|org|net)\b|\bbrowser\b|\bnewsletter\b"
    r"|\bmin(?:ute)?s? read\b"
)


def find_title(page: Page) -> Choice[str]:
    """Return the title on one line, with the places of the blocks that print it."""
    return climb(_RULES, page)


def _hint(page: Page) -> Answer[str] | None:
    value = page.document.hints.title
    return Answer(value, page.document.wrapper) if value else None


def _reader_head(page: Page) -> Answer[str] | None:
    return Answer(page.blocks[1].text, "line 2", (1,)) if page.reader_head else None


def _repeated(page: Page) -> Answer[str] | None:
    """The line at the head that comes again as the caption of the picture."""
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


def _line(page: Page) -> Answer[str] | None:
    """The short line before the body that its surroundings bear out best."""
    lines = _candidates(page)
    if not lines:
        return None
    around = "\n".join([folded for _, folded in lines])
    sample = " ".join([page.blocks[at].text for at in page.body[:_SAMPLE_BLOCKS]])[:_SAMPLE_CHARS]
    vocabulary = set(_words(sample))
    scored = {
        at: _line_score(page, at, folded, vocabulary) + _said_again(folded, around)
        for at, folded in lines
    }
    at = _topmost(page, scored, max(scored, key=lambda at: (scored[at], -at)))
    said = dict(lines)[at]
    at = next(place for place, folded in lines if folded == said)
    return Answer(page.blocks[at].text, page.blocks[at].where, (at,))


def _words(line: str) -> list[str]:
    """Return the words of a line in lower case; of Chinese, which parts none, pairs of letters."""
    return _WORD.findall(line.casefold()) + ([] if line.isascii() else _PAIR.findall(line))


def _topmost(page: Page, scored: dict[int, float], at: int) -> int:
    """Return the line right above the best one when it is nearly as good: that was the subtitle."""
    above = (
        place
        for place in (at - 1, at - 2)
        if scored.get(place, _UNFIT) > scored[at] - _NEARLY
        and len(_words(page.blocks[place].text)) > _SMALL_WORD
    )
    return next(above, at)


def _said_again(folded: str, around: str) -> float:
    """Return what speaks for a line that stands there twice, alone or within another line."""
    return _REPEATED * (around.count(folded) > 1)


def _first_line(page: Page) -> Answer[str] | None:
    """The first line before the body that is no label, whatever it looks like."""
    for at in range(min(page.start, len(page.blocks))):
        block = page.blocks[at]
        if not block.label and at not in page.dated and len(block.text) <= _LINE_MAX:
            return Answer(block.text, block.where, (at,))
    return None


def _candidates(page: Page) -> list[tuple[int, str]]:
    """Return (place, folded text) of the lines that may be a headline, in page order."""
    start = page.start
    places = range(max(0, start - _LOOK_BACK), min(start + _LOOK_ON, len(page.blocks)))
    return [
        (at, text.fold(page.blocks[at].text))
        for at in places
        if not page.blocks[at].label
        and at not in page.dated
        and _is_title_like(page.blocks[at].text)
        and (at < start or _leaves_prose(page, at))
    ]


def _is_title_like(line: str) -> bool:
    if len(line) > _LINE_MAX or len(line.encode()) < _LINE_MIN:
        return False
    lower = line.lower()
    return not _NO_OPENING.match(lower) and not _NO_WORD.search(lower)


def _leaves_prose(page: Page, at: int) -> bool:
    """Say whether a line of the body may go: it is short, and prose comes behind it."""
    block = page.blocks[at]
    if not block.prose:
        return True
    return block.prose <= _LONG_TITLE and any(
        page.blocks[other].prose > block.prose for other in page.body if other > at
    )


def _line_score(page: Page, at: int, folded: str, vocabulary: set[str]) -> float:
    block = page.blocks[at]
    words = _words(block.text)
    telling = {word for word in words if len(word) > _SMALL_WORD or _PAIR.match(word)}
    known = len(telling & vocabulary)
    score = 0.5 * min(known, 6) + 2 * known / max(len(telling), 1) - 2.4
    score += 0.25 * min(len(words), 8) - 1.2
    score -= 0.03 * abs(page.start - at)
    score += _TAGS.get(block.tag, 0)
    score -= 0.9 * block.text.endswith((".", ":", ",", "…")) + 0.5 * (at >= page.start)
    score -= 1.5 * bool(block.prose) + 0.02 * max(0, len(folded) - _LONG_TITLE)
    if block.text[:1].islower():
        score -= 2
    return score + _company(page, at)


def _company(page: Page, at: int) -> float:
    """Return what the lines around speak for a title: byline or dateline behind, dateline above."""
    behind = range(at + 1, min(at + 6, len(page.blocks)))
    credited = any(n in page.dated or junk.is_byline(page.blocks[n].text) for n in behind)
    dated = any(n in page.dated for n in range(max(0, at - 2), at))
    return 1.5 * credited + 0.8 * dated


_RULES = (_hint, _reader_head, _repeated, _line, _first_line)
