"""The signs of e-mail, books and feeds saved to disk."""

from __future__ import annotations

import re

from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import Probe

# The line in front of each message of a mail box: "From ada@a.example Mon Jan  1 10:00:00 2024".
_POSTMARK = re.compile(
    rb"\s*From [^\n]{0,300}\d\d:\d\d[^\n]{0,40}\d{4}[^\n]{0,20}\r?\n>?[!-9;-~]+:"
)
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
# What may stand above the fields: a mail box's line, or the number of bytes (Apple's .emlx).
_LINE_ABOVE = re.compile(rb">?From [^\n]*\n|\d{1,9}[ \t]*\r?\n")
# What only mail has, and what pages and posts may have as well.
_MAIL_ONLY = frozenset({
    b"received", b"return-path", b"message-id", b"delivered-to", b"x-received", b"envelope-to",
    b"dkim-signature", b"arc-seal", b"arc-message-signature", b"arc-authentication-results",
    b"authentication-results", b"list-unsubscribe", b"list-id", b"mime-version", b"x-mailer",
    b"x-original-to", b"in-reply-to", b"x-mozilla-status", b"x-gm-thrid", b"x-gmail-labels",
    b"reply-to", b"received-spf", b"content-transfer-encoding",
})  # fmt: skip
_ADDRESSES = frozenset({b"to", b"cc", b"bcc", b"delivered-to", b"received", b"message-id"})
_SAVED_PAGE = re.compile(
    rb"^(?:snapshot-content-location:|from:[^\n]*<saved by )", re.IGNORECASE | re.MULTILINE
)
_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_BEFORE_ROOT = rb"\s*+(?:(?:<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->|<!DOCTYPE[^>\[]*+>)\s*+)*+"
_FEED = re.compile(
    _BEFORE_ROOT
    + rb"<(?:[\w-]+:)?(?:rss\b|channel>|feed\b(?=[^>]*(?:w3\.org/2005/Atom|atom/ns#)))",
    re.DOTALL | re.IGNORECASE,
)
_RDF = re.compile(_BEFORE_ROOT + rb"<(?:[\w-]+:)?RDF\b", re.DOTALL)
_RDF_FEEDS = re.compile(
    rb"[\"']http://(?:purl\.org/rss/1\.0/|my\.netscape\.com/rdf/simple/0\.9/|purl\.org/net/rss1\.1#)[\"']"
)
_JSON_FEED = re.compile(rb"\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org\\?/version")


def is_mailbox(probe: Probe) -> bool:
    """Say whether a file begins with a mail box's line and the fields of a message."""
    if _POSTMARK.match(probe.plain):
        return True
    return probe.plain.lstrip().startswith(b"From ") and is_mail(probe)


def is_mail(probe: Probe) -> bool:
    """Say whether a file begins with fields that messages have, and is no page saved as MHTML."""
    block = _fields_of(probe.plain)
    if not block or _SAVED_PAGE.search(block):
        return False
    names = _names_of(block)
    if _RELATED.search(block) and not names & _ADDRESSES:
        return False
    marks = len(names & _MAIL_ONLY)
    if b"from" in names:
        return bool(marks) or len(names & {b"to", b"subject", b"date", b"cc"}) >= 2
    return marks >= 2 or (marks == 1 and b"subject" in names)


def _fields_of(head: bytes) -> bytes:
    """Return the fields at the start of a message, up to the empty line; b"" for none."""
    start = head.lstrip(b" \t\r\n\f\v\x00")
    start = start[len(match[0]) :] if (match := _LINE_ABOVE.match(start)) else start
    if not _FIELD.match(start):
        return b""
    return re.split(rb"\r?\n[ \t]*\r?\n|\r\r", start, maxsplit=1)[0]


def _names_of(block: bytes) -> set[bytes]:
    """Return the fields' names in lower case; none if a line is neither field nor its rest."""
    names: set[bytes] = set()
    lines = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    for at, line in enumerate(lines):
        found = _FIELD.match(line)
        if found:
            names.add(found[1].lower())
        elif line[:1] not in {b" ", b"\t"} and at < len(lines) - 1:
            return set()
    return names


def is_book(probe: Probe) -> bool:
    """Say whether an archive is an EPUB: by its first file, or the one that names the others."""
    if not probe.is_zip:
        return False
    if b"mimetypeapplication/epub+zip" in probe.head[:200]:
        return True
    return "META-INF/container.xml" in probe.members


def is_feed(probe: Probe) -> bool:
    """Say whether a file begins with the root of an RSS, RDF or Atom feed."""
    if _FEED.match(probe.plain):
        return True
    return bool(_RDF.match(probe.plain)) and bool(_RDF_FEEDS.search(probe.plain))


def is_json_feed(probe: Probe) -> bool:
    """Say whether a file names the version of JSON Feed near its start, or right at its end."""
    if _JSON_FEED.search(probe.plain):
        return True
    return b'"items"' in probe.plain and bool(_JSON_FEED.search(probe.tail))


KINDS: tuple[Kind, ...] = (
    Kind(
        "epub",
        "EPUB book",
        "a ZIP with META-INF/container.xml",
        is_book,
        "epub",
        b"P",
        streams=True,
    ),
    Kind("feed", "RSS or Atom feed", "its root element", is_feed, "feed", b"<"),
    Kind("json-feed", "JSON Feed", "the version it names", is_json_feed, "jsonfeed", b"{"),
    Kind(
        "mbox",
        "mail box (mbox)",
        'a line "From … date" above fields',
        is_mailbox,
        "mbox",
        b"F",
        streams=True,
    ),
    Kind("mail", "e-mail", "fields that messages have", is_mail, "eml"),
)
