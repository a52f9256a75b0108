"""What agencies send: one item or many, their fields, and what is no article."""

from __future__ import annotations

import base64
import io
import json
import re
from datetime import UTC, datetime

import pytest

from feedsmith import readers
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document, Notice, Parsed, Read, Source
from feedsmith.reading import parse

PROSE = "The harbour board will keep the night ferry for another winter, it said on Monday."


def source(data: bytes | str) -> Source:
    data = data.encode() if isinstance(data, str) else data
    return Source("a", "a", datetime(2024, 1, 1, tzinfo=UTC), len(data), lambda: io.BytesIO(data))


def read(data: bytes | str) -> list[Read]:
    return list(readers.read(source(data)))


def documents(data: bytes | str) -> list[Document]:
    return [found for found in read(data) if isinstance(found, Document)]


def notices(data: bytes | str) -> list[str]:
    return [found.message for found in read(data) if isinstance(found, Notice)]


def nitf(head: str = "", body_head: str = "", content: str = f"<p>{PROSE}</p>") -> str:
    return (
        f"<nitf><head>{head}</head><body><body.head>{body_head}</body.head>"
        f"<body.content>{content}</body.content></body></nitf>"
    )


def g2(*items: str) -> str:
    return (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>'
        + "".join(items)
        + "</itemSet></newsMessage>"
    )


def item(
    guid: str, *, content: str = "", status: str = "usable", item_meta: str = "", meta: str = ""
) -> str:
    return (
        f'<newsItem guid="{guid}"><itemMeta><itemClass qcode="ninat:text"/>{item_meta}'
        f'<pubStatus qcode="stat:{status}"/></itemMeta><contentMeta>{meta}</contentMeta>'
        f"<contentSet>{content}</contentSet></newsItem>"
    )


INLINE = f"<inlineXML><html><body><p>{PROSE}</p></body></html></inlineXML>"


@pytest.mark.parametrize(
    ("data", "wrapper"),
    [
        (f'<?xml version="1.0"?>\n<!-- x -->\n{nitf()}', "NITF"),
        (f'<!DOCTYPE nitf [<!ENTITY a "b">]>{nitf()}', "NITF"),
        (f'\ufeff<?xml version="1.0"?>{nitf()}', "NITF"),
        (nitf().encode("utf-16"), "NITF"),
        (
            (
                "<NewsML><NewsItem><NewsComponent><ContentItem><DataContent>"
                f"<p>{PROSE}</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
            ),
            "NewsML",
        ),
        (g2(item("a", content=INLINE)), "NewsML-G2"),
        (json.dumps({"guid": "a", "body_html": PROSE, "pubstatus": "usable"}), "ninjs"),
        ("abc0003 3 i 380  dpa 0045\nTitle\n\n" + PROSE, "wire text"),
    ],
)
def test_agency_formats_are_told_by_content(data: bytes | str, wrapper: str) -> None:
    (document,) = documents(data)
    assert document.wrapper == wrapper
    assert document.is_edited
    assert document.is_fragment
    assert document.part == ""
    assert PROSE in document.content


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([{"title": "x", "url": "https://a.example/", "headline": "y"}]),
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"body_html": "x"}]}),
        "<newsItem><title>no namespace</title></newsItem>",
    ],
)
def test_what_only_looks_like_it_is_left_alone(data: str) -> None:
    kinds = [kind for kind in readers.KINDS if kind.module in {"ninjs", "newsmlg2"}]
    assert not any(kind.matches(readers.probe_of(source(data))) for kind in kinds)


# --- NITF ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body_head", "published"),
    [
        ('<docdata><date.issue norm="20160311T081503Z"/></docdata>', "", "20160311T081503Z"),
        (
            (
                '<docdata><date.issue norm="20020225T143000-0500"/></docdata>'
                '<pubdata date.publication="20020226T000000-0500"/>'
            ),
            "",
            "20020226T000000-0500",
        ),
        (
            "<docdata><date.issue/></docdata>",
            '<dateline><story.date norm="20160311">March 11</story.date></dateline>',
            "20160311",
        ),
    ],
)
def test_the_surest_date_of_nitf_is_taken(head: str, body_head: str, published: str) -> None:
    assert documents(nitf(head, body_head))[0].hints.published == published


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By ADA QUILL<byttl>Staff Writer</byttl>", ("ADA QUILL",)),
        ("By <person>Ada Quill</person> and <person>Bo Berg</person>", ("Ada Quill", "Bo Berg")),
        ("", ()),
    ],
)
def test_bylines_lose_by_and_titles(byline: str, authors: tuple[str, ...]) -> None:
    (document,) = documents(nitf(body_head=f"<byline>{byline}</byline>"))
    assert document.hints.authors == authors


@pytest.mark.parametrize(
    "mark",
    [
        "<p>ends</p>", "<p>(END)</p>", "<p>###</p>", "<p>-30-</p>", "<p>AAP RTV ar</p>",
        "<p>hh/ph/ts/hd</p>", "<p>dpa al rmo hct</p>", "<p>&lt;script src='x'&gt;</p>",
        "<p>hb/ts</p><p>___</p>", "<p>ENDS</p><p> </p>",
    ],
)  # fmt: skip
def test_end_marks_are_cut(mark: str) -> None:
    (document,) = documents(nitf(content=f"<p>{PROSE}</p>{mark}"))
    assert document.content.rstrip().startswith(f"<p>{PROSE}</p>")
    assert document.content.count("<p>") - document.content.count("<p> </p>") == 1


def test_a_last_word_that_is_no_mark_stays() -> None:
    (document,) = documents(nitf(content=f"<p>{PROSE}</p><p>They did.</p>"))
    assert "They did." in document.content


def test_entities_that_xml_does_not_know_are_kept_as_characters() -> None:
    (document,) = documents(
        nitf(content="<p>caf&eacute; &amp; tea &AMP; &unknown; o&amp;#39;clock</p>")
    )
    assert document.content == "<p>café &amp; tea &amp; &amp;unknown; o&#39;clock</p>"


def test_entities_that_a_file_declares_stay_as_they_are() -> None:
    declared = '<!ENTITY a "ferry"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hosts">'
    (document,) = documents(
        f"<!DOCTYPE nitf [{declared}]>{nitf(content='<p>&b; and &c; sail</p>')}"
    )
    assert document.content == "<p>&amp;b; and &amp;c; sail</p>"


def test_an_abstract_or_a_slug_is_no_subtitle() -> None:
    head = "<hedline><hl1>Ferry stays</hl1><hl2>{}</hl2></hedline><abstract><p>A.</p></abstract>"
    said = [
        documents(nitf(body_head=head.format(line)))[0].hints.subtitle
        for line in ("Ferry stays", "NORLAND FERRY", "Board gives way to the rowers")
    ]
    assert said == [None, None, "Board gives way to the rowers"]


# --- NewsML -------------------------------------------------------------------------------------


def newsml(content: str, lines: str = "", management: str = "") -> str:
    return (
        "<NewsML><NewsItem><Identification><NewsIdentifier><PublicIdentifier>urn:1"
        "</PublicIdentifier></NewsIdentifier></Identification>"
        f"<NewsManagement>{management}</NewsManagement><NewsComponent><NewsLines>{lines}"
        f"</NewsLines><ContentItem>{content}</ContentItem></NewsComponent></NewsItem></NewsML>"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"<DataContent>{PROSE}\n\nMore of it.\n</DataContent>", [PROSE, "More of it."]),
        (
            f"<DataContent><html><body><p>{PROSE}</p></body></html></DataContent>",
            [PROSE],
        ),
        (f"<DataContent><![CDATA[<p>{PROSE}</p>]]></DataContent>", [PROSE]),
        (f"<DataContent><![CDATA[{nitf()}]]></DataContent>", [PROSE]),
        (f"<DataContent><![CDATA[&lt;p&gt;{PROSE}&lt;/p&gt;]]></DataContent>", [PROSE]),
        (
            (
                '<Encoding Notation="Base64"><DataContent>'
                f"{base64.b64encode(PROSE.encode()).decode()}</DataContent></Encoding>"
            ),
            [PROSE],
        ),
    ],
)
def test_a_text_is_read_however_it_is_packed(content: str, expected: list[str]) -> None:
    (document,) = documents(newsml(content))
    assert document.content.replace("\n", "") == "".join(f"<p>{line}</p>" for line in expected)


def test_the_longest_text_of_an_item_is_the_article() -> None:
    short = "<DataContent><p>The ferry at the quay.</p></DataContent>"
    picture = f'<MediaType FormalName="Photo"/><DataContent>{"QUJD" * 99}</DataContent>'
    data = newsml(
        f"<DataContent><p>{PROSE}</p></DataContent></ContentItem><ContentItem>{short}"
        f"</ContentItem><ContentItem>{picture}"
    )
    assert [document.content for document in documents(data)] == [f"<p>{PROSE}</p>"]


def test_items_without_text_and_cancelled_ones_are_told() -> None:
    gone = '<Status FormalName="Canceled"/>'
    (told,) = notices(newsml(f"<DataContent>{PROSE}</DataContent>", management=gone))
    assert "canceled" in told
    (told,) = notices(newsml('<MediaType FormalName="Photo"/>'))
    assert "no text" in told


def test_two_items_are_two_articles() -> None:
    one = newsml(f"<DataContent>{PROSE}</DataContent>").removesuffix("</NewsML>")
    both = documents(one + one.removeprefix("<NewsML>") + "</NewsML>")
    assert [document.part for document in both] == ["urn:1", "urn:1~2"]


# --- NewsML-G2 ----------------------------------------------------------------------------------


def test_a_message_holds_several_articles_and_names_the_rest() -> None:
    data = g2(
        item("urn:a", content=INLINE),
        item("urn:b", content='<remoteContent contenttype="image/jpeg" href="x"/>'),
        item("urn:c", content=INLINE, status="canceled"),
        '<packageItem guid="urn:d"><groupSet/></packageItem>',
        item("urn:e", content=f"<inlineData>{PROSE}</inlineData>"),
    )
    assert [document.part for document in documents(data)] == ["urn:a", "urn:e"]
    told = notices(data)
    assert [line.partition(": ")[0] for line in told] == ["urn:b", "urn:c", "urn:d"]
    assert "canceled" in told[1]
    assert "package" in told[2]


@pytest.mark.parametrize(
    "content",
    [
        f"<inlineData>{PROSE}</inlineData>",
        f'<inlineData contenttype="text/html">&lt;p&gt;{PROSE}&lt;/p&gt;</inlineData>',
        (
            '<inlineData contenttype="text/plain" encoding="base64">'
            f"{base64.b64encode(PROSE.encode()).decode()}</inlineData>"
        ),
        f'<inlineXML contenttype="application/nitf+xml">{nitf()}</inlineXML>',
        f"<inlineXML><html><body>{PROSE}</body></html></inlineXML>",
    ],
)
def test_an_item_may_hold_its_text_in_several_forms(content: str) -> None:
    (document,) = documents(g2(item("a", content=content)))
    assert re.sub(r' xmlns="[^"]*"', "", document.content) == f"<p>{PROSE}</p>"


def test_bytes_in_place_of_a_text_are_no_text() -> None:
    data = g2(item("a", content='<inlineData contenttype="image/jpeg">QUJD</inlineData>'))
    assert documents(data) == []


def test_the_fields_of_an_item() -> None:
    meta = (
        "<located><name>Port Ellery</name></located><by>By Ada Quill</by>"
        '<headline role="hld:subhead">Board gives way to the rowers</headline>'
        "<headline>Ferry stays *** TRANSLATED ***</headline><keyword>ferries</keyword>"
    )
    dates = (
        "<versionCreated>2017-10-18T11:16:43+02:00</versionCreated>"
        "<firstCreated>2017-12-19T10:33:04+02:00</firstCreated><provider><name>NPA</name></provider>"
    )
    (document,) = documents(
        g2(item("https://a.example/7", content=INLINE, meta=meta, item_meta=dates))
    )
    hints = document.hints
    assert (hints.title, hints.subtitle) == ("Ferry stays", "Board gives way to the rowers")
    assert (hints.authors, hints.place, hints.site) == (("Ada Quill",), "Port Ellery", "NPA")
    assert hints.tags == ("ferries",)
    assert hints.published == "2017-12-19T10:33:04+02:00"  # no version is older than the first
    assert document.url == "https://a.example/7"


# --- ninjs --------------------------------------------------------------------------------------


def ninjs(**fields: object) -> dict[str, object]:
    return {"uri": "tag:a,2021:7", "versioncreated": "2021-11-03T05:47:29Z", **fields}


def test_pictures_and_cancelled_items_are_told() -> None:
    data = [
        ninjs(type="picture", body_text=PROSE),
        ninjs(type="text", body_text=PROSE, pubstatus="canceled"),
        ninjs(type="text", body_text=f"{PROSE}\n\n###"),
    ]
    assert [document.content for document in documents(json.dumps(data))] == [f"<p>{PROSE}</p>"]
    assert [line.partition(": ")[0] for line in notices(json.dumps(data))] == [
        "tag:a,2021:7",
        "tag:a,2021:7~2",
    ]


def test_a_package_gives_the_texts_in_it() -> None:
    inner = {"one": ninjs(type="text", body_html=f"<p>{PROSE}</p>"), "two": ninjs(type="picture")}
    found = read(json.dumps(ninjs(type="composite", headline="x", associations=inner)))
    assert [type(one).__name__ for one in found] == ["Notice", "Document"]


def test_the_fields_of_version_one() -> None:
    data = ninjs(
        type="text", headline="Ferry stays", body_xhtml=f"<p>{PROSE}</p><p>ends</p>",
        byline="By Ada Quill", located="Port Ellery", keywords=["ferries"], source="NPA",
        subject=[{"name": "Transport", "code": "1"}], language="en",
    )  # fmt: skip
    (document,) = documents(json.dumps({"_items": [data]}))
    hints = document.hints
    assert document.content == f"<p>{PROSE}</p>"
    assert (hints.title, hints.authors, hints.place) == (
        "Ferry stays",
        ("Ada Quill",),
        "Port Ellery",
    )
    assert (hints.tags, hints.site, hints.language) == (("ferries", "Transport"), "NPA", "en")


@pytest.mark.parametrize(
    "fields",
    [
        {"body_main": "Short.", "body_richtext": f"<p>{PROSE}</p>"},
        {"bodies": [{"role": "main", "contentType": "text/plain", "value": PROSE}]},
        {"bodies": [{"contentType": "application/nitf+xml", "value": nitf()}]},
    ],
)
def test_bodies_have_names_of_their_own(fields: dict[str, object]) -> None:
    (document,) = documents(json.dumps(ninjs(headline_main="Ferry stays", **fields)))
    assert document.content == f"<p>{PROSE}</p>"
    assert document.hints.title == "Ferry stays"


def test_every_item_of_a_long_list_is_given_in_its_order() -> None:
    items = [ninjs(uri=f"tag:a,2021:{number}", body_text="Late.") for number in range(10_100)]
    found = documents(json.dumps([items[0], {"items": items[1:]}]))
    assert [one.part for one in found] == [item["uri"] for item in items]


def test_broken_json_is_told() -> None:
    with pytest.raises(DamagedSourceError, match="no JSON"):
        read('{"uri": "a", "versioncreated": "2021", "headline": "x", ')


# --- wire text ----------------------------------------------------------------------------------


def test_anpa_is_read() -> None:
    data = (
        b"\x16\x16\x01a1234\x1f-----\r\nr i\x14\x11 BC-NL--Ferry     11-03 0120\r\n"
        b"\x02^BC-NL--Ferry, 1st Ld<\r\n^Night ferry stays for another winter<\r\n"
        b"^Eds: Adds the engine.<\r\n^By ADA QUILL=\r\n^Norland Press Writer=\r\n"
        b"\tPORT ELLERY, Norland (AP) _ The board said it ``will keep''\r\nthe ferry.\r\n"
        b"\tIt meets again in May.\r\n\r\n\x03AP-WF-11-03-21 0620GMT<\r\n\x0c\x04"
    )
    (parsed,) = [found for found in parse(source(data), Config()) if isinstance(found, Parsed)]
    article = parsed.article
    assert article.title == "Night ferry stays for another winter"
    assert article.authors == ("ADA QUILL",)
    assert article.published == datetime(2021, 11, 3, 6, 20, tzinfo=UTC)
    assert (article.site, article.place) == ("AP", "PORT ELLERY, Norland")
    assert article.text.split("\n\n")[-2:] == [
        "PORT ELLERY, Norland (AP) — The board said it “will keep” the ferry.",
        "It meets again in May.",
    ]


def test_rows_of_a_table_stay_apart() -> None:
    data = b"\x01a1234\x1f\n\x02^BC-A<\n^Standings=\n\x08;W;L\x10\n\x08Ellery;2;1\n\x03"
    (document,) = documents(data)
    assert document.content == ";W;L\n\nEllery;2;1"


def test_messages_one_behind_the_other_are_several_articles() -> None:
    one = b"\x01abc0001 3 i 10  npa 0045\r\n\x02Ferry stays\r\n\r\nIt does.\r\n\x03\r\n"
    parts = [document.part for document in documents(one + one.replace(b"0001", b"0002"))]
    assert parts == ["abc0001", "abc0002"]


@pytest.mark.parametrize(
    ("head", "title", "authors"),
    [
        ("Night ferry\r\nstays =\r\n", "Night ferry stays", ()),
        ("FERRY STAYS\r\n\r\n", "FERRY STAYS", ()),
        ("(new)\r\nFerry stays\r\nVon Ada Quill,\r\nund Bo Berg, npa =\r\n", "Ferry stays",
         ("Ada Quill, und Bo Berg, npa",)),
        ("Eds: adds quote\r\nFerry stays\r\n\r\n", "Ferry stays", ()),
    ],
)  # fmt: skip
def test_the_head_of_a_text_is_title_and_byline(
    head: str, title: str, authors: tuple[str, ...]
) -> None:
    data = f"\x01abc0001 3 i 10  npa 0045\r\n\x02{head}{PROSE}\r\n\x03"
    (document,) = documents(data)
    assert (document.hints.title, document.hints.authors) == (title, authors)
    assert document.content == PROSE


def test_a_trailer_without_a_year_gives_no_date() -> None:
    (document,) = documents(b"\x01abc0001 3 i 10  npa 0045\r\n\x02A\r\n\r\nB.\r\n\x03032322 GMT")
    assert document.hints.published is None


def test_a_message_without_a_text_is_told() -> None:
    with pytest.raises(DamagedSourceError, match="without a text"):
        read(b"\x01abc0001 3 i 10")
