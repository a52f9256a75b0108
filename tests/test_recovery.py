"""What feeds tell of articles when ledger and cache are lost; test_events.py has the whole way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_identity import trait

from feedsmith import recovery
from feedsmith.identity import Known, mint
from feedsmith.memory import Nothing
from feedsmith.recovery import NOTHING, Recovered, Told
from feedsmith.urls import permanent_id

NOON = datetime(2024, 9, 2, 12, 0, tzinfo=UTC)
SEEN = datetime(2024, 12, 1, tzinfo=UTC)
TOLD = Told("urn:uuid:old", "ferry returns", NOON, SEEN, "articles/2024/old-1.html")


def minted(*, url: str = "") -> Known:
    return mint(trait(url=url), Nothing(), first_seen=SEEN)


def by_key() -> Recovered:
    return Recovered({}, {(TOLD.key, NOON): TOLD}, {}, "")


def test_an_article_without_an_address_is_known_again_by_title_and_date() -> None:
    known = recovery.recall(minted(), by_key(), keeps_dates=True)
    assert (known.id, known.permalink, known.updated) == (TOLD.id, TOLD.permalink, SEEN)
    with_address = minted(url="//harbourpost.example/other")
    assert recovery.recall(with_address, by_key(), keeps_dates=True) == with_address


def test_the_time_of_saving_under_which_it_stood_stays() -> None:
    saved = TOLD._replace(published=SEEN)
    found = Recovered({minted().id: saved}, {}, {}, "")
    assert recovery.recall(minted(), found, keeps_dates=False).filed == SEEN
    assert recovery.recall(minted(), found, keeps_dates=True).filed is None
    own = Recovered({minted().id: TOLD}, {}, {}, "")
    assert recovery.recall(minted(), own, keeps_dates=False).filed is None


def feed(*items: dict[str, str]) -> str:
    return json.dumps({"title": "T", "feed_url": "https://f.example/feed.json", "items": items})


def item(number: int, **more: str) -> dict[str, str]:
    when = {"date_published": NOON.isoformat(), "date_modified": NOON.isoformat()}
    url = f"https://f.example/articles/2024/{number}.html"
    return {"id": f"urn:uuid:{number}", "title": "Ferry returns", "url": url, **when, **more}


def test_what_two_articles_share_tells_neither(tmp_path: Path) -> None:
    name = permanent_id("feed:T|urn:uuid:1:")
    stone = '<at:deleted-entry ref="urn:uuid:9" when="2024-09-02T12:00:00+00:00"/>'
    (tmp_path / "atom.xml").write_text(f"<feed><id>{name}</id>{stone}</feed>")
    (tmp_path / "feed-archive-1.json").write_text(feed(item(1)))
    (tmp_path / "feed.json").write_text(feed(item(2, title="Bridge shut")))
    found = recovery.read(str(tmp_path))
    assert set(found.by_id) == {"urn:uuid:1", "urn:uuid:2"}
    assert set(found.by_key) == {("ferry returns", NOON), ("bridge shut", NOON)}
    assert found.removed == {"urn:uuid:9": NOON}
    assert found.name == "T|urn:uuid:1"
    (tmp_path / "feed.json").write_text(feed(item(2), item(3, url="https://a.example/3")))
    assert recovery.read(str(tmp_path)).by_key == {}


@pytest.mark.parametrize("text", ["", "[]", '{"title": 1}', "no json", feed({"id": "x"})])
def test_feeds_of_others_tell_nothing(tmp_path: Path, text: str) -> None:
    assert recovery.read(str(tmp_path)) == NOTHING
    (tmp_path / "feed.json").write_text(text)
    (tmp_path / "atom.xml").write_text("")
    assert recovery.read(str(tmp_path)) == NOTHING
