"""Ids and dates of entries: the rules by themselves, then through the real program."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Program, dump
from faults import Server

from feedsmith import identity
from feedsmith.identity import Known, Trait
from feedsmith.ledger import Ledger, open_ledger
from feedsmith.model import Article

DAY = timedelta(days=1)
NOON = datetime(2024, 9, 2, 12, 0, tzinfo=UTC)
LATER = NOON + 30 * DAY


def trait(**changes: Any) -> Trait:
    """Return what identity looks at in some article, with changes."""
    usual = Trait(
        path="saved/ferry.html", part="", source="bytes-1", parser="p1",
        url="https://harbourpost.example/ferry", site="harbourpost.example", title="ferry returns",
        published=NOON, updated=None, saved=NOON + DAY, text_hash="text-1",
        sketch=(1, 2, 3, 4), chars=900,
    )  # fmt: skip
    return replace(usual, **changes)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(str(tmp_path / "ledger.sqlite3"))
    opened.begin()
    yield opened
    opened.close()


def learn(ledger: Ledger, found: Trait) -> Known:
    """Do with one copy what a build does with it."""
    known = identity.find(found, ledger) or identity.mint(found, ledger, first_seen=LATER)
    known = identity.remember(known, found)
    ledger.put(known)
    ledger.put_file(found.path, found.part, known.id, found.source)
    return known


SAME = {
    "the same file again": {},
    "renamed": {"path": "saved/other.html"},
    "saved again with another text": {"text_hash": "text-2", "source": "bytes-2"},
    "moved and edited": {"path": "b/x.html", "text_hash": "text-2", "source": "bytes-2"},
    "date corrected": {"published": NOON - DAY, "source": "bytes-2"},
    "a short note without address or date, renamed": {
        "path": "saved/other.txt", "url": "", "published": None, "chars": 60,
    },
    "title corrected": {"title": "ferry returns at last", "source": "bytes-2"},
    "address lost": {"url": "", "source": "bytes-2"},
    "copied without its address": {"path": "copy.txt", "url": "", "source": "bytes-2"},
    "everything but the path and half of the text changed": {
        "url": "https://harbourpost.example/2024/ferry", "title": "boats again",
        "published": NOON + DAY, "text_hash": "text-2", "sketch": (1, 2, 8, 9), "source": "b",
    },
}  # fmt: skip
OTHER = {
    "another article in the same file": {
        "url": "https://harbourpost.example/bridge", "title": "bridge reopens",
        "published": NOON, "text_hash": "text-2", "sketch": (7, 8, 9), "source": "bytes-2",
    },
    "another address with the same title and time": {
        "path": "b.html", "url": "https://harbourpost.example/live/2", "text_hash": "text-2",
        "sketch": (7, 8, 9), "source": "bytes-2",
    },
    "a short stub that many pages share": {
        "path": "b.html", "url": "https://harbourpost.example/bridge", "title": "bridge reopens",
        "published": None, "chars": 60, "source": "bytes-2",
    },
    "a wall with one text under another address and title": {
        "path": "b.html", "url": "https://harbourpost.example/bridge", "title": "bridge reopens",
        "published": None, "source": "bytes-2",
    },
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_an_article_keeps_its_id_when(case: str, ledger: Ledger) -> None:
    first = learn(ledger, trait())
    assert learn(ledger, trait(**SAME[case])).id == first.id


@pytest.mark.parametrize("case", OTHER)
def test_an_article_gets_an_id_of_its_own_when_it_is(case: str, ledger: Ledger) -> None:
    first = learn(ledger, trait())
    assert learn(ledger, trait(**OTHER[case])).id != first.id


def test_an_id_comes_from_the_address_else_time_and_title_else_text(ledger: Ledger) -> None:
    by_url = identity.mint(trait(), ledger, first_seen=LATER).id
    assert identity.mint(trait(title="x", published=None), ledger, first_seen=NOON).id == by_url
    by_key = identity.mint(trait(url=""), ledger, first_seen=LATER).id
    assert identity.mint(trait(url="", text_hash="x"), ledger, first_seen=NOON).id == by_key
    by_text = identity.mint(trait(url="", published=None), ledger, first_seen=LATER).id
    again = trait(url="", published=None, title="x", path="y", source="z")
    assert identity.mint(again, ledger, first_seen=NOON).id == by_text
    assert len({by_url, by_key, by_text}) == 3


def test_an_id_in_use_is_not_given_to_another_article(ledger: Ledger) -> None:
    first = learn(ledger, trait())
    second = identity.mint(trait(), ledger, first_seen=LATER)
    assert second.id != first.id
    assert second.permalink != first.permalink


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, NOON),
        ({"text_hash": "text-2"}, NOON),
        ({"source": "bytes-2", "saved": LATER}, NOON),
        ({"source": "bytes-2", "text_hash": "text-2", "saved": LATER}, LATER),
        ({"source": "bytes-2", "text_hash": "text-2", "saved": NOON - DAY}, NOON),
        ({"source": "bytes-2", "published": NOON + DAY, "saved": LATER}, NOON + DAY),
        ({"source": "bytes-2", "published": NOON - DAY, "saved": LATER}, NOON),
    ],
)
def test_updated_moves_only_when_bytes_and_text_changed_and_never_back(
    ledger: Ledger, changes: dict[str, Any], expected: datetime
) -> None:
    known = learn(ledger, trait())
    assert known.updated == NOON
    assert identity.remember(known, trait(**changes)).updated == expected


def test_a_date_beyond_the_time_of_saving_is_not_believed(ledger: Ledger) -> None:
    far = trait(published=NOON + 900 * DAY, saved=NOON + DAY)
    known = identity.mint(far, ledger, first_seen=NOON + 2 * DAY)
    assert identity.filed(known) == NOON + DAY
    near = identity.mint(trait(published=NOON + 2 * DAY), ledger, first_seen=NOON)
    assert identity.filed(near) == NOON + 2 * DAY


def test_an_undated_article_is_filed_under_the_time_it_was_saved(ledger: Ledger) -> None:
    known = learn(ledger, trait(published=None))
    assert identity.filed(known) == NOON + DAY
    resaved = trait(published=None, saved=LATER, source="bytes-2")
    assert identity.filed(learn(ledger, resaved)) == NOON + DAY


def test_the_best_copy_is_the_latest_one_that_is_no_teaser() -> None:
    full = trait(path="a", chars=4000, saved=NOON)
    newer = trait(path="b", chars=3000, saved=NOON + DAY)
    teaser = trait(path="c", chars=300, saved=LATER)
    assert identity.best_copy((full, newer, teaser)) == newer
    assert identity.best_copy((teaser, newer, full)) == newer


def test_the_trait_of_an_article_changes_with_its_text_alone() -> None:
    one = Article(title="Ferry returns", text="One line.\n\nAnother line.", html="<p></p>")
    more = {"path": "a", "source": "b", "parser": "p", "mtime": NOON}
    first = identity.trait(one, **more)
    titled = identity.trait(replace(one, title="FERRY  returns", html="<p>x</p>"), **more)
    assert titled == first
    edited = identity.trait(replace(one, text="One line.\n\nAnother one."), **more)
    assert edited.text_hash != first.text_hash
    assert edited.sketch[0] == first.sketch[0]


# Through the program ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


EPOCH = int(NOON.timestamp()) + 86400  # seconds; when everything was saved first


def put(program: Program, name: str, text: str, *, later: int = 0) -> Path:
    path = program.write(name, text)
    os.utime(path, (EPOCH + later, EPOCH + later))
    return path


def page(title: str, url: str, *, date: str = "2024-09-02T10:00:00Z", word: str = "winter") -> str:
    """Return a saved page of a fictional newspaper."""
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title}</title>"
        f'<link rel="canonical" href="{url}"><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{date}"></head><body><article>'
        f"<h1>{title}</h1><p>The council of Port Ellery spoke about {title.lower()} for the whole "
        f"of a long {word} evening, and nobody left before the vote was counted twice.</p>"
        f"<p>Fishermen and shopkeepers filled the gallery of the {title.lower()} session and asked "
        "for a plan that would outlive the storms, the mayor and the ferry alike.</p>"
        f"<p>“We will publish every figure on {title.lower()} by the end of the month,” the mayor "
        "said, adding that nobody had been promised more than that.</p></article></body></html>"
    )


class Shelf(Program):
    """The program over a few articles; `build` returns the entries by title."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        for number, title in enumerate(("Ferry returns", "Bridge reopens", "Museum closes"), 1):
            put(self, f"saved/{number}.txt", dump(title, date=f"{number} Sep, 2024 10:00"))
        put(self, "saved/p.html", page("Pilots strike", "https://harbourpost.example/pilots"))

    def build(self, *more: str, fault: str = "") -> dict[str, dict[str, Any]]:
        done = self.server.run(self.folder, "build", "saved", *more, fault=fault)
        assert done.status == 0, done.stdout + done.stderr
        return self.entries()  # type: ignore[return-value]

    def permalinks(self) -> set[str]:
        return {name for name in self.bytes_of() if name.startswith("articles/")}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path, server)


def test_a_rename_and_a_move_change_no_byte(shelf: Shelf) -> None:
    shelf.build()
    before = shelf.bytes_of()
    (shelf.folder / "saved/1.txt").rename(shelf.folder / "saved/ferry, read.txt")
    (shelf.folder / "saved/p.html").rename(shelf.folder / "saved/q.html")
    shelf.build()
    assert shelf.bytes_of() == before


def test_a_move_into_a_topic_folder_changes_topics_but_neither_id_nor_dates(
    shelf: Shelf,
) -> None:
    before = shelf.build()["Ferry returns"]
    (shelf.folder / "saved/seaside").mkdir()
    (shelf.folder / "saved/1.txt").rename(shelf.folder / "saved/seaside/1.txt")
    after = shelf.build()["Ferry returns"]
    assert (shelf.folder / "out/topics/seaside/atom.xml").exists()
    for key in ("id", "date_published", "date_modified"):
        assert after[key] == before[key]


def test_a_page_saved_again_with_a_tracking_query_is_one_entry(shelf: Shelf) -> None:
    before = shelf.build()
    again = page("Pilots strike", "https://harbourpost.example/pilots?utm_source=mail")
    put(shelf, "saved/p (1).html", again, later=60)
    after = shelf.build()
    assert after == before


@pytest.mark.parametrize(
    "text",
    [
        dump("Ferry returns at last", date="1 Sep, 2024 10:00").replace(
            "ferry returns at last was", "ferry returns was"
        ),
        dump("Ferry returns", date="31 Aug, 2024 09:00"),
    ],
    ids=["title", "date"],
)
def test_a_corrected_title_or_date_keeps_id_and_permalink(shelf: Shelf, text: str) -> None:
    before, pages = shelf.build()["Ferry returns"], shelf.permalinks()
    put(shelf, "saved/1.txt", text, later=600)
    entries = shelf.build()
    assert len(entries) == 4
    assert before["id"] in {entry["id"] for entry in entries.values()}
    assert shelf.permalinks() == pages


def test_a_corrected_date_is_published_and_updated_never_moves_back(shelf: Shelf) -> None:
    before = shelf.build()["Ferry returns"]
    put(shelf, "saved/1.txt", dump("Ferry returns", date="31 Aug, 2024 09:00"), later=600)
    after = shelf.build()["Ferry returns"]
    assert at(after["date_published"]) == datetime(2024, 8, 31, 9, tzinfo=UTC)
    assert after.get("date_modified", after["date_published"]) >= before["date_published"]


def test_an_edited_text_moves_updated_to_the_time_of_the_file(shelf: Shelf) -> None:
    before = shelf.build()["Ferry returns"]
    text = dump("Ferry returns", date="1 Sep, 2024 10:00").replace("winter", "autumn")
    put(shelf, "saved/1.txt", text, later=600)
    after = shelf.build()["Ferry returns"]
    assert after["id"] == before["id"]
    assert after["date_published"] == before["date_published"]
    assert at(after["date_modified"]) == datetime(2024, 9, 3, 12, 10, tzinfo=UTC)
    assert "autumn" in after["content_html"]


def test_markup_that_changes_without_the_text_moves_no_date(shelf: Shelf) -> None:
    before = shelf.build()["Pilots strike"]
    text = page("Pilots strike", "https://harbourpost.example/pilots")
    put(shelf, "saved/p.html", text.replace("<body>", "<body><!-- seen 2 -->"), later=600)
    assert shelf.build()["Pilots strike"] == before


def test_two_copies_are_one_entry_and_either_may_go(shelf: Shelf) -> None:
    before = shelf.build()
    put(shelf, "saved/0 copy.txt", dump("Ferry returns", date="1 Sep, 2024 10:00"))
    assert shelf.build() == before
    (shelf.folder / "saved/1.txt").unlink()
    assert shelf.build() == before


def test_a_touched_file_rewrites_nothing(shelf: Shelf) -> None:
    shelf.build()
    stats = {p: p.stat().st_mtime_ns for p in (shelf.folder / "out").rglob("*")}
    os.utime(shelf.folder / "saved/1.txt", (EPOCH + 9999, EPOCH + 9999))
    os.utime(shelf.folder / "saved/p.html", (EPOCH + 9999, EPOCH + 9999))
    shelf.build()
    assert {p: p.stat().st_mtime_ns for p in (shelf.folder / "out").rglob("*")} == stats


def test_a_touched_undated_file_keeps_its_date(shelf: Shelf) -> None:
    put(shelf, "saved/note.txt", dump("A note for nobody", date="no date at all"))
    before = shelf.build()["A note for nobody"]
    assert at(before["date_published"]) == NOON + DAY
    os.utime(shelf.folder / "saved/note.txt", (EPOCH + 9999, EPOCH + 9999))
    assert shelf.build()["A note for nobody"] == before
    (shelf.folder / ".feedsmith-out/cache.sqlite3").unlink()
    assert shelf.build()["A note for nobody"] == before


def test_a_touched_file_keeps_the_date_that_was_counted_from_its_time(shelf: Shelf) -> None:
    put(shelf, "saved/note.txt", dump("A note from the pier", date="2 hours ago"))
    before = shelf.build()["A note from the pier"]
    assert at(before["date_published"]) == NOON + DAY - timedelta(hours=2)
    os.utime(shelf.folder / "saved/note.txt", (EPOCH + 9999, EPOCH + 9999))
    assert shelf.build()["A note from the pier"] == before
    (shelf.folder / ".feedsmith-out/cache.sqlite3").unlink()
    assert shelf.build()["A note from the pier"] == before


def test_a_better_parser_shows_more_but_moves_no_id_and_no_date(shelf: Shelf) -> None:
    before = shelf.build()
    after = shelf.build(fault="upgrade")
    assert sorted(after) == sorted(before)
    for title, entry in after.items():
        assert "A sentence the old parser lost." in entry["content_html"]
        for key in ("id", "url", "date_published", "date_modified"):
            assert entry.get(key) == before[title].get(key), title


def test_an_edit_after_a_better_parser_still_moves_updated(shelf: Shelf) -> None:
    shelf.build()
    shelf.build(fault="upgrade")
    text = dump("Ferry returns", date="1 Sep, 2024 10:00").replace("winter", "autumn")
    put(shelf, "saved/1.txt", text, later=600)
    after = shelf.build(fault="upgrade")["Ferry returns"]
    assert at(after["date_modified"]) == datetime(2024, 9, 3, 12, 10, tzinfo=UTC)


def test_without_the_ledger_what_never_changed_derives_the_same_ids(shelf: Shelf) -> None:
    before = shelf.build()
    feed = shelf.feed()
    atom = (shelf.folder / "out/atom.xml").read_bytes()
    (shelf.folder / ".feedsmith-out/ledger.sqlite3").unlink()
    (shelf.folder / ".feedsmith-out/cache.sqlite3").unlink()
    assert shelf.build() == before
    assert shelf.feed() == feed
    assert (shelf.folder / "out/atom.xml").read_bytes() == atom


def test_a_ledger_lost_while_the_cache_stays_is_noticed(shelf: Shelf) -> None:
    before = shelf.build()
    ledger = shelf.folder / ".feedsmith-out/ledger.sqlite3"
    ledger.unlink()
    assert shelf.build() == before
    assert ledger.exists()
    put(shelf, "saved/new.txt", dump("Quay sinks", date="9 Sep, 2024 10:00"))
    after = shelf.build()
    assert {title: after[title] for title in before} == before
    shutil.rmtree(shelf.folder / "out")
    assert shelf.build() == after


def test_without_the_cache_the_same_bytes_come_out(shelf: Shelf) -> None:
    shelf.build()
    text = dump("Ferry returns", date="1 Sep, 2024 10:00").replace("winter", "autumn")
    put(shelf, "saved/1.txt", text, later=600)
    shelf.build()
    before = shelf.bytes_of()
    stats = {p: p.stat().st_mtime_ns for p in (shelf.folder / "out").rglob("*") if p.is_file()}
    (shelf.folder / ".feedsmith-out/cache.sqlite3").unlink()
    shelf.build()
    assert shelf.bytes_of() == before
    assert stats == {p: p.stat().st_mtime_ns for p in stats}


def test_two_files_that_swap_their_contents_keep_ids_with_the_contents(shelf: Shelf) -> None:
    before = shelf.build()
    one, two = shelf.folder / "saved/1.txt", shelf.folder / "saved/2.txt"
    texts = one.read_text(encoding="utf-8"), two.read_text(encoding="utf-8")
    put(shelf, "saved/1.txt", texts[1], later=600)
    put(shelf, "saved/2.txt", texts[0], later=600)
    assert shelf.build() == before


def test_a_file_overwritten_by_another_article_gets_a_new_id(shelf: Shelf) -> None:
    before = shelf.build()
    text = dump(
        "A cellar full of cheese", date="20 Sep, 2024 10:00", subtitle="Twelve wheels and a radio",
        body="The cheese ripens to the sound of waves.\n\nNobody in the village of Low Marsh has "
        "ever asked why, and the cheesemaker has never told a visitor the whole of the story.\n\n"
        "She sells at the gate on Saturdays, from nine until the last wheel has been cut.",
    )  # fmt: skip
    put(shelf, "saved/1.txt", text, later=600)
    after = shelf.build()
    assert "Ferry returns" not in after
    assert after["A cellar full of cheese"]["id"] not in {e["id"] for e in before.values()}
    for title in ("Bridge reopens", "Museum closes", "Pilots strike"):
        assert after[title] == before[title]


def test_what_was_removed_and_comes_back_has_its_old_id_and_permalink(shelf: Shelf) -> None:
    before, pages = shelf.build(), shelf.permalinks()
    kept = (shelf.folder / "saved/1.txt").read_text(encoding="utf-8")
    (shelf.folder / "saved/1.txt").unlink()
    assert "Ferry returns" not in shelf.build()
    assert shelf.permalinks() < pages
    put(shelf, "saved/back.txt", kept, later=600)
    assert shelf.build() == before
    assert shelf.permalinks() == pages


def test_feed_ids_stay_when_base_url_and_titles_change(shelf: Shelf) -> None:
    def ids() -> dict[str, str]:
        atoms = [name for name in shelf.bytes_of() if name.endswith("atom.xml")]
        texts = {name: (shelf.folder / "out" / name).read_text("utf-8") for name in atoms}
        return {name: t.partition("<id>")[2].partition("</id>")[0] for name, t in texts.items()}

    shelf.write("config.toml", "")
    shelf.build()
    first, entries = ids(), {e["id"] for e in shelf.entries().values()}
    shelf.write(
        "config.toml",
        '[feed]\nbase_url = "https://feeds.example.org/a/"\ntitle = "Port papers"\n',
    )
    shelf.build()
    assert ids() == first
    assert {e["id"] for e in shelf.entries().values()} == entries
    assert len(set(first.values())) == len(first) > 1


def test_parse_shows_the_remembered_ids_and_makes_no_state(shelf: Shelf) -> None:
    entries = shelf.build()
    (shelf.folder / "saved/1.txt").rename(shelf.folder / "saved/9.txt")
    state = shelf.bytes_of(".feedsmith-out")
    done = shelf.server.run(shelf.folder, "parse", "saved")
    assert done.status == 0, done.stderr
    ids = {line["title"]: line["id"] for line in map(json.loads, done.stdout.splitlines())}
    assert ids == {title: entry["id"] for title, entry in entries.items()}
    after = shelf.bytes_of(".feedsmith-out")
    assert {name: after[name] for name in state} == state
