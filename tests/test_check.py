"""Each fault that is put into a sound feed is named, and a sound feed passes."""

import json

import pytest
from golden import render

from feedsmith.check import MAX_BYTES, check_agreement, check_feed, check_well_formed

FILES = render("harbour")
ATOM, RSS, JSON, OPML = (FILES[n] for n in ("atom.xml", "rss.xml", "feed.json", "feeds.opml"))
ID = b"urn:uuid:9537a22e-8adb-5dc8-8247-e254f1a629c6"
OTHER_ID = b"urn:uuid:a4fcfd67-ef9e-5307-beb1-96fbb82d7805"

# (file, what is replaced, by what, words of the message)
FAULTS = [
    (ATOM, b"</feed>", b"", "not well-formed"),
    (ATOM, b"Ilse", b"\x01", "not well-formed"),
    (ATOM, b"http://www.w3.org/2005/Atom", b"urn:other", "neither Atom, RSS nor OPML"),
    (ATOM, b"<title>Marram shelf &amp; &lt;notes&gt;</title>", b"", "title is missing"),
    (ATOM, b'rel="self"', b'rel="me"', "self link '' is not absolute"),
    (ATOM, b"https://shelf.example.org/feeds/atom.xml", b"atom.xml", "self link 'atom.xml'"),
    (ATOM, b'"https://shelf.example.org/feeds/"', b'"/feeds/"', "page address '/feeds/'"),
    (ATOM, ID, b"ferry", "id 'ferry' is no absolute IRI"),
    (ATOM, ID, b"http://localhost/ferry", "depends on this machine"),
    (ATOM, ID, b"file:///home/x/ferry.html", "depends on this machine"),
    (ATOM, ID, OTHER_ID, "stands 2 times"),
    (
        ATOM,
        b"<published>2024-09-02T16:25:00+00:00",
        b"<published>2024-09-02",
        "no date with a zone",
    ),
    (ATOM, b"<published>2024-09-02T16:25:00+00:00", b"<published>2024-09-02T16:25:00", "no date"),
    (ATOM, b"<published>2024-09-02T16:25:00+00:00", b"<published>2024-13-02T16:25:00Z", "no date"),
    (ATOM, b"<published>2024-09-02", b"<published>2024-09-04", "updated before it was published"),
    (ATOM, b"<published>2024-08-30", b"<published>2024-08-20", "newer than the entry before it"),
    (ATOM, b"<updated>2024-09-03", b"<updated>2024-01-01", "updated before its newest entry"),
    (ATOM, b"<title>The mark ]]&gt; in a headline</title>", b"<title> </title>", "title is empty"),
    (ATOM, b'<content type="html">', b"<content>", "markup in content of type text"),
    (ATOM, b"&lt;figure&gt;", b"&lt;script&gt;1&lt;/script&gt;&lt;figure&gt;", "<script> in the"),
    (ATOM, b"&lt;figure&gt;", b"&lt;div&gt;" * 300 + b"&lt;figure&gt;", "nested too deep"),
    (ATOM, b"&lt;figure&gt;", b'&lt;figure onclick="x()"&gt;', "onclick= in the content is active"),
    (ATOM, b'href="https://harbourpost.example/low', b'href="java&#10;script:x', "is active"),
    (ATOM, b'href="https://harbourpost.example/low', b'href="data:text/html,x', "is active"),
    (ATOM, b'src="https://harbourpost.example/', b'src="/', "is relative"),
    (ATOM, b'"https://www.harbourpost.example/2024/ferry', b'"/2024/ferry', "link '/2024/ferry"),
    (RSS, b"<channel>", b"<chanel>", "not well-formed"),
    (RSS, b"<link>https://shelf.example.org/feeds/</link>", b"", "link is missing"),
    (
        RSS,
        b"<link>https://shelf.example.org/feeds/</link>",
        b"<link>https://shelf.example.org/feeds/rss.xml</link>",
        "the page address is the feed itself",
    ),
    (RSS, b"Mon, 02 Sep 2024 16:25:00 +0000", b"lundi 2 septembre", "no date with a zone"),
    (RSS, b"Mon, 02 Sep 2024 16:25:00 +0000", b"Mon, 02 Sep 2024 16:25:00", "no date with a zone"),
    (RSS, b"Tue, 03 Sep 2024 08:00:00 +0000", b"yesterday", "feed: 'yesterday' is no date"),
    (RSS, b'<guid isPermaLink="false">' + ID + b"</guid>", b"", "id '' is no absolute IRI"),
    (JSON, b'"items"', b"items", "not JSON"),
    (JSON, b"https://jsonfeed.org/version/1.1", b"2", "no JSON Feed"),
    (JSON, b'"content_html"', b'"content"', "no content"),
    (JSON, b'"content_html"', b'"content_text"', "markup in content of type text"),
    (JSON, b'"https://shelf.example.org/feeds/feed.json"', b"7", "self link ''"),
    (OPML, b'version="2.0"', b"", "version is not 2.0"),
    (OPML, b'type="rss"', b'type="atom"', 'does not say type="rss"'),
    (OPML, b'text="Ferries" ', b"", "an outline without text"),
    (OPML, b"https://shelf.example.org/feeds/topics/coast/atom", b"topics/atom", "not absolute"),
    (OPML, b"topics/coast/atom.xml", b"topics/ferries/atom.xml", "subscribed to 2 times"),
    (OPML, b"xmlUrl", b"url", "no subscription"),
]


@pytest.mark.parametrize(("data", "old", "new", "message"), FAULTS)
def test_a_fault_is_named(data: bytes, old: bytes, new: bytes, message: str) -> None:
    assert old in data
    problems = check_feed(data.replace(old, new), "a-file")
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("a-file: ") and "\n" not in problem for problem in problems)


@pytest.mark.parametrize("data", [ATOM, RSS, JSON, OPML])
def test_a_sound_feed_has_no_problem(data: bytes) -> None:
    assert check_feed(data, "feed") == ()


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b"[" * 100_000, b"\xff\xfe", b"<rss/>", b"{1"]
)
def test_rubbish_is_a_problem_not_an_exception(data: bytes) -> None:
    assert len(check_feed(data, "feed")) == 1
    assert check_agreement({"a": data, "atom.xml": ATOM}) == ()


def test_a_feed_that_readers_refuse_for_its_size_is_a_problem() -> None:
    big = ATOM.replace(b"</feed>", b" " * MAX_BYTES + b"</feed>")
    assert [p for p in check_feed(big, "atom.xml") if "more than readers take" in p]


def test_an_entity_is_never_expanded() -> None:
    bomb = ATOM.replace(
        b"<feed", b'<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]><feed'
    )
    bomb = bomb.replace(b"<summary>A winter", b"<summary>&x;A winter")
    assert check_feed(bomb, "atom.xml") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"title": "The mark', '"title": "A mark', "another title than in atom.xml"),
        ("migdalor.example/a/1", "migdalor.example/a/2", "another link than in atom.xml"),
        ('d": "2024-08-30T04', 'd": "2024-08-30T03', "another published than in atom.xml"),
        ("Nobody minds.<", "Somebody minds.<", "another content than in atom.xml"),
        (OTHER_ID.decode(), "urn:x:1", "other entries, or another order, than in atom.xml"),
    ],
)
def test_formats_that_differ_are_named(old: str, new: str, message: str) -> None:
    changed = JSON.decode()
    assert old in changed
    problems = check_agreement({"atom.xml": ATOM, "feed.json": changed.replace(old, new).encode()})
    assert problems
    assert all(p.startswith("feed.json: ") for p in problems)
    assert message in problems[0]


def test_formats_that_agree_and_other_files_are_passed() -> None:
    files = {path: data for path, data in FILES.items() if "/" not in path}
    assert check_agreement(files) == ()


@pytest.mark.parametrize(
    "body", ["<!-- -->", "<?xml version='1.0' encoding='latin-1'?>", "</div>x", "<!", "\\ud800"]
)
def test_odd_content_is_read_without_an_exception(body: str) -> None:
    odd = JSON.decode().replace("<p>המגדלור נצבע בלבן.</p>", body)
    assert odd != JSON.decode()
    assert check_feed(odd.encode(), "feed.json") == ()


def test_an_atom_entry_may_have_a_summary_alone() -> None:
    start, end = ATOM.index(b"<content"), ATOM.index(b"</content>") + len(b"</content>")
    assert check_feed(ATOM[:start] + ATOM[end:], "atom.xml") == ()


def test_well_formed_asks_only_whether_a_file_can_be_read() -> None:
    feeds = {path: data for path, data in FILES.items() if not path.endswith(".js")}
    assert [path for path, data in feeds.items() if check_well_formed(data, path)] == []
    assert check_well_formed(ATOM.replace(ID, b"ferry"), "atom.xml") == ()
    (problem,) = check_well_formed(ATOM[:-9], "atom.xml")
    assert problem.startswith("not well-formed: ")
    (problem,) = check_well_formed(JSON[:-9], "feed.json")
    assert problem.startswith("not JSON: ")


def test_a_shorter_feed_is_a_difference() -> None:
    fewer = json.loads(JSON)
    fewer["items"].pop()
    problems = check_agreement({"atom.xml": ATOM, "feed.json": json.dumps(fewer).encode()})
    assert problems == (
        "feed.json: feed: other entries, or another order, than in atom.xml; build the feeds again",
    )
