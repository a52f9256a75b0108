"""Articles out of documents: each folder of data/articles is a case, told by its NOTE."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedsmith import fragments, parser, readers, text
from feedsmith.config import Config, InputConfig, SiteConfig
from feedsmith.errors import NoArticleError, SourceError
from feedsmith.model import Article, Document, Finding, Hints, Parsed, Source
from feedsmith.parser import textpage
from feedsmith.sanitize import Clean, sanitize

CASES = sorted((Path(__file__).parent / "data" / "articles").iterdir())
CONFIG = Config()
EXACT = ("title", "subtitle", "site", "url", "place", "language", "image")
TIMES = ("published", "updated", "saved")
LISTS = ("authors", "tags", "sections")
PROSE = (
    "<p>The ferry was late again on Monday, and the harbour office said that it was sorry.</p>" * 2
)


def source(data: bytes, name: str = "input") -> Source:
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    return Source(name, name, mtime, len(data), lambda: io.BytesIO(data))


def parse_file(path: Path) -> Parsed:
    documents = list(readers.read(source(path.read_bytes(), path.name)))
    assert len(documents) == 1
    return parser.parse(documents[0], CONFIG)


def parse_html(body: str, config: Config = CONFIG, **more: object) -> Parsed:
    return parser.parse(Document(kind="html", content=body, **more), config)


def input_of(case: Path) -> Path:
    return next(case.glob("input.*"))


def found(article: Article, key: str) -> object:
    value = getattr(article, key)
    if key in TIMES:
        return value.isoformat() if value else None
    return list(value) if key in LISTS else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gives_what_it_expects(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(SourceError) as caught:
            parse_file(input_of(case))
        assert type(caught.value).__name__ == expected["error"]
        return
    article = parse_file(input_of(case)).article
    for key in (*EXACT, *TIMES, *LISTS):
        if key in expected:
            assert found(article, key) == expected[key], key
    assert article.text.startswith(expected["begins"])
    assert article.text.endswith(expected["ends"])
    if "paragraphs" in expected:
        assert len(text.paragraphs(article.text)) == expected["paragraphs"], article.text
    for words in expected.get("without", []):
        assert words not in article.text
    for words in expected.get("html_with", []):
        assert words in article.html


GOOD = [case for case in CASES if "error" not in (case / "expected.json").read_text()]


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_the_text_is_the_text_of_the_html(case: Path) -> None:
    article = parse_file(input_of(case)).article
    assert "\n\n".join(fragments.paragraphs(article.html)) == article.text


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_result_survives_pickling_and_comes_out_the_same_twice(case: Path) -> None:
    parsed = parse_file(input_of(case))
    assert pickle.loads(pickle.dumps(parsed)) == parsed
    assert parsed == parse_file(input_of(case))


def trace_of(case: Path) -> dict[str, Finding]:
    (document,) = readers.read(source(input_of(case).read_bytes()))
    return {finding.field: finding for finding in parser.explain(document, CONFIG).trace}


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_every_finding_says_what_the_article_says(case: Path) -> None:
    trace, parsed = trace_of(case), parse_file(input_of(case))
    assert all(finding.rule for finding in trace.values())
    assert {"title", "published", "text", "summary"} <= trace.keys()
    assert trace["text"].value == parsed.article.text
    assert trace["text"].where
    for key in ("title", "url", "language", "place", "image", "summary"):
        value = getattr(parsed.article, key)
        assert (trace[key].value if key in trace else None) == value


def test_the_trace_names_rule_place_and_rivals() -> None:
    case = next(case for case in CASES if case.name == "news-page")
    trace = trace_of(case)
    assert trace["published"].rule == "linked"
    assert trace["published"].where == "JSON-LD datePublished"
    assert "stamp" in dict(trace["published"].rivals)
    assert trace["title"].where == "<h1>"
    assert trace["language"].rule == "declared"
    assert trace["text"].where.startswith("<")
    assert trace["authors"].value == "Nils Aker, Ida Rowe"


def test_a_date_after_the_saved_time_is_passed_over() -> None:
    page = (
        '<html><head><meta property="article:published_time" content="2031-01-01T00:00:00Z">'
        '<meta name="date" content="2020-05-01T10:00:00Z"></head>'
        f"<body><h1>A day that has not come yet</h1>{PROSE}</body></html>"
    )
    saved = datetime(2021, 1, 1, tzinfo=UTC)
    article = parse_html(page, saved=saved).article
    assert article.published == datetime(2020, 5, 1, 10, tzinfo=UTC)


def test_the_zone_comes_from_the_sites_table_then_from_the_input_table() -> None:
    page = (
        '<html><head><meta name="date" content="2020-07-01 10:00"></head>'
        f"<body><h1>Clocks of the two towns</h1>{PROSE}</body></html>"
    )
    config = Config(
        input=InputConfig(timezone="Asia/Tokyo"),
        site=(("clock.example", SiteConfig(name="The Clock", timezone="Europe/Lisbon")),),
    )
    there = parse_html(page, config, url="https://www.clock.example/a/b").article
    elsewhere = parse_html(page, config, url="https://other.example/a/b").article
    assert there.published is not None
    assert elsewhere.published is not None
    assert there.published.isoformat() == "2020-07-01T10:00:00+01:00"
    assert there.zone_assumed
    assert there.site == "The Clock"
    assert elsewhere.published.isoformat() == "2020-07-01T10:00:00+09:00"


def test_hints_are_used_where_the_page_is_silent() -> None:
    hints = Hints(title="A hinted title of the page", byline="By Ada Quill", published="2019-02-03")
    article = parse_html(f"<body>{PROSE}</body>", hints=hints, wrapper="Save Page WE").article
    assert article.title == "A hinted title of the page"
    assert article.authors == ("Ada Quill",)
    assert article.published is not None
    assert article.published.date().isoformat() == "2019-02-03"


def test_a_page_far_too_deep_is_read_and_said() -> None:
    page = f"<body><h1>Down, down, down we go</h1>{'<div>' * 1500}{PROSE}{'</div>' * 1500}</body>"
    parsed = parse_html(page)
    assert parsed.article.text.startswith("The ferry was late")


def test_inline_images_are_dropped_and_said() -> None:
    image = '<img src="data:image/png;base64,AAAA" alt="x">'
    parsed = parse_html(
        f"<body><article><h1>Pictures of the sea</h1>{PROSE}{image}</article></body>"
    )
    assert "data:" not in parsed.article.html
    assert [notice.kind for notice in parsed.notices] == ["InlineImages"]


def test_an_ambiguous_date_is_said_as_an_iso_day() -> None:
    page = f"<body><article><h1>Two months to choose from</h1><p>03/04/2021</p>{PROSE}</article>"
    (notice,) = parse_html(page).notices
    assert notice.kind == "AmbiguousDate"
    assert "2021-04-03" in notice.message


def test_two_paragraphs_in_a_box_for_the_intro_begin_the_body() -> None:
    first, second = (
        "The soup of the lock keepers takes an hour.",
        "Most of it is spent alone, though.",
    )
    page = "<article><h1>Eel soup with barley</h1><div class=intro>{}</div>{}</article>"
    both = parse_html(page.format(f"<p>{first}</p><p>{second}</p>", PROSE)).article
    one = parse_html(page.format(f"<p>{first}</p>", PROSE)).article
    assert both.subtitle is None
    assert one.subtitle == first


def test_a_lazy_image_gets_its_address() -> None:
    image = '<p><img data-src="/sea.jpg" alt="the sea"></p>'
    page = f"<body><article><h1>Pictures of the sea</h1>{PROSE}{image}{PROSE}</article></body>"
    article = parse_html(page, url="https://sea.example/a/b").article
    assert 'src="https://sea.example/sea.jpg"' in article.html


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("<p>One &amp; two,<br>three</p><p>four</p>", ["One & two,\nthree", "four"]),
        ("<h2>A <em>day</em></h2>bare<ul><li>x</li><li>y</li></ul>", ["A day", "bare", "x", "y"]),
        ('<figure><img src="https://a.example/x>y"><figcaption>no</figcaption></figure>', []),
        ("<blockquote>say<p>it</p></blockquote>&nbsp; so", ["say", "it", "so"]),
        ("<p>a<br><br>b</p>", ["a", "b"]),
        ("", []),
    ],
)
def test_paragraphs_are_the_same_with_and_without_a_tree(
    fragment: str, expected: list[str]
) -> None:
    assert fragments.paragraphs(fragment) == expected
    assert fragments.paragraphs(f"{fragment}<pre></pre>") == expected


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        (
            "<table><tr><td>a</td><th>b <b>c</b></th></tr><tr><td>d</td></tr></table>",
            ["a | b c", "d"],
        ),
        ("<table><tr><td><p>a</p></td><td>b<br>c</td></tr></table>", ["a", "b\nc"]),
        ("<pre>one\n  two\n\nthree</pre><p>a\n b</p>", ["one\ntwo", "three", "a b"]),
        ("<pre><code>one\n  <b>two</b>\nthree</code></pre>", ["one\ntwo\nthree"]),
        ("<pre>x</pre><figure><figcaption>no<br>no</figcaption></figure>&lt;p&gt;", ["x", "<p>"]),
        ("<p>a<table><tr><td>b &amp; c</td></tr></table></p>d", ["a", "b & c", "d"]),
    ],
)
def test_a_row_of_a_table_is_one_paragraph_and_code_keeps_its_lines(
    fragment: str, expected: list[str]
) -> None:
    assert fragments.paragraphs(fragment) == expected


def test_a_damaged_json_ld_is_passed_over() -> None:
    script = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>'
    page = f"<html><head>{script}</head><body><h1>The broken script</h1>{PROSE}</body></html>"
    assert parse_html(page).article.title == "The broken script"


def test_scripts_and_handlers_never_come_out() -> None:
    page = (
        "<body><article><h1>A page with claws in it</h1>"
        f"{PROSE}<p onclick='x()'>The ferry was on time, for once, and nobody could say why.</p>"
        "<script>alert(1)</script></article></body>"
    )
    html = parse_html(page).article.html
    assert "onclick" not in html
    assert "alert" not in html


def test_a_dump_loads_neither_lxml_nor_beautiful_soup() -> None:
    program = (
        "import sys; from feedsmith import parser, readers\n"
        "from feedsmith.config import Config; from feedsmith.model import Document\n"
        "text = 'A title of some length here\\n\\n' + 'The ferry was late, the office said. ' * 5\n"
        "parser.parse(Document(kind='text', content=text), Config())\n"
        "print(sorted({'lxml', 'bs4', 'feedgen', 'jinja2'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "[]"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=8))
def test_a_dumps_body_is_what_the_sanitiser_would_make_of_it(lines: list[str]) -> None:
    content = text.clean("\n".join(lines))
    blocks = textpage.blocks_of(Document(kind="text", content=content))
    body = textpage.composer(blocks, tuple(range(len(blocks))))(frozenset())
    assert sanitize(body.html, None) == Clean(body.html, 0, capped=False)


TAGS = (
    *("<p>", "</p>", "<div class='x'>", "</div>", "<h1>", "</h1>", "<table><td>", "<br>", "&#0;"),
    *("<!--", "-->", "<script>", "</script>", "<img src=a>", "<a href='x'>", "\x00", "\ud800"),
    *("<title>", "The ferry was late again, and the office said that it was sorry. "),
)
MARKUP = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(TAGS),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=MARKUP, kind=st.sampled_from(["text", "html"]))
def test_whatever_comes_in_only_source_errors_come_out(content: str, kind: str) -> None:
    content = text.clean(content)
    try:
        article = parser.parse(Document(kind=kind, content=content), CONFIG).article
    except NoArticleError:
        return
    assert article.title == text.one_line(article.title) != ""
    assert article.text == text.clean(article.text) != ""
    assert article.html == text.clean(article.html)


def test_a_body_inside_the_servers_form_is_kept_and_the_form_is_not() -> None:
    prose = [
        f"The ferry was late again on {day}, and the harbour office said that it was sorry."
        for day in ("Monday", "Tuesday", "Friday")
    ]
    inside = "".join(f"<p>{line}</p>" for line in prose)
    page = f"<form id=main action=/post><h1>The late ferry</h1>{inside}<button>Go</button></form>"
    article = parse_html(page).article
    assert article.text.split("\n\n") == prose
    assert "form" not in article.html
