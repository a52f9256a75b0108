"""Lines that recur in the files of one site: learned once, cut from new articles, not from old."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import pytest
from conftest import Program, dump
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsmith import identity, junk, recurring, serial
from feedsmith.cache import open_cache
from feedsmith.ledger import Ledger, open_ledger
from feedsmith.memory import Nothing
from feedsmith.model import Article

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOTTO = "Every week our pilot looks back at what the tide has left on the shore of Port Ellery."
CALL = "Write to the desk by the old mill, or call at the quay, when you have a story for us."
WORDS = [
    *("harbour", "council", "met", "monday", "said", "ferry", "boats", "sail", "again", "spring"),
    *("pilot", "mended", "what", "storm", "broke", "near", "quay", "bakers", "sold", "bread"),
    *("crews", "who", "waited", "news", "from", "islands", "lighthouse", "keeper", "rope"),
]


def sentence(number: int, words: int = 14) -> str:
    """Return a sentence of its own for each number."""
    drawn = (zlib.crc32(f"{number} {at}".encode()) for at in range(words))
    return " ".join(WORDS[one % len(WORDS)] for one in drawn).capitalize() + "."


def page(number: int, *, first: str = "", last: str = "", title: str = "", site: str = "") -> str:
    """Return a saved page whose text is like no other's, but for its first and last line."""
    title = title or f"Report {number} of {sentence(number, 3)[:-1]}"
    address = f"https://{site or 'tides.example'}/news/{number}"
    lines = [first, *(" ".join(map(sentence, range(n, n + 3))) for n in _numbers(number)), last]
    text = "".join(f"<p>{line}</p>" for line in lines if line)
    head = f'<link rel="canonical" href="{address}"><title>{title}</title>'
    return (
        f"<html lang=en><head>{head}</head><body><article><h1>{title}</h1>"
        f"<p>{number % 28 + 1} September 2024</p>{text}</article></body></html>"
    )


def _numbers(number: int) -> range:
    return range(1000 * number, 1000 * number + 30, 5)


def save(program: Program, numbers: range, **lines: str) -> None:
    for number in numbers:
        folder = lines.get("site") or "tides"
        program.write(f"saved/{folder}/{number:03}.html", page(number, **lines))


def texts(program: Program) -> dict[str, str]:
    """Return address → content of every entry."""
    return {item["url"]: item["content_html"] for item in program.feed()["items"]}


def having(program: Program, line: str) -> list[int]:
    """Return the numbers of the pages that show a line."""
    return sorted(
        int(url.rpartition("/")[2]) for url, text in texts(program).items() if line in text
    )


def learned(program: Program) -> list[dict[str, object]]:
    return json.loads(program.ok("junk", "--json"))


def test_what_three_pages_begin_or_end_with_is_cut_from_all_of_a_first_build(
    program: Program,
) -> None:
    save(program, range(1, 4), first=MOTTO, last=CALL)
    save(program, range(4, 6), last=f"{CALL} Thank you.")
    program.ok("build", "saved")
    assert having(program, MOTTO) == having(program, "has left on the shore") == []
    assert having(program, CALL) == [4, 5], "two pages are no evidence"
    assert all(entry["summary"] != MOTTO for entry in program.feed()["items"])
    said = program.ok("junk")
    assert f"tides.example: 3 files\n  {MOTTO}\n  saved/tides/001.html, " in said
    assert [(one["source"], one["line"], len(one["files"])) for one in learned(program)] == [
        ("tides.example", MOTTO, 3),
        ("tides.example", CALL, 3),
    ]
    assert CALL in program.ok("explain", "saved/tides/001.html")
    assert MOTTO not in json.loads(program.ok("parse", "saved/tides/001.html"))["text"]
    assert "Nothing" not in said


def test_an_old_entry_keeps_its_text_and_a_new_one_is_cut(program: Program) -> None:
    save(program, range(1, 3), last=CALL)
    program.ok("build", "saved")
    before = texts(program)
    save(program, range(3, 5), last=CALL)
    program.ok("build", "saved")
    after = texts(program)
    assert {url: after[url] for url in before} == before
    assert having(program, CALL) == [1, 2]
    path = program.folder / "saved/tides/001.html"
    path.write_text(
        path.read_text().replace("Report 1", "Second report 1").replace("bakers", "cooks")
    )
    program.ok("build", "saved")
    assert having(program, CALL) == [2], "a file that changed is read as a new one"


def test_files_of_other_sites_change_no_entry_and_prove_nothing(program: Program) -> None:
    save(program, range(1, 7), first=MOTTO, last=CALL)
    save(program, range(7, 9), last=f"{MOTTO} {CALL}")
    program.ok("build", "saved")
    before = texts(program)
    for number in range(20, 26):
        save(program, range(number, number + 1), site=f"s{number}.example", last=f"{MOTTO} {CALL}")
    program.ok("build", "saved")
    after = texts(program)
    assert {url: after[url] for url in before} == before
    assert having(program, f"{MOTTO} {CALL}") == [7, 8, *range(20, 26)]


def test_the_same_bytes_without_the_cache_in_processes_and_after_the_others_are_gone(
    program: Program,
) -> None:
    save(program, range(1, 3), last=CALL)
    program.ok("build", "saved")
    save(program, range(3, 70), last=CALL)
    program.ok("build", "saved")
    before = program.bytes_of()
    state = program.folder / ".feedsmith-out"
    assert "0 changed" not in program.ok("build", "saved")
    assert program.bytes_of() == before
    (state / "cache.sqlite3").unlink()
    program.ok("build", "saved", "--executor", "processes=2")
    assert program.bytes_of() == before
    for number in chain(range(1, 3), range(5, 70)):
        (program.folder / f"saved/tides/{number:03}.html").unlink()
    (state / "cache.sqlite3").unlink()
    save(program, range(90, 91), last=CALL)
    program.ok("build", "saved", "--allow-shrink")
    assert having(program, CALL) == [], "what was learned stays so, with one file or many"


def test_counts_follow_files_that_change_or_go(program: Program) -> None:
    save(program, range(1, 3), last=CALL)
    program.ok("build", "saved")
    save(program, range(1, 3), last=f"{CALL} Thanks.")
    (program.folder / "saved/tides/002.html").unlink()
    save(program, range(3, 5), last=CALL)
    program.ok("build", "saved")
    assert having(program, f"{CALL}</p>") == [3, 4], "only two of its files have it now"


def test_the_user_takes_a_line_back_or_adds_one_for_old_and_new(program: Program) -> None:
    save(program, range(1, 4), last=CALL)
    program.write("saved/other/9.html", page(9, last="Thanks to our crew."))
    program.ok("build", "saved")
    program.ok("junk", "--keep", f"  {CALL.upper()} ")
    program.ok("build", "saved")
    assert having(program, CALL) == [1, 2, 3]
    assert learned(program)[0]["kept"]
    before = program.bytes_of()
    (program.folder / ".feedsmith-out/cache.sqlite3").unlink()
    program.ok("build", "saved")
    assert program.bytes_of() == before
    program.ok("junk", "--drop", "Thanks to our crew.")
    program.ok("junk", "--drop", CALL)
    program.write("saved/other/10.html", page(10, last="Thanks to our crew."))
    program.ok("build", "saved")
    assert having(program, CALL) == having(program, "Thanks to our crew") == []
    assert "corrections.toml: 2 files\n  Thanks to our crew.\n  saved/other/" in program.ok("junk")
    text = (program.folder / "corrections.toml").read_text()
    assert "[junk]" in text
    assert "keep" not in text.split("[junk]")[1].replace("keep them", "")
    program.ok("junk", "--keep", "Thanks to our crew.")
    program.ok("build", "saved")
    assert having(program, "Thanks to our crew") == [9, 10]
    program.write("corrections.toml", "[junk]\nkeep = 3\n")
    assert "junk.keep: expected a list of lines" in program("build", "saved").stderr


def test_the_configuration_keeps_everything(program: Program) -> None:
    save(program, range(1, 4), last=CALL)
    program.write("config.toml", '[input]\npaths = ["saved"]\njunk = "keep"\n')
    program.ok("build")
    assert having(program, CALL) == [1, 2, 3]
    program.write("config.toml", '[input]\npaths = ["saved"]\n')
    program.ok("build")
    assert having(program, CALL) == []


@pytest.mark.parametrize("title", ["{} – Tide Gazette", "Tide Gazette | {}"])
def test_what_all_titles_of_a_site_share_is_its_name(program: Program, title: str) -> None:
    for number in range(1, 5):
        name = f"{sentence(number, 5)[:-1]}"
        program.write(f"saved/{number}.html", page(number, title=title.format(name)))
    program.ok("build", "saved")
    assert {item["title"] for item in program.feed()["items"]} == {
        sentence(number, 5)[:-1] for number in range(1, 5)
    }
    assert [(one["line"], one["place"]) for one in learned(program)] == [("Tide Gazette", "title")]


def test_dumps_without_an_address_ask_their_folder(program: Program) -> None:
    for number, name in enumerate(("Ferry returns", "Bridge reopens", "Museum closes")):
        body = "\n\n".join(" ".join(map(sentence, range(n, n + 3))) for n in _numbers(number))
        program.write(f"saved/a/{number}.txt", dump(name, body=f"{body}\n\n{CALL}"))
        program.write(
            f"saved/{number}/{number}.txt", dump(f"{name} soon", body=f"{CALL}\n\n{body}")
        )
    program.ok("build", "saved")
    assert {one["source"] for one in learned(program)} <= {"folder:saved/a"}
    shown = {item["title"]: CALL in item["content_html"] for item in program.feed()["items"]}
    assert [name for name, is_shown in shown.items() if not is_shown and "soon" in name] == []


def test_versions_of_one_article_prove_nothing(program: Program) -> None:
    text = page(1, last=CALL)
    for number in range(4):
        again = text.replace("/news/1", f"/news/1?page={number}").replace(
            "Report", f"Part {number} of"
        )
        program.write(f"saved/{number}.html", again)
    program.ok("build", "saved")
    assert learned(program) == []


def test_what_a_ledger_learned_goes_with_its_text(program: Program) -> None:
    save(program, range(1, 4), last=CALL)
    program.ok("build", "saved")
    before = program.bytes_of()
    program.ok("ledger", "export", "ledger.jsonl", "-o", "out")
    assert CALL in (program.folder / "ledger.jsonl").read_text("utf-8")
    shutil.rmtree(program.folder / ".feedsmith-out")
    program.ok("ledger", "import", "ledger.jsonl", "-o", "out")
    program.ok("build", "saved")
    assert program.bytes_of() == before
    assert len(learned(program)) == 1


# Counts, without files --------------------------------------------------------------------------

RUNS = st.lists(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["", MOTTO, CALL])), max_size=8),
    min_size=1,
    max_size=5,
)


class Desk:
    """Counts and decisions of one ledger, with a cache of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self.cache, _ = open_cache(":memory:")
        self.ledger = ledger
        self.files: dict[int, str] = {}

    def take_in(self, run: Iterable[tuple[int, str]]) -> None:
        """Read new and changed files: the number of each, and how it ends."""
        for number, last in dict(run).items():
            self.cache.db.execute(
                "INSERT INTO news VALUES (?, '', '', '', 0, 0, 0)", (str(number),)
            )
            self.files[number] = last
        junk.discount_stale(self.cache)
        self.cache.drop_stale()
        for number, last in [*dict(run).items(), *run[:1], *list(dict(run).items())[:1]]:
            self.put(number, last)
        list(junk.decide(self.cache, self.ledger))
        self.cache.db.execute("DELETE FROM news")

    def put(self, number: int, last: str, *, behind: int = 0) -> None:
        middle = list(map(sentence, range(100 * number, 100 * number + 8)))
        own = map(sentence, range(100 * number + 50, 100 * number + 50 + behind))
        found = article(*middle, *([last] if last else []), *own, title=f"Report {number}")
        digest = f"{number} {last}"
        trait = identity.trait(found, path=str(number), source=digest, parser="", mtime=NOW)
        known = self.ledger.by_id(str(number))
        is_settled = known is not None and known.source == digest
        if not is_settled:
            known = identity.mint(trait, Nothing(), first_seen=NOW)
            self.ledger.put(replace(known, id=str(number)))
        lines = recurring.lines_of(found)
        junk.count(self.cache, trait, str(number), lines, is_settled=is_settled)
        self.cache.put_article(serial.to_row(found, trait, str(number), str(number)))

    def cuts(self) -> dict[int, tuple[str, ...]]:
        return {number: junk.cut_from(self.ledger, str(number)) for number in self.files}

    def counts(self) -> list[tuple[int, ...]]:
        return self.cache.db.execute("SELECT * FROM lines ORDER BY 1, 2, 3, 4").fetchall()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with closing(open_ledger(":memory:")) as ledger:
        desk = Desk(ledger)
        yield desk
        desk.cache.close()


@pytest.mark.parametrize(
    ("line", "behind", "files", "is_cut"),
    [
        (CALL, [0], 3, True),
        (CALL, [0], 2, False),
        (CALL, [1], 3, True),
        (CALL, [0, 1, 2], 6, False),
        ("Monday, 2 September 2024, 10:15 by the clock of Port Ellery harbour", [0], 6, False),
        ("No arrests have been made.", [0], 4, False),
        ("No arrests have been made.", [0], 5, True),
        ("He was late.", [0], 6, False),
    ],
    ids=[
        "three", "two", "a line behind it", "it wanders", "a date", "short", "short and often",
        "a few words",
    ],
)  # fmt: skip
def test_what_is_evidence(
    desk: Desk, line: str, behind: list[int], files: int, *, is_cut: bool
) -> None:
    for number in range(files):
        desk.files[number] = line
        desk.put(number, line, behind=behind[number % len(behind)])
    list(junk.decide(desk.cache, desk.ledger))
    assert set(map(bool, desk.cuts().values())) == {is_cut}


def test_what_is_all_template_is_left_as_it_is(program: Program) -> None:
    for number in range(1, 5):
        program.write(f"saved/{number}.txt", dump(f"Ferry {number} returns to its old pier"))
    program.ok("build", "saved")
    assert learned(program) == []


def test_a_large_site_asks_for_more(desk: Desk) -> None:
    desk.take_in([(number, CALL if number < 3 else "") for number in range(200)])
    assert not any(desk.cuts().values())


@settings(deadline=None, max_examples=40)
@given(RUNS)
def test_no_file_changes_what_was_decided_of_another_and_a_lost_cache_neither(
    runs: list[list[tuple[int, str]]],
) -> None:
    with closing(open_ledger(":memory:")) as ledger:
        desk = Desk(ledger)
        for run in runs:
            before = desk.cuts()
            desk.take_in(run)
            named = dict(run)
            after = desk.cuts()
            assert {n: after[n] for n in before if n not in named} == {
                n: cut for n, cut in before.items() if n not in named
            }
        decided = desk.cuts()
        again = Desk(ledger)
        again.take_in(sorted(desk.files.items()))
        assert again.counts() == desk.counts()
        assert again.cuts() == decided
        for one in (desk, again):
            one.cache.close()


# Lines ---------------------------------------------------------------------------------------


def article(*paragraphs: str, title: str = "The ferry is back", **fields: str) -> Article:
    html = "".join(f"<p>{line}</p>" for line in paragraphs)
    return Article(title, "\n\n".join(paragraphs), html, **fields)


def test_titles_short_lines_long_paragraphs_and_the_middle_do_not_recur() -> None:
    middle = [sentence(number) for number in range(12)]
    lines = [
        CALL,
        "The ferry is back",
        "It goes on.",
        *middle,
        MOTTO,
        f"{MOTTO} " * 9,
        sentence(99),
    ]
    found = {line.name: line.place for line in recurring.lines_of(article(*lines))}
    assert found[recurring.name_of(CALL)] == 0
    assert found[recurring.name_of(MOTTO)] == -3
    for line in ("The ferry is back", "It goes on.", middle[3], f"{MOTTO} " * 9):
        assert recurring.name_of(line.strip()) not in found


def test_a_line_goes_with_the_boxes_that_it_leaves_empty() -> None:
    html = (
        f"<div><p>One<br>two.</p><img src='a.png'></div><ul><li>{CALL}</li></ul>"
        f"<blockquote><p><em>Write</em> to{CALL.removeprefix('Write to')}</p></blockquote>"
    )
    found = recurring.without(
        Article("A", f"One\ntwo.\n\n{CALL}\n\n{CALL}", html), [recurring.name_of(CALL)]
    )
    assert (found.html, found.text) == (
        '<div><p>One<br>two.</p><img src="a.png"></div>',
        "One\ntwo.",
    )
    assert found.summary == "One two."
    alone = article(CALL)
    assert recurring.without(alone, [recurring.name_of(CALL)]) is alone
