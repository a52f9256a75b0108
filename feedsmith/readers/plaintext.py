"""Plain-text dumps: what "copy all", a Reader view or a text browser leaves of a page.

Text browsers number the links and list their addresses at the end; from these the page's own is
told: the one that is called canonical, the one that "skip to content" leads to, the one that
several other sites carry in links for sharing.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from feedsmith import urls
from feedsmith.model import Document, Source
from feedsmith.readers.encoding import decode

_HEAD_LINES = 8  # lines; a Reader copy's reading time stands on the fourth
_PROBE_CHARS = 4000  # characters; marks of text browsers show up early
# "3-4 minutes", "de 3 à 4 minutes", "5 min. read" in the languages of Reader views.
_READING_TIME = re.compile(
    r"(?:(?:de|da) )?\d{1,3}(?: ?(?:[-–~～]|à|bis|a|to|до) ?\d{1,3})? ?"
    r"(?:min(?:\.|[uú]t\w*|s)?|мин\w*\.?|хв\w*\.?|λεπτ\w*|dak\w*|dk\.?|perc|分钟|分鐘|分|분)"
    r"(?: (?:read|de lecture|de lectura|de leitura|di lettura|lesezeit|leestijd))?",
    re.IGNORECASE,
)
_BARE_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
_LINK_MARK = re.compile(r"^ {0,12}(?:[*•+o] )?\[\d+\]\S", re.MULTILINE)
_LYNX_MARK = re.compile(r"^ {3}#\[1\]|^ {3}IFRAME: |\(BUTTON\)", re.MULTILINE)
_LINKS_MARK = re.compile(r"^ {3}Link: \[\d+\]", re.MULTILINE)
_W3M_MARK = re.compile(r"^━{20,}$|^ *[•□] ", re.MULTILINE)
_LIST = re.compile(r"^[^\S\n]*(?:References|Visible links:?)[^\S\n]*$", re.MULTILINE)
_LISTED = re.compile(r"^ {0,6}(\d{1,4})\. +(\S+)", re.MULTILINE)
_CANONICAL = re.compile(r"\[(\d{1,4})\]canonical\b", re.IGNORECASE)
# Where a link that skips the menus leads to, on the page itself.
_SKIPS_TO = re.compile(
    r"main|content|inhalt|contenu|conten[iu]do|skip|primary|article", re.IGNORECASE
)
_FIRST_LINKS = 20  # links; the one that skips the menus is among the first
_SHARED_BY = 2  # sites that carry one address in their links; it is the page's own
_WRAP_COLUMNS = 80  # characters; no text browser's line is longer by default


def read(source: Source) -> Iterator[Document]:
    """Give the file as one document of kind "text".

    Raises:
        UnreadableSourceError: the disk said no.
    """
    content = decode(source.read())
    wrapper = wrapper_of(content)
    url = _own_address(content) if wrapper in {"lynx dump", "links dump"} else None
    yield Document(kind="text", content=content, url=url, wrapper=wrapper)


def wrapper_of(content: str) -> str:
    """Return the name of what made a dump, as far as its first lines show it."""
    probe = content[:_PROBE_CHARS]
    lines = probe.split("\n", _HEAD_LINES)[:_HEAD_LINES]
    if _BARE_HOST.match(lines[0].strip()) and any(
        _READING_TIME.fullmatch(line.strip()) for line in lines[1:]
    ):
        return "reader copy"
    has_link = "[" in probe  # the cheapest look by far; most dumps have none
    if has_link and "Link: [" in probe and _LINKS_MARK.search(probe):
        return "links dump"
    if (has_link and _has_links(probe, len(lines))) or _has_fields(probe):
        return "lynx dump"
    is_marked = any(mark in probe for mark in "━•□") and _W3M_MARK.search(probe)
    wrapped = is_marked and max(map(len, probe.split("\n"))) <= _WRAP_COLUMNS
    return "w3m dump" if wrapped else "text dump"


def _has_links(probe: str, head_lines: int) -> bool:
    """Say whether links are numbered as lynx does it."""
    if "#[1]" in probe and _LYNX_MARK.search(probe):
        return True
    return len(_LINK_MARK.findall(probe)) > head_lines // 2


def _has_fields(probe: str) -> bool:
    """Say whether there are lynx's words for frames and buttons."""
    return ("IFRAME: " in probe or "(BUTTON)" in probe) and bool(_LYNX_MARK.search(probe))


def _own_address(content: str) -> str | None:
    """Return the address of the page that a text browser dumped, as its list of links tells it."""
    listed = _LIST.search(content)
    if not listed:
        return None
    links = dict(_LISTED.findall(content, listed.end()))
    canonical = _CANONICAL.search(content, 0, listed.start())
    told = [links.get(canonical[1], "")] if canonical else []
    for address in (*told, *_skipping(links.values()), *_shared(links.values())):
        found = urls.absolute(address)
        if found and urlsplit(found).path.strip("/"):  # a site's front page is no article
            return urls.without_tracking(found)
    return None


def _skipping(addresses: Iterable[str]) -> Iterator[str]:
    """Give the pages to whose text the first links lead."""
    for address in list(addresses)[:_FIRST_LINKS]:
        page, _, place = address.partition("#")
        if _SKIPS_TO.search(place):
            yield page


def _shared(addresses: Iterable[str]) -> Iterator[str]:
    """Give the addresses that links to several other sites carry, the most carried first."""
    carriers: dict[str, set[str]] = {}
    for address in addresses:
        for carried in _carried(address):
            if (site := urls.host(address)) != urls.host(carried):
                carriers.setdefault(urls.without_tracking(carried), set()).add(site)
    found = [(len(sites), address) for address, sites in carriers.items()]
    yield from (
        address for count, address in sorted(found, key=lambda one: -one[0]) if count >= _SHARED_BY
    )


def _carried(address: str) -> Iterator[str]:
    """Give the addresses in an address's query."""
    values = parse_qsl(address.partition("?")[2]) if "http" in address[8:] else []
    yield from (value for _, value in values if value.startswith(("http://", "https://")))
