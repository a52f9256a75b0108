"""What a build came to: a value for the command line, the library and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedsmith.changes import Changes
from feedsmith.remarks import Remark

if TYPE_CHECKING:
    from feedsmith.tally import Tally


class Built(NamedTuple):
    """What a build came to.

    `entries` and `feeds` say what this run changed, `remarks` what is to be said of the files, new
    or not; `kinds` is empty when nothing changed; `hook` says what went wrong after publishing,
    or ""; `trees` are lines on trees that could not be published.
    """

    articles: int
    topics: int
    changed: bool
    remarks: tuple[Remark, ...]
    edited: tuple[str, ...] = ()
    kinds: tuple[Tally, ...] = ()
    hook: str = ""
    trees: tuple[str, ...] = ()
    entries: Changes = Changes()
    feeds: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """Return the number of files that failed."""
        return sum(remark.failed for remark in self.remarks)

    @property
    def skipped(self) -> int:
        """Return the number of files that are no article or of no known kind."""
        return sum(remark.skipped for remark in self.remarks)
