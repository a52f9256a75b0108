"""The pictures of an article that lay inside its file, and which of them comes first."""

from __future__ import annotations

from dataclasses import replace

from feedsmith.model import Article, Document, Media, Picture
from feedsmith.parser.page import Body
from feedsmith.pictures import FOLDER, picture_of


def illustrated(
    article: Article, document: Document, body: Body
) -> tuple[Article, tuple[Picture, ...]]:
    """Return the article with its published pictures, and these.

    The lead image is the one that the page names, from the file where that holds it; where the
    page names none, the first picture of the body.
    """
    inside = {picture.name: picture for picture in body.pictures}
    image = article.image
    lead = picture_of(document.resources(image)) if image else next(iter(body.pictures), None)
    if lead:
        inside.setdefault(lead.name, lead)
        image = FOLDER + lead.name
    if not inside:
        return article, ()
    media = tuple(Media(picture.name, len(picture.data)) for picture in inside.values())
    return replace(article, image=image, media=media), tuple(inside.values())
