"""What the writers promise: golden files, the rules of the formats, and any text survives."""

import json
import pickle
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import feedparser
import pytest
from golden import CASES, case_names, feeds_of, read_case, render, steady
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsmith.builder import FORMATS, MEDIA_TYPES, content, opml, write_feed
from feedsmith.check import check_agreement, check_feed
from feedsmith.feedmodel import Entry, Feed, FeedSummary, Site
from feedsmith.model import Article, Topic
from feedsmith.text import clean, one_line

ATOM = "{http://www.w3.org/2005/Atom}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
SITE = Site(
    title="Kept pages",
    subtitle="",
    base_url="https://shelf.example.org/",
    author="Ilse Marram",
    language="en",
    formats=("atom", "rss", "json"),
)
ARTICLE = Article(
    title="A pier is rebuilt",
    text="The pier stands again.\n\nIt took a year.",
    html="<p>The pier stands again.</p><p>It took a year.</p>",
    url="https://harbourpost.example/pier",
    summary="The pier stands again.",
)
LINK_PARAGRAPH = (
    '<p><a href="https://harbourpost.example/pier">Read it at harbourpost.example</a></p>'
)


def entry_of(article: Article, number: int = 0) -> Entry:
    return Entry(
        f"urn:uuid:00000000-0000-5000-8000-{number:012d}",
        f"articles/2024/pier-{number}.html",
        NOON - timedelta(hours=number),
        NOON - timedelta(hours=number),
        article,
    )


def feed_of(*articles: Article, site: Site = SITE, **fields: Any) -> Feed:
    entries = tuple(entry_of(article, number) for number, article in enumerate(articles))
    given = {
        "id": "urn:uuid:11111111-0000-5000-8000-000000000000",
        "title": site.title,
        "subtitle": site.subtitle,
        "folder": "",
        "language": site.language,
        "updated": NOON,
        "entries": entries,
        "site": site,
    }
    return Feed(**(given | fields))


def parse_xml(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314 (our own output)


def first_of_each(article: Article, **site: Any) -> tuple[Any, Any, Any]:
    """Return the article as an Atom entry, an RSS item and a JSON Feed item."""
    files = write_feed(feed_of(article, site=replace(SITE, **site)))
    return (
        parse_xml(files["atom.xml"]).find(f"{ATOM}entry"),
        parse_xml(files["rss.xml"]).find("channel/item"),
        json.loads(files["feed.json"])["items"][0],
    )


def links_of(entry: ET.Element) -> dict[str | None, str | None]:
    return {link.get("rel"): link.get("href") for link in entry.findall(f"{ATOM}link")}


@pytest.mark.parametrize("name", case_names())
def test_a_case_gives_its_golden_files(name: str) -> None:
    folder = CASES / name / "expected"
    expected = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    written = {path: steady(data) for path, data in render(name).items()}
    assert written.keys() == expected.keys()
    for path, data in expected.items():
        assert written[path].decode() == data.decode(), path


@pytest.mark.parametrize("name", case_names())
def test_golden_feeds_have_no_problem_and_agree(name: str) -> None:
    files = render(name)
    for path, data in files.items():
        if not path.endswith((".html", ".js")):
            assert check_feed(data, path) == ()
    for folder in {path.rpartition("/")[0] for path in files}:
        here = {p: d for p, d in files.items() if p.rpartition("/")[0] == folder}
        assert check_agreement({p: d for p, d in here.items() if "html" not in p}) == ()


@pytest.mark.parametrize("name", case_names())
def test_feedparser_reads_what_was_written(name: str) -> None:
    site, topics, entries = read_case(name)
    for feed in feeds_of(site, topics, entries):
        for path, data in write_feed(feed).items():
            if not path.endswith(".xml"):
                continue
            parsed = feedparser.parse(data)
            assert not parsed.bozo
            assert [e.id for e in parsed.entries] == [e.id for e in feed.entries]


def test_the_same_feed_gives_the_same_bytes() -> None:
    site, topics, entries = read_case("harbour")
    feed = feeds_of(site, topics, entries)[0]
    assert write_feed(feed) == write_feed(pickle.loads(pickle.dumps(feed)))


def test_only_the_formats_asked_for_are_written_and_copies_are_equal() -> None:
    files = write_feed(feed_of(ARTICLE, site=replace(SITE, formats=("atom",))))
    assert sorted(files) == ["atom.xml", "feed.xml"]
    assert files["atom.xml"] == files["feed.xml"]


def test_a_topic_has_its_page_unless_pages_are_off() -> None:
    topic = {"topic": Topic("piers", "Piers"), "folder": "topics/piers/"}
    assert "topics/piers/index.html" in write_feed(feed_of(ARTICLE, **topic))
    without = feed_of(ARTICLE, site=replace(SITE, pages=False), **topic)
    assert "topics/piers/index.html" not in write_feed(without)


def test_the_original_is_the_alternate_link_and_the_page_a_related_one() -> None:
    entry, item, json_item = first_of_each(ARTICLE)
    page = "https://shelf.example.org/articles/2024/pier-0.html"
    assert links_of(entry) == {"alternate": ARTICLE.url, "related": page}
    assert links_of(item) == {"related": page}
    assert item.findtext("link") == json_item["url"] == ARTICLE.url
    assert "external_url" not in json_item


def test_with_copies_preferred_the_page_is_the_alternate_link_and_the_original_via() -> None:
    entry, item, json_item = first_of_each(ARTICLE, link="copy")
    page = "https://shelf.example.org/articles/2024/pier-0.html"
    assert links_of(entry) == {"alternate": page, "via": ARTICLE.url}
    assert links_of(item) == {"via": ARTICLE.url}
    assert item.findtext("link") == json_item["url"] == page
    assert json_item["external_url"] == ARTICLE.url


def test_an_article_without_address_links_to_its_page() -> None:
    entry, _, json_item = first_of_each(replace(ARTICLE, url=None))
    assert list(links_of(entry)) == ["alternate"]
    assert json_item["url"].endswith("/articles/2024/pier-0.html")


def test_without_address_and_pages_there_is_no_link_but_a_valid_feed() -> None:
    site = replace(SITE, pages=False)
    for path, data in write_feed(feed_of(replace(ARTICLE, url=None), site=site)).items():
        assert check_feed(data, path) == ()
    entry, item, json_item = first_of_each(replace(ARTICLE, url=None), pages=False)
    assert links_of(entry) == {}
    assert item.find("link") is None
    assert "url" not in json_item


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("full", ARTICLE.html),
        (
            "excerpt",
            f"<p>The pier stands again.</p>{LINK_PARAGRAPH}",
        ),
        ("link", LINK_PARAGRAPH),
    ],
)
def test_the_content_is_as_much_as_the_configuration_says(choice: str, expected: str) -> None:
    entry, item, json_item = first_of_each(ARTICLE, content=choice)
    assert entry.find(f"{ATOM}content").get("type") == "html"
    assert entry.findtext(f"{ATOM}content") == expected
    assert item.findtext(ENCODED) == json_item["content_html"] == expected


def test_link_content_without_any_address_is_the_excerpt() -> None:
    article = replace(ARTICLE, url=None)
    entry, _, _ = first_of_each(article, content="link", pages=False)
    assert entry.findtext(f"{ATOM}content") == "<p>The pier stands again.</p>"


def test_an_empty_body_gives_the_summary_or_the_title_as_content() -> None:
    entry, _, _ = first_of_each(replace(ARTICLE, html=" "))
    assert entry.findtext(f"{ATOM}content") == "<p>The pier stands again.</p>"
    bare = Article(title="Only <this>", text="", html="")
    entry, item, _ = first_of_each(bare)
    assert entry.findtext(f"{ATOM}content") == "<p>Only &lt;this&gt;</p>"
    assert item.findtext("description") == "<p>Only &lt;this&gt;</p>"


@pytest.mark.parametrize(
    ("article", "title"),
    [
        (replace(ARTICLE, title=" \n "), "The pier stands again."),
        (replace(ARTICLE, title="", summary=""), "The pier stands again. It took a year."),
        (replace(ARTICLE, title="", summary="", text=""), "Untitled"),
        (replace(ARTICLE, title="Two\n lines"), "Two lines"),
    ],
)
def test_an_awkward_title_does_not_stop_the_feed(article: Article, title: str) -> None:
    entry, item, json_item = first_of_each(article)
    assert entry.findtext(f"{ATOM}title") == item.findtext("title") == json_item["title"] == title


def test_a_summary_that_repeats_title_or_body_is_left_out() -> None:
    entry, item, json_item = first_of_each(replace(ARTICLE, summary=ARTICLE.title))
    assert entry.find(f"{ATOM}summary") is None
    assert "summary" not in json_item
    assert item.findtext("description") == ARTICLE.html


def test_the_summary_is_text_in_atom_and_html_in_rss() -> None:
    entry, item, json_item = first_of_each(replace(ARTICLE, summary="5 < 6 & more"))
    assert entry.findtext(f"{ATOM}summary") == json_item["summary"] == "5 < 6 & more"
    assert item.findtext("description") == "5 &lt; 6 &amp; more"


def test_dates_are_utc_without_fractions() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    late = datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=zone)
    entry = replace(entry_of(ARTICLE), published=late, updated=late)
    files = write_feed(feed_of(entries=(entry,), updated=late))
    atom, rss = parse_xml(files["atom.xml"]), parse_xml(files["rss.xml"])
    assert {e.text for e in atom.iter(f"{ATOM}updated")} == {"2024-01-01T21:34:05+00:00"}
    assert rss.findtext("channel/item/pubDate") == "Mon, 01 Jan 2024 21:34:05 +0000"
    assert rss.findtext("channel/lastBuildDate") == "Mon, 01 Jan 2024 21:34:05 +0000"
    json_item = json.loads(files["feed.json"])["items"][0]
    assert json_item["date_published"] == "2024-01-01T21:34:05+00:00"


def test_authors_stand_by_name_and_never_as_an_rss_author() -> None:
    entry, item, json_item = first_of_each(replace(ARTICLE, authors=("Ada Quill", "", "Bo Lund")))
    assert [a.text for a in entry.iter(f"{ATOM}name")] == ["Ada Quill", "Bo Lund"]
    assert [c.text for c in item.findall(CREATOR)] == ["Ada Quill", "Bo Lund"]
    assert item.find("author") is None
    assert json_item["authors"] == [{"name": "Ada Quill"}, {"name": "Bo Lund"}]


def test_a_language_stands_only_where_it_differs_from_the_feeds() -> None:
    for language, expected in (("en", None), ("ar", "ar"), ("not a tag", None), (None, None)):
        entry, item, json_item = first_of_each(replace(ARTICLE, language=language))
        assert entry.get(LANG) == item.get(LANG) == json_item.get("language") == expected


def test_topics_are_categories_with_a_scheme_and_tags_without() -> None:
    topics = (Topic("piers", "Piers & quays"),)
    article = replace(ARTICLE, topics=("piers", "gone"), tags=("Boats", "piers & quays", "boats"))
    files = write_feed(feed_of(article, topics=topics))
    found = [
        (c.get("term"), c.get("label"), c.get("scheme"))
        for c in parse_xml(files["atom.xml"]).iter(f"{ATOM}category")
    ]
    scheme = "https://shelf.example.org/topics/"
    assert found == [
        ("piers", "Piers & quays", scheme),
        ("gone", "gone", scheme),
        ("Boats", "Boats", None),
    ]
    tags = json.loads(files["feed.json"])["items"][0]["tags"]
    assert tags == ["Piers & quays", "gone", "Boats"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://a.example/p.JPG?w=3", "image/jpeg"),
        ("https://a.example/p.webp#x", "image/webp"),
        ("https://a.example/image", ""),
        ("https://a.example/v1.2/", ""),
        (None, ""),
    ],
)
def test_an_image_is_an_enclosure_when_its_type_can_be_told(address: str | None, kind: str) -> None:
    assert content.image_type(address) == kind
    entry, item, json_item = first_of_each(replace(ARTICLE, image=address))
    enclosure = item.find("enclosure")
    assert (enclosure is not None) == bool(kind) == ("enclosure" in links_of(entry))
    assert json_item.get("image") == address
    if enclosure is not None:
        assert dict(enclosure.items()) == {"url": address, "length": "0", "type": kind}


def test_the_source_names_the_original_site() -> None:
    entry, item, _ = first_of_each(replace(ARTICLE, site="Harbour Post"))
    source = entry.find(f"{ATOM}source")
    assert source.findtext(f"{ATOM}title") == item.findtext("source") == "Harbour Post"
    assert source.findtext(f"{ATOM}id") == "https://harbourpost.example/"


def test_an_empty_feed_is_valid_in_every_format() -> None:
    files = write_feed(feed_of(title="", subtitle="", language=""))
    for path, data in files.items():
        assert check_feed(data, path) == ()


def test_media_types_know_every_file_that_is_written() -> None:
    for known in FORMATS:
        for name in (known.file_name, *known.aliases):
            assert MEDIA_TYPES[name].startswith(known.media_type)
    assert MEDIA_TYPES[".opml"].startswith("text/x-opml")
    assert MEDIA_TYPES[".html"] == "text/html; charset=utf-8"
    assert MEDIA_TYPES[".css"] == "text/css; charset=utf-8"
    assert MEDIA_TYPES[".js"] == "text/javascript; charset=utf-8"


def outline_tree(*topics: Topic) -> list[Any]:
    feeds = [FeedSummary("", "All", "", 1, NOON)]
    feeds += [FeedSummary(f"topics/{t.slug}/", t.title, "", 1, NOON, t) for t in topics]
    data = opml.write(SITE, feeds)
    assert check_feed(data, "feeds.opml") == ()
    return _names(parse_xml(data).find("body"))


def _names(outline: Any) -> list[Any]:
    return [(child.get("text"), _names(child)) for child in outline]


def test_opml_has_all_articles_first_and_subtopics_in_their_parents_group() -> None:
    tree = outline_tree(
        Topic("b", "B", parent="a"), Topic("c", "C"), Topic("a", "A"), Topic("d", "D", parent="b")
    )
    in_b = ("B", [("B", []), ("D", [])])
    assert tree == [("All", []), ("Topics", [("C", []), ("A", [("A", []), in_b])])]


def test_opml_has_a_group_for_each_attribute_behind_the_topics() -> None:
    tree = outline_tree(
        Topic("author--ruiz", "Ana Ruiz"), Topic("site--post", "Post"), Topic("sea", "Sea")
    )
    groups = [("Sea", []), ("Authors", [("Ana Ruiz", [])]), ("Sites", [("Post", [])])]
    assert tree == [("All", []), ("Topics", groups)]


def test_opml_loses_no_topic_whose_parent_is_absent_or_below_itself() -> None:
    tree = outline_tree(
        Topic("a", "A", parent="b"), Topic("b", "B", parent="a"), Topic("c", "C", parent="gone")
    )
    assert tree == [("All", []), ("Topics", [("A", []), ("B", []), ("C", [])])]


def test_opml_subscribes_to_the_first_format_that_is_written() -> None:
    site = replace(SITE, formats=("json", "rss"))
    data = opml.write(site, [FeedSummary("", "All", "", 1, NOON)])
    outline = parse_xml(data).find("body/outline")
    assert outline.get("xmlUrl") == "https://shelf.example.org/rss.xml"
    assert outline.get("type") == "rss"


def test_opml_without_formats_lists_nothing() -> None:
    data = opml.write(replace(SITE, formats=()), [FeedSummary("", "All", "", 1, NOON)])
    assert list(parse_xml(data).iter("outline")) == []


def test_the_feed_has_no_author_of_its_own_without_a_name() -> None:
    files = write_feed(feed_of(ARTICLE, site=replace(SITE, author="")))
    assert parse_xml(files["atom.xml"]).findtext(f"{ATOM}author/{ATOM}name") == SITE.title
    assert parse_xml(files["rss.xml"]).find(f"channel/{CREATOR}") is None
    assert "authors" not in json.loads(files["feed.json"])


any_text = st.text(st.characters(codec=None), max_size=60).map(clean)
any_line = any_text.map(one_line)


@settings(max_examples=150, deadline=None)
@given(title=any_line, body=any_text, author=any_line, tag=any_line, subtitle=any_text)
def test_whatever_the_text_every_feed_is_well_formed_and_says_it(
    title: str, body: str, author: str, tag: str, subtitle: str
) -> None:
    article = replace(
        ARTICLE,
        title=title,
        html=f"<p>{body.replace('&', '&amp;').replace('<', '&lt;')}</p>",
        text=body,
        summary=one_line(body),
        authors=(author,),
        tags=(tag,),
    )
    feed = feed_of(article, title=title, subtitle=subtitle)
    files = write_feed(feed)
    shown = content.display_title(article)
    atom, rss = parse_xml(files["atom.xml"]), parse_xml(files["rss.xml"])
    assert atom.findtext(f"{ATOM}entry/{ATOM}title") == shown
    assert atom.findtext(f"{ATOM}entry/{ATOM}content") == article.html
    assert rss.findtext("channel/item/title") == shown
    assert json.loads(files["feed.json"])["items"][0]["title"] == shown
    assert check_agreement(files) == ()
    summary = FeedSummary("", title, subtitle, 1, NOON)
    assert parse_xml(opml.write(SITE, [summary])).tag == "opml"
