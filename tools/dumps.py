"""The records of labelled dumps: their text, a clean copy of what is right, and their site."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

HEAD = ("2 Sep, 2024 19:25", "By Ada Quill", "")  # what clean copies carry above their text


def load(paths: Sequence[Path]) -> Iterator[dict]:
    """Give the records of the files, and for each page a clean copy of its gold text."""
    seen = set()
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as records:
            for record in map(json.loads, records):
                yield record
                if record["id"] not in seen:
                    seen.add(record["id"])
                    yield record | {"kind": "clean", "text": clean_copy(record)}


def clean_copy(record: dict) -> str:
    """Return what a careful person would have saved: title, a line or two, the text."""
    gold, number = record["gold"], int(hashlib.sha256(record["id"].encode()).hexdigest(), 16)
    head = [line for bit, line in enumerate(HEAD) if number >> bit & 1]
    parts = [gold.get("title") or "", *head, *filter(None, gold["body"].split("\n"))]
    return ("\n\n" if number >> 4 & 1 else "\n").join(part for part in parts if part)


def site(record: dict) -> str:
    """Return the registered domain of a record's address, near enough."""
    host = urlsplit(record.get("url") or "").hostname or record["id"]
    parts = ("x." + host).split(".")
    return ".".join(parts[-2:]) if len(parts[-2]) > 3 else ".".join(parts[-3:])
