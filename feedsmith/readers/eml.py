"""E-mail: a newsletter saved as one file, with or without a mail box's line above its fields.

The message is the article: its subject the title, the day it was sent the day of publication. What
was forwarded to oneself is read in place of the note that carried it.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from feedsmith import text
from feedsmith.errors import NoArticleError
from feedsmith.model import Document, Hints, Source
from feedsmith.readers import mailfields, message, newsletter
from feedsmith.readers.forwarding import Forward, find_forward


def read(source: Source) -> Iterator[Document]:
    """Give the message, or each of several that it forwards.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: its parts are nested too deep.
        NoArticleError: it is no article: a report, an invitation, encrypted, or empty.
    """
    found = list(message.letters(message.parse(_unmarked(source.read()))))
    for one in found:
        yield document_of(one, part_of(one) if len(found) > 1 else "")


def _unmarked(data: bytes) -> bytes:
    """Return a message without a mail box's line above it."""
    start = data.lstrip(b" \t\r\n\f\v\x00")
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
