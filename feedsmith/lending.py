"""What notes and exports of links say of articles that lie in other files: kept, asked, withdrawn.

A row of the cache's table `lent` names its target: a canonical address, or the files that a note
lies beside. Which file was read first does not matter: a row waits until its article comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from feedsmith import doubles
from feedsmith.additions import NOTE_SUFFIX, Addition, from_json, of_link, of_note, to_json
from feedsmith.cache import Cache
from feedsmith.ledger import Ledger
from feedsmith.reading import Outcome
from feedsmith.urls import canonical

Row = tuple[str, str, str, str]  # path, part, target, what it adds as stored

_FILE, _URL = "file:", "url:"


def of_outcome(path: str, outcome: Outcome) -> list[Row]:
    """Return the rows of an export, also those that add nothing, for they are counted; of a note.

    Args:
        path: the file's stored path.
        outcome: what it gave.
    """
    name = _name(path)
    rows = [
        (path, link.part or link.url, _URL + canonical(link.url), _stored(of_link(link, name)))
        for link in outcome.links
    ]
    if outcome.note:
        target = _FILE + path.removesuffix(NOTE_SUFFIX)
        rows.append((path, "", target, _stored(of_note(outcome.note, name))))
    return rows


def put(cache: Cache, rows: Iterable[Row]) -> None:
    """Keep rows."""
    cache.db.executemany("REPLACE INTO lent VALUES (?, ?, ?, ?)", rows)


def touched(cache: Cache, ledger: Ledger) -> set[str]:
    """Return the ids of the articles that rows of new, changed or gone files speak of."""
    return _spoken_of(cache, ledger, "SELECT DISTINCT target FROM lent JOIN news USING (path)")


def spoken_of(cache: Cache, ledger: Ledger) -> set[str]:
    """Return the ids of the articles that any row speaks of."""
    return _spoken_of(cache, ledger, "SELECT DISTINCT target FROM lent")


def _spoken_of(cache: Cache, ledger: Ledger, query: str) -> set[str]:
    ids: set[str] = set()
    for (target,) in cache.db.execute(query).fetchall():
        if target.startswith(_URL):
            known = ledger.by_url(target.removeprefix(_URL))
            ids |= {known.id} if known else set()
        else:
            ids |= set(_ids_beside(cache, target.removeprefix(_FILE)))
    return ids


def additions(
    cache: Cache, url: str, paths: Iterable[str], correction: Addition | None
) -> tuple[Addition, ...]:
    """Return all that is said of an article beside its files, the surest first.

    Args:
        cache: holds the rows.
        url: the article's canonical address, or "".
        paths: the files of all its copies.
        correction: what corrections.toml says, or None.
    """
    notes = {_FILE + name: None for path in paths for name in (path, _stem(path))}
    targets = [*notes, *([_URL + url] if url else [])]
    query = "SELECT additions FROM lent WHERE target = ? ORDER BY path, part"
    rows = [row for target in targets for (row,) in cache.db.execute(query, (target,))]
    lent = [one for row in rows for one in from_json(row)]
    return (*([correction] if correction else []), *lent)


def has_any(cache: Cache) -> bool:
    """Say whether anything is said of any article beside its file."""
    query = "SELECT EXISTS (SELECT 1 FROM lent) OR EXISTS (SELECT 1 FROM corrections)"
    return bool(cache.db.execute(query).fetchone()[0])


def changed_corrections(cache: Cache, corrections: Mapping[str, Addition]) -> list[str]:
    """Return the ids whose correction is another one than in the last run; remember these."""
    now = {article_id: _stored(said) for article_id, said in corrections.items()}
    before = dict(cache.db.execute("SELECT id, additions FROM corrections"))
    if now != before:
        cache.db.execute("DELETE FROM corrections")
        cache.db.executemany("INSERT INTO corrections VALUES (?, ?)", now.items())
    return [key for key in sorted(now.keys() | before.keys()) if now.get(key) != before.get(key)]


def by_own_ids(ledger: Ledger, corrections: Mapping[str, Addition]) -> dict[str, Addition]:
    """Return corrections by the ids that articles have now, whatever they had when corrected.

    Of two for one article, that under its own id counts.
    """
    found: dict[str, Addition] = {}
    for name, said in sorted(corrections.items()):
        known = ledger.by_id(name)
        own = known.id if known else name
        if name == own or own not in corrections:
            found[own] = said
    return found


def lonely_links(cache: Cache, ledger: Ledger) -> list[tuple[str, int]]:
    """Return (file, rows) for exports with rows whose address no article has."""
    return list(Counter(path for path, _ in lonely(cache, ledger)).items())


def lonely(cache: Cache, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield (file, row) of the rows of exports whose address no article has, by file."""
    is_entry = "SELECT 1 FROM entries WHERE id = ?"
    query = "SELECT path, part, target FROM lent WHERE target > 'url:' ORDER BY path"
    for path, part, target in cache.db.execute(query).fetchall():
        known = ledger.by_url(target.removeprefix(_URL))
        leader = doubles.leader_of(ledger, known.id) if known else ""
        if not cache.db.execute(is_entry, (leader,)).fetchone():
            yield path, part


def _stored(said: Addition | None) -> str:
    return to_json([said]) if said else ""


def _ids_beside(cache: Cache, name: str) -> list[str]:
    """Return the ids of the articles in the file of a name, with or without its suffix."""
    rows = cache.db.execute(
        "SELECT path, id FROM articles WHERE path = ? OR (path > ? AND path < ?)",
        (name, f"{name}.", f"{name}/"),  # "/" comes right after "."
    )
    return [i for path, i in rows if path == name or _stem(path) == name]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    """Return a path without its last suffix.

    >>> _stem("a.b/c.d.html"), _stem("a.b/c")
    ('a.b/c.d', 'a.b/c')
    """
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.rpartition('.')[0] or name}"
