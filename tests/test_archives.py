"""How much a feed holds, and the archive pages that hold the rest."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server
from hypothesis import given
from hypothesis import strategies as st

from feedsmith import chains
from feedsmith import shelf as entries
from feedsmith.backlog import ALL, Backlog, Source, Span
from feedsmith.builder import archives, feeds, page_of
from feedsmith.builder.links import page_name
from feedsmith.cache import Cache, EntryRow, open_cache
from feedsmith.config import FeedConfig
from feedsmith.feedfiles import spans_of
from feedsmith.model import Topic
from feedsmith.replies import media_type_of
from feedsmith.urls import permanent_id

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
PAGE = "eff14607-b3b1-5001-b56f-41babc666bba"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def row(
    number: int, *, seen: int = 0, size: int = 1000, topics: str = "", days: int | None = None
) -> EntryRow:
    """Return an entry that was published `days` (or `number`) days ago and met `seen` days ago."""
    published = (NOON - (number if days is None else days) * DAY).isoformat()
    return EntryRow(
        id=permanent_id(f"row {number}"), path=f"{number}.txt", part="", published=published,
        updated=published, permalink="", digest=str(number), size=size, language="", topics=topics,
        seen=(NOON - seen * DAY).isoformat(), dated=published,
    )  # fmt: skip


def cache_of(rows: Iterable[EntryRow]) -> Cache:
    cache, _ = open_cache(":memory:")
    for entry in rows:
        entries.Shelf(cache).put(entry)
    return cache


def plans(
    rows: list[EntryRow], topics: tuple[Topic, ...], config: FeedConfig
) -> tuple[entries.Shelf, list[feeds.Plan]]:
    """Return the shelf with these entries and the plans of its feeds."""
    shelf = entries.Shelf(cache_of(rows), config.all_excludes)
    return shelf, feeds.plan_feeds(shelf, topics, config)


def plan(rows: list[EntryRow], **limits: object) -> feeds.Plan:
    """Return the plan of the feed of all articles."""
    return plans(rows, (), FeedConfig(**limits))[1][0]  # type: ignore[arg-type]


def numbers(rows: Iterable[feeds.Row]) -> list[int]:
    return [int(entry.digest) for entry in rows]


def test_a_feed_holds_the_newest_up_to_its_limit() -> None:
    whole = plan([row(n) for n in range(9)], limit=4)
    assert numbers(whole.rows) == [0, 1, 2, 3]
    assert whole.total == 9


def test_age_counts_from_the_last_arrival_and_leaves_a_few_entries() -> None:
    rows = [row(n, seen=40) for n in range(40, 60)] + [row(0, seen=0)]
    assert numbers(plan(rows, max_age_days=45, min_entries=2).rows) == [0, 40, 41, 42, 43, 44, 45]
    assert numbers(plan(rows, max_age_days=7, min_entries=3).rows) == [0, 40, 41]
    assert numbers(plan(rows, max_age_days=7, min_entries=0).rows) == [0]
    quiet = [row(0), row(90, topics="a")]
    limits = FeedConfig(max_age_days=7, min_entries=0)
    shelf, (_, topic) = plans(quiet, (Topic("a", "A"),), limits)
    assert (numbers(topic.rows), numbers(shelf.arrivals("a"))) == ([], [90])  # an address stays
    assert numbers(plan(rows, max_age_days=7, min_entries=9, limit=2).rows) == [0, 40]


def test_what_was_met_lately_stays_beyond_the_limit() -> None:
    old = [row(n, seen=30) for n in range(5)]
    unread = [row(n, seen=2) for n in (50, 60)]
    bulk = [row(n, seen=0) for n in (20, 21)]
    found = plan([*old, *unread, *bulk], limit=3, keep_days=2)
    assert numbers(found.rows) == [0, 1, 2, 20, 21, 50, 60]
    assert numbers(plan([*old, *unread, *bulk], limit=3, keep_days=1).rows) == [0, 1, 2, 20, 21]
    assert numbers(plan([*old, *unread, *bulk], limit=3, keep_days=0).rows) == [0, 1, 2]


def test_what_the_first_run_met_is_not_unread() -> None:
    assert numbers(plan([row(n) for n in range(9)], limit=3, keep_days=7).rows) == [0, 1, 2]


def test_unread_entries_stay_up_to_the_limit_of_bytes() -> None:
    rows = [row(90, seen=9), *(row(n, size=8_500) for n in range(9))]
    assert numbers(plan(rows, limit=2, keep_days=3, max_bytes=50_000).rows) == [0, 1, 2, 3, 4]


def test_the_feed_of_all_leaves_out_what_is_to_be_left_out() -> None:
    rows = [row(0, topics="a b"), row(1, topics="b"), row(2, topics="a"), row(3)]
    topics = (Topic("a", "A"), Topic("b", "B"))
    shelf, (whole, a, b) = plans(rows, topics, FeedConfig(all_excludes=("a", "gone")))
    assert numbers(whole.rows) == numbers(shelf.arrivals())[::-1] == [1, 3]
    assert whole.total == 2
    assert (numbers(a.rows), numbers(b.rows)) == ([0, 2], [0, 1])


def pages(rows: list[EntryRow], *, max_bytes: int = 10**9) -> list[list[int]]:
    """Return the archive of a feed that has room for ten."""
    cache = cache_of(rows)
    return pages_in(cache, entries.Shelf(cache), ALL, max_bytes)


Made = dict[str, tuple[list[tuple[str, int]], str, str]]  # page → entries, neighbours


def archive_in(
    cache: Cache, source: Source, span: Span | None, max_bytes: int = 10**9
) -> tuple[Made, set[str], set[str]]:
    """Return the archive of a feed that has room for ten, cut anew where it changed.

    Also which pages were to be made, and which ones are no more.
    """
    config = FeedConfig(limit=10, keep_days=0)
    whole = feeds.plan_feeds(entries.Shelf(cache), (), config)[0]
    backlog = Backlog(cache, source, whole, max_bytes)
    backlog.update("", span, is_known=True)
    backlog.end_before(whole.rows)
    looked_at = {archives.name_of(page.start) for page in backlog.to_check()}
    gone = set(backlog.remember())
    again = Backlog(cache, source, whole, max_bytes)
    again.update("", None, is_known=False)
    again.end_before(whole.rows)
    made = {
        archives.name_of(page.start): (
            [(entry.digest, entry.size) for entry in again.rows(page)], page.older, page.newer
        )
        for page in again.to_check()
    }  # fmt: skip
    assert made.keys() == backlog.names()
    return made, looked_at, gone


def pages_in(
    cache: Cache, source: Source, span: Span | None, max_bytes: int = 10**9
) -> list[list[int]]:
    """Return the entries of these pages."""
    made, _, _ = archive_in(cache, source, span, max_bytes)
    return [[int(digest) for digest, _ in held] for held, _, _ in made.values()]


def test_there_is_no_archive_while_the_feed_holds_all() -> None:
    assert pages([row(n) for n in range(10)]) == []
    assert pages([]) == []


def test_pages_are_of_middling_size_in_the_order_of_arrival() -> None:
    rows = [row(n, seen=n % 7) for n in range(400)]
    found = pages(rows)
    assert all(len(page) in range(25, 51) for page in found[:-1])
    assert 8 <= len(found) <= 16
    flat = [number for page in found for number in page]
    assert flat == sorted(flat, key=lambda n: (-(n % 7), -n))
    held = numbers(plan(rows, limit=10, keep_days=0).rows)
    assert set(flat) | set(held) == set(range(400))


def test_a_page_of_long_articles_is_cut_by_bytes() -> None:
    rows = [row(n, size=30_000) for n in range(40)]
    found = pages(rows, max_bytes=100_000)
    assert {len(page) for page in found} == {3}
    assert pages([row(n, size=30_000) for n in range(12)], max_bytes=1) == [[11], [10]]


@given(st.lists(st.integers(0, 2000), max_size=160), st.integers(0, 2000))
def test_a_new_article_touches_at_most_the_last_page(published: list[int], new: int) -> None:
    rows = [row(n, seen=9 - n // 20, days=days) for n, days in enumerate(published)]
    before = pages(rows)
    after = pages([*rows, row(999, seen=0, days=new)])
    assert len(after) in {len(before), len(before) + 1, len(before) + 2}
    assert after[: max(0, len(before) - 1)] == before[:-1]


def test_an_entry_that_goes_is_missed_by_its_own_page_alone() -> None:
    rows = [row(n) for n in range(600)]
    before = pages(rows)
    lost = before[4][10]
    after = pages([entry for entry in rows if int(entry.digest) != lost])
    assert len(after) == len(before)
    assert [n for n, (x, y) in enumerate(zip(before, after, strict=True)) if x != y] == [4]


def test_an_entry_that_ended_a_page_costs_a_few_pages_however_many_there_are() -> None:
    rows = [row(n) for n in range(2000)]
    cache = cache_of(rows)
    shelf = entries.Shelf(cache)
    before = pages_in(cache, shelf, ALL)
    shelf.settle()
    changed = []
    for ended in [page[-1] for page in before[:-1:4]]:
        shelf.drop(rows[ended].id)
        whole = feeds.plan_feeds(shelf, (), FeedConfig(limit=10, keep_days=0))[0]
        backlog = Backlog(cache, shelf, whole, 10**9)
        backlog.update("", spans_of(shelf)[None], is_known=True)
        backlog.end_before(whole.rows)
        made = list(backlog.to_check())
        gone = backlog.remember()
        names = backlog.names()
        assert not names & set(gone)
        assert {archives.name_of(page.start) for page in made} <= names
        changed.append(len(made) + len(gone))
        shelf.settle()
    assert len(changed) >= 12
    assert max(changed) <= 20  # until the cuts are in step again, by chance
    assert sum(changed) <= 8 * len(changed)


Change = tuple[int, int, int]  # number of an entry, its bytes (0: it goes), days since it was met


@given(
    st.lists(st.tuples(st.integers(0, 150), st.integers(1, 9)), max_size=150),
    st.lists(st.tuples(st.integers(0, 170), st.integers(0, 9), st.integers(0, 3)), max_size=4),
)
def test_cutting_anew_where_it_changed_is_as_good_as_cutting_all(
    first: list[tuple[int, int]], changes: list[Change]
) -> None:
    seen = {number: 3 + number % 4 for number, _ in first}
    cache = cache_of(row(n, seen=seen[n], size=kilobytes * 1000) for n, kilobytes in first)
    shelf = entries.Shelf(cache)
    before, _, _ = archive_in(cache, shelf, ALL, 60_000)
    shelf.settle()
    for number, kilobytes, days in changes:
        changed = row(number, seen=seen.setdefault(number, days), size=kilobytes * 1000)
        if kilobytes:
            shelf.put(changed)
        else:
            shelf.drop(changed.id)
    span = spans_of(shelf).get(None)
    again = cache_of(shelf.newest())
    expected, _, _ = archive_in(again, entries.Shelf(again), ALL, 60_000)
    after, looked_at, gone = archive_in(cache, shelf, span, 60_000)
    assert after == expected
    assert {page for page in after if after[page] != before.get(page)} <= looked_at
    assert gone == before.keys() - after.keys()
    assert cuts_in(cache) == cuts_in(again)


def test_one_article_after_another_goes_and_no_page_is_left_as_it_was_not() -> None:
    rows = [row(n, seen=n // 9, size=1000 + n * n * 37 % 9000) for n in range(160)]
    cache = cache_of(rows)
    shelf = entries.Shelf(cache)
    before, _, _ = archive_in(cache, shelf, ALL, 60_000)
    assert len(before) >= 12
    for step in range(160):
        shelf.settle()
        shelf.drop(rows[step * 73 % 160].id)
        after, looked_at, gone = archive_in(cache, shelf, spans_of(shelf)[None], 60_000)
        cold = cache_of(shelf.newest())
        assert after == archive_in(cold, entries.Shelf(cold), ALL, 60_000)[0]
        assert {page for page in after if after[page] != before.get(page)} <= looked_at
        assert gone == before.keys() - after.keys()
        before = after


def test_the_archive_ends_with_what_the_feed_has_no_room_for() -> None:
    for number in range(11, 90):
        rows = [row(n) for n in range(number)]
        *_, last = pages(rows)
        assert last[-1] == 10 or len(last) >= 25  # ten are in the feed


def cuts_in(cache: Cache) -> list[tuple[object, ...]]:
    return cache.db.execute("SELECT * FROM cuts ORDER BY seen, dated, id").fetchall()


def test_of_a_long_archive_only_the_pages_around_a_change_are_looked_at() -> None:
    cache = cache_of(row(n) for n in range(2000))
    shelf = entries.Shelf(cache)
    before = pages_in(cache, shelf, ALL)
    shelf.settle()
    shelf.put(row(1500, size=1100))
    whole = feeds.plan_feeds(shelf, (), FeedConfig(limit=10, keep_days=0))[0]
    backlog = Backlog(cache, shelf, whole, 10**9)
    backlog.update("", spans_of(shelf)[None], is_known=True)
    backlog.end_before(whole.rows)
    looked_at = [numbers(backlog.rows(page)) for page in backlog.to_check()]
    assert any(1500 in page for page in looked_at)
    assert len(looked_at) <= 4
    assert looked_at[-1] == before[-1]  # which may have become longer


# Through the program ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Shelf(Program):
    """The program over many short dumps with one topic."""

    def __init__(self, folder: Path, server: Server, more: str = "") -> None:
        super().__init__(folder)
        self.server = server
        self.configure(more)
        for number in range(70):
            self.add(number)

    def configure(self, more: str) -> None:
        self.write(
            "config.toml",
            '[input]\npaths = ["saved"]\n[topics]\nbuiltin = false\nfolders = false\n'
            'unsorted = ""\n[[topic]]\ntitle = "Ferries"\nany = ["ferry"]\n'
            f'[feed]\nid = "tag:f.example,2026:all"\nbase_url = "https://f.example/x/"\n{more}\n',
        )

    def add(self, number: int, *, word: str = "") -> None:
        thing = "ferry" if number % 10 else "bridge"
        body = "\n\n".join(
            f"The {thing} {number} was counted {word or line} times before anybody asked whether "
            f"keeper {number * line} would still be there in spring."
            for line in range(1, 4)
        )
        date = f"{1 + number % 28} Sep, {2024 - number % 3} 10:{number % 60:02}"
        path = self.write(f"saved/{number:03}.txt", dump(f"Day {number}", date=date, body=body))
        os.utime(path, (1_772_000_000 + number, 1_772_000_000 + number))

    def build(self) -> str:
        done = self.server.run(self.folder, "build")
        assert done.status == 0, done.stdout + done.stderr
        return done.stdout

    def age(self, days: int) -> None:
        """Let some days pass since what is known now was met."""
        path = self.folder / ".feedsmith/ledger.sqlite3"
        database = sqlite3.connect(path)
        for identifier, seen in database.execute("SELECT id, first_seen FROM articles").fetchall():
            earlier = (datetime.fromisoformat(seen) - days * DAY).isoformat()
            values = (earlier, identifier)
            database.execute("UPDATE articles SET first_seen = ? WHERE id = ?", values)
        database.commit()
        database.close()
        (self.folder / ".feedsmith/cache.sqlite3").unlink()

    def cold(self) -> dict[str, bytes]:
        """Return what a run makes without cache and out folder."""
        other = Program(self.folder.parent / "cold")
        shutil.rmtree(other.folder, ignore_errors=True)
        shutil.copytree(self.folder, other.folder)
        shutil.rmtree(other.folder / "out")
        (other.folder / ".feedsmith/cache.sqlite3").unlink()
        done = self.server.run(other.folder, "build")
        assert done.status == 0, done.stderr
        return other.bytes_of()

    def changes(self) -> set[str]:
        """Build; return the feed documents that are new or changed."""
        before = self.bytes_of()
        self.build()
        after = self.bytes_of()
        assert self.cold() == after
        named = {name for name in after if after[name] != before.get(name)}
        return {name for name in named if name.endswith((".xml", ".json"))}


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path / "warm", server)


def links(path: Path) -> dict[str, str]:
    root = ET.parse(path).getroot()  # noqa: S314 (our own output)
    found = [*root.findall(f"{ATOM}link"), *root.findall(f"channel/{ATOM}link")]
    return {link.get("rel", ""): link.get("href", "") for link in found}


def walk(folder: Path, name: str, rel: str, base: str) -> list[str]:
    """Return the names of the documents that links of one kind lead to."""
    names = [name]
    while address := links(folder / names[-1]).get(rel):
        assert address.startswith(base)
        names.append(address.removeprefix(base))
    return names


def pages_of(out: Path, base: str = "https://f.example/x/") -> list[str]:
    """Return which archive pages a feed has, the oldest first."""
    return [page_of(name)[1] for name in walk(out, "atom.xml", "prev-archive", base)[:0:-1]]


def test_every_article_is_reached_from_the_feed_and_back(shelf: Shelf) -> None:
    shelf.build()
    out = shelf.folder / "out"
    for place, total in (("", 70), ("topics/ferries/", 63)):
        for name in ("atom.xml", "rss.xml"):
            base = f"https://f.example/x/{place}"
            names = walk(out / place, name, "prev-archive", base)
            assert names[1:] == [
                page_name(name, page) for page in reversed(pages_of(out / place, base))
            ]
            assert {path.name for path in (out / place).glob(f"{name[:-4]}-archive-*")} == {
                *names[1:]
            }
            assert walk(out / place, names[-1], "next-archive", base) == names[:0:-1]
            roots = {n: ET.parse(out / place / n).getroot() for n in names}  # noqa: S314
            for page in names[1:]:  # named by the entry with which it begins
                entries = (*roots[page].iter(f"{ATOM}id"), *roots[page].iter("guid"))
                assert f"urn:uuid:{page_of(page)[1]}" in {entry.text for entry in entries}
            ids = {
                element.text
                for root in roots.values()
                for element in (*root.iter(f"{ATOM}entry"), *root.iter("item"))
                for element in (*element.findall(f"{ATOM}id"), *element.findall("guid"))
            }
            assert len(ids) == total
            assert [n for n in names if list(roots[n].iter(f"{HISTORY}archive"))] == names[1:]
            assert {links(out / place / n).get("current") for n in names[1:]} == {base + name}
            assert [links(out / place / n)["self"] for n in names] == [base + n for n in names]
            assert len({root.findtext(f"{ATOM}id") for root in roots.values()}) == 1
    assert "0 problems" in shelf.ok("check")


def test_json_feeds_lead_on_by_next_url(shelf: Shelf) -> None:
    shelf.build()
    titles, address = set(), "https://f.example/x/feed.json"
    while address:
        document = shelf.feed(address.removeprefix("https://f.example/x/"))
        assert document["feed_url"] == address
        titles |= {item["title"] for item in document["items"]}  # type: ignore[attr-defined]
        address = str(document.get("next_url", ""))
    assert len(titles) == 70


def test_a_run_without_news_leaves_the_archive_alone(shelf: Shelf) -> None:
    shelf.build()
    before = {p: p.stat().st_mtime_ns for p in (shelf.folder / "out").rglob("*")}
    assert "nothing changed" in shelf.build()
    assert {p: p.stat().st_mtime_ns for p in (shelf.folder / "out").rglob("*")} == before


def test_a_new_article_touches_the_feeds_and_at_most_the_newest_page(shelf: Shelf) -> None:
    shelf.build()
    shelf.age(30)
    shelf.build()
    before = pages_of(shelf.folder / "out")
    for number in (70, 71):
        shelf.add(number)
        changed = {name for name in shelf.changes() if name.startswith("atom")}
        after = pages_of(shelf.folder / "out")
        assert after[: len(before)] == before
        assert len(after) <= len(before) + 1
        assert "atom.xml" in changed
        assert changed - {"atom.xml"} <= {
            page_name("atom.xml", page) for page in after[len(before) - 1 :]
        }


def test_an_edited_old_article_changes_its_page_and_no_other(shelf: Shelf) -> None:
    shelf.build()
    oldest = pages_of(shelf.folder / "out")[0]
    first = shelf.feed(page_name("feed.json", oldest))["items"]
    held = {item["id"] for item in shelf.feed()["items"]}  # type: ignore[attr-defined]
    title = next(i["title"] for i in first if i["id"] not in held)  # type: ignore[attr-defined]
    shelf.add(int(title.removeprefix("Day ")), word="uncounted")
    changed = {name for name in shelf.changes() if "/" not in name}
    assert changed == {page_name(n, oldest) for n in ("atom.xml", "rss.xml", "feed.json")}


def test_a_deleted_article_that_ended_a_page_leaves_the_pages_further_on(shelf: Shelf) -> None:
    for number in range(70, 300):
        shelf.add(number)
    shelf.build()
    out = shelf.folder / "out"
    for number in (1, 3):
        before = pages_of(out)
        page = shelf.feed(page_name("feed.json", before[number]))["items"]
        last = max(page, key=lambda item: (item["date_published"], item["id"]))  # type: ignore[call-overload, index]
        (shelf.folder / f"saved/{int(last['title'].removeprefix('Day ')):03}.txt").unlink()
        changed = {page_of(name)[1] for name in shelf.changes() if "archive" in name}
        after = pages_of(out)
        assert before[: number + 1] == after[: number + 1]
        assert before[number] in changed
        assert not changed & set(before[: number - 1])
        assert len(changed) <= 5
        assert len(after) >= 7
    assert "0 problems" in shelf.ok("check")


def test_a_bulk_import_pushes_nothing_unread_out(shelf: Shelf) -> None:
    shelf.build()
    shelf.age(30)
    for number in (70, 71):
        shelf.add(number)
    shelf.build()
    shelf.age(1)
    for number in range(72, 140):
        shelf.add(number)
    shelf.build()
    titles = shelf.entries().keys()
    assert {f"Day {number}" for number in range(70, 140)} <= titles
    shelf.age(5)
    shelf.add(140)
    shelf.build()
    assert len(shelf.entries()) == 50 + ("Day 140" not in titles and "Day 140" in shelf.entries())
    assert shelf.cold() == shelf.bytes_of()


def test_a_feed_file_is_never_larger_than_it_may_be(tmp_path: Path, server: Server) -> None:
    shelf = Shelf(tmp_path / "warm", server, "max_bytes = 30000")
    tags = "".join(
        f'<meta property="article:tag" content="{n} quay of Low Marsh">' for n in range(30)
    )
    prose = "<p>The quay of Low Marsh was measured again, and nobody was surprised by it.</p>" * 4
    for number in range(8):  # each with tags that are in no estimate
        head = f"<html><head>{tags}</head><body><article><h1>Tags {number}</h1>"
        page = f"{head}<p>Number {number}.</p>{prose}</article></body></html>"
        path = shelf.write(f"saved/tags {number}.html", page)
        os.utime(path, (1_772_000_000, 1_772_000_000))
    shelf.build()
    assert len(shelf.entries()["Tags 1"]["tags"]) == 30  # type: ignore[arg-type]
    sizes = {name: len(data) for name, data in shelf.bytes_of().items()}
    held = [sizes[name] for name in ("atom.xml", "rss.xml", "feed.json")]
    assert max(held) <= 30_000
    assert max(held) > 25_000
    assert max(size for name, size in sizes.items() if "-archive-" in name) <= 30_000
    assert "nothing changed" in shelf.build()
    for number in (70, 0):
        shelf.add(number, word="never")
        shelf.changes()
    titles = {i["title"] for n in sizes if "json" in n for i in shelf.feed(n)["items"]}
    assert {f"Day {number}" for number in range(70)} <= titles


def test_scoped_ids_differ_in_topics_and_stay_in_the_feed_of_all(shelf: Shelf) -> None:
    shelf.build()
    whole, topic = shelf.entries(), shelf.entries("topics/ferries/feed.json")
    shared = whole.keys() & topic.keys()
    assert {t: topic[t]["id"] for t in shared} == {t: whole[t]["id"] for t in shared}
    shelf.configure('ids = "scoped"')
    shelf.build()
    assert shelf.entries() == whole
    own = shelf.entries("topics/ferries/feed.json")
    ids = {str(item["id"]) for item in whole.values()}
    assert own.keys() == topic.keys()
    assert not ids & {str(item["id"]) for item in own.values()}
    folder = "topics/ferries/"
    oldest = pages_of(shelf.folder / "out" / folder, f"https://f.example/x/{folder}")[0]
    old = shelf.feed(page_name(f"{folder}feed.json", oldest))["items"]
    assert all(item["id"] == own[item["title"]]["id"] for item in old if item["title"] in own)  # type: ignore[attr-defined]
    assert shelf.cold() == shelf.bytes_of()
    assert "0 problems" in shelf.ok("check")


def test_without_archives_there_is_none(tmp_path: Path, server: Server) -> None:
    shelf = Shelf(tmp_path / "warm", server)
    shelf.build()
    assert [name for name in shelf.bytes_of() if "-archive-" in name]
    shelf.configure("archives = false")
    shelf.build()
    assert [name for name in shelf.bytes_of() if "-archive-" in name] == []
    assert "prev-archive" not in links(shelf.folder / "out/atom.xml")
    assert "next_url" not in json.loads((shelf.folder / "out/feed.json").read_text())


def test_a_hub_is_named_by_every_feed(tmp_path: Path, server: Server) -> None:
    shelf = Shelf(tmp_path / "warm", server, 'hub = "https://hub.example/"')
    shelf.build()
    out = shelf.folder / "out"
    for name in ("atom.xml", "rss.xml", "topics/ferries/atom.xml"):
        assert links(out / name)["hub"] == "https://hub.example/"
    assert "hub" not in links(out / page_name("atom.xml", pages_of(out)[0]))
    assert shelf.feed()["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert "0 problems" in shelf.ok("check")


def test_an_archive_page_that_is_broken_or_gone_is_found(shelf: Shelf) -> None:
    shelf.build()
    name = page_name("atom.xml", pages_of(shelf.folder / "out")[0])
    page = shelf.folder / "out" / name
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b"Day 1<", b"Day one<"))
    done = shelf("check")
    assert done.returncode == 1
    assert name in done.stderr
    page.unlink()
    done = shelf("check")
    assert done.returncode == 1
    assert f"prev-archive leads to {name}, which is not there" in done.stderr
    shelf.build()
    assert page.read_bytes() == whole


def test_broken_links_among_the_documents_are_named() -> None:
    base = "https://f.example/"
    feed = chains.Place(f"{base}a.xml", (("prev-archive", f"{base}a2.xml"),), is_archive=False)
    links = (("prev-archive", f"{base}a1.xml"), ("current", f"{base}a.xml"))
    second = chains.Place(f"{base}a2.xml", links, is_archive=True)
    elsewhere = (("prev-archive", "https://g.example/a0.xml"), ("next-archive", f"{base}a9.xml"))
    first = chains.Place(f"{base}a1.xml", elsewhere, is_archive=True)
    found = chains.check_chains({"a.xml": feed, "a2.xml": second, "a1.xml": first})
    assert [line.partition(";")[0] for line in found] == [
        "a2.xml: prev-archive leads to a1.xml, which does not lead back",
        "a1.xml: an archive page without a link to its current feed",
        "a1.xml: next-archive leads to a9.xml, which is not there",
    ]
    assert chains.place_of(b"rubbish") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (f"atom-archive-{PAGE}.xml", "application/atom+xml"),
        (f"topics/a/rss-archive-{PAGE}.xml", "application/rss+xml"),
        ("feed-archive-202409000001.json", "application/feed+json"),
        ("atom-archive-0.xml", "application/octet-stream"),
    ],
)
def test_the_server_knows_what_archive_pages_are(name: str, kind: str) -> None:
    assert media_type_of(name).partition(";")[0] == kind
