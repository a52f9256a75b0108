"""Document → Article: one module a field, both kinds of document through one door.

The document is laid out in blocks (`textpage`, `htmlpage`), every field climbs its ladder over
them, and what remains of the body after title, subtitle, dateline and byline is sanitised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedsmith import text, urls
from feedsmith.config import Config, SiteConfig
from feedsmith.dates import DateContext, Found, find_datelines, find_place
from feedsmith.errors import NoArticleError
from feedsmith.model import Article, Document, Finding, Notice, Parsed
from feedsmith.parser import byline, dateline, labels, language, subtitle, textpage, title
from feedsmith.parser.page import Block, Choice, Metadata, Page
from feedsmith.sanitize import Clean, sanitize

_T = TypeVar("_T")
_SUMMARY_CHARS = 300  # characters of a summary made from the lede
_LEDE_CHARS = 60  # characters; a shorter first paragraph is a place or a label
_HEAD_BLOCKS = 40  # blocks before the body in which a dateline may stand
_TAIL_BLOCKS = 3  # blocks of the body, and behind it, in which one may
_TITLE_SLACK = 3  # characters by which folding may change a title's length
_DATE_CHARS = 160  # characters; a longer block is prose that mentions a date


@dataclass(frozen=True, slots=True)
class _Laid:
    """A page and the function that makes its body's HTML without some blocks."""

    page: Page
    compose: Callable[[frozenset[int]], str]
    paragraphs: Callable[[str], list[str]]


def parse(document: Document, config: Config) -> Parsed:
    """Return the article that a document holds, how each field was found, and remarks.

    Raises:
        NoArticleError: there is no title, or no paragraph of prose.
    """
    laid = _LAYOUTS[document.kind](document, config)
    page = laid.page
    if not any(block.prose for block in page.blocks):
        raise NoArticleError("no paragraph of prose in it")
    headline = title.find_title(page)
    if not headline.value:
        raise NoArticleError("no title in it")
    fields = _Fields(
        title=headline,
        subtitle=subtitle.find_subtitle(page, headline),
        published=dateline.find_published(page, headline),
        updated=dateline.find_updated(page, headline),
        authors=byline.find_authors(page, headline),
        site=labels.find_site(page, config.site),
    )
    clean = sanitize(laid.compose(_dropped(page, fields)), page.url)
    paragraphs = laid.paragraphs(clean.html)
    if not paragraphs:
        raise NoArticleError("no paragraph of prose in it")
    article = _article(page, fields, clean.html, paragraphs)
    return Parsed(article, _trace(fields), _notices(clean, fields.published.value))


@dataclass(frozen=True, slots=True)
class _Fields:
    """How the ladders of one article ended."""

    title: Choice[str]
    subtitle: Choice[str]
    published: Choice[Found]
    updated: Choice[Found]
    authors: Choice[tuple[str, ...]]
    site: Choice[str]


def _article(page: Page, fields: _Fields, html: str, paragraphs: list[str]) -> Article:
    body = "\n\n".join(paragraphs)
    lede = next((part for part in paragraphs if len(part) >= _LEDE_CHARS), paragraphs[0])
    published, updated = fields.published.value, fields.updated.value
    sub = text.one_line(fields.subtitle.value or "")
    return Article(
        title=text.one_line(fields.title.value or ""),
        text=body,
        html=html,
        part=page.document.part,
        url=page.url,
        subtitle=sub or None,
        published=published.when if published else None,
        updated=updated.when if updated else None,
        saved=page.document.saved,
        authors=fields.authors.value or (),
        site=fields.site.value,
        place=find_place(lede),
        language=language.detect(body, page.meta.language or page.document.hints.language),
        tags=labels.find_tags(page),
        sections=labels.find_sections(page),
        summary=text.shorten(sub or lede.replace("\n", " "), max_chars=_SUMMARY_CHARS),
        image=labels.find_image(page),
        precision=published.precision if published else "minute",
        zone_assumed=published.zone_assumed if published else False,
    )


def _trace(fields: _Fields) -> tuple[Finding, ...]:
    return (
        _finding("title", fields.title),
        _finding("subtitle", fields.subtitle),
        _finding("published", fields.published),
        _finding("updated", fields.updated),
        _finding("authors", fields.authors),
        _finding("site", fields.site),
    )


def _dropped(page: Page, fields: _Fields) -> frozenset[int]:
    """Return the places of the blocks that are title, subtitle, dateline or byline, or above."""
    headline = fields.title
    lines = (*fields.published.places, *fields.updated.places, *fields.authors.places)
    folded = text.fold(headline.value or "")
    dropped = {*headline.places, *fields.subtitle.places}
    dropped |= {at for at in lines if not page.blocks[at].prose}
    top = max(headline.places, default=-1)
    dropped |= {at for at in page.body if at <= top and not page.blocks[at].prose}
    for at in page.body:
        line = page.blocks[at].text
        if abs(len(line) - len(folded)) <= _TITLE_SLACK and text.fold(line) == folded:
            dropped.add(at)
    dropped |= {
        at
        for at in page.dated
        if len(page.blocks[at].text) <= _DATE_CHARS and not page.blocks[at].prose
    }
    return frozenset(dropped)


def _dated(
    blocks: tuple[Block, ...], body: tuple[int, ...], dates: DateContext
) -> dict[int, tuple[Found, ...]]:
    """Return the dates that blocks near the body's start, and right behind its end, print."""
    start = next((at for at in body if blocks[at].prose), len(blocks))
    end = body[-1] + 1 if body else start
    places = [
        *range(max(0, start - _HEAD_BLOCKS), min(start + _TAIL_BLOCKS, len(blocks))),
        *range(end, min(end + _TAIL_BLOCKS, len(blocks))),
    ]
    found: dict[int, tuple[Found, ...]] = {}
    for at in places:
        line = blocks[at].text
        if len(line) <= _DATE_CHARS and any(map(str.isdigit, line)):
            dates_in = find_datelines(line, dates)
            if dates_in:
                found[at] = dates_in
    return found


def _context(document: Document, url: str | None, meta: Metadata, config: Config) -> DateContext:
    site = dict(config.site).get(urls.host(url or ""), SiteConfig())
    try:
        zone = ZoneInfo(site.timezone or config.input.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    spoken = meta.language or document.hints.language
    return DateContext(zone, site.date_order or config.input.date_order, spoken, document.saved)


def _lay_out_text(document: Document, config: Config) -> _Laid:
    blocks = textpage.blocks_of(document)
    body = textpage.body_of(blocks)
    meta = Metadata()
    dates = _context(document, document.url, meta, config)
    page = Page(document, blocks, body, meta, dates, document.url, _dated(blocks, body, dates))
    return _Laid(page, textpage.composer(blocks, body), textpage.paragraphs)


def _lay_out_html(document: Document, config: Config) -> _Laid:
    # lxml and Beautiful Soup cost 0.1 s to import, which a folder of dumps need not pay.
    from feedsmith import dom  # noqa: PLC0415
    from feedsmith.parser import htmlpage, metadata  # noqa: PLC0415

    root = dom.parse(document.content)
    if root is None:
        raise NoArticleError("no element in it")
    meta = metadata.read_metadata(root)
    url = labels.find_url(document, meta).value
    layout = htmlpage.lay_out(root)
    dates = _context(document, url, meta, config)
    page = Page(
        document,
        layout.blocks,
        layout.body,
        meta,
        dates,
        url,
        _dated(layout.blocks, layout.body, dates),
    )
    return _Laid(page, htmlpage.composer(layout), dom.paragraphs)


_LAYOUTS = {"text": _lay_out_text, "html": _lay_out_html}


def _finding(name: str, choice: Choice[_T]) -> Finding:
    answer = choice.answer
    rivals = tuple((rule, _shown(rival)) for rule, rival in choice.rivals)
    if answer is None:
        return Finding(name, "", "", "", rivals)
    return Finding(name, _shown(answer.value), choice.rule, answer.where, rivals)


def _shown(value: object) -> str:
    """Return what a person would read of a field's value."""
    if isinstance(value, Found):
        return value.when.isoformat()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _notices(clean: Clean, found: Found | None) -> tuple[Notice, ...]:
    notices = []
    if clean.dropped_images:
        notices.append(Notice("", "images", f"{clean.dropped_images} inline images dropped"))
    if clean.capped:
        notices.append(Notice("", "depth", "deeply nested markup cut"))
    if found and found.ambiguous:
        notices.append(Notice("", "date", f"ambiguous date read as {found.when:%d %B %Y}"))
    return tuple(notices)
