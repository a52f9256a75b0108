"""Articles and traits as JSON: the lines of `feedsmith parse`, and the rows of the cache. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import blake2b

from feedsmith.cache import ArticleRow
from feedsmith.identity import Trait
from feedsmith.model import Article, Media


def to_line(article: Article, article_id: str) -> str:
    """Return one line of `feedsmith parse`: a JSON object, dates with their printed offset."""
    fields = {
        "path": article.path,
        "id": article_id,
        "url": article.url,
        "title": article.title,
        "subtitle": article.subtitle,
        "published": _out(article.published),
        "updated": _out(article.updated),
        "saved": _out(article.saved),
        "authors": article.authors,
        "site": article.site,
        "place": article.place,
        "language": article.language,
        "tags": article.tags,
        "topics": article.topics,
        "summary": article.summary,
        "text": article.text,
        "html": article.html,
        "image": article.image,
        "why": article.why,
    }
    return json.dumps(fields, ensure_ascii=False)


def to_row(article: Article, trait: Trait, article_id: str, relative: str) -> ArticleRow:
    """Return the article as a row of the cache."""
    fields = (
        article.title, article.url, article.subtitle, _out(article.published),
        _out(article.updated), _out(article.saved), article.authors, article.site, article.place,
        article.language, article.tags, article.sections, article.summary, article.image,
        article.precision, article.zone_assumed, article.note, article.media,
    )  # fmt: skip
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    body = article.html.encode()
    return ArticleRow(
        path=trait.path,
        part=trait.part,
        id=article_id,
        trait=_trait_out(trait, article.saved),
        topics=" ".join(article.topics),
        fields=text,
        html=article.html,
        text=article.text,
        relative=relative,
        digest=blake2b(text.encode() + body, digest_size=16).hexdigest(),
        size=len(body) + _escaping(article.html) + len(article.summary),
        language=article.language or "",
        why=why_out(article),
    )


def why_out(article: Article) -> str:
    """Return why an article has its topics, as its row says it."""
    return json.dumps(article.why, ensure_ascii=False) if article.why else ""


def _escaping(html: str) -> int:
    """Return how many bytes longer the fragment is inside XML."""
    return 3 * (html.count("<") + html.count(">")) + 4 * html.count("&")


def from_row(row: ArticleRow) -> Article:
    """Return the article of a row; `path` is its path below the walked folder."""
    (
        title, url, subtitle, published, updated, saved, authors, site, place, language, tags,
        sections, summary, image, precision, zone_assumed, note, media,
    ) = json.loads(row.fields)  # fmt: skip
    return Article(
        title=title,
        text=row.text,
        html=row.html,
        path=row.relative,
        part=row.part,
        url=url,
        subtitle=subtitle,
        published=_in(published),
        updated=_in(updated),
        saved=_in(saved),
        authors=tuple(authors),
        site=site,
        place=place,
        language=language,
        tags=tuple(tags),
        sections=tuple(sections),
        topics=tuple(row.topics.split()),
        why=tuple(json.loads(row.why)) if row.why else (),
        summary=summary,
        image=image,
        precision=precision,
        zone_assumed=zone_assumed,
        note=note,
        media=tuple([Media(*item) for item in media]),
    )


def trait_dated(text: str, published: str) -> str:
    """Return a copy's trait as it is stored, with another date of publication (RFC 3339)."""
    values = json.loads(text)
    values[_TRAIT_DATE] = published
    return json.dumps(values, ensure_ascii=False)


def fields_dated(text: str, published: str) -> str:
    """Return an article's fields as they are stored, with another date of publication."""
    values = json.loads(text)
    values[_FIELDS_DATE] = published
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


_FIELDS_DATE, _TRAIT_DATE = 3, 5  # where the date stands, see from_row and trait_from


def _trait_out(trait: Trait, saved: datetime | None) -> str:
    return json.dumps(
        (
            trait.source, trait.parser, trait.url, trait.site, trait.title,
            _out(trait.published), _out(trait.updated), _out(saved), trait.text_hash,
            trait.sketch, trait.chars,
        ),
        ensure_ascii=False,
    )  # fmt: skip


def site_of(text: str) -> str:
    """Return the site of a stored trait."""
    return str(json.loads(text)[3])


def trait_from(path: str, part: str, text: str, mtime: datetime) -> Trait:
    """Return a copy's trait from its stored form.

    Args:
        path: the file's stored path.
        part: the article's part of the file.
        text: what `to_row` stored.
        mtime: the file's time now; stands in for a wrapper's saved time.
    """
    source, parser, url, site, title, published, updated, saved, text_hash, sketch, chars = (
        json.loads(text)
    )
    return Trait(
        path=path,
        part=part,
        source=source,
        parser=parser,
        url=url,
        site=site,
        title=title,
        published=_in(published),
        updated=_in(updated),
        saved=_in(saved) or mtime,
        text_hash=text_hash,
        sketch=tuple(sketch),
        chars=chars,
    )


def _out(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _in(when: str | None) -> datetime | None:
    return datetime.fromisoformat(when) if when else None
