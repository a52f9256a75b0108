"""How much may be one article: what has far more is no article, and would cost minutes."""

from __future__ import annotations

from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document

MAX_TAGS = 300_000  # opening brackets; some ten seconds. The longest pages have 100,000
MAX_LINES = 300_000  # lines of a text; a long book has 30,000
MAX_CHARS = 20_000_000  # characters of a text; a long book has 1,000,000


def check_size(document: Document) -> None:
    """Let a document pass that may be one article.

    Raises:
        DamagedSourceError: it is far too long.
    """
    content = document.content
    if document.kind == "html":
        _check(content.count("<"), MAX_TAGS, "tags")
    else:
        _check(content.count("\n"), MAX_LINES, "lines")
        _check(len(content), MAX_CHARS, "characters")


def _check(count: int, most: int, what: str) -> None:
    if count > most:
        raise DamagedSourceError(f"has {count} {what}, an article at most {most}; split it")
