"""A plain-text dump laid out: lines joined to blocks, and the run of blocks that is the body.

Text browsers wrap lines: a break is undone where the next word would not have fitted. Dumps that
print each piece of inline markup on a line of its own are mended where a line goes on in the
middle of a sentence. The body is the run with the highest sum when prose counts for a block and
everything else against it, so that a heading between paragraphs stays and a menu does not.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from html import escape

from feedsmith.model import Document
from feedsmith.parser import junk
from feedsmith.parser.page import Block, Body

_REFERENCES = re.compile(r"\n\s*(?:References|Visible links:?)\s*\n[\s\S]*\Z")
_BROWSER_JUNK = re.compile(
    r"^\s*(?:Link: \[\d+\].*|#\[\d+\].*|IFRAME: .*|\(BUTTON\).*|_{5,}|[━─═]{5,}|\[\d+\])\s*$",
    re.MULTILINE,
)
_LINK_MARK = re.compile(r"\[\d{1,4}\](?=\S)|\(BUTTON\) ?|\[[^\]\s]+\.(?:jpe?g|png|gif|svg|webp)\]")
_BULLET = re.compile(r"(?:[*•●▪◦□■+·‣☆-]|o|\d{1,2}\.|#{1,6}) +\S")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^)\s]*(?: \"[^\"]*\")?\)")
_MARKDOWN_MARK = re.compile(r"\*\*|__(?=\S)|(?<=\S)__")
_LINE_MARK = re.compile(r"(?:(#{1,6})|[*•●▪◦□■+·‣☆-]|\d{1,2}\.) +(?=\S)")
_MARK_STARTS = frozenset("#*•●▪◦□■+·‣☆-0123456789")
# "EndStart", but neither "McKay" nor names that are written so; matched is where the second begins.
_GLUE = re.compile(
    r"[A-Z“](?=[a-z’' A-Z])(?<=[a-z0-9.!?”’)…].)(?<![A-Z]\..)"
    r"(?<!\bMc.)(?<!\bMac.)(?<!\b[ei].)(?<!\bD[ei].)(?<!\bL[ae].)(?<!\bVan.)(?<!\bFitz.)"
    r"(?<!You.)(?<!Space.)(?<!Tik.)(?<!Linked.)(?<!Whats.)(?<!Face.)(?<!Pay.)(?<!Git.)(?<!Snap.)"
)
# The same between sentences only: "late.By", never "U.S.Navy". Safe in any text.
_GLUED_SENTENCES = re.compile(
    r"[A-Z“](?=[a-z’' A-Z])(?:(?<=[a-z]{2}[.!?…].)|(?<=[a-z][.!?][”’)].))"
)
_WIDE_GAP = re.compile(r"\s{4,}")
_GLUED_CHARS = 700  # characters; a dump with a glued pair in fewer was glued all over
_GLUED_MIN = 5  # different glued pairs; a page may name a few firms that are written so
_WRAP_MAX = 100  # columns; nobody wraps wider by default
_WRAP_MIN = 60  # columns; the longest line of a narrower text is just a short line
_WRAP_LINES = 8  # lines; fewer near the margin prove no wrapping
_LOWER_START = re.compile(r"[a-zß-öø-ÿ,.;:!?)\]’”»%]")
_OPEN_END = re.compile(
    r"(?:[,(\[“«‘–—-]|\b(?:the|a|an|of|to|in|on|and|or|by|for|with|at|from|that|as|is|was))\Z"
)
_BY_ALONE = re.compile(r"(?:by|von|par|por|di|door|av|af):?\Z", re.IGNORECASE)
_FRAGMENT_CHARS = 60  # characters; a longer line between two halves is no linked word
_LABEL_COST = 90  # characters' worth of a phrase that pages put around articles
_HEADING_COST = 60  # characters' worth of another line that is no sentence: a heading, a menu
_PROSE_CAP = 700  # characters; one endless line must not outweigh its surroundings


def blocks_of(document: Document) -> tuple[Block, ...]:
    """Return the lines of a dump as blocks, wrapped and broken ones joined."""
    content = document.content
    is_browser = document.wrapper in _BROWSERS
    if is_browser:
        content = _BROWSER_JUNK.sub("", _REFERENCES.sub("\n", content))
        content = _LINK_MARK.sub("", content)
    lines = content.split("\n")
    width = _wrap_width(lines, 1 if is_browser else _WRAP_LINES)
    joined = _unwrapped(list(enumerate(lines, 1)), width) if width else _stripped(content, lines)
    if not width and _is_dense(lines):
        joined = _mended(joined)
    glued = {content[found.start() - 3 : found.start() + 3] for found in _GLUE.finditer(content)}
    if glued:
        joined = _parted(joined, _GLUE if _is_glued(glued, content) else _GLUED_SENTENCES)
    return tuple([_block(number, line) for number, line in joined if line])


def _is_glued(glued: set[str], content: str) -> bool:
    """Say whether words run together all over the text, and not just in some names."""
    return len(glued) > max(_GLUED_MIN, len(content) // _GLUED_CHARS)


def _block(number: int, line: str) -> Block:
    """Return a line as a block; a mark of a list or of a Markdown heading becomes its tag."""
    tag = ""
    if "](" in line or "**" in line:
        plain = _MARKDOWN_MARK.sub("", _MARKDOWN_LINK.sub(r"\1", line))
        line = " ".join(plain.split()) or line
    mark = _LINE_MARK.match(line) if line[0] in _MARK_STARTS else None
    if mark:
        tag = f"h{len(mark[1])}" if mark[1] else "li"
        line = line[mark.end() :]
    label, prose = junk.judge(line)
    return Block(line, tag, "", prose, 0, "", "", number, label)


def _parted(lines: list[tuple[int, str]], seam: re.Pattern[str]) -> list[tuple[int, str]]:
    return [(number, piece) for number, line in lines for piece in _pieces(line, seam)]


def _pieces(line: str, seam: re.Pattern[str]) -> list[str]:
    """Cut a line at its seams, where a piece ends and the next begins with nothing between them.

    >>> _pieces("NewsSportThe ferry is late.By Ada Quill", _GLUE)
    ['News', 'Sport', 'The ferry is late.', 'By Ada Quill']
    """
    cuts = [0, *(found.start() for found in seam.finditer(line)), len(line)]
    return [line[low:high].strip() for low, high in itertools.pairwise(cuts)]


_BROWSERS = frozenset({"lynx dump", "links dump", "w3m dump"})


# White space (`str.split`) that a line may hold inside but that a block may not.
_ODD_BLANKS = (
    "  ",
    *"\t\xa0\u1680\u2028\u2029\u202f\u205f\u3000",
    *map(chr, range(0x2000, 0x200B)),
)


def _stripped(content: str, lines: list[str]) -> list[tuple[int, str]]:
    """Return the numbered lines with single blanks, cut at wide gaps."""
    odd = [blank for blank in _ODD_BLANKS if blank in content]
    numbered = enumerate(lines, 1)
    if not odd:
        return [(number, line.strip()) for number, line in numbered]
    return [
        (number, " ".join(part.split()))
        for number, line in numbered
        for part in (_WIDE_GAP.split(line.strip()) if "    " in line else (line,))
    ]


def _wrap_width(lines: list[str], least: int) -> int:
    """Return the column at which the text was wrapped, or 0 if too few lines end there."""
    sizes = [len(line) for line in lines]
    width = max((size for size in sizes if size <= _WRAP_MAX), default=0)
    near = sum(width - 15 < size <= width for size in sizes)
    beyond = sum(size > _WRAP_MAX for size in sizes)
    return width if width >= _WRAP_MIN and near >= least and beyond * 10 <= near else 0


def _unwrapped(lines: list[tuple[int, str]], width: int) -> list[tuple[int, str]]:
    joined: list[tuple[int, str]] = []
    last = ""
    for number, line in lines:
        words = line.split()
        goes_on = (
            bool(words)
            and bool(last)
            and len(last) + 1 + len(words[0]) > width - 1 - _indent(last)
            and not _BULLET.match(line.lstrip())
        )
        text = " ".join(words)
        if goes_on:
            start, before = joined[-1]
            joined[-1] = (start, f"{before} {text}")
        else:
            joined.append((number, text))
        last = line.rstrip()
    return joined


def _indent(line: str) -> int:
    """Return the right margin that a text browser keeps: as wide as the left one."""
    return min(len(line) - len(line.lstrip()), 4)


def _is_dense(lines: list[str]) -> bool:
    """Say whether hardly any line is empty: one piece of text a line, nothing between them."""
    return sum(not line.strip() for line in lines) * 10 < len(lines)


def _mended(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join lines that were one sentence before inline markup broke them."""
    joined: list[tuple[int, str]] = []
    for at, (number, text) in enumerate(lines):
        following = lines[at + 1][1] if at + 1 < len(lines) else ""
        if joined and text and _continues(joined[-1][1], text, following):
            start, before = joined[-1]
            gap = "" if text[0] in ",.;:!?)]’”»%" else " "
            joined[-1] = (start, f"{before}{gap}{text}")
        else:
            joined.append((number, text))
    return joined


def _continues(before: str, text: str, following: str) -> bool:
    if _BY_ALONE.match(before):
        return True
    if junk.ends_sentence(before) or len(before) < _FRAGMENT_CHARS // 2:
        return False
    if _LOWER_START.match(text) or _OPEN_END.search(before):
        return True
    middle = len(text) <= _FRAGMENT_CHARS and not junk.ends_sentence(text)
    return middle and len(before) > _FRAGMENT_CHARS and bool(_LOWER_START.match(following))


def body_of(blocks: tuple[Block, ...]) -> tuple[int, ...]:
    """Return the places of the run of blocks whose prose outweighs its gaps the most."""
    best = total = 0
    start = first = last = 0
    for place, block in enumerate(blocks):
        if total <= 0:
            total, start = 0, place
        total += _worth(block)
        if total > best:
            best, first, last = total, start, place + 1
    return tuple(range(first, last))


def _worth(block: Block) -> int:
    if block.prose:
        return min(block.prose, _PROSE_CAP)
    return -_LABEL_COST if block.label else -_HEADING_COST


def composer(blocks: tuple[Block, ...], body: tuple[int, ...]) -> Callable[[frozenset[int]], Body]:
    """Return the function that gives the body without the blocks it is told.

    A paragraph of escaped text is what the sanitiser would make of it, so it need not be asked.
    """

    def compose(dropped: frozenset[int]) -> Body:
        kept = [blocks[at].text for at in body if at not in dropped and not blocks[at].label]
        return Body("\n".join([f"<p>{escape(part, quote=False)}</p>" for part in kept]), kept)

    return compose
