"""What is worth telling a user about an article that was read well."""

from __future__ import annotations

from feedsmith.dates import Found
from feedsmith.model import Notice
from feedsmith.parser import dateline
from feedsmith.parser.page import Body, Choice


def notices(body: Body, published: Choice[Found]) -> tuple[Notice, ...]:
    """Return what was lost of the body, and what is doubtful about the date of publication."""
    found, said = published.value, []
    if body.dropped_images:
        said.append(("InlineImages", f"{body.dropped_images} inline images dropped"))
    if body.capped:
        said.append(("DepthCapped", "deeply nested markup cut"))
    if found and found.ambiguous:
        said.append(("AmbiguousDate", f"ambiguous date read as {found.when.date().isoformat()}"))
    if found and published.rule == dateline.BY_FILE_TIME:
        day = found.when.date().isoformat()
        said.append(("FileTime", f"{day} was counted from the file's own time"))
    return tuple([Notice("", kind, message) for kind, message in said])
