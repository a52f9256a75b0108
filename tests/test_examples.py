"""`examples` of a topic: what they teach, what they never move, complaints about them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Program

from feedsmith.config import Config, TopicConfig, TopicsConfig
from feedsmith.model import Article
from feedsmith.topics import assign, compile_topics
from feedsmith.topics.examples import learn

BEES = (
    "The hive stood in the orchard and the beekeeper counted the frames of honey.",
    "A queen left with the swarm, and the beekeeper found her on a branch above the hive.",
    "Honey from heather is dark; the bees of this hive bring it from the moor in August.",
)
BOATS = (
    "The sloop lay on the slip while the shipwright caulked the planks of her hull.",
    "A new mast was stepped, and the rigging of the sloop was tightened by the shipwright.",
    "Planks of larch make a hull that lasts; the slip was full of shavings.",
)
NEWS = "Nobody at the council meeting on Monday could say how it would end, and so it went on."


def article(text: str, title: str = "What was seen") -> Article:
    return Article(title=title, text=text, html="", language="en")


def taught(**more: object) -> Config:
    learned = learn({"bees": [*map(article, BEES)], "boats": [*map(article, BOATS)]})
    topics = tuple(
        TopicConfig(title=name.capitalize(), examples=one, **more)  # type: ignore[arg-type]
        for name, one in learned.items()
    )
    return Config(topic=topics, topics=TopicsConfig(folders=False))


def slugs(text: str, config: Config) -> list[str]:
    return [topic.slug for topic in assign(article(text, "A note"), compile_topics(config)).topics]


def test_an_article_like_the_examples_has_their_topic() -> None:
    config = taught()
    assert slugs("The beekeeper opened the hive; the honey was not ready.", config) == ["bees"]
    assert slugs("The shipwright looked at the hull on the slip.", config) == ["boats"]
    assert slugs(NEWS, config) == ["unsorted"]


def test_the_reason_names_the_words_that_are_alike() -> None:
    found = assign(article("The beekeeper opened the hive again."), compile_topics(taught()))
    assert found.why[0].startswith("Bees: ")
    assert "examples (+" in found.why[0]
    assert "beekeeper" in found.why[0]
    lost = assign(article(f"{NEWS * 4} A hive."), compile_topics(taught()))
    assert lost.misses[0].startswith("bees: ")
    assert lost.misses[0].endswith("needed 1.70")


def test_the_rules_of_a_topic_still_decide() -> None:
    text = "The beekeeper opened the hive; the honey was not ready."
    assert slugs(text, taught(none=("honey",))) == ["unsorted"]
    assert slugs(NEWS, taught(any=("council",), min=1)) == ["bees", "boats"]


def test_beside_examples_rules_and_some_nearness_make_up_for_each_other() -> None:
    said = "Nobody at the meeting on Monday could say how it would end. The hive was "
    assert slugs(NEWS, taught(any=("council",))) == ["unsorted"]
    rules = compile_topics(taught(any=("meeting",)))
    enough = assign(article(NEWS, "The meeting"), rules)
    why = "rule meeting (title, opening, 1x)"
    assert enough.why == (f"Bees: {why}", f"Boats: {why}")
    assert slugs(f"{said}open.", taught()) == ["unsorted"]
    both = assign(
        article(f"{said}open.", "A meeting"), compile_topics(taught(any=("title:meet*^1.1",)))
    )
    assert [topic.slug for topic in both.topics] == ["bees"]
    assert "rules (+1.31: title:meet* (title))" in both.why[0]
    less = assign(article(f"{said}open.", "A note"), rules)
    assert less.topics[0].slug == "unsorted"
    assert any("rules (+0.79: meeting (opening, 1x)); needed 1.98" in miss for miss in less.misses)
    assert slugs(f"{said}open.", taught(any=("meeting",), min=1, none=("Monday",))) == ["unsorted"]


def test_a_field_decides_beside_examples_too() -> None:
    by_jane = replace(article(NEWS), authors=("Jane Roe",))
    known = compile_topics(taught(any=("author:roe", "honeycomb")))
    assert [topic.slug for topic in assign(by_jane, known).topics] == ["bees", "boats"]
    strict = compile_topics(taught(any=("author:roe",), min=40))
    assert [topic.slug for topic in assign(by_jane, strict).topics] == ["unsorted"]


def test_examples_of_other_topics_that_lie_near_ask_for_more() -> None:
    text = "Nobody at the meeting knew where on that warm and windy day in May a hive had been."
    near = (*BOATS, "The beekeeper carried the hive to the sloop.")
    needed = []
    for others in (BOATS, near):
        learned = learn({"bees": [*map(article, BEES)], "boats": [*map(article, others)]})
        topic = TopicConfig(title="Bees", any=("title:met",), examples=learned["bees"])
        config = Config(topic=(topic,), topics=TopicsConfig(folders=False))
        found = assign(article(text, "A day"), compile_topics(config))
        needed.append(float(found.misses[0].rpartition("needed ")[2]))
    assert needed == [1.98, 2.5]  # 1 and what a tenth of the others have, at most 1.5


def test_examples_that_are_much_alike_ask_for_no_more_than_articles_have() -> None:
    words = " ".join(f"sluice{n}" for n in range(40))
    same = [article(f"The lock keeper of gate {n} and {words}.", "The lock") for n in range(3)]
    learned = learn({"locks": same, "boats": [*map(article, BOATS)]})
    topics = (TopicConfig(title="Locks", examples=learned["locks"]),)
    text = f"The lock keeper is away, {' '.join(words.split()[:3])} and all that goes with it."
    assert slugs(text, Config(topic=topics)) == ["locks"]


def test_a_vocabulary_makes_nearness_count_only_where_it_is_more_than_that_of_any_text() -> None:
    learned = learn({"sport": [*map(article, BEES)]})
    config = Config(topic=(TopicConfig(title="Sport", examples=learned["sport"]),))
    near = assign(article(f"{NEWS * 3} A queen, a branch."), compile_topics(config))
    assert near.topics[0].slug == "unsorted"
    assert near.misses[0].startswith("sport: 1.94 from examples (+1.94: ")
    assert near.misses[0].endswith("; needed 2.30")  # 1.2 and what any article may have


def test_words_that_every_text_has_teach_nothing() -> None:
    assert slugs("And the one that was there said that it would be.", taught()) == ["unsorted"]


def test_what_was_learnt_is_one_value() -> None:
    config = taught()
    assert config == taught()
    assert hash(config) == hash(taught())
    assert repr(config) == repr(taught())
    again = pickle.loads(pickle.dumps(config))
    assert again == config
    assert slugs("The hive of the beekeeper.", again) == ["bees"]


def page(title: str, text: str) -> str:
    more = " ".join(
        f"They said {title[:4]}{n} and {title[-4:]}{n} to one another." for n in range(9)
    )
    return f"<html lang=en><article><h1>{title}</h1><p>{text}</p><p>{more}</p></article></html>"


CONFIG = """
[input]
paths = ["saved"]
[[topic]]
title = "Bees"
examples = "like/bees"
[[topic]]
title = "Sea"
any = ["sloop"]
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    program.write("config.toml", CONFIG)
    for number, text in enumerate(BEES):
        program.write(f"like/bees/{number}.html", page(f"Bees, part {number}", text))
    program.write("saved/hive.html", page("The beekeeper's hive", "The honey of the hive is dark."))
    program.write("saved/boat.html", page("A sloop", "She lay on the slip for a winter."))
    return program


def tags(shelf: Program) -> dict[str, object]:
    return {title: entry["tags"] for title, entry in shelf.entries().items()}


def test_build_parse_and_explain_learn_from_a_folder(shelf: Program) -> None:
    shelf.ok("build")
    assert tags(shelf) == {"The beekeeper's hive": ["Bees"], "A sloop": ["Sea"]}
    assert '"topics": ["bees"]' in shelf.ok("parse", "saved/hive.html")
    assert "examples (+" in shelf.ok("topics", "--explain", "saved/hive.html")
    before = shelf.bytes_of()
    assert "nothing changed" in shelf.ok("build")
    for number in range(1, 3):
        (shelf.folder / f"like/bees/{number}.html").unlink()
    shelf.write("like/bees/0.html", page("Clouds", "A cloud over the quarry moved on."))
    shelf.ok("build")
    assert tags(shelf)["The beekeeper's hive"] == ["Unsorted"]
    for number, text in enumerate(BEES):
        shelf.write(f"like/bees/{number}.html", page(f"Bees, part {number}", text))
    shelf.ok("build")
    assert shelf.bytes_of() == before


def test_a_hundred_unrelated_files_move_nothing(shelf: Program) -> None:
    shelf.ok("build")
    before = tags(shelf)
    for number in range(100):
        text = f"The quarry number {number} gave {number * 7} stones of slate and a hive of wasps."
        shelf.write(f"saved/more/{number}.html", page(f"Quarry {number}", text))
    shelf.write("config.toml", CONFIG.replace("[input]", "[feed]\nlimit = 500\n[input]"))
    shelf.ok("build")
    after = tags(shelf)
    assert {title: after[title] for title in before} == before


@pytest.mark.parametrize("there", [False, True])
def test_examples_that_are_not_there_are_named(shelf: Program, there: bool) -> None:  # noqa: FBT001
    shelf.write("config.toml", CONFIG.replace("like/bees", "like/wasps"))
    if there:
        shelf.write("like/wasps/empty.txt", "")
    done = shelf("build")
    assert done.returncode == 2
    assert "[[topic]] 'Bees': examples: no " in done.stderr
