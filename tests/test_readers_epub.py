"""EPUB books: collections of articles, books in chapters, locked and broken ones."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError, NoArticleError
from feedsmith.model import Document, Failure, Read, Source

PROSE = "The keeper of the gauge walks down to the quay each morning and writes down what he sees."
CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OPS/content.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
DC = "<dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>en</dc:language><dc:date>{}</dc:date>"


def source(data: bytes) -> Source:
    mtime = datetime(2024, 6, 1, tzinfo=UTC)
    return Source("saved", "saved", mtime, len(data), lambda: io.BytesIO(data))


def page(body: str, title: str = "x") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        f"<title>{title}</title><script src='x'/></head><body>{body}</body></html>"
    )


def epub(metadata: str, pages: Mapping[str, str], **more: str) -> bytes:
    """An EPUB whose pages stand in the spine; `more` are files by name, "/" spelled "__"."""
    items = "".join(
        f'<item id="i{at}" href="{name}" media-type="application/xhtml+xml"'
        f"{' properties=' + chr(34) + 'nav' + chr(34) if name == 'nav.xhtml' else ''}/>"
        for at, name in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="i{at}"/>' for at in range(len(pages)))
    points = "".join(
        f"<navPoint><navLabel><text>{html.partition('<title>')[2].partition('<')[0]}</text>"
        f'</navLabel><content src="{name}"/></navPoint>'
        for name, html in pages.items()
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata><manifest>{items}'
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        f'<spine toc="ncx">{spine}</spine></package>'
    )
    files = {
        "META-INF/container.xml": CONTAINER,
        "OPS/content.opf": package,
        "OPS/toc.ncx": f"<ncx><navMap>{points}</navMap></ncx>",
        **{f"OPS/{name}": html for name, html in pages.items()},
        **{name.replace("__", "/"): data for name, data in more.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def read_all(data: bytes) -> list[Read]:
    return list(readers.read(source(data)))


def documents(data: bytes) -> list[Document]:
    return [found for found in read_all(data) if isinstance(found, Document)]


def test_a_book_is_one_article() -> None:
    pages = {
        "cover.xhtml": page("<img src='c.png'/>", "Cover"),
        "toc.xhtml": page("<a href='one.xhtml'>One</a>", "Contents"),
        "text/one.xhtml": page(f"<p>{PROSE}<img src='../i/a%20b.png'/></p>", "The float"),
        "text/two.xhtml": page(f"<h1>The pen</h1><p>{PROSE} Twice.</p>", "The pen"),
    }
    metadata = DC.format("The gauge", "Quill, Ada", "2024-01-05")
    more = "<dc:publisher>Quay Press</dc:publisher><dc:source>https://tide.example/g</dc:source>"
    (found,) = documents(epub(metadata + more, pages, **{"OPS__i__a b.png": "PNG"}))
    assert found.part == ""
    assert pickle.loads(pickle.dumps(found.resources.func)) is not None  # type: ignore[attr-defined]
    assert found.resources("epub:OPS/i/a b.png") == b"PNG"
    assert found.resources("epub:OPS/none.png") is None
    assert found.resources("https://a.example/a.png") is None
    article = parser.parse(found, Config()).article
    assert (article.title, article.authors, article.site) == (
        "The gauge",
        ("Ada Quill",),
        "Quay Press",
    )
    assert article.url == "https://tide.example/g"
    assert article.text == f"The float\n\n{PROSE}\n\nThe pen\n\n{PROSE} Twice."
    assert article.published is not None
    assert article.published.date().isoformat() == "2024-01-05"


def saved(number: int, title: str, day: str = "2024-01-05") -> str:
    fields = (
        f"<dl><dt>Published by</dt><dd>Ada Quill</dd><dt>Published on</dt><dd>{day}</dd>"
        "<dt>Added on</dt><dd>2024-02-01</dd><dt>Reading time</dt><dd>3 min</dd><dt>Address</dt>"
        f"<dd><a href='https://tide.example/{number}'>https://tide.example/{number}</a></dd>"
        "<dt>Tags</dt><dd>sea, gauges</dd></dl>"
    )
    return page(
        f"<h1>({number}/2) {title}</h1>{fields}<h2>{title}</h2><p>{PROSE}</p>", f"{number}. {title}"
    )


def test_a_collectors_book_gives_each_article_its_own_fields() -> None:
    pages = {"a.xhtml": saved(1, "The gauge"), "b.xhtml": saved(2, "The buoy", "Unknown")}
    pages["CoverBack.xhtml"] = page("<p>Made by a program that saves what you read.</p>", "Notices")
    metadata = DC.format("All articles", "Various", "2024-03-01")
    metadata += "<dc:publisher>wallabag</dc:publisher>"
    first, second = documents(epub(metadata, pages))
    assert (first.part, first.url) == ("OPS/a.xhtml", "https://tide.example/1")
    assert first.saved is not None
    assert first.saved.date().isoformat() == "2024-02-01"
    article = parser.parse(first, Config()).article
    assert (article.title, article.authors, article.text) == ("The gauge", ("Ada Quill",), PROSE)
    assert article.tags == ("sea", "gauges")
    assert article.published is not None
    assert article.published.date().isoformat() == "2024-01-05"
    assert second.hints.published is None


def test_an_issue_of_a_paper_gives_its_articles_and_not_its_lists() -> None:
    def told(number: int) -> str:
        return page(
            "<div class='calibre_navbar'>| <a href='x'>Next</a> | <a href='y'>Main menu</a> |</div>"
            f"<h2>Story {number}</h2><p>{PROSE}</p><div>This article was downloaded by <b>calibre"
            f"</b> from <a href='https://tide.example/{number}'>https://tide.example/{number}</a></div>",
            f"Story {number}",
        )

    pages = {
        "feed_0/index.html": page(
            "<h2>News</h2><ul><li><a href='a'>Story 1, a long one</a></li></ul>", "News"
        ),
        "feed_0/article_0/index.html": told(1),
        "feed_0/article_1/index.html": told(2),
    }
    metadata = DC.format("The Tide", "calibre", "2024-03-01T05:00:00+00:00")
    metadata += '<meta name="calibre:publication_type" content="periodical:newspaper:The Tide"/>'
    found = documents(epub(metadata, pages))
    assert [one.url for one in found] == ["https://tide.example/1", "https://tide.example/2"]
    article = parser.parse(found[0], Config()).article
    assert (article.title, article.text) == ("Story 1", PROSE)
    assert article.published is None
    assert found[0].saved == datetime(2024, 3, 1, 5, tzinfo=UTC)


def test_chapters_that_are_signed_are_articles_of_their_own() -> None:
    pages = {
        f"{n}.xhtml": page(f"<h1>Piece {n}</h1><p>By Ada Quill</p><p>{PROSE}</p>", f"Piece {n}")
        for n in range(3)
    }
    found = documents(epub(DC.format("Pieces", "Many", "2024"), pages))
    assert [one.hints.title for one in found] == ["Piece 0", "Piece 1", "Piece 2"]
    assert parser.parse(found[0], Config()).article.authors == ("Ada Quill",)


def test_a_locked_book_is_refused_but_veiled_fonts_are_no_lock() -> None:
    pages = {"a.xhtml": page(f"<p>{PROSE}</p>")}
    metadata = DC.format("The gauge", "Ada Quill", "2024")
    method = (
        "<encryption><EncryptedData><EncryptionMethod Algorithm='{}'/></EncryptedData></encryption>"
    )
    locked = method.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    with pytest.raises(DamagedSourceError, match="DRM"):
        documents(epub(metadata, pages, **{"META-INF__encryption.xml": locked}))
    veiled = method.format("http://www.idpf.org/2008/embedding")
    assert documents(epub(metadata, pages, **{"META-INF__encryption.xml": veiled}))


def test_what_is_missing_is_named() -> None:
    metadata = DC.format("The gauge", "Ada Quill", "2024")
    with pytest.raises(NoArticleError, match="without a page of text"):
        documents(epub(metadata, {"a.xhtml": page("<img src='x'/>")}))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
    with pytest.raises(DamagedSourceError, match="package document"):
        documents(stream.getvalue())
    broken = bytearray(
        epub(metadata, {"a.xhtml": page(f"<p>{PROSE}</p>"), "b.xhtml": page(f"<p>{PROSE}</p>")})
    )
    at = broken.index(b"<?xml", broken.index(b"OPS/b.xhtml"))
    broken[at + 10] ^= 0xFF
    failure, whole = read_all(bytes(broken))
    assert isinstance(failure, Failure)
    assert failure.message.startswith("part OPS/b.xhtml:")
    assert isinstance(whole, Document)


def test_pages_that_are_named_like_a_cover_stay_where_there_is_no_other() -> None:
    (found,) = documents(
        epub(DC.format("The gauge", "Ada", "2024"), {"cover.xhtml": page(f"<p>{PROSE}</p>")})
    )
    assert PROSE in found.content


def test_the_navigation_of_epub_3_names_the_chapters() -> None:
    nav = (
        "<nav epub:type='landmarks'><ol><li><a href='a.xhtml'>Start</a></li></ol></nav>"
        "<nav epub:type='toc'><ol><li><a href='a.xhtml#x'>The float</a></li></ol></nav>"
    )
    pages = {"nav.xhtml": page(nav, ""), "a.xhtml": page(f"<p>{PROSE}</p>", "")}
    metadata = (
        '<dc:title>The gauge</dc:title><dc:creator id="c1">Ada Quill</dc:creator>'
        '<dc:creator id="c2">Bo Berg</dc:creator><meta refines="#c2" property="role">ill</meta>'
        '<meta property="dcterms:modified">2024-02-01T00:00:00Z</meta>'
        "<dc:contributor>dotEPUB</dc:contributor><dc:source>https://dot.example/</dc:source>"
    )
    (found,) = documents(epub(metadata, pages))
    assert (found.hints.title, found.hints.authors) == ("The float", ("Ada Quill",))
    assert found.saved == datetime(2024, 2, 1, tzinfo=UTC)
    assert found.url is None


def test_an_archive_without_a_container_or_a_broken_one_is_searched() -> None:
    whole = epub(DC.format("The gauge", "Ada", "2024"), {"a.xhtml": page(f"<p>{PROSE}</p>")})
    other = CONTAINER.replace("OPS/content.opf", "missing.opf")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, other if name.endswith("container.xml") else old.read(name))
    (found,) = documents(stream.getvalue())
    assert PROSE in found.content
    with pytest.raises(DamagedSourceError, match="DRM"):
        documents(epub("", {"a.xhtml": page("x")}, **{"META-INF__rights.xml": "<rights/>"}))


def test_a_page_that_the_spine_names_twice_is_read_once() -> None:
    data = epub(DC.format("Tides", "Ada Quill", "2024"), {"a.xhtml": page(f"<p>{PROSE}</p>" * 4)})
    spine = b'<itemref idref="i0"/>'
    (document,) = readers.read(source(rezipped(data, spine, spine * 3)))
    assert isinstance(document, Document)
    assert document.content.count(PROSE) == 4


def test_a_book_of_very_many_chapters_is_refused_before_they_are_read() -> None:
    pages = {f"{number}.xhtml": "x" for number in range(20_001)}
    data = epub(DC.format("Tides", "Ada Quill", "2024"), pages)
    with pytest.raises(DamagedSourceError, match="has 20001 chapters, more than 20000; split it"):
        list(readers.read(source(data)))


def rezipped(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return a ZIP archive in whose members something is replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    return stream.getvalue()
