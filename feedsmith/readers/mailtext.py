"""Plain text of a mail → HTML: wrapped lines joined, paragraphs, lists, headings and quotations.

Source: RFC 3676 (format=flowed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby, pairwise

_QUOTE = re.compile(r"(?:> ?)+(?=\S|$)")
_RULE = re.compile(r"[\s=_*#~+.-]*")
_UNDERLINE = re.compile(r"(=|-|~|\*|_)\1{3,}")
_ITEM = re.compile(r"(?:[*•·–-]|\d{1,3}[.)]|\([a-z\d]{1,2}\))\s+")
_SIGNATURE = re.compile(r"^-- ?\n(?:[^\n]*\n){0,15}[^\n]*\Z", re.MULTILINE)
_ADDRESS = re.compile(
    r"&lt;(https?://[^\s&\"]+(?:&amp;[^\s&\"]+)*)&gt;|(https?://[^\s<>\"')\]]*[^\s<>\"')\].,;:!?])"
)
_MOST_DEEP = 6  # quotations in one another
_WIDE, _NARROW = 100, 50  # characters; the widths that programs wrap lines to lie between
_TITLE_CHARS = 100  # characters of a line that is a heading because it is underlined


def unflowed(said: str, *, delete_blank: bool) -> str:
    r"""Return text in which the lines that end with a blank are joined to the next one.

    Args:
        said: the text of a part whose format is "flowed".
        delete_blank: the blank is no part of the text (DelSp=yes).

    >>> unflowed("The tide \ncomes.\n> It \n> goes.", delete_blank=False)
    'The tide comes.\n> It goes.'
    """
    pieces: list[str] = []
    flows, before = False, ""
    for raw in said.split("\n"):
        mark = _QUOTE.match(raw)
        quote = ">" * raw[: mark.end() if mark else 0].count(">")
        line = raw[mark.end() :] if mark else raw.removeprefix(" ")
        if not (flows and quote == before):
            pieces.append(f"\n{quote} " if quote else "\n")
        flows = line.endswith(" ") and line != "-- "
        pieces.append(line[:-1] if flows and delete_blank else line)
        before = quote
    return "".join(pieces)[1:]


def unwrapped(said: str) -> str:
    r"""Return text in which lines that a program broke at its width are joined.

    >>> unwrapped("word " * 14 + "word\nnext\n\nAda\nBo")
    'word word word word word word word word word word word word word word word next\n\nAda\nBo'
    """
    lines = [line.rstrip() for line in said.split("\n")]
    width = max([len(line) for line in lines if len(line) <= _WIDE], default=0)
    if width < _NARROW or sum(len(line) > _WIDE for line in lines) * 4 > len(lines):
        return "\n".join(lines)
    joined = lines[:1]
    for before, line in pairwise(lines):
        joined.append(f" {_bare(line)}" if _goes_on(before, line, width) else f"\n{line}")
    return "".join(joined)


def _goes_on(before: str, line: str, width: int) -> bool:
    """Say whether a line is broken off: the next one's first word would not have fitted."""
    plain, first = _bare(line), (_bare(line).split() or [""])[0]
    if not plain or _depth(before) != _depth(line) or _ITEM.match(plain) or _is_rule(before):
        return False
    return not _is_rule(line) and len(before) + 1 + len(first) > min(width, 72)


def _bare(line: str) -> str:
    mark = _QUOTE.match(line)
    return line[mark.end() :].strip() if mark else line.strip()


def _depth(line: str) -> int:
    mark = _QUOTE.match(line)
    return min(mark[0].count(">"), _MOST_DEEP) if mark else 0


def _is_rule(line: str) -> bool:
    bare = _bare(line)
    return len(bare) > 2 and bool(_RULE.fullmatch(bare))


def to_html(said: str) -> str:
    r"""Return text as HTML: an element for each paragraph, items and headings as what they are.

    >>> to_html("Tides\n=====\n\nHigh.\nLow.\n\n> why?")
    '<h2>Tides</h2>\n<p>High.<br>Low.</p>\n<blockquote><p>why?</p></blockquote>'
    """
    kept = _SIGNATURE.sub("", said)
    return "\n".join(
        _quoted(depth, list(lines)) for depth, lines in groupby(kept.split("\n"), _depth)
    )


def _quoted(depth: int, lines: list[str]) -> str:
    bare = [_bare(line) for line in lines] if depth else lines
    return "<blockquote>" * depth + "\n".join(_blocks(bare)) + "</blockquote>" * depth


def _blocks(lines: list[str]) -> Iterator[str]:
    """Give a block of HTML for each run of lines that empty ones or rules part."""
    for at, block in _runs(lines):
        under = lines[at + len(block)] if at + len(block) < len(lines) else ""
        over = lines[at - 1] if at else ""
        is_short = len(block) == 1 and len(block[0]) <= _TITLE_CHARS
        if is_short and _UNDERLINE.fullmatch(under.strip()) and not _ITEM.match(block[0].strip()):
            is_boxed = not over.strip() or _UNDERLINE.fullmatch(over.strip())
            yield (
                f"<h2>{_line(block[0].lstrip(' *#'))}</h2>"
                if is_boxed
                else f"<p>{_line(block[0])}</p>"
            )
        else:
            yield from _paragraphs(block)


def _runs(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    start = 0
    for at, line in enumerate([*lines, ""]):
        if not line.strip() or _is_rule(line):
            if at > start:
                yield start, lines[start:at]
            start = at + 1


def _paragraphs(block: list[str]) -> Iterator[str]:
    for is_item, lines in groupby(block, lambda line: bool(_ITEM.match(line.strip()))):
        said = [_line(line) for line in lines]
        yield (
            "\n".join(f"<p>{line}</p>" for line in said)
            if is_item
            else f"<p>{'<br>'.join(said)}</p>"
        )


def _line(line: str) -> str:
    """Return a line as HTML with its addresses as links."""
    return _ADDRESS.sub(_linked, escape(line.strip(), quote=False))


def _linked(found: re.Match[str]) -> str:
    address = found[1] or found[2]
    return f'<a href="{address}">{address}</a>'
