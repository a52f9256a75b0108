"""Lists of captures: they spare unpacking, and never lose a page that they do not name."""

from __future__ import annotations

import gzip
import json
import zipfile
from itertools import accumulate

import pytest
from sources import PAGE, PNG, read_all, source, zipped
from test_readers_warc import answer, record

from feedsmith import readers
from feedsmith.model import Document, Lookup, Notice
from feedsmith.readers.cdx import parse
from feedsmith.readers.warcindex import index_of

HOST = "https://a.example"
RECORDS = [
    record(b"software: x\r\n", kind="warcinfo", content="application/warc-fields"),
    record(answer(PAGE.replace("Low", "Early")), f"{HOST}/x", date="2019-01-01T00:00:00Z"),
    record(b"GET / HTTP/1.1\r\n\r\n", f"{HOST}/x", "request"),
    record(answer(), f"{HOST}/x"),
    record(answer("gone", "404 Not Found"), f"{HOST}/gone"),
    record(answer(PNG, content="image/png"), f"{HOST}/a.png"),
    record(answer(PAGE.replace("Low", "High")), f"{HOST}/y"),
]
TOLD = {  # what a list says of the records above: address, type, status, time
    1: (f"{HOST}/x", "text/html", "200", "20190101000000"),
    3: (f"{HOST}/x", "text/html", "200", "20200102030405"),
    4: (f"{HOST}/gone", "text/html", "404", "20200102030405"),
    5: (f"{HOST}/a.png", "image/png", "200", "20200102030405"),
    6: (f"{HOST}/y", "text/html", "200", "20200102030405"),
}
MEMBERS = [gzip.compress(one, mtime=0) for one in RECORDS]
OFFSETS = [0, *accumulate(map(len, MEMBERS))]
CRAWL = b"".join(MEMBERS)


def cdxj(name: str = "a.warc.gz", left_out: tuple[int, ...] = ()) -> str:
    lines = []
    for number, (url, mime, status, when) in TOLD.items():
        fields = {
            "url": url, "mime": mime, "status": status, "length": str(len(MEMBERS[number])),
            "offset": str(OFFSETS[number]), "filename": name,
        }  # fmt: skip
        if number not in left_out:
            lines.append(f"example,a)/ {when} {json.dumps(fields)}")
    return "\n".join(lines) + "\n"


def cdx() -> str:
    lines = [" CDX N b a m s k r M S V g"]
    for number, (url, mime, status, when) in TOLD.items():
        size, place = len(MEMBERS[number]), OFFSETS[number]
        lines.append(f"example,a)/ {when} {url} {mime} {status} K - - {size} {place} a.warc.gz")
    return "\n".join(lines) + "\n"


def beside(name: str, text: str) -> Lookup:
    return {name: text.encode()}.get


def read(data: bytes, lists: Lookup) -> list[Document | Notice]:
    found = list(readers.read(source(data, "saved/a.warc.gz", lists)))
    assert all(isinstance(one, Document | Notice) for one in found)
    return found  # type: ignore[return-value]


def contents(data: bytes, lists: Lookup) -> list[str]:
    return [one.content for one in read(data, lists) if isinstance(one, Document)]


WHOLE = contents(CRAWL, {}.get)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.warc.gz.cdxj", cdxj()),
        ("a.cdx", cdx()),
        ("a.warc.cdx", cdx()),
        ("a.cdxj", cdxj(left_out=(6,))),
        ("a.cdxj", cdxj().replace("text/html", "unk")),
        ("a.cdxj", cdxj(name="collections/a.warc.gz")),
        ("a.cdxj", "no list\n{\nx y {}\n" + cdxj()),
        ("a.cdxj", cdxj(name="b.warc.gz")),
        ("a.cdxj", cdxj().replace('"offset": "', '"offset": "1')),
    ],
)
def test_a_list_changes_nothing(name: str, text: str) -> None:
    assert len(WHOLE) == 2
    assert contents(CRAWL, beside(name, text)) == WHOLE
    plain, listed = (index_of(source(CRAWL, "a.warc.gz", b)) for b in ({}.get, beside(name, text)))
    assert listed == plain


def test_what_is_listed_is_not_unpacked() -> None:
    broken = bytearray(CRAWL)
    broken[OFFSETS[4] + 30 : OFFSETS[4] + 60] = bytes(30)  # in the middle of the 404
    index = index_of(source(bytes(broken), "a.warc.gz", beside("a.cdxj", cdxj())))
    assert (len(index.pages), index.error) == (2, "")
    assert index_of(source(bytes(broken), "a.warc.gz")).error


def test_a_crawl_that_has_grown_or_was_cut_is_read_for_what_it_is() -> None:
    more = gzip.compress(record(answer(PAGE.replace("Low", "New")), f"{HOST}/new"), mtime=0)
    assert "New" in contents(CRAWL + more, beside("a.cdxj", cdxj()))[-1]
    index = index_of(source(CRAWL[:-40], "a.warc.gz", beside("a.cdxj", cdxj())))
    assert "ends in the middle" in index.error or "is broken" in index.error


def test_a_wacz_has_its_own_list() -> None:
    def wacz(index: bytes) -> bytes:
        held = {"archive/a.warc.gz": bytes(broken), "indexes/index.cdx.gz": index}
        return zipped({"datapackage.json": "{}", **held}, zipfile.ZIP_STORED)

    broken = bytearray(CRAWL)
    broken[OFFSETS[4] + 30 : OFFSETS[4] + 60] = bytes(30)
    listed = read_all(wacz(gzip.compress(cdxj().encode())), "a.wacz")
    assert [one.content for one in listed if isinstance(one, Document)] == WHOLE
    assert index_of(source(wacz(b"\x1f\x8b"), "a.wacz")).error


def test_what_is_no_list_gives_nothing() -> None:
    assert parse(b"") == parse(b"\x1f\x8bx") == parse(b"a b c\n{}\n") == {}
