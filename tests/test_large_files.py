"""A large file of one odd thing: one clear line, or the article, for little memory and time.

What each takes is held by a limit of its process; what it would take without its rule stands
beside it. Time is held where a rule is for time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from conftest import ROOT, Program, dump
from pace import is_straight, is_within
from sources import source
from test_long_input import MOST, PROSE, page

from feedsmith import parser, readers, reading
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document, Hints
from feedsmith.parser import limits
from feedsmith.readers import enex, fields, table
from feedsmith.readers.notes import heads, render
from feedsmith.readers.notes.restructured import to_markdown

MB = 1_000_000
MOST_MEMORY = 600 * MB  # of addresses, which are more than what is in use
CODE = """
import json, resource, sys
from datetime import UTC, datetime
from io import BytesIO
from feedsmith import reading, readers
from feedsmith.config import Config
from feedsmith.model import Source
data = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), -1))
source = Source("odd", "odd", datetime(2024, 9, 2, tzinfo=UTC), len(data), lambda: BytesIO(data))
found = reading.outcome(source, Config(), reading.catalog(Config()))
print(json.dumps([len(found.articles), [one.message for one in found.failures]]))
"""
SAVED = (
    "From: <Saved by Blink>\nSnapshot-Content-Location: https://harbourpost.example/tide\n"
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\nX-Way: b\n"
)
TEXT = "has {} bytes of text, an article at most 7000000; split it"


def filled(start: str, piece: str, end: str = "", size: int = 20 * MB) -> bytes:
    return f"{start}{piece * (size // len(piece.encode()))}{end}".encode()


def script(piece: str) -> bytes:
    start, end = page('<script type="application/ld+json">|</script>').split("|")
    head = '{"@type": "NewsArticle", "headline": "A quiet title", "articleBody": "'
    return filled(start + head, piece, f'"}}{end}')


def inside(piece: str, frame: str = "<p>|</p>") -> bytes:
    start, end = page(frame).split("|")
    return filled(start, piece, end)


def fed(piece: str) -> bytes:
    item = f"<item><title>A quiet title</title><description>{PROSE} "
    return filled(
        f'<rss version="2.0"><channel>{item}', piece, "</description></item></channel></rss>"
    )


# Each with the megabytes that twice as much of it took once, and what is said of it; "" where it is
# an article.
LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "words (1,100)": (lambda: inside("港の船は。"), TEXT),
    "a body in JSON-LD (1,550)": (lambda: script("The ferry was late again. "), ""),
    "numbers of no characters (1,890)": (lambda: fed("&#11;"), ""),
    "colours of a terminal (1,060)": (lambda: filled("A quiet title\n\n", "\x1b[0m", PROSE), TEXT),
    "one line in Latin-1 (1,890)": (
        lambda: b"A quiet title\n\n" + b"\xe9a " * (20 * MB // 3),
        TEXT,
    ),
    "one class of many words (1,150)": (lambda: inside("x y", '<p class="|"></p>'), ""),
    "a folded field of a page's message (1,430)": (
        lambda: filled(SAVED, " c\n"),
        "has {} lines, a letter at most 2000000; split it",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "said"), LARGE.values(), ids=LARGE)
def test_a_large_file_takes_less_than_a_gigabyte(data: Callable[[], bytes], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(MOST_MEMORY)],
        input=data(), capture_output=True, check=False, env={"PYTHONPATH": str(ROOT)}, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    articles, messages = json.loads(done.stdout)
    start, _, end = said.partition("{}")
    assert articles == (not said)
    assert all(one.startswith(start) and one.endswith(end) for one in messages)
    assert len(messages) == bool(said)


def _names(count: int) -> str:
    return " ".join([f"a{number}" for number in range(count)])


# Each with the seconds that it took once.
SLOW = {
    "attributes of one element (60 and more)": (
        page(f"<p {_names(300_000)}>a</p>"),
        "has 300001 attributes in one element, an article at most 100000; split it",
    ),
    "references (30)": (
        page(f"<p>{'&amp;' * 6 * MB}</p>"),
        "has 6000000 references, an article at most 1000000; split it",
    ),
    "items of a list (19)": (
        page("<ul>" + "<li>word " * 280_000),
        "has 280003 blocks, an article at most 60000; split it",
    ),
}


@pytest.mark.parametrize(("html", "said"), SLOW.values(), ids=SLOW)
def test_what_would_take_long_is_refused_before_it_does(html: str, said: str) -> None:
    messages: list[str] = []
    where = source(html.encode())

    def read() -> None:
        found = reading.outcome(where, Config(), reading.catalog(Config()))
        messages.extend(one.message for one in found.failures)

    assert is_within(MOST, read)
    assert set(messages) == {said}


LETTER = (
    "From: Ada Quill <ada@post.example>\nSubject: The tide\nDate: Mon, 2 Sep 2024 10:00:00 +0000\n"
)
WAYS = "X-Way: b\n" * 2000
MIXED = 'Content-Type: multipart/mixed; boundary="{}"\n\n--{}\n'
PLIST = '<?xml version="1.0"?><plist version="1.0"><dict><key>WebMainResource</key>'
ODD = {
    "elements of a feed": (
        f"<rss><channel>{'<a/>' * 1_600_000}",
        "has 1600002 tags, more than 1000000; split it",
    ),
    "folders of bookmarks": (
        f"<!DOCTYPE NETSCAPE-Bookmark-file-1>{'<DL><DT><H3>a</H3>' * 300_000}",
        "has 1200001 tags, more than 1000000; split it",
    ),
    "elements of a web archive": (
        f"{PLIST}{'<dict>' * 1_100_000}",
        "has 1100005 tags, more than 1000000; split it",
    ),
    "fields of a letter": (
        f"{LETTER}{WAYS}\n{PROSE}",
        "has 1001 fields, a letter at most 1000; split it",
    ),
    "parameters of a field": (
        f"{LETTER}Content-Type: text/plain;{' a=b;' * 10_000}\n\n{PROSE}",
        "has 50011 characters in its Content-Type, a letter at most 20000; split it",
    ),
    "parts of a letter": (
        LETTER + MIXED.format("x", "x") + "\n\n\n--x\n" * 25_000,
        "has 20001 parts, a letter at most 20000; split it",
    ),
    "parts inside parts of a page": (
        SAVED + "\n--x\n" + "".join(MIXED.format(number, number) for number in range(5000)),
        "parts of the message are nested too deep",
    ),
    "text of a letter": (
        f"{LETTER}\n{PROSE * 20_000}",
        "has 7300000 characters of text, a letter at most 7000000; split it",
    ),
    "lines of a letter": (
        LETTER + "\n" * 400_000,
        "has 399999 lines of text, a letter at most 300000; split it",
    ),
}


@pytest.mark.parametrize(("content", "said"), ODD.values(), ids=ODD)
def test_messages_and_feeds_that_take_long_are_refused_before_they_do(
    content: str, said: str
) -> None:
    with pytest.raises(DamagedSourceError) as refused:
        list(readers.read(source(content.encode())))
    assert str(refused.value) == said


def test_an_odd_letter_of_a_mail_box_is_named_and_the_next_is_read() -> None:
    postmark = "From ada@post.example Mon Sep  2 10:00:00 2024\n"
    letters = (LETTER + WAYS, LETTER, f"{LETTER}\n{PROSE * 20_000}", LETTER)
    box = "".join(f"{postmark}{letter}\n{PROSE}\n\n" for letter in letters)
    found = list(readers.read(source(box.encode())))
    assert [type(one).__name__ for one in found] == ["Failure", "Document", "Failure", "Document"]


def test_sections_of_a_post_take_linear_time() -> None:
    assert is_straight(lambda count: to_markdown("a\n===\n\n" * count), 1000, 16_000)


def test_a_cell_of_very_many_tags_gives_the_first_ones() -> None:
    assert len(fields.tags(",".join(map(str, range(100_000))))) == 1000


def test_a_head_of_very_deep_names_is_no_head() -> None:
    head = f"+++\n{'a.' * 100_000}b = 1\n+++\n"
    assert heads.split(head).form == ""


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("- a\n" * 100_000, "has 100000 lines, more than 50000; split it"),  # 4 s, of 2 MB 22
        ("![" * 40_000, "has 80000 of the signs .* more than 60000; split it"),  # 11 s, 270
        ("a" * 2_000_001, "has 2000001 characters, more than 2000000; split it"),
    ],
    ids=["lines", "signs", "characters"],
)
def test_notes_that_take_long_are_refused_before_they_do(note: str, said: str) -> None:
    with pytest.raises(DamagedSourceError, match=said):
        render.to_html(note, breaks=False)


def test_what_a_page_says_of_itself_is_cut_and_the_page_is_read() -> None:
    metas = '<meta name="author" content="Ann Bee">' * 50_000
    words = "word " * 10_000
    html = (
        f"<html><head><title>{words}</title>{metas}"
        f'<meta name="keywords" content="{words}"></head><body><p>{PROSE}</p><p>{PROSE}</p></body>'
    )
    (article,) = reading.outcome(
        source(html.encode()), Config(), reading.catalog(Config())
    ).articles
    assert len(article.title) <= limits.MAX_FIELD_CHARS
    assert article.authors == ("Ann Bee",)
    assert all(len(tag) <= limits.MAX_FIELD_CHARS for tag in article.tags)


def test_an_article_that_no_feed_reader_takes_does_not_stop_the_others(program: Program) -> None:
    program.write("saved/ferry.txt", dump("Ferry returns"))
    address = f"https://harbourpost.example/{'x' * 3900}"
    links = f'<p>{PROSE}<a href="{address}">{PROSE}</a></p>' * 2500
    program.write("saved/long.html", page(links))
    done = program("build", "saved")
    assert done.returncode == 1
    assert "bytes of HTML, an article at most 9000000; split it" in done.stderr
    assert list(program.entries()) == ["Ferry returns"]


def test_a_headline_of_megabytes_is_cut_before_anything_is_done_with_it() -> None:
    document = Document("text", PROSE, hints=Hints(title="tide " * MB, published="2024" * MB))
    hints = limits.admitted(document).hints
    assert len(hints.title or "") == len(hints.published or "") == limits.MAX_FIELD_CHARS
    article = parser.parse(document, Config()).article
    assert article.title.startswith("tide tide")


def test_a_table_of_very_many_rows_gives_the_first_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_ROWS", 3)
    data = "url,title\n" + "".join(f"https://quay.example/{n},Tide {n}\n" for n in range(9))
    found = readers.read(source(data.encode()))
    assert [type(next(found)).__name__ for _ in range(4)] == ["Link"] * 4
    with pytest.raises(DamagedSourceError, match="has 4 rows, more than 3; split it"):
        next(found)


def notes(*inner: str) -> bytes:
    return f"<en-export>{''.join(f'<note>{one}</note>' for one in inner)}</en-export>".encode()


def test_a_notebook_of_very_many_notes_gives_the_first_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enex, "_NOTES", 3)
    found = readers.read(source(notes(*[""] * 9)))
    assert [type(next(found)).__name__ for _ in range(3)] == ["Failure"] * 3
    with pytest.raises(DamagedSourceError, match="has 4 notes, more than 3; split it"):
        next(found)


def test_the_pictures_of_a_note_take_linear_time() -> None:
    def read(count: int) -> None:
        pictures = [
            f"<resource><data>{number:08}</data><mime>image/png</mime></resource>"
            for number in range(count)
        ]
        list(readers.read(source(notes("".join(pictures)))))

    assert is_straight(read, 1000, 16_000)
