"""A plain-text dump laid out: lines joined to blocks, and the run of blocks that is the body.

Text browsers wrap lines: a break is undone where the next word would not have fitted. Dumps that
print each piece of inline markup on a line of its own are mended where a line goes on in the
middle of a sentence. The body is the run with the highest sum when prose counts for a block and
everything else against it, so that a heading between paragraphs stays and a menu does not.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from html import escape
from string import ascii_lowercase, ascii_uppercase, digits

from feedsmith.model import Document
from feedsmith.parser import junk
from feedsmith.parser.captions import without_captions
from feedsmith.parser.page import Block, Body, Compose
from feedsmith.parser.wording import is_data
from feedsmith.parser.wrapping import WRAP_LINES, is_dense, mended, unwrapped, wrap_width

_REFERENCES = re.compile(r"(?<=\n)[^\S\n]*(?:References|Visible links:?)[^\S\n]*\n[\s\S]*\Z")
_BROWSER_JUNK = re.compile(
    r"^[^\S\n]*"
    r"(?:Link: \[\d+\].*|#\[\d+\].*|IFRAME: .*|\(BUTTON\).*|_{5,}|[━─═]{5,}|\[\d+\])[^\S\n]*$",
    re.MULTILINE,
)
_DATA_ENDS = frozenset("}]);,")
_LINK_MARK = re.compile(
    r"\[\d{1,4}\](?=\S)|\(BUTTON\) ?|\[[^\[\]\s]+\.(?:jpe?g|png|gif|svg|webp)\]"
)
_MARKDOWN_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^)\s\[]*(?: \"[^\"]*\")?\)")
_MARKDOWN_MARK = re.compile(r"\*\*|(?<!\w)__?(?=\S)|(?<=\S)__?(?!\w)|\\(?=[-+.()#*_!>\[\]])")
_MARKDOWN_MARKS = ("](", "**", " _", "_ ", "\n_", "\\-", "\\.", "\\+")
_MARKDOWN_STARTS = ("]", "*", "_", "\\")  # one of them is in each; single ones are found at once
_MARKDOWN_SIGNS = frozenset("*_\\")
# A number with a point is none where a date goes on behind it: "2. 9. 2024", "2. září 2024".
_LINE_MARK = re.compile(
    r"(?:(#{1,6})|[*•●▪◦□■+·‣☆-]|\d{1,2}\.(?! *(?:\d{1,2}\.|[^\W\d]+\.?) *\d{4}\b)) +(?=\S)"
)
_MARK_STARTS = frozenset("#*•●▪◦□■+·‣☆-0123456789")
# "EndStart", but neither "McKay" nor "120K a year" nor names that are written so; matched is where
# the second begins.
_GLUE = re.compile(
    r"[A-Z“](?=[a-z’' A-Z])(?<=[a-z0-9.!?”’)…].)(?<![A-Z]\..)"
    r"(?<!\bMc.)(?<!\bMac.)(?<!\b[ei].)(?<!\bD[ei].)(?<!\bL[ae].)(?<!\bVan.)(?<!\bFitz.)"
    r"(?!(?<=\d.)[ ’'])"
    r"(?<!You.)(?<!Space.)(?<!Tik.)(?<!Linked.)(?<!Whats.)(?<!Face.)(?<!Pay.)(?<!Git.)(?<!Snap.)"
)
# The same between sentences only: "late.By", never "U.S.Navy". Safe in any text.
_GLUED_SENTENCES = re.compile(
    r"[A-Z“](?=[a-z’' A-Z])(?:(?<=[a-z]{2}[.!?…].)|(?<=[a-z][.!?][”’)].))"
)
# Bytes of UTF-8 by what `_GLUE` takes them for: "A" may begin a word, "a" may end one. Quotes and
# the ellipsis are told by their last byte; that other characters have it too only costs time.
_QUOTE_LEAD = b"\xe2\x80"
_STARTS, _ENDS = ascii_uppercase + "\x9c", ascii_lowercase + digits + ".!?)\x9d\x99\xa6"
_KINDS = bytes(
    ord("A" if chr(byte) in _STARTS else "a" if chr(byte) in _ENDS else " ") for byte in range(256)
)
_ASCII = bytes(range(128))
_ODD_BLANK = re.compile("[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_WIDE_GAP = re.compile(r"\s{4,}")
_GLUED_CHARS = 700  # characters; a dump with a glued pair in fewer was glued all over
_GLUED_MIN = 5  # different glued pairs; a page may name a few firms that are written so
_GLUED_SHARE = 8  # one pair in so many parts sentences in a text that is glued all over
_GLUED_A_LINE = 3  # pairs a line that only glued menus have
_LABEL_COST = 90  # characters' worth of a phrase that pages put around articles
_HEADING_COST = 60  # characters' worth of another line that is no sentence: a heading, a menu
_PROSE_CAP = 700  # characters; one endless line must not outweigh its surroundings


def blocks_of(document: Document) -> tuple[Block, ...]:
    """Return the lines of a dump as blocks, wrapped and broken ones joined."""
    is_browser = document.wrapper in _BROWSERS
    content = _cleaned(document.content, is_browser=is_browser)
    data, lines = content.encode("utf-8", "surrogatepass"), content.split("\n")
    width = wrap_width(lines, 1 if is_browser else WRAP_LINES)
    joined = unwrapped(list(enumerate(lines, 1)), width) if width else _stripped(data, lines)
    if not width and is_dense(lines):
        joined = mended(joined)
    glued = _glued(content, data)
    if glued:
        is_glued = not width and _is_glued(glued, lines)
        joined = _parted(joined, _GLUE if is_glued else _GLUED_SENTENCES)
    if _has_any(content, _MARKDOWN_STARTS) and _has_any(content, _MARKDOWN_MARKS):
        joined = [(number, _plain(line)) for number, line in joined]
    return without_captions(tuple([_block(number, line) for number, line in joined if line]))


def _has_any(content: str, marks: Iterable[str]) -> bool:
    return any(mark in content for mark in marks)


def _cleaned(content: str, *, is_browser: bool) -> str:
    """Return a dump without a browser's marks and without lines of data meant for a script."""
    if is_browser:
        content = _BROWSER_JUNK.sub("", _REFERENCES.sub("", content))
        content = _LINK_MARK.sub("", content)
    if "{" not in content:
        return content
    return "\n".join(["" if _is_data(line) else line for line in content.split("\n")])


def _is_data(line: str) -> bool:
    """Say whether a line is data from its first mark to the last; text may be glued to its end."""
    return line.rstrip()[-1:] in _DATA_ENDS and is_data(line)


def _glued(content: str, data: bytes) -> set[str]:
    """Return the places where words run together, with the letters around them.

    Most texts have none. A look at their UTF-8 (`data`) tells in half the time of a search.
    """
    if b"aA" not in data.translate(_KINDS, _QUOTE_LEAD):
        return set()
    return {content[found.start() - 3 : found.start() + 3] for found in _GLUE.finditer(content)}


def _is_glued(glued: set[str], lines: list[str]) -> bool:
    """Say whether words run together all over the text, and not just in some names.

    Sentences do it too then, or else many words of one line.
    """
    if len(glued) <= max(_GLUED_MIN, sum(map(len, lines)) // _GLUED_CHARS):
        return False
    if sum(not pair[2:3].islower() for pair in glued) * _GLUED_SHARE >= len(glued):
        return True
    counts = [count for count in (len(_GLUE.findall(line)) for line in lines) if count]
    return sum(counts) >= _GLUED_A_LINE * len(counts)


def _block(number: int, line: str) -> Block:
    """Return a line as a block; a mark of a list or of a Markdown heading becomes its tag."""
    tag = ""
    if line[0] in _MARK_STARTS and (mark := _LINE_MARK.match(line)):
        tag = f"h{len(mark[1])}" if mark[1] else "li"
        line = line[mark.end() :]
    label, prose = junk.judge(line)
    return Block(line, tag, "", prose, 0, "", "", number, label)


def _plain(line: str) -> str:
    """Return a line without the marks of Markdown's links and bold words."""
    if _MARKDOWN_SIGNS.isdisjoint(line) and "](" not in line:
        return line
    plain = _MARKDOWN_MARK.sub("", _MARKDOWN_LINK.sub(r"\1", line))
    return " ".join(plain.split()) or line


def _parted(lines: list[tuple[int, str]], seam: re.Pattern[str]) -> list[tuple[int, str]]:
    return [
        (number, piece)
        for number, line in lines
        for piece in (_pieces(line, seam) if seam.search(line) else (line,))
    ]


def _pieces(line: str, seam: re.Pattern[str]) -> list[str]:
    """Cut a line at its seams, where a piece ends and the next begins with nothing between them.

    >>> _pieces("NewsSportThe ferry is late.By Ada Quill", _GLUE)
    ['News', 'Sport', 'The ferry is late.', 'By Ada Quill']
    """
    cuts = [0, *(found.start() for found in seam.finditer(line)), len(line)]
    return [line[low:high].strip() for low, high in itertools.pairwise(cuts)]


_BROWSERS = frozenset({"lynx dump", "links dump", "w3m dump"})


def _stripped(data: bytes, lines: list[str]) -> list[tuple[int, str]]:
    """Return the numbered lines with single blanks, cut at wide gaps."""
    numbered = enumerate(lines, 1)
    if not _has_odd_blanks(data):
        return [(number, line.strip()) for number, line in numbered]
    return [
        (number, " ".join(part.split()))
        for number, line in numbered
        for part in (_WIDE_GAP.split(line.strip()) if "    " in line else (line,))
    ]


def _has_odd_blanks(data: bytes) -> bool:
    """Say whether UTF-8 has white space that a line may hold inside but that a block may not."""
    if b"  " in data or b"\t" in data:
        return True
    odd = data.translate(None, _ASCII)  # most texts have few characters beyond ASCII
    return bool(_ODD_BLANK.search(odd.decode("utf-8", "surrogatepass")))


def run_of(blocks: Sequence[Block]) -> tuple[int, int]:
    """Return the half-open range of the blocks whose prose outweighs its gaps the most."""
    best = total = 0
    start = first = last = 0
    for place, block in enumerate(blocks):
        if total <= 0:
            total, start = 0, place
        total += _worth(block)
        if total > best:
            best, first, last = total, start, place + 1
    return first, last


def _worth(block: Block) -> int:
    if block.prose:
        return min(block.prose, _PROSE_CAP)
    return -_LABEL_COST if block.label else -_HEADING_COST


def composer(blocks: tuple[Block, ...], body: tuple[int, ...]) -> Compose:
    """Return the function that gives the body without, and with, the blocks it is told.

    A paragraph of escaped text is what the sanitiser would make of it, so it need not be asked.
    """

    def compose(dropped: frozenset[int], added: frozenset[int] = frozenset(), /) -> Body:
        places = sorted({*body, *added}) if added else body
        kept = [blocks[at].text for at in places if at not in dropped and not blocks[at].label]
        escaped = _escaped("\n".join(kept)).replace("\n", "</p>\n<p>")
        return Body(f"<p>{escaped}</p>" if kept else "", kept)

    return compose


def _escaped(text: str) -> str:
    """Return text as HTML; asking first is ten times as fast as replacing nothing."""
    has_markup = "&" in text or "<" in text or ">" in text
    return escape(text, quote=False) if has_markup else text
