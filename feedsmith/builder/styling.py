"""What a browser shows of a feed that somebody opens: its titles, and what to do with it.

A CSS style sheet does it, for browsers are about to drop XSLT; feed readers look at neither.
"""

from __future__ import annotations

from typing import Final

from feedsmith import resources
from feedsmith.feedmodel import Feed
from feedsmith.owntemplates import Templates

STYLE_NAME: Final = "feed.css"
OURS: Final = "/* made by feedsmith: "  # how our CSS and scripts begin, for when the state is lost
FOLDER: Final = "builder/templates"


def styled(feed: Feed, document: bytes) -> bytes:
    """Return an XML document of a feed with the link to the style sheet in its second line.

    Source: Associating Style Sheets with XML documents 1.0, section 3.
    """
    declaration, _, rest = document.partition(b"\n")
    place = "../" * feed.folder.count("/") + STYLE_NAME
    link = f'<?xml-stylesheet type="text/css" href="{place}"?>'
    return b"\n".join((declaration, link.encode(), rest))


def style_sheet(templates: Templates) -> bytes:
    """Return the style sheet."""
    text = file_text(templates, STYLE_NAME)
    return f"{OURS}how a browser shows a feed */\n{text}".encode()


def file_text(templates: Templates, name: str) -> str:
    """Return the text of a template or style sheet: the user's, else ours."""
    own = dict(templates.files)
    return own[name] if name in own else resources.text(FOLDER, name)
