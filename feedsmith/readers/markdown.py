"""Markdown: clips, notes and posts, with a head of fields or without one.

The head and lists of fields below the title say what the article is; what note-taking programs,
reading services and site generators add to the text goes, and the rest becomes HTML. Of a clip,
which names the address it came from, `created` is the day it was saved and callouts above the text
are the user's remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from feedsmith import text
from feedsmith.errors import NoArticleError
from feedsmith.model import Document, Hints, Notice, Source
from feedsmith.readers.encoding import decode
from feedsmith.readers.notes import cleaning, fields, heads, naming, outline, reading
from feedsmith.readers.notes.fields import Fields
from feedsmith.readers.notes.heads import Head
from feedsmith.readers.notes.known import DESCRIPTION, SUMMARY
from feedsmith.readers.notes.pictures import as_local, beside
from feedsmith.readers.notes.render import check_size, to_html
from feedsmith.readers.notes.shortcodes import without_templates

_PLAIN_NAMES = (".txt", ".text")  # whose lines are paragraphs where nothing parts them
_HEADING = re.compile(r"\s*+#[ \t]++((?:[^\n \t#]++|[ \t#]++(?=[^\n \t#]))++)[ \t#]*+(?:\n|\Z)")
_UNDERLINED = re.compile(r"\s*(\S.*)\n=+[ \t]*(?:\n|\Z)")
_EXCERPT = re.compile(r"^> ## Excerpt[ \t]*\n((?:>.*\n?)*)\s*(?:^---+[ \t]*$\n?)?", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\[\]]*\]\([^()\s]*[^()]*\)")
_PROSE_LETTERS = 20  # letters beside links; a shorter line of a clip is a label
_SUBTITLE_MIN, _SUBTITLE_MAX = 25, 400  # characters; shorter are labels, longer are paragraphs
_OPENING_CHARS = 50  # characters; two texts that share so long an opening say the same
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’»)]*\Z")
_WRAPPED = range(60, 101)  # characters of a line that was broken because it was full


def read(source: Source) -> Iterator[Document | Notice]:
    """Give the article of a note, or each of a file that holds several.

    Raises:
        UnreadableSourceError: the disk said no.
        NoArticleError: it is a draft, or a clip without any text.
        DamagedSourceError: it is far too long.
    """
    content = decode(source.read())
    several = heads.parts(content)
    for name, head in several:
        try:
            yield replace(_document(source, head), part=name)
        except NoArticleError as error:
            yield Notice("", "NoArticleError", f"{name}: {error}")
    if several:
        return
    check_size(content)
    head = heads.split(content)
    if head.problem:
        yield Notice("", "FrontMatter", f"front matter {head.problem}; it was read line by line")
    yield _document(source, head)


def _document(source: Source, head: Head) -> Document:
    head, title = _below_title(head)
    note = reading.taken(head.body, head.fields)
    known, body = (note.fields, note.body) if note else (head.fields, head.body)
    if fields.is_draft(known):
        raise NoArticleError("is marked as a draft; take the mark out to have it read")
    is_outline = head.form == "properties" and outline.is_outline(body)
    if "\n\n" not in body.strip() and source.relative.lower().endswith(_PLAIN_NAMES):
        body = body.replace("\n", "\n\n")
    body = outline.unrolled(reading.highlights(body)) if is_outline else body
    url = fields.address(known)
    clipped = bool(url or note)
    dated = not (note or head.form == "properties")
    hints = fields.hints(known, clipped=clipped, dated=dated)
    body, remarks, hints = _clip(body, hints) if clipped else (without_templates(body), "", hints)
    body, labels = cleaning.without_labels(cleaning.tidy(body))
    tags = (*hints.tags, *(label for label in labels if not fields.is_tools(label)))
    hints = replace(hints, tags=tags, title=hints.title or title or None)
    post = bool(head.form) and not clipped
    hints, body = _named(source, hints, body, post=post)
    html = as_local(to_html(body, breaks=clipped and not _is_wrapped(body)))
    return Document(
        kind="html",
        content=f"<article>\n{html}</article>",
        url=url,
        saved=fields.saved(known, dated=dated),
        hints=_with_subtitle(hints, body, known),
        wrapper=naming.wrapper_of(head, note, source.relative, clipped=clipped),
        is_fragment=True,
        is_edited=bool(note) or head.form not in {"", "page"},
        resources=beside(source),
        note=remarks or None,
    )


def _below_title(head: Head) -> tuple[Head, str]:
    """Return the head with the fields that stand below the title, and that title."""
    title = _HEADING.match(head.body)
    below = heads.lines_below(head.body[title.end() :]) if title else None
    if not title or not below:
        return head, ""
    form = head.form or below.form
    return Head(head.fields.joined(below.fields), below.body, form, head.problem), title[1]


def _clip(body: str, hints: Hints) -> tuple[str, str, Hints]:
    """Return a clip's text, the user's remarks above it, and the hints with its excerpt.

    Raises:
        NoArticleError: there is no text in it.
    """
    excerpt = _EXCERPT.search(body)
    if excerpt:
        said = text.one_line(excerpt[1].replace("\n>", " ").lstrip("> "))
        body = body[: excerpt.start()] + body[excerpt.end() :]
        hints = replace(hints, summary=hints.summary or said or None)
    body, remarks = cleaning.without_remarks(body)
    if not any(map(_is_prose, body.split("\n"))):
        raise NoArticleError("is a clip without text: only the fields of the page are in it")
    return body, remarks, hints


def _is_prose(line: str) -> bool:
    return not line.startswith("#") and (
        sum(map(str.isalpha, _LINK.sub("", line))) >= _PROSE_LETTERS
    )


def _named(source: Source, hints: Hints, body: str, *, post: bool) -> tuple[Hints, str]:
    """Return the hints with what the file's name says, and the body without its title."""
    heading = _HEADING.match(body) or _UNDERLINED.match(body)
    signed = heading and _signed(heading[1], hints)
    if signed and not hints.title:
        hints = replace(hints, title=signed)
    if heading and hints.title and _says(heading[1], hints.title):
        body = body[heading.end() :]
    day, name = naming.name_of(source.relative)
    if post and not hints.published and day:
        hints = replace(hints, published=day)
    if not hints.title and not heading:
        hints = replace(hints, title=name or None)
    return hints, body


def _signed(heading: str, hints: Hints) -> str:
    """Return the title in a page's title that goes on with its author: "A | by Ada | Site"."""
    cuts = (heading.find(f"| by {name}") for name in hints.authors)
    return next((heading[:cut].strip() for cut in cuts if cut > 0), "")


def _says(heading: str, title: str) -> bool:
    """Say whether a heading is the title, with the site's name perhaps."""
    printed, stated = text.fold(fields.unlinked(heading)), text.fold(title)
    return (
        printed == stated
        or (len(stated) > 1 and printed.startswith(stated))
        or (stated.startswith(printed) and len(printed) * 2 > len(stated))
    )


def _with_subtitle(hints: Hints, body: str, known: Fields) -> Hints:
    """Return the hints with the description as subtitle, if it is one and no cut of the text.

    A summary tells the text in other words and is none.
    """
    is_summary = known.first(SUMMARY) and not known.first(DESCRIPTION)
    said = "" if is_summary else hints.summary or ""
    is_one = _SUBTITLE_MIN <= len(said) <= _SUBTITLE_MAX and _SENTENCE_END.search(said)
    if hints.subtitle or not is_one or said.endswith(("...", "…")):
        return hints
    start = text.fold(_LINK.sub(lambda found: found[0].strip("![").partition("]")[0], body[:4000]))
    return hints if text.fold(said)[:_OPENING_CHARS] in start else replace(hints, subtitle=said)


def _is_wrapped(body: str) -> bool:
    """Say whether most of the lines that another follows were broken because they were full."""
    lines = body.split("\n")
    broken = [
        len(line) in _WRAPPED and not _SENTENCE_END.search(line)
        for line, behind in pairwise(lines)
        if line[:1].isalnum() and behind[:1].isalnum()
    ]
    return sum(broken) * 2 > len(broken)
