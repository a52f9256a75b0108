"""The text part of a Word document as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from feedsmith import text, xmltree

Styles = dict[str, str]

_LEVEL = re.compile(r"heading ([1-9])")
_INSTRUCTION = re.compile(r"\s*HYPERLINK\s+\"([^\"]+)\"")
_OFF = frozenset({"0", "false", "off", "none"})
# What is left out with all that is in it: old states, the second form of a picture, notes.
_DROPPED = frozenset({
    "del", "moveFrom", "Fallback", "pPr", "rPr", "footnoteReference", "commentReference",
    "delText", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "txbxContent",
})  # fmt: skip
_BLOCKS = frozenset({"p", "tbl"})
_MARKS = {"t": "", "tab": " ", "br": "<br>", "cr": "<br>", "noBreakHyphen": "‑"}


@dataclass(slots=True)
class _State:
    """What the paragraphs share: links and styles of the file, and the field that is open."""

    links: Mapping[str, str]
    styles: Mapping[str, str]
    shift: int
    fields: list[str] = field(default_factory=list)
    is_told: bool = False  # inside a field's instruction


def to_html(root: xmltree.Element, links: Mapping[str, str], styles: Mapping[str, str]) -> str:
    """Return the body of a document.

    Args:
        root: the tree of word/document.xml.
        links: what the ids of links and pictures stand for.
        styles: the names of the styles, in lower case, by id.
    """
    body = root.find("{*}body")
    if body is None:
        return ""
    used = {_style(node, styles) for node in body.iter("{*}p")}
    state = _State(links, styles, 1 if "title" in used else 0)
    return "".join(_listed(_blocks(body), state))


def _blocks(node: xmltree.Element) -> Iterator[xmltree.Element]:
    """Yield the paragraphs and tables of a box, also those in content controls."""
    pending = list(reversed(node))
    while pending:
        child = pending.pop()
        name = xmltree.name_of(child)
        if name in _BLOCKS:
            yield child
        elif name not in _DROPPED:
            pending += reversed(child)


def _listed(nodes: Iterator[xmltree.Element], state: _State) -> Iterator[str]:
    """Yield the HTML of blocks; list paragraphs that follow one another are one list."""
    in_list = False
    for node in nodes:
        is_item = xmltree.name_of(node) == "p" and _is_item(node, state)
        if is_item != in_list:
            yield "<ul>\n" if is_item else "</ul>\n"
            in_list = is_item
        if xmltree.name_of(node) == "tbl":
            yield _table(node, state)
        else:
            yield _paragraph(node, state, is_item=is_item)
    if in_list:
        yield "</ul>\n"


def _table(table: xmltree.Element, state: _State) -> str:
    rows = []
    for row in table.findall("{*}tr"):
        cells = [_cell(cell, state) for cell in row.findall("{*}tc")]
        rows.append(f"<tr>{''.join(cells)}</tr>\n")
    return f"<table>\n{''.join(rows)}</table>\n"


def _cell(cell: xmltree.Element, state: _State) -> str:
    """Return a cell; a table inside it as lines of text."""
    paragraphs = [_inline(node, state) for node in cell.iter("{*}p")]
    return f"<td>{'<br>'.join(filter(None, paragraphs))}</td>"


def _paragraph(node: xmltree.Element, state: _State, *, is_item: bool) -> str:
    inner = _inline(node, state)
    if not inner.strip():
        return ""
    if is_item:
        return f"<li>{inner}</li>\n"
    style = _style(node, state.styles)
    if style == "subtitle":
        return f'<p class="subtitle">{inner}</p>\n'
    tag = _tag(style, state.shift)
    return f"<{tag}>{inner}</{tag}>\n"


def _tag(style: str, shift: int) -> str:
    level = _LEVEL.match(style)
    if level:
        return f"h{min(6, int(level[1]) + shift)}"
    if style == "title":
        return "h1"
    return "blockquote" if "quote" in style else "p"


def _style(node: xmltree.Element, styles: Mapping[str, str]) -> str:
    found = node.find("{*}pPr/{*}pStyle")
    number = _attribute(found, "val")
    return styles.get(number, number.casefold())


def _is_item(node: xmltree.Element, state: _State) -> bool:
    style = _style(node, state.styles)
    if _LEVEL.match(style) or style == "title":
        return False  # numbered headings
    number = node.find("{*}pPr/{*}numPr/{*}numId")
    return _attribute(number, "val") not in {"", "0"} or style.startswith("list bullet")


def _inline(node: xmltree.Element, state: _State) -> str:
    """Return the text of a paragraph with its links, emphasis and pictures."""
    out: list[str] = []
    pending: list[tuple[xmltree.Element, str]] = [(child, "") for child in reversed(node)]
    while pending:
        child, href = pending.pop()
        name = xmltree.name_of(child)
        if name in _DROPPED:
            continue
        if name == "r":
            out.append(_run(child, href or next(reversed(state.fields), ""), state))
            continue
        if name == "hyperlink":
            href = state.links.get(_attribute(child, "id"), "")
        elif name == "fldSimple":
            told = _INSTRUCTION.match(_attribute(child, "instr"))
            href = told[1] if told else href
        pending += [(inner, href) for inner in reversed(child)]
    return _merged("".join(out))


def _run(run: xmltree.Element, href: str, state: _State) -> str:
    look = run.find("{*}rPr")
    if _is_on(look, "vanish"):
        return ""
    words = "".join(_pieces(run, state))
    if not words.strip() or state.is_told:
        return "" if state.is_told else words
    if _is_on(look, "i"):
        words = f"<em>{words}</em>"
    if _is_on(look, "b"):
        words = f"<strong>{words}</strong>"
    if href.startswith(("http://", "https://", "mailto:")):
        words = f'<a href="{escape(href)}">{words}</a>'
    return words


def _pieces(run: xmltree.Element, state: _State) -> Iterator[str]:
    pending = list(reversed(run))
    while pending:
        node = pending.pop()
        name = xmltree.name_of(node)
        if name in _DROPPED:
            continue
        if name in _MARKS:
            shown = escape(text.clean(node.text or ""), quote=False) if name == "t" else ""
            yield shown or ("" if _attribute(node, "type") == "page" else _MARKS[name])
        elif name in {"fldChar", "instrText"}:
            _follow(node, name, state)
        elif name in {"blip", "imagedata"}:
            yield _picture(_attribute(node, "embed") or _attribute(node, "id"), state)
        else:
            pending += reversed(node)


def _follow(node: xmltree.Element, name: str, state: _State) -> None:
    """Keep track of a field: its instruction, which may be a link, and its result."""
    if name == "instrText":
        told = _INSTRUCTION.match(node.text or "")
        if told and state.fields:
            state.fields[-1] = told[1]
        return
    step = _attribute(node, "fldCharType")
    if step == "begin":
        state.fields.append("")
        state.is_told = True
    elif step == "separate":
        state.is_told = False
    elif step == "end" and state.fields:
        state.fields.pop()
        state.is_told = False


def _picture(number: str, state: _State) -> str:
    name = state.links.get(number, "")
    return f'<img src="{escape(name)}" alt="">' if name else ""


def _merged(html: str) -> str:
    """Return HTML in which emphasis that is broken into runs is one piece again."""
    for tag in ("strong", "em", "strong"):
        html = html.replace(f"</{tag}><{tag}>", "")
    return html


def _is_on(look: xmltree.Element | None, name: str) -> bool:
    found = look.find(f"{{*}}{name}") if look is not None else None
    return found is not None and _attribute(found, "val").casefold() not in _OFF


def _attribute(node: xmltree.Element | None, name: str) -> str:
    """Return an attribute by its local name, "" where there is none."""
    if node is None:
        return ""
    pairs = node.attrib.items()
    return next((str(v) for k, v in pairs if str(k).rpartition("}")[2] == name), "")
