"""Pictures that lie inside saved files: what they are, and the name under which they are published.

The name is made of the bytes, so that articles share a picture and one that is saved again stays
what it is. The type is told by the bytes and by nothing else; SVG, which can hold scripts, is none.
"""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256
from urllib.parse import unquote_to_bytes

from feedsmith.model import Picture

FOLDER = "media/"  # below the out folder
MIN_BYTES = 120  # bytes; less is a placeholder or a tracking pixel
MAX_BYTES = 10_000_000  # bytes of one picture; a photograph for print has as many
MAX_PICTURES = 200  # of one article
# (first bytes, suffix); "...." stands for any four bytes (the formats' specifications).
_TYPES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "avif"),
)
_DATA = re.compile(r"data:([\w.+/-]*)((?:;[\w.=\"+/-]+)*),", re.IGNORECASE)


def picture_of(data: bytes | None) -> Picture | None:
    """Return a picture that may be published, or None for what is none, tiny or too large.

    >>> picture_of(b"<svg/>" + bytes(200)) is None
    True
    """
    if data is None or not MIN_BYTES <= len(data) <= MAX_BYTES:
        return None
    suffix = next((suffix for begins, suffix in _TYPES if begins.match(data)), "")
    if not suffix:
        return None
    return Picture(f"{sha256(data).hexdigest()[:32]}.{suffix}", data)


def from_data(address: str) -> bytes | None:
    """Return the bytes that a `data:` address holds, or None (RFC 2397).

    >>> from_data("data:text/plain;base64,aGk=")
    b'hi'
    """
    found = _DATA.match(address)
    if not found:
        return None
    raw = unquote_to_bytes(address[found.end() :])
    if "base64" not in found[2].lower():
        return raw
    try:
        return base64.b64decode(raw + b"==")
    except (binascii.Error, ValueError):
        return None


def placed(html: str, root: str) -> str:
    """Return a sanitised fragment whose pictures are found from where it stands.

    Args:
        html: the fragment of an article.
        root: where the out folder is seen from there: "../../", or its absolute address.

    >>> placed('<img alt="" src="media/a.png"> src="media/', "../")
    '<img alt="" src="../media/a.png"> src="media/'
    """
    return _PLACE.sub(lambda found: f"{found[1]}{root}{FOLDER}", html) if FOLDER in html else html


_PLACE = re.compile(rf'(<img\b[^>]*? src="){FOLDER}')
