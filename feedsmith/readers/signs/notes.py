"""The signs of notes in Markdown and its like."""

from __future__ import annotations

import re

from feedsmith.readers.kind import Kind
from feedsmith.readers.probe import HEAD_BYTES, Probe

_NAMES = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd", ".mmd")
_BLANK = rb"(?:[ \t]*\r?\n)*"
_KEY = rb"[ \t]*(?:- )?[\"']?[^\W\d_][\w .-]{0,40}[\"']?[ \t]*"
_FLOW = re.compile(_BLANK + rb"---[ \t]*\r?\n\s*\{\s*\"")
_YAML = re.compile(
    _BLANK + rb"---[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*" + _KEY + rb":(?:[ \t]|\r?\n)"
)
_YAML_END = re.compile(rb"\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_TOML = re.compile(rb"\+\+\+[ \t]*\r?\n\s*(?:#[^\n]*\n\s*)*(?:[\w\"'-]+[ \t]*=|\[)")
_JSON = re.compile(rb"\{\s*\"(?:title|date|draft|tags|author|slug|categories)\"\s*:")
_PROPERTY = re.compile(rb"\s*(?:[-*] )?[^\W\d][\w/.-]{0,40}::(?:[ \t]|\r?\n)")
_KNOWN = (
    rb"(?i:title|author|authors|date|tags|category|categories|slug|status|summary|source|url"
    rb"|keywords|published|modified|lang|subtitle|description|keywords)"
)
_TITLED = re.compile(rb"\s*(?i:title):[ \t]*\S[^\n]*\n")
_LINES = re.compile(rb"\s*(?:" + _KNOWN + rb":[^\n]*\n(?:[ \t]+\S[^\n]*\n)*){2,}[ \t]*\r?\n")
_SPACED = re.compile(rb"Title:[^\n]*\n\s*URL Source:[^\n]*\n(?:[^\n]*\n){1,12}?Markdown Content:")
_RST = re.compile(
    rb"\s*(?:(?P<over>[=\-~^#*\"'`+:._])(?P=over){2,}[ \t]*\r?\n[ \t]*)?[^\s][^\n]*\n"
    rb"(?P<under>[=\-~^#*\"'`+:._])(?P=under){2,}[ \t]*\r?\n(?:[ \t]*\r?\n)*"
    rb":(?i:date|tags|author|authors|category|slug|summary|modified|status|lang)s?:"
)
_TAR = slice(257, 262)
_ITEM = re.compile(rb"(?:\./)?(?:[0-9a-f]{32}\.md|resources/)")
_ITEM_END = re.compile(rb"(?:\A|\n)id: [0-9a-f]{32}\r?\n(?:[a-z_]+:[^\n]*\n)*type_: \d+\s*\Z")
_TITLE = re.compile(rb"\s*(?:# +\S|\S[^\n]*\n=+[ \t]*\r?\n)")
_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
_MARKS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rb"^#{1,6} \S",
        rb"\]\([^()\s]+\)",
        rb"\[\[[^\[\]\n]+\]\]",
        rb"\*\*[^*\n]+\*\*|(?<![\w*])[*_][^\s*_][^*_\n]*[*_](?![\w*])",
        rb"^> ?\S",
        rb"^(?:```|~~~)",
        rb"^\|[^\n]*\|\s*$",
    )
)
_READING = re.compile(rb"^!\[rw-book-cover\]\([^()\s]*\)\s*^#+ Metadata[ \t]*\r?\n", re.MULTILINE)
_MIN_MARKS = 2  # kinds of marks in a text without a title; one alone is a slip
# A line of a menu, as dumps of whole pages have above the article: links only.
_MENU = re.compile(
    rb"[ \t]*(?:(?:[*+-]|\d+\.)[ \t]+)?(?:\[[^\[\]]*\]\([^()]*\)[ \t|,*\xc2\xb7]*)+\s*\Z"
)
_BARE = re.compile(rb"[ \t]+[*+-] [^\n]{1,40}")
_PROSE_BYTES = 80  # bytes of a line that is prose
_MENU_LINES = 3  # lines of links above the first prose that make a menu


def has_head(probe: Probe) -> bool:
    """Say whether a file begins with front matter."""
    plain = probe.plain
    if probe.lead == b"-":
        found = _YAML.match(plain) or _FLOW.match(plain)
        return bool(found) and (bool(_YAML_END.search(plain, 3)) or len(probe.head) >= HEAD_BYTES)
    if probe.lead == b"+":
        return bool(_TOML.match(plain.lstrip()))
    return probe.name.endswith(_NAMES) and bool(_JSON.match(plain.lstrip()))


def has_properties(probe: Probe) -> bool:
    """Say whether a file begins with `key:: value`, as outliners write it."""
    return b"::" in probe.plain[:120] and bool(_PROPERTY.match(probe.plain))


def has_keys(probe: Probe) -> bool:
    """Say whether a file begins with lines `Title: …`; its name or several lines bear it out."""
    if probe.lead not in b"TtAaDdSsUuCcKkPpMmLl":
        return False
    plain = probe.plain
    if probe.name.endswith(_NAMES) and _TITLED.match(plain):
        return True
    return bool(_LINES.match(plain) and b"itle:" in plain[:400]) or bool(_SPACED.match(plain))


def is_rst(probe: Probe) -> bool:
    """Say whether a file begins with a title with a line under it, and fields such as `:date:`."""
    return b"\n:" in probe.plain and bool(_RST.match(probe.plain))


def is_joplin(probe: Probe) -> bool:
    """Say whether a file ends with the fields of a Joplin item."""
    is_small = len(probe.head) < HEAD_BYTES  # else its end must be read, for its name's sake only
    if not is_small and not probe.name.endswith(_NAMES):
        return False
    end = probe.head if is_small else probe.tail
    return b"type_: " in end and bool(_ITEM_END.search(end))


def is_archive(probe: Probe) -> bool:
    """Say whether a file is a tar archive that begins with an item of Joplin."""
    return probe.head[_TAR] == b"ustar" and bool(_ITEM.match(probe.head))


def is_markdown(probe: Probe) -> bool:
    """Say whether a file is a reading service's note, or Markdown by its name and its marks.

    A dump of a whole page, which has menus above its text, is none.
    """
    plain = probe.plain
    if b"Metadata" in plain and _READING.search(plain):
        return True
    if not probe.name.endswith(_NAMES):
        return False
    if probe.lead == b"<" and _PAGE.match(plain):
        return False
    is_some = _TITLE.match(plain) or sum(bool(m.search(plain)) for m in _MARKS) >= _MIN_MARKS
    return bool(is_some) and not _has_menu(plain)


def _has_menu(plain: bytes) -> bool:
    """Say whether a menu stands above the first prose."""
    menu = 0
    for line in plain.splitlines():
        is_menu = bool(_MENU.fullmatch(line) or _BARE.fullmatch(line))
        menu += is_menu
        if not is_menu and len(line) >= _PROSE_BYTES:
            break
    return menu >= _MENU_LINES


KINDS: tuple[Kind, ...] = (
    Kind(
        "jex", "Joplin archive (JEX)", "a tar archive of notes", is_archive, "joplin", streams=True
    ),
    Kind("joplin", "Joplin note (RAW)", "fields such as type_ at its end", is_joplin, "joplin"),
    Kind(
        "frontmatter",
        "Markdown with front matter",
        "fields between lines of --- or +++",
        has_head,
        "markdown",
        b"-+{",
    ),
    Kind("outline", "Logseq page", "lines key:: value at its start", has_properties, "markdown"),
    Kind("rst", "reStructuredText post", "fields such as :date: below its title", is_rst, "rst"),
    Kind(
        "head", "Markdown with a metadata head", "lines Title: … at its start", has_keys, "markdown"
    ),
    Kind("markdown", "Markdown", "its name, and marks of Markdown", is_markdown, "markdown"),
)
