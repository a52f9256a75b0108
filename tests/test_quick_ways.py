"""What is done a quick way gives what the plain way gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from sources import source

from feedsmith import dom, readers, references
from feedsmith.errors import UnknownFormatError
from feedsmith.sanitize import MAX_ATTRIBUTE_CHARS, sanitize
from feedsmith.text import clean, clean_lines

# More kinds of marks than are sought one by one, each behind a letter that it may join.
MARKS = "".join(f"e{chr(0x300 + number)}" for number in range(70))


@pytest.mark.parametrize("count", [0, 1, 3, 200])
def test_sums_over_a_tree_are_those_of_each_element(count: int) -> None:
    root = dom.parse("<div><p>a<b>b</b></p><ul><li>c</li></ul></div>" * 60)
    assert root is not None
    tree = dom.index(root)
    amounts = [(7 * number % len(tree.nodes), number % 5) for number in range(count)]
    sums = tree.sums(amounts)
    assert sums == [
        sum(amount for at, amount in amounts if tree.is_inside(at, box))
        for box in range(len(tree.nodes))
    ]


@given(
    st.lists(
        st.sampled_from(
            ["&#11;", "&#38;", "&#", "&#x;", "&", "#", "a", "&#xD83D;", "&#xDEA2;", " "]
        )
    )
)
def test_references_are_made_legal_run_by_run(pieces: list[str]) -> None:
    runs = re.split(r"((?:&#x?[0-9A-F]+;)+)", "".join(pieces))
    assert references.legal("".join(runs)) == "".join(map(references.legal, runs))


@given(st.text(alphabet=["e", "\u0301", "\u1100", "\u1161", "\n", "\r", "\x0b", "\x85", "\u2028"]))
def test_lines_are_cleaned_as_a_whole_text_is(text: str) -> None:
    for whole in (text, f"{MARKS}\n{text}\n", f"{text}{MARKS}\ufdd0"):
        assert clean_lines(whole) == clean(whole)


@pytest.mark.parametrize(
    "fragment",
    [
        "<p>a</p>",
        '<p title="1&lt;2">a</p>',
        '<p title="1<2">a</p>',
        "<p title='\"'>a</p>",
        '<p a"b>c">d</p>',
        "<p>1 < 2</p>",
        "<div><textarea><div></textarea><p>a</p></div>",
        "<!-- <div> --><p>a</p>",
    ],
)
def test_a_long_fragment_is_sanitised_as_a_short_one(fragment: str) -> None:
    times = MAX_ATTRIBUTE_CHARS // len(fragment) + 2
    long = sanitize(fragment * times, None)
    assert (long.html, long.capped) == (sanitize(fragment, None).html * times, False)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests/data/articles").glob("*/input.*")), ids=lambda p: p.parent.name
)
def test_a_kind_is_found_whether_or_not_it_is_looked_up_by_the_first_byte(path: Path) -> None:
    saved = source(path.read_bytes(), path.name)
    assert found(saved, readers.KINDS) == found(saved, (*readers.SURE, *readers.BASIC))


def found(saved: readers.Source, kinds: tuple[readers.Kind, ...]) -> str:
    try:
        return readers.detect(saved, kinds).name
    except UnknownFormatError as error:
        return str(error)
