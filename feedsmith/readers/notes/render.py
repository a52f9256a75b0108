"""Markdown → HTML: CommonMark with tables, footnotes, definition lists, and what note-takers add.

That is `[[wiki links]]`, `![[embedded pictures]]` and `==marks==`. HTML in the text goes through:
the sanitiser comes later. This module alone knows markdown-it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from feedsmith.errors import check_amount
from feedsmith.readers.notes.fields import wiki_text

MAX_CHARS = 2_000_000  # characters; a long book has one million
MAX_LINES = 50_000  # each may be an item of a list, which takes 0.1 ms; a long book has 30,000
MAX_SIGNS = 60_000  # those that may begin something; an odd one takes 0.2 ms
_SIGNS = "[]!*_`~<&^\\"
_NESTING = 60  # lists and quotes inside one another; deeper ones stay text
_WIKI = re.compile(r"(!?)\[\[([^\[\]\n]+)\]\]")
_MARK = re.compile(r"==(?=[^\s=])(?:[^=\n]|=(?!=))*?(?<=\S)==(?!=)")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg|heic|tiff?)\Z", re.IGNORECASE)
_SIZE = re.compile(r"\d+(?:x\d+)?")


def to_html(markdown: str, *, breaks: bool) -> str:
    """Return Markdown as HTML.

    Args:
        markdown: the text, without any head.
        breaks: a line end within a paragraph is one, as note-taking programs show it.

    Raises:
        DamagedSourceError: it is far too long.
    """
    check_size(markdown)
    check_amount(markdown.count("\n"), MAX_LINES, "lines")
    check_amount(sum(map(markdown.count, _SIGNS)), MAX_SIGNS, f"of the signs {_SIGNS}")
    return str(_renderer(breaks).render(markdown))


def check_size(note: str) -> None:
    """Let a note pass that may be one article.

    Raises:
        DamagedSourceError: it is far too long.
    """
    check_amount(len(note), MAX_CHARS, "characters")


@lru_cache(maxsize=2)
def _renderer(breaks: bool) -> MarkdownIt:  # noqa: FBT001 (a key of the cache)
    options = {"html": True, "breaks": breaks, "maxNesting": _NESTING}
    made = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    made.use(footnote_plugin).use(deflist_plugin)
    made.inline.ruler.before("link", "wiki", _wiki)
    made.inline.ruler.before("emphasis", "mark", _mark)
    made.renderer.rules["footnote_anchor"] = _nothing  # type: ignore[attr-defined]
    made.renderer.rules["footnote_block_open"] = _notes  # type: ignore[attr-defined]
    return made


def _nothing(*_: object) -> str:
    """No arrow back from a note to its place."""
    return ""


def _notes(*_: object) -> str:
    return '<section class="footnotes"><ol>\n'


def _wiki(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (called by markdown-it)
    """A link to another note is its words; of what is embedded, pictures stay."""
    found = _WIKI.match(state.src, state.pos)
    if not found or found.end() > state.posMax:
        return False
    if not silent:
        if found[1]:
            _embed(state, found[2])
        else:
            state.push("text", "", 0).content = wiki_text(found[2])
    state.pos = found.end()
    return True


def _embed(state: StateInline, inner: str) -> None:
    name, _, said = inner.partition("|")
    if not _PICTURE.search(name.strip()):
        return
    token = state.push("image", "img", 0)
    caption = said.rpartition("|")[2].strip()
    token.attrs = {"src": state.md.normalizeLink(name.strip()), "alt": ""}
    token.content = "" if _SIZE.fullmatch(caption) else caption
    token.children = state.md.parseInline(token.content)[0].children


def _mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (called by markdown-it)
    found = _MARK.match(state.src, state.pos)
    if not found or found.end() > state.posMax:
        return False
    if not silent:
        end, state.posMax = state.posMax, found.end() - 2
        state.pos = found.start() + 2
        state.push("mark_open", "mark", 1)
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1)
        state.posMax = end
    state.pos = found.end()
    return True
