"""Pages saved by browsers and crawlers: what a wrapper says, its pictures, and what is broken."""

from __future__ import annotations

import contextlib
import gzip
import io
import pickle
import plistlib
import sys
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import RectangleObject

from feedsmith import readers
from feedsmith.errors import (
    DamagedSourceError,
    MissingExtraError,
    NoArticleError,
    SourceError,
    UnknownFormatError,
)
from feedsmith.model import Document, Failure, Lookup, Notice, Read, Source, nothing_beside
from feedsmith.readers import nearby, pdflines, pdfruns
from feedsmith.readers.archive import opened
from feedsmith.readers.probe import Probe
from feedsmith.readers.signs.pages import is_mhtml

DATA = Path(__file__).parent / "data" / "articles"
PAGE = "<!DOCTYPE html><html><head><title>Tides</title></head><body><p>Low water.</p></body></html>"
PNG = b"\x89PNG\r\n\x1a\n"


def source(data: bytes, name: str = "saved", beside: Lookup = nothing_beside) -> Source:
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    return Source(name, name, mtime, len(data), lambda: io.BytesIO(data), beside)


def read_all(data: bytes, name: str = "saved") -> list[Read]:
    return list(readers.read(source(data, name)))


def read(data: bytes, name: str = "saved", beside: Lookup = nothing_beside) -> Document:
    (document,) = readers.read(source(data, name, beside))
    assert isinstance(document, Document)
    return document


def kind_of(data: bytes) -> str:
    return readers.detect(source(data)).name


def zipped(files: dict[str, str | bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", way) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def message(head: str, *parts: str, end: str = "--X--\r\n") -> bytes:
    body = "".join(f"--X\r\n{part}\r\n" for part in parts)
    return f"{head}\r\n\r\n{body}{end}".encode()


RELATED = 'Content-Type: multipart/related; boundary="X"'
HTML_PART = f"Content-Type: text/html\r\nContent-Location: https://a.example/x\r\n\r\n{PAGE}"


# MHTML


@pytest.mark.parametrize(
    "head",
    [
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/x\r\n{RELATED}",
        f'From: "Saved by Windows Internet Explorer 8"\r\nSubject: x\r\n{RELATED}',
        f"From: <Saved by Mozilla 5.0 (Windows; en-US)>\r\n{RELATED}",
        f"MIME-Version: 1.0\r\n{RELATED}",
        'From: <Saved by Blink>\r\nContent-Type: multipart/related;\r\n\tboundary="X"',
    ],
)
def test_a_message_that_nobody_sent_is_a_page(head: str) -> None:
    document = read(message(head, HTML_PART))
    assert (document.wrapper, document.url) == ("MHTML", "https://a.example/x")
    assert document.content == PAGE


def test_a_mail_with_pictures_is_no_page() -> None:
    mail = message(f"From: Ada <ada@a.example>\r\nTo: bo@a.example\r\n{RELATED}", HTML_PART)
    assert not is_mhtml(Probe(source(mail), mail))


def test_a_page_without_pictures_is_one_part() -> None:
    head = "From: <Saved by Windows Internet Explorer 7>\r\nSubject: x\r\nContent-Type: text/html;"
    data = f'{head}\r\n\tcharset="windows-1250"\r\nContent-Location: http://a.example/\r\n\r\n'
    document = read(data.encode() + "<html><body>Żółć</body></html>".encode("cp1250"))
    assert (document.url, "Żółć" in document.content) == ("http://a.example/", True)


def test_the_page_itself_names_its_encoding() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body>Łódź ążęś'.encode("iso-8859-2")
    data = message(RELATED, "Content-Type: text/html\r\n\r\nPAGE").replace(b"PAGE", page)
    assert "Łódź ążęś" in read(data).content


def test_the_start_part_is_the_page_and_frames_are_none() -> None:
    frame = "Content-Type: text/html\r\nContent-ID: <f@x>\r\n\r\n<html><body>frame</body></html>"
    page = f"Content-Type: text/html\r\nContent-ID: <p@x>\r\n\r\n{PAGE}"
    assert read(message(f'{RELATED}; start="<p@x>"', frame, page)).content == PAGE
    assert "frame" in read(message(RELATED, frame, page)).content


def test_header_fields_of_a_page_become_hints() -> None:
    head = (
        "Subject: =?utf-8?B?w5ZsIGF1Zg==?= =?utf-8?Q?_See?=\r\n"
        f"Date: Fri Mar 10 2006 13:40:00 GMT+0100\r\n{RELATED}"
    )
    document = read(message(head, HTML_PART))
    assert document.hints.title == "Öl auf See"
    assert document.saved == datetime(2006, 3, 10, 13, 40, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("date", "saved"),
    [
        ("Mon, 17 Dec 2018 11:18:49 -0000", datetime(2018, 12, 17, 11, 18, 49, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 09:07:25 GMT", datetime(2026, 11, 23, 9, 7, 25, tzinfo=UTC)),
        ("some day", None),
    ],
)
def test_the_saved_time_of_a_message(date: str, saved: datetime | None) -> None:
    assert read(message(f"Date: {date}\r\n{RELATED}", HTML_PART)).saved == saved


def test_a_subject_that_lost_its_letters_is_left_out() -> None:
    assert read(message(f"Subject: ???? ??\r\n{RELATED}", HTML_PART)).hints.title is None
    assert read(message(f"Subject: =?x-none?Q?a?=\r\n{RELATED}", HTML_PART)).hints.title


def test_a_message_that_was_cut_off_or_lost_its_header_is_read() -> None:
    assert read(message(RELATED, HTML_PART, end="")).content.startswith("<!DOCTYPE html>")
    bare = message("", HTML_PART)
    assert kind_of(bare) == "mhtml"
    assert read(bare).url == "https://a.example/x"


def test_a_message_without_a_page_is_no_article() -> None:
    with pytest.raises(NoArticleError):
        read(message(f"From: <Saved by Blink>\r\n{RELATED}", "Content-Type: image/png\r\n\r\nx"))


def test_pictures_of_a_message_are_found_by_address_and_by_id() -> None:
    picture = (
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-ID: <p1@x>\r\nContent-Location: https://a.example/i/a%20b.png\r\n\r\niVBORw0KGgo="
    )
    document = pickle.loads(pickle.dumps(read(message(RELATED, HTML_PART, picture)).resources))
    for address in ("https://a.example/i/a%20b.png", "i/a%20b.png#x", "/i/a%20b.png", "cid:p1@x"):
        assert document(address) == PNG, address
    assert document("other.png") is None


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_broken_message_is_told_or_read(data: bytes) -> None:
    head = f"From: <Saved by Blink>\r\n{RELATED}\r\n\r\n--X\r\nContent-Type: text/html\r\n".encode()
    with contextlib.suppress(SourceError):
        read(head + data)


# Safari


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_a_web_archive_gives_page_and_pictures(form: plistlib.PlistFormat) -> None:
    main = {
        "WebResourceURL": "https://a.example/x/y",
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "windows-1252",
        "WebResourceData": "<html><body>Öl".encode("cp1252"),
    }
    rows = [{"WebResourceURL": "https://a.example/x/p.png", "WebResourceData": PNG}]
    data = plistlib.dumps({"WebMainResource": main, "WebSubresources": rows}, fmt=form)
    document = read(data)
    assert (document.url, document.saved) == ("https://a.example/x/y", None)
    assert document.content == "<html><body>Öl"
    assert document.resources("p.png") == document.resources("https://a.example/x/p.png") == PNG
    assert document.resources("q.png") is None


def test_a_web_archive_of_something_else_is_told() -> None:
    main = {"WebResourceMIMEType": "image/png", "WebResourceData": PNG}
    with pytest.raises(NoArticleError, match="image/png"):
        read(plistlib.dumps({"WebMainResource": main}, fmt=plistlib.FMT_BINARY))
    main = {"WebResourceMIMEType": "text/plain", "WebResourceData": b"Just words"}
    assert read(plistlib.dumps({"WebMainResource": main})).kind == "text"
    with pytest.raises(DamagedSourceError, match="without its page"):
        read(plistlib.dumps({"WebMainResource": {}}))


def test_a_broken_web_archive_is_told() -> None:
    main = {"WebResourceMIMEType": "text/html", "WebResourceData": PAGE.encode()}
    whole = plistlib.dumps({"WebMainResource": main}, fmt=plistlib.FMT_BINARY)
    for cut in (whole[:-20], whole[: len(whole) // 2]):
        with pytest.raises(DamagedSourceError):
            read(cut)


def test_another_property_list_is_no_web_archive() -> None:
    with pytest.raises(UnknownFormatError, match="property list"):
        read(plistlib.dumps({"URL": "https://a.example/"}, fmt=plistlib.FMT_BINARY))


# ZIP archives with pages


def rdf(url: str, charset: str = "UTF-8") -> str:
    return (
        '<?xml version="1.0"?><RDF:RDF xmlns:MAF="http://maf.mozdev.org/metadata/rdf#" '
        'xmlns:RDF="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><RDF:Description>'
        f'<MAF:originalurl RDF:resource="{url}"/><MAF:title RDF:resource="Tides &amp; Times"/>'
        '<MAF:archivetime RDF:resource="Thu, 17 Sep 2020 15:52:05 GMT"/>'
        '<MAF:indexfilename RDF:resource="start.html"/>'
        f'<MAF:charset RDF:resource="{charset}"/></RDF:Description></RDF:RDF>'
    )


def test_a_maff_archive_describes_its_page() -> None:
    page = "<html><body>Öl</body></html>".encode("cp1252")
    files = {"1/start.html": page, "1/index.rdf": rdf("https://a.example/x", "windows-1252")}
    document = read(zipped({**files, "1/start_files/p.png": PNG}))
    assert (document.wrapper, document.part, document.url) == ("MAFF", "", "https://a.example/x")
    assert document.saved == datetime(2020, 9, 17, 15, 52, 5, tzinfo=UTC)
    assert (document.hints.title, "Öl" in document.content) == ("Tides & Times", True)


def test_each_page_of_a_maff_archive_is_a_document() -> None:
    files: dict[str, str | bytes] = {}
    for number, url in enumerate(("https://a.example/x", "https://a.example/x", "about:blank")):
        files[f"{number}/start.html"] = PAGE
        files[f"{number}/index.rdf"] = rdf(url)
    files["9/index.rdf"] = rdf("https://a.example/z")
    found = read_all(zipped(files))
    documents = [one for one in found if isinstance(one, Document)]
    assert [one.part for one in documents] == ["https://a.example/x", "https://a.example/x~2", "2"]
    assert isinstance(found[-1], Failure)
    assert "9/" in found[-1].message


def test_pictures_in_an_archive_are_found_and_nothing_above_it() -> None:
    pages = {"1/start.html": PAGE, "1/index.rdf": rdf("https://a.example/x"), "2.png": PNG}
    document = read(zipped({**pages, "1/start_files/a b.png": PNG}))
    look = pickle.loads(pickle.dumps(document.resources.args[1:]))  # the source of a test is local
    assert look == ("1/",)
    assert document.resources("start_files/a%20b.png") == PNG
    assert document.resources("./start_files/a%20b.png?x#y") == PNG
    assert document.resources("../2.png") is None
    assert document.resources("https://a.example/2.png") is None


def test_an_htz_archive_is_told_by_its_page() -> None:
    notes = 'data-scrapbook-source="https://a.example/x" data-scrapbook-create="20200917155205232"'
    page = PAGE.replace("<html>", f"<html {notes}>")
    document = read(zipped({"index.html": page, "p.png": PNG}))
    assert (document.wrapper, document.url) == ("WebScrapBook", "https://a.example/x")
    assert document.saved == datetime(2020, 9, 17, 15, 52, 5, 232000, tzinfo=UTC)
    assert document.resources("p.png") == PNG
    with pytest.raises(UnknownFormatError, match="a ZIP archive"):
        read(zipped({"index.html": PAGE}))


def self_extracting(inner: str) -> bytes:
    prelude = (
        "<!DOCTYPE html> <html data-sfz><!--\n Page saved with SingleFile \n url: https://a.example/x"
        " \n saved date: Thu Mar 09 2023 08:05:12 GMT+0200 (x)\n--><meta charset=windows-1252>"
        "<body><p>Please wait</p><!-- "
    )
    return prelude.encode() + zipped({"index.html": inner, "images/0.png": PNG})


def test_a_page_that_unpacks_itself_is_unpacked() -> None:
    document = read(self_extracting(PAGE))
    assert document.content == PAGE
    assert (document.wrapper, document.url) == ("SingleFile", "https://a.example/x")
    assert document.saved == datetime(2023, 3, 9, 8, 5, 12, tzinfo=timezone(timedelta(hours=2)))
    assert document.resources("images/0.png") == PNG


def test_an_archive_without_a_page_or_with_a_broken_one_is_told() -> None:
    with pytest.raises(DamagedSourceError, match="missing"):
        read(zipped({"1/index.rdf": rdf("https://a.example/x")}))
    whole = zipped({"1/start.html": PAGE * 40, "1/index.rdf": rdf("https://a.example/x")})
    with pytest.raises(DamagedSourceError, match="cannot be unpacked"):
        read(whole[:60] + b"\xff" * 20 + whole[80:])


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_is_a_seekable_stream(way: int) -> None:
    data = bytes(range(256)) * 40
    with opened(source(zipped({"a": b"x" * 99, "b": data}, way))) as archive:
        stream = archive.stream("b")
        assert stream.read(3) == data[:3]
        assert stream.seek(5000) == 5000
        assert stream.read() == data[5000:]
        stream.seek(0)
        assert stream.tell() == 0
        assert stream.read() == data
        with pytest.raises(DamagedSourceError):
            archive.stream("c")


# pages beside other files


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("a_files/b.png", "a_files/b.png"),
        ("./a%20b_files/%C3%B6.png?v=1#x", "a b_files/ö.png"),
        ("a/../b.png", "b.png"),
        ("../b.png", None),
        ("a/../../b.png", None),
        ("%2e%2e/b.png", None),
        ("%2Fetc/x", None),
        ("/b.png", None),
        ("\\b.png", None),
        ("file:b.png", None),
        ("https://a.example/b.png", None),
        ("data:image/png;base64,AA", None),
        ("#x", None),
        ("?x", None),
        ("", None),
        (".", None),
        ("a%00b", None),
    ],
)
def test_only_relative_addresses_name_a_file_beside_the_page(
    address: str, name: str | None
) -> None:
    assert nearby.name_of(address) == name


def test_pictures_beside_a_complete_page_are_found() -> None:
    document = read(PAGE.encode(), "Tides.html", {"Tides_files/a b.png": PNG}.get)
    assert document.resources("Tides_files/a%20b.png") == PNG
    assert document.resources("Tides_files/c.png") is None


INDEX = (
    b'{"url": "https://a.example/x", "timestamp": "1700000000.5", "title": "Tides", '
    b'"tags": "sea, harbour"}'
)


def test_a_snapshot_says_where_its_page_came_from() -> None:
    document = read(PAGE.encode(), "archive/1700000000.5/output.html", {"index.json": INDEX}.get)
    assert document.wrapper == "ArchiveBox, saved page"
    assert (document.url, document.hints.title) == ("https://a.example/x", "Tides")
    assert document.hints.tags == ("sea", "harbour")
    assert document.saved == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "index", [None, b"", b"[]", b"{", b'{"url": 1}', b'{"url": "https://a.example/x"}']
)
def test_another_index_says_nothing(index: bytes | None) -> None:
    document = read(PAGE.encode(), "output.html", lambda _: index)
    assert (document.wrapper, document.url) == ("saved page", None)


def test_a_snapshot_with_odd_fields_is_read() -> None:
    odd = b'{"url": "x", "timestamp": "soon", "title": null, "tags": ["sea", 1, ""]}'
    document = read(PAGE.encode(), "singlefile.html", lambda _: odd)
    assert (document.url, document.saved, document.hints.tags) == (None, None, ("sea",))


def test_what_a_reader_cut_out_of_a_page_is_kept_whole() -> None:
    told = b'{"title": "Tides", "byline": "Ada Reed", "siteName": "Coast", "excerpt": "Low."}'
    document = read(b"<div><p>x</p></div>", "readability/content.html", {"article.json": told}.get)
    assert document.is_fragment
    assert (document.hints.title, document.hints.byline) == ("Tides", "Ada Reed")
    assert not read(PAGE.encode(), "content.html").is_fragment


def test_webscrapbook_and_other_clippers_name_the_address() -> None:
    root = (
        '<html data-scrapbook-source="https://a.example/x?a=1&amp;b=2" data-scrapbook-create="{}">'
    )
    document = read(root.format("20200230000000").encode() + b"<body>")
    assert (document.url, document.saved) == ("https://a.example/x?a=1&b=2", None)
    assert read(root.format("x").encode() + b"<body>").saved is None
    document = read(b"<!DOCTYPE html>\n<!-- OriginalSrc: https://a.example/y -->\n<html><body>")
    assert document.url == "https://a.example/y"


# crawls


def record(
    payload: bytes,
    url: str = "https://a.example/x",
    kind: str = "response",
    date: str = "2020-01-02T03:04:05Z",
    content: str = "application/http;msgtype=response",
) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: {date}\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: {content}\r\nContent-Length: {len(payload)}"
    )
    return f"{head}\r\n\r\n".encode() + payload + b"\r\n\r\n"


def answer(
    body: str | bytes = PAGE, status: str = "200 OK", content: str = "text/html", more: str = ""
) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return f"HTTP/1.1 {status}\r\nContent-Type: {content}\r\n{more}\r\n".encode() + data


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def documents(data: bytes) -> list[Document]:
    return [one for one in read_all(data) if isinstance(one, Document)]


WHOLE = (record(answer()), record(answer(PAGE.replace("Low", "High")), "https://a.example/y"))


@pytest.mark.parametrize(
    "data",
    [b"".join(WHOLE), packed(*WHOLE), gzip.compress(b"".join(WHOLE)), packed(b"".join(WHOLE))],
    ids=["plain", "record by record", "as a whole", "two in one"],
)
def test_a_crawl_is_read_however_it_is_packed(data: bytes) -> None:
    first, second = documents(data)
    assert (first.part, first.url, first.wrapper) == ("https://a.example/x",) * 2 + ("WARC",)
    assert first.saved == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (first.content, "High" in second.content) == (PAGE, True)


def test_only_what_was_given_as_a_page_counts() -> None:
    data = b"".join(
        [
            record(b"software: x\r\n", kind="warcinfo", content="application/warc-fields"),
            record(answer(), "https://a.example/robots.txt"),
            record(answer(status="404 Not Found"), "https://a.example/1"),
            record(answer("", "301 Moved", more="Location: /x\r\n"), "https://a.example/2"),
            record(answer(b"x", content="text/plain"), "https://a.example/3"),
            record(answer(b"", content="text/html"), "https://a.example/4"),
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            record(answer(b""), "https://a.example/5", kind="revisit"),
            record(b"log", "metadata://gnu.org/wget.log", "resource", content="text/plain"),
            record(PAGE.encode(), "urn:page:x", "resource", content="text/html"),
            record(PAGE.encode(), "https://a.example/kept", "resource", content="text/html"),
            record(answer(content="Application/XHTML+xml"), "https://a.example/also"),
        ]
    )  # fmt: skip
    parts = [one.part for one in documents(data)]
    assert parts == ["https://a.example/kept", "https://a.example/also"]


def test_the_last_capture_of_an_address_wins() -> None:
    late, early = "2020-06-01T00:00:00Z", "2019-06-01T00:00:00Z"
    data = packed(
        record(answer("<html>late</html>"), "http://www.a.example/x/", date=late),
        record(answer("<html>early</html>"), date=early),
        record(answer("<html>gone</html>", "404 Not Found"), date="2021-01-01T00:00:00Z"),
    )
    (document,) = documents(data)
    assert "late" in document.content


def test_what_the_server_packed_is_unpacked() -> None:
    chunked = b"".join(
        f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
        for piece in (gzip.compress(PAGE.encode())[:20], gzip.compress(PAGE.encode())[20:], b"")
    )
    more = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    data = record(answer(chunked, more=more)) + record(
        answer(zlib.compress(PAGE.encode()), more="Content-Encoding: deflate\r\n"),
        "https://a.example/y",
    )
    assert [one.content for one in documents(data)] == [PAGE, PAGE]


def test_a_page_that_cannot_be_unpacked_is_told_and_the_next_goes_on() -> None:
    odd = record(answer(b"\x28\xb5\x2f\xfd\x00", more="Content-Encoding: zstd\r\n"))
    notice, document = read_all(odd + WHOLE[1])
    assert isinstance(notice, Notice)
    assert "zstd" in notice.message
    assert isinstance(document, Document)


def test_a_charset_that_only_the_server_names_is_used() -> None:
    page = "<html><body>Паром на остров снова ходит".encode("koi8-r")
    (document,) = documents(record(answer(page, content="text/html; charset=KOI8-R")))
    assert "Паром на остров" in document.content


@pytest.mark.parametrize("pack", [lambda *one: b"".join(one), packed])
def test_what_is_whole_in_a_broken_crawl_is_read_first(
    pack: Callable[..., bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    whole = pack(*WHOLE)
    for cut in (whole[: len(whole) - 40], whole[: len(pack(WHOLE[0])) + 60]):
        found = readers.read(source(cut))
        document = next(found)
        assert isinstance(document, Document)
        assert document.content == PAGE
        with pytest.raises(DamagedSourceError):
            next(found)
    assert capfd.readouterr().err == ""


def test_an_arc_file_is_a_crawl() -> None:
    head = b"1 0 test\nURL IP-address Archive-date Content-type Archive-length\n"
    first = f"filedesc://x.arc 0.0.0.0 20010203040506 text/plain {len(head)}\n".encode() + head
    body = answer()
    line = f"\nhttp://a.example/x 192.0.2.1 20010203040507 text/html {len(body)}\n".encode()
    for data in (
        first + line + body + b"\n",
        gzip.compress(first) + gzip.compress(line[1:] + body),
    ):
        (document,) = documents(data)
        assert document.url == "http://a.example/x"
        assert document.saved == datetime(2001, 2, 3, 4, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_crawls_in_a_wacz_are_one(way: int) -> None:
    again = record(answer("<html>again</html>"), date="2022-01-01T00:00:00Z")
    files: dict[str, str | bytes] = {
        "archive/b.warc.gz": packed(again),
        "archive/a.warc.gz": packed(*WHOLE),
        "pages/pages.jsonl": "{}",
        "datapackage.json": "{}",
    }
    found = documents(zipped(files, way))
    assert [one.part for one in found] == ["https://a.example/y", "https://a.example/x"]
    assert "again" in found[1].content


@pytest.mark.parametrize("way", [None, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_pictures_that_were_captured_are_found(way: int | None) -> None:
    picture = record(answer(PNG, content="image/png"), "http://a.example/i/p.png?w=1")
    gone = record(answer(PNG, "404 Not Found", "image/png"), "https://a.example/q.png")
    data = packed(*WHOLE, picture, gone)
    if way is not None:
        data = zipped({"archive/a.warc.gz": data, "datapackage.json": "{}"}, way)
    document = documents(data)[0]
    assert document.resources("i/p.png?w=1") == PNG
    assert document.resources("https://a.example/i/p.png?w=1#x") == PNG
    for address in ("q.png", "i/p.png", "y", "javascript:x"):
        assert document.resources(address) is None
    whole = gzip.compress(b"".join([*WHOLE, record(answer(PNG, content="image/png"))]))
    assert documents(whole)[0].resources("/x") is None


def test_other_packed_data_is_no_crawl() -> None:
    with pytest.raises(UnknownFormatError, match="gzip"):
        read(gzip.compress(b"WARC is a format"))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_broken_crawl_is_told_or_read(data: bytes) -> None:
    with contextlib.suppress(SourceError):
        read_all(WHOLE[0] + data)


@pytest.mark.parametrize("missing", ["warcio", "pypdf"])
def test_without_its_package_a_kind_says_how_to_get_it(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("warc", "pdf", "pdfruns", "pdftags"):
        monkeypatch.delitem(sys.modules, f"feedsmith.readers.{name}", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    readers._reader.cache_clear()
    data = {"warcio": WHOLE[0], "pypdf": b"%PDF-1.7\n"}[missing]
    with pytest.raises(MissingExtraError, match=r"pip install 'feedsmith\[(warc|pdf)\]'"):
        read(data)


# PDF


def printed(name: str = "printed-pdf") -> bytes:
    return (DATA / name / "input.pdf").read_bytes()


def changed(change: Callable[[PdfWriter], object], name: str = "printed-pdf") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed(name))))
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_a_tagged_file_keeps_headings_links_and_lists() -> None:
    content = read(printed()).content
    assert "<h1>Harbour pilots learn to read the new tide tables</h1>" in content
    assert 'The <a href="https://office.example/tides">hydrographic office</a> now' in content
    assert content.count("<li>") == 4
    assert "©" not in content


def test_an_untagged_file_is_put_together_by_its_lines() -> None:
    content = read(printed("printed-pdf-untagged")).content
    assert "<h1>Harbour pilots learn to read the new tide tables</h1>" in content
    assert "tables | The Ellery Post</p>" not in content
    assert content.count("Home") == content.count("Sea") == 0
    assert "</p>\n<p>Since Monday the booklet is gone. The hydrographic office now" in content


@pytest.mark.parametrize(
    ("words", "is_stamp"),
    [
        ("11/26/26, 2:20 PM", True),
        ("11/26/26, 2:20 PM Tides | Post", True),
        ("Tides | Post https://a.example/tides?x=1", True),
        ("1 of 2 26.11.2026, 14:20", True),
        ("https://a.example/a-very-long-name… 3/17", True),
        ("Seite 4 von 9", True),
        ("17", True),
        ("Tides rise at 2:20 PM", False),
        ("1 of 2 ships", False),
        ("See https://a.example/ for more", False),
    ],
)
def test_what_a_browser_prints_at_the_edge_is_told_from_text(
    words: str,
    is_stamp: bool,  # noqa: FBT001
) -> None:
    run = pdfruns.Run(0, None, words, 20, 10, 8)
    words = "The ferry was late again. " * 3
    sheet = pdflines.Sheet([pdfruns.Run(0, None, words, 20, 400, 12), run], 0, 800)
    body = pdflines.to_html([sheet], "Tides | Post")
    assert ("The ferry" in body, run.text not in body) == (True, is_stamp)


def lines(*rows: tuple[str, float, float]) -> str:
    """Return the body of one page of these lines: text, height, size."""
    runs = [pdfruns.Run(0, None, words, 20, y, size) for words, y, size in rows]
    return pdflines.to_html([pdflines.Sheet(runs, 0, 800)], "")


def test_lines_become_paragraphs_and_larger_ones_headings() -> None:
    assert lines(
        ("T", 700, 60), ("Ferry comes back", 660, 24), ("after ninety years", 632, 24),
        ("The ferry was late again on Monday,", 600, 10), ("the office said.", 588, 10),
        ("It was sorry.", 566, 10), ("Why", 540, 14), ("• one", 520, 10), ("• two", 508, 10),
    ) == (
        "<h1>T</h1>\n<h1>Ferry comes back after ninety years</h1>\n"
        "<p>The ferry was late again on Monday, the office said.</p>\n<p>It was sorry.</p>\n"
        "<h2>Why</h2>\n<p>• one</p>\n<p>• two</p>\n"
    )  # fmt: skip


PROSE = "The harbour council met until late at night and asked for a plan that would outlive " * 2


@pytest.mark.parametrize(
    ("foot", "behind", "is_cut"),
    [
        ("© 2024 The Post. All rights reserved.", f"{PROSE} the winter.", True),
        ("Copyright 2024 The Post", "Other headlines", True),
        ("© 2024 A. Reed", f"{PROSE} the winter.", False),
        ("The © of 2024", "Other headlines", False),
    ],
)
def test_what_stands_behind_the_copyright_line_is_left_out(
    foot: str,
    behind: str,
    is_cut: bool,  # noqa: FBT001
) -> None:
    body = lines(("One.", 600, 10), ("Two.", 560, 10), (foot, 520, 10), (behind, 480, 10))
    assert "Two." in body
    assert (behind not in body) == is_cut


def test_words_parted_at_the_ends_of_lines_are_joined_where_that_is_the_rule() -> None:
    rows = [
        ("the tide ta-", 600.0, 10.0),
        ("bles and the har-", 588.0, 10.0),
        ("bour", 576.0, 10.0),
    ]
    assert lines(*rows) == "<p>the tide tables and the harbour</p>\n"
    many = [("a line of text that ends well", 564.0 - 12 * n, 10.0) for n in range(30)]
    assert "well-known" in lines(("a well-", 588.0, 10.0), ("known bay", 576.0, 10.0), *many)


def test_a_paragraph_goes_on_behind_the_turn_of_a_page() -> None:
    def sheet(page: int, *rows: str) -> pdflines.Sheet:
        runs = [pdfruns.Run(page, None, row, 20, 600 - 12 * n, 10) for n, row in enumerate(rows)]
        return pdflines.Sheet(runs, 0, 800)

    body = pdflines.to_html([sheet(0, "The ferry was", "late"), sheet(1, "on Monday.")], "")
    assert body == "<p>The ferry was late on Monday.</p>\n"
    body = pdflines.to_html([sheet(0, "The ferry was late."), sheet(1, "On Monday.")], "")
    assert body.count("<p>") == 2


def test_the_address_for_sharing_is_the_pages() -> None:
    def address(*links: str) -> str | None:
        def change(writer: PdfWriter) -> None:
            for page in writer.pages:  # so large that the footer is no footer
                page.mediabox = RectangleObject((0, -900, 612, 1700))
            for link in links:
                writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url=link))

        return read(changed(change)).url

    page = "https%3A%2F%2Fa.example%2Ftides%3Futm_source%3Dx"
    one, two = f"https://b.example/share?u={page}", f"https://c.example/?url={page}&t=x"
    assert address(one, two) == "https://a.example/tides"
    assert address(one) is None
    assert address("https://b.example/?u=x", "https://a.example/login?next=" + page) is None


def test_a_file_that_draws_without_end_is_given_up() -> None:
    page = PdfReader(io.BytesIO(printed())).pages[0]
    assert pdfruns.runs_of(page, 0, pdfruns.Budget())
    with pytest.raises(DamagedSourceError, match="draws too much"):
        pdfruns.runs_of(page, 0, pdfruns.Budget(100))


def test_an_encrypted_file_is_refused_in_one_line() -> None:
    data = changed(lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
    with pytest.raises(UnknownFormatError, match="encrypted PDF"):
        read(data)
    data = changed(lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"))
    assert "Harbour pilots" in read(data).content


def test_a_scan_holds_no_text() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    stream = io.BytesIO()
    writer.write(stream)
    with pytest.raises(NoArticleError, match="no text"):
        read(stream.getvalue())


def test_a_title_that_says_nothing_is_left_out() -> None:
    data = changed(lambda writer: writer.add_metadata({"/Title": "about:blank"}))
    assert read(data).hints.title is None


def test_a_broken_pdf_is_told() -> None:
    whole = printed()
    for broken in (b"%PDF-1.7\n", whole[:2000], b"%PDF-1.4\n" + b"\x00" * 500):
        with pytest.raises(SourceError):
            read(broken)


def test_a_page_that_is_broken_is_told_and_the_others_are_read() -> None:
    whole = printed()
    at = whole.index(b"stream", whole.index(b"/FlateDecode")) + 400
    spoiled = whole[:at] + b"\xff" * 9 + whole[at + 9 :]
    notice, document = read_all(spoiled)
    assert isinstance(notice, Notice)
    assert "page 1 cannot be read" in notice.message
    assert isinstance(document, Document)


@settings(deadline=None)
@given(st.integers(20, 42_000), st.binary(min_size=1, max_size=40))
def test_any_broken_pdf_is_told_or_read(at: int, junk: bytes) -> None:
    whole = printed()
    with contextlib.suppress(SourceError):
        read_all(whole[:at] + junk + whole[at + len(junk) :])


# Word


def word(body: str, **parts: str) -> bytes:
    spaces = 'xmlns:w="urn:w" xmlns:r="urn:r"'
    files: dict[str, str | bytes] = {
        "word/document.xml": f"<w:document {spaces}><w:body>{body}</w:body></w:document>"
    }
    names = {
        "styles": "word/styles.xml",
        "rels": "word/_rels/document.xml.rels",
        "core": "docProps/core.xml",
    }
    files |= {names[name]: part for name, part in parts.items()}
    return zipped(files)


def paragraph(*runs: str, about: str = "") -> str:
    inner = "".join(run if run[:1] == "<" else f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
    return f"<w:p><w:pPr>{about}</w:pPr>{inner}</w:p>"


def body_of(data: bytes) -> str:
    content = read(data).content
    return content.partition("<article>\n")[2].partition("</article>")[0]


def test_a_link_of_an_old_word_is_a_field() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK '
        '"https://a.example/"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert body_of(word(paragraph("See ", field, "this", end, " page"))) == (
        '<p>See <a href="https://a.example/">this</a> page</p>\n'
    )


def test_headings_stand_below_a_title() -> None:
    data = word(
        paragraph("Tides", about='<w:pStyle w:val="Title"/>')
        + paragraph("Ebb", about='<w:pStyle w:val="Mine"/>')
        + paragraph("Said", about='<w:pStyle w:val="Q"/>'),
        styles='<w:styles xmlns:w="urn:w">'
        '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H1"/></w:style>'
        '<w:style w:styleId="Q"><w:name w:val="Intense Quote"/></w:style></w:styles>',
    )
    assert body_of(data) == "<h1>Tides</h1>\n<h2>Ebb</h2>\n<blockquote>Said</blockquote>\n"


def test_tables_breaks_and_emphasis_are_kept() -> None:
    bold = "<w:r><w:rPr><w:b/></w:rPr><w:t>a&lt;</w:t></w:r>"
    off = '<w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>'
    cell = f"<w:tc>{paragraph('x')}{paragraph('y')}</w:tc>"
    data = word(paragraph(bold, bold, off) + f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")
    assert body_of(data) == (
        "<p><strong>a&lt;a&lt;</strong>b<br>c</p>\n<table>\n<tr><td>x<br>y</td></tr>\n</table>\n"
    )


def test_content_controls_lists_and_simple_fields_are_read() -> None:
    item = '<w:numPr><w:numId w:val="3"/></w:numPr>'
    told = "<w:fldSimple w:instr=' HYPERLINK \"https://a.example/\"'>{}</w:fldSimple>"
    run = "<w:r><w:t>this</w:t></w:r>"
    control = f"<w:sdt><w:sdtContent>{paragraph('one', about=item)}</w:sdtContent></w:sdt>"
    data = word(control + paragraph("two", about=item) + paragraph("See ", told.format(run)))
    assert body_of(data) == (
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        '<p>See <a href="https://a.example/">this</a></p>\n'
    )
    assert body_of(word(paragraph("last", about=item))).endswith("</li>\n</ul>\n")


def test_a_text_box_that_is_kept_twice_is_read_once() -> None:
    choice = "<c:Choice><w:r><w:t>box</w:t></w:r></c:Choice>"
    other = "<c:Fallback><w:r><w:t>box</w:t></w:r></c:Fallback>"
    twice = f'<c:AlternateContent xmlns:c="urn:c">{choice}{other}</c:AlternateContent>'
    assert body_of(word(paragraph("a ", twice))) == "<p>a box</p>\n"


def test_pictures_of_a_document_are_found() -> None:
    rels = (
        '<Relationships><Relationship Id="r1" Target="media/1.png"/><Relationship Id="r2" '
        'TargetMode="External" Target="https://a.example/"/></Relationships>'
    )
    picture = '<w:r><w:drawing><a:blip xmlns:a="urn:a" r:embed="r1"/></w:drawing></w:r>'
    with zipfile.ZipFile(stream := io.BytesIO(word(paragraph("x", picture), rels=rels)), "a") as z:
        z.writestr("word/media/1.png", PNG)
    document = read(stream.getvalue())
    assert '<img src="word/media/1.png" alt="">' in document.content
    assert document.resources("word/media/1.png") == PNG
    assert document.resources("word/document.xml") is None


def test_what_a_library_wrote_into_every_file_is_passed_over() -> None:
    core = (
        '<c xmlns:dc="urn:dc" xmlns:t="urn:t"><dc:creator>{}</dc:creator>'
        "<t:created>2013-12-23T23:15:00Z</t:created></c>"
    )
    document = read(word(paragraph("x"), core=core.format("python-docx")))
    assert (document.saved, document.hints.byline) == (None, None)
    document = read(word(paragraph("x"), core=core.format("Ada Reed")))
    assert document.saved == datetime(2013, 12, 23, 23, 15, tzinfo=UTC)
    assert (document.hints.byline, document.hints.published) == ("Ada Reed", None)
    assert read(word(paragraph("x"), core=core.format("User"))).hints.byline is None


def test_an_empty_or_broken_document_is_told() -> None:
    with pytest.raises(NoArticleError):
        read(word(paragraph("")))
    with pytest.raises(DamagedSourceError):
        read(zipped({"word/document.xml": ""}))
    assert read(word(paragraph("x"), styles="<", core="<a", rels="")).content
