"""Digest topics: one entry a closed day or week, which nothing that comes later changes."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server

from feedsmith.builder.digests import Kind, period_of

FEED = "topics/bridges/feed.json"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Shelf(Program):
    """The program with a digest of the articles about bridges."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        self.configure("daily")

    def configure(self, digest: str, feed: str = "") -> None:
        self.write(
            "config.toml",
            f'[input]\npaths = ["saved"]\n[feed]\n{feed}\n'
            f'[[topic]]\ntitle = "Bridges"\nany = ["title:bridge"]\ndigest = "{digest}"\n'
            '[[topic]]\ntitle = "Ferries"\nany = ["title:ferry"]\n',
        )

    def put(self, title: str, date: str, **more: str) -> Path:
        return self.write(f"saved/{title}.txt", dump(title, date=f"{date}, 2024 10:00", **more))

    def run(self, *arguments: str) -> None:
        done = self.server.run(self.folder, *arguments)
        assert done.status == 0, done.stdout + done.stderr

    def build(self) -> dict[str, dict[str, object]]:
        self.run("build")
        return self.entries(FEED)

    def build_cold(self) -> dict[str, dict[str, object]]:
        shutil.rmtree(self.folder / "out")
        (self.folder / ".feedsmith/cache.sqlite3").unlink()
        return self.build()


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path, server)


@pytest.mark.parametrize(
    ("when", "kind", "name", "starts", "ends"),
    [
        ("2024-09-02T00:00:00+00:00", "daily", "2024-09-02", "2024-09-02", "2024-09-03"),
        ("2024-09-02T23:59:59+00:00", "daily", "2024-09-02", "2024-09-02", "2024-09-03"),
        ("2024-09-03T01:00:00+03:00", "daily", "2024-09-02", "2024-09-02", "2024-09-03"),
        ("2024-09-08T23:59:59+00:00", "weekly", "2024-W36", "2024-09-02", "2024-09-09"),
        ("2021-01-03T12:00:00+00:00", "weekly", "2020-W53", "2020-12-28", "2021-01-04"),
    ],
)
def test_periods_are_days_and_weeks_in_utc(
    when: str, kind: Kind, name: str, starts: str, ends: str
) -> None:
    period = period_of(datetime.fromisoformat(when), kind)
    assert period.name == name
    assert period.starts == datetime.fromisoformat(starts).replace(tzinfo=UTC)
    assert period.ends == datetime.fromisoformat(ends).replace(tzinfo=UTC)


def test_a_closed_day_is_one_entry_with_contents_and_excerpts(shelf: Shelf) -> None:
    shelf.put("Bridge reopens", "2 Sep", subtitle="A band played & the mayor wept")
    shelf.put("Bridge <painted>", "2 Sep")
    shelf.put("Bridge shut", "3 Sep")
    (title, entry), *others = shelf.build().items()
    assert not others  # the third is the newest day, which is open
    assert title == "Bridges: 2 September 2024"
    assert entry["date_published"] == entry["date_modified"] == "2024-09-02T23:59:59+00:00"
    assert entry["url"] == "http://127.0.0.1:8000/topics/bridges/2024-09-02.html"
    html = str(entry["content_html"])
    page = shelf.entries()["Bridge reopens"]["url"]
    assert html.startswith("<ul><li>")
    assert html.count(f'<a href="{page}">Bridge reopens</a>') == 2
    assert "A band played &amp; the mayor wept" in html
    assert "Bridge &lt;painted&gt;</a></h2>" in html
    assert "Bridge shut" not in html
    assert len(shelf.entries()) == 3  # the feed of all has the articles themselves
    assert "<title>Bridges: 2 September 2024</title>" in (
        shelf.folder / "out/topics/bridges/2024-09-02.html"
    ).read_text("utf-8")
    topic_page = (shelf.folder / "out/topics/bridges/index.html").read_text("utf-8")
    assert "1 digest<" in topic_page
    assert "../../topics/bridges/2024-09-02.html" in topic_page
    assert "0 problems" in shelf.ok("check")


def test_an_article_of_any_topic_closes_a_period(shelf: Shelf) -> None:
    shelf.put("Bridge reopens", "2 Sep")
    assert shelf.build() == {}
    shelf.put("Ferry sold", "2 Sep")
    assert shelf.build() == {}
    shelf.put("Ferry returns", "3 Sep")
    assert set(shelf.build()) == {"Bridges: 2 September 2024"}


def test_what_comes_late_goes_into_the_period_that_is_open(shelf: Shelf) -> None:
    shelf.put("Bridge reopens", "2 Sep")
    shelf.put("Ferry returns", "4 Sep")
    first = shelf.build()
    shelf.put("Bridge found", "2 Sep")  # the day is closed
    shelf.put("Bridge drawn", "3 Sep")  # and this one too, although it has no entry
    assert shelf.build() == first
    assert shelf.build_cold() == first
    shelf.put("Bridge shut", "5 Sep")
    shelf.put("Ferry sold", "9 Sep")
    second = shelf.build()
    assert second.items() >= first.items()
    late = str(second["Bridges: 4 September 2024"]["content_html"])
    assert "Bridge found" in late
    assert "Bridge drawn" in late
    assert set(second) - set(first) == {"Bridges: 4 September 2024", "Bridges: 5 September 2024"}
    before = shelf.bytes_of()
    assert shelf.build_cold() == second
    assert shelf.bytes_of() == before


def test_a_closed_period_never_changes(shelf: Shelf) -> None:
    path = shelf.put("Bridge reopens", "2 Sep")
    newest = shelf.put("Ferry returns", "4 Sep")
    first = shelf.build()
    feed = (shelf.folder / "out/topics/bridges/atom.xml").read_bytes()
    path.write_text(dump("Bridge reopens again", date="3 Sep, 2024 10:00"), encoding="utf-8")
    assert shelf.build() == first  # edited
    path.unlink()
    assert shelf.build() == first  # gone
    newest.unlink()
    shelf.put("Bridge shut", "1 Sep")
    assert shelf.build() == first  # and the newest date went back
    assert (shelf.folder / "out/topics/bridges/atom.xml").read_bytes() == feed
    shelf.put("Ferry sold", "5 Sep")
    assert set(shelf.build()) - set(first) == {"Bridges: 4 September 2024"}


def test_what_is_removed_on_purpose_leaves_its_digest(shelf: Shelf) -> None:
    shelf.put("Bridge reopens", "2 Sep")
    shelf.put("Bridge shut", "2 Sep")
    shelf.put("Ferry returns", "4 Sep")
    title = "Bridges: 2 September 2024"
    first = shelf.build()[title]
    shelf.run("remove", "saved/Bridge shut.txt")
    second = shelf.build()[title]
    assert second["id"] == first["id"]
    assert second["date_published"] == first["date_published"]
    assert str(second["date_modified"]) > str(first["date_modified"])
    assert "Bridge shut" not in str(second)
    atom = (shelf.folder / "out/topics/bridges/atom.xml").read_text("utf-8")
    assert "deleted-entry" not in atom  # the article never was an entry there
    shelf.run("remove", "--undo", "saved/Bridge shut.txt")
    assert shelf.build()[title] == first
    shelf.run("remove", "saved/Bridge shut.txt", "saved/Bridge reopens.txt")
    assert shelf.build() == {}
    assert "0 problems" in shelf.ok("check")


def test_weeks(shelf: Shelf) -> None:
    shelf.configure("weekly")
    shelf.put("Bridge reopens", "29 Aug")
    shelf.put("Bridge painted", "1 Sep")
    shelf.put("Bridge shut", "2 Sep")
    (title,) = shelf.build()
    assert title == "Bridges: 26 August – 1 September 2024"
    shelf.put("Ferry returns", "9 Sep")
    assert set(shelf.build()) == {title, "Bridges: 2–8 September 2024"}


def test_another_length_of_periods_repeats_nothing(shelf: Shelf) -> None:
    shelf.put("Bridge reopens", "2 Sep")
    shelf.put("Bridge painted", "3 Sep")
    shelf.put("Ferry returns", "4 Sep")
    first = shelf.build()
    shelf.put("Bridge shut", "5 Sep")
    shelf.configure("weekly")
    assert shelf.build() == first
    shelf.put("Ferry sold", "9 Sep")
    second = shelf.build()
    html = str(second["Bridges: 2–8 September 2024"]["content_html"])
    assert "Bridge shut" in html
    assert "Bridge painted" not in html
    assert second.items() >= first.items()


def test_ids_scope_and_content_leave_digests_as_they_are(shelf: Shelf) -> None:
    shelf.put("Bridge reopens", "2 Sep", subtitle="A band played")
    shelf.put("Ferry returns", "4 Sep")
    first = shelf.build()
    shelf.configure("daily", 'ids = "scoped"\ncontent = "link"')
    assert shelf.build() == first


def test_more_digests_than_a_feed_holds_are_in_its_archive(shelf: Shelf) -> None:
    shelf.configure("daily", "limit = 2")
    for day in range(1, 6):
        shelf.put(f"Bridge {day}", f"{day} Sep")
    assert list(shelf.build()) == ["Bridges: 4 September 2024", "Bridges: 3 September 2024"]
    (page,) = (shelf.folder / "out/topics/bridges").glob("feed-archive-*.json")
    archive = shelf.entries(f"topics/bridges/{page.name}")
    assert list(archive) == ["Bridges: 2 September 2024", "Bridges: 1 September 2024"]
    assert len(ET.parse(shelf.folder / "out/topics/bridges/rss.xml").findall(".//item")) == 2  # noqa: S314 (ours)
    assert "0 problems" in shelf.ok("check")


def test_a_digest_without_pages_links_to_the_originals_alone(shelf: Shelf) -> None:
    shelf.put("Bridge reopens", "2 Sep")
    shelf.put("Ferry returns", "4 Sep")
    shelf.configure("daily", "[output]\npages = false")
    (entry,) = shelf.build().values()
    assert "url" not in entry
    assert str(entry["content_html"]).startswith("<h2>Bridge reopens</h2>")
    assert "0 problems" in shelf.ok("check")
