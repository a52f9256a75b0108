"""Body HTML that is safe to publish: allow-lists of elements, attributes and URL schemes.

Strategy: one linear walk over the tags cuts what would make a tree too deep (the sanitiser's time
grows with the square of the depth) and attributes that are data in disguise; then nh3 parses as a
browser does and keeps only what the tables below name; then pictures that lost their address go.
The result is a fixed point: sanitising it again changes nothing.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass, field

import nh3

from feedsmith import references, text, urls


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


ELEMENTS = _names(
    "a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl"
    " dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s"
    " samp section small span strong sub sup table tbody td tfoot th thead time tr u ul var wbr"
)
ATTRIBUTES = {
    "*": {"title", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
SCHEMES = frozenset({"http", "https", "mailto"})
# Elements that go with everything inside them; all others leave their text.
WITH_CONTENT = _names(
    "embed form iframe math noembed noscript object plaintext script select style svg template"
    " textarea title xmp"
)
MAX_DEPTH = 100  # open elements; real articles stay below 40
MAX_ATTRIBUTE_CHARS = 4000  # characters; longer ones are files in disguise
_MAX_PASSES = 4  # sanitiser runs; odd nesting needed at most 3 to settle

# White space and controls that some clients strip before they look at an address's scheme.
_ODD = re.compile("[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u2029\u205f\u3000\ufeff]")
# What `urls.absolute` would give back as it is; most addresses are such.
_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9_~-][\w.~%-]*)+/?", re.ASCII
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_TAG_NAMES = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]*)")
_PRE_BREAKS = re.compile(r"(<pre\b[^>]*>)\n+")
_IMG = re.compile(r'<img((?: [^\s"=<>]+="[^"]*")*)>')
_ONE_PIXEL = re.compile(r' (?:width|height)="[01](?:px)?"')
# One token of HTML as the tokenizer of the HTML standard (13.2.5) cuts it: an element whose content
# is no markup, a comment, a tag. Every repetition is possessive or ends at the end of the text.
_ATTRIBUTES = (
    r"""(?:[\t\n\f\r /]++|[^\t\n\f\r />][^\t\n\f\r />=]*+"""
    r"""(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r "'>][^\t\n\f\r >]*+))?+)*+"""
)
_RAW = "script|style|textarea|title|xmp|iframe|noembed|noframes|noscript"
_RAW_NAMES = frozenset(_RAW.split("|"))
_NAME_END = r"(?=[\t\n\f\r />])"
_TOKEN = re.compile(
    rf"<(?P<raw>{_RAW}){_NAME_END}{_ATTRIBUTES}(?:>|\Z)"
    rf"[\s\S]*?(?:</(?P=raw){_NAME_END}[^>]*+>?|\Z)"
    r"|<!--(?:-?>|[\s\S]*?(?:--!?>|\Z))"
    rf"|<(?P<slash>/?)(?P<name>[a-z][^\t\n\f\r />]*+){_ATTRIBUTES}(?:>|\Z)"
    r"|<[!?/][^>]*+>?",
    re.IGNORECASE,
)
# A tag that no "<" lies in, whatever is an attribute of it and whatever is not.
_SIMPLE_TAG = re.compile(
    r"""<(/?)([a-z][^\t\n\f\r />"'<]*+)(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""", re.IGNORECASE
)
_ATTRIBUTE = re.compile(
    r"""([^\t\n\f\r />=]++)[\t\n\f\r ]*+=[\t\n\f\r ]*+"""
    r"""("[^"]*+"|'[^']*+'|[^\t\n\f\r "'>][^\t\n\f\r >]*+)"""
)
# Elements that hold nothing or that their next sibling closes: their number adds no depth.
_FLAT = _names(
    "area base br col colgroup dd dt embed frame hr img input li link meta option p param source"
    " tbody td tfoot th thead tr track wbr"
)


@dataclass(frozen=True, slots=True)
class Clean:
    """A fragment that is safe to publish.

    `dropped_images` counts pictures without an address that others can reach (inline data, local
    files, relative without a base, none at all); `capped` says that elements were nested too deep
    and lost their tags.
    """

    html: str
    dropped_images: int
    capped: bool


def sanitize(html: str, base: str | None) -> Clean:
    """Return a fragment that holds only the allowed elements, attributes and schemes.

    Args:
        html: a fragment of any quality.
        base: absolute address of the page; without it relative addresses are dropped.

    Source: HTML standard section 13.2 (parsing); tests/data/hostile.
    """
    html, capped = _cap(html)
    clean, dropped = _without_dead_images(_legal(_rough(html, base)))
    for _ in range(_MAX_PASSES):
        if _is_settled(html, clean):
            break
        html, clean = clean, _legal(_rough(clean, base))
    return Clean(clean, dropped, capped)


def _rough(html: str, base: str | None) -> str:
    hidden = references.hidden(html)
    clean = nh3.clean(
        hidden,
        tags=ELEMENTS,
        clean_content_tags=WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=functools.partial(_attribute if hidden is html else _hidden, base),
        url_schemes=SCHEMES,
    )
    return clean if hidden is html else references.restored_html(clean)


def _is_settled(before: str, after: str) -> bool:
    """Say whether another pass would change nothing: the same tags in the same order came back."""
    return before == after or (
        "<pre" not in after
        and "&#" not in before
        and _TAG_NAMES.findall(before) == _TAG_NAMES.findall(after)
    )


def _legal(html: str) -> str:
    """Undo what character references smuggled in, and line ends that a parser eats in `<pre>`."""
    if "<pre" in html:
        html = _PRE_BREAKS.sub(r"\1", html)
    return text.clean_lines(html)


def _attribute(base: str | None, _element: str, name: str, value: str) -> str | None:
    """Return the value that an attribute keeps, or None."""
    if name == "href":
        return _link(value, base)
    return _address(value, base) if name == "src" else value


def _hidden(base: str | None, element: str, name: str, value: str) -> str | None:
    return _attribute(base, element, name, references.restored(value))


def _link(value: str, base: str | None) -> str | None:
    bare = _ODD.sub("", value)
    if bare[:7].lower() == "mailto:":
        return bare
    return None if bare.startswith("#") else _address(value, base)


def _address(value: str, base: str | None) -> str | None:
    """Return an absolute http(s) address that no white space hides anything in, or None."""
    if _PLAIN_ADDRESS.fullmatch(value):
        return value
    bare = _ODD.sub("", value)
    scheme = _SCHEME.match(bare)
    if not bare or (scheme and scheme[1].lower() not in SCHEMES):
        return None
    address = urls.absolute(value, base)
    return None if address is None or _ODD.search(address) else address


def _without_dead_images(html: str) -> tuple[str, int]:
    """Remove pictures without an address and those of one pixel; count the former."""
    if "<img" not in html:
        return html, 0
    images = [match[1] for match in _IMG.finditer(html)]
    return _IMG.sub(_keep_image, html), sum(' src="' not in attributes for attributes in images)


def _keep_image(match: re.Match[str]) -> str:
    attributes = match[1]
    one_pixel = len(_ONE_PIXEL.findall(attributes)) > 1
    return match[0] if ' src="' in attributes and not one_pixel else ""


@dataclass(slots=True)
class _Nesting:
    """How many elements are open, by name; those beyond MAX_DEPTH are refused."""

    depth: int = 0
    open: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def admits(self, slash: str, name: str) -> bool:
        if name in _FLAT:
            return True
        return self._closes(name) if slash else self._opens(name)

    def _opens(self, name: str) -> bool:
        if self.depth >= MAX_DEPTH:
            self.refused[name] += 1
            return False
        self.depth += 1
        self.open[name] += 1
        return True

    def _closes(self, name: str) -> bool:
        if self.refused and self.refused[name]:
            self.refused[name] -= 1
            return False
        if self.open.get(name):
            self.open[name] -= 1
            self.depth -= 1
        return True


def _cap(html: str) -> tuple[str, bool]:
    """Cut tags that nest deeper than MAX_DEPTH and attributes over MAX_ATTRIBUTE_CHARS.

    Linear in the length; a short fragment with few tags needs no walk.
    """
    if len(html) <= MAX_ATTRIBUTE_CHARS and html.count("<") <= MAX_DEPTH:
        return html, False
    html = html.replace("<![CDATA[", " ")
    if _is_flat(html):
        return html, False
    nesting, end, capped = _Nesting(), 0, False
    pieces: list[str] = []
    for token in _TOKEN.finditer(html):
        kept = _kept(token, nesting)
        if kept is None:
            continue
        capped = capped or (token["name"] is not None and not kept)
        pieces += (html[end : token.start()], kept)
        end = token.end()
    return ("".join([*pieces, html[end:]]), capped) if pieces else (html, False)


def _is_flat(html: str) -> bool:
    """Say whether a fragment is plainly one that `_cap` leaves as it is; most are.

    Where each "<" opens a tag, no tag is longer than what lies between two of them.
    """
    tags = _SIMPLE_TAG.findall(html)
    pieces = html.split("<")
    if len(tags) != len(pieces) - 1 or max(map(len, pieces)) > MAX_ATTRIBUTE_CHARS - 1:
        return False
    depth = 0
    open_: dict[str, int] = {}
    for slash, tag in tags:
        name = tag.lower()
        if name in _RAW_NAMES or depth >= MAX_DEPTH:
            return False
        if name in _FLAT:
            continue
        if not slash:
            depth += 1
            open_[name] = open_.get(name, 0) + 1
        elif open_.get(name):
            depth -= 1
            open_[name] -= 1
    return True


def _kept(token: re.Match[str], nesting: _Nesting) -> str | None:
    """Return what stands in a token's place: None for "itself", "" for a cut."""
    raw, slash, name = token.groups()
    if name is None:
        return "" if raw else None
    if not nesting.admits(slash, name.lower()):
        return ""
    if token.end() - token.start() <= MAX_ATTRIBUTE_CHARS:
        return None
    return _ATTRIBUTE.sub(_short_attribute, token[0])


def _short_attribute(match: re.Match[str]) -> str:
    """Keep an attribute that is short; of a picture in an attribute only its scheme stays."""
    if len(match[0]) <= MAX_ATTRIBUTE_CHARS:
        return match[0]
    return f'{match[1]}="data:"' if match[1].lower() == "src" else ""
