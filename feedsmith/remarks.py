"""What is to be said of each file, and of what could not be listed or read any more."""

from __future__ import annotations

from typing import NamedTuple

from feedsmith.cache import Cache
from feedsmith.scan import Delta

_UNREAD = "cannot be read: {}; what it held stays in the feeds, check permissions and disk"
_QUERY = """
SELECT path, failed, remarks.kind, message, ifnull(source, '')
FROM remarks LEFT JOIN files USING (path) ORDER BY path, remarks.rowid
"""


class Remark(NamedTuple):
    """A failure or a notice; `source` is the digest of the file's bytes, "" where there are none.

    `kind` is the name of an error, also where a file was skipped, or of a notice.
    """

    path: str
    failed: bool
    kind: str
    message: str
    source: str = ""

    @property
    def skipped(self) -> bool:
        """Say whether the file is no article or of no known kind."""
        return not self.failed and self.kind.endswith("Error")


def of_run(delta: Delta, cache: Cache) -> tuple[Remark, ...]:
    """Return what is to be said after a run, whether it is new or not; folders first."""
    unlisted = [
        Remark(path, failed=True, kind="UnreadableSourceError", message=_UNREAD.format(why))
        for path, why in delta.unlisted
    ]
    return (*unlisted, *of_files(cache))


def of_files(cache: Cache) -> tuple[Remark, ...]:
    """Return what the cache knows of single files, by path."""
    rows = cache.db.execute(_QUERY)
    return tuple(Remark(row[0], bool(row[1]), *row[2:]) for row in rows)
