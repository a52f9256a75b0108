"""Bookmarks as browsers keep them in JSON: trees of folders, Firefox's backups and Chrome's file.

Firefox counts microseconds since 1970, Chrome since 1601. The folders that a browser sets up
itself say nothing; the others are labels of what lies in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from feedsmith.model import Link, Read, Source
from feedsmith.readers import fields, jsonfile

_Row = Mapping[str, object]
_Placed = tuple[_Row, tuple[str, ...]]
_CHROME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_LAST_MICROSECONDS = 16_000_000_000_000_000  # the year 2108
_DESCRIPTION = "bookmarkProperties/description"


def read(source: Source) -> Iterator[Read]:
    """Give the bookmarks as links, in the order of the tree.

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: it is no JSON, or of another shape.
    """
    tree = jsonfile.whole(source.read())
    yield from fields.shelved(_chrome(tree) if "roots" in tree else _firefox(tree))


def _walk(roots: list[_Row], name: str) -> Iterator[_Placed]:
    """Yield what is no folder, each with the folders around it, without recursion."""
    waiting: list[_Placed] = [(root, ()) for root in reversed(roots)]
    while waiting:
        node, folders = waiting.pop()
        if "children" not in node:
            yield node, folders
            continue
        own = fields.line(node.get(name))
        inner = (*folders, own) if own and not _is_root(node, roots) else folders
        children = map(fields.record, fields.listed(node["children"]))
        waiting += [(child, inner) for child in reversed(list(children))]


def _is_root(node: _Row, roots: list[_Row]) -> bool:
    return "root" in node or any(node is root for root in roots)


def _chrome(tree: _Row) -> Iterator[Link | None]:
    roots = [root for root in map(fields.record, fields.record(tree["roots"]).values()) if root]
    for node, folders in _walk(roots, "name"):
        yield fields.link(node.get("url"), node.get("name"), tags=folders, saved=_since_1601(node))


def _since_1601(node: _Row) -> datetime | None:
    printed = fields.line(node.get("date_added")) or ""
    if not printed.isdecimal() or int(printed) > _LAST_MICROSECONDS:
        return None
    when = _CHROME_EPOCH + timedelta(microseconds=int(printed))
    return when.replace(microsecond=0) if when >= _FIRST else None


def _firefox(tree: _Row) -> Iterator[Link | None]:
    roots = _without_tags(tree)
    tags = _tags_by_address(tree)
    for node, folders in _walk(roots, "title"):
        uri = node.get("uri")
        if uri is None:
            continue  # a line between bookmarks
        labels = (*fields.tags(node.get("tags")), *tags.get(fields.line(uri), ()), *folders)
        yield fields.link(
            uri,
            node.get("title"),
            tags=tuple(dict.fromkeys(labels)),
            saved=fields.moment(node.get("dateAdded")),
            summary=_description(node),
        )


def _without_tags(tree: _Row) -> list[_Row]:
    """Return the folders at the top but for that in which older backups keep the tags."""
    children = [fields.record(child) for child in fields.listed(tree.get("children"))]
    return [child for child in children if child.get("root") != "tagsFolder"]


def _tags_by_address(tree: _Row) -> dict[str | None, tuple[str, ...]]:
    found: dict[str | None, tuple[str, ...]] = {}
    for child in map(fields.record, fields.listed(tree.get("children"))):
        if child.get("root") == "tagsFolder":
            for node, folders in _walk([child], "title"):
                uri = fields.line(node.get("uri"))
                found[uri] = (*found.get(uri, ()), *folders)
    return found


def _description(node: _Row) -> object:
    notes = map(fields.record, fields.listed(node.get("annos")))
    return next((note.get("value") for note in notes if note.get("name") == _DESCRIPTION), None)
