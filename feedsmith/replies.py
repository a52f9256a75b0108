"""Which answer a GET request gets: the manifest, a target and its headers in, a reply out.

Strategy: the manifest decides what exists and lends its digest as the strong ETag; the disk is
asked last, link by link, so nothing outside the out folder can be reached.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

_GZIP_FROM_BYTES = 512  # bytes; below, the gzip header eats the gain
_GZIP_TO_BYTES = 8_000_000  # bytes; four times the largest feed, and a page is smaller
_GZIP_LEVEL = 5  # on 2 MB of text: 4 % more bytes than level 9, a third of its time
_ETAG_DIGITS = 32  # hexadecimal digits: 128 bits
_ANY_TYPE = "application/octet-stream"
_COMPRESSIBLE = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:xml|json)\b|image/svg\+xml")
_AUTHORITY = re.compile(r"https?://[^/?#]*", re.IGNORECASE)  # absolute form, RFC 9112 section 3.2.2
_TAG = re.compile(r'(?:W/)?("[^"]*")')
_POLICY = (  # what the pages say of themselves, for files without a place to say it
    "default-src 'none'; img-src http: https:; style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
COMMON_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", _POLICY))


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, its headers and a body, which the sender closes; the headers tell its length."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: BinaryIO


def find_reply(root: Path, owned: Mapping[str, str], target: str, headers: Message) -> Reply:
    """Return the answer to GET (or HEAD) of a request target.

    Args:
        root: the out folder.
        owned: {path below root: sha256 in hexadecimal digits}.
        target: the request target as sent, each char one byte (ISO 8859-1).
        headers: the request's.

    Source: RFC 9110 sections 8.8 (validators), 12.5.3 (Accept-Encoding), 13 (conditions).
    """
    name = find_name(target)
    digest = owned.get(name) if name is not None else None
    stream = open_below(root, name) if name is not None and digest is not None else None
    if name is None or digest is None or stream is None:
        return plain(HTTPStatus.NOT_FOUND)
    status = os.fstat(stream.fileno())
    media_type = media_type_of(name)
    small = _GZIP_FROM_BYTES <= status.st_size <= _GZIP_TO_BYTES
    coded = bool(_COMPRESSIBLE.match(media_type)) and small
    zipped = coded and accepts_gzip(",".join(headers.get_all("Accept-Encoding", [])))
    etag = f'"{digest[:_ETAG_DIGITS]}{"-gzip" if zipped else ""}"'
    modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
    shared = (
        ("ETag", etag),
        ("Last-Modified", format_datetime(modified, usegmt=True)),
        ("Cache-Control", "max-age=300"),
        *((("Vary", "Accept-Encoding"),) if coded else ()),
    )
    if is_unchanged(headers, etag, modified):
        stream.close()
        return Reply(HTTPStatus.NOT_MODIFIED, shared, BytesIO())
    shared = (("Content-Type", media_type), *shared)
    if not zipped:
        return Reply(HTTPStatus.OK, (*shared, ("Content-Length", str(status.st_size))), stream)
    with stream:
        body = gzip.compress(stream.read(), _GZIP_LEVEL, mtime=0)
    length = ("Content-Length", str(len(body)))
    return Reply(HTTPStatus.OK, (*shared, ("Content-Encoding", "gzip"), length), BytesIO(body))


def find_name(target: str) -> str | None:
    """Return the path below the out folder that a request target names, or None when it is none.

    Percent signs are decoded once; whether the path may be read is for the manifest to say.

    >>> find_name("/topics/wine%20and%20cheese/?from=reader")
    'topics/wine and cheese/index.html'
    """
    path = re.split(r"[?#]", _AUTHORITY.sub("", target, count=1), maxsplit=1)[0] or "/"
    if not path.startswith("/"):
        return None
    try:
        name = unquote_to_bytes(path.encode("latin-1")).decode("utf-8")[1:]
    except UnicodeError:
        return None
    return f"{name}index.html" if not name or name.endswith("/") else name


def open_below(root: Path, name: str) -> BinaryIO | None:
    """Return a regular file below root, open for reading, or None; no link below root is followed.

    Args:
        root: a folder; may itself be reached over a link.
        name: path below it, with slashes.
    """
    parts = name.split("/")
    if not {"", ".", ".."}.isdisjoint(parts) or "\0" in name:
        return None
    try:
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        for part in parts:
            below = handle
            try:
                handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=below)
            finally:
                os.close(below)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None


def media_type_of(name: str) -> str:
    """Return the media type of a published file, as the formats table has it."""
    from feedsmith.builder import MEDIA_TYPES, page_of  # noqa: PLC0415 (the server starts without it)

    path = PurePosixPath(name)
    return MEDIA_TYPES.get(page_of(path.name)[0]) or MEDIA_TYPES.get(path.suffix) or _ANY_TYPE


def accepts_gzip(header: str) -> bool:
    """Tell whether an Accept-Encoding header takes gzip, and not less gladly than no coding.

    >>> accepts_gzip("br, gzip;q=0.5"), accepts_gzip("gzip;q=0, *"), accepts_gzip("")
    (True, False, False)
    """
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        coding, _, weight = part.replace(" ", "").replace("\t", "").partition(";q=")
        try:
            weights[coding] = float(weight or 1)
        except ValueError:
            weights[coding] = 0.0
    gladness = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gladness > 0 and gladness >= weights.get("identity", 0.0)


def is_unchanged(headers: Message, etag: str, modified: datetime) -> bool:
    """Tell whether the client already has this: If-None-Match decides, else If-Modified-Since."""
    tags = headers.get_all("If-None-Match")
    if tags is not None:
        listed = ",".join(tags)
        return listed.strip() == "*" or etag in _TAG.findall(listed)
    since = headers.get("If-Modified-Since")
    try:
        moment = parsedate_to_datetime(since) if since else None
    except ValueError:
        return False
    if moment is None:
        return False
    return modified <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def plain(status: HTTPStatus) -> Reply:
    """Return a reply that says its status in one line of text."""
    body = f"{status.value} {status.phrase}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "GET, HEAD"))
    return Reply(status, tuple(headers), BytesIO(body))
