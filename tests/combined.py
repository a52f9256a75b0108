"""Hostile fragments by the thousand: our own vectors in every combination, always the same.

What is combined: an element, an attribute, an address or script in it, the way it is written, what
stands around it, and the namespace or mode that a parser is in when it meets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

TAGS = (
    "img", "svg", "a", "p", "div", "body", "input", "video", "audio", "details", "iframe", "object",
    "embed", "form", "button", "select", "textarea", "math", "table", "td", "marquee", "style",
    "link", "base", "meta", "isindex", "x-tide", "image", "keygen", "frameset", "animate", "source",
)  # fmt: skip
HANDLERS = (
    "onerror", "onload", "onclick", "onmouseover", "onfocus autofocus tabindex=1 onfocus",
    "ontoggle open ontoggle", "onpointerenter", "onbegin", "onanimationstart", "ONERROR", "oNlOaD",
    "/onerror", "x/onerror", "\x0conerror", "&#111;nerror",
)  # fmt: skip
ADDRESSES = (
    "href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster", "background",
    "cite", "longdesc", "srcset", "style", "content", "ping", "values to", "codebase", "manifest",
)  # fmt: skip
# "{}" is the number of the fragment.
SCRIPTS = (
    "javascript:tide({})", "vbscript:tide({})", "data:text/html,<script>tide({})</script>",
    "livescript:tide({})", "data:text/html;base64,tide({})", "jar:javascript:tide({})",
    "data:image/svg+xml,<svg onload=tide({})>", "feed:javascript:tide({})", "//{}.evil.example/",
    "view-source:javascript:tide({})", "about:blank#tide({})", "blob:tide({})", "x{}:tide()",
    "file:///etc/hosts#{}", "color:url(javascript:tide({}))", "width:expression(tide({}))",
    "0;url=javascript:tide({})",
)  # fmt: skip
# How a scheme is hidden from who looks for it: each takes a text and gives another.
DISGUISES = {
    "plain": lambda text: text,
    "upper": str.upper,
    "decimal": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "long": lambda text: "".join(f"&#{ord(sign):07};" for sign in text),
    "hexadecimal": lambda text: "".join(f"&#x{ord(sign):x};" for sign in text),
    "bare": lambda text: "".join(f"&#x{ord(sign):X}" for sign in text[:2]) + text[2:],
    "named": lambda text: text.replace(":", "&colon;"),
    "percent": lambda text: text.replace("a", "%61"),
    "double": lambda text: text.replace("a", "&amp;#97;"),
    "wide": lambda text: text.replace("a", "\uff41"),
    "null": lambda text: f"{text[:2]}\0{text[2:]}",
    "tab": lambda text: f"{text[:3]}&Tab;{text[3:]}",
    "break": lambda text: f"{text[:3]}\n{text[3:]}",
    "return": lambda text: f"{text[:3]}&#13;&#10;{text[3:]}",
    "control": lambda text: f"&#1;\x08 {text}",
    "blank": lambda text: f"\u00a0\u2028\u3000{text}",
    "mark": lambda text: f"\ufeff\u180e{text}",
    "soft": lambda text: f"{text[:2]}\u00ad\u200b{text[2:]}",
}
QUOTES = ('"{}"', "'{}'", "{}", "`{}`", '"{}', "'{}")
# What stands around an element; "|" is its place.
NESTINGS = (
    "|", "<p>|</p>", "<div><div><div>|</div></div></div>", "<table>|</table>", "<table><tr>|",
    "<select><option>|</select>", "<ul><li>|<li>", "<a href=https://a.example/>|</a>", "<pre>|",
    "<template>|</template>", "<noscript>|</noscript>", "<noscript><p title='</noscript>|'>",
    "<textarea>|</textarea>", "<title>|</title>", "<style>|</style>", "<xmp>|</xmp>",
    "<iframe>|</iframe>", "<noembed>|</noembed>", "<noframes>|</noframes>", "<plaintext>|",
    "<script>|</script>", "<scr<script>ipt>|", "<<|", "<!--|-->", "<!-->|", "<!--->|-->",
    "<!-- --!>|-->", "<![CDATA[|]]>", "<?xml |?>", "<!x |>", "</p|>", "<p title='>|'>", "<form>|",
    '<p title="</p>|">', "<img alt='`>|'>", "<b><p><i>|</b></i>", "<button>|", "<caption>|<td>",
)  # fmt: skip
WORLDS = (
    "|", "<svg>|</svg>", "<math>|</math>", "<svg><foreignObject>|</foreignObject></svg>",
    "<svg><desc>|", "<svg><title>|", "<svg><style>|</style></svg>", "<svg><p>|", "<svg></p>|",
    "<math><mtext>|", "<math><mi><table><mglyph><style>|", "<math><annotation-xml>|",
    "<math><annotation-xml encoding='text/html'>|", "<math><mtext><mglyph><svg><mtext><style>|",
    "<form><math><mtext></form><form><mglyph><style></math>|", "<svg><![CDATA[>|]]></svg>",
)  # fmt: skip


INNER = (
    "<img src=x onerror=tide({})>", "<script>tide({})</script>", "<svg onload=tide({})>",
    "<a href=javascript:tide({})>x</a>", "<style><img src=x onerror=tide({})></style>",
)  # fmt: skip


def elements() -> Iterator[str]:
    """Yield single elements."""
    for tag, handler in product(TAGS, HANDLERS):
        yield f"<{tag} src=x {handler}=tide({{}})>"
    for tag, handler, quote in product(TAGS[:4], HANDLERS[:4], QUOTES):
        yield f"<{tag} src=x {handler}={quote.replace('{}', 'tide({})')}>"
    for tag, name, script in product(("a", "img", "svg", "x-tide", "iframe"), ADDRESSES, SCRIPTS):
        yield f'<{tag} {name}="{script}">x</{tag}>'
    for disguise, script in product(DISGUISES.values(), SCRIPTS[:5]):
        scheme, colon, rest = script.partition(":")
        address = f"{disguise(scheme + colon)}{rest}"
        yield f"<a href='{address}'>x</a>"
        yield f"<form action='{address}'><button formaction='{address}'>x</form>"
        yield f"<svg><a xlink:href='{address}'><text y=9>x</svg>"


def nested() -> Iterator[str]:
    """Yield elements inside others, in every namespace."""
    for around, world, element in product(NESTINGS, WORLDS, INNER):
        yield around.replace("|", world.replace("|", element))


def numbered(texts: Iterable[str]) -> list[str]:
    """Return fragments that each call `tide` with their own number."""
    return [text.replace("{}", str(number)) for number, text in enumerate(texts)]
