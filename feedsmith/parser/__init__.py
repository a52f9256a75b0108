"""Document → Article: one module a field, both kinds of document through one door.

The document is laid out in blocks (`textpage`, `htmlpage`), every field climbs its ladder over
them, and what remains of the body after title, subtitle, dateline and byline is the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedsmith import text, urls
from feedsmith.config import Config, SiteConfig
from feedsmith.dates import DateContext, Found
from feedsmith.errors import NoArticleError
from feedsmith.legal import legal
from feedsmith.model import Article, Document, Parsed
from feedsmith.parser import (
    apart,
    byline,
    dateline,
    evidence,
    labels,
    language,
    lead,
    limits,
    naming,
    remarks,
    subtitle,
    summary,
    trace,
)
from feedsmith.parser.page import (
    Answer,
    Block,
    Body,
    Choice,
    Compose,
    Metadata,
    Page,
    first_prose,
)

_HEAD_BLOCKS = 40  # blocks before the body in which a dateline may stand
_TAIL_BLOCKS = 3  # blocks of the body, and behind it, in which one may


class _Laid(NamedTuple):
    """A page, the function that finds its title, the one that gives its body, how it was found.

    `standings` tells how each block stood, `rivals` what else might have been the body; both are
    for `explain` only.
    """

    page: Page
    find_title: Callable[[Page], Choice[str]]
    compose: Compose
    rule: str
    where: str
    standings: Callable[[], Sequence[naming.Standing]] = tuple
    rivals: Callable[[], tuple[tuple[str, str], ...]] = tuple


class _Fields(NamedTuple):
    """How the ladders of one article ended."""

    url: Choice[str]
    title: Choice[str]
    subtitle: Choice[str]
    published: Choice[Found]
    updated: Choice[Found]
    authors: Choice[tuple[str, ...]]
    site: Choice[str]
    place: Choice[str]
    language: Choice[str]
    tags: Choice[tuple[str, ...]]
    image: Choice[str]
    summary: Choice[str]
    text: Choice[str]


def parse(document: Document, config: Config) -> Parsed:
    """Return the article that a document holds, and remarks; `explain` tells how it was found.

    Raises:
        NoArticleError: there is no paragraph of prose.
        DamagedSourceError: it is far too long.
    """
    laid, fields, body, _ = _understand(document, config)
    return _parsed(laid.page, fields, body)


def explain(document: Document, config: Config) -> Parsed:
    """Return what `parse` does, how each field was found, what else might be, each block's role.

    Raises:
        NoArticleError: there is no paragraph of prose.
        DamagedSourceError: it is far too long.
    """
    laid, fields, body, dropped = _understand(document, config)
    found = trace.findings(fields._asdict().items())
    blocks = naming.name_blocks(_reading(laid, fields, dropped))
    return replace(_parsed(laid.page, fields, body), trace=found, blocks=blocks)


def _parsed(page: Page, fields: _Fields, body: Body) -> Parsed:
    article, inside = lead.illustrated(_article(page, fields, body), page.document, body)
    return Parsed(article, notices=remarks.notices(body, fields.published), pictures=inside)


def _reading(laid: _Laid, fields: _Fields, dropped: frozenset[int]) -> naming.Reading:
    page, authors = laid.page, fields.authors.value or ()
    signed = byline.find_signatures(page, authors)
    places = {
        "title": frozenset(fields.title.places),
        "subtitle": frozenset(fields.subtitle.places),
        "dateline": frozenset((*fields.published.places, *fields.updated.places, *page.dated)),
        "byline": frozenset((*fields.authors.places, *signed)),
    }
    kept = frozenset(page.body) - dropped
    said = naming.Said(fields.title.value or "", authors, places)
    return naming.Reading(page.blocks, laid.standings(), kept, said)


def _understand(document: Document, config: Config) -> tuple[_Laid, _Fields, Body, frozenset[int]]:
    document = limits.admitted(document)
    try:
        return _read(document, config)
    except NoArticleError:
        from feedsmith.parser import noarticle  # noqa: PLC0415 (see _lay_out_html)

        if document.is_fragment or not noarticle.is_bare(document):
            raise
    return _read(replace(document, is_fragment=True), config)


def _read(document: Document, config: Config) -> tuple[_Laid, _Fields, Body, frozenset[int]]:
    laid = _LAYOUTS[document.kind](document, config)
    page = laid.page
    if not (document.is_fragment or any(block.prose for block in page.blocks)):
        raise NoArticleError("no paragraph of prose in it")
    title = laid.find_title(page)
    under = subtitle.find_subtitle(page, title)
    case = dateline.case_of(page, title)
    published, updated = dateline.find_published(case), dateline.find_updated(case)
    authors = byline.find_authors(page, title)
    lines = (*published.places, *updated.places, *authors.places)
    signed = byline.find_signatures(page, authors.value or ())
    opening = apart.opening(page, under)
    gone = (*[at for at in under.places if at not in opening], *signed)
    dropped = apart.dropped(page, title, gone, lines) - opening
    body = laid.compose(dropped, opening)
    if not body.paragraphs:
        raise NoArticleError("no paragraph of prose in it")
    lede = summary.lede(body.paragraphs, under.value)
    whole = "\n\n".join(body.paragraphs)
    fields = _Fields(
        url=labels.find_url(document, page.meta),
        title=title if title.value else summary.opening(lede),
        subtitle=under,
        published=published,
        updated=updated,
        authors=authors,
        site=labels.find_site(page, config.site),
        place=summary.find_place_of(document, lede),
        language=_language(page, whole),
        tags=labels.find_tags(page),
        image=labels.find_image(page),
        summary=summary.find_summary(under.value, lede),
        text=Choice(Answer(whole, laid.where), laid.rule, laid.rivals),
    )
    return laid, fields, body, dropped


def _language(page: Page, whole: str) -> Choice[str]:
    declared = page.meta.language or page.document.hints.language
    found = language.detect(whole, declared)
    if declared and found == language.detect("", declared):
        return summary.choice(found, "declared", "what the page declares")
    return summary.choice(found, "model", "start of the text")


def _article(page: Page, fields: _Fields, body: Body) -> Article:
    published, updated = fields.published.value, fields.updated.value
    article = Article(
        title=text.one_line(fields.title.value or ""),
        text=fields.text.value or "",
        html=body.html,
        part=page.document.part,
        url=fields.url.value,
        subtitle=text.one_line(fields.subtitle.value or "") or None,
        published=published.when if published else None,
        updated=updated.when if updated else None,
        saved=page.document.saved,
        note=page.document.note,
        authors=fields.authors.value or (),
        site=fields.site.value,
        place=fields.place.value,
        language=fields.language.value,
        tags=fields.tags.value or (),
        sections=labels.find_sections(page),
        summary=text.one_line(fields.summary.value or ""),
        image=fields.image.value,
        precision=published.precision if published else "minute",
        zone_assumed=published.zone_assumed if published else False,
        by_file_time=fields.published.rule == dateline.BY_FILE_TIME,
        swapped=evidence.other_reading(published, page.dates) if published else None,
        date_order=evidence.order_shown(published, page),
    )
    return limits.bounded(legal(article))


def _near_body(blocks: tuple[Block, ...], body: tuple[int, ...]) -> tuple[int, ...]:
    """Return the places of the blocks near the body's start, and right behind its end."""
    start = first_prose(blocks, body)
    end = body[-1] + 1 if body else start
    head = range(max(0, start - _HEAD_BLOCKS), min(start + _TAIL_BLOCKS, len(blocks)))
    tail = range(max(end, head.stop), min(end + _TAIL_BLOCKS, len(blocks)))
    return (*head, *tail)


def _context(document: Document, url: str | None, meta: Metadata, config: Config) -> DateContext:
    site = dict(config.site).get(urls.host(url), SiteConfig()) if url else SiteConfig()
    try:
        zone = ZoneInfo(site.timezone or config.input.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    spoken = evidence.spoken(meta) or document.hints.language
    order = site.date_order or config.input.date_order
    return DateContext(zone, order, spoken, document.saved, is_told=bool(site.date_order))


def _page(
    document: Document,
    config: Config,
    meta: Metadata,
    blocks: tuple[Block, ...],
    body: tuple[int, ...],
) -> Page:
    url = labels.find_url(document, meta).value
    dates = _context(document, url, meta, config)
    near = _near_body(blocks, body)
    dated = dict(evidence.dates_at(blocks, near, dates))
    start = first_prose(blocks, body)
    return Page(document, blocks, body, meta, dates, url, dated, frozenset(near), start)


def _lay_out_text(document: Document, config: Config) -> _Laid:
    # 0.02 s to import, which a folder of pages need not pay.
    from feedsmith.parser import headline, textbody, textpage  # noqa: PLC0415

    blocks = textpage.blocks_of(document)
    raw = document.content.split("\n")
    body, likely = textbody.choose(blocks, raw)
    if document.is_fragment:
        body = tuple(range(len(blocks)))
    page = _page(document, config, Metadata(), blocks, body)
    where = f"lines {blocks[body[0]].line} to {blocks[body[-1]].line}" if body else ""
    compose = textpage.composer(blocks, body)
    find_title = partial(headline.find_title, likely=likely)
    standings = partial(textbody.standings, blocks, raw)
    return _Laid(page, find_title, compose, "forest", where, standings)


def preload(kinds: Iterable[Literal["text", "html"]]) -> None:
    """Load what reading documents of these kinds needs, before processes are forked that do it."""
    prose = (
        "The ferry was late again on Monday, and the harbour office said that it was sorry. " * 9
    )
    for kind in sorted(kinds):
        content = f"<h1>Late</h1><p>{prose}</p>" if kind == "html" else prose
        parse(Document(kind, content), Config())


def _lay_out_html(document: Document, config: Config) -> _Laid:
    # lxml costs 0.1 s to import, which a folder of dumps need not pay.
    from feedsmith import dom  # noqa: PLC0415
    from feedsmith.parser import body, htmlpage, metadata, noarticle, title  # noqa: PLC0415

    root = dom.parse(document.content)
    if root is None:
        raise NoArticleError("no element in it")
    meta = metadata.read_metadata(root)
    password = noarticle.has_password(root)
    layout = htmlpage.lay_out(root, meta, whole=document.is_fragment, chars=len(document.content))
    page = _page(document, config, meta, layout.blocks, layout.body)
    if not document.is_fragment:
        noarticle.refuse(layout, page, root, password=password)
    compose = body.composer(layout, document, page.url)
    return _Laid(
        page, title.find_title, compose, "forest", layout.where, layout.standings, layout.rivals
    )


_LAYOUTS = {"text": _lay_out_text, "html": _lay_out_html}
