"""What the fields of a message say about the article in it: title, sender, dates, address."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from urllib.parse import urlsplit

from feedsmith import urls
from feedsmith.readers.message import field, fields

# Answers and forwards in the words of the programs that write them.
_PREFIX = re.compile(
    r"(?:(?:re|fwd?|aw|wg|antw|tr|rv|res|enc|vs|sv|vl|ynt|ilt|i|r|odp|pd|továbbítás|回复|答复|转发|返信|転送|답장|전달)"
    r"(?:\[\d+\])?\s*[:：]\s*)",
    re.IGNORECASE,
)
_LIST_TAG = re.compile(r"\[[^\[\]]{1,40}\]\s+(?=\S)")
_FROM_SITE = re.compile(
    r"(?P<name>.+?)\s+(?:from|via|at|@|chez|bei|\||·)\s+(?P<site>.+)", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"(?P<name>[^()]{3,}?)\s*\((?P<site>[^()]{2,60})\)")
_TURNED = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)?), ([^\W\d_]+(?: [^\W\d_]\.)?)")
_ROBOT = re.compile(
    r"no-?reply|do-?not-?reply|newsletters?|info|mailer(?:-daemon)?|news|admin|support|hello|team",
    re.IGNORECASE,
)
_LIST_NAME = re.compile(r"\"?([^<\"]*)\"?\s*<")
_LINK = re.compile(r"https?://[^\s<>\"]+")
# Fields that hold the address of the page that was sent, the surest first.
_PAGES = (
    "X-RSS-URL", "X-RSS-Item-Link", "Archived-At", "List-Post", "Content-Base",
    "Content-Location", "List-Archive",
)  # fmt: skip
_ONE_MESSAGE = re.compile(r"\d{3,}|\.html?$|/(?:p|post|posts|message|msg)/")


def title_of(message: Message) -> str:
    r"""Return the subject without list tags and marks of answers and forwards, or "".

    >>> from feedsmith.readers.rawmail import parse
    >>> title_of(parse(b"Subject: Fwd: [tide-list] Re: High water\n\n"))
    'High water'
    """
    return plain_subject(field(message, "Subject"))


def plain_subject(subject: str) -> str:
    """Return a subject without list tags and marks of answers and forwards."""
    while found := (_PREFIX.match(subject) or _LIST_TAG.match(subject)):
        subject = subject[found.end() :]
    return subject.strip()


def sender_of(message: Message) -> tuple[str, str]:
    r"""Return the name of who wrote and of the site it came from; "" where there is none.

    >>> from feedsmith.readers.rawmail import parse
    >>> sender_of(parse(b"From: Ada Quill from The Tide <ada@a.example>\n\n"))
    ('Ada Quill', 'The Tide')
    """
    author, site = name_of(field(message, "From") or field(message, "Sender"))
    return author, _list_name(message) or site


def name_of(sender: str) -> tuple[str, str]:
    """Return the author's and the site's name that a sender such as "Ada from Tide <a@b>" tells."""
    name, address = parseaddr(sender.replace("[mailto:", "<").replace("]", ">"))
    name = name.strip(" '\"“”‘’")
    if "@" in name:
        name = ""
    for form in (_FROM_SITE, _IN_BRACKETS):
        if found := form.fullmatch(name):
            return _straight(found["name"].strip(" '\"")), found["site"].strip(" '\"")
    host = urls.host(f"https://{address.rpartition('@')[2]}") if "@" in address else ""
    author = "" if _ROBOT.fullmatch(name) else _straight(name)
    return author, author or host


def _straight(name: str) -> str:
    turned = _TURNED.fullmatch(name)
    return f"{turned[2]} {turned[1]}" if turned else name


def _list_name(message: Message) -> str:
    """Return the name in front of the list's id, if it is one for people."""
    found = _LIST_NAME.match(field(message, "List-Id"))
    name = found[1].strip(" \"'") if found else ""
    is_name = " " in name or (name and name[:1].isupper() and not name.isupper())
    return name if is_name and "@" not in name and not re.search(r"\d{4,}", name) else ""


def published_of(message: Message) -> str:
    """Return when the message was sent, in ISO 8601 where it can be read, or ""."""
    printed = field(message, "Date") or field(message, "Resent-Date")
    when = _time(printed)
    return when.isoformat() if when else printed.partition("(")[0].strip()


def received_of(message: Message) -> datetime | None:
    """Return when the last server took the message, if it says so with a zone."""
    last = next(iter(fields(message, "Received")), "")
    when = _time(last.rpartition(";")[2])
    if when is None:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _time(printed: str) -> datetime | None:
    try:
        return parsedate_to_datetime(printed.strip())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def page_of(message: Message) -> str:
    """Return the address of the page that was sent, as far as a field gives it, or ""."""
    for name in _PAGES:
        for value in fields(message, name):
            found = _LINK.search(value)
            address = urls.absolute(found[0]) if found else None
            if address and _is_page(name, address):
                return address
    return ""


def _is_page(name: str, address: str) -> bool:
    """Say whether an address is that of one page; an archive's is so only if it looks like it."""
    parts = urlsplit(address)
    if name.startswith("List-"):
        return bool(_ONE_MESSAGE.search(f"{parts.path}?{parts.query}"))
    return len(parts.path) > 1 or bool(parts.query)


def tags_of(message: Message) -> tuple[str, ...]:
    """Return the words that the sender filed the message under."""
    values = [*fields(message, "Keywords"), *fields(message, "X-RSS-Tags")]
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())
