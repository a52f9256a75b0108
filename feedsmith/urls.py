"""Addresses: absolute, canonical for comparison, and the permanent names made of them. Pure."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from uuid import UUID

# Query keys that only say who came from where; never "drop the query", which loses articles.
_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|_ga|cmpid|cmp|ito|ncid|ocid|spm|xtor"
    r"|at_(medium|campaign|custom\d|format|link_.*|ptr_name|[a-z]+_team)|publication_id|s_cid|smid|wt\.mc_id)$",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"https?://\w[^;]*\Z")  # what no base changes; joining drops an empty ";"
_MAX_CHARS = 2000  # characters; longer ones are data in disguise
_NAMESPACE = "urn:feedsmith:article"


def absolute(address: str, base: str | None = None) -> str | None:
    """Return an absolute http(s) address, or None when it is none.

    Args:
        address: as found in a page; may be relative.
        base: absolute address of the page, if known.

    >>> absolute("../b?x=1#f", "https://example.org/a/c")
    'https://example.org/b?x=1#f'
    >>> absolute("javascript:alert(1)") is None and absolute("/b") is None
    True
    """
    address = address.strip()
    try:
        joined = urljoin(base, address) if base and not _WHOLE.match(address) else address
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or len(joined) > _MAX_CHARS:
        return None
    return urlunsplit(
        (
            parts.scheme.lower(),
            parts.netloc,
            quote(parts.path, safe="/%:=&?~#+!$,;'@()*[]-._") or "/",
            quote(parts.query, safe="/%:=&?~+!$,;'@()*[]-._"),
            quote(parts.fragment, safe="/%:=&?~#+!$,;'@()*[]-._"),
        )
    )


def canonical(address: str) -> str:
    """Return the form under which two addresses of one article are equal; for comparison only.

    Scheme, `www.`, default port, fragment, trailing slash and tracking parameters do not count.

    >>> canonical("http://www.Example.org:80/a/?utm_source=x&id=2#top")
    '//example.org/a?id=2'
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    try:
        port = parts.port
    except ValueError:
        port = None
    if port and port not in {80, 443}:
        host = f"{host}:{port}"
    query = urlencode(
        [
            (k, v)
            for k, v in parse_qsl(parts.query, keep_blank_values=True)
            if not _TRACKING.match(k)
        ]
    )
    return f"//{host}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


def without_tracking(address: str) -> str:
    """Return the address without its tracking parameters and fragment, otherwise as it is.

    >>> without_tracking("https://example.org/a?utm_medium=mail&p=1#x")
    'https://example.org/a?p=1'
    """
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(k, v) for k, v in pairs if not _TRACKING.match(k)]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def host(address: str) -> str:
    """Return the host without `www.`, or "".

    >>> host("https://www.example.org/x")
    'example.org'
    """
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def permanent_id(name: str) -> str:
    """Return the `urn:uuid:` (version 5) that stands for a name such as `url://example.org/a`.

    Source: RFC 9562 section 5.5, RFC 4287 section 4.2.6.

    >>> permanent_id("text:abc")
    'urn:uuid:eff14607-b3b1-5001-b56f-41babc666bba'
    """
    import uuid  # noqa: PLC0415 (5 ms, which reading files without making feeds need not pay)

    return uuid.uuid5(_namespace(), name).urn


@functools.cache
def _namespace() -> UUID:
    import uuid  # noqa: PLC0415 (see above)

    return uuid.uuid5(uuid.NAMESPACE_URL, _NAMESPACE)
