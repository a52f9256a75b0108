"""Bytes → a message of Python's `email`, and how much one may hold: odd ones would take minutes."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

from feedsmith.errors import DamagedSourceError, check_amount

_MOST_LINES = 2_000_000  # of a message, some two seconds; 50 MB of attachments have 700,000
_MOST_FIELDS = 1000  # of one header; with every server and filter on the way some 200
_MOST_PARTS = 20_000  # in one part, some four seconds; a page has 500 pictures
_FIELD_CHARS = 1_000_000  # of one field; a list of 5,000 recipients has a quarter of that
_CONTENT_CHARS = 20_000  # of one that tells of the content; time grows with the square of it
_TEXT_CHARS, _TEXT_LINES = 7_000_000, 300_000  # of a part; some five seconds
_HTML_CHARS = 20_000_000  # of a part, its pictures with it


class _Bounded(Message):
    """A message, or a part of one, that has no more fields than one can have."""

    def set_raw(self, name: str, value: str) -> None:
        """Add a field as it stands; called for each that is met."""
        is_told = name.lower().startswith("content-")
        _check(len(self.keys()) + 1, _MOST_FIELDS, "fields")
        _check(len(value), _CONTENT_CHARS if is_told else _FIELD_CHARS, f"characters in its {name}")
        super().set_raw(name, value)

    def attach(self, payload: Message | str) -> None:
        """Add a part; called for each that is met."""
        super().attach(payload)
        _check(len(self.get_payload()), _MOST_PARTS, "parts")


def parse(data: bytes) -> Message:
    """Return a message.

    Raises:
        DamagedSourceError: it has far too many lines or fields, or parts nested too deep.
    """
    _check(data.count(b"\n"), _MOST_LINES, "lines")
    try:
        return message_from_bytes(data.lstrip(b" \t\r\n\f\v\x00"), _class=_Bounded)
    except RecursionError as error:
        raise DamagedSourceError("parts of the message are nested too deep") from error


def check_text(said: str) -> None:
    """Let the text of a part pass that may be a letter.

    Raises:
        DamagedSourceError: it is far too long.
    """
    _check(len(said), _TEXT_CHARS, "characters of text")
    _check(said.count("\n"), _TEXT_LINES, "lines of text")


def check_html(said: str) -> None:
    """Let the HTML of a part pass that may be a letter.

    Raises:
        DamagedSourceError: it is far too long.
    """
    _check(len(said), _HTML_CHARS, "characters of HTML")


def _check(count: int, most: int, what: str) -> None:
    check_amount(count, most, what, "a letter at most")
