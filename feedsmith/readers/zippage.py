"""Saved pages that lie in a ZIP archive with their pictures: MAFF, WebScrapBook's HTZ, SingleFile.

MAFF keeps each page in a folder of its own, with a description; the others are one page.
Source: the MAFF specification; the sources of WebScrapBook and SingleFile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from feedsmith import text, urls, xmltree
from feedsmith.errors import DamagedSourceError, NoArticleError
from feedsmith.model import Document, Failure, Hints, Read, Source
from feedsmith.readers import wrappers
from feedsmith.readers.archive import Archive, opened
from feedsmith.readers.encoding import declared_charset, decode
from feedsmith.readers.nearby import name_of
from feedsmith.readers.parts import Names

_RDF = "index.rdf"
_INDEXES = ("index.html", "index.xhtml", "index.htm", "index.maff.html")
_HEAD_BYTES = 20_000  # bytes; what stands in front of the ZIP in a page that unpacks itself


def read(source: Source) -> Iterator[Read]:
    """Give the page of each folder as one document, in the archive's order.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: the archive is broken, or its only page is.
        NoArticleError: there is no page in it.
    """
    with opened(source) as archive:
        folders = _folders(archive.names)
        if not folders:
            raise NoArticleError("holds no HTML page; leave it out with [input] exclude")
        if len(folders) == 1:
            yield _page(source, archive, folders[0])
            return
        names = Names()
        for folder in folders:
            try:
                document = _page(source, archive, folder)
            except DamagedSourceError as error:
                yield Failure("", "DamagedSourceError", f"{folder}: {error}; save it again")
                continue
            part = names.of(document.url or folder.rstrip("/"))
            yield replace(document, part=part)


def _folders(names: Sequence[str]) -> list[str]:
    """Return the folders that hold a page, as they stand in front of its files' names."""
    described = [name.removesuffix(_RDF) for name in names if name.rsplit("/", 1)[-1] == _RDF]
    described = [folder for folder in described if folder.count("/") <= 1]
    return described or ([""] if any(name in _INDEXES for name in names) else [])


def _page(source: Source, archive: Archive, folder: str) -> Document:
    notes = _notes(archive, folder)
    names = (notes.get("indexfilename", ""), *_INDEXES)
    name = next((n for n in names if n and folder + n in archive.names), _INDEXES[0])
    data = archive.read(folder + name)
    found = wrappers.document(decode(data, notes.get("charset") or declared_charset(data)))
    if folder + _RDF in archive.names:
        found = replace(
            found,
            url=urls.absolute(notes.get("originalurl", "")) or found.url,
            saved=wrappers.time_of(notes.get("archivetime", "")) or found.saved,
            hints=Hints(title=text.one_line(notes.get("title", "")) or found.hints.title),
            wrapper="MAFF",
        )
    else:
        found = _with_prelude(found, source)
    base = folder + name.rpartition("/")[0]
    return replace(found, resources=partial(_resource, source, base))


def _notes(archive: Archive, folder: str) -> dict[str, str]:
    """Return the description of a page: what each of its fields points to."""
    data = archive.look(folder + _RDF)
    if not data:
        return {}
    try:
        root = xmltree.parse(data)
    except DamagedSourceError:
        return {}
    return {
        xmltree.name_of(node).lower(): value
        for node in root.iter("{*}*")
        if (value := _resource_of(node) or xmltree.text_of(node))
    }


def _resource_of(node: xmltree.Element) -> str:
    pairs = node.attrib.items()
    return next((str(value) for key, value in pairs if str(key).endswith("resource")), "")


def _with_prelude(found: Document, source: Source) -> Document:
    """Return the page with what stands in front of the archive: SingleFile's comment."""
    with source.open() as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith(b"PK"):
        return found
    outer = wrappers.document(decode(head))
    return replace(
        found,
        url=found.url or outer.url,
        saved=found.saved or outer.saved,
        wrapper=outer.wrapper if found.wrapper == "saved page" else found.wrapper,
    )


def _resource(source: Source, base: str, address: str) -> bytes | None:
    """Return the bytes of a file of the archive that an address in the page means, or None."""
    name = name_of(address)
    if not name:
        return None
    try:
        with opened(source) as archive:
            return archive.look(base + name)
    except DamagedSourceError:
        return None
