"""Under which time an article stands in the feeds: decided when it is met, then remembered."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server

from feedsmith import identity, ledger
from feedsmith.errors import LedgerError
from feedsmith.identity import DateRule, Trait
from feedsmith.model import Article

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SAVED = 1_772_000_000  # seconds; 25 February 2026 06:13:20 UTC
LINE = "<p>Published 2 Sep 2024</p>"
# The ledger's tables as the first version made them.
FIRST_VERSION = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, permalink TEXT NOT NULL, url TEXT NOT NULL, site TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, text_hash TEXT NOT NULL, sketch TEXT NOT NULL,
    source TEXT NOT NULL, parser TEXT NOT NULL, first_seen TEXT NOT NULL,
    horizon TEXT NOT NULL, dated TEXT NOT NULL, updated TEXT NOT NULL,
    live INTEGER NOT NULL, removed INTEGER NOT NULL, number INTEGER NOT NULL
);
CREATE INDEX by_url ON articles (url, number) WHERE url <> '';
CREATE INDEX by_text ON articles (text_hash, number);
CREATE INDEX by_key ON articles (title, published, site, number);
CREATE TABLE files (
    path TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (path, part)
) WITHOUT ROWID;
CREATE TABLE names (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 1;
"""


def trait(published: datetime | None, *, saved: datetime = NOW - DAY) -> Trait:
    article = Article(title="Ferry", text="It runs.", html="", published=published, saved=saved)
    return identity.trait(article, path="a.txt", source="b", parser="p", mtime=NOW)


@pytest.mark.parametrize(
    ("rule", "published", "saved", "expected"),
    [
        ("published", NOW - 900 * DAY, NOW - DAY, None),
        ("saved", NOW - 2 * DAY, NOW - DAY, NOW - DAY),
        ("saved", None, NOW - DAY, NOW - DAY),
        ("auto", NOW - 30 * DAY, NOW - DAY, None),
        ("auto", NOW - 31 * DAY, NOW - DAY, NOW - DAY),
        ("auto", NOW - 31 * DAY, NOW + 9 * DAY, NOW),  # a clock that ran ahead
        ("auto", None, NOW - DAY, None),
        ("auto", NOW + 900 * DAY, NOW - DAY, None),  # not believed, so not old either
    ],
)
def test_the_rule_decides_at_first_sight(
    rule: DateRule, published: datetime | None, saved: datetime, expected: datetime | None
) -> None:
    found = trait(published, saved=saved)
    assert identity.filing(found, NOW, rule, 30 * DAY) == expected


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Shelf(Program):
    """The program over one dump of 2 September 2024, saved much later."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        self.put("saved/ferry.txt", dump("Ferry returns", date="2 Sep, 2024 19:25"))

    def put(self, name: str, text: str, *, later: int = 0) -> None:
        os.utime(self.write(name, text), (SAVED + later, SAVED + later))

    def configure(self, text: str) -> None:
        self.write("config.toml", f'[input]\npaths = ["saved"]\n[feed]\n{text}\n')

    def build(self) -> dict[str, dict[str, object]]:
        done = self.server.run(self.folder, "build")
        assert done.status == 0, done.stdout + done.stderr
        return self.entries()

    def page(self) -> str:
        (path,) = (self.folder / "out/articles").rglob("*.html")
        return path.read_text(encoding="utf-8")


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path, server)


@pytest.mark.parametrize("rule", ["auto", "saved"])
def test_an_old_article_is_filed_when_it_was_saved_and_says_its_own_date(
    shelf: Shelf, rule: str
) -> None:
    shelf.configure(f'date = "{rule}"')
    item = shelf.build()["Ferry returns"]
    assert item["date_published"] == item["date_modified"] == "2026-02-25T06:13:20+00:00"
    assert str(item["content_html"]).startswith(f"{LINE}<p>")
    atom = ET.parse(shelf.folder / "out/atom.xml").getroot()  # noqa: S314 (our own output)
    name = "{http://www.w3.org/2005/Atom}"
    assert atom.findtext(f"{name}entry/{name}content") == item["content_html"]
    rss = ET.parse(shelf.folder / "out/rss.xml").getroot()  # noqa: S314 (our own output)
    body = "{http://purl.org/rss/1.0/modules/content/}encoded"
    assert rss.findtext(f"channel/item/{body}") == item["content_html"]
    assert rss.findtext("channel/item/pubDate") == "Wed, 25 Feb 2026 06:13:20 +0000"
    page = shelf.page()
    assert "2 September 2024, 19:25 UTC" in page
    assert "Published 2 Sep" not in page
    assert "0 problems" in shelf.ok("check")


@pytest.mark.parametrize("content", ["excerpt", "link"])
def test_the_line_stands_whatever_the_content(shelf: Shelf, content: str) -> None:
    shelf.configure(f'date = "auto"\ncontent = "{content}"')
    assert str(shelf.build()["Ferry returns"]["content_html"]).startswith(LINE)


def test_a_recent_article_keeps_its_date_and_has_no_line(shelf: Shelf) -> None:
    shelf.configure('date = "auto"\nmax_age_days = 36500')
    item = shelf.build()["Ferry returns"]
    assert item["date_published"] == "2024-09-02T19:25:00+00:00"
    assert "Published" not in str(item["content_html"])


def test_another_setting_is_for_new_articles_only(shelf: Shelf) -> None:
    shelf.configure('date = "auto"')
    first = shelf.build()["Ferry returns"]
    shelf.configure('date = "published"')
    shelf.put("saved/quay.txt", dump("Quay shut", date="3 Sep, 2024 10:00"))
    shutil.rmtree(shelf.folder / "out")
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    both = shelf.build()
    assert both["Ferry returns"] == first
    assert both["Quay shut"]["date_published"] == "2024-09-03T10:00:00+00:00"
    shelf.configure('date = "saved"')
    assert shelf.build() == both


def test_an_edit_or_a_corrected_date_does_not_move_it(shelf: Shelf) -> None:
    shelf.configure('date = "auto"')
    first = shelf.build()["Ferry returns"]
    text = dump("Ferry returns", date="2 Sep, 2023 19:25").replace("winter", "autumn")
    shelf.put("saved/ferry.txt", text, later=86_400)
    second = shelf.build()["Ferry returns"]
    assert second["id"] == first["id"]
    assert second["date_published"] == first["date_published"]
    assert second["date_modified"] == "2026-02-26T06:13:20+00:00"
    assert str(second["content_html"]).startswith("<p>Published 2 Sep 2023</p>")


def test_a_ledger_of_the_first_version_is_brought_up_to_date(shelf: Shelf) -> None:
    shelf.configure('date = "auto"')
    path = shelf.folder / ".feedsmith/ledger.sqlite3"
    path.parent.mkdir()
    name = "urn:uuid:00000000-1111-5000-8000-000000000000"
    row = (
        name, "articles/2024/ferry.html", "", "", "ferry returns", "2024-09-02T19:25:00+00:00",
        "t", "[1]", "s", "p", "2025-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00",
        "2024-09-02T19:25:00+00:00", "2024-09-02T19:25:00+00:00", 1, 0, 1,
    )  # fmt: skip
    database = sqlite3.connect(path)
    database.executescript(FIRST_VERSION)
    database.execute(f"INSERT INTO articles VALUES ({', '.join('?' * 17)})", row)  # noqa: S608
    database.execute("INSERT INTO names VALUES ('feeds', 'old name')")
    database.commit()
    database.close()
    before = path.read_bytes()
    line = shelf.ok("parse", "-c", "config.toml", "saved/ferry.txt")
    assert json.loads(line)["id"] == name  # looking changes nothing …
    assert path.read_bytes() == before
    item = shelf.build()["Ferry returns"]
    assert item["id"] == name  # … and building keeps all that was remembered
    assert item["date_published"] == "2024-09-02T19:25:00+00:00"
    assert "articles/2024/ferry.html" in shelf.bytes_of()
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA user_version").fetchone() == (ledger.VERSION,)
    assert database.execute("SELECT value FROM names").fetchall() == [("old name",)]
    database.close()


def test_a_ledger_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger.open_ledger(str(path)).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {ledger.VERSION + 1}")
    database.close()
    with pytest.raises(LedgerError, match=f"version {ledger.VERSION + 1}"):
        ledger.open_ledger(str(path))


def test_a_new_ledger_has_the_columns_of_a_migrated_one(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.sqlite3")
    old.executescript(FIRST_VERSION)
    old.close()
    schemas = []
    for name in ("old.sqlite3", "new.sqlite3"):
        ledger.open_ledger(str(tmp_path / name)).close()
        database = sqlite3.connect(tmp_path / name)
        schemas.append(database.execute("PRAGMA table_info(articles)").fetchall())
        database.close()
    assert schemas[0] == schemas[1]
