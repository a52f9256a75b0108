"""How much of a cache one sees: here all of it; a tree sees less (see window)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a run without news looks at no entry
    from feedsmith.feedmodel import Entry


class Sight:
    """Sees everything; `tree` names the tree whose sight it is, "" for the main out folder's."""

    tree = ""

    def shows_topic(self, slug: str) -> bool:  # noqa: ARG002 (others look at it)
        """Say whether there may be a feed of a topic."""
        return True

    def shows(self, slugs: Collection[str]) -> bool:  # noqa: ARG002 (likewise)
        """Say whether an article of these topics may be shown."""
        return True

    def shown(self, entry: Entry) -> Entry:
        """Return what may be shown of an entry."""
        return entry
