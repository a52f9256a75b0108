"""reStructuredText posts: a title with a line under it, fields such as `:date:`, then the text.

The text becomes Markdown first, as far as posts go: sections, lists, links and their targets,
pictures, code, quotes; what only a site generator understands is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from feedsmith.errors import NoArticleError
from feedsmith.model import Document, Source
from feedsmith.readers.encoding import decode
from feedsmith.readers.notes import fields, naming, restructured
from feedsmith.readers.notes.pictures import as_local, beside
from feedsmith.readers.notes.render import check_size, to_html


def read(source: Source) -> Iterator[Document]:
    """Give the post.

    Raises:
        UnreadableSourceError: the disk said no.
        NoArticleError: its author marked it as a draft.
        DamagedSourceError: it is far too long.
    """
    content = decode(source.read())
    check_size(content)
    title, known, body = restructured.split(content)
    if fields.is_draft(known):
        raise NoArticleError("is marked as a draft; take the mark out to have it read")
    url = fields.address(known)
    hints = fields.hints(known, clipped=False)
    markdown = restructured.to_markdown(body)
    titles = (hints.title, fields.unlinked(title), naming.name_of(source.relative)[1])
    yield Document(
        kind="html",
        content=f"<article>\n{as_local(to_html(markdown, breaks=False))}</article>",
        url=url,
        saved=fields.saved(known),
        hints=fields.with_title(hints, titles),
        wrapper="reStructuredText post",
        is_fragment=True,
        is_edited=True,
        resources=beside(source),
    )
