"""Odd files: some mutants of the fixtures, always the same ones, and hard ones made on purpose."""

from __future__ import annotations

import io
import zipfile
from base64 import urlsafe_b64encode

import fuzzing
import pytest

MUTANTS = 250
PROSE = "The ferry from Hallow was late again on Monday, the harbour office said. " * 5
MAIL = "From: a@mail.example\nSubject: Late\nDate: Mon, 2 Sep 2024 10:00:00 +0000\n"
FEED = '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{"id": "1", "a": '


def zip_bomb() -> bytes:
    """Return an archive of 60 kB that unpacks to 60 MB of one page."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", f"<p>{PROSE}" + "0" * 60_000_000)
    return stream.getvalue()


def nameless() -> bytes:
    """Return an archive in which the name of a file begins with a NUL, which ends it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("odd.txt", PROSE)
    return stream.getvalue().replace(b"odd.txt", b"\0dd.txt")


ODD_LINK = urlsafe_b64encode(b'{"href":"https://harbour\x1bpost.example/p"}').decode().rstrip("=")
HARD = {
    "blanks in a Markdown title": ("a.md", f"# a{' ' * 200_000}b\n\n{PROSE}".encode()),
    "hashes in a Markdown title": ("a.md", f"# a{'# ' * 100_000}b\n\n{PROSE}".encode()),
    "mail in mail": (
        "a.eml", (f"{MAIL}Content-Type: message/rfc822\n\n" * 1000 + MAIL + PROSE).encode(),
    ),
    "parts in parts": (
        "a.eml",
        "".join(
            f"{MAIL if not n else f'--{n - 1}'}\nContent-Type: multipart/mixed; boundary={n}\n\n"
            for n in range(1000)
        ).encode(),
    ),
    "lists in lists": ("a.json", (FEED + "[" * 100_000).encode()),
    "objects in objects": ("a.json", (FEED + '{"a":' * 100_000).encode()),
    "elements in elements": ("a.xml", b"<?xml version='1.0'?>" + b"<rss>" * 100_000),
    "quotes in quotes": ("a.md", f"# Late\n\n{'> ' * 50_000}{PROSE}".encode()),
    "references in sequence": ("a.html", f"<h1>Late</h1><p>{PROSE}{'&amp;' * 300_000}".encode()),
    "anchors in front matter": (
        "a.md",
        (
            "---\na0: &a0 [x, x]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
            + f"---\n# Late\n\n{PROSE}"
        ).encode(),
    ),
    "an archive that is a bomb": ("a.zip", zip_bomb()),
    "an archive with a nameless file": ("a.zip", nameless()),
    "a charset with a NUL": (
        "a.eml",
        MAIL.encode() + b'Content-Type: text/plain; charset="a\0b"\n\n' + PROSE.encode() + b"\xff",
    ),
    "a link that leads to control characters": (
        "a.eml",
        f"{MAIL}Content-Type: text/html\n\n<p>{PROSE}<a href='https://post.mail.example/e/c/{ODD_LINK}"
        f"/abc'>Read on</a></p>{PROSE}".encode(),
    ),
    "a prefix that nobody declared": (
        "a.xml",
        "<?xml version='1.0'?><rss version='2.0'><channel><title>x</title><item><title>Late</title>"
        f"<link>https://harbourpost.example/1</link><description><p>{PROSE}</p><media:thumbnail/>"
        "</description></item></channel></rss>".encode(),
    ),
}  # fmt: skip


def test_mutants_of_the_fixtures_show_no_bug() -> None:
    assert list(fuzzing.failures(2024, count=MUTANTS)) == []


def test_what_fuzzing_found_worth_keeping_shows_no_bug() -> None:
    assert {wrong for case in fuzzing.kept() if (wrong := fuzzing.problem(case))} == set()


@pytest.mark.parametrize("case", HARD.values(), ids=HARD.keys())
def test_hard_files_are_no_bug_and_take_little_time(case: fuzzing.Case) -> None:
    assert fuzzing.problem(case) == ""
