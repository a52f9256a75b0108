"""What the pages promise: nothing active, links that work from disk, the reader's language."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from html.parser import HTMLParser
from posixpath import join, normpath
from typing import Any

import html5lib
import pytest
from golden import case_names, read_case, render
from hypothesis import given, settings
from hypothesis import strategies as st
from test_builder import ARTICLE, NOON, SITE, entry_of, feed_of

from feedsmith import resources
from feedsmith.builder import indexpage, pages
from feedsmith.feedmodel import FeedSummary
from feedsmith.model import Topic
from feedsmith.text import clean

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """The elements of a page in order, as (name, attributes); complains about bad nesting."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(data.decode())
        self.close()
        assert self.open == [], "elements left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), "an attribute stands twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def article_of(**fields: Any) -> Page:
    article = replace(ARTICLE, **fields)
    entry = replace(entry_of(article), published=article.published or NOON)
    return Page(pages.article_page(entry, SITE, (Topic("piers", "Piers"),)))


@pytest.mark.parametrize("name", case_names())
def test_every_page_is_well_nested_and_carries_the_policy_first(name: str) -> None:
    for path, data in render(name).items():
        if not path.endswith(".html"):
            continue
        page = Page(data)
        assert data.startswith(b"<!DOCTYPE html>\n<html")
        head = [tag for tag, _ in page.elements]
        assert head[:4] == ["html", "head", "meta", "meta"]
        assert page.elements[2][1]["http-equiv"] == "Content-Security-Policy"
        assert page.elements[3][1] == {"charset": "utf-8"}
        assert head.count("main") == head.count("h1") == head.count("title") == 1
        assert not {"iframe", "form", "object", "base"} & set(head)
        scripts = [] if path.startswith("articles/") else [{}]
        assert page.all("script") == scripts
        assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]


@pytest.mark.parametrize("name", case_names())
def test_every_relative_link_leads_to_a_file_that_is_written(name: str) -> None:
    files = render(name)
    for path, data in files.items():
        page = Page(data) if path.endswith(".html") else None
        for link in page.all("a") if page else ():
            if link["href"].startswith("#"):
                assert link["href"][1:] in {attrs.get("id") for _, attrs in page.elements}
            elif ":" not in link["href"]:
                target = normpath(join(path.rpartition("/")[0], link["href"]))
                assert target in files, (path, link["href"])


def hash_of(element: str, data: bytes) -> str:
    found = re.search(rf"<{element}>(.*?)</{element}>".encode(), data, re.DOTALL)
    assert found
    return f"'sha256-{b64encode(sha256(found[1]).digest()).decode()}'"


def test_the_policy_names_the_hash_of_the_style_sheet_and_allows_nothing_else() -> None:
    data = pages.article_page(entry_of(ARTICLE), SITE, ())
    assert Page(data).all("meta")[0]["content"] == (
        "default-src 'none'; img-src 'self' file: http: https:; "
        f"style-src {hash_of('style', data)}; base-uri 'none'; form-action 'none'"
    )


def test_lists_name_the_hash_of_their_script_too() -> None:
    for data in (indexpage.index_page(SITE, [], []), pages.topic_page(feed_of(ARTICLE))):
        assert Page(data).all("meta")[0]["content"] == (
            "default-src 'none'; img-src 'self' file: http: https:; "
            f"style-src {hash_of('style', data)}; "
            f"script-src {hash_of('script', data)} 'strict-dynamic'; "
            "base-uri 'none'; form-action 'none'"
        )


def test_an_article_page_names_title_byline_source_and_topics() -> None:
    page = article_of(
        subtitle="A year of work", authors=("Ada Quill", "Bo Lund"), topics=("piers", "gone")
    )
    assert "A pier is rebuilt" in page.text
    assert "A year of work" in page.text
    assert "By Ada Quill, Bo Lund" in page.text
    links = {link["href"]: link.get("rel") for link in page.all("a")}
    assert links == {
        "#text": None,
        "../../index.html": None,
        "https://harbourpost.example/pier": "noopener noreferrer",
        "../../topics/piers/index.html": None,
    }
    assert "Source: harbourpost.example" in page.text


def test_a_subtitle_that_opens_the_text_is_shown_once() -> None:
    standfirst = "The pier was closed for a year."
    page = article_of(
        subtitle=standfirst, text=f"{standfirst}\n\nIt opened.", html=f"<p>{standfirst}</p>"
    )
    assert page.text.count(standfirst) == 1


def test_a_site_name_never_hides_the_host() -> None:
    assert "Source: Harbour Post (harbourpost.example)" in article_of(site="Harbour Post").text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"published": None}, "Saved 1 May 2024"),
        ({"published": NOON}, "1 May 2024, 12:00 UTC"),
        ({"published": NOON, "precision": "day"}, "1 May 2024"),
        (
            {"published": datetime(2024, 9, 2, 19, 25, tzinfo=timezone(timedelta(hours=3)))},
            "2 September 2024, 19:25 UTC+03:00",
        ),
        (
            {"published": NOON, "updated": NOON + timedelta(hours=2)},
            "1 May 2024, 12:00 UTC, updated 1 May 2024, 14:00 UTC",
        ),
    ],
)
def test_the_date_stands_as_printed(fields: dict[str, Any], expected: str) -> None:
    page = article_of(**fields)
    assert re.search(rf"(^|\s){re.escape(expected)} Source:", page.text)


@pytest.mark.parametrize(
    ("language", "lang", "direction"),
    [
        ("ar", "ar", "rtl"),
        ("he-IL", "he-IL", "rtl"),
        ("fa", "fa", "rtl"),
        ("ur", "ur", "rtl"),
        ("en", "en", "ltr"),
        (None, None, "ltr"),
        ('x" onload="y', None, "ltr"),
    ],
)
def test_a_page_has_its_articles_language_and_direction(
    language: str | None, lang: str | None, direction: str
) -> None:
    html = article_of(language=language).all("html")[0]
    assert (html.get("lang"), html["dir"]) == (lang, direction)


def test_an_article_page_knows_only_its_own_article_and_topics() -> None:
    entry = entry_of(replace(ARTICLE, topics=("piers",)))
    few = pages.article_page(entry, SITE, (Topic("piers", "Piers"),))
    many = pages.article_page(entry, SITE, (Topic("a", "A"), Topic("piers", "Piers")))
    assert few == many
    assert b"canonical" not in pages.article_page(entry_of(replace(ARTICLE, url=None)), SITE, ())


def test_a_topic_page_lists_its_entries_and_its_feeds() -> None:
    feed = feed_of(
        ARTICLE,
        replace(ARTICLE, title="Second & <last>"),
        title="Piers · Kept pages",
        folder="topics/piers/",
        topic=Topic("piers", "Piers"),
        total=9,
    )
    page = Page(pages.topic_page(feed))
    assert "9 articles" in page.text
    assert "Piers · Kept pages Skip to the articles Kept pages Piers Subscribe" in page.text
    assert "The newest 2 are listed." in page.text
    hrefs = [link["href"] for link in page.all("a")]
    assert hrefs[1:3] == ["../../index.html", "https://shelf.example.org/topics/piers/atom.xml"]
    assert hrefs[-1] == "../../articles/2024/pier-1.html"
    assert "Second & <last>" in page.text


def test_the_index_names_every_feed_for_readers_and_people() -> None:
    site, _, _ = read_case("harbour")
    page = Page(render("harbour")["index.html"])
    alternates = [link for link in page.all("link") if link["rel"] == "alternate"]
    assert len(alternates) == 4 * 3
    assert alternates[0] == {
        "rel": "alternate",
        "type": "application/atom+xml",
        "title": "Marram shelf & <notes> (Atom)",
        "href": f"{site.base_url}atom.xml",
    }
    for link in alternates:
        assert link["href"] in page.text
    assert "feeds.opml" in {link["href"] for link in page.all("a")}


def test_an_index_without_pages_links_to_none() -> None:
    site = replace(SITE, pages=False)
    data = indexpage.index_page(site, [], [pages.summary_of(entry_of(ARTICLE))])
    assert "articles/2024/pier-0.html" not in data.decode()
    assert "A pier is rebuilt" in Page(data).text


def feed_summaries(*topics: Topic) -> list[FeedSummary]:
    feeds = [FeedSummary("", "All", "", 1, None)]
    return feeds + [FeedSummary(f"topics/{t.slug}/", t.title, "About", 2, None, t) for t in topics]


def test_the_index_lists_subtopics_below_their_parents() -> None:
    feeds = feed_summaries(Topic("war", "War", parent="world"), Topic("world", "World"))
    html = indexpage.index_page(SITE, feeds, []).decode()
    section = html[html.index('<section class="topics"') : html.index('<section class="readers"')]
    tree = html5lib.parseFragment(section, namespaceHTMLElements=False)
    top = tree.findall("./section/ul/li")
    assert [item.findtext("./strong/a") for item in top] == ["World"]
    assert [item.findtext("./strong/a") for item in top[0].findall("./ul/li")] == ["War"]


@pytest.mark.parametrize(("number", "is_open"), [(6, True), (7, False)])
def test_topics_by_an_attribute_have_a_group_that_is_closed_where_long(
    number: int, *, is_open: bool
) -> None:
    authors = [Topic(f"author--a{n}", f"Author {n}") for n in range(number)]
    feeds = feed_summaries(Topic("author--ruiz", "Ana Ruiz"), *authors[1:], Topic("sea", "Sea"))
    html = indexpage.index_page(SITE, feeds, []).decode()
    assert html.index(">Sea</a>") < html.index("<h3>Authors</h3>") < html.index(">Ana Ruiz</a>")
    assert (f'<summary aria-label="All {number} authors">' in html) is not is_open
    page = Page(html.encode())
    addresses = [attrs["id"] for attrs in page.all("code") if "id" in attrs]
    assert {name.rpartition("-")[0] for name in addresses} == {"all", "topic-sea"}
    assert not [link for link in page.all("link") if "author--" in link.get("href", "")]
    without_pages = indexpage.index_page(replace(SITE, pages=False), feeds, []).decode()
    assert 'id="topic-author--ruiz-1"' in without_pages  # nothing else would tell it


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def schemes() -> dict[str, dict[str, str]]:
    """Return the colours of the style sheet by scheme."""
    css = resources.text("builder/templates", "style.css")
    blocks = re.findall(r":root\{([^}]*--ground[^}]*)\}", css)
    return {
        name: {k: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:]) for k, v in found}
        for name, block in zip(("light", "dark", "print"), blocks, strict=True)
        if (found := re.findall(r"--(\w+):(#\w+)", block))
    }


def test_contrast_is_computed_as_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_and_edges_have_enough_contrast_in_every_scheme(scheme: str) -> None:
    colours = schemes()[scheme]
    for ground in (colours["ground"], colours["raised"]):
        for ink in ("ink", "soft", "link", "seen"):
            assert contrast(colours[ink], ground) >= 4.5, ink  # WCAG 2.2, 1.4.3
        assert contrast(colours["edge"], ground) >= 3  # 1.4.11: edges of fields and buttons


def test_rules_take_their_colours_from_the_schemes() -> None:
    css = resources.text("builder/templates", "style.css")
    assert not re.search(r"#[0-9a-f]{3,6}\b", re.sub(r":root\{[^}]*\}", "", css))


@pytest.mark.parametrize("name", case_names())
def test_every_page_is_html_without_a_parse_error(name: str) -> None:
    for path, data in render(name).items():
        if path.endswith(".html"):
            parser = html5lib.HTMLParser()
            parser.parse(data)
            assert parser.errors == [], path


def test_ids_are_unique_and_labels_name_their_elements() -> None:
    for path, data in render("harbour").items():
        if path.endswith(".html"):
            page = Page(data)
            ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
            assert len(ids) == len(set(ids)), path
            for _, attrs in page.elements:
                for key in ("aria-labelledby", "for", "data-of"):
                    assert attrs.get(key, ids[0]) in ids, path


def test_every_address_of_a_feed_has_a_button_that_names_it() -> None:
    page = Page(render("harbour")["index.html"])
    buttons = [attrs for attrs in page.all("button") if attrs["class"] == "copy"]
    assert len(buttons) == 4 * 3
    assert all("hidden" in attrs for attrs in buttons)  # without a script they would do nothing
    assert buttons[0]["aria-label"] == "Copy the address of Marram shelf & <notes> (Atom)"


def test_an_index_without_pages_has_no_search_box() -> None:
    assert 'id="search"' not in indexpage.index_page(replace(SITE, pages=False), [], []).decode()


any_text = st.text(st.characters(codec=None), max_size=40).map(clean)


@settings(max_examples=150, deadline=None)
@given(title=any_text, author=any_text, site=any_text, note=any_text)
def test_no_field_can_open_an_element_or_attribute(
    title: str, author: str, site: str, note: str
) -> None:
    plain = article_of(authors=("a",), site="s", note="n")
    page = article_of(
        title=f"<b>{title}", authors=(f"<i {author}",), site=f'"{site}', note=f"<{note}"
    )
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
