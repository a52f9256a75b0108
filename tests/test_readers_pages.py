"""Pages saved by browsers: what a wrapper says, its pictures, and what is broken."""

from __future__ import annotations

import contextlib
import pickle
import plistlib
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources import PAGE, PNG, kind_of, read, read_all, source, zipped

from feedsmith.errors import (
    DamagedSourceError,
    NoArticleError,
    SourceError,
    UnknownFormatError,
)
from feedsmith.model import Document, Failure
from feedsmith.readers import nearby
from feedsmith.readers.archive import opened
from feedsmith.readers.probe import Probe
from feedsmith.readers.signs.pages import is_mhtml

RELATED = 'Content-Type: multipart/related; boundary="X"'
HTML_PART = f"Content-Type: text/html\r\nContent-Location: https://a.example/x\r\n\r\n{PAGE}"


def message(head: str, *parts: str, end: str = "--X--\r\n") -> bytes:
    body = "".join(f"--X\r\n{part}\r\n" for part in parts)
    return f"{head}\r\n\r\n{body}{end}".encode()


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
        read(plistlib.dumps({"Name": "Tides"}, fmt=plistlib.FMT_BINARY))


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
