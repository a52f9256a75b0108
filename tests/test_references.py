"""Slugs of topics that other tables name: a misspelt one is said before anything is published."""

from __future__ import annotations

import pytest
from conftest import Program, dump

from feedsmith.config import parse_config
from feedsmith.errors import ConfigError
from feedsmith.topics import check_references, compile_topics, possible_slugs

TREE = '[[tree]]\nname = "public"\nbase_url = "https://public.example/"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '[feed]\nall_excludes = ["scince"]',
            "[feed] all_excludes: no topic 'scince'; did you mean 'science'?",
        ),
        (f'{TREE}topics = ["sports"]', "[[tree]] 'public': topics: no topic 'sports'; did you"),
        (f'{TREE}exclude = ["recipe"]', "exclude: no topic 'recipe'; did you mean 'recipes'?"),
        (
            '[topics]\nfolders = false\n[feed]\nall_excludes = ["xyzzy"]',
            "no topic 'xyzzy'; there are: ",
        ),
    ],
)
def test_a_misspelt_slug_is_an_error_that_names_the_near_one(text: str, words: str) -> None:
    config = parse_config(text)
    known = possible_slugs(compile_topics(config), ["Recipes"], [])
    with pytest.raises(ConfigError) as error:
        check_references(config, known)
    assert words in str(error.value)


def test_what_folders_corrections_and_the_configuration_name_is_known() -> None:
    names = '["recipes", "sea-air", "science", "unsorted", "old-maps"]'
    config = parse_config(f"[feed]\nall_excludes = {names}")
    known = possible_slugs(compile_topics(config), ["Recipes", "sea air"], ["Old maps"])
    assert check_references(config, known) == ()


def test_a_topic_that_no_folder_gives_yet_is_a_line(library: Program) -> None:
    library.write(
        "config.toml", '[input]\npaths = ["saved"]\n[feed]\nall_excludes = ["knitting"]\n'
    )
    done = library("build")
    assert done.returncode == 0
    assert "[feed] all_excludes: no topic 'knitting' so far; there are: " in done.stderr
    library.write("saved/knitting/socks.txt", dump("Socks for sailors"))
    done = library("build")
    assert "no topic" not in done.stderr
    assert "Socks for sailors" not in library.entries()
    assert "Socks for sailors" in library.entries("topics/knitting/feed.json")


def test_a_misspelt_slug_stops_the_build_before_anything_is_read(library: Program) -> None:
    library.write("saved/knitting/socks.txt", dump("Socks for sailors"))
    library.write("config.toml", '[input]\npaths = ["saved"]\n[feed]\nall_excludes = ["kniting"]\n')
    done = library("build")
    assert done.returncode == 2
    assert "did you mean 'knitting'?" in done.stderr
    assert not (library.folder / "out").exists()
    library.write(
        "config.toml", '[input]\npaths = ["saved"]\n[feed]\nall_excludes = ["knitting"]\n'
    )
    library.ok("build")
    (library.folder / ".feedsmith/cache.sqlite3").unlink()
    library.ok("build")  # known by the folder alone
    for path in (library.folder / "saved/knitting").iterdir():
        path.unlink()
    library.ok("build")  # … and remembered
