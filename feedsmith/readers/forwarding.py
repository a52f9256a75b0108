"""A letter that somebody forwarded to themselves: what stands above the original, and its fields.

Mail programs put the original's sender, day and subject in a few lines above its text, each in its
own words and order. Where such lines stand at the top, they are the article's, and not the note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from feedsmith.readers.mailfields import name_of, plain_subject

_HEAD_CHARS = 20_000  # characters of HTML in which the original's fields stand
_NOTE_CHARS = 600  # characters of text above them
_FIELDS = {
    "from": r"from|von|de|da|od|fra|från|van|от|kimden|发件人|寄件者|差出人|보낸 사람",
    "date": r"date|sent|datum|gesendet|date d'envoi|envoyé|fecha|enviado(?: el)?|data|inviato"
    r"|verzonden|sendt|skickat|wysłano|дата|отправлено|tarih|发送时间|日期|日時|送信日時|보낸 날짜",
    "subject": r"subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|тема"
    r"|konu|主题|主旨|件名|제목",
    "to": r"to|an|à|para|a|aan|til|till|do|кому|kime|收件人|收件者|宛先|받는 사람",
}
_BEGINS = re.compile(
    r"-{3,}[^-<\n]{3,60}-{3,}|begin forwarded message|anfang der weitergeleiteten|début du message"
    r"|inizio messaggio inoltrato|inicio del mensaje reenviado",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"(?:<br\b[^>]*>|</?(?:p|div|tr|td|table|blockquote|li|h\d)\b[^>]*>|\n)+", re.IGNORECASE
)
_TAG = re.compile(r"<(style|head|script)\b[\s\S]*?</\1>|<[^>]*>", re.IGNORECASE)
_LABEL = {
    key: re.compile(rf"\W{{0,3}}(?:{names})\s?[:：]\s*(.*)", re.IGNORECASE | re.DOTALL)
    for key, names in _FIELDS.items()
}


@dataclass(frozen=True, slots=True)
class Forward:
    """A forwarded letter: the HTML below its fields, and what they say ("" for nothing)."""

    html: str
    title: str = ""
    author: str = ""
    site: str = ""
    published: str = ""


def find_forward(html: str) -> Forward | None:
    """Return the letter that a message forwards in its own text, or None."""
    lines = list(_lines(html[:_HEAD_CHARS]))
    chars = 0
    for at, (_, said) in enumerate(lines):
        if _LABEL["from"].match(said):
            told = _told(lines[at:])
            is_forward = len(told) >= 3 or (
                len(told) == 2 and at and _BEGINS.search(lines[at - 1][1])
            )
            return _forward(html, told) if is_forward else None
        chars += 0 if _BEGINS.search(said) else len(said)
        if chars > _NOTE_CHARS:
            return None
    return None


def _lines(html: str) -> list[tuple[int, str]]:
    """Return the text between breaks, each with the place in the HTML where it ends."""
    found, start = [], 0
    for mark in (*_BREAK.finditer(html), None):
        end = mark.start() if mark else len(html)
        said = " ".join(unescape(_TAG.sub(" ", html[start:end])).split())
        if said:
            found.append((mark.start() if mark else len(html), said))
        start = mark.end() if mark else end
    return found


def _told(lines: list[tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """Return the fields in consecutive lines, by what they say."""
    told: dict[str, tuple[int, str]] = {}
    for end, said in lines:
        for key, label in _LABEL.items():
            if key not in told and (found := label.fullmatch(said)):
                told[key] = (end, found[1])
                break
        else:
            break
    return told


def _forward(html: str, told: dict[str, tuple[int, str]]) -> Forward:
    author, site = name_of(told["from"][1])
    rest = html[max(end for end, _ in told.values()) :]
    return Forward(
        html=rest,
        title=plain_subject(told["subject"][1]) if "subject" in told else "",
        author=author,
        site=site,
        published=told["date"][1] if "date" in told else "",
    )
