"""The server on real sockets: what it gives, what it refuses, and how long it waits."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest

from feedsmith.replies import Asked, Shelf, find_reply
from feedsmith.serve import DEFAULT_LIMITS, FeedServer, Limits, make_server

PAGE = "eff14607-b3b1-5001-b56f-41babc666bba"  # of an archive
FEED = b"<feed>" + b"<entry>tide</entry>" * 200 + b"</feed>"
FILES = {
    "index.html": b"<!doctype html><title>All</title>" + b"<p>quay</p>" * 100,
    "atom.xml": FEED,
    "feed.xml": FEED,
    "rss.xml": b"<rss/>",
    "feed.json": b"{}",
    "feeds.opml": b"<opml/>",
    "topics/slow-food/index.html": b"<!doctype html><title>Slow food</title>",
    "topics/slow-food/atom.xml": b"<feed/>",
    f"atom-archive-{PAGE}.xml": b"<feed/>",
    f"topics/slow-food/rss-archive-{PAGE}.xml": b"<rss/>",
    "search/words.js": b"",
    "search/words.json": b"{}",
    "feed.css": b"",
    "media/1f2e.png": b"\x89PNG",
    "media/1f2e.jpg": b"\xff\xd8",
    "media/1f2e.webp": b"RIFF",
    "articles/50% off.html": b"<p>half</p>",
    "articles/bäcker.html": b"<p>bread</p>",
}
QUICK = Limits(idle_seconds=0.3, head_seconds=0.6, head_bytes=4096, connections=8)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    for name, data in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1_750_000_000, 1_750_000_000))
    return folder


def digests(root: Path, names: Mapping[str, bytes] = FILES) -> dict[str, str]:
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in names}


@contextmanager
def serving(
    root: Path,
    owned: Mapping[str, str],
    limits: Limits = DEFAULT_LIMITS,
    token: Callable[[], str] = str,
) -> Iterator[tuple[FeedServer, list[str]]]:
    log: list[str] = []
    shelf = Shelf(root, lambda: owned)
    server = make_server(shelf, ("127.0.0.1", 0), token=token, log=log.append, limits=limits)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server, log
    finally:
        server.stop()
        thread.join()
        server.end()


@pytest.fixture
def server(root: Path) -> Iterator[FeedServer]:
    with serving(root, digests(root)) as (running, _):
        yield running


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


def ask(server: FeedServer, target: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        return Answer(connection.getresponse())
    finally:
        connection.close()


def dial(server: FeedServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def say(server: FeedServer, request: bytes) -> bytes:
    """Send raw bytes and return everything until the server hangs up."""
    with dial(server) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65536), b""))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("target", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/topics/slow-food/", "text/html; charset=utf-8"),
        ("/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/feed.xml", "application/atom+xml; charset=utf-8"),
        ("/topics/slow-food/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
        (f"/atom-archive-{PAGE}.xml", "application/atom+xml; charset=utf-8"),
        (f"/topics/slow-food/rss-archive-{PAGE}.xml", "application/rss+xml; charset=utf-8"),
        ("/search/words.js", "text/javascript; charset=utf-8"),
        ("/search/words.json", "application/json; charset=utf-8"),
        ("/feed.css", "text/css; charset=utf-8"),
        ("/media/1f2e.png", "image/png"),
        ("/media/1f2e.jpg", "image/jpeg"),
        ("/media/1f2e.webp", "image/webp"),
    ],
)
def test_each_file_has_its_media_type(server: FeedServer, target: str, media_type: str) -> None:
    answer = ask(server, target)
    assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/atom.xml?from=reader#top", "atom.xml"),
        ("/%61tom.xml", "atom.xml"),
        ("/articles/50%25%20off.html", "articles/50% off.html"),
        ("/articles/b%C3%A4cker.html", "articles/bäcker.html"),
        ("http://127.0.0.1:8000/rss.xml", "rss.xml"),
    ],
)
def test_an_address_is_decoded_once(server: FeedServer, target: str, name: str) -> None:
    assert ask(server, target).body == FILES[name]


TRAVERSALS = [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/%252e%252e%252fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/topics/../../secret.txt",
    "/topics/..%2f..%2fsecret.txt",
    "/topics/slow-food/../../index.html",
    "/topics/../index.html",
    "/./index.html",
    "/topics/./slow-food/index.html",
    "/topics//slow-food/index.html",
    "//index.html",
    "//../secret.txt",
    "/%2findex.html",
    "/%00",
    "/index.html%00",
    "/index.html%00.png",
    "/secret.txt%00index.html",
    "/....//secret.txt",
    "/..;/secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/%c0%af..%c0%afsecret.txt",
    "/%u002e%u002e/secret.txt",
    "/%uff0e%uff0e/secret.txt",
    "/file:///etc/passwd",
    "file:///etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "///etc/passwd",
    "/~root/.profile",
    "/index.html/",
    "/index.html/..",
    "/INDEX.HTML",
    "/index.html.",
    "/index.html%20",
    "/%FF%FE",
    "/topics",
    "/topics/",
    "/topics/slow-food",
    "*",
    "index.html",
    "127.0.0.1:443",
]


@pytest.mark.parametrize("target", TRAVERSALS)
def test_no_address_leads_to_what_is_not_listed(
    root: Path, server: FeedServer, target: str
) -> None:
    (root.parent / "secret.txt").write_text("secret")
    answer = say(server, f"GET {target} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"secret" not in answer
    assert b"quay" not in answer


@pytest.mark.parametrize("name", ["notes.txt", ".htpasswd", ".git/config", "topics/index.html"])
def test_a_stray_file_in_the_out_folder_is_not_served(
    root: Path, server: FeedServer, name: str
) -> None:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("private")
    assert ask(server, f"/{name}").status == 404


def test_a_listed_name_that_is_no_file_of_ours_is_not_served(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("private")
    (root / "link.html").symlink_to(outside / "index.html")
    (root / "folder").symlink_to(outside)
    os.mkfifo(root / "pipe.html")
    names = ["link.html", "folder/index.html", "pipe.html", "topics", "gone.html", "/index.html"]
    names += ["../outside/index.html", "topics/../index.html", "a\0b", "index.html/x", "."]
    targets = ["/" + name.replace("\0", "%00") for name in names]
    with serving(root, dict.fromkeys(names, "0" * 64)) as (server, _):
        assert {target: ask(server, target).status for target in targets} == dict.fromkeys(
            targets, 404
        )


def test_a_root_reached_over_a_link_is_served(root: Path) -> None:
    link = root.parent / "www"
    link.symlink_to(root)
    with serving(link, digests(root)) as (server, _):
        assert ask(server, "/rss.xml").body == b"<rss/>"


def test_an_exchanged_folder_is_served_at_once(root: Path) -> None:
    owned = digests(root)
    with serving(root, owned) as (server, _):
        before = ask(server, "/rss.xml")
        root.rename(root.parent / "old")
        root.mkdir()
        (root / "rss.xml").write_bytes(b"<rss>new</rss>")
        owned["rss.xml"] = hashlib.sha256(b"<rss>new</rss>").hexdigest()
        after = ask(server, "/rss.xml", If_None_Match=before.headers["ETag"])
        assert (after.status, after.body) == (200, b"<rss>new</rss>")
        assert ask(server, "/atom.xml").status == 404


def test_head_gives_the_headers_of_get_without_the_body(server: FeedServer) -> None:
    got, head = ask(server, "/atom.xml"), ask(server, "/atom.xml", "HEAD")
    ignored = {"Date"}
    assert head.body == b""
    assert {k: v for k, v in head.headers.items() if k not in ignored} == {
        k: v for k, v in got.headers.items() if k not in ignored
    }
    assert head.headers["Content-Length"] == str(len(FEED))
    assert say(server, b"HEAD /none HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(server: FeedServer, method: str) -> None:
    answer = ask(server, "/atom.xml", method, Content_Length="0")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert FEED not in answer.body


def test_security_and_cache_headers(server: FeedServer) -> None:
    headers = ask(server, "/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "max-age=300"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; img-src http: https:; style-src 'self' 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "Server" not in headers
    missing = ask(server, "/%3Cscript%3E")
    assert missing.body == b"404 Not Found\n"
    assert (missing.headers["X-Content-Type-Options"], "Server" in missing.headers) == (
        "nosniff",
        False,
    )


def test_the_etag_is_strong_and_comes_from_the_manifest(server: FeedServer) -> None:
    etag = ask(server, "/atom.xml").headers["ETag"]
    assert etag == f'"{hashlib.sha256(FEED).hexdigest()[:32]}"'


@pytest.mark.parametrize(
    ("pattern", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ('"other", {}', 304),
        ('"a,b" , W/{} ,"c"', 304),
        ("*", 304),
        ('"other"', 200),
        ('W/"other"', 200),
        ("", 200),
        ("nonsense", 200),
    ],
)
def test_if_none_match(server: FeedServer, pattern: str, status: int) -> None:
    etag = ask(server, "/atom.xml").headers["ETag"]
    answer = ask(server, "/atom.xml", If_None_Match=pattern.format(etag))
    assert (answer.status, answer.body) == (status, b"" if status == 304 else FEED)
    assert answer.headers["ETag"] == etag
    assert "Content-Encoding" not in answer.headers


def test_if_none_match_may_come_in_two_lines(server: FeedServer) -> None:
    etag = ask(server, "/rss.xml").headers["ETag"].encode()
    request = (
        b'GET /rss.xml HTTP/1.1\r\nConnection: close\r\nIf-None-Match: "x"\r\nIf-None-Match: '
        + etag
    )
    assert say(server, request + b"\r\n\r\n").startswith(b"HTTP/1.1 304 ")


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Sun, 15 Jun 2025 15:06:40 GMT", 304),
        ("Sun, 15 Jun 2025 15:06:40 -0000", 304),
        ("Mon, 16 Jun 2025 00:00:00 GMT", 304),
        ("Sunday, 15-Jun-25 15:06:40 GMT", 304),
        ("Sun, 15 Jun 2025 15:06:39 GMT", 200),
        ("yesterday", 200),
        ("Sun, 99 Jun 2025 15:06:40 GMT", 200),
        ("", 200),
    ],
)
def test_if_modified_since(server: FeedServer, since: str, status: int) -> None:
    answer = ask(server, "/atom.xml", If_Modified_Since=since)
    assert answer.status == status
    assert answer.headers["Last-Modified"] == "Sun, 15 Jun 2025 15:06:40 GMT"


def test_if_none_match_outweighs_if_modified_since(server: FeedServer) -> None:
    modified = parsedate_to_datetime(ask(server, "/atom.xml").headers["Last-Modified"])
    answer = ask(
        server,
        "/atom.xml",
        If_None_Match='"older"',
        If_Modified_Since=format_datetime(modified, usegmt=True),
    )
    assert answer.status == 200


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("gzip ; q=0.2 , identity;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("gzip;q=x", False),
        ("identity;q=1, gzip;q=0.5", False),
        ("br", False),
        ("", False),
    ],
)
def test_gzip_only_when_accepted(server: FeedServer, accepted: str, zipped: bool) -> None:  # noqa: FBT001 (a column)
    answer = ask(server, "/atom.xml", Accept_Encoding=accepted)
    assert (answer.headers["Content-Encoding"] == "gzip") is zipped
    assert (gzip.decompress(answer.body) if zipped else answer.body) == FEED
    assert answer.headers["Vary"] == "Accept-Encoding, Accept"
    assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_the_gzipped_form_has_an_etag_of_its_own(server: FeedServer) -> None:
    plain = ask(server, "/atom.xml").headers["ETag"]
    zipped = ask(server, "/atom.xml", Accept_Encoding="gzip").headers["ETag"]
    assert plain != zipped
    assert ask(server, "/atom.xml", Accept_Encoding="gzip", If_None_Match=zipped).status == 304
    assert ask(server, "/atom.xml", If_None_Match=zipped).status == 200


def test_a_small_file_is_not_zipped(server: FeedServer) -> None:
    assert "Content-Encoding" not in ask(server, "/rss.xml", Accept_Encoding="gzip").headers


def test_fifty_clients_at_once_get_whole_answers(server: FeedServer) -> None:
    def fetch(number: int) -> bytes:
        coding = "gzip" if number % 2 else "identity"
        answer = ask(server, "/atom.xml", Accept_Encoding=coding)
        return gzip.decompress(answer.body) if number % 2 else answer.body

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(fetch, range(200))) == {FEED}


def test_one_connection_carries_many_requests(server: FeedServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for target in ("/atom.xml", "/none", "/rss.xml"):
        connection.request("GET", target)
        response = connection.getresponse()
        body = response.read()
        if target == "/none":
            assert response.headers["Connection"] is None
        else:
            assert body == FILES[target[1:]]
    connection.close()


def test_requests_sent_in_one_go_are_answered_in_order(server: FeedServer) -> None:
    answer = say(
        server, b"GET /rss.xml HTTP/1.1\r\n\r\nGET /feed.json HTTP/1.1\r\nConnection: close\r\n\r\n"
    )
    assert answer.index(b"<rss/>") < answer.index(b"{}")


def test_what_follows_a_request_with_a_body_is_no_request(server: FeedServer) -> None:
    body = b"GET /rss.xml HTTP/1.1\r\n\r\n"
    head = b"GET /feed.json HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = say(server, head + body)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert b"Connection: close" in answer


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/one\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, b"431"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nX : a\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: x\r\n\r\n", b"501"),
    ],
)
def test_broken_requests_are_refused_briefly(
    server: FeedServer, request_bytes: bytes, status: bytes
) -> None:
    answer = say(server, request_bytes)
    assert answer.split(b"\r\n", 1)[0].split()[1] == status
    assert b"Traceback" not in answer
    assert len(answer) < 700


def test_a_silent_client_is_dropped(root: Path) -> None:
    with serving(root, digests(root), QUICK) as (server, log), dial(server) as client:
        start = time.monotonic()
        assert client.recv(100) == b""
        assert 0.2 < time.monotonic() - start < 50
        assert log == []


def test_a_client_that_drips_is_dropped_although_it_is_never_silent(root: Path) -> None:
    with serving(root, digests(root), QUICK) as (server, log), dial(server) as client:
        start = time.monotonic()
        with suppress(ConnectionError):  # the server hangs up while we still send
            while time.monotonic() - start < 60:
                client.sendall(b"x")
                time.sleep(0.05)
        assert 0.4 < time.monotonic() - start < 50
        assert any("dropped" in line for line in log)


def test_a_client_that_never_reads_is_dropped(root: Path) -> None:
    (root / "atom.xml").write_bytes(b"x" * 20_000_000)
    with serving(root, digests(root), QUICK) as (server, log), dial(server) as client:
        client.sendall(b"GET /atom.xml HTTP/1.1\r\n\r\n")
        wait_for(lambda: any("dropped" in line for line in log))


def test_above_the_limit_of_connections_a_client_waits_for_a_place(root: Path) -> None:
    limits = Limits(idle_seconds=2, connections=2)
    start = time.monotonic()
    with serving(root, digests(root), limits) as (server, _), dial(server), dial(server):
        wait_for(lambda: len(server.active_channels) == 2)
        assert say(server, b"GET /rss.xml HTTP/1.0\r\n\r\n").endswith(b"<rss/>")
        assert time.monotonic() - start > 1.9


def test_a_client_that_reads_too_slowly_is_dropped(root: Path) -> None:
    (root / "atom.xml").write_bytes(b"x" * 20_000_000)
    limits = Limits(reply_seconds=1)
    with serving(root, digests(root), limits) as (server, log), dial(server) as client:
        client.sendall(b"GET /atom.xml HTTP/1.1\r\n\r\n")
        with suppress(ConnectionError):
            while client.recv(2000) and not log[1:]:
                time.sleep(0.01)
        wait_for(lambda: any("too slowly" in line for line in log))


STEP = "quay-42"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"/{STEP}/", 200),
        (f"/{STEP}/atom.xml", 200),
        (f"/{STEP}/topics/slow-food/", 200),
        (f"/{STEP}/../{STEP}/atom.xml", 404),
        (f"/{STEP}", 404),
        (f"/{STEP}x/atom.xml", 404),
        (f"/{STEP[:-1]}/atom.xml", 404),
        ("/", 404),
        ("/atom.xml", 404),
        ("//atom.xml", 404),
        ("/index.html", 404),
        ("/%C3%A4/atom.xml", 404),
    ],
)
def test_with_a_token_only_what_is_below_it_is_there(root: Path, target: str, status: int) -> None:
    with serving(root, digests(root), token=lambda: STEP) as (server, _):
        answer = ask(server, target)
        assert answer.status == status
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        if status == 200:
            assert answer.headers["Cache-Control"] == "private, max-age=300"


def test_a_renewed_token_holds_from_the_next_request_on(root: Path) -> None:
    tokens = ["old"]
    with serving(root, digests(root), token=lambda: tokens[0]) as (server, _):
        assert ask(server, "/old/rss.xml").status == 200
        tokens[0] = "new"
        assert ask(server, "/old/rss.xml").status == 404
        assert ask(server, "/new/rss.xml").status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("8.8.8.8", 200),
        ("localhost:8000", 200),
        ("nas", 200),
        ("nas.local:80", 200),
        ("", 200),
        ("feeds.example.org", 200),
        ("evil.example.net", 421),
        ("127.0.0.1.evil.example.net", 421),
        ("[nonsense", 421),
    ],
)
def test_a_page_elsewhere_cannot_read_it_under_its_own_name(
    root: Path, host: str, status: int
) -> None:
    shelf = Shelf(root, lambda: digests(root), "https://feeds.example.org/x/")
    for asked, wanted in (
        (Asked("/rss.xml", host=host), status),
        (Asked(f"/{STEP}/rss.xml", token=STEP, host=host), 200),
    ):
        reply = find_reply(shelf, asked)
        reply.body.close()
        assert reply.status == wanted


def test_the_host_is_taken_from_the_request(server: FeedServer) -> None:
    request = b"GET /rss.xml HTTP/1.1\r\nHost: evil.example.net\r\nConnection: close\r\n\r\n"
    assert say(server, request).startswith(b"HTTP/1.1 421 ")


def test_a_page_is_sent_with_the_policy_that_it_states(root: Path) -> None:
    page = '<meta http-equiv="Content-Security-Policy" content="script-src &#39;sha256-x&#39;">'
    (root / "index.html").write_text(page)
    with serving(root, digests(root)) as (server, _):
        answer = ask(server, "/")
        assert answer.headers["Content-Security-Policy"] == "script-src 'sha256-x'"
        assert answer.body == page.encode()


def test_two_hundred_clients_at_once_are_answered_in_time(root: Path) -> None:
    words = b"".join(b"<p>%d</p>" % (number * 7919) for number in range(100_000))
    (root / "atom.xml").write_bytes(words)
    with serving(root, digests(root)) as (server, log):

        def fetch(_: int) -> float:
            start = time.monotonic()
            assert gzip.decompress(ask(server, "/atom.xml", Accept_Encoding="gzip").body) == words
            return time.monotonic() - start

        with ThreadPoolExecutor(200) as pool:
            seconds = sorted(pool.map(fetch, range(600)))
        assert not any("dropped" in line for line in log)
        assert seconds[int(len(seconds) * 0.95)] < 50  # a second on a machine that is not loaded


def test_a_client_that_hangs_up_leaves_no_traceback(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "atom.xml").write_bytes(b"x" * 20_000_000)
    with serving(root, digests(root)) as (server, _):
        client = dial(server)
        client.sendall(b"GET /atom.xml HTTP/1.1\r\n\r\n")
        client.recv(10)
        client.close()
        wait_for(lambda: not server.active_channels)
    assert capsys.readouterr() == ("", "")


def test_the_log_shows_control_characters_escaped(root: Path) -> None:
    with serving(root, digests(root)) as (server, log):
        say(server, b"GET /\x1b[31m HTTP/1.0\r\n\r\n")
    assert all(line.isprintable() for line in log)
    assert any("404" in line for line in log)


def test_a_fault_of_ours_keeps_its_traceback(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> dict[str, str]:
        raise LookupError("no manifest")

    server = make_server(Shelf(root, broken), ("127.0.0.1", 0))
    thread = threading.Thread(target=server.serve)
    thread.start()
    answer = say(server, b"GET / HTTP/1.0\r\n\r\n")
    server.stop()
    thread.join()
    server.end()
    assert answer.startswith(b"HTTP/1.0 500 ")
    assert b"manifest" not in answer
    assert "LookupError: no manifest" in caplog.text


def test_ipv6_where_the_machine_has_it(root: Path) -> None:
    try:
        server = make_server(Shelf(root, dict), ("::1", 0))
    except OSError:
        pytest.skip("no IPv6 loopback")
    server.end()
    assert (server.host, server.port > 0) == ("::1", True)


def test_a_browser_gets_a_feed_under_a_type_that_it_shows_in_style(server: FeedServer) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    browser, reader = (ask(server, "/atom.xml", Accept=kind) for kind in (accept, "*/*"))
    assert browser.headers["Content-Type"] == "application/xml"
    assert reader.headers["Content-Type"].startswith("application/atom+xml")
    assert browser.body == reader.body
    assert "Accept" in browser.headers["Vary"].split(", ")
    assert "Accept" in reader.headers["Vary"].split(", ")
