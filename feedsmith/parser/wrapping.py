"""Lines of a dump that were one before a browser wrapped them, or inline markup broke them.

Text browsers wrap at a column: a break is undone where the next word would not have fitted. Dumps
that print each piece of inline markup on a line of its own are mended where a line goes on in the
middle of a sentence. Lines come and go as pairs of their number in the dump and their text.
"""

from __future__ import annotations

import re

from feedsmith.parser import junk

WRAP_LINES = 8  # lines; fewer near the margin prove no wrapping
# A line drawn below a heading or between two parts: it belongs to neither.
_DRAWN = re.compile(r"[^\S\n]*(?:[_=*-]|[─━═]){5,}[^\S\n]*\Z")
_BULLET = re.compile(r"(?:[*•●▪◦□■+·‣☆-]|o|\d{1,2}\.|#{1,6}) +\S")
_WRAP_MAX = 100  # columns; nobody wraps wider by default
_WRAP_MIN = 60  # columns; the longest line of a narrower text is just a short line
_LOWER_START = re.compile(r"[a-zß-öø-ÿ,.;:!?)\]’”»%]")
_NEW_START = re.compile(r"by\b(?: [A-Z]|\Z)")  # of a byline behind a title
_OPEN_END = re.compile(
    r"(?:[,(\[“«‘–—-]|\b(?:the|a|an|of|to|in|on|and|or|by|for|with|at|from|that|as|is|was))\Z"
)
_TIGHT = re.compile(r"[,.;:!?)\]’”»%]|'(?:s|t|re|ve|ll|d)\b")  # no blank before it
_GOES_ON = re.compile(r"[’'](?:s|t|re|ve|ll|d)\b|[,;](?= |\Z)")  # whatever stands above it
_BY_ALONE = re.compile(r"(?:by|von|par|por|di|door|av|af):?\Z", re.IGNORECASE)
_FRAGMENT_CHARS = 60  # characters; a longer line between two halves is no linked word


def wrap_width(lines: list[str], least: int) -> int:
    """Return the column at which the text was wrapped, or 0 if too few lines end there."""
    sizes = [size for size in map(len, lines) if size <= _WRAP_MAX]
    width, beyond = max(sizes, default=0), len(lines) - len(sizes)
    if width < _WRAP_MIN or beyond * 10 > len(sizes):
        return 0
    near = sum(width - 15 < size for size in sizes)
    return width if near >= least and beyond * 10 <= near else 0


def unwrapped(lines: list[tuple[int, str]], width: int) -> list[tuple[int, str]]:
    """Join lines that were one before they were wrapped at a column; what is drawn is dropped."""
    joined: list[tuple[int, list[str]]] = []
    last = ""
    for number, line in lines:
        words = [] if _DRAWN.match(line) else line.split()
        goes_on = (
            bool(words)
            and bool(last)
            and (
                len(last) + 1 + len(words[0]) > width - 1 - _indent(last)
                or (len(last) > width // 2 and words[0][0].islower() and words[0] != "by")
            )
            and not _BULLET.match(line.lstrip())
        )
        text = " ".join(words)
        if goes_on:
            joined[-1][1].append(text)
        else:
            joined.append((number, [text]))
        last = line.rstrip() if words else ""
    return [(number, " ".join(pieces)) for number, pieces in joined]


def _indent(line: str) -> int:
    """Return the right margin that a text browser keeps: as wide as the left one."""
    return min(len(line) - len(line.lstrip()), 4)


def is_dense(lines: list[str]) -> bool:
    """Say whether hardly any line is empty: one piece of text a line, nothing between them."""
    if lines.count("") * 10 >= len(lines):
        return False
    return sum(not line.strip() for line in lines) * 10 < len(lines)


def mended(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join lines that were one sentence before inline markup broke them."""
    joined: list[tuple[int, list[str]]] = []
    end = ""  # of the sentence so far; all that decides whether it goes on
    for at, (number, text) in enumerate(lines):
        following = lines[at + 1][1] if at + 1 < len(lines) else ""
        if joined and text and _continues(end, text, following):
            gap = "" if _TIGHT.match(text) else " "
            joined[-1][1].extend((gap, text))
            end = f"{end}{gap}{text}"[-2 * _FRAGMENT_CHARS :]
        else:
            joined.append((number, [text]))
            end = text[-2 * _FRAGMENT_CHARS :]
    return [(number, "".join(pieces)) for number, pieces in joined]


def _continues(before: str, text: str, following: str) -> bool:
    if before and (_BY_ALONE.match(before) or _GOES_ON.match(text)):
        return True
    if junk.ends_sentence(before) or len(before) < _FRAGMENT_CHARS // 2:
        return False
    if _NEW_START.match(text):
        return False
    if _LOWER_START.match(text) or _OPEN_END.search(before):
        return True
    middle = len(text) <= _FRAGMENT_CHARS and not junk.ends_sentence(text)
    return middle and len(before) > _FRAGMENT_CHARS and _is_middle(following)


def _is_middle(line: str) -> bool:
    """Say whether a line begins in the middle of a sentence."""
    return bool(_LOWER_START.match(line)) and not _NEW_START.match(line)
