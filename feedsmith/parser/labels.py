"""What is short and declared: site, address, tags, sections, lead image."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from feedsmith import text, urls
from feedsmith.config import SiteConfig
from feedsmith.model import Document
from feedsmith.parser.page import Answer, Choice, Metadata, Page, climb

_HOME = frozenset({
    "home", "homepage", "home page", "start", "startseite", "accueil", "inicio", "главная",
    "ana sayfa", "forside", "hem", "etusivu", "strona główna",
})  # fmt: skip
_MAX_TAGS = 30  # tags; a page with more lists its whole site
_TAG_CHARS = 60  # characters


def find_url(document: Document, meta: Metadata) -> Choice[str]:
    """Return the page's own address: what the wrapper noted, else what the page declares.

    A canonical address that is a mere home page loses to the wrapper's; otherwise the canonical
    one is preferred when both name the same site.
    """
    rules = (_canonical_of_saved, _saved_address, _canonical, _open_graph, _linked_address)
    return climb(rules, (document, meta))


def _canonical_of_saved(case: tuple[Document, Metadata]) -> Answer[str] | None:
    document, meta = case
    if not document.url:
        return None
    declared = urls.absolute(meta.canonical, document.url) if meta.canonical else None
    if not declared or not _is_deep(declared) or urls.host(declared) != urls.host(document.url):
        return None
    return Answer(urls.without_tracking(declared), "<link rel=canonical>")


def _saved_address(case: tuple[Document, Metadata]) -> Answer[str] | None:
    document, _ = case
    return Answer(urls.without_tracking(document.url), document.wrapper) if document.url else None


def _canonical(case: tuple[Document, Metadata]) -> Answer[str] | None:
    return _address(case[1].canonical, case[1], "<link rel=canonical>")


def _open_graph(case: tuple[Document, Metadata]) -> Answer[str] | None:
    name, value = case[1].first("og:url", "twitter:url", "parsely-link", "url")
    return _address(value, case[1], f"<meta {name}>")


def _linked_address(case: tuple[Document, Metadata]) -> Answer[str] | None:
    return _address(case[1].linked.url, case[1], "JSON-LD url")


def _address(value: str, meta: Metadata, where: str) -> Answer[str] | None:
    found = urls.absolute(value, urls.absolute(meta.base) if meta.base else None) if value else None
    return Answer(urls.without_tracking(found), where) if found and _is_deep(found) else None


def _is_deep(address: str) -> bool:
    parts = urlsplit(address)
    return len(parts.path) > 1 or bool(parts.query)


def find_site(page: Page, sites: Iterable[tuple[str, SiteConfig]]) -> Choice[str]:
    """Return the site's name: the configured one, else the page's own word, else the host."""
    host = urls.host(page.url or "")
    name = dict(sites).get(host, SiteConfig()).name
    choice = climb(_SITE_RULES[page.document.kind], page)
    return Choice(Answer(name, "config"), "config", choice.standing) if name else choice


def _site_meta(page: Page) -> Answer[str] | None:
    name, value = page.meta.first("og:site_name", "application-name", "al:android:app_name")
    return Answer(value, f"<meta {name}>") if value else None


def _publisher(page: Page) -> Answer[str] | None:
    value = page.meta.linked.publisher
    return Answer(value, "JSON-LD publisher") if value else None


def _site_hint(page: Page) -> Answer[str] | None:
    value = page.document.hints.site
    return Answer(value, page.document.wrapper) if value else None


def _reader_host(page: Page) -> Answer[str] | None:
    if not page.reader_head:
        return None
    return Answer(page.blocks[0].text.removeprefix("www."), "line 1", (0,))


def _host(page: Page) -> Answer[str] | None:
    host = urls.host(page.url or "")
    return Answer(host, "address") if host else None


_SITE_RULES = {
    "html": (_site_meta, _publisher, _site_hint, _host),
    "text": (_site_hint, _reader_host, _host),
}


def find_tags(page: Page) -> Choice[tuple[str, ...]]:
    """Return the labels that the page carries, in its order, without repeats."""
    return climb((_labels, _keywords), page)


def _labels(page: Page) -> Answer[tuple[str, ...]] | None:
    sources = (
        (page.document.wrapper, page.document.hints.tags),
        ("<meta article:tag>", page.meta.metas.get("article:tag", ())),
        ("JSON-LD keywords", page.meta.linked.keywords),
    )
    tags = _unique([name for _, names in sources for name in names], _MAX_TAGS)
    return Answer(tags, ", ".join(where for where, names in sources if names)) if tags else None


def _keywords(page: Page) -> Answer[tuple[str, ...]] | None:
    metas = page.meta.metas.get("keywords", ())
    tags = _unique([part for value in metas for part in value.split(",")], _MAX_TAGS)
    return Answer(tags, "<meta keywords>") if tags else None


def find_sections(page: Page) -> tuple[str, ...]:
    """Return the page's section, breadcrumb and address words, in this order, without repeats."""
    linked = page.meta.linked
    crumbs = page.meta.breadcrumbs
    path = unquote(urlsplit(page.url or "").path).strip("/").split("/")[:-1]
    raw = [
        *linked.sections,
        *page.meta.metas.get("article:section", ()),
        *page.meta.props.get("articlesection", ()),
        *crumbs[: -1 if len(crumbs) > 1 else None],
        *(part for part in path if not part.isdigit()),
    ]
    return tuple(name for name in _unique(raw, _MAX_TAGS) if text.fold(name) not in _HOME)


def _unique(values: Iterable[str], limit: int) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value in values:
        name = text.one_line(value)
        if 1 < len(name) <= _TAG_CHARS:
            found.setdefault(text.fold(name), name)
    return tuple(found.values())[:limit]


def find_image(page: Page) -> Choice[str]:
    """Return the absolute address of the picture that the page puts first."""
    return climb((_image_meta, _linked_image, _image_hint), page)


def _image_meta(page: Page) -> Answer[str] | None:
    names = ("og:image", "og:image:url", "twitter:image", "twitter:image:src")
    name, value = page.meta.first(*names)
    return _picture(value, page, f"<meta {name}>")


def _linked_image(page: Page) -> Answer[str] | None:
    return _picture(page.meta.linked.image, page, "JSON-LD image")


def _image_hint(page: Page) -> Answer[str] | None:
    return _picture(page.document.hints.image or "", page, page.document.wrapper)


def _picture(value: str, page: Page, where: str) -> Answer[str] | None:
    found = urls.absolute(value, page.url) if value else None
    return Answer(found, where) if found else None
