"""The commands as a user types them: what they print, where, and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump

import feedsmith


def test_parse_prints_one_article_a_line_with_the_keys_of_the_contract(library: Program) -> None:
    lines = [json.loads(line) for line in library.ok("parse", "saved").splitlines()]
    assert [line["title"] for line in lines] == ["Ferry returns", "Bridge reopens", "Museum closes"]
    assert list(lines[0]) == [
        "path", "id", "url", "title", "subtitle", "published", "updated", "saved", "authors",
        "site", "place", "language", "tags", "topics", "summary", "text", "html", "image", "why",
    ]  # fmt: skip
    assert lines[0]["published"] == "2024-09-01T10:00:00+00:00"
    assert lines[0]["subtitle"] == "The town has waited for an answer since the spring"
    assert lines[0]["text"].startswith("The harbour council")
    assert lines[0]["text"].endswith("promised more than that.")
    assert lines[0]["language"] == "en"
    assert not (library.folder / "out").exists()
    assert sorted(path.name for path in library.folder.iterdir()) == ["saved"]


def test_parse_takes_the_zone_from_the_configuration(library: Program) -> None:
    library.write("config.toml", '[input]\ntimezone = "Europe/Rome"\n')
    line = json.loads(library.ok("parse", "saved/1.txt"))
    assert line["published"] == "2024-09-01T10:00:00+02:00"


def test_parse_reads_standard_input(program: Program) -> None:
    program.write("saved/1.txt", dump("In the folder"))
    program.write("config.toml", '[input]\npaths = ["saved"]\n')
    line = json.loads(program.ok("parse", "-", input=dump("From a pipe")))
    assert (line["path"], line["title"]) == ("-", "From a pipe")


def test_parse_goes_on_after_a_bad_file_and_says_so(library: Program) -> None:
    os.mkfifo(library.folder / "saved/0.txt")
    (library.folder / "saved/00.txt").symlink_to("/dev/zero")
    library.write("saved/4.html", "<html><body><a href='/'>Home</a></body></html>")
    done = library("parse", "saved", "saved/0.txt")
    assert len(done.stdout.splitlines()) == 3
    assert done.returncode == 1
    assert "feedsmith: saved/0.txt: UnreadableSourceError: is no regular file" in done.stderr
    assert "feedsmith: saved/4.html: NoArticleError: " in done.stderr


def test_parse_says_that_a_list_of_links_holds_no_article(program: Program) -> None:
    row = "A quiet title,https://harbourpost.example/1,1725300000,,unread"
    program.write("list.csv", f"title,url,time_added,tags,status\n{row}\n{row[:-6]}archive\n")
    done = program("parse", "list.csv")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no article, but links (2); [input] links = 'entry'" in done.stderr


def test_parse_knows_the_ids_of_the_ledger(library: Program) -> None:
    library.ok("build", "saved")
    before = {item["id"] for item in library.entries().values()}
    moved = library.folder / "saved/9.txt"
    (library.folder / "saved/1.txt").rename(moved)
    moved.write_text(moved.read_text().replace("Ferry returns", "Ferry comes back"))
    line = json.loads(library.ok("parse", "-o", "out", "saved/9.txt"))
    assert line["id"] in before


def test_explain_names_the_rule_of_each_field(library: Program) -> None:
    text = library.ok("explain", "saved/1.txt")
    for field in ("title", "subtitle", "published", "text", "language", "topic"):
        assert f"\n  {field} " in text
    record = json.loads(library.ok("explain", "--json", "saved/1.txt"))
    fields = {finding["field"]: finding for finding in record["fields"]}
    assert fields["title"]["value"] == "Ferry returns"
    assert fields["title"]["rule"]


def test_build_without_a_configuration_says_what_came_of_it(library: Program) -> None:
    first = library.ok("build", "saved")
    assert first.startswith("3 articles, ")
    assert "· open out/index.html" in first
    assert "base_url is not set" in first
    assert "nothing changed" in library.ok("build", "saved")
    assert library.ok("build", "-q", "saved") == ""
    outcome = json.loads(library.ok("build", "--json", "saved"))
    assert (outcome["articles"], outcome["failed"], outcome["changed"]) == (3, 0, False)


def test_another_runs_out_folder_is_no_input(library: Program) -> None:
    library.ok("build", "saved", "-o", "saved/one", "-q")
    assert library.ok("build", "saved", "-q") == ""
    assert len(library.entries()) == 3


def test_a_page_made_by_feedsmith_is_no_article(library: Program) -> None:
    library.ok("build", "saved")
    (page,) = (library.folder / "out").rglob("ferry-returns-*.html")
    (library.folder / "saved/copy.html").write_bytes(page.read_bytes())
    done = library("build", "saved")
    assert "saved/copy.html: UnknownFormatError: is a page that feedsmith made" in done.stderr
    assert len(library.entries()) == 3


def test_a_file_in_this_folder_goes_by_its_name(program: Program) -> None:
    program.write("1.txt", dump("Ferry returns"))
    assert json.loads(program.ok("parse", "1.txt"))["path"] == "1.txt"
    program.ok("build", "1.txt")
    assert set(program.entries()) == {"Ferry returns"}


def test_a_file_is_no_out_folder(library: Program) -> None:
    done = library("build", "saved", "-o", "saved/1.txt")
    assert done.returncode == 3
    assert "saved/1.txt: is a file" in done.stderr


def test_options_may_stand_before_and_after_the_paths(library: Program) -> None:
    library.ok("build", "-o", "one", "saved", "-q")
    library.ok("build", "saved", "-q", "--out", "one")


def test_build_counts_skipped_files_as_failures_only_when_strict(library: Program) -> None:
    (library.folder / "saved/p.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    done = library("build", "saved")
    assert done.returncode == 0
    assert done.stderr.startswith("feedsmith: saved/p.png: UnknownFormatError: looks like a PNG")
    assert "1 skipped" in done.stdout
    assert library("build", "--strict", "saved").returncode == 1


def test_base_url_is_the_address_of_everything(library: Program) -> None:
    library.ok("build", "saved", "--base-url", "https://feeds.example.org/me")
    feed = library.feed()
    assert feed["feed_url"] == "https://feeds.example.org/me/feed.json"
    opml = (library.folder / "out/feeds.opml").read_text()
    assert 'xmlUrl="https://feeds.example.org/me/atom.xml"' in opml


def test_topics_lists_what_can_be_subscribed_to(library: Program) -> None:
    library.write("config.toml", '[[topic]]\ntitle = "Ferries"\nany = ["ferry"]\n')
    assert library("topics").returncode == 2
    library.ok("build", "saved")
    rows = json.loads(library.ok("topics", "--json"))
    by_name = {row["topic"]: row for row in rows}
    assert by_name["Ferries"]["articles"] == "3"
    assert by_name["Ferries"]["newest"] == "2024-09-03"
    assert by_name["Ferries"]["address"].endswith("/topics/ferries/atom.xml")
    assert "Ferries" in library.ok("topics")


def test_check_finds_what_was_broken_by_hand(library: Program) -> None:
    library.ok("build", "saved")
    assert library.ok("check").endswith("0 problems\n")
    path = library.folder / "out/atom.xml"
    path.write_text(path.read_text().replace("<updated>", "<updated>soon ", 1))
    done = library("check", "out/atom.xml")
    assert done.returncode == 1
    assert "feedsmith: out/atom.xml: FeedError: " in done.stderr


def test_init_writes_a_configuration_that_builds(library: Program) -> None:
    assert "wrote config.toml" in library.ok("init", "saved")
    text = (library.folder / "config.toml").read_text()
    assert "3 files, 3 articles" in text
    assert 'paths = ["saved"]' in text
    assert library.ok("build").startswith("3 articles, ")
    assert library("init", "saved").returncode == 2


def test_remove_takes_an_article_out_for_good(library: Program) -> None:
    library.ok("build", "saved")
    library.ok("remove", "saved/2.txt")
    library.ok("build", "saved")
    assert set(library.entries()) == {"Ferry returns", "Museum closes"}
    (library.folder / ".feedsmith-out/cache.sqlite3").unlink()
    library.ok("build", "saved")
    assert set(library.entries()) == {"Ferry returns", "Museum closes"}
    library.ok("remove", "--undo", "saved/2.txt")
    library.ok("build", "saved")
    assert len(library.entries()) == 3
    assert library("remove", "saved/7.txt").returncode == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[feed]\ntitel = "x"\n', "config.toml:2: feed.titel: unknown key; did you mean 'title'?"),
        ("[feed]\nlimit = 0\n", "config.toml:2: feed.limit: expected a number above 0, got 0"),
        ("[feed]\nkeep_days = -1\n", "config.toml:2: feed.keep_days: expected 0 or more, got -1"),
        ("[feed]\nmax_age_days = -1\n", "feed.max_age_days: expected 0 or more"),
        ("[feed]\nhub = 'hub'\n", "config.toml:2: feed.hub: expected an http(s) address"),
        ("[feed]\nall_excludes = ['Slow Food']\n", "feed.all_excludes: expected slugs of topics"),
        ("[feed]\ndate = 'today'\n", "feed.date: expected one of 'auto', 'published', 'saved'"),
        ("[feed]\nids = 'own'\n", "feed.ids: expected one of 'shared', 'scoped'"),
        ("[hooks]\ntimeout = 0\n", "config.toml:2: hooks.timeout: expected a number above 0"),
        ("[hooks]\nafter_build = 3\n", "config.toml:2: hooks.after_build: expected a list"),
        ('[input]\ntimezone = "Europe/Nowhere"\n', "config.toml:2: input.timezone: "),
        ('[[topic]]\ntitle = "A"\n[[topic]]\ntitle = "a"\n', "A"),
        ("[feed\n", "config.toml: not valid TOML"),
    ],
)
def test_a_broken_configuration_ends_with_two(library: Program, text: str, message: str) -> None:
    library.write("config.toml", text)
    done = library("build", "saved")
    assert done.returncode == 2
    assert done.stderr.startswith("feedsmith: ConfigError: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (library.folder / "out").exists()


def test_help_and_mistakes(program: Program) -> None:
    assert "example:" in program.ok("--help")
    assert program.ok("--version") == f"feedsmith {feedsmith.__version__}\n"
    assert program().returncode == 2
    assert program("bild").returncode == 2
    assert program("build", "--no-such-option").returncode == 2
    assert program("build").returncode == 2
    assert program("parse", "not-there").returncode == 2
    assert program("explain", "not-there").returncode == 2


def test_a_reader_that_went_away_is_no_error(library: Program) -> None:
    command = f"{sys.executable} -m feedsmith parse saved saved/1.txt | head -c 10"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=library.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""


def test_serve_offers_what_was_built_and_nothing_else(library: Program) -> None:
    library.ok("build", "saved")
    library.write("out/private.txt", "mine")
    server = subprocess.Popen(
        [sys.executable, "-m", "feedsmith", "serve", "--port", "0"],
        cwd=library.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stdout
        address = server.stdout.readline().split()[2]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address + "atom.xml") as answer:
            assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
            assert b"Ferry returns" in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address + "private.txt")
        library.write("saved/4.txt", dump("Lighthouse sold", date="5 Sep, 2024 10:00"))
        library.ok("build", "saved")
        with urllib.request.urlopen(address + "atom.xml") as answer:
            assert b"Lighthouse sold" in answer.read()
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(10) == 0
        server.stdout.close()


def test_the_library_does_what_the_program_does(
    library: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(library.folder)
    (article,) = feedsmith.parse(Path("saved/1.txt"))
    assert article.title == "Ferry returns"
    assert article.topics
    built = feedsmith.build(["saved"])
    assert (built.articles, built.changed, built.failed) == (3, True, 0)
    assert not feedsmith.build(["saved"]).changed
    with pytest.raises(feedsmith.FeedsmithError):
        feedsmith.parse("saved/none.txt")


def test_progress_and_colour_are_for_terminals(library: Program) -> None:
    started = time.monotonic()
    done = library("build", "saved", env={"TERM": "xterm-256color"})
    assert "\x1b" not in done.stdout + done.stderr
    assert time.monotonic() - started < 60
