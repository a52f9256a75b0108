"""EPUB: a collection of saved articles, or one text in chapters.

It is a collection if what made it collects articles, or if most of its chapters name a source, a
day or an author of their own: then each chapter is an article. Otherwise all chapters together are
one. Covers, title pages, tables of contents and pages that are mere links are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from feedsmith import text, urls
from feedsmith.dates import DateContext, parse_date
from feedsmith.errors import DamagedSourceError, NoArticleError
from feedsmith.model import Document, Failure, Hints, Read, Source
from feedsmith.readers import bookpage
from feedsmith.readers.archive import Archive, opened
from feedsmith.readers.book import Book, Chapter, open_book
from feedsmith.readers.bookpage import PICTURES, Page
from feedsmith.readers.parts import Names

# What makes books of articles, or keeps single ones: the day of the file is that of saving.
_COLLECTORS = re.compile(
    r"\b(?:wallabag|readeck|instapaper|pocket|omnivore|readwise|percollate|epubpress|dotepub"
    r"|push ?to ?kindle|webtoepub|save as ebook|newsrack|kindleear|fivefilters|shiori|linkding)\b",
    re.IGNORECASE,
)
_SHARE = 0.6  # of the chapters that must name a source, a day or an author
_FEWEST = 2  # such chapters
_NO_ZONE = DateContext(UTC, "dmy")


def read(source: Source) -> Iterator[Read]:
    """Give the articles of a collection in its order, or a book as one document.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is locked, or broken.
        NoArticleError: no page of it holds text.
    """
    with opened(source) as archive:
        book = open_book(archive)
        pages: list[Page] = []
        for chapter in book.chapters:
            try:
                pages += _page(archive, chapter)
            except DamagedSourceError as error:
                yield Failure("", DamagedSourceError.__name__, f"part {chapter.name}: {error}")
    if not pages:
        raise NoArticleError("a book without a page of text")
    if len(pages) > 1 and _is_collection(book, pages):
        yield from _articles(source, book, pages)
    else:
        yield _whole(source, book, pages)


def _page(archive: Archive, chapter: Chapter) -> list[Page]:
    page = bookpage.read_page(archive.read(chapter.name), chapter)
    return [page] if page and not page.is_list else []


def _is_collected(book: Book) -> bool:
    is_recipe = any(name.lower() == "calibre" for name in book.authors)
    return bool("periodical" in book.kind or is_recipe or _COLLECTORS.search(book.maker))


def _is_collection(book: Book, pages: list[Page]) -> bool:
    if _is_collected(book):
        return True
    own = sum(page.is_signed for page in pages)
    sources = {page.url for page in pages if page.url}
    return max(own, len(sources)) >= max(_FEWEST, _SHARE * len(pages))


def _articles(source: Source, book: Book, pages: list[Page]) -> Iterator[Document]:
    names = Names()
    kept = [page for page in pages if page.has_text]
    made = _time(book.modified or book.date)
    for page in kept:
        hints = Hints(
            title=page.title or None,
            authors=page.authors,
            published=page.published or None,
            site=None if page.url or _is_shelf(book) else book.title or None,
            language=book.language or None,
            tags=page.tags,
        )
        part = names.of(page.name)
        yield _document(source, page.html, hints, part, page.url, _time(page.saved) or made)


def _is_shelf(book: Book) -> bool:
    """Say whether a book is a shelf of one's own rather than an issue of a paper."""
    return "periodical" not in book.kind and bool(_COLLECTORS.search(book.maker))


def _whole(source: Source, book: Book, pages: list[Page]) -> Document:
    """Return all chapters as one document."""
    first, is_saved = pages[0], _is_collected(book)
    is_single = len(pages) == 1
    title = (first.title if is_saved and is_single else "") or book.title or first.title
    bare = is_single or len(pages) != len([page for page in pages if page.title])
    html = "\n".join(page.html if bare else page.with_heading for page in pages)
    hints = Hints(
        title=title or None,
        authors=first.authors if is_single and first.authors else book.authors,
        published=(first.published if is_saved else book.date) or None,
        site=None if is_saved else book.publisher or None,
        language=book.language or None,
        tags=book.tags or first.tags,
        summary=None if book.summary.startswith("http") else book.summary or None,
    )
    named = book.summary if book.summary.startswith("http") else "" if is_saved else book.source
    url = first.url if is_single and first.url else urls.absolute(named) if named else None
    saved = _time(first.saved) or (_time(book.modified or book.date) if is_saved else None)
    return _document(source, html, hints, "", url, saved)


def _document(
    source: Source, html: str, hints: Hints, part: str, url: str | None, saved: datetime | None
) -> Document:
    return Document(
        kind="html",
        content=html,
        part=part,
        url=url,
        saved=saved,
        hints=hints,
        wrapper="EPUB",
        is_fragment=True,
        is_edited=bool(hints.title),
        resources=partial(_picture, source),
    )


def _picture(source: Source, address: str) -> bytes | None:
    """Return the bytes of a picture by its address as a page spells it."""
    if not address.startswith(PICTURES):
        return None
    try:
        with opened(source) as archive:
            return archive.look(address.removeprefix(PICTURES))
    except DamagedSourceError:
        return None


def _time(printed: str) -> datetime | None:
    found = parse_date(text.one_line(printed), _NO_ZONE) if printed else None
    return found.when if found else None
