"""Real feed readers subscribe to a real build over HTTP: what arrives in their stores.

The readers are programs of this machine. A missing one skips its tests; where the environment
says CI=true it fails them, so that no run there is green without having asked a reader.
"""

from __future__ import annotations

import hashlib
import json
import mailbox
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import dump

from feedsmith import replies
from feedsmith.serve import FeedServer, make_server

DATA = Path(__file__).parent / "data" / "subscribed"
SECONDS = 60  # for one run of one program


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must arrive of a saved article: title, time, and the end of each paragraph."""

    title: str
    published: datetime
    phrases: tuple[str, ...]


GAUGE = Wanted(
    "The gauge at Saltmarket & its keeper",
    datetime(2026, 3, 2, 7, 15, tzinfo=UTC),
    ("before the wire was laid.", "as the paper runs out."),
)
BUOY = Wanted(
    "A buoy that sings when the fog comes in",
    datetime(2025, 11, 30, 23, 40, tzinfo=UTC),
    ("blows the whistle.", "<b>which they have come to like</b>", "“You hear it with your knees,”"),
)
ROPE = Wanted(
    "Why the rope walk is longer than its street",
    datetime(2024, 6, 15, 12, 0, tzinfo=UTC),  # only the day is known: noon, so no zone moves it
    ("a well-fed dog.", "a tax on crooked houses."),
)
FERRY = Wanted(
    "The ferry that waited for a wedding",
    datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
    ("in no hurry either.", "remembered for the third time."),
)
SAVED = (GAUGE, BUOY, ROPE)
CORRECTION = "The ledgers number sixty-two, one having served as a pillow."


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of saved articles whose feeds are served on loopback."""

    folder: Path
    server: FeedServer
    log: list[str]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/"

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    def build(self) -> None:
        run([sys.executable, "-m", "feedsmith", "build", "-c", str(self.folder / "config.toml")])


def run(command: list[str], **environment: str) -> str:
    """Run a program to its good end and return what it wrote."""
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout


def digests(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Give a shelf with the samples, built once, with its own port as base address."""
    shutil.copytree(DATA, tmp_path / "articles", ignore=shutil.ignore_patterns("added"))
    out, log = tmp_path / "out", list[str]()
    published = replies.Shelf(out, lambda: digests(out))
    server = make_server(published, ("127.0.0.1", 0), log=log.append)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        made = Shelf(tmp_path, server, log)
        (tmp_path / "config.toml").write_text(
            f'[feed]\ntitle = "Tide watch"\nbase_url = "{made.base_url}"\n'
            '[input]\npaths = ["articles"]\n[topics]\nbuiltin = false\n'
        )
        made.build()
        yield made
    finally:
        server.stop()
        thread.join()
        server.end()


def need(program: str) -> None:
    """Skip without the program; fail where CI promises that it is there."""
    beside = Path(sys.executable).with_name(program)
    if not (shutil.which(program) or beside.exists() or find_spec(program)):
        reason = f"{program} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@dataclass(frozen=True, slots=True)
class Stored:
    """An article in a reader's store; `content` is markup as the reader keeps it."""

    id: str
    title: str
    published: datetime
    content: str
    unread: bool = True


class Newsboat:
    """newsboat with a home of its own, subscribed to one feed."""

    def __init__(self, home: Path, url: str) -> None:
        home.mkdir()
        self.home = home
        (home / "urls").write_text(f"{url}\n")
        (home / "config").write_text("reload-threads 1\n")

    def reload(self) -> None:
        home = self.home
        command = ["newsboat", "-u", f"{home}/urls", "-c", f"{home}/cache.db"]
        run([*command, "-C", f"{home}/config", "-x", "reload"], HOME=str(home), TERM="dumb")

    def stored(self) -> list[Stored]:
        with sqlite3.connect(self.home / "cache.db") as db:
            rows = db.execute(
                "SELECT guid, title, pubDate, content, unread FROM rss_item ORDER BY pubDate DESC"
            ).fetchall()
        db.close()
        return [Stored(i, t, datetime.fromtimestamp(p, UTC), c, bool(u)) for i, t, p, c, u in rows]

    def mark_all_read(self) -> None:
        with sqlite3.connect(self.home / "cache.db") as db:
            db.execute("UPDATE rss_item SET unread = 0")
        db.close()


class Sfeed:
    """sfeed_update with a folder of its own, subscribed to one feed."""

    def __init__(self, home: Path, url: str) -> None:
        home.mkdir()
        self.home = home
        (home / "sfeedrc").write_text(
            f'sfeedpath="{home}/feeds"\nfeeds() {{\n\tfeed "tide" "{url}"\n}}\n'
        )

    def reload(self) -> None:
        run(["sfeed_update", f"{self.home}/sfeedrc"], HOME=str(self.home))

    def stored(self) -> list[Stored]:
        """Read the lines: time, title, link, content, its type, id, and more."""
        lines = (self.home / "feeds" / "tide").read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines]
        return sorted(
            (Stored(r[5], r[1], datetime.fromtimestamp(int(r[0]), UTC), r[3]) for r in rows),
            key=lambda stored: stored.published,
            reverse=True,
        )


class Library:
    """The Python library `reader` with a database of its own, subscribed to one feed."""

    _RELOAD = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
reader.add_feed(sys.argv[2], exist_ok=True)
reader.update_feeds()
"""
    _STORED = """
import json, sys
from reader import make_reader
entries = make_reader(sys.argv[1]).get_entries()
print(json.dumps([
    (e.id, e.title, e.published.isoformat(), e.get_content().value, not e.read) for e in entries
]))
"""

    def __init__(self, home: Path, url: str) -> None:
        home.mkdir()
        self.arguments = [str(home / "reader.sqlite"), url]

    def reload(self) -> None:
        run([sys.executable, "-c", self._RELOAD, *self.arguments])

    def stored(self) -> list[Stored]:
        rows = json.loads(run([sys.executable, "-c", self._STORED, *self.arguments]))
        found = [Stored(i, t, datetime.fromisoformat(p), c, u) for i, t, p, c, u in rows]
        return sorted(found, key=lambda stored: stored.published, reverse=True)


class Mailer:
    """rss2email, which puts each new article into a Maildir as a letter."""

    def __init__(self, home: Path, url: str) -> None:
        home.mkdir()
        self.home = home
        (home / "rss2email.cfg").write_text(
            "[DEFAULT]\nfrom = shelf@tide.example\nto = you@tide.example\ndate-header = True\n"
            "html-mail = True\nemail-protocol = maildir\nverbose = warning\n"
            f"maildir-path = {home}/mail\nmaildir-mailbox = tide\n"
        )
        mailbox.Maildir(home / "mail", create=True)
        mailbox.Maildir(home / "mail" / "tide", create=True)
        self._run("add", "tide", url)

    def _run(self, *arguments: str) -> None:
        files = ["-c", f"{self.home}/rss2email.cfg", "-d", f"{self.home}/rss2email.json"]
        beside = Path(sys.executable).with_name("r2e")
        program = str(beside) if beside.exists() else "r2e"
        run([program, *files, *arguments], HOME=str(self.home))

    def reload(self) -> None:
        self._run("run")

    def stored(self) -> list[Stored]:
        letters = mailbox.Maildir(self.home / "mail" / "tide", create=False)
        found = []
        for letter in letters:
            when = parsedate_to_datetime(letter["Date"]).astimezone(UTC)
            title = str(make_header(decode_header(letter["Subject"])))
            page = letter.get_payload(decode=True).decode(letter.get_content_charset() or "utf-8")
            content = page.partition('id="body">')[2].lstrip()
            found.append(Stored(letter["X-RSS-ID"], title, when, content))
        return sorted(found, key=lambda stored: stored.published, reverse=True)


READERS = (
    ("newsboat", Newsboat),
    ("sfeed_update", Sfeed),
    ("reader", Library),
    ("r2e", Mailer),
)
FEEDS = ("atom.xml", "rss.xml")


def assert_holds(stored: list[Stored], *articles: Wanted) -> None:
    """Check that a store has these articles, newest first, whole and each once."""
    wanted = sorted(articles, key=lambda article: article.published, reverse=True)
    assert [(item.title, item.published) for item in stored] == [
        (article.title, article.published) for article in wanted
    ]
    assert len({item.id for item in stored}) == len(wanted)
    for item, article in zip(stored, wanted, strict=True):
        assert item.id.startswith(("urn:uuid:", "tag:"))
        assert [phrase for phrase in article.phrases if phrase not in item.content] == []


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize(("program", "reader"), READERS)
def test_a_reader_gets_every_article_whole_with_its_date(
    shelf: Shelf, program: str, reader: type[Newsboat | Sfeed | Library | Mailer], feed: str
) -> None:
    need(program)
    subscribed = reader(shelf.folder / "home", shelf.base_url + feed)
    subscribed.reload()
    assert_holds(subscribed.stored(), *SAVED)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize(("program", "reader"), READERS)
def test_reading_again_after_a_build_without_changes_adds_nothing(
    shelf: Shelf, program: str, reader: type[Newsboat | Sfeed | Library | Mailer], feed: str
) -> None:
    need(program)
    subscribed = reader(shelf.folder / "home", shelf.base_url + feed)
    subscribed.reload()
    before = subscribed.stored()
    shelf.build()
    subscribed.reload()
    assert subscribed.stored() == before


@pytest.mark.parametrize("feed", FEEDS)
def test_newsboat_is_told_304_when_nothing_changed(shelf: Shelf, feed: str) -> None:
    need("newsboat")
    newsboat = Newsboat(shelf.folder / "home", shelf.base_url + feed)
    for _ in range(2):  # it stores the validators at the second fetch
        newsboat.reload()
    shelf.build()
    newsboat.reload()
    assert [line.rsplit(" ", 1)[1] for line in shelf.log if feed in line] == ["200", "200", "304"]


@pytest.mark.parametrize("feed", FEEDS)
def test_one_edit_and_one_new_file_are_one_changed_and_one_unread_entry(
    shelf: Shelf, feed: str
) -> None:
    need("newsboat")
    newsboat = Newsboat(shelf.folder / "home", shelf.base_url + feed)
    newsboat.reload()
    before = {item.id: item for item in newsboat.stored()}
    newsboat.mark_all_read()
    saved = shelf.articles / "gauge.html"
    page = saved.read_text(encoding="utf-8")
    saved.write_text(page.replace("</article>", f"<p>{CORRECTION}</p></article>"), encoding="utf-8")
    shutil.copy(DATA / "added" / "ferry.html", shelf.articles)
    shelf.build()
    newsboat.reload()
    after = {item.id: item for item in newsboat.stored()}
    assert_holds(newsboat.stored(), *SAVED, FERRY)
    assert [after[i].title for i in after.keys() - before.keys()] == [FERRY.title]
    assert before.keys() <= after.keys()
    changed = [after[i] for i in before if before[i].content != after[i].content]
    assert [(item.title, CORRECTION in item.content) for item in changed] == [(GAUGE.title, True)]
    assert [item.title for item in after.values() if item.unread] == [FERRY.title]


def test_sfeed_takes_the_new_entry_of_a_topic_feed(shelf: Shelf) -> None:
    need("sfeed_update")
    sea = shelf.articles / "sea"
    sea.mkdir()
    for saved in sorted(shelf.articles.glob("*.html")):
        saved.rename(sea / saved.name)
    shelf.build()
    sfeed = Sfeed(shelf.folder / "home", f"{shelf.base_url}topics/sea/atom.xml")
    sfeed.reload()
    assert_holds(sfeed.stored(), *SAVED)
    shutil.copy(DATA / "added" / "ferry.html", sea)
    shelf.build()
    sfeed.reload()
    assert_holds(sfeed.stored(), *SAVED, FERRY)


def configure(shelf: Shelf, line: str) -> None:
    """Add a line to `[feed]` of the shelf's configuration and build again."""
    path = shelf.folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[feed]\n", f"[feed]\n{line}\n"))
    shelf.build()


@pytest.mark.parametrize(("ids", "rows"), [("shared", 3), ("scoped", 6)])
def test_newsboat_keeps_a_row_for_each_id_over_all_feeds(shelf: Shelf, ids: str, rows: int) -> None:
    need("newsboat")
    sea = shelf.articles / "sea"
    sea.mkdir()
    for saved in sorted(shelf.articles.glob("*.html")):
        saved.rename(sea / saved.name)
    configure(shelf, f'ids = "{ids}"')
    both = f"{shelf.base_url}atom.xml\n{shelf.base_url}topics/sea/atom.xml"
    newsboat = Newsboat(shelf.folder / "home", both)
    newsboat.reload()
    assert len(newsboat.stored()) == rows
    shelf.build()
    newsboat.reload()
    assert len(newsboat.stored()) == rows


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize(("program", "reader"), READERS)
def test_a_reader_files_an_old_article_when_it_was_saved_and_shows_its_date(
    shelf: Shelf, program: str, reader: type[Newsboat | Sfeed | Library | Mailer], feed: str
) -> None:
    need(program)
    configure(shelf, 'date = "auto"\nmax_age_days = 1')
    shutil.copy(DATA / "added" / "ferry.html", shelf.articles)
    saved = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
    os.utime(shelf.articles / "ferry.html", (saved.timestamp(), saved.timestamp()))
    shelf.build()
    subscribed = reader(shelf.folder / "home", shelf.base_url + feed)
    subscribed.reload()
    (ferry,) = (item for item in subscribed.stored() if item.title == FERRY.title)
    assert ferry.published == saved
    assert ferry.content.startswith("<p>Published 4 May 2026</p>")


@pytest.mark.parametrize(("program", "reader"), READERS)
def test_a_reader_passes_over_tombstones(
    shelf: Shelf, program: str, reader: type[Newsboat | Sfeed]
) -> None:
    need(program)
    gauge = str(shelf.articles / "gauge.html")
    config = str(shelf.folder / "config.toml")
    run([sys.executable, "-m", "feedsmith", "remove", "-c", config, gauge])
    shelf.build()
    assert "deleted-entry" in (shelf.folder / "out/atom.xml").read_text(encoding="utf-8")
    subscribed = reader(shelf.folder / "home", f"{shelf.base_url}atom.xml")
    subscribed.reload()
    assert_holds(subscribed.stored(), *(article for article in SAVED if article != GAUGE))


@pytest.mark.parametrize(("program", "reader"), READERS)
def test_a_reader_shows_digests_and_problems(
    shelf: Shelf, program: str, reader: type[Newsboat | Sfeed]
) -> None:
    need(program)
    with (shelf.folder / "config.toml").open("a") as file:
        file.write('[[topic]]\ntitle = "Tides"\nany = ["the"]\ndigest = "daily"\n')
    doubtful = shelf.articles / "date.txt"
    doubtful.write_text(dump("Harbour plan", date="03/04/2024 10:00"), encoding="utf-8")
    os.utime(doubtful, (1_772_000_000, 1_772_000_000))
    shelf.build()
    stored = {}
    for name in ("topics/tides", "problems"):
        home = shelf.folder / f"home-{name[:3]}"
        subscribed = reader(home, f"{shelf.base_url}{name}/atom.xml")
        subscribed.reload()
        stored |= {item.title: item for item in subscribed.stored()}
    problem = stored["Ambiguous date: articles/date.txt"]
    assert problem.published == datetime.fromtimestamp(1_772_000_000, UTC)
    digest = stored["Tides: 15 June 2024"]
    assert digest.published == datetime(2024, 6, 15, 23, 59, 59, tzinfo=UTC)
    assert ROPE.title in digest.content
    assert set(stored) == {
        "Ambiguous date: articles/date.txt",
        "Tides: 3 April 2024",
        "Tides: 15 June 2024",
        "Tides: 30 November 2025",
    }
