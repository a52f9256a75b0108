"""Which answer a GET request gets: the manifest, a target and its headers in, a reply out.

Strategy: the manifest decides what exists and lends its digest as the strong ETag; the disk is
asked last, link by link, so nothing outside the out folder can be reached.
"""

from __future__ import annotations

import gzip
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import unescape
from http import HTTPStatus
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote_to_bytes, urlsplit

from feedsmith.subscriptions import reach

_GZIP_FROM_BYTES = 512  # bytes; below, the gzip header eats the gain
_GZIP_TO_BYTES = 8_000_000  # bytes; four times the largest feed, and a page is smaller
_GZIP_LEVEL = 5  # on 2 MB of text: 4 % more bytes than level 9, a third of its time
_ETAG_DIGITS = 32  # hexadecimal digits: 128 bits
_ANY_TYPE = "application/octet-stream"
_COMPRESSIBLE = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:xml|json)\b|image/svg\+xml")
_FEED_TYPES = ("application/atom+xml", "application/rss+xml")
# Browsers show a feed in its style sheet only when it is called so, and as plain text otherwise.
_FOR_BROWSERS = "application/xml"
_AUTHORITY = re.compile(r"https?://[^/?#]*", re.IGNORECASE)  # absolute form, RFC 9112 section 3.2.2
_TAG = re.compile(r'(?:W/)?("[^"]*")')
_POLICY = (  # what the pages say of themselves, for files without a place to say it
    "default-src 'none'; img-src http: https:; style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
_OWN_POLICY = re.compile(rb'http-equiv="Content-Security-Policy"\s+content="([^"]{1,4000})"')
_HEAD_BYTES = 8192  # where a page of ours has said its policy
_COMMON = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),  # a secret path is nobody else's business
    ("X-Robots-Tag", "noindex"),  # these are copies of what others wrote
)
_KEPT_BYTES = 16_000_000  # bytes of compressed files kept for the next client


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, its headers and a body, which the sender closes; the headers tell its length."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: BinaryIO


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says; header fields as sent, several of one name joined by commas.

    `target` is the request target, each char one byte (ISO 8859-1); `token` the secret first step
    that a path must have, "" for none. `tags` None: there is no If-None-Match.
    """

    target: str
    token: str = ""
    codings: str = ""
    tags: str | None = None
    since: str = ""
    host: str = ""
    accept: str = ""


class Shelf:
    """The out folder, what is published in it, and the compressed forms made so far."""

    def __init__(self, root: Path, owned: Callable[[], Mapping[str, str]], site: str = "") -> None:
        """Take the out folder and a function that gives its files.

        Args:
            root: the out folder; opened anew at each request, so it may be exchanged meanwhile.
            owned: gives {path below root, POSIX separators: sha256 in hexadecimal digits}; called
                once a request, from many threads.
            site: address that the feeds give as theirs.
        """
        self.root = root
        self.site = site
        self.owned = owned
        self._zipped: dict[str, bytes] = {}

    def zipped(self, digest: str, stream: BinaryIO) -> bytes:
        """Return the compressed form of the file with this digest; the oldest are forgotten."""
        body = self._zipped.get(digest)
        if body is None:
            body = gzip.compress(stream.read(), _GZIP_LEVEL, mtime=0)
            kept = {digest: body}
            for known, data in tuple(self._zipped.items())[::-1]:
                if sum(map(len, kept.values())) + len(data) <= _KEPT_BYTES:
                    kept[known] = data
            self._zipped = dict(tuple(kept.items())[::-1])
        return body


def find_reply(shelf: Shelf, asked: Asked) -> Reply:
    """Return the answer to a GET (or HEAD) request.

    Source: RFC 9110 sections 8.8 (validators), 12.5.3 (Accept-Encoding), 13 (conditions).
    """
    if not asked.token and not is_called(asked.host, shelf.site):
        return plain(HTTPStatus.MISDIRECTED_REQUEST)
    name = find_name(asked.target)
    if name is not None and asked.token:
        name = _below(name, asked.token)
    digest = shelf.owned().get(name) if name is not None else None
    stream = open_below(shelf.root, name) if name is not None and digest is not None else None
    if name is None or digest is None or stream is None:
        return plain(HTTPStatus.NOT_FOUND)
    return _file_reply(shelf, asked, name, digest, stream)


def is_called(host: str, site: str) -> bool:
    """Say whether a Host header names this server as its readers do: by a number or local name.

    A public name that is not the feeds' own comes from a page in a browser that wants to read what
    lies on its visitor's machine ("DNS rebinding").

    Args:
        host: the header, "" without one.
        site: address of the feeds, whose name is welcome.

    >>> is_called("192.168.1.7:8000", ""), is_called("nas.local", ""), is_called("evil.example", "")
    (True, True, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:  # no address at all
        return False
    if not name or name == urlsplit(site).hostname or reach(f"//{host}") != "public":
        return True
    return ":" in name or name.replace(".", "").isdigit()


def _file_reply(shelf: Shelf, asked: Asked, name: str, digest: str, stream: BinaryIO) -> Reply:
    status = os.fstat(stream.fileno())
    media_type = media_type_of(name)
    is_feed = media_type.startswith(_FEED_TYPES)
    if is_feed and "text/html" in asked.accept:
        media_type = _FOR_BROWSERS
    small = _GZIP_FROM_BYTES <= status.st_size <= _GZIP_TO_BYTES
    coded = bool(_COMPRESSIBLE.match(media_type)) and small
    zipped = coded and accepts_gzip(asked.codings)
    etag = f'"{digest[:_ETAG_DIGITS]}{"-gzip" if zipped else ""}"'
    modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
    shared = (
        ("ETag", etag),
        ("Last-Modified", format_datetime(modified, usegmt=True)),
        ("Cache-Control", "private, max-age=300" if asked.token else "max-age=300"),
        *_varying(coded=coded, is_feed=is_feed),
        *_COMMON,
    )
    if is_unchanged(asked, etag, modified):
        stream.close()
        return Reply(HTTPStatus.NOT_MODIFIED, shared, BytesIO())
    policy = ("Content-Security-Policy", _policy_of(media_type, stream))
    shared = (("Content-Type", media_type), *shared, policy)
    if not zipped:
        return Reply(HTTPStatus.OK, (*shared, ("Content-Length", str(status.st_size))), stream)
    with stream:
        body = shelf.zipped(digest, stream)
    length = ("Content-Length", str(len(body)))
    return Reply(HTTPStatus.OK, (*shared, ("Content-Encoding", "gzip"), length), BytesIO(body))


def _varying(*, coded: bool, is_feed: bool) -> tuple[tuple[str, str], ...]:
    names = [*(["Accept-Encoding"] if coded else []), *(["Accept"] if is_feed else [])]
    return (("Vary", ", ".join(names)),) if names else ()


def _policy_of(media_type: str, stream: BinaryIO) -> str:
    """Return the policy that a page states in its head, which is as strict as it can bear."""
    if not media_type.startswith("text/html"):
        return _POLICY
    stated = _OWN_POLICY.search(stream.read(_HEAD_BYTES))
    stream.seek(0)
    text = unescape(stated.group(1).decode("ascii", "replace")) if stated else ""
    return text if text.isprintable() and text.isascii() and text else _POLICY


def _below(name: str, token: str) -> str | None:
    """Return what stands below the secret step; the comparison takes as long for any guess."""
    step, slash, rest = name.partition("/")
    is_right = secrets.compare_digest(step.encode(), token.encode())
    return rest if is_right and slash else None


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


def is_unchanged(asked: Asked, etag: str, modified: datetime) -> bool:
    """Tell whether the client already has this: If-None-Match decides, else If-Modified-Since."""
    if asked.tags is not None:
        return asked.tags.strip() == "*" or etag in _TAG.findall(asked.tags)
    try:
        moment = parsedate_to_datetime(asked.since) if asked.since else None
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
        *_COMMON,
        ("Content-Security-Policy", _POLICY),
    ]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "GET, HEAD"))
    return Reply(status, tuple(headers), BytesIO(body))
