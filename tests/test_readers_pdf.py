"""PDF: printed pages with tags and without, what stands at their edges, and what is broken."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, RectangleObject
from sources import read, read_all

from feedsmith import readers
from feedsmith.errors import (
    DamagedSourceError,
    MissingExtraError,
    NoArticleError,
    SourceError,
    UnknownFormatError,
)
from feedsmith.model import Document, Notice
from feedsmith.readers import pdflines, pdfruns

DATA = Path(__file__).parent / "data" / "articles"


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


def test_of_a_book_the_first_pages_are_read() -> None:
    def lengthen(writer: PdfWriter) -> None:
        for _ in range(210):
            writer.add_blank_page(100, 100)

    notice, document = read_all(changed(lengthen))
    assert isinstance(notice, Notice)
    assert notice.message == "has 212 pages; the first 200 were read"
    assert isinstance(document, Document)


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


@settings(deadline=None, max_examples=25)
@given(st.integers(20, 42_000), st.binary(min_size=1, max_size=40))
def test_any_broken_pdf_is_told_or_read(at: int, junk: bytes) -> None:
    whole = printed()
    with contextlib.suppress(SourceError):
        read_all(whole[:at] + junk + whole[at + len(junk) :])


@pytest.mark.parametrize("missing", ["warcio", "pypdf"])
def test_without_its_package_a_kind_says_how_to_get_it(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("warc", "pdf", "pdfruns", "pdftags"):
        monkeypatch.delitem(sys.modules, f"feedsmith.readers.{name}", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    readers._module.cache_clear()
    data = {"warcio": b"WARC/1.0\r\n", "pypdf": b"%PDF-1.7\n"}[missing]
    with pytest.raises(MissingExtraError, match=r"pip install 'feedsmith\[(warc|pdf)\]'"):
        read(data)


def drawing(*operations: bytes) -> bytes:
    """Return a file of one page, and of a form that the page draws for each further stream."""

    def draw(writer: PdfWriter) -> None:
        page = writer.pages[0]
        forms = DictionaryObject()
        for number, data in enumerate(operations):
            stream = DecodedStreamObject()
            stream.set_data(data)
            if number:
                stream[NameObject("/Type")] = NameObject("/XObject")
                stream[NameObject("/Subtype")] = NameObject("/Form")
                forms[NameObject(f"/X{number}")] = writer._add_object(stream)
            else:
                page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")][NameObject("/XObject")] = forms  # type: ignore[index]

    return changed(draw)


@pytest.mark.parametrize(
    "operations",
    [
        (b"q " * 1_600_000,),
        (b"BT (" + b"word " * 700_000 + b") Tj ET",),
        (b"/X1 Do", b"q " * 1_600_000),
    ],
    ids=["short operations", "a long text", "a form"],
)
def test_a_page_that_draws_megabytes_is_refused_before_it_is_read(
    operations: tuple[bytes, ...],
) -> None:
    data = drawing(*operations)
    with pytest.raises(DamagedSourceError, match="draws too much"):
        read(data)
