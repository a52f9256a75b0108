"""feedsmith: a folder of saved articles in, feeds by topic out; nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedsmith.api import build, parse
    from feedsmith.errors import FeedsmithError
    from feedsmith.feedmodel import Feed
    from feedsmith.model import Article

__version__ = "0.1.0"
__all__ = ["Article", "Feed", "FeedsmithError", "__version__", "build", "parse"]

_HOMES = {
    "Article": "feedsmith.model",
    "Feed": "feedsmith.feedmodel",
    "FeedsmithError": "feedsmith.errors",
    "build": "feedsmith.api",
    "parse": "feedsmith.api",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: a run that changes nothing needs none."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 (see above)

    return getattr(importlib.import_module(_HOMES[name]), name)
