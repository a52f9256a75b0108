"""An entry of any feed → a document where the feed carries the text, else a link.

A feed's own fields are relied on: somebody published them for programs to read. What is only a
teaser is no article: it becomes a link with a summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape, unescape

from feedsmith import dom, text, urls
from feedsmith.errors import NoArticleError
from feedsmith.model import Document, Hints, Link, Notice, Read
from feedsmith.readers.parts import Names
from feedsmith.readers.redirects import direct

_MARKUP = re.compile(
    r"</?(?:p|div|br|a|img|h[1-6]|ul|ol|li|em|strong|b|i|span|blockquote|table|figure|pre|code|hr"
    r"|section|article|video|iframe)\b[^>]*>",
    re.IGNORECASE,
)
_ESCAPED = re.compile(
    r"&lt;/?(?:p|div|br|a|img|h[1-6]|ul|li|strong|em|blockquote|figure)\b", re.IGNORECASE
)
_FULL_CHARS = 700  # characters; a description so long is the text itself
_PARTED_CHARS = 400  # characters; enough where it has several paragraphs
_MOST_CHARS = 10_000_000  # characters of an entry that are looked at; none has so many
_TEASER_CHARS = 1000  # characters; a longer text that ends in "read more" is kept as it is
_TRUNCATED = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;)\]?|(?:read|continue|see|learn) (?:more|reading|on|full)\b.{0,60}"
    r"|weiterlesen|lire la suite|leer más|leggi tutto|читать далее|続きを読む|阅读全文)\W*\Z",
    re.IGNORECASE,
)
_TEXT_SHARE = 0.5  # of the teaser's length; what calls itself the text and is shorter is none
# What blog software puts below each entry of a feed.
_APPEARED = re.compile(
    r"<p[^>]*>\s*(?:The post|Der Beitrag|L[’']articl[eo]|La entrada|O post|Het bericht|Artykuł)\s"
    r"<a\b.{0,600}?</a>.{0,40}<a\b.{0,300}?</a>\.?\s*</p>\s*\Z",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one entry, as found.

    `content` and `summary` are HTML; `is_text` says that the feed calls `content` the text;
    `base` is the address that relative ones in it start from, "" for that of the entry.
    """

    part: str = ""
    url: str | None = None
    content: str = ""
    summary: str = ""
    is_text: bool = False
    base: str = ""
    hints: Hints = field(default_factory=Hints)


def read(entries: Iterable[Entry], wrapper: str) -> Iterator[Read]:
    """Give each entry as a document or a link, their parts unique; an empty one as a remark.

    Raises:
        NoArticleError: there is no entry.
    """
    names, number = Names(), 0
    for number, entry in enumerate(entries, 1):
        part = names.of(entry.part or entry.url or _hash(entry))
        found = _found(replace(entry, part=part), wrapper)
        yield found or Notice("", "NoArticleError", f"entry {number}: neither text nor a link")
    if not number:
        raise NoArticleError("a feed without entries")


def _hash(entry: Entry) -> str:
    hints = entry.hints
    return text.short_hash(f"{hints.title}\n{hints.published}\n{entry.content or entry.summary}")


def _found(entry: Entry, wrapper: str) -> Document | Link | None:
    summary = plain(entry.summary)
    if is_whole(entry) and plain(entry.content):
        hints = replace(entry.hints, summary=entry.hints.summary or summary or None)
        return Document(
            kind="html",
            content=_absolute(_APPEARED.sub("", entry.content), entry.base),
            part=entry.part,
            url=entry.url,
            hints=hints,
            wrapper=wrapper,
            is_fragment=True,
            is_edited=True,
        )
    if not entry.url:
        return None
    return Link(
        url=entry.url,
        title=entry.hints.title,
        summary=summary or plain(entry.content) or None,
        tags=entry.hints.tags,
        part=entry.part,
    )


def is_whole(entry: Entry) -> bool:
    """Say whether the content of an entry is its text, rather than a teaser for it."""
    said = plain(entry.content)
    if not entry.url:
        return bool(said)
    if _TRUNCATED.search(said[-100:]) and len(said) <= _TEASER_CHARS:
        return False
    if entry.is_text or len(said) >= _FULL_CHARS:
        return True
    return len(said) >= _PARTED_CHARS and len(re.findall(r"<p\b|<br\b", entry.content)) >= 2


def choose(entry: Entry, texts: Iterable[str], teasers: Iterable[str]) -> Entry:
    """Return an entry with the longest of what the feed calls its text, else of its teasers.

    Args:
        entry: all else of it.
        texts: HTML of elements that are meant for the text.
        teasers: HTML of elements that are meant for a summary; some feeds put the text there.
    """
    whole = max(texts, key=lambda html: len(plain(html)), default="")
    short = max(teasers, key=lambda html: len(plain(html)), default="")
    if whole and len(plain(whole)) >= _TEXT_SHARE * len(plain(short)):
        return replace(entry, content=whole, summary=short, is_text=True)
    return replace(entry, content=short, is_text=False)


@lru_cache(maxsize=4)  # it is asked several times about the same two
def plain(html: str) -> str:
    """Return the text of a piece of HTML on one line; for titles, names and lengths.

    >>> plain("Tides &amp;amp; <b>times</b>")
    'Tides & times'
    """
    html = html[:_MOST_CHARS]
    root = dom.parse(html) if _MARKUP.search(html) else None
    if root is None:
        return text.one_line(unescape(unescape(html)))
    dom.strip(root, ("style", "script"))
    dom.part_lines(root)
    return text.one_line(unescape(dom.text_of(root)))


def markup(value: str) -> str:
    r"""Return HTML for what a feed gives as HTML: plain text in paragraphs, escaping undone.

    >>> markup("High.\n\nLow & slow."), markup("&lt;p&gt;High.&lt;/p&gt;")
    ('<p>High.</p>\n<p>Low &amp; slow.</p>', '<p>High.</p>')
    """
    if _MARKUP.search(value):
        return value
    if _ESCAPED.search(value):
        return unescape(value)
    said = unescape(value)
    blocks = re.split(r"\n\s*\n", said.strip()) if said.strip() else []
    return "\n".join(f"<p>{escape(block, quote=False)}</p>" for block in blocks)


def link(address: str, base: str = "") -> str | None:
    """Return an entry's address: absolute, and what it leads to where it only counts clicks."""
    found = urls.absolute(address, base or None) if address else None
    return direct(found) if found else None


def _absolute(html: str, base: str) -> str:
    """Return HTML whose relative addresses start from a base of their own."""
    root = dom.parse(html) if base else None
    if root is None:
        return html
    for node in root.iter("a", "img"):
        name = "href" if node.tag == "a" else "src"
        address = urls.absolute(node.get(name) or "", base) if node.get(name) else None
        if address and not (node.get(name) or "").startswith("#"):
            node.set(name, address)
    body = root.find("body")
    if body is None:
        return dom.markup(root)
    body.tag = "div"
    return dom.markup(body)
