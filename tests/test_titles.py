"""The title of a page: which heading it is, and what of it is no part of the title."""

from __future__ import annotations

import html

import pytest

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.model import Document

PROSE = (
    "<p>The ferry was late again on Monday, and the harbour office said that it was sorry.</p>" * 3
)
OLD_CRANE = "Old crane returns to Port Ellin"


def title_of(body: str, *, page_title: str = "", og: str = "", site: str = "") -> str:
    metas = {"og:title": og, "og:site_name": site}
    head = "".join(
        f'<meta property="{name}" content="{html.escape(value)}">'
        for name, value in metas.items()
        if value
    )
    page = f"<html><head><title>{html.escape(page_title)}</title>{head}</head><body>{body}{PROSE}"
    return parser.parse(Document(kind="html", content=page), Config()).article.title


@pytest.mark.parametrize("tag", ["h2", "h3", "h4"])
def test_a_lower_heading_that_is_declared_beats_the_sites_name_in_the_h1(tag: str) -> None:
    body = f"<h1>The Harbour Notes</h1><{tag}>{OLD_CRANE}</{tag}>"
    assert title_of(body, page_title=f"The Harbour Notes: {OLD_CRANE}", og=OLD_CRANE) == OLD_CRANE


def test_a_heading_may_be_a_piece_of_the_page_title() -> None:
    body = f'<h1 class="site-title">Port Ellin Home</h1><h2>{OLD_CRANE}</h2>'
    assert title_of(body, page_title=f"Port Ellin Home | {OLD_CRANE}") == OLD_CRANE


def test_a_logo_is_no_title() -> None:
    body = f'<h1 class="logo">Opinion</h1><h2 class="title">{OLD_CRANE}</h2>'
    assert title_of(body, og=f"{OLD_CRANE} | Bay Media", page_title=OLD_CRANE) == OLD_CRANE


def test_a_lone_heading_above_the_text_needs_no_witness() -> None:
    body = f"<h1>{OLD_CRANE}</h1>"
    assert title_of(body, og="Seven facts about cranes", page_title="Seven facts") == OLD_CRANE


def test_a_lone_word_does_need_one() -> None:
    assert title_of("<h1>Harbour</h1>", page_title="Old crane returns at last") != "Harbour"
    assert title_of("<h1>harbour</h1>", page_title="HARBOUR meaning and use") == "harbour"


def test_one_word_of_the_declared_title_is_not_the_title() -> None:
    body = "<h1>notes/crane.md</h1><h2>How the crane came home to Ellin</h2><h1>Crane</h1>"
    declared = "How the crane came home to Ellin"
    assert title_of(body, og=declared, page_title=declared) == declared


KICKERS = [
    # heading, og:title, title
    ("Harbour Old crane returns to Port Ellin", OLD_CRANE, OLD_CRANE),
    ("1 May 2020 Old crane returns to Port Ellin", OLD_CRANE, OLD_CRANE),
    ("2025 Old crane returns to Port Ellin", OLD_CRANE, "2025 Old crane returns to Port Ellin"),
    ("“Too late”: Old crane returns to Port Ellin", OLD_CRANE, None),
    ("After years Old crane returns to Port Ellin", f"After 40 years: {OLD_CRANE}", OLD_CRANE),
    ("After years: Old crane returns to Port Ellin", f"40 years: {OLD_CRANE}", None),
    ("Old crane returns to Port Ellin The iron giant", OLD_CRANE, OLD_CRANE),
    ("Old crane returns to Port Ellin and stays", OLD_CRANE, None),
]


@pytest.mark.parametrize(("heading", "og", "title"), KICKERS)
def test_a_heading_is_cut_to_what_is_declared(heading: str, og: str, title: str | None) -> None:
    found = title_of(f"<h1>{heading}</h1>", og=og, page_title=og)
    assert found == (heading if title is None else title)


TAILS = [
    # page title and heading, title
    (f"{OLD_CRANE} | Opinion", OLD_CRANE),
    (f"{OLD_CRANE} | Bay Tyres Ltd", OLD_CRANE),
    (f"{OLD_CRANE} | All the best cranes of the bay", None),
    (f"{OLD_CRANE} - Opinion", None),
    ("Cranes | Opinion", None),
]


@pytest.mark.parametrize(("heading", "title"), TAILS)
def test_a_few_words_behind_a_bar_are_no_part_of_the_title(heading: str, title: str | None) -> None:
    found = title_of(f"<h1>{heading}</h1>", page_title=heading)
    assert found == (heading if title is None else title)


def test_a_piece_that_only_mentions_the_site_stays() -> None:
    title = "How we designed the Crane – an engine for ports"
    assert title_of("", page_title=title, site="Crane") == title


def test_the_tail_of_a_title_stays_where_the_h1_is_the_sites_name() -> None:
    body = "<h1>Blog of Cora Maine</h1><h2>Office 12 – HBDI – the third</h2>"
    title = "Office 12 – HBDI – the third"
    assert title_of(body, og=title, page_title=f"{title} | Blog of Cora Maine") == title


@pytest.mark.parametrize("heading", ["Har\u00adbour re\u00adport", "Harbour report ¶"])
def test_signs_that_nobody_reads_are_left_out(heading: str) -> None:
    assert title_of(f"<h1>{heading}</h1>").casefold() == "harbour report"


def test_entities_that_were_escaped_twice_are_text() -> None:
    assert title_of("", og="Tide &amp; crane") == "Tide & crane"


def test_the_heading_may_go_on_where_search_engines_are_given_less() -> None:
    body = f"<h1>{OLD_CRANE} on Sunday</h1>{PROSE}<aside><h3>{OLD_CRANE}</h3></aside>"
    shown = title_of(body, og=OLD_CRANE, page_title=f"{OLD_CRANE} - Harbour Post")
    assert shown == f"{OLD_CRANE} on Sunday"
