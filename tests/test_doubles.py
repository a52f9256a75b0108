"""One entry for an article that two sites have, or two forms of one; never for two articles."""

from __future__ import annotations

import re
import sqlite3
import zlib
from pathlib import Path

import pytest
from conftest import Program

from feedsmith.likeness import PRINT_HASHES, RUN_WORDS, likeness, print_of

# A report as an agency sends it, and what two papers make of it.
REPORT = [
    "The council of Port Ellen voted on Tuesday to keep the old ferry for two more years.",
    "The vote, nine to four, came after a meeting of five hours in the hall above the fish market.",
    "Fishermen had filled the benches since noon, and most of them clapped when it was over.",
    "The harbour master, Ewan Tarrant, said that the hull was looked at twice since the spring.",
    "It would last, he said, as long as nobody asked it to carry more than sixty sheep at a time.",
    "A new boat would have cost the town four million, of which the county had offered one half.",
    "Opponents called the decision a gamble with the winter storms; they would appeal.",
    "The ferry leaves at six in the morning, at noon and at five, except on Sundays.",
    "Its engine was built in the yard across the sound in the year in which the yard was closed.",
    "Nobody could say who would mend it when the last of the men who built it is gone.",
]
# What another reporter wrote about the same evening, with the same names and one quotation.
OTHER = [
    "Port Ellen will go on with its ferry. The council decided so on Tuesday by nine to four.",
    "Five hours of talk went before it, above the fish market, where the smell is part of it.",
    "“It would last,” the harbour master Ewan Tarrant told the meeting about the hull of the boat.",
    "The county had held out half of the four million that a vessel costs; it may keep them now.",
    "Whoever spoke against it spoke of storms. Ann Ledward, who did, wants the courts to look.",
    "In the back row a boy counted the sheep on the poster: sixty-one, one more than allowed.",
    "The morning boat left at six as always, with the post, two nuns and a man who slept standing.",
    "Its skipper had not heard of the vote. He nodded, and asked whether the engine knew.",
    "The yard that built it lies across the sound, and gulls sit where the crane was before.",
    "Two years are long for a boat of that age, he said, and short for all else in town.",
]


def page(
    url: str, title: str, paragraphs: list[str], *, day: str = "2024-09-03", site: str = ""
) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html lang="en"><head><title>{title}</title><link rel="canonical" href="{url}">'
        f'<meta property="article:published_time" content="{day}T08:00:00Z">'
        f'<meta property="og:site_name" content="{site}"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def told(program: Program, path: str) -> str:
    return (program.folder / path).read_text("utf-8")


def ids(program: Program) -> set[str]:
    return {entry["id"] for entry in program.entries().values()}


@pytest.fixture
def desk(tmp_path: Path) -> Program:
    """Two papers have one report of an agency; each adds a line of its own."""
    program = Program(tmp_path)
    first = [*REPORT, "Our reporter was at the meeting, and has bought a ticket since."]
    second = ["PORT ELLEN (Agency) — " + REPORT[0], *REPORT[1:-1]]
    program.write(
        "in/a.html", page("https://herald.example/ferry", "Old ferry stays", first, site="Herald")
    )
    program.write(
        "in/b.html",
        page("https://www.star.example/n/7", "Ferry gets two years", second, day="2024-09-04"),
    )
    return program


def test_an_article_that_two_sites_have_is_one_entry_that_names_the_other(desk: Program) -> None:
    shown = desk("build", "in", "--verbose")
    assert shown.returncode == 0
    assert "1 article, 1 topic, 1 double" in shown.stdout
    assert "in/b.html: Double: the same article as in in/a.html, one entry for" in shown.stderr
    ((_, entry),) = desk.entries().items()
    assert entry["title"] == "Old ferry stays"
    (path,) = [path for path in desk.bytes_of() if "articles/" in str(path)]
    shown_page = (desk.folder / "out" / path).read_text("utf-8")
    assert '<p>Also at: <a href="https://www.star.example/n/7"' in shown_page
    assert "star.example</bdi></a></p>" in shown_page


def test_it_does_not_matter_which_came_when_for_what_is_published(desk: Program) -> None:
    desk.ok("build", "in")
    whole = desk.bytes_of()
    (desk.folder / ".feedsmith-out/cache.sqlite3").unlink()
    desk.ok("build", "in")
    assert desk.bytes_of() == whole


def test_a_reader_keeps_the_entry_when_another_site_comes_or_the_first_file_goes(
    desk: Program,
) -> None:
    other = (desk.folder / "in/b.html").read_text("utf-8")
    (desk.folder / "in/b.html").unlink()
    desk.ok("build", "in")
    first = ids(desk)
    desk.write("in/b.html", other)
    desk.ok("build", "in")
    assert ids(desk) == first
    (desk.folder / "in/a.html").unlink()
    desk.ok("build", "in")
    assert ids(desk) == first
    assert list(desk.entries()) == ["Ferry gets two years"]


def test_keep_makes_two_of_them_again_and_join_one(desk: Program) -> None:
    desk.write("config.toml", '[input]\npaths = ["in"]\nduplicates = "join"\n')
    desk.ok("build")
    joined = ids(desk)
    desk.write("config.toml", '[input]\npaths = ["in"]\nduplicates = "keep"\n')
    assert "double" not in desk.ok("build", "--verbose")
    assert len(desk.entries()) == 2
    desk.write("config.toml", '[input]\npaths = ["in"]\nduplicates = "join"\n')
    desk.ok("build")
    assert ids(desk) == joined


def test_what_stood_apart_before_stays_apart(desk: Program) -> None:
    desk.write("config.toml", '[input]\npaths = ["in"]\nduplicates = "keep"\n')
    desk.ok("build")
    apart = ids(desk)
    ledger = desk.folder / ".feedsmith/ledger.sqlite3"
    with sqlite3.connect(ledger) as db:
        db.execute("DELETE FROM doubles")
    db.close()
    desk.write("config.toml", '[input]\npaths = ["in"]\n')
    desk.write("in/c.txt", "Something else\n\n3 Sep 2024 10:00\n\n" + "\n\n".join(OTHER))
    desk.ok("build")
    assert apart < ids(desk)


def test_two_reports_of_one_event_are_two_articles(desk: Program) -> None:
    desk.write("in/c.html", page("https://post.example/ferry", "A ferry goes on", OTHER))
    desk.ok("build", "in")
    assert sorted(entry["title"] for entry in desk.entries().values()) == [
        "A ferry goes on",
        "Old ferry stays",
    ]
    assert likeness(print_of(" ".join(REPORT)), print_of(" ".join(OTHER))) < 0.1


@pytest.mark.parametrize(
    ("url", "day"),
    [("https://herald.example/ferry-2", "2024-09-03"), ("https://star.example/n/7", "2024-09-20")],
)
def test_two_addresses_of_one_site_and_two_seasons_are_two_articles(
    desk: Program, url: str, day: str
) -> None:
    desk.write("in/b.html", page(url, "Ferry gets two years", REPORT, day=day))
    desk.ok("build", "in")
    assert len(desk.entries()) == 2


def test_a_third_copy_joins_the_first_and_not_through_another_site(desk: Program) -> None:
    desk.write("in/c.html", page("https://mail.example/f", "Ferry again", REPORT))
    desk.write("in/d.html", page("https://herald.example/other", "Ferry for ever", REPORT))
    desk.ok("build", "in")
    titles = {entry["title"] for entry in desk.entries().values()}
    assert titles == {"Old ferry stays", "Ferry for ever"}


def test_two_texts_without_an_address_need_one_title(desk: Program) -> None:
    for number, title in enumerate(("A ferry for two years", "Nine to four", "Nine to four")):
        day = f"3 Sep 2024 0{number}:00"
        desk.write(f"in/{number}.txt", f"{title}\n\n{day}\n\n" + "\n\n".join(REPORT[number:]))
    desk.ok("build", "in")
    assert sorted(desk.entries()) == ["A ferry for two years", "Nine to four", "Old ferry stays"]


def test_a_page_and_its_text_saved_by_another_tool_are_one_article(desk: Program) -> None:
    (desk.folder / "in/b.html").unlink()
    desk.write("in/z.txt", "Old ferry stays\n\n3 Sep 2024 08:00\n\n" + "\n\n".join(REPORT[1:]))
    desk.ok("build", "in")
    assert len(desk.entries()) == 1
    assert not re.search(
        "Also at",
        "".join(p.read_text("utf-8") for p in desk.folder.rglob("out/articles/**/*.html")),
    )


def test_removing_either_file_s_article_removes_the_entry_and_tells_readers(desk: Program) -> None:
    desk.ok("build", "in")
    (entry_id,) = ids(desk)
    desk.write("in/c.html", page("https://post.example/ferry", "A ferry goes on", OTHER))
    desk.ok("remove", "in/b.html")
    desk.ok("build", "in")
    assert entry_id not in ids(desk)
    assert f'ref="{entry_id}"' in told(desk, "out/atom.xml")
    desk.ok("remove", "--undo", "in/b.html")
    desk.ok("build", "in")
    assert entry_id in ids(desk)


def test_a_correction_of_either_copy_counts(desk: Program) -> None:
    desk.ok("build", "in")
    desk.ok("fix", "in/b.html", "--title", "Sixty sheep at most")
    desk.ok("build", "in")
    (entry,) = desk.entries().values()
    assert entry["title"] == "Sixty sheep at most"


def test_short_texts_have_no_print() -> None:
    assert print_of("Just a moment while we check your browser. " * 4) == ()
    assert likeness((), (1, 2)) == 0


def test_a_print_stays_what_it_is_for_ledgers_keep_it() -> None:
    plain, other = ("word{}", "Слово-{}_a")
    prints = [print_of(" ".join(map(one.format, range(120)))) for one in (plain, other)]
    assert prints[0][:3] == (35325555, 40395532, 91479619)
    assert prints[1][:3] == (6199822, 10109855, 22759682)


@pytest.mark.parametrize("size", [104, 200, 300, 2000])
def test_a_print_holds_the_smallest_of_all_hashes_however_many_lie_low(size: int) -> None:
    words = [f"word{n}" for n in range(size)]
    runs = [" ".join(words[n : n + RUN_WORDS]).encode() for n in range(size - RUN_WORDS + 1)]
    assert print_of(" ".join(words)) == tuple(sorted(set(map(zlib.crc32, runs)))[:PRINT_HASHES])


def test_the_likeness_of_texts_without_spaces_is_measured_by_characters() -> None:
    text = "".join(chr(0x4E00 + n * 7) for n in range(300))
    assert likeness(print_of(text), print_of(text[20:] + "了")) > 0.8
    assert likeness(print_of(text), print_of(text[::-1])) == 0
