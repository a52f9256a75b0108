"""An outliner's page as paragraphs: its bullets are blocks of text, not lists."""

from __future__ import annotations

import re

_BULLET = re.compile(r"([ \t]*)[-*](?:[ \t]+(.*)|$)")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_PROPERTY = re.compile(r"[ \t]*[^\W\d][\w/.-]*::(?:[ \t].*)?")
_PLANNED = re.compile(
    r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED):.*|[ \t]*:(?:LOGBOOK|END|PROPERTIES):.*|[ \t]*CLOCK:.*"
)
_STATE = re.compile(
    r"\A(?:TODO|DOING|DONE|LATER|NOW|WAITING|CANCELED|CANCELLED)\s+(?:\[#[A-C]\]\s+)?"
)
_REFERENCE = re.compile(
    r"\(\(\(?[0-9a-f-]{36}\)?\)\)|\{\{(?:embed|query|renderer|video|youtube|tweet)\b.*?\}\}"
)
_ORG_OPEN = re.compile(r"[ \t]*#\+BEGIN_(\w+)[ \t]*(.*)", re.IGNORECASE)
_ORG_CLOSE = re.compile(r"[ \t]*#\+END_\w+[ \t]*", re.IGNORECASE)
_CODE_BLOCKS = frozenset({"SRC", "EXAMPLE"})


def is_outline(body: str) -> bool:
    """Say whether a page consists of bullets."""
    lines = [line for line in body.split("\n") if line.strip()]
    return (
        bool(lines)
        and bool(_BULLET.match(lines[0]))
        and all(
            _BULLET.match(line) or line[:1].isspace() for line in lines if not _FENCE.match(line)
        )
    )


def unrolled(body: str) -> str:
    """Return the blocks of an outline as paragraphs, without the fields of blocks."""
    blocks: list[list[str]] = []
    is_code = False
    for line in body.split("\n"):
        bullet = None if is_code else _BULLET.match(line)
        words = line if not bullet else bullet[2] or ""
        if bullet:
            blocks.append([words])
        elif blocks:
            blocks[-1].append(words)
        is_code ^= bool(_FENCE.match(words))
    return "\n\n".join(filter(None, map(_block, blocks)))


def _block(lines: list[str]) -> str:
    first, *rest = [
        line for line in lines if not (_PROPERTY.fullmatch(line) or _PLANNED.fullmatch(line))
    ] or [""]
    width = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    kept = [_STATE.sub("", first), *(line[width:] for line in rest)]
    return _REFERENCE.sub("", "\n".join(_from_org(kept))).strip()


def _from_org(lines: list[str]) -> list[str]:
    """Return lines with the blocks of Org mode as Markdown's."""
    found: list[str] = []
    inside = ""
    for line in lines:
        opened = _ORG_OPEN.fullmatch(line)
        if opened:
            inside = opened[1].upper()
            found += [f"```{opened[2]}"] if inside in _CODE_BLOCKS else [""]
        elif inside and _ORG_CLOSE.fullmatch(line):
            found += ["```"] if inside in _CODE_BLOCKS else [""]
            inside = ""
        else:
            found.append(line if not inside or inside in _CODE_BLOCKS else f"> {line}")
    return found
