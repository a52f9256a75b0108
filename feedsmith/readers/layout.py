"""Tables that only lay a page out → plain blocks: what mail programs need is undone.

Whatever nobody is meant to see goes first. Then tables without data become nested blocks, and text
that stands bare beside blocks, or is parted by empty lines, gets blocks of its own, so that each
paragraph is an element and can be judged alone.
"""

from __future__ import annotations

import re
from itertools import dropwhile

from feedsmith import dom
from feedsmith.dom import BLOCK_TAGS, Element

_DEAD = ("script", "style", "noscript", "template", "svg", "iframe", "object", "form")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?![.\d])"
    r"|max-height\s*:\s*0(?:px)?(?![.\d])[^\"]*overflow\s*:\s*hidden"
    r"|overflow\s*:\s*hidden[^\"]*max-height\s*:\s*0(?:px)?(?![.\d])",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\bpre-?header(?:-?text)?\b|\bpreview-?text\b|\b(?:gmail|moz|outlook)[-_]signature\b"
    r"|\bawesome(?:wrap|bar)\b",
    re.IGNORECASE,
)
# What fills up the line that lists of mails show beside the subject, so that no text gets there.
_PADDED = re.compile("(?:[\u034f\u200b-\u200d\u2007\u2060\ufeff\xad][\\s\xa0]*){6}")
_TOP = 6  # paragraphs among which such a line stands
_SIZE = re.compile(r"\d+")
_ICON_SIDE = 48  # pixels; no picture of a text is that small
_HIDDEN_SHARE = 0.5  # of a page's text; more than that is no preheader
_CELL_CHARS = 120  # characters; a longer cell is part of a layout
_DATA_ROWS = 2  # rows and columns that a table without headings needs at least
_TABLE_PARTS = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "center"})
_PARTED = BLOCK_TAGS - {"pre", "ul", "ol", "dl", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
_PLAIN = frozenset({"font", "span"})  # elements that may hold anything and mean nothing
_BULLET = re.compile(r"[•●▪◦■·‣*–-]|\d{1,2}[.)]")


def unroll(root: Element) -> list[Element]:
    """Change a page's tree so that each paragraph is an element; return these, in order."""
    dom.strip(root, _DEAD)
    dom.part_lines(root)
    _drop_hidden(root)
    _drop_icons(root)
    _unroll_tables(root)
    _part_paragraphs(root)
    found = leaves(root)
    padded = [node for node in found[:_TOP] if _PADDED.search(dom.joined(node))]
    for node in padded:
        dom.cut(node)
    return [node for node in found if node not in padded]


def leaves(root: Element) -> list[Element]:
    """Return the elements that hold text and no block, in order."""
    nodes = list(root.iter("*"))
    holding = _holders(nodes, BLOCK_TAGS)
    return [
        node
        for node in nodes
        if node.tag in BLOCK_TAGS and node not in holding and dom.joined(node).strip()
    ]


def _holders(nodes: list[Element], tags: frozenset[str]) -> set[Element]:
    """Return the elements around any element of these names."""
    found: set[Element] = set()
    for node in reversed(nodes):
        parent = node.getparent()
        if parent is not None and (node.tag in tags or node in found):
            found.add(parent)
    return found


def _drop_hidden(root: Element) -> None:
    whole = len(dom.text_of(root))
    for node in list(root.iter("*")):
        named = f"{node.get('class') or ''} {node.get('id') or ''}"
        is_hidden = node.get("hidden") is not None or _HIDDEN.search(node.get("style") or "")
        if node.tag in {"body", "html", "head"} or not (is_hidden or _APART.search(named)):
            continue
        if len(dom.text_of(node)) <= _HIDDEN_SHARE * whole:
            dom.cut(node)


def _drop_icons(root: Element) -> None:
    """Cut pixels that count readers, spacers and icons."""
    for image in list(root.iter("img")):
        width, height = _side(image, "width"), _side(image, "height")
        sides = [side for side in (width, height) if side is not None]
        if sides and (max(sides) <= _ICON_SIDE or min(sides) <= 2):
            dom.cut(image)


def _side(image: Element, name: str) -> int | None:
    found = _SIZE.match((image.get(name) or "").strip())
    if not found:
        styled = re.search(rf"(?:^|[;\s]){name}\s*:\s*(\d+)(?:\.\d+)?px", image.get("style") or "")
        return int(styled[1]) if styled else None
    is_share = (image.get(name) or "").strip().endswith("%")
    return None if is_share else int(found[0])


def _unroll_tables(root: Element) -> None:
    nodes = list(root.iter("*"))
    holding = _holders(nodes, frozenset({"table"}))
    data = {
        node for node in nodes if node.tag == "table" and node not in holding and _is_data(node)
    }
    for node in nodes:
        if node.getparent() in data:
            data.add(node)
    laid = [node for node in nodes if node.tag in _TABLE_PARTS and node not in data]
    for node in laid:
        if node.tag == "tr":
            _join_bullet(node)
    for node in laid:
        node.tag = "div"


def _is_data(table: Element) -> bool:
    """Say whether a table holds data: headings, or rows of as many short cells without pictures."""
    if (table.get("role") or "") in {"presentation", "none"}:
        return False
    rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
    rows = [row for row in rows if any(dom.joined(cell).strip() for cell in row)]
    widths = {len(row) for row in rows}
    if len(rows) < _DATA_ROWS or max(widths, default=0) < _DATA_ROWS:
        return False
    if table.find(".//th") is not None:
        return True
    return len(widths) == 1 and all(_is_datum(cell) for row in rows for cell in row)


def _is_datum(cell: Element) -> bool:
    is_short = 0 < len(dom.text_of(cell)) <= _CELL_CHARS
    return is_short and cell.find(".//img") is None and cell.find(".//br") is None


def _join_bullet(row: Element) -> None:
    """Put a bullet that has a cell of its own in front of the text in the next cell."""
    cells = [cell for cell in row if cell.tag == "td"]
    mark = dom.text_of(cells[0]) if len(cells) == 2 else ""
    if mark and _BULLET.fullmatch(mark):
        leaf = next(iter(leaves(cells[1])), cells[1])
        leaf.text = f"{mark} {(leaf.text or '').lstrip()}"
        dom.cut(cells[0])


def _part_paragraphs(root: Element) -> None:
    nodes = [node for node in root.iter("*") if node.tag not in {"html", "head"}]
    broken = _broken(nodes)
    for node in nodes:
        if node.tag in _PLAIN and node in broken:
            node.tag = "div"
    holding = _holders(nodes, BLOCK_TAGS)
    for node in nodes:
        if node.tag in _PLAIN and node in holding:
            node.tag = "div"
    holding = _holders(nodes, BLOCK_TAGS)
    for node in nodes:
        if node.tag in _PARTED:
            _part(node, holding)


def _broken(nodes: list[Element]) -> set[Element]:
    """Return the elements around two line breaks in a row."""
    found = {
        parent
        for node in nodes
        if _is_empty_line(node) and (parent := node.getparent()) is not None
    }
    return found | {around for node in found for around in node.iterancestors(*_PLAIN)}


def _is_empty_line(node: Element) -> bool:
    after = node.getnext()
    both = node.tag == "br" and after is not None and after.tag == "br"
    return both and not (node.tail or "").strip()


_Piece = str | Element


def _part(node: Element, holding: set[Element]) -> None:
    """Give each run of bare text inside a block a block of its own, if there is more than one."""
    groups: list[list[_Piece]] = [[]]
    is_mixed = False
    for piece in _pieces(node):
        if not isinstance(piece, str) and (piece.tag in BLOCK_TAGS or piece in holding):
            groups += [[piece], []]
            is_mixed = True
        elif not isinstance(piece, str) and _is_empty_line(piece):
            groups.append([])
            is_mixed = True
        else:
            groups[-1].append(piece)
    if is_mixed:
        _refill(node, groups, holding)


def _pieces(node: Element) -> list[_Piece]:
    found: list[_Piece] = [node.text or ""]
    for child in node:
        found += [child, child.tail or ""]
    return found


def _refill(node: Element, groups: list[list[_Piece]], holding: set[Element]) -> None:
    for child in list(node):
        node.remove(child)
        child.tail = None
    node.text = None
    node.tag = "div" if node.tag == "p" else node.tag
    for group in groups:
        first = group[0] if group else ""
        if not isinstance(first, str) and (first.tag in BLOCK_TAGS or first in holding):
            node.append(first)
        elif any(not isinstance(piece, str) or piece.strip() for piece in group):
            _fill(node, group)


def _is_break(piece: _Piece) -> bool:
    return not piece.strip() if isinstance(piece, str) else piece.tag == "br"


def _fill(node: Element, group: list[_Piece]) -> None:
    """Put a run of text and inline elements into a block, without line breaks before it."""
    box = node.makeelement("div")
    for piece in dropwhile(_is_break, group):
        if not isinstance(piece, str):
            box.append(piece)
        elif len(box):
            box[-1].tail = (box[-1].tail or "") + piece
        else:
            box.text = (box.text or "") + piece
    node.append(box)
