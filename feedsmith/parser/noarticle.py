"""Pages that are no article: error pages, sign-in walls, consent walls, lists of articles.

A ladder of rules, each with what it takes the page for. Rather ten lists too many than an article
lost: a page that declares itself an article is one whatever the rules say, and the limits are such
that of some hundred undeclared articles, short and odd ones among them, none was near.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from feedsmith import dom
from feedsmith.dom import Element, having
from feedsmith.errors import NoArticleError
from feedsmith.model import Document
from feedsmith.parser import marks
from feedsmith.parser.htmlpage import Layout
from feedsmith.parser.page import Block, Page
from feedsmith.parser.sight import HEADINGS
from feedsmith.parser.trees import probability

_LITTLE_CHARS = 1500  # characters of likely body; error pages and consent walls have fewer
_WALL_CHARS = 500  # characters of likely body; a sign-in form has fewer beside it
_FRONT_CHARS = 600  # characters of likely body of a front page that has some prose
_HARDLY_CHARS = 100  # characters of likely body; two sentences of news have more
_UNLIKELY = 0.4  # probability of a page's likeliest block; that of an article is above 0.9
_LINK_SHARE = 0.5  # of the text between the body's first and last block; more is a list of links
_CONSENT_SHARE = 0.6  # of the body's prose that speaks of cookies
_LONG_CHARS = 200  # characters; teasers are shorter, of an article's paragraphs every second is not
_TEASERS, _MANY_TEASERS = 3, 5  # headings that are links: where more speaks for a list, and alone
_ERROR_SAID = (
    r"(?:(?:http )?error:? )?(?:404|410|403|500|502|503)(?: error)?"
    r"(?:\W+(?:page |file )?not found)?"
    r"|(?:the |that |this )?(?:page|file|document)(?: you .{0,30})? (?:(?:was |is |could )?not "
    r"(?:be )?found|can[’']?t be found|cannot be found|does not exist|doesn[’']t exist)|not found"
    r"|(?:die )?(?:gesuchte )?seite (?:wurde )?(?:leider )?nicht gefunden|page (?:introuvable|non"
    r" trouvée)|página no encontrada|no se encontró la página|pagina non trovata"
    r"|página não encontrada|pagina niet gevonden|nie znaleziono strony|страница не найдена"
    r"|ページが見つかりません|页面不存在|找不到页面|sidan hittades inte|(?:403 )?access denied"
    r"|just a moment|attention required|are you a (?:human|robot)|(?:503 )?service unavailable"
    r"|(?:403 )?forbidden"
)
_SIGN_IN_SAID = (
    r"(?:please )?(?:sign|log)[ -]?(?:in|on|up)(?: (?:to|or|for|with) .{1,40})?|register"
    r"|create (?:an |your )?account|my account|anmelden|anmeldung|einloggen|registrieren|connexion"
    r"|se connecter|iniciar sesión|accedi|entrar|inloggen|zaloguj się|logowanie|вход|войти"
    r"|logga in|ログイン|登录"
)


def _whole(said: str) -> re.Pattern[str]:
    """Return what finds a phrase that is a whole title, or a title's part beside the site."""
    opening = r"(?:(?:oops|sorry|whoops|hm+|uh[ -]?oh)\W+)?"
    return re.compile(
        rf"(?:\A|[|·–—:-] ){opening}(?:{said})\s*(?:\Z|[.!?…]|[|·–—:-] )", re.IGNORECASE
    )


_ERROR, _SIGN_IN = _whole(_ERROR_SAID), _whole(_SIGN_IN_SAID)
_SEARCH = re.compile(
    r"\b(?:search results|results for|you searched for|suchergebnis(?:se)?|résultats de (?:la )?"
    r"recherche|resultados de (?:la )?búsqueda|risultati (?:della )?ricerca|zoekresultaten"
    r"|wyniki wyszukiwania|результаты поиска)\b",
    re.IGNORECASE,
)
_ERROR_CHARS = 60  # characters of the title of an error page or wall; a longer one is a headline's
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|NewsItem|Recipe|HowTo)\Z")
_LISTS = frozenset({"CollectionPage", "SearchResultsPage"})
_ROOTS = frozenset({"", "/", "/index.html", "/index.php", "/index.htm"})
# What pages are made of beside their text; one that has none of it holds nothing but the article.
_FURNITURE = (
    "a", "form", "input", "button", "nav", "aside", "footer", "header", "iframe", "noscript",
    "ul", "ol",
)  # fmt: skip


@dataclass(frozen=True)
class _Case:
    """A page and what the rules ask of it; what costs time is reckoned when it is asked for."""

    layout: Layout
    page: Page
    root: Element
    has_password: bool

    @cached_property
    def likely_chars(self) -> float:
        """Return the characters of body that the page is expected to hold."""
        layout = self.layout
        pairs = zip(layout.odds, layout.blocks, strict=True)
        return sum([probability(odd) * len(block.text) for odd, block in pairs])

    @cached_property
    def span(self) -> tuple[Block, ...]:
        """Return the blocks from the body's first to its last."""
        body = self.layout.body
        return self.layout.blocks[body[0] : body[-1] + 1] if body else ()

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Return the page title and the h1 headings, as far as they are short."""
        headings = [block.text for block in self.layout.blocks if block.tag == "h1"]
        titles = (self.page.meta.page_title, *headings[:2])
        return tuple([title for title in titles if len(title) <= _ERROR_CHARS])


def has_password(root: Element) -> bool:
    """Say whether a page asks for a password; to be asked before its forms are cut."""
    return any((field.get("type") or "").lower() == "password" for field in root.iter("input"))


def is_bare(document: Document) -> bool:
    """Say whether a document is a page of an `<article>` with its heading, and nothing else at all.

    So programs write down notices of two lines. What tells body from boilerplate has nothing to
    compare there, and no need to: all of it is the article.
    """
    root = dom.parse(document.content) if document.kind == "html" else None
    articles = [] if root is None else list(root.iter("article"))
    if root is None or len(articles) != 1 or next(root.iter(*_FURNITURE), None) is not None:
        return False
    headings = [dom.text_of(node) for node in articles[0].iter("h1", "h2")]
    titles = (*headings, *map(dom.text_of, root.iter("title")))
    if not headings or any(_ERROR.search(title) or _SIGN_IN.search(title) for title in titles):
        return False
    texts = [dom.text_of(node) for node in (articles[0], *root.iter("body"))]
    return len(headings[0]) < len(texts[0]) and set(texts) == {texts[0]}


def refuse(layout: Layout, page: Page, root: Element, *, password: bool) -> None:
    """Refuse a page that is no article.

    Args:
        layout: the page, its body chosen and not yet cut out.
        page: the same for the fields' ladders.
        root: its tree.
        password: whether it asks for one (`has_password`).

    Raises:
        NoArticleError: it is none; says which rule found that, and what to do.
    """
    case = _Case(layout, page, root, password)
    for rule, what in _RULES:
        if rule(case) and not (rule is not _collection and _is_declared(case)):
            name = rule.__name__.strip("_")
            raise NoArticleError(f"looks like {what} (rule {name}); {_ADVICE}")


_ADVICE = "if it is one all the same, save it again with its text in view, else move the file away"


def _is_declared(case: _Case) -> bool:
    """Say whether the page calls itself an article, or tells when one was published."""
    meta = case.page.meta
    if meta.first("og:type")[1].lower().startswith("article"):
        return True
    return _is_dated_article(case) or any(
        _ARTICLE.search(node.get("itemtype") or "") for node in having(case.root, "itemtype")
    )


def _is_dated_article(case: _Case) -> bool:
    meta = case.page.meta
    published = meta.linked.published or meta.first("article:published_time")[1]
    return bool(published) or any(_ARTICLE.search(kind) for kind in meta.linked.kinds)


def _error_title(case: _Case) -> bool:
    return any(map(_ERROR.search, case.titles)) and case.likely_chars < _LITTLE_CHARS


def _sign_in(case: _Case) -> bool:
    asks = case.has_password or any(map(_SIGN_IN.search, case.titles))
    return asks and case.likely_chars < _WALL_CHARS


def _consent(case: _Case) -> bool:
    """All but a few of the body's sentences speak of cookies, as those before the page do."""
    if case.likely_chars >= _LITTLE_CHARS:
        return False
    prose = [block for block in case.span if block.prose]
    cookies = [len(block.text) for block in prose if marks.is_consent(block.text)]
    return sum(cookies) > _CONSENT_SHARE * sum([len(block.text) for block in prose])


def _search_results(case: _Case) -> bool:
    return any(map(_SEARCH.search, case.titles)) and _linked(case.layout.blocks) >= _TEASERS


def _collection(case: _Case) -> bool:
    """JSON-LD calls it a list and names no article, and there are teasers."""
    is_list = not _LISTS.isdisjoint(case.page.meta.linked.kinds)
    return is_list and not _is_dated_article(case) and _linked(case.layout.blocks) >= _TEASERS


def _links(case: _Case) -> bool:
    size = sum([len(block.text) for block in case.span])
    return sum([block.link_chars for block in case.span]) > _LINK_SHARE * size


def _teasers(case: _Case) -> bool:
    """Most headings of the body lead elsewhere, and its paragraphs are short and few."""
    headings = [block for block in case.span if block.tag in HEADINGS]
    linked = _linked(case.span)
    body = [case.layout.blocks[at] for at in case.layout.body]
    long = sum([len(block.text) > _LONG_CHARS for block in body])
    return linked >= _MANY_TEASERS and linked * 2 > len(headings) and long * 2 < linked


def _front_page(case: _Case) -> bool:
    """The address is that of the whole site."""
    url = urlsplit(case.page.url or "")
    if not url.netloc or url.path not in _ROOTS or url.query:
        return False
    return _linked(case.layout.blocks) >= _MANY_TEASERS or case.likely_chars < _FRONT_CHARS


def _improbable(case: _Case) -> bool:
    best = max(case.layout.odds, default=0)
    least = _WALL_CHARS if probability(best) < _UNLIKELY else _HARDLY_CHARS
    return case.likely_chars < least


def _linked(blocks: Iterable[Block]) -> int:
    """Return the number of headings that are links."""
    return sum(
        [block.tag in HEADINGS and block.link_chars * 2 > len(block.text) for block in blocks]
    )


_LIST = "a list of articles, not one"
_RULES: tuple[tuple[Callable[[_Case], bool], str], ...] = (
    (_error_title, "an error page, not an article"),
    (_sign_in, "a sign-in page, not an article"),
    (_consent, "a consent notice, not an article"),
    (_search_results, "a list of search results, not an article"),
    (_collection, _LIST),
    (_links, "a list of links, not an article"),
    (_teasers, _LIST),
    (_front_page, "a site's front page, not an article"),
    (_improbable, "a page without an article's text"),
)
