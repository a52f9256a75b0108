"""What a note's file name says of it, and the name of the program that wrote it."""

from __future__ import annotations

import re

from feedsmith.readers.notes.fields import Fields
from feedsmith.readers.notes.heads import Head
from feedsmith.readers.notes.reading import Reading

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)-(?=.)")
_ID = re.compile(r"[ _-]?\b[0-9a-f]{16,}\Z")
# Names that say nothing; the folder's name stands for the first two.
_INDEX = frozenset({"index", "_index"})
_NAMELESS = frozenset({"", "-", "readme", "untitled", "note", "notes", "new note"})
_JOPLIN_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")


def name_of(relative: str) -> tuple[str, str]:
    """Return the day and the title in a file's name, each "" where there is none.

    >>> name_of("posts/2024-05-01-late-ferry.md"), name_of("late-ferry/index.md")
    (('2024-05-01', 'Late ferry'), ('', 'Late ferry'))
    >>> name_of("vault/The late ferry.md")
    ('', 'The late ferry')
    """
    *folders, file = relative.split("/")
    name = file.rpartition(".")[0] or file
    if name.lower() in _INDEX:
        name = folders[-1] if folders else ""
    day = _DAY.match(name)
    title = _ID.sub("", name[day.end() :] if day else name)
    if title and " " not in title:
        title = re.sub(r"[-_]+", " ", title).strip()
        title = title[:1].upper() + title[1:]
    return (day[1] if day else ""), "" if title.lower() in _NAMELESS else title


def wrapper_of(head: Head, note: Reading | None, relative: str, *, clipped: bool) -> str:
    """Return the name of what wrote a note, as far as it shows."""
    if note:
        return "reading service's note" if note.is_whole else "reading service's highlights"
    if head.form == "properties":
        return "outliner's page"
    if clipped:
        return _clipper(head.fields)
    if head.form == "yaml" and name_of(relative)[0]:
        return "Jekyll post"
    return _FORMS[head.form]


def _clipper(fields: Fields) -> str:
    created = fields.first(("created",))
    if "(UTC" in created:
        return "MarkDownload"
    if _JOPLIN_TIME.fullmatch(created):
        return "Joplin Markdown"
    is_clipper = fields.has(("created",)) and fields.has(("published", "description"))
    return "Obsidian Web Clipper" if is_clipper else "clipped Markdown"


_FORMS = {
    "": "Markdown",
    "yaml": "Markdown with front matter",
    "toml": "Markdown with front matter",
    "json": "Markdown with front matter",
    "keys": "Markdown with a metadata head",
    "properties": "outliner's page",
    "page": "Markdown of a page",
}
