"""What `feedsmith explain` tells of the blocks of a document, and of rivals for the body."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Program

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.model import BlockFinding, Document
from feedsmith.parser.naming import Reading, Said, Standing, name_blocks
from feedsmith.parser.page import Block

CASES = Path(__file__).parent / "data" / "articles"
NEWS = CASES / "news-page" / "input.html"
NO_PLACES = {"title": frozenset({1}), "subtitle": frozenset(), "dateline": frozenset()}


def explained(path: Path) -> tuple[BlockFinding, ...]:
    content = path.read_text(encoding="utf-8")
    return parser.explain(Document(kind="html", content=content), Config()).blocks


def role_of(start: str, blocks: tuple[BlockFinding, ...]) -> str:
    (role,) = {block.role for block in blocks if block.text.startswith(start)}
    return role


@pytest.mark.parametrize(
    ("start", "role"),
    [
        ("Old crane", "title"),
        ("The iron giant", "subtitle"),
        ("By Nils", "byline"),
        ("4 May 2022", "dateline"),
        ("Facebook", "junk"),
        ("The crane on its barge", "caption"),
        ("PORT ELLIN", "body"),
        ("A slow crossing", "heading"),
        ("It looks smaller", "quote"),
        ("Height", "list"),
        ("Shipyard gates", "related"),
        ("I have lived here", "comment"),
    ],
)
def test_each_block_of_a_page_has_the_role_that_a_person_would_give_it(
    start: str, role: str
) -> None:
    assert role_of(start, explained(NEWS)) == role


def test_the_blocks_that_are_told_are_those_of_the_body() -> None:
    document = Document(kind="html", content=NEWS.read_text(encoding="utf-8"))
    parsed = parser.explain(document, Config())
    kept = {"body", "heading", "quote", "list"}
    starts = [block.text[:20] for block in parsed.blocks if block.role in kept]
    assert [part[:20] for part in parsed.article.text.split("\n\n")] == starts
    assert parser.parse(document, Config()).blocks == ()


def test_a_block_tells_its_chance_and_the_word_of_its_box() -> None:
    related = next(block for block in explained(NEWS) if block.role == "related")
    assert (related.box, related.chance, related.where) == ("related", 0, "<h3>")


def names(blocks: list[Block], *, kept: set[int], boxes: dict[int, str] | None = None) -> list[str]:
    places = {**NO_PLACES, "byline": frozenset()}
    standings = [Standing(None, (boxes or {}).get(at, "")) for at in range(len(blocks))]
    said = Said("Bridge reopens", ("Ida Rowe",), places)
    return [b.role for b in name_blocks(Reading(blocks, standings, frozenset(kept), said))]


def test_what_is_left_is_told_by_where_it_stands() -> None:
    lines = ["Harbour", "Bridge reopens", "Words: Ida Rowe", "Prose.", "Menu", "More", "Bye"]
    blocks = [Block(line, label=line == "Menu") for line in lines]
    assert names(blocks, kept={3}, boxes={5: "read-more"}) == [
        *("kicker", "title", "byline", "body", "junk", "related", "tail")
    ]


@pytest.mark.parametrize(
    ("tag", "role"),
    [("pre", "code"), ("tr", "table"), ("li", "list"), ("h3", "heading"), ("", "body")],
)
def test_a_kept_block_is_told_by_its_element(tag: str, role: str) -> None:
    blocks = [Block("A"), Block("Bridge reopens"), Block("Something", tag)]
    assert names(blocks, kept={2})[2] == role


def test_a_second_print_of_the_title_is_the_title_too() -> None:
    blocks = [Block("A"), Block("Bridge reopens"), Block("Text"), Block("BRIDGE REOPENS")]
    assert names(blocks, kept={2})[3] == "title"


def test_the_command_prints_a_line_for_each_block(program: Program) -> None:
    page = program.folder / "page.html"
    page.write_bytes(NEWS.read_bytes())
    shown = program.ok("explain", "--blocks", "page.html")
    assert "\n    14 related    0%  <li>  Shipyard gates" in shown
    assert "(in a box: related)" in shown
    assert "not element: <div article-body>" in shown
    assert "Shipyard gates" not in program.ok("explain", "page.html")
    record = json.loads(program.ok("explain", "--blocks", "--json", "page.html"))
    assert record["blocks"][5]["role"] == "title"
    assert "blocks" not in json.loads(program.ok("explain", "--json", "page.html"))


def test_the_lines_of_a_dump_are_told_by_their_number(library: Program) -> None:
    shown = library.ok("explain", "--blocks", "saved/1.txt")
    assert " title    " in shown
    assert "line 4  Ferry returns" in shown
