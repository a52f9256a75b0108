"""One e-mail taken apart: its fields in plain words, its body as HTML, its pictures.

What the fields declare is not trusted: bytes are UTF-8 where they can be, and only then what their
charset says. Of alternatives the HTML is taken unless it says much less than the plain text.
Attachments are left alone but for messages inside the message: what was forwarded.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from feedsmith import dom, text
from feedsmith.errors import NoArticleError
from feedsmith.readers import mailtext, rawmail
from feedsmith.readers.encoding import declared_charset, decode

_MOST_DEEP = 12  # multiparts in one another
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=", re.IGNORECASE)
# Charsets whose bytes are all ASCII, so that reading them as UTF-8 never fails; and names that
# stand for more characters than they are the standard's name of.
_SEVEN_BIT = re.compile(r"iso-2022-|utf-7|hz-gb", re.IGNORECASE)
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "shift_jis": "cp932", "x-sjis": "cp932", "iso-8859-9": "cp1254",
    "tis-620": "cp874", "iso-8859-8-i": "iso-8859-8",
}  # fmt: skip
_NO_TEXT = frozenset({
    "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers",
    "text/css", "text/csv", "text/xml", "text/javascript", "text/x-amp-html",
})  # fmt: skip
_MARKUP = re.compile(
    r"\s*(?:<!doctype html|<html\b|<body\b|<(?:table|div|p|center|head|meta)\b|<!--)", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<[a-zA-Z!/]")
_HTML_SHARE = 0.5  # of the plain text's length that the HTML's must reach to be the better one
_QUOTED = re.compile(rb"=3D[\"']|=[0-9A-F]{2}=[0-9A-F]{2}|=\r?\n")
_QUOTED_MIN = 6  # marks of quoted-printable in a body that declares none
_REFERRING = re.compile(r"[\"'(]\s*(cid:[^\"')\s]+)", re.IGNORECASE)
_COVER_CHARS = 600  # characters of a covering note above a forwarded message
_SIGNED = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[^\n]+\n)*\n|-----BEGIN PGP SIGNATURE[\s\S]*"
)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a message: HTML, and the pictures in it by their address as it spells it."""

    html: str
    pictures: dict[str, bytes]


def fields(message: Message, name: str) -> list[str]:
    """Return the values of a field, each decoded and on one line, in the message's order."""
    wanted = name.lower()
    return [_decoded_field(value) for key, value in message.raw_items() if key.lower() == wanted]


def field(message: Message, name: str) -> str:
    """Return the first value of a field, or ""."""
    return next(iter(fields(message, name)), "")


def _decoded_field(value: str) -> str:
    """Return a field's value: encoded words (RFC 2047) and bare bytes of any charset as text."""
    raw = str(value)
    if not raw.isascii():
        raw = decode(raw.encode("utf-8", "surrogateescape"))
    pieces: list[str] = []
    end, waiting, charset = 0, b"", ""
    for word in _WORD.finditer(raw):
        between, data = raw[end : word.start()], _word_bytes(word)
        if waiting and (between.strip() or word[1].lower() != charset):
            pieces.append(decoded(waiting, charset))
            waiting = b""
        pieces.append("" if end and not between.strip() else between)
        waiting, charset, end = waiting + data, word[1].lower(), word.end()
    return text.one_line("".join([*pieces, decoded(waiting, charset), raw[end:]]))


def _word_bytes(word: re.Match[str]) -> bytes:
    coded = word[3].encode("utf-8", "replace")
    if word[2] in "qQ":
        return quopri.decodestring(coded.replace(b" ", b"_"), header=True)
    try:
        return base64.b64decode(coded.rstrip(b"=") + b"=" * (-len(coded.rstrip(b"=")) % 4))
    except (binascii.Error, ValueError):
        return b""


def decoded(data: bytes, charset: str | None) -> str:
    """Return the text of bytes whose charset a message names; it may be lying."""
    name = (charset or "").lower().partition("*")[0]
    if _SEVEN_BIT.match(name) and data.isascii():
        try:
            return text.clean_lines(data.decode(name, "replace"))
        except LookupError:
            return decode(data)
    return decode(data, _WIDER.get(name, name) or None)


def letters(message: Message) -> Iterator[Message]:
    """Give the messages to read: this one, or those it only forwards."""
    inner = list(_forwarded(message))
    if inner and len(_readable("".join(html for _, html in _pieces(message, 0)))) <= _COVER_CHARS:
        for one in inner:
            yield from letters(one) if one.is_multipart() else (one,)
    else:
        yield message


def _forwarded(message: Message) -> Iterator[Message]:
    if not message.is_multipart() or message.get_content_maintype() == "message":
        return
    for part in _parts(message):
        inner = _payload(part) if part.get_content_type() == "message/rfc822" else None
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            yield inner[0]
        elif part.get_content_type() == "multipart/digest":
            yield from _forwarded(part)


def _parts(message: Message) -> list[Message]:
    payload = _payload(message)
    return (
        [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
    )


def _payload(message: Message) -> object:
    """Return the parts of a message, or its text as it was sent."""
    try:
        return message.get_payload()
    except ValueError:  # the charset has a NUL in its name
        return ""


def refuse(message: Message) -> None:
    """Refuse what is mail and no article.

    Raises:
        NoArticleError: the message is a report, an invitation or encrypted; the line says which.
    """
    kinds = [part.get_content_type() for part in message.walk()]
    if "multipart/report" in kinds or "message/delivery-status" in kinds:
        raise NoArticleError("a report about the delivery of an e-mail, not an article")
    if "multipart/encrypted" in kinds or _is_sealed(message):
        raise NoArticleError("an encrypted e-mail; to have it, save it decrypted")
    for part in message.walk():
        method = str(part.get_param("method") or "").upper()
        if part.get_content_type() == "text/calendar" and method in {"REQUEST", "REPLY", "CANCEL"}:
            raise NoArticleError("an invitation to an event, not an article")


def _is_sealed(message: Message) -> bool:
    kind = message.get_content_type()
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return True
    payload = _payload(message)
    return isinstance(payload, str) and "-----BEGIN PGP MESSAGE-----" in payload[:2000]


def body_of(message: Message) -> Body:
    """Return the body of a message; no HTML where it holds none.

    Raises:
        NoArticleError: there is no text in it.
    """
    pieces = _pieces(message, 0) or _attached(message)
    html = "\n".join(piece for _, piece in pieces)
    if not _readable(html):
        raise NoArticleError("an e-mail without text")
    return Body(html, _pictures(message, html))


_Piece = tuple[str, str]  # "plain" or "html", and HTML


def _pieces(part: Message, depth: int) -> list[_Piece]:
    """Return the readable pieces of a part in order."""
    kind = part.get_content_type()
    if depth > _MOST_DEEP or kind.startswith("message/") or _is_attached(part):
        return []
    if not part.is_multipart():
        return _leaf(part, kind)
    inner = [found for child in _parts(part) if (found := _pieces(child, depth + 1))]
    if kind == "multipart/alternative":
        return _better(inner)
    if kind in {"multipart/related", "multipart/signed"}:
        return inner[0] if inner else []
    return [piece for found in inner for piece in found]


def _attached(message: Message) -> list[_Piece]:
    """Return the first text among the attachments of a message that has no other."""
    parts = (part for part in message.walk() if _is_attached(part) and not part.is_multipart())
    return next((found for part in parts if (found := _leaf(part, part.get_content_type()))), [])


def _better(options: list[list[_Piece]]) -> list[_Piece]:
    """Return the richest of the alternatives that says as much as the others."""
    sizes = [len(_readable("".join(html for _, html in option))) for option in options]
    for option, size in sorted(
        zip(options, sizes, strict=True), key=lambda pair: pair[0][0][0] != "html"
    ):
        if size and size >= _HTML_SHARE * max(sizes):
            return option
    return options[0] if options else []


def _is_attached(part: Message) -> bool:
    return str(part.get("Content-Disposition") or "").strip().lower().startswith("attachment")


def _leaf(part: Message, kind: str) -> list[_Piece]:
    is_text = kind.startswith(("text/", "multipart/")) and kind not in _NO_TEXT
    if not is_text and kind != "application/xhtml+xml":
        return []
    data = _bytes_of(part)
    charset = part.get_content_charset()
    said = _SIGNED.sub("", decoded(data, charset or declared_charset(data)))
    is_html = kind in {"text/html", "application/xhtml+xml"} and _ANY_TAG.search(said)
    if is_html or _MARKUP.match(said):
        rawmail.check_html(said)
        return [("html", said)]
    rawmail.check_text(said)
    flowed = str(part.get_param("format") or "").lower() == "flowed"
    joined = str(part.get_param("delsp") or "").lower() == "yes"
    plain = mailtext.unflowed(said, delete_blank=joined) if flowed else mailtext.unwrapped(said)
    return [("plain", mailtext.to_html(plain))]


def _bytes_of(part: Message) -> bytes:
    """Return a part's bytes; quoted-printable that nobody declared is read as well."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    declared = str(part.get("Content-Transfer-Encoding") or "").strip().lower()
    if declared not in {"quoted-printable", "base64"} and len(_QUOTED.findall(data)) >= _QUOTED_MIN:
        return quopri.decodestring(data)
    return data


def _pictures(message: Message, html: str) -> dict[str, bytes]:
    """Return the pictures that the HTML refers to by the ids of parts, by their address."""
    spelled = {address[4:]: address for address in _REFERRING.findall(html)}
    found: dict[str, bytes] = {}
    for part in message.walk() if spelled else ():
        name = str(part.get("Content-ID") or "").strip().strip("<>")
        data = part.get_payload(decode=True) if name in spelled else None
        if isinstance(data, bytes):
            found[spelled[name]] = data
    return found


def _readable(html: str) -> str:
    """Return the text of HTML on one line."""
    root = dom.parse(html)
    if root is None:
        return ""
    dom.strip(root, ("head", "style", "script"))
    return dom.text_of(root)
