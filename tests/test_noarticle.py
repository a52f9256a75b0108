"""Pages that are no article are skipped by a named rule; whatever declares itself one is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import Program

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.errors import NoArticleError
from feedsmith.model import Article, Document

CASES = Path(__file__).parent / "data" / "articles"
NEWS = (
    "<p>The harbour crane of Port Ellin was lifted onto its new rails on Monday, and it took the "
    "men of the yard until the evening, because the tide came an hour before its time.</p>"
    "<p>From tomorrow it may carry nine tonnes again, the harbour office says.</p>"
)


def parse(body: str, *, title: str = "Crane", head: str = "", url: str = "") -> Article:
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    address = url or "https://ellin.example/news/crane"
    return parser.parse(Document(kind="html", content=page, url=address), Config()).article


def rule_of(content: str) -> str:
    with pytest.raises(NoArticleError) as caught:
        parser.parse(Document(kind="html", content=content), Config())
    found = re.search(r"\(rule (\w+)\)", str(caught.value))
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        ("category", "collection"),
        ("consent", "consent"),
        ("front-page", "links"),
        ("not-found", "error_title"),
        ("not-found-german", "error_title"),
        ("products", "improbable"),
        ("search-results", "search_results"),
        ("section", "teasers"),
        ("sign-in", "sign_in"),
    ],
)
def test_a_page_is_skipped_by_the_rule_that_was_made_for_it(case: str, rule: str) -> None:
    content = (CASES / f"no-article-{case}" / "input.html").read_text(encoding="utf-8")
    assert rule_of(content) == rule


LOGIN = '<form><input type="text"><input type="password"><button>Go</button></form>'


def test_a_short_page_with_a_sign_in_form_is_kept_if_it_says_that_it_is_an_article() -> None:
    body = f"{LOGIN}<h1>Crane back on its rails</h1>{NEWS}"
    for head in (
        '<meta property="og:type" content="article">',
        '<meta property="article:published_time" content="2023-02-01T10:00:00Z">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Crane"}</script>',
    ):
        assert parse(body, head=head).text.startswith("The harbour crane")
    marked = f'<div itemscope itemtype="https://schema.org/BlogPosting">{body}</div>'
    assert parse(marked).text.startswith("The harbour crane")
    with pytest.raises(NoArticleError, match="sign-in"):
        parse(body)


@pytest.mark.parametrize(
    "title",
    [
        *("404 days at sea", "Forbidden love of a lighthouse keeper", "Register of lost ships"),
        *("Page not found in any atlas: the island that was", "Log in the river stops the ferry"),
    ],
)
def test_a_headline_with_such_words_in_it_is_no_error_page(title: str) -> None:
    assert parse(f"<h1>{title}</h1>{NEWS}", title=title).title == title


@pytest.mark.parametrize(
    "title",
    [
        *("404", "Error 404: page not found", "Oops! That page can’t be found.", "Access denied"),
        *("Page introuvable – Le Bac", "The Ellin Courier | Page not found", "Just a moment..."),
    ],
)
def test_the_title_of_an_error_page_is_known_with_and_without_the_site(title: str) -> None:
    with pytest.raises(NoArticleError, match="error page"):
        parse(f"<h1>{title}</h1>{NEWS}", title=title)


def test_a_short_page_at_the_address_of_the_whole_site_is_its_front_page() -> None:
    body = f"<h1>Crane</h1>{NEWS}"
    with pytest.raises(NoArticleError, match="front page"):
        parse(body, url="https://ellin.example/")
    assert parse(body).text


BARE = "<article><h1>Tides of the week</h1><p>Ellin 04:12</p><p>Port Sarn 05:40</p></article>"


def test_a_page_that_is_nothing_but_a_short_article_is_one_whatever_it_says() -> None:
    found = parse(BARE, title="Tides of the week")
    assert (found.title, found.text) == ("Tides of the week", "Ellin 04:12\n\nPort Sarn 05:40")


@pytest.mark.parametrize(
    "body",
    [
        BARE.replace("<h1>Tides of the week</h1>", ""),
        BARE.replace("Ellin 04:12", '<a href="/ellin">Ellin</a>'),
        BARE.replace("<p>Ellin 04:12</p>", "<ul><li>Ellin</li></ul>"),
        f"{BARE}<p>Elsewhere</p>",
        BARE * 2,
        BARE.replace("article", "div"),
        BARE.replace("Tides of the week", "404 Not Found"),
        "<article><h1>Tides of the week</h1></article>",
    ],
)
def test_a_page_with_anything_else_in_it_has_to_hold_an_article(body: str) -> None:
    with pytest.raises(NoArticleError):
        parse(body, title="Ellin")


def test_a_build_skips_such_a_page_and_says_why(library: Program) -> None:
    page = CASES / "no-article-section" / "input.html"
    library.write("saved/town.html", page.read_text(encoding="utf-8"))
    done = library("build", "saved")
    assert done.returncode == 0
    assert "1 skipped" in done.stdout
    assert "looks like a list of articles, not one (rule teasers)" in done.stderr
