"""What every format says of one entry, worked out once and free of any format.

The writers only spell these values, so titles, links, dates and text cannot differ between the
formats. Everything here is plain: dates in UTC without fractions, addresses absolute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final
from urllib.parse import urlsplit

from feedsmith import pictures, urls
from feedsmith.builder.links import Link, filled
from feedsmith.builder.stories import foot, related
from feedsmith.feedmodel import Entry, Feed, Site
from feedsmith.model import Article, Topic
from feedsmith.text import MONTHS, one_line, shorten

# Media type by suffix: an enclosure needs one, and nothing is fetched that could tell it.
IMAGE_TYPES: Final[Mapping[str, str]] = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
_UNKNOWN_LENGTH: Final = "0"  # bytes; RSS 2.0 wants a number, "0" is its custom for "not known"
_SUMMARY_MAX_CHARS: Final = 300  # characters; about three lines in a reader's list
_TITLE_MAX_CHARS: Final = 80  # characters; only for a title made from the first words
_NO_TITLE: Final = "Untitled"
IPTC_SCHEME: Final = "http://cv.iptc.org/newscodes/mediatopic/"  # IPTC NewsCodes, Media Topics
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")  # such as "en-GB"


@dataclass(frozen=True, slots=True)
class Category:
    """A topic (with scheme), its IPTC code, or one of the page's own tags (scheme "")."""

    term: str
    label: str
    scheme: str = ""

    def attributes(self) -> dict[str, str]:
        """Return the attributes of an atom:category."""
        return filled(term=self.term, label=self.label, scheme=self.scheme)


@dataclass(frozen=True, slots=True)
class Origin:
    """The site an article was saved from: its name and the address of its front page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry as readers get to see it.

    `url` is the alternate link (None when there is neither an original nor a page), `original`
    the address it was saved from when `url` is not that one already. `html` is never empty and
    sanitised; `summary` is plain text, "" when it would only repeat the title or the body.
    `language` is "" when unknown or the feed's own.
    """

    id: str
    title: str
    url: str | None
    original: str | None
    links: tuple[Link, ...]
    html: str
    summary: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    categories: tuple[Category, ...]
    language: str
    image: str | None
    origin: Origin | None


def shown_entries(feed: Feed) -> tuple[Shown, ...]:
    """Return the entries of a feed as every format shows them, in the feed's order."""
    topics = {topic.slug: topic for topic in feed.topics}
    return tuple(_shown(entry, feed, topics) for entry in feed.entries)


def feed_title(feed: Feed) -> str:
    """Return the feed's title; never empty, for Atom and RSS demand one."""
    return one_line(feed.title) or one_line(feed.site.title) or _NO_TITLE


def known_language(tag: str | None) -> str:
    """Return the tag when it is spelled as BCP 47 wants, else "".

    Source: RFC 5646 section 2.1 (form only; subtags are not looked up).
    """
    return tag if tag and _LANGUAGE.match(tag) else ""


def instant(time: datetime) -> datetime:
    """Return the time in UTC without fractions: readers misread other zones."""
    return time.astimezone(UTC).replace(microsecond=0)


def display_title(article: Article) -> str:
    """Return the title on one line, else the article's first words, else "Untitled"."""
    if title := one_line(article.title):
        return title
    first_words = one_line(article.summary) or one_line(article.text[: 4 * _TITLE_MAX_CHARS])
    return shorten(first_words, max_chars=_TITLE_MAX_CHARS) or _NO_TITLE


def image_type(address: str | None) -> str:
    """Return the media type that the address's suffix tells, or ""."""
    if not address:
        return ""
    name = urlsplit(address).path.rpartition("/")[2]
    return IMAGE_TYPES.get(f".{name.rpartition('.')[2].lower()}", "")


def _shown(entry: Entry, feed: Feed, topics: Mapping[str, Topic]) -> Shown:
    article, site = entry.article, feed.site
    title = display_title(article)
    brief = excerpt(article)
    url, links = _links(entry, site)
    language = known_language(article.language)
    return Shown(
        id=entry.id,
        title=title,
        url=url,
        original=article.url if article.url != url else None,
        links=links,
        html=pictures.placed(
            _own_date(entry) + _html(article, site, brief or title, url), site.base_url
        )
        + foot(entry, site),
        summary="" if brief in {title, article.text} else brief,
        published=instant(entry.published),
        updated=instant(entry.updated),
        authors=tuple(filter(None, article.authors)),
        categories=_categories(article, site, topics),
        language="" if language == known_language(feed.language) else language,
        image=_image(article, site),
        origin=_origin(article),
    )


def _links(entry: Entry, site: Site) -> tuple[str | None, tuple[Link, ...]]:
    """Return the alternate address and all links, the alternate first."""
    original = entry.article.url
    copy = site.base_url + entry.permalink if site.pages and entry.permalink else None
    url = copy if copy and (site.link == "copy" or not original) else original
    links = [Link("alternate", url)] if url else []
    if original and original != url:
        links.append(Link("via", original))
    if copy and copy != url:
        links.append(Link("related", copy, title="Saved copy"))
    links += related(entry, site)
    image = _image(entry.article, site)
    if image and (kind := image_type(image)):
        links.append(Link("enclosure", image, kind, length=_image_length(entry.article)))
    return url, tuple(links)


def _image(article: Article, site: Site) -> str | None:
    """Return the lead image's address; one that lay in the file is published beside the feeds."""
    is_ours = (article.image or "").startswith(pictures.FOLDER)
    return f"{site.base_url}{article.image}" if is_ours else article.image


def _image_length(article: Article) -> str:
    sizes = {pictures.FOLDER + media.name: str(media.size) for media in article.media}
    return sizes.get(article.image or "", _UNKNOWN_LENGTH)


def excerpt(article: Article) -> str:
    """Return the summary, else the text's beginning; "" only for an article without words."""
    return article.summary or shorten(
        one_line(article.text[: 4 * _SUMMARY_MAX_CHARS]), max_chars=_SUMMARY_MAX_CHARS
    )


def _own_date(entry: Entry) -> str:
    """Return the line that tells an article's own day where it is filed under a later one."""
    own = entry.article.published
    if not entry.is_filed or own is None or own.date() >= entry.published.date():
        return ""
    return f"<p>Published {own.day} {MONTHS[own.month - 1][:3]} {own.year}</p>"


def _html(article: Article, site: Site, excerpt: str, url: str | None) -> str:
    """Return an entry's content: the user's note first, then the body or what stands for it."""
    return _note(article.note) + _BODIES[site.content](article, excerpt, url)


def _note(note: str | None) -> str:
    if not note:
        return ""
    return f"<blockquote>{''.join(map(_paragraph, note.split(_EMPTY_LINE)))}</blockquote>"


_EMPTY_LINE: Final = "\n\n"


def _full_body(article: Article, excerpt: str, _url: str | None) -> str:
    return article.html if article.html.strip() else _paragraph(excerpt)


def _excerpt_body(article: Article, excerpt: str, url: str | None) -> str:
    return _paragraph(excerpt) + (_link_paragraph(article, url) if url else "")


def _link_body(article: Article, excerpt: str, url: str | None) -> str:
    return _link_paragraph(article, url) if url else _paragraph(excerpt)


# What stands in an entry's content, by the configuration's `feed.content`.
_BODIES: Final[Mapping[str, Callable[[Article, str, str | None], str]]] = {
    "full": _full_body,
    "excerpt": _excerpt_body,
    "link": _link_body,
}


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>"


def _link_paragraph(article: Article, url: str) -> str:
    words = f"Read it at {urls.host(url)}" if url == article.url else "Read the saved copy"
    return f'<p><a href="{escape(url)}">{escape(words, quote=False)}</a></p>'


def _categories(article: Article, site: Site, known: Mapping[str, Topic]) -> tuple[Category, ...]:
    scheme = f"{site.base_url}topics/"
    named = [known.get(slug) or Topic(slug, slug) for slug in article.topics]
    topics = [Category(topic.slug, topic.title, scheme) for topic in named]
    codes = dict.fromkeys(topic.code for topic in named if topic.code)
    seen = {topic.label.casefold() for topic in topics}
    tags = []
    for tag in article.tags:
        if tag and tag.casefold() not in seen:
            seen.add(tag.casefold())
            tags.append(Category(tag, tag))
    return (*topics, *tags, *(Category(code, code, IPTC_SCHEME) for code in codes))


def _origin(article: Article) -> Origin | None:
    if not article.url:
        return None
    parts = urlsplit(article.url)
    name = article.site or urls.host(article.url)
    return Origin(name, f"{parts.scheme}://{parts.netloc}/")
