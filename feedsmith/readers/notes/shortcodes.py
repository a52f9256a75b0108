"""Posts of static site generators without the tags of their templates, reduced to their text.

Hugo's `{{< >}}` and `{{% %}}`, Liquid's `{% %}` and `{{ }}`, MDX's imports, Pelican's `{static}`.
"""

from __future__ import annotations

import re
from html import escape

from feedsmith.readers.notes.cleaning import outside_code

_HIGHLIGHT = re.compile(
    r"\{[{%][<%-]?\s*highlight\s+[\"']?([\w+#.-]*)[^{}]*\}\}?\n?"
    r"((?:(?!\{[{%][<%-]?\s*highlight)[\s\S])*?)\n?"
    r"\{[{%][<%-]?\s*(?:/|end)highlight\s*[>%-]*\}\}?"
)
_FIGURE = re.compile(r"\{\{[<%]\s*(?:figure|img|image)\s+((?:(?!\{\{)[\s\S])*?)/?[>%]\}\}")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|`([^`]*)`|(\S+))")
# None of these reads past the next opening, so that what is never closed costs no time.
_SHORTCODE = re.compile(r"\{\{[<%](?:(?!\{\{[<%])[\s\S])*?[>%]\}\}")
_LIQUID_COMMENT = re.compile(
    r"\{%-?\s*comment\s*-?%\}(?:(?!\{%-?\s*comment)[\s\S])*?\{%-?\s*endcomment\s*-?%\}"
)
_LIQUID = re.compile(r"\{%(?:(?!\{%)[\s\S])*?%\}")
_QUOTED = re.compile(r"\{\{-?\s*[\"']([^\"'{}\n]*)[\"'][^{}\n]*\}\}")
_VALUE = re.compile(r"\{\{-?[^{}\n]*\}\}")
_MODULE = re.compile(
    r"^(?:import\s+(?:[\w{}*,\s]+\s+from\s+)?[\"'][^\"'\n]+[\"'];?"
    r"|export\s+(?:const|default)\b.*)[ \t]*$",
    re.MULTILINE,
)
_PLACE = re.compile(r"(\]\(<?|src=\"|href=\")[{|](?:static|attach|filename|photo|author|tag)[}|]/?")


def without_templates(markdown: str) -> str:
    """Return a post's Markdown without the tags of templates; what they enclose stays."""
    if "{" not in markdown and "|" not in markdown and "import " not in markdown:
        return markdown
    markdown = outside_code(markdown, lambda part: _HIGHLIGHT.sub(_fenced, part), lines=True)
    return outside_code(markdown, _reduced)


def _fenced(found: re.Match[str]) -> str:
    return f"\n```{found[1]}\n{found[2]}\n```\n"


def _reduced(part: str) -> str:
    part = _MODULE.sub("", _PLACE.sub(r"\1", part))
    if "{" not in part:
        return part
    part = _LIQUID_COMMENT.sub("", _FIGURE.sub(_figure, part))
    part = _LIQUID.sub("", _SHORTCODE.sub("", part))
    return _VALUE.sub("", _QUOTED.sub(r"\1", part))


def _figure(found: re.Match[str]) -> str:
    named = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(found[1])}
    address = named.get("src") or named.get("link", "")
    if not address:
        return ""
    caption = named.get("caption") or named.get("title", "")
    below = f"<figcaption>\n\n{caption}\n\n</figcaption>" if caption else ""
    alt = escape(named.get("alt", ""))
    return f'\n\n<figure><img src="{escape(address)}" alt="{alt}">\n{below}\n</figure>\n\n'
