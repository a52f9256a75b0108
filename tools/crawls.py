"""Makes crawls of made-up articles, to measure builds of many: WARC.gz files in a folder.

    python tools/crawls.py FOLDER --articles 200000 --per-file 20000

Same arguments, same bytes. A page has some 3 KB, a headline, a day of the last ten years, and words
of one topic in five sentences.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

PLACES = ("Port Ellery", "Low Marsh", "Saint Orra", "Kelder Bay", "Northwold", "Ashgrove", "Tamsin")
THINGS = {
    "ferry": "harbour quay pilot tide mooring",
    "parliament": "minister vote coalition bill election",
    "museum": "painting exhibition curator gallery sculpture",
    "vaccine": "hospital nurse clinic dose patients",
    "football club": "league goal coach season stadium",
    "glacier": "climate ice emissions warming carbon",
    "software": "computer code chip network startup",
    "bank": "inflation shares market bonds economy",
}


def page(number: int) -> str:
    """Return the HTML of one article."""
    place = PLACES[number % len(PLACES)]
    thing = list(THINGS)[number // 7 % len(THINGS)]
    words = THINGS[thing].split()
    title = f"{place} asks about its {thing} for the time of {number}"
    body = "".join(
        f"<p>The {thing} of {place} was counted {number + line} times before anybody asked whether "
        f"the {words[line % 5]} and the {words[(line + number) % 5]} would still be there in "
        f"spring, said keeper number {number * (line + 3) % 9973}, who had seen {line + 2} winters "
        "of it and wrote each of them down in the book that lies on the counter of the office.</p>"
        for line in range(5)
    )
    day = f"{2015 + number % 10}-{1 + number // 10 % 12:02d}-{1 + number // 120 % 28:02d}"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Post</title>'
        f'<meta property="article:published_time" content="{day}T{number % 24:02d}:00:00Z">'
        '<link rel="stylesheet" href="/style.css"></head><body><header><nav><a href="/">Home</a>'
        '<a href="/news">News</a><a href="/about">About</a></nav></header><article>'
        f"<h1>{title}</h1>{body}</article><footer><p>All rights reserved. <a href='/terms'>Terms"
        "</a></p></footer></body></html>"
    )


def record(number: int) -> bytes:
    """Return one response record, packed by itself."""
    body = page(number).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2025-01-02T03:04:05Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Target-URI: https://post.example/{number % 10}/story-{number}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + answer + b"\r\n\r\n", 1, mtime=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--per-file", type=int, default=20_000)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, given.articles, given.per_file):
        numbers = range(start, min(start + given.per_file, given.articles))
        with (given.folder / f"crawl-{start:09d}.warc.gz").open("wb") as stream:
            stream.writelines(map(record, numbers))


if __name__ == "__main__":
    main()
