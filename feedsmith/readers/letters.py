"""Which saved pages are worth asking whether they are the body of a newsletter; most are not."""

from __future__ import annotations

# What small print says that pages of a site do not; looked for in lower case.
_SMALL_PRINT = (
    "unsubscribe", "abbestell", "abmelden", "désabonn", "désinscri", "desuscrib", "darse de baja",
    "cancelar", "disiscriv", "uitschrijven", "wypis", "avregistrera", "avmeld", "afmeld",
    "odhlásit", "отписаться", "配信停止", "退订", "수신거부", "opt out", "opt-out",
    "manage preferences", "update your preferences",
)  # fmt: skip
# What pages of a site have and letters do not; most pages have one of these near their start.
_PAGE = (
    "canonical", "application/ld+json", "<main", "<nav", "<article", "<MAIN", "<NAV", "<ARTICLE",
)  # fmt: skip


def may_be_one(page: str) -> bool:
    """Say whether a page has a letter's small print, and nothing that pages of a site have."""
    if any(mark in page for mark in _PAGE):
        return False
    lowered = page.lower()
    return any(word in lowered for word in _SMALL_PRINT)
