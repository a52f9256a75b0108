"""What of a declared title is the site's name: the pieces at its ends that say whose page it is.

Known names come first (what the page calls its site, the host); then a tail that no heading
prints while one prints the rest; at last a few words behind a bar, whatever they are.
"""

from __future__ import annotations

import re

from feedsmith import text
from feedsmith.parser.page import Page, site_names

# Class words of what stands for the site at the top of each of its pages.
LOGO = re.compile(r"site-?(?:title|name)|(?:^|[\s_-])logo(?:$|[\s_-])|titlewrapper")
_SEPARATOR = re.compile(r"\s+(?:[|–—•·»«:]|-{1,2}|::|//|<|>)\s+|\s*\|\s*")
_WORD = re.compile(r"\w+")
_NO_WORD = re.compile(r"\W")
_LINE_MIN = 12  # characters; shorter headings prove nothing by being found elsewhere
_NAME_CHARS = 3  # characters; a name no longer than that proves nothing by being part of a piece
_SITE_SHARE = 0.4  # of a piece's letters; with so much of the site's name in it, it is one
_TAIL_WORDS = 6  # words; a site's name with its motto
_LABEL_WORDS = 3  # words of a section's or an unknown site's name behind a bar


def without_site(title: str, page: Page) -> str:
    """Return a title without the pieces at its ends that are the site's name."""
    spans = spans_of(title)
    if len(spans) == 1:
        return title
    names = site_names(page)
    proofs = _proofs(page, names)
    while len(spans) > 1 and _is_site(title, spans[-1], spans[:-1], names, proofs):
        spans.pop()
    while len(spans) > 1 and _is_site(title, spans[0], spans[1:], names, proofs):
        spans.pop(0)
    if len(spans) > 1 and _is_label(title, spans):
        spans.pop()
    return title[spans[0][0] : spans[-1][1]].strip()


def _proofs(page: Page, names: set[str]) -> list[str]:
    """Return the h1 headings, folded, that og:title bears out where there is one."""
    whole = text.fold(page.meta.first("og:title")[1])
    found = [text.fold(b.text) for b in page.blocks if b.tag == "h1" and not LOGO.search(b.marks)]
    found = [heading for heading in found if len(heading) > _LINE_MIN and heading not in names]
    return [heading for heading in found if not whole or heading in whole or whole in heading]


def spans_of(title: str) -> list[tuple[int, int]]:
    """Return where the pieces between a title's separators begin and end.

    >>> spans_of("Tide | Bay Post")
    [(0, 4), (7, 15)]
    """
    spans, at = [], 0
    for separator in _SEPARATOR.finditer(title):
        spans.append((at, separator.start()))
        at = separator.end()
    return [*spans, (at, len(title))]


def _is_label(title: str, spans: list[tuple[int, int]]) -> bool:
    """Say whether a title ends with a bar and a few words: a section, or a site nobody named."""
    (_, end), (start, last) = spans[-2:]
    words = len(title[start:last].split())
    return "|" in title[end:start] and words <= _LABEL_WORDS < len(title[:end].split())


def _is_site(
    title: str,
    span: tuple[int, int],
    others: list[tuple[int, int]],
    names: set[str],
    proofs: list[str],
) -> bool:
    """Say whether a piece of a title names the site.

    Args:
        title: the declared title.
        span: where the piece lies in it.
        others: where the others lie, in order.
        names: what the site is called, folded.
        proofs: the page's h1 headings, folded.
    """
    folded = text.fold(title[slice(*span)])
    plain = _NO_WORD.sub("", folded)
    if not plain or folded in names:
        return True
    squeezed = {_NO_WORD.sub("", name) for name in names}
    if plain in squeezed:
        return True
    if len(_WORD.findall(folded)) > _TAIL_WORDS:
        return False
    least = max(_NAME_CHARS, _SITE_SHARE * len(plain))
    if any(len(name) > least and name in plain for name in squeezed):
        return True
    rest = text.fold(title[others[0][0] : others[-1][1]])
    return any(proof in rest and folded not in proof for proof in proofs)
