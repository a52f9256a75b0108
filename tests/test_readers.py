"""Bytes to documents: which reader takes a file, how it is decoded, what a wrapper says."""

from __future__ import annotations

import gzip
import io
import unicodedata
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsmith import readers, text
from feedsmith.errors import UnknownFormatError
from feedsmith.model import Document, Source
from feedsmith.readers.encoding import declared_charset, decode

PAGE = b"<!DOCTYPE html><html><body><p>Tides</p></body></html>"


def source(data: bytes, name: str = "saved") -> Source:
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    return Source(name, name, mtime, len(data), lambda: io.BytesIO(data))


def read(data: bytes, name: str = "saved") -> Document:
    (document,) = readers.read(source(data, name))
    assert isinstance(document, Document)
    return document


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PAGE, "html"),
        (b"\n\n  <HTML><body>x", "html"),
        (b"<!-- saved from url=(0022)https://a.example/b/c -->\n<html>", "html"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html>', "html"),
        (b"\xef\xbb\xbf<html>", "html"),
        ("<html><body>Öl".encode("utf-16"), "html"),
        (b"<div><p>half a page", "html"),
        (b"A title\n\nA paragraph.", "text"),
        (b"a < b and c > d", "text"),
        ("Tag für Tag".encode("utf-16"), "text"),
        (b"caf\xe9 cr\xe8me", "text"),
        (b"   \n", "text"),
    ],
)
def test_a_kind_is_told_by_content(data: bytes, kind: str) -> None:
    assert read(data).kind == kind


def test_the_suffix_is_only_a_hint() -> None:
    assert read(PAGE, "page.txt").kind == "html"
    assert read(b"just words", "page.html").kind == "text"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty file"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"GIF89a", "a GIF image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a WebP image"),
        (zipped("notes.txt"), "a ZIP archive"),
        (zipped("word/document.xml")[:60], "a broken ZIP archive"),
        (gzip.compress(b"x"), "gzip-compressed data"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an OLE document"),
        (b"\x7fELF\x02", "a program"),
        (b"\x00\x00\x00\x20ftypisom", "audio or video"),
        (b'<?xml version="1.0"?><catalogue>', "XML"),
        (b'<?xml version="1.0"?><opml version="2.0">', "OPML, a list of subscriptions"),
        (b"Tides" + bytes(55) + b"BOOKMOBI", "a Kindle book"),
        (b'{"title": "x"}', "JSON"),
        (bytes(range(256)), "binary data"),
    ],
)
def test_what_is_not_read_is_named(data: bytes, words: str) -> None:
    with pytest.raises(UnknownFormatError, match=words):
        list(readers.read(source(data, "article.html")))


def test_the_table_stands_in_order_of_trust() -> None:
    assert [kind.name for kind in readers.KINDS[-2:]] == ["html", "text"]
    assert all(kind.module for kind in readers.KINDS[-2:])


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        ("Öl".encode(), None, "Öl"),
        ("Öl".encode(), "iso-8859-1", "Öl"),
        ("Öl".encode("cp1252"), "iso-8859-1", "Öl"),
        ("“Öl”".encode("cp1252"), "latin1", "“Öl”"),
        ("Łódź".encode("cp1250"), "windows-1250", "Łódź"),
        ("Öl".encode("utf-16"), None, "Öl"),
        (b"\xff\xfe\x00\x00" + "Öl".encode("utf-32-le"), None, "Öl"),
        ("half a €".encode()[:-1], None, "half a "),
        ("Öl\r\nund\rWasser\x00".encode(), None, "Öl\nund\nWasser"),
        ("e\u0301".encode(), None, "é"),
        (b"caf\xe9", "no-such-charset", "café"),
        (b"", None, ""),
    ],
)
def test_bytes_are_decoded(data: bytes, declared: str | None, expected: str) -> None:
    assert decode(data, declared) == expected


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Паром на остров снова ходит каждый день, сказали в порту. ", "cp1251"),
        ("Паром на остров снова ходит каждый день, сказали в порту. ", "koi8-r"),
        ("À midi, le bac était déjà complet – « trop tôt », d’après la maire élue. ", "cp1252"),
        ("Die Fähre fährt über den großen Fluß, „täglich“, sagt der Bürgermeister. ", "cp1252"),
        ("¿Mañana habrá más niebla? La travesía también se hará, según el capitán. ", "cp1252"),
        ("Färjan går åter över sundet, sade hamnens förman på lördagen. ", "cp1252"),
        ("Przewóz na wyspę znów działa, mówią żeglarze i łódkarze, choć pada śnieg. ", "cp1250"),
        ("Přívoz na ostrov znovu jezdí každý den, řekl včera ředitel přístavu. ", "cp1250"),
        ("Το πλοίο για το νησί φεύγει πάλι κάθε μέρα, είπε ο λιμενάρχης. ", "cp1253"),
    ],
)
def test_undeclared_old_encodings_are_guessed(words: str, encoding: str) -> None:
    assert decode((words * 4).encode(encoding)) == words * 4


def test_the_declared_charset_is_read_from_the_head() -> None:
    old = '<meta http-equiv="Content-Type" content="text/html; charset=KOI8-R">'
    assert declared_charset(old.encode()) == "koi8-r"
    assert declared_charset(b"<p>charset=x</p>") is None


@given(st.binary(max_size=300))
def test_any_bytes_become_clean_text(data: bytes) -> None:
    decoded = decode(data, "utf-8")
    assert decoded == text.clean(decoded)


@given(
    st.text(max_size=60),
    st.sampled_from(["\u0301", "\x0b", "\u1161", "\u212b", "\u2028", "\ufdd0"]),
)
def test_a_text_is_cleaned_as_a_whole(words: str, odd: str) -> None:
    mixed = odd.join(words)
    assert decode(mixed.encode("utf-8", "surrogatepass")) == text.clean(
        mixed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    ) or any("\ud800" <= c <= "\udfff" for c in words)


def test_no_settled_character_is_changed_by_nfc() -> None:
    characters = [chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000]
    joined = {
        c: unicodedata.normalize("NFD", c)
        for c in characters
        if unicodedata.normalize("NFC", unicodedata.normalize("NFD", c)) == c
    }
    seconds = {part for parts in joined.values() if len(parts) > 1 for part in parts[1:]}
    for c in characters:
        if not text._UNSETTLED.match(c):
            assert unicodedata.normalize("NFC", c) == c
            assert not unicodedata.combining(c)
            assert c not in seconds


def test_a_browsers_comment_gives_the_address() -> None:
    head = b"<!DOCTYPE html>\n<!-- saved from url=(0031)https://a.example/x?a=1&amp;b=2 -->"
    document = read(head)
    assert (document.wrapper, document.url) == ("browser", "https://a.example/x?a=1&b=2")


def test_an_address_that_is_none_is_left_out() -> None:
    assert read(b"<!-- saved from url=(0014)about:internet -->\n<html>").url is None


def test_singlefile_gives_address_and_time() -> None:
    comment = (
        "<!DOCTYPE html> <html lang=ja><!--\n Page saved with SingleFile \n"
        " url: https://a.example/x \n saved date: Thu Mar 09 2023 08:05:12 GMT-0330 (日本)\n-->"
    )
    document = read(comment.encode())
    zone = timezone(-timedelta(hours=3, minutes=30))
    assert document.url == "https://a.example/x"
    assert document.saved == datetime(2023, 3, 9, 8, 5, 12, tzinfo=zone)


def test_save_page_we_gives_hints() -> None:
    document = read(
        b'<html><head><meta name="savepage-url" content="https://a.example/x">'
        b'<meta name="savepage-title" content="Tides &amp; Times">'
        b'<meta name="savepage-pubdate" content="2020-01-02">'
        b'<meta name="savepage-date" content="Fri Feb 07 2020 11:12:13 GMT+0000 (GMT)">'
    )
    assert document.wrapper == "Save Page WE"
    assert (document.hints.title, document.hints.published) == ("Tides & Times", "2020-01-02")
    assert document.saved == datetime(2020, 2, 7, 11, 12, 13, tzinfo=UTC)


def test_monolith_gives_address_and_time() -> None:
    document = read(
        b"<!-- Saved from https://a.example/x at 2022-01-02T03:04:05Z using monolith v2 --><html>"
    )
    assert document.wrapper == "monolith"
    assert document.url == "https://a.example/x"
    assert document.saved == datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_saved_time_that_is_none_is_left_out() -> None:
    page = (
        "<html><!--\n Page saved with SingleFile \n url: https://a.example/\n saved date: {}\n-->"
    )
    assert read(page.format("Thu Foo 09 2023 08:05:12").encode()).saved is None
    assert read(page.format("Thu Feb 31 2023 08:05:12").encode()).saved is None
    assert read(page.format("yesterday").encode()).saved is None


@pytest.mark.parametrize(
    ("words", "wrapper"),
    [
        ("a.example\nA title\nBy Ada\n3-4 minutes\n\nText.", "reader copy"),
        ("   Link: [1]canonical\n\n   Text", "links dump"),
        ("   #[1]alternate\n\n   Text", "lynx dump"),
        ("Text\n\n  • one\n  • two\n", "w3m dump"),
        ("A title\n\nText.", "text dump"),
    ],
)
def test_a_dumps_maker_is_told_by_its_marks(words: str, wrapper: str) -> None:
    assert read(words.encode()).wrapper == wrapper


def test_a_page_in_two_encodings_at_once_is_taken_apart() -> None:
    mixed = "Die Fähre über die Bucht fährt früher, öfter und länger. ".encode() * 3
    pasted = mixed + "Käpt’n „Focko“".encode("cp1252") + mixed
    assert "Käpt’n „Focko“" in decode(pasted, "utf-8")
    assert decode(pasted, "utf-8").count("Fähre") == 6


def test_a_page_in_an_old_encoding_is_not_taken_for_a_mixture() -> None:
    old = ("Die Fähre über die Bucht fährt früher. " * 3).encode("cp1252")
    assert decode(old).count("Fähre") == 3


def test_text_that_was_encoded_twice_is_read_as_it_was() -> None:
    words = "Então a balsa voltou ao pão, à maré e à ilha, não é? Amanhã também."
    twice = words.encode().decode("cp1252").encode()
    assert decode(twice) == words
    assert decode(f"{words} SÃO".encode()) == f"{words} SÃO"
    told = "They saw Ã£ in the text."  # too little to be sure
    assert decode(told.encode()) == told
    mixed = twice + "Ω".encode()
    assert decode(mixed) == mixed.decode()
