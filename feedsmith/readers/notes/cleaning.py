"""What in a note is no part of its text: comments, marks for programs, labels, the user's remarks.

Code is left alone, both fenced and in a line. The functions take and return Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from feedsmith.readers.notes.fields import unlinked

_FENCED = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[^`\n]*\n(?:(?!^[ \t>]*(?P=fence)).*\n?)*"
    r"(?:^[ \t>]*(?P=fence).*\n?)?",
    re.MULTILINE,
)
_CODE = re.compile(
    _FENCED.pattern + r"|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)", re.MULTILINE
)
# Blocks that a program fills in when it shows the note.
_FILLED_IN = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*(?:dataview(?:js)?|tasks|query|button|tracker)\b[^\n]*\n"
    r".*?(?:^[ \t]*\1[^\n]*\n?|\Z)",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"^%%[ \t]*$.*?^%%[ \t]*$\n?|%%(?!%)[^\n]*?%%", re.MULTILINE | re.DOTALL)
_LONG_COMMENT = re.compile(r"^%%(?!%)(?:(?!%%)[\s\S])*%%[ \t]*$", re.MULTILINE)
_BLOCK_ID = re.compile(
    r"(?:^|(?<=\s))\^(?:[A-Za-z][A-Za-z0-9-]{2,}|[0-9a-f-]{6,})[ \t]*$", re.MULTILINE
)
_TASK = re.compile(r"^([ \t>]*(?:[-*+]|\d+[.)])[ \t]+)\[([ xX/-])\][ \t]+", re.MULTILINE)
_CALLOUT = re.compile(r"^((?:[ \t]*>)+)[ \t]*\[!([\w-]+)[^\]\n]*\][+-]?[ \t]*(.*)$", re.MULTILINE)
_LABELS = re.compile(r"[ \t]*(?:#(?=[^\s#]*[^\W\d])[\w/+&.-]+(?: [\w ]+#)?#?[ \t,;]*)+")
_LABEL = re.compile(r"#((?=[^\s#]*[^\W\d])[\w/+&.-]+(?: [\w ]+(?=#))?)")
# Marks of the programs that make pages of Markdown: contents, classes, boxes.
_PAGE_MARKS = re.compile(
    r"^[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\{:[^}\n]*\}|:{3,}.*)[ \t]*$"
    r"|(?<=\S)[ \t]*\{[#.:][^{}\n]*\}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# A link around a picture or a box of a page, its parts parted by empty lines; a heading's own link.
_BROKEN_LINK = re.compile(
    r"(?<!!)\[[ \t]*(?:\n[ \t]*){1,6}((?:!?\[[^\[\]\n]*\]\([^()\n]*\)|[^\[\]\n])*?)"
    r"[ \t]*(?:\n[ \t]*){1,6}\]\([^()\s]*\)"
)
_OWN_LINK = re.compile(
    r"^(#{1,6} .*?)(?:(?<![ \t])|(?<=# ))[ \t]*(?<!!)\[[#¶§\u200b ]*\]\([^()\s]*(?: [^()\n]*)?\)",
    re.MULTILINE,
)
_PROSE_LETTERS = 40  # letters of a block that is prose
_TOP_LINES, _END_LINES = 3, 2  # filled lines in which labels stand alone


def outside_code(markdown: str, change: Callable[[str], str], *, lines: bool = False) -> str:
    """Return Markdown with what is no code changed; with `lines`, code within a line counts not."""
    pattern = _FENCED if lines else _CODE
    pieces: list[str] = []
    at = 0
    for found in pattern.finditer(markdown):
        pieces += [change(markdown[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*pieces, change(markdown[at:])])


def tidy(markdown: str) -> str:
    """Return a note without comments, block ids and blocks that a program fills in."""
    markdown = _FILLED_IN.sub("", markdown)
    markdown = outside_code(markdown, _without_comments)
    return outside_code(markdown, _plain_marks, lines=True)


def _without_comments(part: str) -> str:
    return _LONG_COMMENT.sub("", _COMMENT.sub("", part)) if "%%" in part else part


def _plain_marks(part: str) -> str:
    part = _OWN_LINK.sub(r"\1 ", _BROKEN_LINK.sub(r"\1\n\n", part))
    part = _BLOCK_ID.sub("", _PAGE_MARKS.sub("", part))
    part = _CALLOUT.sub(_titled, part)
    return _TASK.sub(lambda found: f"{found[1]}{'☐' if found[2] == ' ' else '☑'} ", part)


def _titled(found: re.Match[str]) -> str:
    title = found[3].strip()
    return f"{found[1]} **{title}**\n{found[1]}" if title else found[1]


def without_remarks(markdown: str) -> tuple[str, str]:
    """Return a clip without the callouts above its first prose, and what those say.

    Whoever clips a page writes a summary or remarks above it; what the page itself sets apart
    comes later.
    """
    kept: list[str] = []
    said: list[str] = []
    blocks = re.split(r"(\n[ \t]*(?:\n[ \t]*)+)", markdown)
    for at in range(0, len(blocks), 2):
        block = blocks[at]
        if _CALLOUT.match(block.lstrip("\n")):
            said.append(_said(block))
        elif _is_prose(block):
            return "".join([*kept, *blocks[at:]]), "\n\n".join(said)
        else:
            kept += blocks[at : at + 2]
    return ("".join(kept), "\n\n".join(said)) if said else (markdown, "")


def _said(block: str) -> str:
    lines = []
    for line in block.strip().split("\n"):
        callout = _CALLOUT.match(line)
        said = callout[3] if callout else line.lstrip().removeprefix(">")
        lines.append(unlinked(said))
    return "\n".join(filter(None, lines))


def _is_prose(block: str) -> bool:
    start = block.lstrip()[:1]
    return start not in {"", ">", "!", "#", "<", "|", "*", "-"} and (
        sum(map(str.isalpha, block)) >= _PROSE_LETTERS
    )


def without_labels(markdown: str) -> tuple[str, tuple[str, ...]]:
    """Return a note without the lines at its start and end that are labels only, and the labels."""
    lines = markdown.split("\n")
    filled = [at for at, line in enumerate(lines) if line.strip()]
    ends = dict.fromkeys((*filled[:_TOP_LINES], *filled[-_END_LINES:]))
    found: dict[str, None] = {}
    for at in ends:
        if "#" in lines[at] and _LABELS.fullmatch(lines[at]):
            found.update(dict.fromkeys(label.strip() for label in _LABEL.findall(lines[at])))
            lines[at] = ""
    return "\n".join(lines), tuple(found)
