"""The signs of what news agencies send."""

from __future__ import annotations

import re
from collections.abc import Callable

from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import Probe

# What may stand before the first element of XML: its declaration, comments, a document type.
_PROLOG = (
    rb"\s*+(?:<\?[^>]*+>\s*+|<!--(?:(?!-->).)*+-->\s*+"
    rb"|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?+>\s*+)*+"
)


def _opens(element: bytes, within: bytes = b"") -> Callable[[Probe], bool]:
    """Return what says whether a file's first element is one of these, and names a namespace."""
    begins = re.compile(_PROLOG + rb"<(?:\w++:)?(?:" + element + rb")(?=[\s>/])", re.DOTALL)

    def matches(probe: Probe) -> bool:
        return bool(begins.match(probe.plain)) and within in probe.plain

    return matches


# What only ninjs calls so: two of them, and one that says which item it is.
_NINJS = re.compile(
    rb'"(version[cC]reated|first[cC]reated|pub[sS]tatus|body_[a-z]+|bodies'
    rb'|headline(?:s|_[a-z]+)?|usage[tT]erms|copyright[hH]older|description_text)"\s*+:'
)
_NAMED = re.compile(rb'"(?:uri|guid|altids?|version[cC]reated)"\s*+:')
_DATED = frozenset({b"versioncreated", b"firstcreated", b"pubstatus", b"body_xhtml"})


def _is_ninjs(probe: Probe) -> bool:
    """Say whether a JSON file has the fields of ninjs; in which order is up to its writer."""
    if b'"version' not in probe.plain and b'"body_' not in probe.plain:
        return False
    ends = probe.plain + b"\n" + probe.tail
    found = {name.lower() for name in _NINJS.findall(ends)}
    return len(found) > 1 and not _DATED.isdisjoint(found) and bool(_NAMED.search(ends))


# SOH before a sequence number; or dpa's head, of which the control characters may be lost.
_WIRE = re.compile(
    rb"[\x00\x04\x16\x7f\s]*+(?:\x01[a-zA-Z]{0,6}\d{2,6}[ \x1f]"
    rb"|[a-z]{2,5}\d{3,5} \d [a-z]{1,4} \d{1,5} +[a-zA-Z]{2,8} \d{2,4}\r?\n)"
)


def _is_wire(probe: Probe) -> bool:
    return bool(_WIRE.match(probe.head))


KINDS: tuple[Kind, ...] = (
    Kind("nitf", "NITF", "its first element, `<nitf`", _opens(b"nitf"), "nitf", b"<"),
    Kind("newsml", "NewsML 1.x", "its first element, `<NewsML`", _opens(b"NewsML"), "newsml", b"<"),
    Kind(
        "newsml-g2",
        "NewsML-G2",
        "its first element in the namespace of IPTC",
        _opens(
            b"newsMessage|newsItem|packageItem|conceptItem|knowledgeItem|planningItem",
            b"iptc.org/std/nar",
        ),
        "newsmlg2",
        b"<",
    ),
    Kind(
        "ninjs", "ninjs", "its fields: `uri`, `versioncreated`, `body_…`", _is_ninjs, "ninjs", b"{["
    ),
    Kind("wire", "wire text", "SOH and a number, or a head such as dpa's", _is_wire, "wiretext"),
)
