"""Feeds saved to disk: RSS, RDF, Atom and JSON Feed, and the broken ways they come in."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError, NoArticleError, UnknownFormatError
from feedsmith.model import Document, Link, Notice, Read, Source

PROSE = "The keeper of the gauge walks down to the quay each morning and writes down what he sees."
LONG = f"<p>{PROSE}</p>" * 8
RSS = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'


def source(data: bytes) -> Source:
    mtime = datetime(2024, 6, 1, tzinfo=UTC)
    return Source("saved", "saved", mtime, len(data), lambda: io.BytesIO(data))


def read_all(feed: str | bytes) -> list[Read]:
    return list(readers.read(source(feed.encode() if isinstance(feed, str) else feed)))


def rss(
    *items: str, channel: str = "<title>The Tide</title><link>https://tide.example/</link>"
) -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f"{RSS}<channel>{channel}{inner}</channel></rss>"


def document(feed: str | bytes) -> Document:
    (found,) = read_all(feed)
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize(
    "start",
    [
        '<?xml version="1.0"?><?xml-stylesheet href="x"?><!-- a > b --><rss version="2.0"/>',
        '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://my.netscape.com/x.dtd"><rss/>',
        f"\n{ATOM}",
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"/>',
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"/>',
        '<rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/"/>',
        '{"version": "https://jsonfeed.org/version/1", "items": []}',
        '{"title": "x", "items": [], "version": "https:\\/\\/jsonfeed.org\\/version\\/1.1"}',
    ],
)
def test_feeds_are_told_by_their_root(start: str) -> None:
    assert readers.detect(source(start.encode())).name in {"feed", "json-feed"}


@pytest.mark.parametrize(
    "start",
    [
        '<rdf:RDF xmlns:rdf="x" xmlns:link="http://purl.org/rss/1.0/modules/link/">',
        '<feed xmlns="https://a.example/schema">',
        '<opml version="2.0"><head/></opml>',
    ],
)
def test_other_xml_is_no_feed(start: str) -> None:
    probe = readers.probe_of(source(start.encode()))
    feeds = [kind for kind in readers.KINDS if kind.name in {"feed", "json-feed"}]
    assert not any(kind.matches(probe) for kind in feeds)


def test_an_rss_item_with_its_text_is_an_article() -> None:
    item = (
        "<title>AT&amp;amp;T &amp;#8217;s &lt;i&gt;gauge&lt;/i&gt;</title>"
        "<link>https://tide.example/1?a=1&b=2</link>"
        '<guid isPermaLink="false">tide-1</guid><pubDate>Fri, 05 Jan 2024 11:00:00 +0100</pubDate>'
        "<dc:creator>Ada Quill</dc:creator><category>Sea</category><category>Sea</category>"
        f"<description>A teaser.</description><content:encoded><![CDATA[{LONG}"
        '<p>The post <a href="x">A</a> appeared first on <a href="y">T</a>.</p>]]></content:encoded>'
        '<media:thumbnail url="/a.png"/>'
    )
    found = document(rss(item))
    assert (found.part, found.url) == ("tide-1", "https://tide.example/1?a=1&b=2")
    assert found.hints.title == "AT&T ’s gauge"
    assert found.hints.authors == ("Ada Quill",)
    assert found.hints.tags == ("Sea",)
    assert found.hints.site == "The Tide"
    assert found.hints.summary == "A teaser."
    assert found.hints.image == "https://tide.example/a.png"
    assert "appeared" not in found.content
    article = parser.parse(found, Config()).article
    assert article.title == "AT&T ’s gauge"
    assert article.published is not None
    assert article.published.isoformat() == "2024-01-05T11:00:00+01:00"


def test_an_entry_with_a_teaser_is_a_link() -> None:
    teaser = "<title>A</title><link>https://tide.example/1</link><description>Short &amp; sweet</description>"
    cut = (
        "<title>B</title><link>https://tide.example/2</link><content:encoded>"
        f"&lt;p&gt;{PROSE}&lt;/p&gt;&lt;p&gt;Read more&lt;/p&gt;</content:encoded>"
    )
    bare = "<title>C</title><link>https://tide.example/3</link>"
    links = read_all(rss(teaser, cut, bare))
    assert [type(link) for link in links] == [Link, Link, Link]
    first = links[0]
    assert isinstance(first, Link)
    assert (first.title, first.summary, first.url) == (
        "A",
        "Short & sweet",
        "https://tide.example/1",
    )


def test_a_long_description_is_the_text() -> None:
    found = document(
        rss(f"<link>https://tide.example/1</link><description><![CDATA[{LONG}]]></description>")
    )
    assert found.content == LONG
    assert found.part == "https://tide.example/1"


def test_a_short_text_that_calls_itself_one_is_kept() -> None:
    found = document(
        rss(
            "<title>A</title><link>https://tide.example/1</link><content:encoded>High.</content:encoded>"
        )
    )
    assert parser.parse(found, Config()).article.text == "High."


def test_a_note_without_an_address_is_kept_and_an_empty_entry_named() -> None:
    note, empty = read_all(rss("<description>Only a note</description>", "<title>x</title>"))
    assert isinstance(note, Document)
    assert len(note.part) == 8
    assert isinstance(empty, Notice)
    assert empty.message.startswith("entry 2:")


def test_repeated_ids_stay_apart() -> None:
    item = "<guid>https://tide.example/1</guid><content:encoded>One</content:encoded>"
    parts = [d.part for d in read_all(rss(item, item)) if isinstance(d, Document)]
    assert parts == ["https://tide.example/1", "https://tide.example/1~2"]


def test_escaping_is_undone_as_often_as_it_was_done() -> None:
    twice = f"&amp;lt;p&amp;gt;{PROSE * 9}&amp;lt;/p&amp;gt;"
    assert document(rss(f"<description>{twice}</description>")).content == f"<p>{PROSE * 9}</p>"
    plain = document(rss("<description>a &lt; b\n\nc</description>")).content
    assert plain == "<p>a &lt; b</p>\n<p>c</p>"


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    feed = rss("<title>A &nbsp;caf&eacute; & more</title><description>x</description>")[:-10]
    assert document(feed).hints.title == "A café & more"
    undeclared = (
        "<rss><channel><item><content:encoded>High water.</content:encoded></item></channel></rss>"
    )
    assert document(undeclared).content == "<p>High water.</p>"
    with pytest.raises(NoArticleError):
        document("<rss")


@pytest.mark.parametrize(("declared", "encoding"), [("iso-8859-1", "utf-8"), ("utf-8", "cp1252")])
def test_declared_encodings_may_lie(declared: str, encoding: str) -> None:
    feed = f'<?xml version="1.0" encoding="{declared}"?>' + rss(
        "<description>Die Fähre öffnet</description>"
    )
    assert document(feed.encode(encoding)).content == "<p>Die Fähre öffnet</p>"


def test_rdf_items_lie_beside_the_channel() -> None:
    feed = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>The Tide</title><link>https://tide.example/</link></channel>"
        "<item><title>A</title><link>https://tide.example/1</link><dc:date>2024-01-05T11:00:00Z"
        f"</dc:date><dc:subject>sea</dc:subject><description>{PROSE * 9}</description></item></rdf:RDF>"
    )
    found = document(feed)
    assert found.hints.published == "2024-01-05T11:00:00Z"
    assert (found.hints.site, found.hints.tags) == ("The Tide", ("sea",))


def test_an_atom_entry_inherits_from_its_feed_and_source() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://tide.example/blog/" xml:lang="de">'
        "<title>The Tide</title><author><name>Ada Quill</name></author>"
        "<entry><id>tag:1</id><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>b</b>"
        "</div></title><link rel='replies' href='r'/><link href='p/1'/><updated>2024-01-05T11:00:00Z"
        "</updated><content type='xhtml' xml:base='p/'><h:div xmlns:h='http://www.w3.org/1999/xhtml'>"
        "<h:p>High <h:a href='x'>water</h:a> &#38; low.</h:p></h:div></content>"
        "<category term='t' label='Sea'/></entry>"
        "<entry><id>tag:2</id><title>B</title><source><title>The Buoy</title><author><name>Bo Berg"
        "</name></author></source><published>2024-01-04T11:00:00Z</published><updated>"
        "2024-01-05T11:00:00Z</updated><content type='text'>1 &lt; 2</content></entry></feed>"
    )
    first, second = read_all(feed)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.url, first.part) == ("https://tide.example/blog/p/1", "tag:1")
    assert first.hints.title == "A b"
    assert (first.hints.authors, first.hints.language) == (("Ada Quill",), "de")
    assert first.hints.published == first.hints.updated == "2024-01-05T11:00:00Z"
    assert first.hints.tags == ("Sea",)
    assert 'High <a href="https://tide.example/blog/p/x">water</a> &amp; low.' in first.content
    assert (second.hints.site, second.hints.authors) == ("The Buoy", ("Bo Berg",))
    assert second.hints.published == "2024-01-04T11:00:00Z"
    assert second.content == "<div><p>1 &lt; 2</p></div>"


def test_json_feeds_of_both_versions_are_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "title": "The Tide",
        "author": {"name": "Ada Quill"},
        "items": [
            {"id": 1, "url": "https://tide.example/1", "content_text": "High.\n\n1 < 2",
             "date_published": "2024-01-05T11:00:00Z", "tags": ["sea", 3]},
            {"id": "2", "external_url": "https://a.example/2", "title": "B", "summary": "A teaser."},
            {"id": "3", "content_html": LONG, "authors": [{"name": "Bo"}, {"url": "x"}], "image": "i"},
            "rubbish",
        ],
    }  # fmt: skip
    one, two, three = read_all(json.dumps(feed))
    assert isinstance(one, Document)
    assert one.content == "<p>High.</p>\n<p>1 &lt; 2</p>"
    assert (one.part, one.hints.authors, one.hints.tags) == ("1", ("Ada Quill",), ("sea",))
    assert two == Link("https://a.example/2", "B", "A teaser.", part="2")
    assert isinstance(three, Document)
    assert three.hints.authors == ("Bo",)


def test_json_that_is_broken_is_damage() -> None:
    for rest in ("", ', "items": {}}'):
        with pytest.raises(DamagedSourceError):
            read_all(f'{{"version": "https://jsonfeed.org/version/1"{rest}')


@pytest.mark.parametrize(
    "feed",
    [
        rss("<description>x</description>", channel="<generator>feedsmith</generator>"),
        f"{ATOM}<generator version='1'>feedsmith</generator><entry><id>1</id></entry></feed>",
        '{"version": "https://jsonfeed.org/version/1.1",\n"title": "x",\n'
        '"items": [\n{"id": "urn:uuid:1"}\n]}\n',
    ],
)
def test_our_own_feeds_are_refused(feed: str) -> None:
    with pytest.raises(UnknownFormatError, match="leave its folder out"):
        read_all(feed)


def test_a_feed_without_entries_is_no_article() -> None:
    with pytest.raises(NoArticleError, match="without entries"):
        read_all(rss())


def test_sections_that_never_end_cost_no_more_than_their_length() -> None:
    (found,) = read_all("<rss><channel><item><description>" + "<![CDATA[" * 100_000)
    assert isinstance(found, Notice)
