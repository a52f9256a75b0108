"""Pictures of the body that lie inside the saved file: found, and named as they are published.

A picture is looked for at the address that its element spells, as data in that address, or in the
style sheet of a page whose pictures were moved there. What is found gets an address under HOST,
which passes the sanitiser like any other and stands for the folder of published pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from feedsmith.dom import Element
from feedsmith.model import Document, Picture
from feedsmith.pictures import FOLDER, MAX_PICTURES, from_data, picture_of

HOST = "https://media.invalid/"  # a name that is never given away (RFC 2606 section 2)
_NAMED = ("src", "data-src", "data-original", "data-lazy-src")
_VARIABLE = re.compile(r"var\((--sf-img-\d+)\)")  # SingleFile's name for a picture used twice
_VALUE = r"{}\s*:\s*url\(\s*[\"']?(data:[^\"')]+)"


def take_in(root: Element, document: Document, base: str | None) -> tuple[Picture, ...]:
    """Give the pictures inside an element that lie in the file their new addresses; return them.

    Args:
        root: the body; changed.
        document: the page, whose `resources` are asked.
        base: its address, which relative addresses are also looked up by.
    """
    found: dict[str, Picture] = {}
    for image in root.iter("img"):
        picture = _picture_of(image, document, base)
        if picture and (picture.name in found or len(found) < MAX_PICTURES):
            found[picture.name] = picture
            image.set("src", HOST + picture.name)
            for name in {"srcset", *_NAMED[1:]} & set(image.attrib):
                del image.attrib[name]
    return tuple(found.values())


def published(html: str) -> str:
    """Return a sanitised fragment with the addresses of its pictures below the out folder."""
    return html.replace(f'src="{HOST}', f'src="{FOLDER}') if HOST in html else html


def _picture_of(image: Element, document: Document, base: str | None) -> Picture | None:
    for address in _addresses(image):
        data = from_data(address) if address[:5].lower() == "data:" else None
        if data is None:
            data = document.resources(address)
        if data is None and base:
            data = document.resources(urljoin(base, address))
        picture = picture_of(data)
        if picture:
            return picture
    return _styled(image, document)


def _addresses(image: Element) -> Iterator[str]:
    for name in _NAMED:
        value = (image.get(name) or "").strip()
        if value:
            yield value
    for option in (image.get("srcset") or "").split(", ")[:1]:
        if option and not option.startswith("data:"):
            yield option.split()[0] if option.split() else ""


def _styled(image: Element, document: Document) -> Picture | None:
    variable = _VARIABLE.search(image.get("style") or "")
    if not variable:
        return None
    value = re.search(_VALUE.format(re.escape(variable[1])), document.content)
    return picture_of(from_data(value[1])) if value else None
