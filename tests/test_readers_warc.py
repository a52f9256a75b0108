"""Crawls: which captures are pages, how they are packed, and what is broken."""

from __future__ import annotations

import contextlib
import gzip
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources import PAGE, PNG, read, read_all, source, zipped

from feedsmith import readers
from feedsmith.errors import (
    DamagedSourceError,
    SourceError,
    UnknownFormatError,
)
from feedsmith.model import Document, Notice


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
