"""Addresses that only count a click: where the target is spelled inside one, it is read there.

Nothing is fetched. An address whose target is known to its sender alone stays as it is.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from feedsmith import urls

_KEYS = frozenset({
    "url", "u", "q", "target", "redirect", "redirect_url", "dest", "destination", "link", "to", "r",
    "goto", "href", "out", "p1",
})  # fmt: skip
# Words of a host or a path that say that it is a way and no place.
_WAY = re.compile(
    r"(?:^|[./_-])(?:click\w*|clk|track\w*|trk|redir\w*|link\w*|url\w*|out|go|goto|safelinks|l\.php|ls"
    r"|e|l|r|cl\d|ct|email|mail|lnk|t)(?=[./_-]|$)",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"https?(?::|%3a)(?:%2f|//?){1,2}", re.IGNORECASE)
_CODED = re.compile(r"aHR0c[\w+/=-]{8,}|eyJ[\w+/=-]{20,}")
_IN_JSON = re.compile(
    r"\"(?:e|u|url|href|link|target|redirect|destination)\"\s*:\s*\"(https?://[^\"\\]+)\""
)
_PROOFPOINT = re.compile(r"/v2/url$")
_PROOFPOINT_3 = re.compile(r"/v3/__(https?:/.+?)__;")
_LONG_TOKEN = re.compile(r"[\w%=-]{60,}|[0-9a-f]{32,}", re.IGNORECASE)
_TOKENS = frozenset({"token", "jwt", "signature", "sig"})
# Parameters that name the recipient of a letter.
_PERSONAL = frozenset({"e", "email", "recipient", "subscriber_id", "subscriber"})
_MOST = 3  # redirects in one another


def direct(address: str) -> str:
    """Return the address that an address leads to, as far as it says so itself.

    >>> direct("https://click.example/l?url=https%3A%2F%2Fa.example%2Fb")
    'https://a.example/b'
    >>> direct("https://click.example/CL0/https:%2F%2Fa.example%2Fb/1/0100")
    'https://a.example/b'
    """
    for _ in range(_MOST):
        found = _inside(address)
        if found is None:
            return address
        address = found
    return address


def impersonal(address: str) -> str:
    """Return an address without the parameters that name who got it by mail.

    >>> impersonal("https://a.example/?u=1&id=2&e=3")
    'https://a.example/?u=1&id=2'
    """
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key.lower() not in _PERSONAL]
    return address if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))


def is_opaque(address: str) -> bool:
    """Say whether an address is a token that only its sender can read.

    >>> is_opaque("https://a.example/ss/c/" + "Ab9" * 30), is_opaque("https://a.example/p/tides")
    (True, False)
    """
    parts = urlsplit(address)
    if any(key.lower() in _TOKENS for key, _ in parse_qsl(parts.query)):
        return True
    return any(_LONG_TOKEN.search(piece) for piece in (*parts.path.split("/"), parts.query))


def _inside(address: str) -> str | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    found = _named(parts.netloc, parts.path, parts.query) or _in_path(parts.path)
    return urls.absolute(found) if found else None


def _named(host: str, path: str, query: str) -> str | None:
    """Return the value of a parameter that is an address, of an address that is only a way."""
    if not query or not _WAY.search(f"{host}{path}"):
        return None
    for key, value in parse_qsl(query):
        if key.lower() not in _KEYS:
            continue
        if _PROOFPOINT.search(path):
            value = unquote(value.replace("-", "%").replace("_", "/"))  # noqa: PLW2901
        if value.startswith(("http://", "https://")):
            return value
    return None


def _in_path(path: str) -> str | None:
    """Return the address that a path spells in percents or in Base64."""
    if found := _PROOFPOINT_3.search(path):
        return re.sub(r"^(https?):/+", r"\1://", found[1])
    for piece in path.split("/"):
        if _SPELLED.match(piece) and "%" in piece:
            return unquote(piece)
    coded = _CODED.search(path)
    return _decoded(coded[0]) if coded else None


def _decoded(coded: str) -> str | None:
    """Return the address that Base64 holds, bare or as the target in a JSON object."""
    token = (
        re.split(r"[/.]", coded, maxsplit=1)[0]
        if coded.startswith("eyJ")
        else coded.partition("/")[0]
    )
    token = token.rstrip("=")
    try:
        plain = base64.b64decode(token + "=" * (-len(token) % 4), b"-_").decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    if plain.startswith("http"):
        return plain.split()[0]
    found = _IN_JSON.search(plain)
    return found[1] if found else None
