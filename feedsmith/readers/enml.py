"""ENML, the text of an Evernote note: XHTML with entities that nobody declares and four tags more.

Source: Evernote's DTD enml2.dtd: `en-note`, `en-media`, `en-todo`, `en-crypt`.
"""

from __future__ import annotations

import re

from feedsmith import dom, text
from feedsmith.dom import Element

PICTURE = "cid:"  # begins the address of a picture, which is named by its hash
# What a note is called that nobody gave a title, in the languages of the program.
_DEFAULT_TITLES = frozenset({
    "untitled", "untitled note", "note sans titre", "sans titre", "unbenannte notiz",
    "notiz ohne titel", "ohne titel", "nota sin título", "sin título", "nota senza titolo",
    "nota sem título", "sem título", "naamloze notitie", "notatka bez tytułu",
    "anteckning utan titel", "namnlös anteckning", "unavngivet notat", "nimetön muistiinpano",
    "заметка без названия", "без названия", "başlıksız not", "無題ノート", "無題のノート",
    "无标题笔记", "無標題筆記", "제목 없는 노트",
})  # fmt: skip
_LABEL_CHARS = 30  # characters of "Clip source:" in any language
_TODO = {"true": "☑ ", "false": "☐ "}
# The newer clipper says what it took: "fullPage", "article", "simplified", "selection" …
_CLIPPED = re.compile(r"--en-clipped-content\s*:\s*([\w-]+)")
_FURNITURE = frozenset({"nav", "footer", "header", "aside", "form", "input", "select", "button"})
_MENU_LINKS = 10  # links; a page with fewer has no menu worth looking for
_PAGE_LINKS = 25  # links; an article has some, a page's menus have more …
_PAGE_SHARE = 0.35  # … and they hold so much of its words


def parse(content: str) -> Element | None:
    """Return a note's tree, or None where it holds no element."""
    bare = re.sub(r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^>]*>\s*)?", "", text.clean(content))
    return dom.parse(bare)


def is_default_title(title: str | None) -> bool:
    """Say whether a title is the program's word for none."""
    return title is None or title.casefold() in _DEFAULT_TITLES


def is_whole_page(root: Element) -> bool:
    """Say whether a clip holds the page's menus and footers as well as the article."""
    clipped = _clipped(root)
    links = list(root.iter("a"))
    if clipped:
        return clipped == "fullpage" and len(links) >= _MENU_LINKS
    if next(root.iter(*_FURNITURE), None) is not None:
        return len(links) >= _MENU_LINKS
    linked = sum(len(dom.text_of(link)) for link in links)
    return len(links) >= _PAGE_LINKS and linked > _PAGE_SHARE * len(dom.text_of(root))


def _clipped(root: Element) -> str:
    """Return what the clipper says it took, "" where it says nothing."""
    styles = (node.get("style") or "" for node in root.iter("div"))
    return next((found[1].lower() for style in styles if (found := _CLIPPED.search(style))), "")


def cut_source(root: Element, url: str | None) -> None:
    """Take out the line "Clip source: …" that the clipper writes above what it took.

    It is told by where it stands, and by its link to the page that the note is of.
    """
    link = next(root.iter("a"), None)
    if link is None or not url or (link.get("href") or "").rstrip("/") != url.rstrip("/"):
        return
    box = next(link.iterancestors("div"), None)
    if box is None or not dom.text_of(root).startswith(dom.text_of(box)):
        return
    label = dom.text_of(box).removesuffix(dom.text_of(link)).rstrip()
    if label.endswith((":", "：")) and len(label) <= _LABEL_CHARS:
        dom.cut(box)


def to_html(root: Element, pictures: frozenset[str]) -> str:
    """Return a note as HTML; the tree is changed.

    Args:
        root: the note.
        pictures: the hashes of the pictures that are at hand.
    """
    for node in list(root.iter("en-media", "en-todo", "en-crypt", "en-note")):
        if node.tag == "en-note":
            node.tag = "div"
        elif node.tag == "en-todo":
            node.tag, node.text = "span", _TODO[(node.get("checked") or "false").lower()]
        else:
            _to_picture(node, pictures)
    return dom.markup(root)


def _to_picture(node: Element, pictures: frozenset[str]) -> None:
    """Make an image of what refers to a picture; all else that is embedded goes."""
    name = (node.get("hash") or "").lower()
    if name not in pictures:
        dom.cut(node)
        return
    size = {key: node.get(key) or "" for key in ("width", "height")}
    said = node.get("alt") or node.get("title") or ""
    node.attrib.clear()
    node.tag = "img"
    node.set("src", PICTURE + name)
    node.set("alt", said)
    for key, value in size.items():
        if value.isdecimal():
            node.set(key, value)
