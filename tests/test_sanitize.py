"""Body HTML that is safe to publish, and stays as it is when sanitised again."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import is_straight, is_within

from feedsmith.sanitize import ATTRIBUTES, ELEMENTS, MAX_DEPTH, SCHEMES, sanitize

HOSTILE = sorted((Path(__file__).parent / "data" / "hostile").glob("*.html"))
BASE = "https://harbourpost.example/news/bridge.html"
KNOWN_ATTRIBUTES = {name for names in ATTRIBUTES.values() for name in names} | {"rel"}


class Inventory(HTMLParser):
    """Everything that stands in a fragment: elements, attributes, addresses, words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.schemes: set[str] = set()
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in {"href", "src"}:
                self.schemes.add((value or "").partition(":")[0])

    def handle_data(self, data: str) -> None:
        self.words += data


def assert_harmless(html: str) -> None:
    inventory = Inventory(html)
    assert inventory.elements <= ELEMENTS
    assert inventory.attributes <= KNOWN_ATTRIBUTES
    assert inventory.schemes <= SCHEMES
    assert "<!--" not in html


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_hostile_fragment_keeps_only_its_prose(path: Path) -> None:
    for base in (BASE, None):
        clean = sanitize(path.read_text(encoding="utf-8"), base)
        assert_harmless(clean.html)
        assert "Calm prose stays." in Inventory(clean.html).words
        assert sanitize(clean.html, base).html == clean.html


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_hostile_fragment_in_a_long_page_is_harmless_too(path: Path) -> None:
    html = "<p>Long prose.</p>" * 300 + path.read_text(encoding="utf-8")
    clean = sanitize(html, BASE)
    assert_harmless(clean.html)
    assert not clean.capped
    assert sanitize(clean.html, BASE).html == clean.html


def test_allowed_markup_is_kept() -> None:
    html = (
        '<h2 lang="en">A</h2><p dir="ltr">b <em>c</em> <time datetime="2024-09-02">d</time></p>'
        '<ol start="3"><li>e</li></ol><table><tbody><tr><td colspan="2">f</td></tr></tbody></table>'
        '<figure><img src="https://example.org/a.png" alt="g" width="640" height="480">'
        "<figcaption>h</figcaption></figure>"
    )
    assert sanitize(html, None).html == html


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("../a b.html", "https://harbourpost.example/a%20b.html"),
        ("//example.org/x", "https://example.org/x"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("MAILTO:desk@example.org", "MAILTO:desk@example.org"),
        ("#top", None),
        (" #top", None),
        ("javascript:tide()", None),
        ("ftp://example.org/", None),
        ("https://", None),
        ("https://exa mple.org/", None),
    ],
)
def test_link_becomes_absolute_or_goes(address: str, kept: str | None) -> None:
    html = sanitize(f'<a href="{address}">x</a>', BASE).html
    link = f' href="{kept}"' if kept else ""
    assert html == f'<a{link} rel="noopener noreferrer">x</a>'


def test_relative_addresses_need_a_base() -> None:
    clean = sanitize('<a href="/a">x</a><img src="/b.png">', None)
    assert clean.html == '<a rel="noopener noreferrer">x</a>'
    assert clean.dropped_images == 1


def test_pictures_without_a_public_address_are_counted() -> None:
    clean = sanitize(
        '<img src="data:image/png;base64,AAAA"><img src="file:///home/x/a.png"><img alt="x">'
        '<img src=""><img src="https://example.org/ok.png">',
        BASE,
    )
    assert clean.dropped_images == 4
    assert clean.html == '<img src="https://example.org/ok.png">'


def test_one_pixel_pictures_go() -> None:
    html = (
        '<p>a<img src="https://example.org/p.gif" width="1" height="1">'
        '<img width=0 height="1px" src="https://example.org/q.gif">b</p>'
        '<img src="https://example.org/rule.png" width="600" height="1">'
    )
    assert sanitize(html, None).html == (
        '<p>ab</p><img src="https://example.org/rule.png" width="600" height="1">'
    )


def test_overlong_attributes_go_and_data_pictures_are_counted() -> None:
    data = "data:image/png;base64," + "A" * 100_000
    clean = sanitize(f'<p title="{"x" * 5000}">a</p><img alt=b src="{data}"><p>c</p>', BASE)
    assert (clean.html, clean.dropped_images, clean.capped) == ("<p>a</p><p>c</p>", 1, False)


@pytest.mark.parametrize(
    "opening", ["<div>", "<ul><li>", "<b>", "<blockquote><p>", "<span title=x>"]
)
def test_deep_nesting_is_cut_in_linear_time(opening: str) -> None:
    page = f"<p>First paragraph.</p>{opening * 100_000}deep text"
    assert is_within(300, lambda: sanitize(page, None))
    clean = sanitize(page, None)
    assert clean.capped
    assert clean.html.startswith("<p>First paragraph.</p>")
    assert "deep text" in clean.html
    assert clean.html.count("</div>") <= MAX_DEPTH
    assert sanitize(clean.html, None).html == clean.html


@pytest.mark.parametrize(
    "hiding", ["<!-- </div> -->", '<i title="</div>"></i>', "<script></div></script>", "</i>"]
)
def test_depth_is_not_fooled_by_tags_that_are_none(hiding: str) -> None:
    clean = sanitize(f"<p>First.</p>{f'<div>{hiding}' * 3000}x", None)
    assert clean.capped
    assert clean.html.count("</div>") <= MAX_DEPTH


REFERENCES = [
    "&amp;",
    "&nbsp;",
    "& ",
    "&a ",
    "&aaaaaaaa",
    "&",
    "&lt;b&gt;",
    "&#38;x",
    "&copy ",
    "\xa0",
    "&#160;",
    "\xb0",
    "x \xb7 ",
    "&#xab;",
    "x\x91",
]


@pytest.mark.parametrize("written", REFERENCES)
def test_references_in_bulk_take_linear_time_and_mean_the_same(written: str) -> None:
    def clean(count: int) -> str:
        return sanitize(f"<p>{written * count}</p>", None).html

    assert is_straight(clean, 12_500, 200_000)
    many = clean(200_000)
    assert many == f"<p>{clean(100)[3:-4] * 2000}</p>"
    assert sanitize(many, None).html == many


def test_references_in_bulk_hide_nothing() -> None:
    tail = (
        '<p title="a&quot; onclick=&quot;x">b</p><a href="java&#115;cript&colon;x()">c</a>'
        "&lt;script&gt;x()&lt;/script&gt;&#60;b&#62;\ufdd1i\ufdd2<a href=/q?a=1&amp;copy=2>d</a>"
    )
    bulk = "&amp; " * 6000
    clean = sanitize(f"<p>{bulk}</p>{tail}", BASE).html.removeprefix(f"<p>{bulk}</p>")
    assert clean == sanitize(tail.replace("\ufdd1", "").replace("\ufdd2", ""), BASE).html
    assert_harmless(clean)


def test_many_siblings_are_not_deep() -> None:
    html = "".join(f"<div><p>{n}<br><b>x</b></p></div>" for n in range(3000))
    clean = sanitize(html, None)
    assert (clean.html, clean.capped) == (html, False)


def test_unclosed_list_items_are_not_deep() -> None:
    clean = sanitize("<ul>" + "<li>a<p>b" * 500 + "</ul>", None)
    assert not clean.capped
    assert clean.html.count("<li>") == 500


BLOCKS = ("p", "div", "h1", "pre", "ul", "li", "table", "tr", "td", "form", "select")
NAMES = (*BLOCKS, "a", "b", "i", "img", "svg", "math", "style", "button", "script")
PIECES = st.sampled_from(
    [f"<{slash}{name}>" for name in NAMES for slash in ("", "/")]
    + [
        "<a href='#x'>",
        "<a href=java\u2028script:x>",
        "<i onclick=x>",
        "<pre>\n\n",
        "<img src=data:x>",
    ]
    + [
        "<img src=/a.png alt=\"'>",
        "<!--",
        "-->",
        "<template>",
        "<![CDATA[",
        "]]>",
        "<font color=x>",
    ]
    + ["&lt;", "&#13;", "&#x0;", "&nbsp;", '"', "'", "<", ">", "text"]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_any_fragment_is_harmless_and_settled(html: str) -> None:
    clean = sanitize(html, BASE).html
    assert_harmless(clean)
    assert sanitize(clean, BASE).html == clean
