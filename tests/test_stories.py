"""Articles of several sites on one event name one another; the feed entry of an old one stays."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import Program
from test_doubles import OTHER, REPORT, page, told

from feedsmith.model import Article
from feedsmith.topics import closeness
from feedsmith.topics.events import ALIKE, likeness_of_events, report_of

# What a third reporter wrote about the evening at Port Ellen (see test_doubles).
THIRD = [
    "By nine votes to four the council at Port Ellen has given the old ferry two more years.",
    "After a meeting of five hours the hall above the fish market emptied towards midnight.",
    "The ferry can go on, said harbour master Ewan Tarrant, whose inspectors had seen the hull.",
    "His one condition: no more than sixty sheep on board, which drew laughter from the fishermen.",
    "The council turns down half of four million that the county would have paid for a new boat.",
    "An appeal has been announced by opponents, who fear the storms of the coming winter.",
    "The ferry sails three times on weekdays; its engine came from the yard across the sound.",
]
# The same subject two days later, in another town: no words but those of the trade in common.
ELSEWHERE = [
    "A ferry for the islands of Sannox will be ordered next spring, the ministry announced.",
    "The vessel is to carry forty cars and three hundred passengers, and to run on batteries.",
    "Sannox has been without a connection of its own since the old pier was closed.",
    "Residents had collected signatures for a decade; the local school closed in the meantime.",
    "Shipyards in three countries may tender. The price was put at eleven million at least.",
    "The transport minister, Ilse Brandvold, spoke of the end of a long wait for the islanders.",
    "Hotels expect more guests in summer, and the doctor expects to be home for dinner at last.",
    "Until then the mail goes by a fishing boat, on Mondays and Thursdays if the wind allows.",
]
ON = '[feed]\nstories = true\n[input]\npaths = ["in"]\n'
A = page("https://herald.example/ferry", "Old ferry stays", REPORT, site="Herald")
B = page("https://post.example/7", "Port Ellen & its ferry", OTHER, day="2024-09-04")
C = page("https://star.example/x", "Two more years", THIRD, day="2024-09-05", site="The Star")
D = page("https://mail.example/d", "A ferry for Sannox", ELSEWHERE, day="2024-09-05")
FOOT = (
    '<p>Also in: <a href="https://herald.example/ferry">Old ferry stays</a> (Herald), '
    '<a href="https://post.example/7">Port Ellen &amp; its ferry</a> (post.example)</p>'
)


@pytest.fixture
def desk(tmp_path: Path) -> Program:
    """Three papers on one evening, a fourth on another ferry."""
    program = Program(tmp_path)
    program.write("config.toml", ON)
    for name, text in (("a", A), ("b", B), ("c", C), ("d", D)):
        program.write(f"in/{name}.html", text)
    return program


def foots(program: Program) -> dict[str, str]:
    """Return the foot of each entry's content by its title."""
    found = {}
    for title, entry in program.entries().items():
        foot = re.search(r"<p>Also in: .*</p>$", str(entry["content_html"]))
        found[title] = foot[0] if foot else ""
    return found


def pages_of(program: Program) -> dict[str, str]:
    """Return the line of each article's page by its title."""
    found = {}
    for path in program.folder.glob("out/articles/*/*.html"):
        text = path.read_text("utf-8")
        title, line = re.search(r"<h1[^>]*>(.*)</h1>", text), re.search("<p>Also in: .*", text)
        assert title
        found[title[1].replace("&amp;", "&")] = line[0] if line else ""
    return found


def test_a_later_entry_names_the_earlier_ones_and_pages_name_all(desk: Program) -> None:
    desk.ok("build")
    assert foots(desk)["Two more years"] == FOOT
    assert "Old ferry stays" in foots(desk)["Port Ellen & its ferry"]
    assert foots(desk)["Old ferry stays"] == foots(desk)["A ferry for Sannox"] == ""
    first = pages_of(desk)["Old ferry stays"]
    assert "Port Ellen &amp; its ferry (post.example)" in first
    assert "Two more years (The Star)" in first
    assert re.search(r'href="\.\./\.\./articles/../two-more-years-', first)
    assert pages_of(desk)["A ferry for Sannox"] == ""


def test_all_formats_say_so_and_link_there(desk: Program) -> None:
    desk.ok("build")
    for name in ("atom.xml", "rss.xml"):
        root = ET.fromstring(told(desk, f"out/{name}"))  # noqa: S314
        assert any(element.text and element.text.endswith(FOOT) for element in root.iter()), name
        links = [link.attrib for link in root.iter("{http://www.w3.org/2005/Atom}link")]
        related = [link["title"] for link in links if link["rel"] == "related"]
        assert "Port Ellen & its ferry (post.example)" in related


def test_what_comes_later_changes_no_entry_of_before(desk: Program) -> None:
    (desk.folder / "in/c.html").unlink()
    desk.ok("build")
    before = desk.entries()
    desk.write("in/c.html", C)
    desk.ok("build")
    after = desk.entries()
    assert foots(desk)["Two more years"] == FOOT
    assert all(after[title] == entry for title, entry in before.items())
    assert "Two more years" in pages_of(desk)["Old ferry stays"]


def test_one_file_after_the_other_and_without_the_cache_all_is_the_same(desk: Program) -> None:
    texts = {path: path.read_text("utf-8") for path in sorted((desk.folder / "in").iterdir())}
    for path in texts:
        path.unlink()
    for path, text in texts.items():
        path.write_text(text, "utf-8")
        desk.ok("build")
    grown = desk.bytes_of()
    (desk.folder / ".feedsmith/cache.sqlite3").unlink()
    desk.ok("build")
    assert desk.bytes_of() == grown
    assert foots(desk)["Two more years"] == FOOT


def test_unrelated_files_change_no_story(desk: Program) -> None:
    desk.ok("build")
    known = foots(desk)
    for number in range(30):
        lines = [f"Item {number} of the list, line {line}: {line * number}." for line in range(40)]
        text = page(f"https://s{number}.example/", f"List {number}", lines, day="2024-09-04")
        desk.write(f"in/0{number}.html", text)
    desk.ok("build")
    assert known.items() <= foots(desk).items()
    for path in ("out", ".feedsmith/cache.sqlite3", ".feedsmith/ledger.sqlite3"):
        (desk.folder / path).rename(desk.folder / f"old-{Path(path).name}")
    desk.ok("build")
    assert known.items() <= foots(desk).items()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (page("https://www.herald.example/8", "Ferry", OTHER), "one site"),
        (page("https://live.herald.example/8", "Ferry", OTHER), "below one site"),
        (page("https://post.example/7", "Ferry", OTHER, day="2024-09-07"), "another day"),
        (page("https://post.example/7", "Ferry", OTHER[:3]), "too short"),
        ("Ferry\n\n3 Sep 2024 08:00\n\n" + "\n\n".join(OTHER), "nobody knows the site"),
    ],
    ids=lambda value: value if len(value) < 30 else "",
)
def test_some_are_never_of_one_story(tmp_path: Path, text: str, why: str) -> None:
    desk = Program(tmp_path)
    desk.write("config.toml", ON)
    desk.write("in/a.html", A)
    desk.write("in/b.html" if text.startswith("<") else "in/b.txt", text)
    desk.ok("build")
    assert len(desk.entries()) == 2, why
    assert set(foots(desk).values()) == {""}


def test_it_is_off_unless_asked_for_and_can_be_taken_back(desk: Program) -> None:
    desk.write("config.toml", ON.replace("stories = true", ""))
    desk.ok("build")
    plain = desk.bytes_of()
    assert set(foots(desk).values()) == set(pages_of(desk).values()) == {""}
    desk.write("config.toml", ON)
    desk.ok("build")
    assert foots(desk)["Two more years"] == FOOT
    times = {title: entry["date_modified"] for title, entry in desk.entries().items()}
    desk.write("config.toml", ON.replace("true", "false"))
    desk.ok("build")
    assert desk.bytes_of() == plain
    assert {title: entry["date_modified"] for title, entry in desk.entries().items()} == times
    desk.write("config.toml", ON)
    desk.ok("build")
    assert foots(desk)["Two more years"] == FOOT


def test_who_is_gone_or_called_otherwise_is_so_in_the_story(desk: Program) -> None:
    desk.ok("build")
    desk.ok("fix", "in/a.html", "--title", "Nine to four")
    desk.ok("build")
    assert '">Nine to four</a> (Herald)' in foots(desk)["Two more years"]
    desk.ok("remove", "in/b.html")
    desk.ok("build")
    assert "Port Ellen" not in foots(desk)["Two more years"] + pages_of(desk)["Nine to four"]
    (desk.folder / "in/a.html").unlink()
    desk.ok("build")
    assert foots(desk)["Two more years"] == ""


def test_a_tree_names_only_what_it_shows(desk: Program) -> None:
    desk.write(
        "config.toml",
        ON + '[[tree]]\nname = "public"\nbase_url = "https://p.example/"\ncontent = "full"\n'
        'exclude = ["secret"]\n[[topic]]\ntitle = "Secret"\nany = ["site:herald.example"]\n',
    )
    desk.ok("build")
    assert foots(desk)["Two more years"] == FOOT
    shown = "".join(
        path.read_text("utf-8") for path in (desk.folder / "public").rglob("*.*") if path.is_file()
    )
    assert "Also in: " in shown
    assert "Old ferry stays" not in shown
    text = (desk.folder / "config.toml").read_text("utf-8")
    desk.write("config.toml", text.replace("herald.example", "post.example"))
    desk.ok("build")
    shown = told(desk, "public/atom.xml")
    assert "Old ferry stays" in shown
    assert "post.example" not in shown


def test_explain_says_with_which_and_by_which_words(desk: Program) -> None:
    desk.ok("build")
    shown = desk.ok("explain", "in/c.html")
    assert re.search(r"story +.*\n +by same event \(0\.\d\d alike: .*ferry", shown)
    desk.write("config.toml", ON.replace("true", "false"))
    assert "same event" not in desk.ok("explain", "in/c.html")


def test_the_ledger_s_text_keeps_stories(desk: Program) -> None:
    desk.ok("build")
    grown = desk.bytes_of()
    desk.write("ledger.txt", desk.ok("ledger", "export"))
    for name in ("ledger", "cache"):
        (desk.folder / f".feedsmith/{name}.sqlite3").unlink()
    desk.ok("ledger", "import", "ledger.txt")
    with sqlite3.connect(desk.folder / ".feedsmith/ledger.sqlite3") as db:
        (count,) = db.execute("SELECT count(*) FROM names WHERE name LIKE 'story:%'").fetchone()
    db.close()
    assert count == 4
    desk.ok("build")
    assert desk.bytes_of() == grown


def test_a_wide_build_says_that_it_finds_none(desk: Program) -> None:
    pytest.importorskip("pyarrow")
    done = desk("gather", "in", "--shards", "shards")
    assert done.returncode == 2
    assert "[feed] stories: only 'feedsmith build'" in done.stderr


def test_reports_of_one_event_are_told_from_those_of_one_subject() -> None:
    texts = (REPORT, OTHER, THIRD, ELSEWHERE)
    one, two, three, other = [
        report_of(Article(title="A ferry", text="\n\n".join(lines), html="", path=""))
        for lines in texts
    ]
    assert min(likeness_of_events(one, two), likeness_of_events(one, three)) > ALIKE
    assert 0 < closeness(one.words, other.words) < ALIKE / 2
    assert likeness_of_events(one, other) == 0


def test_less_is_enough_where_the_titles_share_two_words() -> None:
    def told(title: str, lines: list[str]) -> float:
        report = report_of(Article(title=title, text="\n\n".join(lines), html="", path=""))
        whole = report_of(
            Article(title="Ferry of Port Ellen", text=" ".join(REPORT), html="", path="")
        )
        return likeness_of_events(report, whole)

    some = [*THIRD[:3], *ELSEWHERE[:6]]
    assert told("A vote at night", some) == 0
    assert told("Port Ellen votes", some) > 0
    assert told("Port Ellen votes", ELSEWHERE) == 0
