"""E-mail: a newsletter saved as one file, whatever line a program wrote above its fields.

The message is the article: its subject the title, the day it was sent the day of publication. What
was forwarded to oneself is read in place of the note that carried it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from feedsmith import text
from feedsmith.errors import NoArticleError
from feedsmith.model import Document, Hints, Notice, Source
from feedsmith.readers import mailfields, message, newsletter, rawmail
from feedsmith.readers.forwarding import Forward, find_forward

_COUNT = re.compile(rb"(\d{1,9})[ \t]*\r?\n")  # bytes of the message; a property list follows


def read(source: Source) -> Iterator[Document | Notice]:
    """Give the message, or each of several that it forwards.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: its parts are nested too deep.
        NoArticleError: it is no article: a report, an invitation, encrypted, or empty.
    """
    found = list(message.letters(rawmail.parse(_unmarked(source.read()))))
    if len(found) == 1:
        yield document_of(found[0], "")
    else:
        yield from map(article_of, found)


def article_of(one: Message) -> Document | Notice:
    """Return the article that a message among others is, or why it is none."""
    part = part_of(one)
    try:
        return document_of(one, part)
    except NoArticleError as error:
        return Notice("", NoArticleError.__name__, f"{part}: {error}")


def _unmarked(data: bytes) -> bytes:
    """Return a message without a mail box's line above it, or what Apple Mail adds (.emlx)."""
    start = data.lstrip(b" \t\r\n\f\v\x00")
    if found := _COUNT.match(start):
        return start[found.end() : found.end() + int(found[1])]
    return start.partition(b"\n")[2] if start.startswith((b"From ", b">From ")) else start


def part_of(one: Message) -> str:
    """Return what names a message: its id, else a hash of its day and subject."""
    name = message.field(one, "Message-ID").strip("<> ")
    return name or text.short_hash(f"{one.get('Date')}\n{message.field(one, 'Subject')}")


def document_of(one: Message, part: str) -> Document:
    """Return the article that a message is.

    Raises:
        NoArticleError: it is none; the line says what it is.
    """
    message.refuse(one)
    body = message.body_of(one)
    title, (author, site) = mailfields.title_of(one), mailfields.sender_of(one)
    forward = find_forward(body.html) or Forward(body.html)
    author, site = (forward.author or author), (forward.site or site)
    title = forward.title or title
    names = frozenset(text.fold(name) for name in (author, site) if name)
    letter = newsletter.tidy(forward.html, text.fold(title), names)
    if letter is None or not letter.chars:
        raise NoArticleError("an e-mail without text")
    hints = Hints(
        title=title or None,
        byline=letter.byline or None,
        authors=() if letter.byline or not author else (author,),
        published=forward.published or mailfields.published_of(one) or None,
        site=site or None,
        language=message.field(one, "Content-Language").partition(",")[0] or None,
        tags=mailfields.tags_of(one),
    )
    return Document(
        kind="html",
        content=letter.html,
        part=part,
        url=_address(one, letter),
        saved=mailfields.received_of(one),
        hints=hints,
        wrapper="e-mail",
        is_fragment=True,
        is_edited=True,
        resources=body.pictures.get,
    )


def _address(one: Message, letter: newsletter.Letter) -> str | None:
    """Return the page that a field names, else the copy in the browser."""
    return mailfields.page_of(one) or letter.address or None
