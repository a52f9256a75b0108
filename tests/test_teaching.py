"""Corrections of topics teach: new articles like a corrected one, and no article of before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Program

CONFIG = """[input]
paths = ["in"]
[[topic]]
title = "Sport"
[[topic]]
title = "Harbour"
any = ["quay"]
"""
FERRY = (
    "The ferry of Port Ellen has a new boiler, and its skipper says that she will sail in spring."
)
AGAIN = (
    "A crack in the boiler keeps the ferry of Port Ellen from her spring voyage, the skipper says."
)
MATCH = "The striker scored twice in the cup match; the coach and the goalkeeper praised the team."
CAKE = "Flour, butter and three eggs make the cake of the island, which nobody bakes any more."


LATER = f"{AGAIN} No other boat was to be had."
NEVER = f"{AGAIN} It will be summer before she sails."


def page(title: str, text: str) -> str:
    about = "It was said on Monday, and who was there heard it."
    return (
        f"<html lang=en><body><article><h1>{title}</h1><p>{text}</p><p>{about}</p></article></body>"
    )


@pytest.fixture
def shelf(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    program.write("config.toml", CONFIG)
    program.write("in/1.html", page("A boiler for the ferry", FERRY))
    program.write("in/2.html", page("The skipper waits", AGAIN))
    program.write("in/3.html", page("Two goals before half-time", MATCH))
    program.ok("build")
    return program


def topics(shelf: Program) -> dict[str, list[str]]:
    return {title: entry.get("tags", []) for title, entry in shelf.entries().items()}


def test_a_correction_gives_its_topics_to_new_articles_like_it_and_to_no_old_one(
    shelf: Program,
) -> None:
    shelf.ok("topics", "--set", "harbour", "in/1.html")
    shelf.ok("build")
    assert topics(shelf)["A boiler for the ferry"] == ["Harbour"]
    assert topics(shelf)["The skipper waits"] == ["Unsorted"]
    shelf.write("in/4.html", page("No voyage in spring", LATER))
    shelf.write("in/5.html", page("A cake that is gone", CAKE))
    shelf.ok("build")
    found = topics(shelf)
    assert found["No voyage in spring"] == ["Harbour"]
    assert found["A cake that is gone"] == ["Unsorted"]
    assert found["The skipper waits"] == ["Unsorted"]
    reason = "Harbour: like 'A boiler for the ferry', which was corrected"
    why = json.loads(shelf.ok("topics", "--explain", "in/4.html", "--json"))["why"]
    assert why == json.loads(shelf.ok("parse", "in/4.html"))["why"] == [reason]
    fields = json.loads(shelf.ok("explain", "in/4.html", "--json"))["fields"]
    assert [f["rule"] for f in fields if f["field"] == "topic"] == ["topics"]
    pages = "".join(p.read_text("utf-8") for p in shelf.folder.glob("out/articles/*/*"))
    assert "like &#39;A boiler for the ferry&#39;, which was corrected" in pages


def test_what_was_taught_outlives_the_cache_the_correction_and_its_file(shelf: Program) -> None:
    shelf.ok("topics", "--set", "harbour", "in/1.html")
    shelf.ok("build")
    shelf.write("in/4.html", page("No voyage in spring", LATER))
    shelf.ok("build")
    before = shelf.bytes_of()
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    shelf.ok("build")
    assert shelf.bytes_of() == before
    shelf.ok("topics", "--unset", "harbour", "in/1.html")
    (shelf.folder / "in/1.html").unlink()
    shelf.write("in/5.html", page("No voyage at all", NEVER))
    shelf.ok("build")
    assert topics(shelf)["No voyage in spring"] == ["Harbour"]
    assert topics(shelf)["No voyage at all"] == ["Unsorted"]


def test_what_was_taught_can_be_corrected_and_narrowed_by_rules(shelf: Program) -> None:
    shelf.ok("topics", "--set", "harbour", "in/1.html")
    shelf.ok("build")
    shelf.write("in/4.html", page("No voyage in spring", LATER))
    shelf.write("in/5.html", page("No voyage at all", f"{NEVER} Nobody came to the airport."))
    shelf.ok("build")
    shelf.ok("topics", "--unset", "harbour", "in/4.html")
    shelf.write("config.toml", f'{CONFIG}none = ["airport"]\n')
    shelf.ok("build")
    assert topics(shelf)["No voyage in spring"] == ["Unsorted"]
    assert topics(shelf)["No voyage at all"] == ["Unsorted"]


def test_a_topic_that_was_taken_away_is_not_given_to_the_like_by_a_vocabulary(
    shelf: Program,
) -> None:
    shelf.ok("topics", "--unset", "sport", "in/3.html")
    shelf.ok("build")
    shelf.write("in/4.html", page("Twice in one match", f"{MATCH} It rained."))
    shelf.ok("build")
    assert topics(shelf)["Twice in one match"] == ["Unsorted"]
    ruled = CONFIG.replace('title = "Sport"', 'title = "Sport"\nany = ["goalkeeper"]')
    shelf.write("config.toml", ruled)
    shelf.ok("build")
    assert topics(shelf)["Twice in one match"] == ["Sport"]
