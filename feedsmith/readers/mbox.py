"""Mail boxes: many messages in one file, read one after the other and never held together.

A message begins with a line "From … date" behind an empty line and above a field. Lines of a text
that begin so are quoted with ">"; one is taken off again (mboxo and mboxrd).

Source: RFC 4155; the mbox(5) pages of qmail and mutt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document, Failure, Read, Source
from feedsmith.readers import eml, message, rawmail
from feedsmith.readers.parts import Names

MAX_MESSAGE_BYTES = 32_000_000  # bytes; no server takes more, and a message takes thrice that
_LINE_BYTES = 1_000_000  # bytes read at once; a longer line is read in pieces
# A day, a time and a year; or less, where an empty line stands above.
_POSTMARK = re.compile(rb"From \S{1,300} .{0,60}?\d\d:\d\d.{0,40}\d{4}")
_LOOSE_POSTMARK = re.compile(rb"From .{0,300}?(?:\d\d:\d\d|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|@)")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_QUOTED = re.compile(rb">+From ")


def read(source: Source) -> Iterator[Read]:
    """Give each message in order; what is no article is a remark, and the next one goes on.

    Raises:
        UnreadableSourceError: the disk said no.
    """
    names = Names()
    with source.open() as stream:
        for number, data in enumerate(_messages(stream), 1):
            for found in _read_one(data, number):
                if isinstance(found, Document):
                    yield replace(found, part=names.of(found.part))
                else:
                    yield found


def _read_one(data: bytes | None, number: int) -> Iterator[Read]:
    if data is None:
        remark = f"message {number} is larger than {MAX_MESSAGE_BYTES} bytes; save it as one file"
        yield Failure("", DamagedSourceError.__name__, remark)
        return
    try:
        for one in message.letters(rawmail.parse(data)):
            yield eml.article_of(one)
    except DamagedSourceError as error:
        yield Failure("", DamagedSourceError.__name__, f"message {number}: {error}")


def _messages(stream: BinaryIO) -> Iterator[bytes | None]:
    """Give the bytes of each message; None for one that is too large."""
    lines: list[bytes] = []
    size, before, pending = 0, b"", b""
    for line in iter(partial(stream.readline, _LINE_BYTES), b""):
        if pending and _FIELD.match(line):  # what looked like a postmark is one
            if size:
                yield b"".join(lines) if size <= MAX_MESSAGE_BYTES else None
            lines, size = [], 0
        elif pending:
            lines, size = _kept(lines, pending, size)
        pending = b""
        if _is_postmark(line, before):
            pending = line
        else:
            lines, size = _kept(lines, line, size)
        before = line
    if size:
        yield b"".join(lines) if size <= MAX_MESSAGE_BYTES else None


def _is_postmark(line: bytes, before: bytes) -> bool:
    if not line.startswith(b"From "):
        return False
    return bool(_POSTMARK.match(line) or (not before.strip() and _LOOSE_POSTMARK.match(line)))


def _kept(lines: list[bytes], line: bytes, size: int) -> tuple[list[bytes], int]:
    """Return the lines with one more, without its quoting; none once they are too many."""
    size += len(line)
    if size > MAX_MESSAGE_BYTES:
        return [], size
    lines.append(line[1:] if _QUOTED.match(line) else line)
    return lines, size
