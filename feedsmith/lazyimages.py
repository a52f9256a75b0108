"""Pictures that wait for a script to give them their address: where that address is noted."""

from __future__ import annotations

from feedsmith import dom
from feedsmith.dom import Element

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "data-lazy")
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")


def lift_images(root: Element) -> None:
    """Take pictures out of the `<noscript>` elements that hold nothing else.

    The image in front of one that waits for a script gets the address; where there is none, the
    picture itself stays.
    """
    for node in list(root.iter("noscript")):
        image = node.find(".//img")
        if image is None or dom.text_of(node):
            continue
        before = node.getprevious()
        waiting = before if before is None or before.tag == "img" else before.find(".//img")
        if waiting is None:
            node.tag = "span"
        elif not _has_address(waiting):
            waiting.set("src", image.get("src") or "")


def mend_images(node: Element) -> None:
    """Give every image inside an element the address that a script would have put there."""
    for image in node.iter("img"):
        address = _named_address(image, _LAZY)
        if address or not _has_address(image):
            address = address or _from_set(image) or _from_sources(image)
            if address:
                image.set("src", address)


def _has_address(image: Element) -> bool:
    source = image.get("src") or ""
    return bool(source) and not source.startswith("data:")


def _named_address(image: Element, names: tuple[str, ...]) -> str:
    values = [(image.get(name) or "").strip() for name in names]
    return next((value for value in values if value and not value.startswith(_NO_ADDRESS)), "")


_NO_ADDRESS = ("data:", "{", "[")  # a placeholder, or settings of a script


def _from_set(image: Element) -> str:
    """Return the first address of a set such as "small.jpg 1x, large.jpg 2x"."""
    value = _named_address(image, _SETS)
    return value.split()[0].rstrip(",") if value else ""


def _from_sources(image: Element) -> str:
    """Return the first address that the picture around an image offers."""
    picture = next(image.iterancestors("picture"), None)
    sources = () if picture is None else picture.iter("source")
    return next((found for source in sources if (found := _from_set(source))), "")
