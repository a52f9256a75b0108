"""How to subscribe in each reader: addresses in, the very lines or clicks out. Pure.

A reader that fetches from a machine of its own ("hosted") cannot reach this one: for such a one the
feeds need a public address, and we say so instead of printing what cannot work.
"""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlsplit

_HERE = (".localhost", ".local", ".lan", ".home.arpa", ".internal")  # names no public server has


class Subscription(NamedTuple):
    """One feed to subscribe to; `topic` is a topic's title, "" for the feed of all articles."""

    title: str
    address: str
    topic: str


class Reader(NamedTuple):
    """A feed reader; `is_hosted`: it fetches from its makers' machines."""

    title: str
    lines: Callable[[Sequence[Subscription], str], list[str]]
    is_hosted: bool = False


def how_to(reader: Reader, feeds: Sequence[Subscription], opml: str) -> list[str]:
    """Return what to write or click, line by line.

    Args:
        reader: one of READERS.
        feeds: at least one.
        opml: address of the list of all feeds.
    """
    return reader.lines(feeds, opml)


def reach(address: str) -> str:
    """Say who can fetch from an address: "loopback", "private" (a local network) or "public".

    >>> reach("http://127.0.0.1:8000/"), reach("http://nas.local/"), reach("https://example.org/")
    ('loopback', 'private', 'public')
    """
    host = (urlsplit(address).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return "loopback"
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return "private" if "." not in host or host.endswith(_HERE) else "public"
    if number.is_loopback or number.is_unspecified:
        return "loopback"
    return "public" if number.is_global else "private"


def _newsboat(feeds: Sequence[Subscription], _: str) -> list[str]:
    lines = ["# lines for ~/.newsboat/urls (or ~/.config/newsboat/urls)"]
    for feed in feeds:
        tag = f" {_in_quotes(feed.topic)}" if feed.topic else ""
        lines.append(f"{feed.address} {_in_quotes(f'~{feed.title}')}{tag}")
    if len(feeds) > 1 and not all(feed.topic for feed in feeds):
        lines += [
            "# newsboat shows an article in one feed only: subscribe to the whole or to topics,",
            '# not to both, or set [feed] ids = "scoped"',
        ]
    return lines


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _sfeed(feeds: Sequence[Subscription], _: str) -> list[str]:
    lines = [f"\tfeed {shlex.quote(f.title)} {shlex.quote(f.address)}" for f in feeds]
    return ["# in ~/.sfeed/sfeedrc, then run sfeed_update", "feeds() {", *lines, "}"]


def _liferea(feeds: Sequence[Subscription], _: str) -> list[str]:
    return [f"liferea --add-feed={shlex.quote(feed.address)}" for feed in feeds]


def _thunderbird(feeds: Sequence[Subscription], opml: str) -> list[str]:
    return [
        "Once: File > New > Feed Account",
        "Right-click the feed account > Subscribe, paste an address, Add:",
        *_addresses(feeds),
        f"All at once: save {opml} and take Import in the same window",
    ]


def _netnewswire(feeds: Sequence[Subscription], opml: str) -> list[str]:
    return [
        "File > New Feed (Command-N), paste an address, Add:",
        *_addresses(feeds),
        f"All at once: save {opml}, then File > Import Subscriptions",
        *_other_machine(feeds, "the iPhone or iPad"),
    ]


def _rssguard(feeds: Sequence[Subscription], opml: str) -> list[str]:
    return [
        "Feeds > Add item > Add a new feed, paste an address:",
        *_addresses(feeds),
        f"All at once: save {opml}, then Accounts > the account > Import feeds",
    ]


def _miniflux(feeds: Sequence[Subscription], opml: str) -> list[str]:
    private = reach(feeds[0].address) != "public"
    setting = [
        "In Miniflux's environment or miniflux.conf, then restart it; it refuses private addresses",
        "otherwise:",
        "  FETCHER_ALLOW_PRIVATE_NETWORKS=1",
    ]
    return [
        *(setting if private else ()),
        "Feeds > Add feed, paste an address:",
        *_addresses(feeds),
        f"All at once: Feeds > Import, give the address {opml}",
        *_other_machine(feeds, "Miniflux in a container or on another machine"),
    ]


def _freshrss(feeds: Sequence[Subscription], opml: str) -> list[str]:
    return [
        "Subscription management > Add a feed or category, paste an address, Add:",
        *_addresses(feeds),
        f"All at once: save {opml}, then Subscription management > Import / export",
        *_other_machine(feeds, "FreshRSS in a container or on another machine"),
        *(
            ["Recent versions refuse private addresses until the administrator allows this one"]
            if reach(feeds[0].address) != "public"
            else ()
        ),
    ]


def _feedly(feeds: Sequence[Subscription], _: str) -> list[str]:
    found = [f"https://feedly.com/i/subscription/feed%2F{quote(f.address, safe='')}" for f in feeds]
    return ["Open in the browser in which you are signed in, then Follow:", *found]


def _inoreader(feeds: Sequence[Subscription], _: str) -> list[str]:
    found = [f"https://www.inoreader.com/?add_feed={quote(f.address, safe='')}" for f in feeds]
    return ["Open in the browser in which you are signed in:", *found]


def _addresses(feeds: Sequence[Subscription]) -> list[str]:
    return [f"  {feed.address}" for feed in feeds]


def _other_machine(feeds: Sequence[Subscription], who: str) -> list[str]:
    if reach(feeds[0].address) != "loopback":
        return []
    site = urlsplit(feeds[0].address).netloc
    advice = "run 'feedsmith serve --lan --token' and build with the --base-url that it prints"
    return [f"{who} cannot reach {site}: {advice}"]


READERS = {
    "newsboat": Reader("newsboat", _newsboat),
    "thunderbird": Reader("Thunderbird", _thunderbird),
    "liferea": Reader("Liferea", _liferea),
    "miniflux": Reader("Miniflux", _miniflux),
    "freshrss": Reader("FreshRSS", _freshrss),
    "netnewswire": Reader("NetNewsWire", _netnewswire),
    "rssguard": Reader("RSS Guard", _rssguard),
    "sfeed": Reader("sfeed", _sfeed),
    "feedly": Reader("Feedly", _feedly, is_hosted=True),
    "inoreader": Reader("Inoreader", _inoreader, is_hosted=True),
}
