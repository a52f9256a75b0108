"""Bytes of forty encodings and more, declared rightly, wrongly and not at all."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedsmith import readers
from feedsmith.model import Document, Source
from feedsmith.readers.encoding import declared_charset, decode, wide_encoding

LINES = (Path(__file__).parent / "data" / "encodings.txt").read_text(encoding="utf-8").splitlines()
ROWS = [tuple(line.split(" | ", 1)) for line in LINES if not line.startswith("#")]
PAGE = (
    "<!DOCTYPE html><html><head><title>{0}</title><style>p {{ color: red }}</style></head><body>"
    '<a href="/x">Home</a><p>{0}</p><p>{0}</p><script>var a = 1; if (a < 2) b();</script></body>'
)
WIDE = ("utf-16", "utf-32")


def sentence(encoding: str) -> str:
    return max((words for name, words in ROWS if name == encoding), key=len)


@pytest.mark.parametrize(("encoding", "words"), ROWS)
def test_a_sentence_is_read_though_nobody_declared_its_encoding(encoding: str, words: str) -> None:
    assert decode(words.encode(encoding)) == words


@pytest.mark.parametrize(("encoding", "words"), [row for row in ROWS if len(row[1]) > 30])
def test_a_page_is_read_though_it_declares_nothing(encoding: str, words: str) -> None:
    page = PAGE.format(words)
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("gb2312", "gb18030"), ("gbk", "gb18030"), ("x-gbk", "gbk"), ("shift_jis", "cp932"),
        ("x-sjis", "cp932"), ("windows-31j", "cp932"), ("euc-kr", "cp949"),
        ("ks_c_5601-1987", "cp949"), ("big5", "big5hkscs"), ("x-x-big5", "big5"),
        ("tis-620", "cp874"), ("iso-8859-11", "cp874"), ("windows-874", "cp874"),
        ("iso-8859-9", "cp1254"), ("iso-8859-1", "cp1252"), ("us-ascii", "cp1252"),
        ("iso-8859-8-i", "cp1255"), ("koi8-r", "koi8-r"), ("koi8-u", "koi8-u"),
        ("x-mac-roman", "mac-roman"), ("macintosh", "mac-roman"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("windows-1251", "cp1251"), ("win-1251", "cp1251"), ("iso-8859-2", "iso-8859-2"),
        ("euc-jp", "euc-jp"), ("iso-2022-jp", "iso-2022-jp"),
    ],
)  # fmt: skip
def test_names_mean_what_browsers_read_under_them(said: str, encoding: str) -> None:
    words = sentence(encoding)
    assert decode(words.encode(encoding), said) == words


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("iso-8859-1", "utf-8"), ("windows-1252", "utf-8"), ("utf-16", "utf-8"),
        ("unicode", "utf-8"), ("utf-8", "cp1252"), ("utf-16", "cp1252"), ("utf-8", "cp1251"),
        ("utf-8", "gb18030"), ("utf-8", "cp949"), ("utf-8", "cp932"), ("utf-8", "big5"),
        ("iso-8859-1", "cp1251"), ("iso-8859-1", "gb18030"), ("iso-8859-1", "cp1253"),
        ("windows-1252", "cp949"),
        ("shift_jis", "cp1251"), ("utf-8", "utf-16-le"), ("no-such-charset", "cp1250"),
    ],
)  # fmt: skip
def test_a_declaration_that_lies_is_passed_over(said: str, encoding: str) -> None:
    words = sentence(encoding)
    assert decode(words.encode(encoding), said) == words


def test_damage_does_not_make_a_declaration_a_lie() -> None:
    words = sentence("cp932") * 3
    data = words.encode("cp932")
    read = decode(data[:60] + b"\xff" + data[60:], "shift_jis")
    assert read.startswith(words[:25])
    assert read.endswith(words[-25:])


@pytest.mark.parametrize(
    "said", ["rot13", "hex", "idna", "punycode", "unicode_escape", "undefined"]
)
def test_what_is_no_encoding_of_texts_is_passed_over(said: str) -> None:
    assert decode(rb"caf\u00e9 " + "Öl über Öl".encode("cp1252"), said) == r"caf\u00e9 Öl über Öl"


def test_korean_with_escapes_is_read() -> None:
    words = "도서관이 어제 문을 닫았다."
    assert decode(words.encode("iso2022_kr")) == words


def test_utf_7_is_never_read() -> None:
    data = b"+ADw-script+AD4-"
    assert decode(data, "utf-7") == "+ADw-script+AD4-"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("words", ["Öl und Gas, so viel man will", "Паром снова ходит, сказали"])
def test_wide_characters_need_no_mark(encoding: str, words: str) -> None:
    data = words.encode(encoding)
    assert decode(data) == words
    assert decode(data[:-1]).startswith(words[:-2])
    page = f"<html><body><p>{words}</p>"
    source = Source(
        "a", "a", datetime(2024, 1, 1, tzinfo=UTC), 1, lambda: io.BytesIO(page.encode(encoding))
    )
    (document,) = readers.read(source)
    assert isinstance(document, Document)
    assert (document.kind, document.content) == ("html", page)


@pytest.mark.parametrize("data", [b"", b"a\x00b and some more words of it", bytes(range(256)) * 4])
def test_a_stray_zero_makes_no_wide_text(data: bytes) -> None:
    assert wide_encoding(data) is None


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        ('<?xml version="1.0" encoding="ISO-8859-2"?><html><meta charset="utf-8">', "iso-8859-2"),
        ("<meta charset=koi8-r>", "koi8-r"),
        ("<meta http-equiv=Content-Type content='text/html; charset=gb2312'>", "gb2312"),
        ('<meta content="text/html;charset=gb2312" http-equiv="content-type">', "gb2312"),
        ("<style>" + "a" * 9000 + "</style><meta charset=big5></head>", "big5"),
        ("<!-- <meta charset=big5> --><meta charset=koi8-u>", "koi8-u"),
        ("<meta charset=bogus><meta charset=cp1251>", "cp1251"),
        ("<meta charset=x-mac-roman>", "x-mac-roman"),
        ("<meta content='text/html; charset=big5'>", None),
        ("<metacharset=big5>", None),
        ('<meta name="x" content="charset=big5">', None),
        ("a" * 2000 + "<body><meta charset=big5>", None),
    ],
)
def test_a_declaration_is_found_where_a_browser_finds_it(head: str, charset: str | None) -> None:
    assert declared_charset(head.encode()) == charset
