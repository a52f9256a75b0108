"""Liferea, a reader with windows, subscribes to a real build on a screen that nobody sees."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import test_readers_real as real

shelf = real.shelf
SECONDS = 120  # on a loaded machine; what is waited for mostly comes within ten
LIST = """<?xml version="1.0" encoding="utf-8"?>
<opml version="1.0"><head><title>Liferea Feed List Export</title></head><body>
<outline title="tide" text="tide" type="rss" xmlUrl="{url}" id="tide" updateInterval="-1"/>
</body></opml>
"""
# Started, asked to refresh once it answers, ended by a signal to its group.
SESSION = """
liferea --disable-plugins --mainwindow-state=hidden &
ask() {
    dbus-send --session --print-reply=literal --dest=org.gnome.feed.Reader \\
        /org/gnome/feed/Reader "org.gnome.feed.Reader.$1"
}
until ask Ping; do sleep 0.2; done
ask Refresh
wait
"""


@contextmanager
def screen() -> Iterator[str]:
    """Give the name of a display."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        try:
            yield f":{int(server.stdout.readline())}"
        finally:
            server.terminate()


class Liferea:
    """Liferea with a home of its own, subscribed to one feed."""

    def __init__(self, home: Path, url: str) -> None:
        folder = home / ".config" / "liferea"
        folder.mkdir(parents=True)
        (folder / "feedlist.opml").write_text(LIST.format(url=url), encoding="utf-8")
        (home / "run").mkdir(mode=0o700)
        self.home = home
        self.store = home / ".local/share/liferea/liferea.db"

    def reload(self, is_done: Callable[[], bool]) -> None:
        """Run it until it has what is wanted."""
        with screen() as display, (self.home / "said").open("ab") as said:
            environment = {
                "PATH": os.environ["PATH"], "HOME": str(self.home), "DISPLAY": display,
                "XDG_RUNTIME_DIR": str(self.home / "run"), "GSETTINGS_BACKEND": "memory",
                "NO_AT_BRIDGE": "1", "LIBGL_ALWAYS_SOFTWARE": "1",
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # which root cannot have
            }  # fmt: skip
            session = subprocess.Popen(
                ["dbus-run-session", "--", "sh", "-c", SESSION],
                env=environment, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
            try:
                deadline = time.monotonic() + SECONDS
                while not is_done():
                    assert time.monotonic() < deadline, (self.home / "said").read_text()
                    time.sleep(0.2)
            finally:
                os.killpg(session.pid, signal.SIGTERM)
                session.wait(SECONDS)

    def stored(self) -> list[real.Stored]:
        if not self.store.exists():
            return []
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=SECONDS)
        try:
            rows = db.execute(
                "SELECT source_id, title, date, description, NOT read FROM items"
                " WHERE NOT comment ORDER BY date DESC"
            ).fetchall()
        except sqlite3.OperationalError:  # no table yet
            return []
        finally:
            db.close()
        return [
            real.Stored(i, t, datetime.fromtimestamp(d, UTC), c, bool(u)) for i, t, d, c, u in rows
        ]

    def mark_all_read(self) -> None:
        with sqlite3.connect(self.store) as db:
            db.execute("UPDATE items SET read = 1")
        db.close()


@pytest.mark.parametrize("feed", real.FEEDS)
def test_liferea_gets_every_article_once_and_later_the_new_one_alone(
    shelf: real.Shelf, feed: str
) -> None:
    for program in ("liferea", "Xvfb", "dbus-run-session", "dbus-send"):
        real.need(program)
    liferea = Liferea(shelf.folder / "home", shelf.base_url + feed)
    liferea.reload(lambda: len(liferea.stored()) >= len(real.SAVED))
    real.assert_holds(liferea.stored(), *real.SAVED)
    liferea.mark_all_read()
    before = {item.id: item for item in liferea.stored()}
    shelf.build()
    asked = len(shelf.log)
    liferea.reload(lambda: any(feed in line for line in shelf.log[asked:]) and not time.sleep(2))
    assert {item.id: item for item in liferea.stored()} == before
    shutil.copy(real.DATA / "added" / "ferry.html", shelf.articles)
    shelf.build()
    liferea.reload(lambda: len(liferea.stored()) > len(before))
    after = {item.id: item for item in liferea.stored()}
    real.assert_holds(liferea.stored(), *real.SAVED, real.FERRY)
    assert [item.title for item in after.values() if item.unread] == [real.FERRY.title]
    assert before.items() <= after.items()
