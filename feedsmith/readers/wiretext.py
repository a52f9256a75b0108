"""Wire text as teleprinters took it: control characters part the head, the text and the trailer.

SOH begins a message, STX its text, ETX the line with the time of sending. The text opens with a
head of its own: notes, the title, the byline. American agencies (ANPA 1312) mark the head's lines
with ^ and indent paragraphs by a tab; others (IPTC 7901) end the head with = or an empty line.
Source: IPTC 7901; ANPA 1312; dpa's four-line head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedsmith import text
from feedsmith.errors import DamagedSourceError
from feedsmith.model import Document, Hints, Source
from feedsmith.readers import wirecopy
from feedsmith.readers.encoding import decode
from feedsmith.readers.parts import Parts

_SOH, _STX, _ETX = b"\x01", b"\x02", b"\x03"
_ROW = b"\n\x08"  # "tab line indicator": a row of a table
_HEAD_LINES = 12  # lines in which the head of a text must end
_BYLINE = re.compile(r"(?:by|von|par|por)\s+\S", re.IGNORECASE)
# Notes above a title: "1ST LEAD", "REFILE", "(new)", "Eds: adds quote", "URGENT".
_NOTE = re.compile(r"\W*Eds\b.*|\(.*\)|[^a-z]{2,24}", re.DOTALL)
# From here on it is for editors only.
_NOT_MEANT = re.compile(
    r"^[^\w\n]*+(?:the following information is not (?:intended )?for publication"
    r"|(?:die )?folgende[nr]? informationen sind nicht (?:zur|für die) veröffentlichung"
    r"|(?:Notebook|Notizblock)\s*$|\* \* \* \*)",
    re.IGNORECASE | re.MULTILINE,
)
_SENT = re.compile(r"\b(\d\d)(\d\d)(\d\d)(?: (GMT|UTC))? ([A-Z][a-z]{2})[a-z]* (\d\d)\b")
_SENT_ANPA = re.compile(r"-(\d\d)-(\d\d)-(\d\d) (\d\d)(\d\d)GMT")
_AGENCY = re.compile(r"\d\s{2,}([a-zA-Z]{2,8}) \d{2,4}\s*$", re.MULTILINE)
_AGENCY_ANPA = re.compile(r"\A\W*([A-Z]{2,4})-[A-Z]{2}-\d\d-\d\d")
_NUMBER = re.compile(r"[a-zA-Z]{0,6}\d{2,6}")


@dataclass(frozen=True, slots=True)
class _Text:
    """A text cut into its head's lines and its paragraphs."""

    title: str
    byline: str
    paragraphs: list[str]


def read(source: Source) -> Iterator[Document]:
    """Give each message as a document of kind "text".

    Raises:
        UnreadableSourceError: the disk said no.
        DamagedSourceError: no message in it has a text.
    """
    data = source.read()
    messages = [one for one in data.split(_SOH) if _STX in one] or _unmarked(data)
    if not messages:
        raise DamagedSourceError("is a wire message without a text: save it again")
    parts = Parts(len(messages))
    for message in messages:
        head, _, rest = message.replace(_ROW, b"\n\t").partition(_STX)
        body, _, trailer = rest.partition(_ETX)
        number = _NUMBER.match(decode(head).strip())
        part = parts.of(number[0] if number else "")
        yield _document(decode(head), decode(body), decode(trailer), part)


def _unmarked(data: bytes) -> list[bytes]:
    """Return a message whose control characters were lost: its first line is the head."""
    first, end, rest = data.strip().partition(b"\n")
    return [first + _STX + rest] if end else []


def _document(head: str, body: str, trailer: str, part: str) -> Document:
    lines = _NOT_MEANT.split(body, maxsplit=1)[0].split("\n")
    is_marked = any(line.startswith(("^", "\t")) for line in lines)
    cut = _cut_marked(lines) if is_marked else _cut_plain(lines)
    kept = wirecopy.without_end_marks(cut.paragraphs)
    slug = head.strip().split("\n")[1:]
    return Document(
        kind="text",
        content="\n\n".join(kept),
        part=part,
        hints=Hints(
            title=wirecopy.title_of(cut.title),
            authors=wirecopy.byline_of(cut.byline),
            published=_sent(trailer or body[-80:]),
            site=_agency(head, trailer),
            tags=() if is_marked else _tags(slug),
        ),
        wrapper="wire text",
        is_fragment=True,
        is_edited=True,
    )


def _cut_marked(lines: Sequence[str]) -> _Text:
    """Cut a text whose head's lines begin with ^, the first being its slug."""
    slug = wirecopy.title_of(lines[0].strip("^ <=\t")) if lines else None
    heads = [line.strip("^ <=\t") for line in lines[1:] if line.startswith("^")]
    byline = next((line for line in heads if _BYLINE.match(line)), "")
    title = next((line for line in heads if line and line != byline and not _is_note(line)), "")
    starts: list[str] = []
    for line in lines[1:]:
        is_new = line.startswith(("\t", "^")) or not starts
        plain = _typeset(line.strip("^ <=\t"))
        if plain in {title, byline} or not plain or (line.startswith("^") and _is_note(plain)):
            continue
        if is_new:
            starts.append(plain)
        else:
            starts[-1] += f" {plain}"
    return _Text(title or slug or "", byline, starts)


def _typeset(line: str) -> str:
    """Return a line with the quotes and dashes that a teleprinter had no letters for."""
    return line.replace("``", "“").replace("''", "”").replace(" _ ", " — ")


def _is_note(line: str) -> bool:
    return line.startswith("Eds:") or (line.startswith("(") and line.endswith(")"))


def _cut_plain(lines: Sequence[str]) -> _Text:
    """Cut a text whose head ends with = or with the first empty line."""
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    lines = lines[start:]
    end = next((at for at, line in enumerate(lines) if not line.strip()), 0)
    marked = (at + 1 for at, line in enumerate(lines[:_HEAD_LINES]) if line.rstrip().endswith("="))
    end = next(marked, end if end <= _HEAD_LINES else 0) or 1
    heads = [line.strip(" =\t") for line in lines[:end]]
    by = next((at for at, line in enumerate(heads) if _BYLINE.match(line)), len(heads))
    above = heads[:by] or heads[by + 1 :]
    titles = [line for line in above if not _NOTE.fullmatch(line)] or above[-1:]
    rest = "\n".join(lines[end:])
    return _Text(" ".join(titles), " ".join(heads[by:]), wirecopy.paragraphs_of(rest))


def _sent(trailer: str) -> str | None:
    """Return when a message was sent, in full, or None."""
    if found := _SENT.search(trailer):
        day, hour, minute, zone, month, year = found.groups()
        return f"{day} {month} 20{year} {hour}:{minute} {zone or ''}".strip()
    if found := _SENT_ANPA.search(trailer):
        month, day, year, hour, minute = found.groups()
        return f"20{year}-{month}-{day}T{hour}:{minute}:00Z"
    return None


def _agency(head: str, trailer: str) -> str | None:
    found = _AGENCY.search(head) or _AGENCY_ANPA.search(trailer)
    return found[1] if found else None


def _tags(slug: Sequence[str]) -> tuple[str, ...]:
    words = (text.one_line(word) for line in slug for word in line.split("/"))
    return tuple(dict.fromkeys(word for word in words if word))
