"""Word documents: styles, lists, links, pictures and properties."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from sources import PNG, read, zipped

from feedsmith.errors import (
    DamagedSourceError,
    NoArticleError,
)


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
