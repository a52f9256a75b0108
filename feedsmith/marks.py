"""What tells files of ours from those of the user when the state was lost."""

from __future__ import annotations

# One for each kind of file.
_MARKS = (
    b">feedsmith</generator>",  # Atom, RSS
    b'{"version": "https://jsonfeed.org/version/1.1",\n"title": ',
    b'<opml version="2.0">\n <head>\n  <title>',
    b'<meta name="generator" content="feedsmith">',  # pages
    b"/* made by feedsmith: ",  # scripts and style sheets
)


def is_ours(data: bytes) -> bool:
    """Say whether a file with these bytes was made by feedsmith."""
    return any(mark in data for mark in _MARKS)
