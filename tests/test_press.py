"""Entries that stand in several feeds are spelled once, and nothing shows it but the time."""

import pickle
from dataclasses import replace

import pytest
from golden import case_names, feeds_of, place_of, read_case
from hypothesis import given
from hypothesis import strategies as st
from test_builder import ARTICLE, feed_of

from feedsmith.builder import FORMATS, Press, content, files_of, press, write_feed
from feedsmith.errors import FeedError
from feedsmith.feedmodel import Feed
from feedsmith.text import clean


def feeds(name: str) -> list[Feed]:
    return [replace(feed, **place_of(name)) for feed in feeds_of(*read_case(name))]


@pytest.mark.parametrize("kept_bytes", [press.KEPT_BYTES, 0])
@pytest.mark.parametrize("name", case_names())
def test_feeds_written_together_are_the_same_as_alone(
    name: str, kept_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "KEPT_BYTES", kept_bytes)
    together = Press()
    for feed in (*feeds(name), *reversed(feeds(name))):
        assert write_feed(feed, together) == write_feed(feed)


@pytest.mark.parametrize("kept_bytes", [press.KEPT_BYTES, 0])
@pytest.mark.parametrize("name", case_names())
def test_orders_may_be_made_before_those_ahead_of_them_are_filled(
    name: str, kept_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "KEPT_BYTES", kept_bytes)
    together = Press()
    given = (*feeds(name), *reversed(feeds(name)))
    orders = [together.order(feed) for feed in given]
    assert [entry for order in orders[len(given) // 2 :] for entry in order.new.entries] == []
    for feed, order in zip(given, orders, strict=True):
        parts = press.spelled(pickle.loads(pickle.dumps(order.new)), lambda *_: None)
        assert files_of(feed, together.fill(order, parts)) == write_feed(feed)


def test_what_is_kept_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "KEPT_BYTES", 20_000)
    together = Press()
    whole = feed_of(*(replace(ARTICLE, title=f"Pier {number}") for number in range(30)))
    feeds_of_one = [replace(whole, entries=(entry,)) for entry in whole.entries]
    for feed in feeds_of_one:
        write_feed(feed, together)
    assert 0 < len(together._kept) < len(feeds_of_one)
    assert together._bytes <= press.KEPT_BYTES
    assert together.order(feeds_of_one[-1]).new.entries == ()
    assert together.order(feeds_of_one[0]).new.entries != ()


def test_an_entry_says_its_language_where_the_feed_has_another() -> None:
    together, danish = Press(), replace(ARTICLE, language="da")
    for language in ("en", "da", "en"):
        feed = replace(feed_of(ARTICLE, danish), language=language)
        assert write_feed(feed, together) == write_feed(feed)


def test_each_document_is_checked_and_each_entry_once() -> None:
    checked: list[tuple[bytes, str]] = []
    together = Press(lambda data, path: checked.append((data, path)))
    feed = feed_of(ARTICLE, replace(ARTICLE, title="Another pier"))
    for folder in ("", "topics/piers/"):
        write_feed(replace(feed, folder=folder), together)
    names = [known.file_name for known in FORMATS]
    assert [path for _, path in checked] == [*names, *(f"topics/piers/{name}" for name in names)]
    for entry in feed.entries:
        assert sum(entry.id.encode() in data for data, _ in checked) == len(FORMATS)


def test_what_the_check_refuses_is_not_written() -> None:
    def refuse(_data: bytes, path: str) -> None:
        raise FeedError(path)

    with pytest.raises(FeedError):
        write_feed(feed_of(ARTICLE), Press(refuse))


MARKUP = st.sampled_from(
    ["\n  <entry>", "  </entry>\n", "    </item>\n", "</feed>\n", "]}\n", ",\n"]
)


@given(st.lists(st.lists(st.one_of(MARKUP, st.text(max_size=9)), max_size=4), max_size=3))
def test_pieces_make_the_document_again_whatever_the_text(texts: list[list[str]]) -> None:
    said = [clean("".join(one)) for one in texts]
    articles = [replace(ARTICLE, title=one, html=f"<p>{one}</p>") for one in said]
    feed = feed_of(*articles)
    for known in FORMATS:
        document = known.write(feed, content.shown_entries(feed))
        parts = known.parts(document)
        assert len(parts.entries) == len(articles)
        assert b"".join((parts.head, known.between.join(parts.entries), parts.tail)) == document
        assert known.write(feed, ()) == parts.head + parts.tail
