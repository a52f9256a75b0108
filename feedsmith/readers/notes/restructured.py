"""reStructuredText as Markdown, as far as posts go; see docutils' specification of the markup.

Blocks first, by their indentation and their first line, then what stands within a line.
"""

from __future__ import annotations

import re
from textwrap import dedent

from feedsmith.readers.notes.fields import Fields, fields_of

_LINE = r"[=\-`:.'\"~^_*+#<>]"
_RULE = re.compile(rf"({_LINE})\1{{2,}}[ \t]*")
_FIELD = re.compile(r":([^:\n]+):(?:[ \t]+(.*)|$)")
_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?([\w:-]+)::[ \t]*(.*)")
_TARGET = re.compile(r"^\.\. _`?([^:`\n]+)`?:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_NOTE = re.compile(r"\.\.[ \t]+\[(#?[\w*-]+)\][ \t]+(.*)", re.DOTALL)
_CODE = frozenset({"code", "code-block", "sourcecode", "highlight"})
_BOXES = frozenset({
    "note", "warning", "tip", "hint", "important", "caution", "danger", "attention", "admonition",
    "epigraph", "pull-quote", "topic", "sidebar", "container", "compound",
})  # fmt: skip
_LITERAL = re.compile(r"``(.+?)``", re.DOTALL)
_NAMED_LINK = re.compile(r"`([^`<]*?)\s*<([^`<>]+)>`__?", re.DOTALL)
_REFERENCE = re.compile(r"`([^`]+)`__?(?!\w)|(?<![\w`/.:])(\w[\w.+-]*\w|\w)__?(?![\w`])")
_ROLE = re.compile(r":[\w:.+-]+:`([^`]+)`|`([^`]+)`:[\w:.+-]+:")
_ROLE_ADDRESS = re.compile(r"\s*<[^<>]*>\Z")
_FOOTNOTE = re.compile(r"\[#?([\w-]+)\]_")
_PLACE = re.compile(r"[{|](?:static|attach|filename|photo|author|tag)[}|]/?")
_ENUMERATED = re.compile(r"^([ \t]*)(?:#|\(?(\d+)\))\.?[ \t]+", re.MULTILINE)


def is_title(lines: list[str]) -> int:
    """Return how many lines a title takes that text begins with, 0 where there is none."""
    lines = [line.rstrip() for line in lines[:3]]
    if len(lines) > 2 and _RULE.fullmatch(lines[0]) and lines[1].strip() and lines[2] == lines[0]:
        return 3
    is_one = len(lines) > 1 and lines[0] and not lines[0][0].isspace() and _RULE.fullmatch(lines[1])
    return (
        2
        if is_one and len(lines[1]) >= min(len(lines[0]), 4) and not _RULE.fullmatch(lines[0])
        else 0
    )


def split(content: str) -> tuple[str, Fields, str]:
    """Return a post's title, or "", its fields, and the text behind them."""
    lines = content.lstrip("\n").split("\n")
    size = is_title(lines)
    title = lines[size - 2].strip() if size else ""
    at = size
    raw: dict[str, object] = {}
    name = ""
    while at < len(lines):
        field = _FIELD.fullmatch(lines[at].rstrip())
        if field:
            name = field[1]
            raw[name] = field[2] or ""
        elif name and lines[at][:1].isspace() and lines[at].strip():
            raw[name] = f"{raw[name]} {lines[at].strip()}"
        elif lines[at].strip():
            break
        at += 1
    return title, fields_of(raw), "\n".join(lines[at:])


def to_markdown(body: str) -> str:
    """Return a post's text as Markdown."""
    targets = {_folded(name): address for name, address in _TARGET.findall(body)}
    return _Blocks(targets).of(_TARGET.sub("", body).expandtabs(4))


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


class _Blocks:
    """Blocks as Markdown, with the targets of the whole text and the ranks of its headings."""

    def __init__(self, targets: dict[str, str]) -> None:
        self.targets = targets
        self.ranks: list[str] = []

    def of(self, body: str) -> str:
        lines = body.split("\n")
        found: list[str] = []
        at = 0
        while at < len(lines):
            if not lines[at].strip():
                at += 1
                continue
            block, at = self._next(lines, at)
            found.append(block)
        return "\n\n".join(filter(None, found))

    def _next(self, lines: list[str], at: int) -> tuple[str, int]:
        """Return the block at a line, and where the next one may begin."""
        size = is_title(lines[at : at + 3])
        if size:
            style = lines[at + size - 1][:1] * (size - 1)
            self.ranks += [] if style in self.ranks else [style]
            level = "#" * min(self.ranks.index(style) + 2, 6)
            return f"{level} {self._inline(lines[at + size - 2].strip())}", at + size
        if _RULE.fullmatch(lines[at].strip()):
            return "---", at + 1
        if lines[at].startswith(".. ") or lines[at].rstrip() == "..":
            end = _end_of(lines, at + 1)
            return self._explicit(lines[at], "\n".join(lines[at + 1 : end])), end
        if lines[at][0] == " ":
            end = _end_of(lines, at)
            return _quoted(self.of(dedent("\n".join(lines[at:end])))), end
        return self._paragraph(lines, at)

    def _paragraph(self, lines: list[str], at: int) -> tuple[str, int]:
        end = at
        while end < len(lines) and lines[end].strip():
            end += 1
        words = "\n".join(lines[at:end])
        if words.startswith("| "):
            return self._inline(re.sub(r"\n\|? ?", "  \n", words[2:])), end
        if words.startswith(("+-", "+=")) or re.match(r"=+ +=", words):
            return f"```\n{words}\n```", end  # a table, as it is drawn
        if words.rstrip().endswith("::"):
            stop = _end_of(lines, end)
            code = dedent("\n".join(lines[end:stop])).strip("\n")
            said = self._inline(words.rstrip()[:-1].removesuffix(" :").removesuffix("\n:"))
            said = "" if said == ":" else said
            return (f"{said}\n\n```\n{code}\n```" if code else said), stop
        return _ENUMERATED.sub(lambda m: f"{m[1]}{m[2] or 1}. ", self._inline(words)), end

    def _explicit(self, line: str, below: str) -> str:
        """Return what a line of explicit markup, with what is indented below it, shows."""
        note, directive = _NOTE.match(line), _DIRECTIVE.match(line)
        if note:
            said = f"{note[2]} {dedent(below)}".strip()
            return f"[^{note[1].lstrip('#')}]: {self._inline(' '.join(said.split()))}"
        if not directive:
            return ""
        name, value = directive[1].lower(), directive[2].strip()
        options, inner = _options(dedent(below))
        if name in {"image", "figure"}:
            picture = f"![{options.get('alt', '')}]({_PLACE.sub('', value).replace(' ', '%20')})"
            return "\n\n".join(filter(None, (picture, self.of(inner))))
        if name in _CODE:
            return f"```{value}\n{inner}\n```"
        if name in _BOXES:
            return _quoted("\n\n".join(filter(None, (self._inline(value), self.of(inner)))))
        return inner if name == "raw" and value == "html" else ""

    def _inline(self, words: str) -> str:
        parts = _LITERAL.split(words)
        return "".join(
            f"`{part}`" if at % 2 else self._marked(part) for at, part in enumerate(parts)
        )

    def _marked(self, part: str) -> str:
        part = _FOOTNOTE.sub(r"[^\1]", part)
        part = _NAMED_LINK.sub(self._named, part)
        part = _ROLE.sub(lambda m: _ROLE_ADDRESS.sub("", m[1] or m[2]), part)
        return _REFERENCE.sub(self._referred, part)

    def _named(self, found: re.Match[str]) -> str:
        words, address = " ".join(found[1].split()), "".join(found[2].split())
        address = self.targets.get(_folded(found[2].rstrip("_")), address)
        return f"[{words or address}]({_PLACE.sub('', address)})"

    def _referred(self, found: re.Match[str]) -> str:
        words = found[1] or found[2]
        address = self.targets.get(_folded(words))
        if address:
            return f"[{words}]({_PLACE.sub('', address)})"
        return words if found[1] else found[0]


def _end_of(lines: list[str], at: int) -> int:
    """Return where the lines end that are indented or empty."""
    while at < len(lines) and (not lines[at].strip() or lines[at][0] == " "):
        at += 1
    return at


def _quoted(markdown: str) -> str:
    return "\n".join([f"> {line}".rstrip() for line in markdown.split("\n")]) if markdown else ""


def _options(below: str) -> tuple[dict[str, str], str]:
    """Return a directive's options, and its content."""
    lines = below.split("\n")
    found: dict[str, str] = {}
    at = 0
    while at < len(lines) and (field := _FIELD.fullmatch(lines[at].strip())):
        found[field[1]] = field[2] or ""
        at += 1
    return found, "\n".join(lines[at:]).strip("\n")
