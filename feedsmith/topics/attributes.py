"""Topics that an article has by what it is: of a site, by an author, in a language.

Their slugs have two dashes ("site--post-example"), which no other slug has, so that they neither
meet the topics of the user nor count where it is asked whether an article has any.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache

from feedsmith import resources, urls
from feedsmith.model import ATTRIBUTE_MARK, Article, Topic
from feedsmith.text import slugify


def attribute_topics(article: Article, kinds: Collection[str]) -> Iterator[tuple[Topic, str]]:
    """Yield the topics of an article's attributes, each with its reason.

    Args:
        article: as the user wants it.
        kinds: of "site", "author", "language", those that are wanted.
    """
    for kind in kinds:
        for key, title, description in _OF_KIND[kind](article):
            slug = f"{kind}{ATTRIBUTE_MARK}{slugify(key)}"
            yield Topic(slug, title, description), f"{kind} {title}"


def is_unsorted(slugs: Iterable[str], unsorted: str) -> bool:
    """Say whether topics are none but the catch-all and those by attributes.

    >>> is_unsorted(["unsorted", "site--post-example"], "unsorted")
    True
    """
    catch_all = slugify(unsorted)
    return all(slug == catch_all or ATTRIBUTE_MARK in slug for slug in slugs)


def _site(article: Article) -> Iterator[tuple[str, str, str]]:
    """Yield the host, which is one where a site's name is written in many ways, else the name."""
    site = (urls.host(article.url) if article.url else "") or article.site
    if site:
        yield site, site, f"Articles of {site}"


def _authors(article: Article) -> Iterator[tuple[str, str, str]]:
    for name in article.authors:
        yield name, name, f"Articles by {name}"


def _language(article: Article) -> Iterator[tuple[str, str, str]]:
    code = (article.language or "").partition("-")[0].lower()
    if code:
        name = _language_names().get(code, code)
        yield code, name, f"Articles in {name}"


@cache
def _language_names() -> Mapping[str, str]:
    lines = resources.text("topics/data", "languages.txt").splitlines()
    pairs = (line.split(maxsplit=1) for line in lines if not line.startswith("#"))
    return {code: name.strip() for code, name in pairs}


_OF_KIND: Mapping[str, Callable[[Article], Iterator[tuple[str, str, str]]]] = {
    "site": _site,
    "author": _authors,
    "language": _language,
}
