"""Newsletters by mail: messages, mail boxes, and letters saved as pages."""

from __future__ import annotations

import base64
import io
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

import pytest

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError, NoArticleError
from feedsmith.model import Article, Document, Failure, Notice, Read, Source
from feedsmith.readers import letters, mailtext, mbox, newsletter
from feedsmith.readers.redirects import direct, impersonal, is_opaque

PROSE = "The keeper of the gauge walks down to the quay each morning and writes down what he sees."
HEAD = (
    "From: Ada Quill <ada@tide.example>\nTo: bo@b.example\nSubject: The gauge\n"
    "Date: Fri, 5 Jan 2024 11:00:00 +0100\nMessage-ID: <m1@tide.example>\nMIME-Version: 1.0\n"
)


def source(data: bytes, name: str = "saved") -> Source:
    mtime = datetime(2024, 6, 1, tzinfo=UTC)
    return Source(name, name, mtime, len(data), lambda: io.BytesIO(data))


def kind_of(data: bytes) -> str:
    return readers.detect(source(data)).name


def read_all(data: bytes) -> list[Read]:
    return list(readers.read(source(data)))


def read(message: str | bytes) -> Document:
    data = message.encode() if isinstance(message, str) else message
    (found,) = read_all(data)
    assert isinstance(found, Document)
    return found


def article(message: str | bytes) -> Article:
    return parser.parse(read(message), Config()).article


def html_mail(html: str, head: str = HEAD) -> str:
    return f'{head}Content-Type: text/html; charset="utf-8"\n\n{html}'


def multipart(kind: str, *parts: str, head: str = HEAD) -> str:
    body = "".join(f"--EDGE\n{part}\n" for part in parts)
    return f'{head}Content-Type: multipart/{kind}; boundary="EDGE"\n\n{body}--EDGE--\n'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (HEAD + "\n" + PROSE, "mail"),
        ("\n\n   \n" + HEAD + "\n" + PROSE, "mail"),
        (HEAD.replace("\n", "\r\n") + "\r\n" + PROSE, "mail"),
        ("Return-Path: <a@a.example>\nReceived: from b\n\tby c; Fri, 5 Jan 2024\n\nx", "mail"),
        ("Delivered-To: a@a.example\n" + "ARC-Seal: i=1;\n b=" + "x" * 5000, "mail"),
        ("From ada@tide.example Fri Jan  5 11:00:00 2024\n" + HEAD + "\n" + PROSE, "mbox"),
        ("From - Fri Jan 05 11:00:00 2024\nX-Mozilla-Status: 0001\n" + HEAD + "\nx", "mbox"),
        ("From here on it is 5 miles, said the keeper.\n\nTides.", "text"),
        ("Title: Tides\nDate: 2024-01-05\nAuthor: Ada\n\nWords.", "head"),
        ("From: the harbour\nIt was late.\n\nWords.", "text"),
        ("HTTP/1.1 200 OK\nDate: Fri, 5 Jan 2024\n\nx", "text"),
    ],
)
def test_mail_is_told_by_its_fields(data: str, kind: str) -> None:
    assert kind_of(data.encode()) == kind


def test_a_page_saved_as_mhtml_is_no_mail() -> None:
    saved = (
        "From: <Saved by a browser>\nSubject: Tides\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; boundary="b"\nDate: Fri, 5 Jan 2024 11:00:00 +0100\n\n'
    )
    other = saved.replace("<Saved by a browser>", '"Gespeichert von einem Browser"')
    for data in (saved, other):
        assert all(
            not kind.matches(readers.probe_of(source(data.encode())))
            for kind in readers.KINDS
            if kind.name in {"mail", "mbox"}
        )


def test_fields_of_a_message_are_those_of_the_article() -> None:
    head = (
        "Received: from a by b; Fri, 5 Jan 2024 10:00:05 +0000\n"
        "Received: from c by d; Fri, 5 Jan 2024 10:00:01 +0000\n" + HEAD + "Keywords: sea, tides\n"
    )
    found = read(html_mail(f"<p>{PROSE}</p>", head))
    assert found.hints.title == "The gauge"
    assert found.hints.authors == ("Ada Quill",)
    assert found.hints.published == "2024-01-05T11:00:00+01:00"
    assert found.saved == datetime(2024, 1, 5, 10, 0, 5, tzinfo=UTC)
    assert found.hints.tags == ("sea", "tides")
    assert (found.part, found.wrapper) == ("", "e-mail")
    assert pickle.loads(pickle.dumps(found)).hints == found.hints


@pytest.mark.parametrize(
    ("sender", "listed", "author", "site"),
    [
        ("Ada Quill from The Tide <a@t.example>", "", "Ada Quill", "The Tide"),
        ("'Ada Quill' via Tide Watchers <a@t.example>", "", "Ada Quill", "Tide Watchers"),
        ("Ada Quill (The Tide) <a@t.example>", "", "Ada Quill", "The Tide"),
        ('"Quill, Ada" <a@t.example>', "", "Ada Quill", "Ada Quill"),
        ("Ada Quill <a@t.example>", "The Tide <tide.list.example>", "Ada Quill", "The Tide"),
        ("The Harbour Post <news@h.example>", "<12345.list.example>", "The Harbour Post", None),
        ("no-reply <no-reply@h.example>", "", None, "h.example"),
        ("Rope & Co <rope@h.example>", "", "Rope & Co", None),
        ("a@t.example", "", None, "t.example"),
        ("=?utf-8?q?Andr=C3=A9_Quay?= <a@t.example>", "", "André Quay", None),
    ],
)
def test_senders_are_people_and_sites(
    sender: str, listed: str, author: str | None, site: str | None
) -> None:
    head = HEAD.replace("Ada Quill <ada@tide.example>", sender)
    head += f"List-Id: {listed}\n" if listed else ""
    found = read(html_mail(f"<p>{PROSE}</p>", head))
    hints = found.hints
    assert parser.parse(found, Config()).article.authors == hints.authors
    assert hints.authors == ((author,) if author else ())
    assert hints.site == (site or author)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"Re: [tide-list] Fwd: High water", "High water"),
        (b"WG: AW: Hochwasser", "Hochwasser"),
        (b"=?utf-8?Q?Fl=C3=A4?=\n =?utf-8?Q?che_und_?= =?utf-8?B?TWVlcg==?=", "Fläche und Meer"),
        (b"=?utf-8?B?w4M=?==?utf-8?B?wqk=?= x", "Ã© x"),
        (b"=?windows-1252?Q?caf=C3=A9?=", "café"),
        ("Ebbe für alle".encode(), "Ebbe für alle"),
        ("Ebbe für alle".encode("cp1252"), "Ebbe für alle"),
        (b"=?iso-2022-jp?B?" + base64.b64encode("潮気".encode("iso-2022-jp")) + b"?=", "潮気"),
        (b"=?utf-8?B?!!!?= tide", "tide"),
        (b"MS's water: what is it? [TIDE]", "MS's water: what is it? [TIDE]"),
    ],
)
def test_subjects_are_decoded_and_bared(subject: bytes, title: str) -> None:
    data = HEAD.encode().replace(b"The gauge", subject) + b"\n" + PROSE.encode()
    assert read(data).hints.title == title


@pytest.mark.parametrize(
    ("charset", "said", "encoding"),
    [
        ("iso-8859-1", "Die Fähre – “täglich”", "utf-8"),
        ("utf-8", "Die Fähre fährt öfter", "cp1252"),
        ("iso-2022-jp", "潮が満ちる", "iso-2022-jp"),
        ("gb2312", "镕基", "gb18030"),
        ("no-such", "Die Fähre", "utf-8"),
    ],
)
def test_charsets_that_lie_are_not_believed(charset: str, said: str, encoding: str) -> None:
    body = f"<p>{said}</p>".encode(encoding)
    data = HEAD.encode() + f"Content-Type: text/html; charset={charset}\n".encode()
    coded = base64.encodebytes(body)
    assert said in read(data + b"Content-Transfer-Encoding: base64\n\n" + coded).content


def test_broken_and_undeclared_codings_are_read() -> None:
    quoted = '<p class=3D"a">The caf=C3=A9 =\nis open=E2=80=A6 =3D"b" =3D"c" =3D"d"</p>'
    assert "café is open…" in read(html_mail(quoted)).content
    broken = base64.b64encode(f"<p>{PROSE}</p>".encode()).decode().rstrip("=") + "\n-- \nlist"
    coded = HEAD + f"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n{broken}"
    assert PROSE in read(coded).content


def test_the_richer_alternative_is_taken() -> None:
    plain = f"Content-Type: text/plain\n\n{PROSE}"
    rich = f"Content-Type: text/html\n\n<h2>Water</h2><p>{PROSE}</p>"
    poor = "Content-Type: text/html\n\n<p>See the text.</p>"
    assert "<h2>" in read(multipart("alternative", plain, rich)).content
    assert PROSE in read(multipart("alternative", plain, poor)).content


def test_pictures_inside_the_message_are_resources() -> None:
    html = f'Content-Type: text/html\n\n<p>{PROSE}</p><img src="cid:p1@t" width="300">'
    picture = (
        "Content-Type: image/png\nContent-ID: <p1@t>\nContent-Transfer-Encoding: base64\n\nAAEC"
    )
    found = read(multipart("related", html, picture))
    assert 'src="cid:p1@t"' in found.content
    assert found.resources("cid:p1@t") == b"\x00\x01\x02"
    assert found.resources("cid:none") is None


def test_what_was_forwarded_whole_is_the_article() -> None:
    note = "Content-Type: text/plain\n\nto read"
    inner = f"Content-Type: message/rfc822\n\n{html_mail(f'<p>{PROSE}</p>')}"
    outer = HEAD.replace("Ada Quill", "Bo Berg").replace("The gauge", "Fwd: look")
    found = read(multipart("mixed", note, inner, head=outer))
    assert (found.hints.title, found.hints.authors) == ("The gauge", ("Ada Quill",))
    assert "to read" not in found.content


def test_a_digest_gives_each_of_its_messages() -> None:
    one = html_mail(f"<p>{PROSE}</p>")
    two = one.replace("m1@", "m2@").replace("The gauge", "The buoy")
    report = multipart("report", "Content-Type: text/plain\n\nx").replace("EDGE", "INNER")
    parts = (f"Content-Type: message/rfc822\n\n{inner}" for inner in (one, report, two))
    found = read_all(multipart("digest", *parts).encode())
    assert [type(one) for one in found] == [Document, Notice, Document]
    assert [d.part for d in found if isinstance(d, Document)] == [
        "m1@tide.example",
        "m2@tide.example",
    ]


@pytest.mark.parametrize(
    "block",
    [
        "<p>fyi</p><div>---------- Forwarded message ---------<br>From: <b>Ada Quill from The Tide"
        "</b> &lt;<a href='mailto:a@t.example'>a@t.example</a>&gt;<br>Date: Fri, Jan 5, 2024 at "
        "11:00 AM<br>Subject: High water<br>To: &lt;bo@b.example&gt;<br></div><br>",
        "<div><b>Von:</b> Ada Quill from The Tide [mailto:a@t.example]</div><div><b>Gesendet:</b> "
        "Freitag, 5. Januar 2024 11:00</div><div><b>An:</b> Bo</div><div><b>Betreff:</b> High water"
        "</div>",
    ],
)
def test_what_was_forwarded_in_the_text_is_the_article(block: str) -> None:
    outer = HEAD.replace("Ada Quill", "Bo Berg").replace("The gauge", "Fwd: High water")
    found = article(html_mail(f"{block}<p>{PROSE}</p><p>{PROSE} Again.</p>", outer))
    assert (found.title, found.authors, found.site) == ("High water", ("Ada Quill",), "The Tide")
    assert found.published is not None
    assert found.published.isoformat() == "2024-01-05T11:00:00+00:00"
    assert found.text == f"{PROSE}\n\n{PROSE} Again."


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (multipart("report", f"Content-Type: text/plain\n\n{PROSE}"), "delivery"),
        (multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nx"), "encrypted"),
        (HEAD + "\n-----BEGIN PGP MESSAGE-----\nx\n", "encrypted"),
        (HEAD + "Content-Type: application/pkcs7-mime\n\nx", "encrypted"),
        (
            multipart(
                "alternative",
                f"Content-Type: text/plain\n\n{PROSE}",
                "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
            ),
            "invitation",
        ),
        (HEAD + "\n  \n", "without text"),
        (html_mail('<img src="https://a.example/open" width="1" height="1">'), "without text"),
    ],
)
def test_mail_that_is_no_article_says_why(message: str, words: str) -> None:
    with pytest.raises(NoArticleError, match=words):
        read(message)


def test_flowed_and_wrapped_text_is_joined() -> None:
    flowed = (
        f"{HEAD}Content-Type: text/plain; format=flowed\n\nThe tide \ncomes in.\n\n>> It \n>> goes."
    )
    content = read(flowed).content
    assert "<p>The tide comes in.</p>" in content
    assert "<blockquote><blockquote><p>It goes.</p></blockquote></blockquote>" in content
    assert mailtext.unflowed("潮 \n汐", delete_blank=True) == "潮汐"


def test_plain_text_becomes_paragraphs_lists_and_headings() -> None:
    said = (
        "** HIGH WATER\n==========\n\n1) one\n2) two\n\nSee <https://a.example/x?a=1&b=2>.\n"
        "______________\n\nBye\n-- \nAda Quill\nThe Tide"
    )
    html = mailtext.to_html(said)
    assert "<h2>HIGH WATER</h2>" in html
    assert "<p>1) one</p>\n<p>2) two</p>" in html
    assert '<a href="https://a.example/x?a=1&amp;b=2">' in html
    assert "Ada Quill" not in html
    assert "<p>Bye</p>" in html


LETTER = f"""<html><head><title>The gauge</title></head><body>
<div style="display:none;max-height:0">Teaser for the list of mails &zwnj;&nbsp;&zwnj;</div>
<table role="presentation"><tr><td>Water news each Friday</td>
<td><a href="https://click.t.example/l?url=https%3A%2F%2Ftide.example%2Fp%2Fgauge">View in your browser</a>
</td></tr></table>
<table><tr><td><h1>The gauge</h1>By Ada Quill<br><br>{PROSE}<br><br>{PROSE} Twice.
<table role="presentation"><tr><td>•</td><td>a float in a pipe</td></tr></table></td></tr></table>
<table border="1"><tr><th>Day</th><th>Flood</th></tr><tr><td>Mon</td><td>4:10</td></tr></table>
<table role="presentation"><tr><td><h2>Elsewhere</h2><p>{PROSE} Thrice.</p>
<p><a href="https://l.t.example/CL0/https:%2F%2Fa.example%2Fb/1/01">A link</a></p></td></tr></table>
<table role="presentation"><tr><td><a href="https://www.facebook.com/sharer/sharer.php?u=x">Share</a>
| <a href="https://twitter.com/intent/tweet?x">Tweet</a> | <a href="f">Forward</a></td></tr>
<tr><td><a href="https://t.example/ig"><img src="ig.png" width="24" height="24"></a></td></tr>
<tr><td>© 2024 The Tide. All rights reserved.<br><br>You are receiving this because you signed up on
our site.<br><br>The Tide, 12 Quay Street, Saltmarket 12345<br><br><a href="u">Unsubscribe</a> or
<a href="p">update your preferences</a></td></tr></table>
<img src="https://t.example/open.gif" width="1" height="1"></body></html>"""


def test_a_letter_keeps_its_text_and_nothing_else() -> None:
    found = article(html_mail(LETTER))
    assert found.text.split("\n\n") == [
        PROSE,
        f"{PROSE} Twice.",
        "• a float in a pipe",
        "Day | Flood",
        "Mon | 4:10",
        "Elsewhere",
        f"{PROSE} Thrice.",
        "A link",
    ]
    assert found.url == "https://tide.example/p/gauge"
    assert found.authors == ("Ada Quill",)
    assert 'href="https://a.example/b"' in found.html
    assert "<img" not in found.html


def test_a_letter_saved_as_a_page_is_cleaned_up_as_well() -> None:
    dated = LETTER.replace("Water news each Friday", "March 7, 2022")
    found = article(dated)
    assert found.text.startswith(PROSE)
    assert found.text.endswith("A link")
    assert found.title == "The gauge"
    assert found.published is not None
    assert found.published.date().isoformat() == "2022-03-07"
    assert found.url == "https://tide.example/p/gauge"
    assert newsletter.is_newsletter(dated)
    assert letters.may_be_one(dated)
    assert not letters.may_be_one(dated.replace("<body>", "<body><main>"))
    assert not letters.may_be_one(f"<p>{PROSE}</p>")


@pytest.mark.parametrize(
    ("view", "end"),
    [
        ("Im Browser ansehen", "Sie erhalten diesen Newsletter, weil … Newsletter abbestellen"),
        ("Voir dans le navigateur", "Vous recevez ce mail … Se désabonner"),
        ("Ver en el navegador", "Has recibido este correo. Darse de baja"),
        ("Visualizza nel browser", "Hai ricevuto questa email. Annulla iscrizione"),
        ("Ver no navegador", "Você recebeu este e-mail. Cancelar inscrição"),
        ("Bekijk in browser", "Je ontvangt deze mail. Uitschrijven"),
        ("Zobacz w przeglądarce", "Otrzymujesz tę wiadomość. Wypisz się"),
        ("Öppna i webbläsaren", "Avsluta prenumerationen"),
        ("Tarayıcıda görüntüle", "Abonelikten çık"),
        ("Открыть в браузере", "Отписаться от рассылки"),
        ("ブラウザで見る", "配信停止はこちら"),
        ("在浏览器中查看", "退订"),
        ("브라우저에서 보기", "수신거부"),
    ],
)
def test_bars_and_small_print_are_known_in_many_languages(view: str, end: str) -> None:
    html = (
        f'<div><a href="https://t.example/1">{view}</a></div><p>{PROSE}</p><p>{PROSE} Twice.</p>'
        f'<div><a href="u">{end}</a></div><div>Quay Street 12</div>'
    )
    found = article(html_mail(html))
    assert found.text == f"{PROSE}\n\n{PROSE} Twice."
    assert found.url == "https://t.example/1"


def test_prose_about_letters_stays() -> None:
    about = [
        "You can say that you don't want comments at all, or you let them come as they may.",
        "Readers unsubscribe when they are bored, and they are right to do so, says the keeper.",
        "Share prices fell on Monday, and the browser was the first to say so in a short note.",
    ]
    html = "".join(f"<p>{line}</p>" for line in (*about, *[f"{PROSE} {n}" for n in range(16)]))
    assert article(html_mail(html)).text.split("\n\n")[:3] == about


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://google.example/url?q=https://a.example/b&sa=D", "https://a.example/b"),
        (
            "https://eu.safelinks.example/?url=https%3A%2F%2Fa.example%2Fb&data=x",
            "https://a.example/b",
        ),
        ("https://urldefense.example/v2/url?u=https-3A__a.example_b&d=x", "https://a.example/b"),
        ("https://urldefense.example/v3/__https://a.example/b__;!!x", "https://a.example/b"),
        (
            "https://t.example/redirect/2/eyJlIjoiaHR0cHM6Ly9hLmV4YW1wbGUvYiJ9.sig",
            "https://a.example/b",
        ),
        ("https://c.example/x/aHR0cHM6Ly9hLmV4YW1wbGUvYg==", "https://a.example/b"),
        ("https://a.example/story?to=https://b.example/", None),
        ("https://a.example/eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZSJ9.sig", None),
        ("https://c.example/track/click?u=12&id=34", None),
        ("https://web.example/2020/https://a.example/b", None),
    ],
)
def test_redirects_are_followed_only_where_they_spell_their_target(
    address: str, target: str | None
) -> None:
    assert direct(address) == (target or address)


def test_tokens_are_told_from_addresses() -> None:
    assert is_opaque("https://a.example/p?token=x")
    assert not is_opaque("https://a.example/2024/01/the-gauge-and-its-keeper")
    assert impersonal("https://a.example/b?e=1") == "https://a.example/b"


def box(*messages: str) -> bytes:
    mark = "From ada@tide.example Fri Jan  5 11:00:00 2024\n"
    return "".join(f"{mark}{message}\n\n" for message in messages).encode()


def test_a_mail_box_gives_each_message() -> None:
    quoted = HEAD + f"\n{PROSE}\n\n>From here on it rains.\n>>From there.\n\nFrom now on, dry.\n"
    other = html_mail(f"<p>{PROSE}</p>").replace("Message-ID: <m1@tide.example>\n", "")
    report = multipart("report", "Content-Type: text/plain\n\nx").replace("m1@", "m3@")
    found = read_all(box(quoted, other, report, quoted))
    assert [type(one) for one in found] == [Document, Document, Notice, Document]
    parts = [one.part for one in found if isinstance(one, Document)]
    assert parts[0] == "m1@tide.example"
    assert len(parts[1]) == 8
    assert parts[2] == "m1@tide.example~2"
    first = found[0]
    assert isinstance(first, Document)
    for line in ("<p>From here on it rains.", "&gt;From there.", "From now on, dry."):
        assert line in first.content or line.replace("&gt;", "") in first.content
    notice = found[2]
    assert isinstance(notice, Notice)
    assert notice.message.startswith("m3@tide.example: a report")


class Endless(io.RawIOBase):
    """A mail box of a given number of messages that is made while it is read."""

    def __init__(self, messages: list[bytes], times: int) -> None:
        self._pieces: Iterator[bytes] = (m for _ in range(times) for m in messages)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._pieces, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def test_a_message_that_is_too_large_is_left_out_and_the_next_is_read() -> None:
    letter = HEAD.replace("m1@", "m2@") + f"\n{PROSE}"
    huge = [b"x" * 999_999 + b"\n"] * (mbox.MAX_MESSAGE_BYTES // 1_000_000 + 1)
    start = box(HEAD + "\nbig").rstrip(b"\n") + b"\n"

    def opened() -> BinaryIO:
        return io.BufferedReader(Endless([start, *huge, b"\n", box(letter)], 1))  # type: ignore[arg-type]

    big = Source("box", "box", datetime(2024, 1, 1, tzinfo=UTC), 0, opened)
    failure, document = mbox.read(big)
    assert isinstance(failure, Failure)
    assert failure.message.startswith("message 1 is larger than")
    assert isinstance(document, Document)
    assert document.part == "m2@tide.example"


def test_parts_nested_too_deep_are_damage() -> None:
    head = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(3000))
    try:
        found = read_all((HEAD + head).encode())
    except (DamagedSourceError, NoArticleError):
        found = []
    assert found == []


@pytest.mark.parametrize(
    "mark",
    [
        "From ada@tide.example Fri Jan  5 11:00:00 2024",
        "From - Fri Jan 05 11:00:00 2024",
        "From 1787@xxx Fri Jan 05 11:00:00 +0000 2024",
        "From ada@tide.example",
        "From Ada Quill Fri Jan 5, 2024",
    ],
)
def test_marks_of_mail_boxes_come_in_many_forms(mark: str) -> None:
    letters = (HEAD.replace("m1@", f"m{n}@") + f"\n{PROSE}\n" for n in range(3))
    found = read_all("\n".join(f"{mark}\n{letter}" for letter in letters).encode())
    parts = [one.part for one in found if isinstance(one, Document)]
    assert parts == ["m0@tide.example", "m1@tide.example", "m2@tide.example"]


def test_a_text_that_is_only_attached_is_read() -> None:
    attached = (
        "Content-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n"
        f"<p>{PROSE}</p>"
    )
    assert article(multipart("mixed", attached)).text == PROSE


def test_parts_that_are_no_text_are_left_alone() -> None:
    plain = f"Content-Type: text/plain\n\n{PROSE}"
    amp = f"Content-Type: text/x-amp-html\n\n<p>{PROSE} And again.</p>"
    file = f"Content-Type: text/plain\nContent-Disposition: attachment\n\n{PROSE} As a file."
    assert article(multipart("alternative", plain, amp)).text == PROSE
    assert article(multipart("mixed", plain, file)).text == PROSE


def test_the_copy_of_a_plain_letter_is_found() -> None:
    said = f"View this post on the web at https://tide.example/p/gauge?utm_source=mail\n\n{PROSE}"
    found = article(f"{HEAD}\n{said}")
    assert (found.url, found.text) == ("https://tide.example/p/gauge", PROSE)


def test_a_field_that_names_the_page_beats_the_links() -> None:
    head = HEAD + "List-Post: <https://tide.example/p/gauge>\nArchived-At: <mailto:x@y.example>\n"
    html = f'<a href="https://click.t.example/{"Ab9" * 30}">View in browser</a><p>{PROSE}</p>'
    assert read(html_mail(html, head)).url == "https://tide.example/p/gauge"
    only = read(html_mail(html, HEAD + "List-Archive: <https://lists.example/tide/>\n"))
    assert only.url is not None
    assert only.url.startswith("https://click.t.example/")


def test_quotations_in_a_mail_stay_quotations() -> None:
    html = (
        f"<p>{PROSE}</p><div>On Friday Bo wrote:</div>"
        "<blockquote type='cite'><p>Is the gauge still there?</p></blockquote>"
    )
    found = article(html_mail(html))
    assert "<blockquote><p>Is the gauge still there?</p></blockquote>" in found.html
    deep = mailtext.to_html("> " * 40 + "deep")
    assert deep.count("<blockquote>") < 10


def test_rows_of_links_and_lists_of_subscribers_are_no_text() -> None:
    html = (
        f"<h1>The gauge</h1><div>By Ada Quill – 5 Jan 2024 – <a href='https://t.example/g'>View online"
        f"</a></div><p>{PROSE}</p><p><a href='1'>More like this</a> <a href='2'>Less like this</a> "
        "<a href='3'>Comment</a></p><p>The Tide © 2024 – <a href='u'>Unsubscribe</a></p>"
    )
    found = article(html_mail(html, HEAD.replace("Ada Quill", "The Tide")))
    assert (found.text, found.authors, found.url) == (PROSE, ("Ada Quill",), "https://t.example/g")
    said = f"{PROSE}\n\n____________\nTide mailing list\nTide@lists.example\nhttps://l.example/info"
    assert article(f"{HEAD}\n{said}").text == PROSE


def test_what_a_program_adds_around_a_message_is_left_out() -> None:
    said = f"{HEAD}\n{PROSE}\n"
    found = article(f"{len(said)}      \n{said}<?xml version='1.0'?><plist><dict/></plist>")
    assert (found.title, found.text) == ("The gauge", PROSE)
    assert article(f">From ada Fri Jan 5\n{said}").text == PROSE


def test_what_calls_itself_html_and_is_not_is_text() -> None:
    assert (
        article(html_mail(f"{PROSE}\n\nIt rains & pours.")).text == f"{PROSE}\n\nIt rains & pours."
    )
    assert article(f"{HEAD}\n<p>{PROSE}</p>").text == PROSE


def test_the_authors_of_stories_are_not_those_of_the_letter() -> None:
    html = f"<h2>One</h2><p>By Cara Reed</p><p>{PROSE}</p><h2>Two</h2><p>By Dan Ives</p><p>{PROSE} 2</p>"
    assert article(html_mail(html)).authors == ("Ada Quill",)
    assert article(html_mail(html.replace("<p>By Dan Ives</p>", ""))).authors == ("Cara Reed",)


def test_a_short_letter_with_its_bar_at_the_end_is_kept_whole() -> None:
    for end in ("<a href='u'>Unsubscribe</a> | {}", "{}"):
        copy = '<a href="https://t.example/p">View in browser</a>'
        html = f"<p>{PROSE}</p><p>It rains.</p><p>{end.format(copy)}</p><p>The Tide, 12 Quay Street, 123</p>"
        found = article(html_mail(html))
        assert found.text.startswith(f"{PROSE}\n\nIt rains.")
        assert found.url == "https://t.example/p"
        assert "Unsubscribe" not in found.text


def test_empty_paragraphs_of_word_processors_go() -> None:
    html = f"<p class=MsoNormal>{PROSE}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p>Bye.</p>"
    assert article(html_mail(html)).html.count("<p>") == 2


@pytest.mark.parametrize(
    ("words", "here"),
    [
        ("Having trouble viewing this email?", "Click here"),
        ("Si vous ne visualisez pas ce message,", "cliquez ici"),
        ("Wird die E-Mail nicht richtig dargestellt, klicken Sie bitte", "hier"),
        ("Se non visualizzi questa e-mail,", "clicca qui"),
    ],
)
def test_a_bar_may_say_here_instead_of_where(words: str, here: str) -> None:
    html = f'<p>{words} <a href="https://t.example/p">{here}</a></p><p>{PROSE}</p><p>It rains.</p>'
    found = article(html_mail(html))
    assert (found.url, found.text) == ("https://t.example/p", f"{PROSE}\n\nIt rains.")


def test_tables_of_data_are_told_from_layout_without_headings() -> None:
    rows = "<tr><td>Mon</td><td>4:10</td></tr><tr><td>Tue</td><td>5:02</td></tr>"
    data = article(html_mail(f"<p>{PROSE}</p><table>{rows}</table><p>Bye.</p>"))
    assert "<td>4:10</td>" in data.html
    laid = rows.replace("4:10", '<img src="https://a.example/a.png" width="300">4:10')
    assert "<td>" not in article(html_mail(f"<p>{PROSE}</p><table>{laid}</table>")).html
    uneven = rows + "<tr><td>Wed</td></tr>"
    assert "<td>" not in article(html_mail(f"<p>{PROSE}</p><table>{uneven}</table>")).html


def test_a_teaser_that_is_padded_goes_though_it_is_not_hidden() -> None:
    teaser = "<div style='font-size:1px;color:#fff'>A teaser." + "&zwnj;&nbsp;" * 20 + "</div>"
    assert article(html_mail(f"{teaser}<p>{PROSE}</p>")).text == PROSE


def test_what_is_hidden_by_mistake_is_shown() -> None:
    assert article(html_mail(f'<div style="opacity: 0"><p>{PROSE}</p></div>')).text == PROSE


def test_spacers_and_icons_go_and_pictures_stay() -> None:
    html = (
        f'<p>{PROSE}</p><img src="https://a.example/s.gif" width="600" height="1">'
        '<img src="https://a.example/i.png" style="width: 20px">'
        '<img src="https://a.example/p.jpg" width="100%"><p>Bye.</p>'
    )
    found = article(html_mail(html)).html
    assert "p.jpg" in found
    assert "s.gif" not in found
    assert "i.png" not in found
