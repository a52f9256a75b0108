"""Says where the documents of a feed lead one another to, and where a reader would be lost.

Only links within the feed's own folder are looked at; what lies elsewhere cannot be seen from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedsmith.facts import UnreadableError, read_facts

_BACK = {"prev-archive": "next-archive"}  # a link between two pages → the one that leads back


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document says it lies, and (relation, address) of those it leads to."""

    url: str
    pages: tuple[tuple[str, str], ...]
    is_archive: bool


def place_of(data: bytes) -> Place | None:
    """Return what a feed document says of its place; None when it is no readable feed."""
    try:
        facts = read_facts(data)
    except UnreadableError:
        return None
    return Place(facts.self_url, facts.pages, facts.is_archive)


def check_chains(places: Mapping[str, Place]) -> tuple[str, ...]:
    """Return what is wrong with the links among the documents of one folder, one line each.

    Args:
        places: by file name, of every feed document in the folder.

    Source: RFC 5005 section 4.
    """
    return tuple(
        f"{name}: {problem}" for name, place in places.items() for problem in _faults(place, places)
    )


def _faults(place: Place, places: Mapping[str, Place]) -> Iterator[str]:
    folder = place.url.rpartition("/")[0] + "/"
    if place.is_archive and "current" not in dict(place.pages):
        yield "an archive page without a link to its current feed; build the feeds again"
    for rel, address in place.pages:
        name = address.removeprefix(folder)
        if not address.startswith(folder) or "/" in name:
            continue
        if name not in places:
            yield f"{rel} leads to {name}, which is not there; build the feeds again"
        elif place.is_archive and not _leads_back(places[name], _BACK.get(rel, ""), place.url):
            yield f"{rel} leads to {name}, which does not lead back; build the feeds again"


def _leads_back(place: Place, rel: str, url: str) -> bool:
    return not rel or dict(place.pages).get(rel) == url
