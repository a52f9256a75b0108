"""PDF, above all pages printed by a browser: the text as HTML, by the tags or by its place.

The title that the file names is the browser tab's, its creation date the time of saving. The
address is the one that the browser printed on the pages, else the one that links for sharing agree
on. Damage that can be read around is read around.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qsl, urlsplit

from pypdf import PdfReader

from feedsmith import text, urls
from feedsmith.errors import DamagedSourceError, NoArticleError, SourceError, UnknownFormatError
from feedsmith.model import Document, Hints, Notice, Read, Source
from feedsmith.readers import pdflines, pdftags
from feedsmith.readers.pdfruns import Budget, Run, runs_of

_MAX_PAGES = 200  # pages; an article has hardly 40
_TEXT_MIN = 40  # characters; less is a scan with a stamp
_TAGGED_SHARE = 0.7  # of the characters; a tree that knows less than this is of no use
_SHARING = 2  # services that must agree on an address
_NO_TITLE = ("about:", "http://", "https://", "file:", "untitled", "microsoft word -")
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds is told in our own words


def read(source: Source) -> Iterator[Read]:
    """Give the file as one document of kind "html".

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is broken beyond repair.
        UnknownFormatError: it is encrypted.
        NoArticleError: there is no text in it.
    """
    with source.open() as stream:
        try:
            reader = PdfReader(stream)
            _unlock(reader)
            number = len(reader.pages)
            sheets, broken = _sheets(reader)
            body = _body(reader, sheets)
            document = _document(reader, sheets, body)
        except SourceError:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise DamagedSourceError(f"is a broken PDF: {reason}; print the page again") from error
    if broken:
        pages = ", ".join(str(number + 1) for number in broken)
        yield Notice("", "DamagedPage", f"the text of page {pages} cannot be read; left out")
    if number > len(sheets):
        yield Notice("", "LongDocument", f"has {number} pages; the first {len(sheets)} were read")
    yield document


def _unlock(reader: PdfReader) -> None:
    """Open a file that only its owner's password protects.

    Raises:
        UnknownFormatError: it needs a password, or a package to decipher it.
    """
    if not reader.is_encrypted:
        return
    try:
        opened = bool(reader.decrypt(""))
    except Exception as error:
        raise UnknownFormatError("is an encrypted PDF; save it again without protection") from error
    if not opened:
        raise UnknownFormatError("is an encrypted PDF; save it again without a password")


def _sheets(reader: PdfReader) -> tuple[list[pdflines.Sheet], list[int]]:
    """Return the pages with their pieces of text, and the numbers of those that are broken."""
    budget = Budget()
    sheets: list[pdflines.Sheet] = []
    broken: list[int] = []
    for number, page in zip(range(_MAX_PAGES), reader.pages, strict=False):
        box = page.mediabox
        try:
            runs = runs_of(page, number, budget)
        except DamagedSourceError:  # it draws too much; what was read has to do
            if not sheets:
                raise
            break
        except Exception:  # noqa: BLE001 (as above)
            runs = []
            broken.append(number)
        sheets.append(pdflines.Sheet(runs, float(box.bottom), float(box.top)))
    if sum(len(run.text) for sheet in sheets for run in sheet.runs) < _TEXT_MIN:
        if broken:
            raise DamagedSourceError("is a broken PDF without readable text; print the page again")
        raise NoArticleError("holds no text, as a scan does; have its text recognised first")
    return sheets, broken


def _body(reader: PdfReader, sheets: list[pdflines.Sheet]) -> str:
    runs = [run for sheet in sheets for run in sheet.runs]
    root = reader.root_object.get("/StructTreeRoot")
    tree = root.get_object() if root is not None else None
    if isinstance(tree, dict) and _is_tagged(runs):
        numbers = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(reader.pages)
            if page.indirect_reference is not None
        }
        body = pdftags.to_html(tree, runs, numbers)
        if len(body) > _TEXT_MIN:
            return body
    return pdflines.to_html(sheets, _title(reader))


def _is_tagged(runs: list[Run]) -> bool:
    marked = sum(len(run.text) for run in runs if run.mark is not None)
    return marked >= _TAGGED_SHARE * sum(len(run.text) for run in runs)


def _document(reader: PdfReader, sheets: list[pdflines.Sheet], body: str) -> Document:
    title = _title(reader)
    language = reader.root_object.get("/Lang")
    lang = f' lang="{escape(language)}"' if isinstance(language, str) and language else ""
    head = f"<title>{escape(title, quote=False)}</title>" if title else ""
    address = pdflines.printed_address(sheets) or _shared_address(reader)
    return Document(
        kind="html",
        content=f"<!DOCTYPE html><html{lang}><head>{head}</head><body>\n{body}</body></html>",
        url=urls.absolute(address),
        saved=_created(reader),
        hints=Hints(title=title or None),
        wrapper="PDF",
    )


def _title(reader: PdfReader) -> str:
    """Return the title of the browser's tab, "" where the file has none that says anything."""
    found = reader.metadata.title if reader.metadata else None
    title = text.one_line(found) if isinstance(found, str) else ""
    return "" if title.casefold().startswith(_NO_TITLE) else title


def _created(reader: PdfReader) -> datetime | None:
    try:
        when = reader.metadata.creation_date if reader.metadata else None
    except Exception:  # noqa: BLE001 (as above)
        return None
    if when is None or when.tzinfo is not None:
        return when
    return when.replace(tzinfo=UTC)


def _shared_address(reader: PdfReader) -> str:
    """Return the address that the page offers for sharing, when several services agree on it."""
    services: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for link in _links(reader):
        for address in _carried(link):
            key = urls.canonical(address)
            services.setdefault(key, set()).add(urls.host(link))
            spelled.setdefault(key, urls.without_tracking(address))
    ranked = Counter({key: len(hosts) for key, hosts in services.items()}).most_common(2)
    if not ranked or ranked[0][1] < _SHARING or (ranked[1:] and ranked[1][1] == ranked[0][1]):
        return ""
    return spelled[ranked[0][0]]


def _carried(link: str) -> list[str]:
    """Return the addresses of other hosts that a link carries in its query."""
    try:
        values = [value for _, value in parse_qsl(urlsplit(link).query)]
    except ValueError:
        return []
    found = [url for value in values if (url := urls.absolute(value))]
    return [url for url in found if urls.host(url) != urls.host(link)]


def _links(reader: PdfReader) -> Iterator[str]:
    for _, page in zip(range(_MAX_PAGES), reader.pages, strict=False):
        annotations = pdftags.resolved(page.get("/Annots"))
        if isinstance(annotations, list):
            yield from filter(None, map(pdftags.uri_of, annotations))
