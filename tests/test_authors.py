"""Who wrote it: names in a line, and where a page says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.model import Article, Document, Hints
from feedsmith.parser.names import head_of, names_of

LINES = (Path(__file__).parent / "data" / "bylines.txt").read_text(encoding="utf-8").splitlines()
BYLINES = [line.split(" =>") for line in LINES if line and not line.startswith("#")]
PROSE = (
    "<p>The ferry was late again on Monday, and the harbour office said that it was sorry.</p>" * 3
)
TITLE = "<h1>The ferry that was never on time</h1>"


def parse(head: str = "", below: str = "", behind: str = "") -> Article:
    page = (
        f"<html><head>{head}</head><body><main><article>{TITLE}{below}{PROSE}</article>{behind}"
        "</main></body></html>"
    )
    return parser.parse(Document(kind="html", content=page), Config()).article


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(("line", "names"), BYLINES)
def test_a_byline_names_people(line: str, names: str) -> None:
    assert names_of(line) == [name.strip() for name in names.split(";") if name.strip()]


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("By Ada Quill12 May 2020", "Ada Quill"),
        ("By Ada QuillPublished: Dec 22, 2023", "Ada Quill"),
        ("By Ada QuillStaff", "Ada Quill"),
        ("Ada Quill@adaquill", "Ada Quill"),
        ("By Ada McAllen", "Ada McAllen"),
        ("By Ada FitzRoy in Port Ellin", "Ada FitzRoy"),
    ],
)
def test_a_visible_byline_ends_where_something_else_begins(line: str, head: str) -> None:
    assert head_of(line).strip() == head


PERSON = '{"@type": "Person", "@id": "#ada", "name": "Ada Quill"}'
DECLARED = [
    ('{"@type": "NewsArticle", "author": "Ada Quill"}', ("Ada Quill",)),
    (
        '{"@type": "Article", "author": {"name": ["Ada Quill", "Bo Lind"]}}',
        ("Ada Quill", "Bo Lind"),
    ),
    (
        '{"@type": "Article", "author": ["Ada Quill", {"name": "Bo Lind"}]}',
        ("Ada Quill", "Bo Lind"),
    ),
    (
        '{"@graph": [{"@type": "Article", "author": {"@id": "#ada"}}, ' + PERSON + "]}",
        ("Ada Quill",),
    ),
    (
        '{"@graph": [{"@type": "WebPage", "author": {"@id": "#ada"}}, ' + PERSON + "]}",
        ("Ada Quill",),
    ),
    ('{"@graph": [{"@type": "WebPage", "name": "Ferries"}, ' + PERSON + "]}", ("Ada Quill",)),
    (
        '[{"@type": "NewsArticle", "name": "x"}, {"@type": "Article", "creator": "Ada Quill"}]',
        ("Ada Quill",),
    ),
    (
        '{"@type": "Article", "author": {"@type": "Organization", "name": "Bay Team"}}',
        ("Bay Team",),
    ),
    ('{"@type": "Article", "author": {"@id": "#nobody"}}', ()),
]


@pytest.mark.parametrize(("data", "authors"), DECLARED)
def test_json_ld_names_authors_in_many_shapes(data: str, authors: tuple[str, ...]) -> None:
    assert parse(linked(data)).authors == authors


def test_the_note_for_messengers_names_who_wrote_it() -> None:
    name = '<meta name="twitter:data1" content="Bo Lind">'
    label = '<meta name="twitter:label1" content="Verfasst von">'
    assert parse(label + name).authors == ("Bo Lind",)
    assert parse(label.replace("Verfasst von", "Est. reading time") + name).authors == ()


VISIBLE = [
    ('<p><a href="/author/ada-quill">Ada Quill</a> · 4 min</p>', ("Ada Quill",)),
    (
        '<p>By <a href="/by/a">Ada Quill</a>, <a href="/by/b">Bo Lind</a></p>',
        ("Ada Quill", "Bo Lind"),
    ),
    ('<div class="author"><p>Marketing Manager</p><p>Ada Quill</p></div>', ("Ada Quill",)),
    (
        '<div class="byline"><span class="author-name">Ada Quill</span> Bay News</div>',
        ("Ada Quill",),
    ),
    ("<p>By</p><p>Ada Quill</p>", ("Ada Quill",)),
    ("<p>Last updated on March 2, 2019 by Ada Quill</p>", ("Ada Quill",)),
    ("<p>2 March 2019 - Ada Quill</p>", ("Ada Quill",)),
    ('<p class="entry-meta">By ada · 2 March 2019</p>', ("ada",)),
    ('<p class="byline">By Bay Post Staff</p>', ("Bay Post Staff",)),
    ("<h2>By Design Alone</h2>", ()),
    ('<p class="byline">Share this</p>', ()),
    ("<p>2 March 2019 - Home - News - Sport - Weather</p>", ()),
]


@pytest.mark.parametrize(("below", "authors"), VISIBLE)
def test_the_lines_near_the_title_name_authors(below: str, authors: tuple[str, ...]) -> None:
    assert parse(below=below).authors == authors


def test_the_line_that_only_says_by_leaves_the_text_too() -> None:
    assert parse(below="<p>By</p><p>Ada Quill</p>").text.startswith("The ferry")


BEHIND = [
    ("<p>Written by Ada Quill and Bo Lind</p>", ("Ada Quill", "Bo Lind")),
    ('<div class="author-box"><h4>Ada Quill</h4></div>', ("Ada Quill",)),
    ('<div class="author-box"><h4>Ada Quill</h4><h4>Bo Lind</h4></div>', ()),
    ('<div class="related author"><h4>Ada Quill</h4></div>', ()),
    ("<p>Reviewed by Ada Quill</p>", ()),
]
SOURCE = "<dl><dt>Source:</dt><dd>Hallow School of Tides</dd></dl>"
SOURCES = [
    (SOURCE, ("Hallow School of Tides",)),
    (f"<p>By Ada Quill</p>{SOURCE}", ("Ada Quill",)),
    (SOURCE.replace("Hallow School", "Notes on the school"), ()),
]


@pytest.mark.parametrize(("below", "authors"), SOURCES)
def test_the_source_of_a_text_is_its_author_where_no_person_is(
    below: str, authors: tuple[str, ...]
) -> None:
    assert parse(below=below).authors == authors


@pytest.mark.parametrize(("behind", "authors"), BEHIND)
def test_a_byline_may_stand_behind_the_text(behind: str, authors: tuple[str, ...]) -> None:
    assert parse(behind=behind).authors == authors


def test_a_declared_person_whom_nobody_sees_loses_to_the_visible_byline() -> None:
    meta = '<meta name="author" content="Cora Maine">'
    assert parse(meta, "<p>By Ada Quill</p>").authors == ("Ada Quill",)
    assert parse(meta, "<p>By Cora Maine, Bay Post</p>").authors == ("Cora Maine",)
    assert parse(meta).authors == ("Cora Maine",)


def test_a_handle_is_an_author_only_where_no_full_name_is() -> None:
    meta = '<meta name="author" content="aquill">'
    assert parse(meta, "<p>By Ada Quill</p>").authors == ("Ada Quill",)
    assert parse(meta).authors == ("aquill",)
    assert parse('<meta name="author" content="admin">').authors == ()


def test_the_site_is_its_own_author_only_where_a_reader_sees_it() -> None:
    site = (
        '<meta name="author" content="Bay Post"><meta property="og:site_name" content="Bay Post">'
    )
    assert parse(site).authors == ()
    assert parse(site, "<p>2 March 2019 | Bay Post</p>").authors == ("Bay Post",)


def test_a_link_to_an_author_among_comments_names_nobody() -> None:
    links = '<div class="comment"><a href="/author/bo">Bo Lind</a></div>'
    assert parse(below="<p>Bo Lind</p>", behind=links).authors == ()


DUMPS = [
    ("By Ada Quill and Bo Lind", ("Ada Quill", "Bo Lind")),
    ("Last updated on March 2, 2019 by Ada Quill", ("Ada Quill",)),
    ("2 March 2019 - Ada Quill", ("Ada Quill",)),
    ("Ada Quill\n\n2 March 2019", ("Ada Quill",)),
    ("2 March 2019", ()),
    ("Ada Quill\n\nHarbour correspondent\n\n2 March 2019", ("Ada Quill",)),
    ("Ada Quill\n\nAda Quill\n\nSenior Editor", ("Ada Quill",)),
    ("Ada Quill\n\nAda Quill\n\n2 March 2019", ("Ada Quill",)),
    ("Ada Quill\n\nHarbour Street", ()),
    ("Gallery Quay\n\nAda Quill - March 2, 2019", ("Ada Quill",)),
    (
        "Ada Quill and Bo Lind, Harbour Times - Mar 2, 2019, 3:06 pm UTC in Hallow",
        ("Ada Quill", "Bo Lind"),
    ),
    ("Headshot of Ada Quill By Ada QuillPublished: Mar 2, 2019", ("Ada Quill",)),
    ("By —\n\nAda Quill", ("Ada Quill",)),
    ("Commentary by\n\nAda Quill", ("Ada Quill",)),
    ("Published: March 2, 2019 by Ada Quill", ("Ada Quill",)),
    ("Published: Mar 2, 2019 10:55 AM Save Article", ()),
    ("Nobody in Hallow knows the reason.\n\nAda Quill\n\n2 March 2019", ("Ada Quill",)),
    ("By\n\nSocial Links for Ada Quill", ("Ada Quill",)),
    ("Source:\n    Hallow School of Tides\n\n2 March 2019", ("Hallow School of Tides",)),
    ("Source:\n    see the notes below\n\n2 March 2019", ()),
    ("AFP\n\n2 March 2019", ("AFP",)),
    ("Spa\n\n2 March 2019", ()),
    ("AFP / Updated: Mar 2, 2019, 19:28", ("AFP",)),
    ("Bay News · Posted: Mar 2, 2019", ("Bay News",)),
    ("Bay News · Posted: Mar 2, 2019\n\nBy Ada Quill", ("Ada Quill",)),
    ("By Reuters\n\n2 March 2019", ("Reuters",)),
    ("By harbour\n\n2 March 2019", ("harbour",)),
]
LINE = "The ferry was late again on Monday, and the harbour office said that it was sorry.\n\n"


@pytest.mark.parametrize(("below", "authors"), DUMPS)
def test_a_dump_names_its_authors_near_the_title(below: str, authors: tuple[str, ...]) -> None:
    dump = f"The ferry that was never on time\n\n{below}\n\n{LINE * 3}"
    assert parser.parse(Document(kind="text", content=dump), Config()).article.authors == authors


def test_a_dump_may_end_with_its_authors() -> None:
    dump = f"The ferry that was never on time\n\n{LINE * 3}Written by Ada Quill\n"
    found = parser.parse(Document(kind="text", content=dump), Config()).article
    assert found.authors == ("Ada Quill",)


def test_an_author_whom_a_dump_introduces_is_named_and_the_introduction_goes() -> None:
    said = "By Ada Quill, one of the editors of a letter about tides. Quill has kept a log of them."
    dump = f"The ferry that was never on time\n\n{said}\n\n2 March 2019\n\n{LINE * 3}"
    found = parser.parse(Document(kind="text", content=dump), Config()).article
    assert found.authors == ("Ada Quill",)
    assert "Quill" not in found.text
    told = dump.replace("Ada Quill, one", "Monday, one")
    assert parser.parse(Document(kind="text", content=told), Config()).article.authors == ()


def test_a_name_of_signs_alone_takes_no_paragraph_for_its_own() -> None:
    hints = Hints(title="The ferry", authors=("\u00af",))
    html = f"<p>{LINE * 3}</p><p>{LINE}</p>"
    document = Document("html", html, hints=hints, is_fragment=True, is_edited=True)
    assert parser.parse(document, Config()).article.text.count("The ferry was late") == 4
