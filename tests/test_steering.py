"""`feedsmith topics` with its options; explain, test and build are one code path."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Program

import feedsmith
from feedsmith.config import Config, TopicConfig, parse_config
from feedsmith.errors import ConfigError
from feedsmith.model import Article
from feedsmith.topics import Steer, assign, compile_topics
from feedsmith.topics.suggestions import suggest

CONFIG = """
[input]
paths = ["saved"]
[[topic]]
title = "Boats"
any = ["ferr*", "boat"]
none = ["gravy boat"]
min = 2
[[topic]]
title = "Ports"
all = ["lang:en", "harbour"]
query = "quay -airport"
"""
PROSE = "The council of the town met on Monday and sat until late, as it does. " * 4


def page(title: str, text: str = "") -> str:
    return f"<html lang=en><body><article><h1>{title}</h1><p>{text} {PROSE}</p></article></body>"


@pytest.fixture
def shelf(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    program.write("config.toml", CONFIG)
    program.write("saved/ferry.html", page("The ferry is back", "It left the quay at noon."))
    program.write("saved/sauce.html", page("A gravy boat of silver", "It was found in a boat."))
    program.write("saved/sea/gull.html", page("Gulls at noon", "They love a boat."))
    return program


def explained(shelf: Program, path: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(shelf.ok("topics", "--explain", path, "--json"))
    return found


def test_explain_names_terms_field_and_points_and_the_best_misses(shelf: Program) -> None:
    ferry = explained(shelf, "saved/ferry.html")
    assert ferry["topics"] == ["boats"]
    assert ferry["why"] == ["Boats: rule ferr* (title)"]
    assert ferry["misses"] == [
        "ports: 4.00 from lang:en, quay (1x); without what all needs: harbour"
    ]
    sauce = explained(shelf, "saved/sauce.html")
    assert sauce["misses"] == [
        "boats: 4.00 from boat (title, 1x); kept out by none: gravy boat (title)",
        "ports: 3.00 from lang:en; without what all needs: harbour",
    ]
    gull = explained(shelf, "saved/sea/gull.html")
    assert gull["misses"][1:] == [
        "boats: 1.00 from boat (1x); needed 2 points of any, or a true query"
    ]
    text = shelf.ok("topics", "--explain", "saved/ferry.html")
    assert "\n  Boats: rule ferr* (title)\n  not ports: 4.00 from lang:en, quay" in text


def test_explain_says_how_far_a_built_in_topic_was(shelf: Program) -> None:
    match = page("A goal before half-time", "The striker of the cup team and the coach spoke.")
    shelf.write("config.toml", "[topics]\nthreshold = 9\n")
    shelf.write("saved/match.html", match)
    (miss, *_) = explained(shelf, "saved/match.html")["misses"]
    assert miss.startswith("sport: ")
    assert "goal" in miss
    assert miss.endswith("; needed 9.00")


def test_explain_build_and_parse_agree(shelf: Program) -> None:
    shelf.ok("build")
    built = {e["title"]: e.get("tags", []) for e in shelf.entries().values()}
    assert built["Gulls at noon"] == ["Sea"]
    assert explained(shelf, "saved/sea/gull.html")["topics"] == ["sea"]  # the folder is not lost
    lines = [json.loads(line) for line in shelf.ok("parse", "saved").splitlines()]
    assert [line["why"] for line in lines if line["title"] == "The ferry is back"] == [
        ["Boats: rule ferr* (title)"]
    ]
    listed = json.loads(shelf.ok("list", "topic:boats", "--json"))
    assert listed["why"] == ["Boats: rule ferr* (title)"]


@pytest.mark.parametrize("config", [CONFIG, CONFIG.replace('["saved"]', '["./saved/"]')])
def test_a_file_looked_at_alone_keeps_the_topic_of_its_folder(shelf: Program, config: str) -> None:
    shelf.write("config.toml", config)
    for path in ("saved/sea/gull.html", "saved/sea", str(shelf.folder / "saved/sea/gull.html")):
        assert json.loads(shelf.ok("parse", path))["topics"] == ["sea"]
        assert explained(shelf, path)["why"] == ["sea: folder sea/"]
        fields = json.loads(shelf.ok("explain", path, "--json"))["fields"]
        assert ("topic", "sea") in [(field["field"], field["value"]) for field in fields]


def test_without_configured_paths_the_last_build_says_where_a_file_lies(shelf: Program) -> None:
    shelf.write("config.toml", CONFIG.replace('paths = ["saved"]', ""))
    assert json.loads(shelf.ok("parse", "saved/sea/gull.html"))["topics"] == ["unsorted"]
    shelf.ok("build", "saved")
    before = shelf.bytes_of()
    assert json.loads(shelf.ok("parse", "saved/sea/gull.html"))["topics"] == ["sea"]
    assert (
        json.loads(shelf.ok("explain", "saved/sea/gull.html", "--json"))["fields"][-1]["value"]
        == "sea"
    )
    assert shelf.bytes_of() == before


def test_as_a_library_a_file_keeps_the_topic_of_its_folder(
    shelf: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shelf.folder)
    (gull,) = feedsmith.parse("saved/sea/gull.html")
    assert (gull.path, gull.topics) == ("saved/sea/gull.html", ("sea",))
    (gull,) = feedsmith.parse(str(shelf.folder / "saved/sea/gull.html"))
    assert gull.topics == ("sea",)


def test_an_article_s_page_says_why_it_has_its_topics(shelf: Program) -> None:
    def pages() -> str:
        shelf.ok("build")
        return "".join(p.read_text("utf-8") for p in sorted(shelf.folder.glob("out/articles/*/*")))

    assert '<li dir="auto">Boats: rule ferr* (title)</li>' in pages()
    assert '<li dir="auto">sea: folder sea/</li>' in pages()
    shelf.write("config.toml", CONFIG.replace('"ferr*"', '"ferry"'))
    assert '<li dir="auto">Boats: rule ferry (title)</li>' in pages()
    shelf.write("config.toml", f"{CONFIG}[output]\nreasons = false\n")
    assert "Why these topics" not in pages()
    shelf.write("config.toml", CONFIG)
    shelf.ok("topics", "--set", "politics", "saved/ferry.html")
    assert '<li dir="auto">politics: corrected</li>' in pages()


def test_test_shows_what_a_query_would_match_before_it_is_a_rule(shelf: Program) -> None:
    shelf.ok("build")
    before = shelf.bytes_of()
    shown = shelf.ok("topics", "--test", "boat -gravy")
    assert "1 of 3 articles match" in shown
    assert "Gulls at noon" in shown
    assert "boat (1x)" in shown
    (row,) = json.loads(shelf.ok("topics", "--test", "title:ferry", "--json"))
    assert row == {"title": "The ferry is back", "topics": "boats", "found": "title:ferry (title)"}
    assert shelf.bytes_of() == before
    assert shelf("topics", "--test", "boat (").returncode == 2


def test_a_topic_that_was_set_stays_and_can_be_unset(shelf: Program) -> None:
    shelf.ok("build")
    plain = shelf.bytes_of()
    shelf.ok("topics", "--set", "Ports, Boats", "saved/sea/gull.html")
    shelf.ok("build")
    assert shelf.entries()["Gulls at noon"]["tags"] == ["Ports", "Boats"]
    assert explained(shelf, "saved/sea/gull.html")["why"] == [
        "Ports: corrected",
        "Boats: corrected",
    ]
    shelf.ok("topics", "--unset", "Boats,Ports", "saved/sea/gull.html")
    shelf.ok("build")
    assert shelf.bytes_of() == plain
    assert "[" not in (shelf.folder / "corrections.toml").read_text("utf-8")


def test_a_topic_that_a_rule_gave_can_be_refused(shelf: Program) -> None:
    shelf.ok("build")
    plain = shelf.bytes_of()
    shelf.ok("topics", "--unset", "boats", "saved/ferry.html")
    shelf.ok("build")
    assert shelf.entries()["The ferry is back"]["tags"] == ["Unsorted"]
    found = explained(shelf, "saved/ferry.html")
    assert found["topics"] == ["unsorted"]
    assert found["refused"] == ["boats"]
    assert not any(line.startswith("boats") for line in found["misses"])
    shelf.ok("topics", "--set", "boats", "saved/ferry.html")
    shelf.ok("topics", "--unset", "boats", "saved/ferry.html")
    shelf.ok("build")
    assert shelf.bytes_of() == plain


def test_a_refused_parent_stays_out() -> None:
    config = '[[topic]]\ntitle="Sea"\n[[topic]]\ntitle="Boats"\nparent="Sea"\nany=["boat"]'
    catalog = compile_topics(parse_config(config))
    article = Article(title="A boat", text="", html="")
    assert [t.slug for t in assign(article, catalog).topics] == ["boats", "sea"]
    steer = Steer(refused=(catalog.by_slug["sea"],))
    assert [t.slug for t in assign(article, catalog, steer).topics] == ["boats"]


@pytest.mark.parametrize(
    "arguments",
    [("--explain",), ("--set", "x"), ("saved/ferry.html",), ("--suggest", "saved/ferry.html")],
)
def test_a_path_is_given_where_it_is_needed_and_only_there(
    shelf: Program, arguments: tuple[str, ...]
) -> None:
    assert shelf("topics", *arguments).returncode == 2


def test_a_correction_to_a_topic_that_is_none_is_remarked_upon(shelf: Program) -> None:
    done = shelf("topics", "--set", "boatz,ports", "saved/ferry.html")
    assert done.returncode == 0
    assert "'boatz' is no topic yet; did you mean 'boats'?" in done.stderr
    assert "'ports'" not in done.stderr
    shelf.ok("build")
    done = shelf("topics", "--unset", "sea,gulls", "saved/sea/gull.html")
    assert "'gulls' is no topic yet\n" in done.stderr
    assert "'sea'" not in done.stderr  # of the folder


def lighthouses() -> list[Article]:
    towns = ("Ardo", "Bellmar", "Corrin", "Dunesk")
    lit = [
        Article(
            title=f"The lighthouse of {town} gets a keeper",
            text=f"A keeper for the lighthouse was found in {town}. {PROSE}",
            html="",
            language="en",
        )
        for town in towns
    ]
    plain = [
        Article(
            title=f"Matters of a {kind} kind",
            text=" ".join(f"It was {kind}{n} and {PROSE[n : n + 40]}" for n in range(40)),
            html="",
            language="en",
        )
        for kind in ("red", "old", "wet", "dry", "big", "raw", "odd", "shy", "dim", "low", "new")
    ]
    return [*lit, *plain]


def test_suggestions_are_what_some_articles_share_and_name_in_their_titles() -> None:
    articles = lighthouses()
    (first, *others) = suggest(articles)
    assert {"lighthouse", "keeper"} <= {word for term in first.terms for word in term.split()}
    assert set(first.articles) == set(articles[:4])
    assert not others  # "council" and "matters" are everywhere
    assert suggest(articles) == suggest(articles)
    assert suggest(articles[:2]) == ()


def reports(subjects: dict[str, str], language: str, each: int = 6) -> list[Article]:
    """Return articles that each have some of their subject's words, and filler of their own."""
    found = []
    for subject, listed in subjects.items():
        words = listed.split()
        for n in range(each):
            own = [words[(n + step) % len(words)] for step in range(5)]
            filler = " ".join(f"{subject}filler{n}x{k}" for k in range(30))
            text = f"{' '.join(own)} {filler} meanwhile nothing"
            title = f"{own[0].capitalize()} and {own[1]} meanwhile"
            found.append(Article(title=title, text=text, html="", language=language))
    return found


SUBJECTS = {
    "bees": "hive honey swarm keeper queen pollen wax",
    "boats": "sloop mast rigging hull shipwright planks tiller",
    "bread": "oven dough rye crust baker yeast flour",
    "mines": "shaft coal seam pithead miners gallery winch",
}


def test_suggestions_are_groups_of_articles_that_share_a_subject_and_no_one_term() -> None:
    articles = reports(SUBJECTS, "en")
    found = suggest(articles)
    assert {frozenset(one.articles) for one in found} == {
        frozenset(articles[start : start + 6]) for start in range(0, 24, 6)
    }
    for one in found:
        assert any(set(one.terms) <= set(words.split()) for words in SUBJECTS.values())
        assert len(one.terms) >= 4
        catalog = compile_topics(Config(topic=(TopicConfig(title="X", any=one.terms),)))
        matched = [a for a in articles if assign(a, catalog).topics[0].slug == "x"]
        assert matched == list(one.articles)
    assert suggest(articles[:6], articles) == tuple(
        one for one in found if set(one.articles) == set(articles[:6])
    )


def test_what_all_of_one_language_share_is_no_subject() -> None:
    bees = {"bees": SUBJECTS["bees"]}
    foreign = reports({"q": "nemen gaan staan leggen zitten lopen werken maken vinden"}, "nl", 9)
    found = suggest([*reports(SUBJECTS, "en"), *foreign])
    assert {one.articles[0].language for one in found} == {"en"}
    assert suggest(reports(bees, "en")) == ()  # nothing to tell them from


def test_suggest_prints_what_can_be_pasted_into_the_configuration(shelf: Program) -> None:
    for number, article in enumerate(lighthouses()):
        shelf.write(f"saved/{number:02}.html", page(article.title, article.text))
    shelf.ok("build")
    shown = shelf.ok("topics", "--suggest")
    assert shown == shelf.ok("topics", "--suggest")
    assert "lighthouse" in shown
    (topic, *_) = parse_config(shown).topic
    assert topic.any


def test_a_renamed_topic_keeps_its_old_address(shelf: Program) -> None:
    shelf.ok("build")
    before = shelf.feed("topics/boats/feed.json")
    atom = (shelf.folder / "out/topics/boats/atom.xml").read_text("utf-8")
    shelf.write("config.toml", CONFIG.replace('"Boats"', '"Ships"\nwas = ["boats"]'))
    shelf.ok("build")
    out = shelf.folder / "out" / "topics"
    names = sorted(path.name for path in (out / "ships").iterdir())
    assert names == sorted(path.name for path in (out / "boats").iterdir())
    for name in names:
        assert (out / "boats" / name).read_bytes() == (out / "ships" / name).read_bytes()
    now = shelf.feed("topics/boats/feed.json")
    assert [e["id"] for e in now["items"]] == [e["id"] for e in before["items"]]
    assert str(now["feed_url"]).endswith("/topics/ships/feed.json")
    (feed_id,) = re.findall("<id>(.*?)</id>", atom.split("<entry>")[0])
    assert f"<id>{feed_id}</id>" in (out / "boats/atom.xml").read_text("utf-8")
    assert "boats" not in (shelf.folder / "out/feeds.opml").read_text("utf-8")
    assert "boats" not in (shelf.folder / "out/index.html").read_text("utf-8")
    shelf.ok("check", "out")
    shelf.ok("topics", "--set", "boats", "saved/sea/gull.html")  # by its old name
    shelf.ok("build")
    assert shelf.entries()["Gulls at noon"]["tags"] == ["Ships"]
    shelf.write("config.toml", CONFIG)
    shelf.ok("build")
    assert not (out / "ships").exists()


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('[[topic]]\ntitle="A"\nwas=["b"]\n[[topic]]\ntitle="B"', ["'A'", "'b'", "'B'"]),
        (
            '[[topic]]\ntitle="A"\nwas=["x"]\n[[topic]]\ntitle="B"\nwas=["x"]',
            ["'A'", "'x'", "'B'"],
        ),
        ('[topics]\nbuiltin=true\n[[topic]]\ntitle="A"\nwas=["sport"]', ["'A'", "'Sport'"]),
    ],
)
def test_a_former_address_of_another_topic_is_an_error_that_names_both(
    config: str, said: list[str]
) -> None:
    with pytest.raises(ConfigError) as error:
        compile_topics(parse_config(config))
    assert [word for word in said if word not in str(error.value)] == []


def test_a_former_slug_is_a_slug() -> None:
    with pytest.raises(ConfigError, match=r"topic\.was: expected lower-case letters"):
        parse_config('[[topic]]\ntitle="A"\nwas=["B c"]')
