"""Tagged PDF → HTML: the structure tree says what is a heading, a paragraph, a list, a link.

Browsers write one. What is not in the tree (headers, footers, what is drawn twice) is left out.
Source: ISO 32000-1 sections 14.7.2 and 14.8.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from pypdf.generic import DictionaryObject, IndirectObject

from feedsmith.readers.pdfruns import COPYRIGHT, Run, is_apart, joint

_MAX_NODES = 300_000  # of one file; a long page has some 3,000
_TAGS = {
    "H": "h2", "H1": "h1", "H2": "h2", "H3": "h3", "H4": "h4", "H5": "h5", "H6": "h6", "P": "p",
    "Title": "h1", "L": "ul", "LI": "li", "TOC": "ul", "TOCI": "li", "Table": "table", "TR": "tr",
    "TH": "th", "TD": "td", "BlockQuote": "blockquote", "Caption": "figcaption",
    "Figure": "figure", "Aside": "aside", "Sect": "div", "Art": "div", "Part": "div",
    "Div": "div", "Document": "div",
}  # fmt: skip
_TEXTS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "figcaption"})
_INLINE = {"Strong": "strong", "Em": "em"}
_DROPPED = frozenset({"Lbl", "Form", "Artifact"})  # bullets and numbers; fields; decoration
_Node = Mapping[str, object]
_Value = Run | _Node | str
_Step = tuple[str, _Value, int | None]  # what, of what, and the page it stands on


@dataclass(slots=True)
class _Writer:
    """Writes elements and text; text that lies in no paragraph gets a `div` for each line of it."""

    out: list[str] = field(default_factory=list)
    last: Run | None = None
    texts: int = 0  # open elements that hold running text
    is_loose: bool = False  # a div for loose text is open
    is_crossed: bool = False  # a border of the tree since the last text
    links: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)

    def open(self, tag: str) -> None:
        """Begin a block."""
        self._end_loose()
        self.out.append(f"<{tag}>")
        self.texts += tag in _TEXTS

    def close(self, tag: str) -> None:
        """End a block."""
        self._end_loose()
        self.out.append(f"</{tag}>\n")
        self.texts -= tag in _TEXTS

    def _end_loose(self) -> None:
        if self.is_loose:
            self.out.append("</div>\n")
        self.is_loose, self.last = False, None

    def write(self, run: Run) -> None:
        """Write a piece of text behind the last one."""
        last = self.last
        is_beside = last is not None and last.is_beside(run)
        if not self.texts and (last is None or (self.is_crossed and not is_beside)):
            self._end_loose()
            last, self.is_loose = None, True
            self.out.append("<div>")
        if last is not None:
            blank = joint(last.text, run.text, is_beside=is_beside and not is_apart(last, run))
            self.out.append(blank)
        shown = run.text if last is not None else run.text.lstrip()
        self.out.append(self._dressed(escape(shown, quote=False)))
        self.last, self.is_crossed = run, False

    def _dressed(self, words: str) -> str:
        for tag in self.styles:
            words = f"<{tag}>{words}</{tag}>"
        if self.links and self.links[-1]:
            words = f'<a href="{escape(self.links[-1])}">{words}</a>'
        return words


def to_html(root: _Node, runs: Sequence[Run], pages: Mapping[int, int]) -> str:
    """Return the body of a tagged file.

    Args:
        root: its StructTreeRoot.
        runs: its pieces of text, with their marks.
        pages: the numbers of its pages by their object numbers.
    """
    marked: dict[tuple[int | None, int], list[Run]] = {}
    for run in runs:
        if run.mark is not None:
            marked.setdefault((run.page, run.mark), []).append(run)
    writer = _Writer()
    walker = _Walker(marked, pages, _roles(root))
    for what, value, _ in _without_foot(list(walker.steps(root))):
        _take(writer, what, value)
    return "".join(writer.out)


def _without_foot(steps: list[_Step]) -> list[_Step]:
    """Return what stands before the site's copyright line, when no paragraph follows it.

    Dialogs that lie over a page (consent, newsletter) stand at the end of its tree.
    """
    for at in range(len(steps) - 1, len(steps) // 2, -1):
        what, value, _ = steps[at]
        if (what, value) == ("open", "p"):
            return steps
        if isinstance(value, Run) and COPYRIGHT.match(value.text):
            return steps[:at]
    return steps


def _take(writer: _Writer, what: str, value: _Value) -> None:
    if isinstance(value, Run):
        writer.write(value)
    elif isinstance(value, str):
        _BORDERS[what](writer, value)


def _cross(writer: _Writer, _name: str) -> None:
    writer.is_crossed = True


_BORDERS: dict[str, Callable[[_Writer, str], object]] = {
    "open": _Writer.open,
    "close": _Writer.close,
    "link": lambda writer, address: writer.links.append(address),
    "unlink": lambda writer, _: writer.links.pop(),
    "style": lambda writer, tag: writer.styles.append(tag),
    "unstyle": lambda writer, _: writer.styles.pop(),
    "border": _cross,
}


@dataclass(slots=True)
class _Walker:
    """Walks the tree without recursion; nothing is visited twice."""

    marked: Mapping[tuple[int | None, int], list[Run]]
    pages: Mapping[int, int]
    roles: Mapping[str, str]
    seen: set[int] = field(default_factory=set)
    nodes: int = 0

    def steps(self, root: _Node) -> Iterator[_Step]:
        """Yield what is to be written, in order."""
        pending = list(reversed(self._children(root, None)))
        while pending and self.nodes < _MAX_NODES:
            what, value, page = pending.pop()
            if isinstance(value, (Run, str)):
                yield what, value, page
                continue
            self.nodes += 1
            pending += reversed(self._expanded(value, page))

    def _expanded(self, node: _Node, page: int | None) -> list[_Step]:
        role = str(node.get("/S", "")).removeprefix("/")
        role = self.roles.get(role, role)
        if role in _DROPPED:
            return []
        inner = self._children(node, page)
        if role in _TAGS:
            return [("open", _TAGS[role], page), *inner, ("close", _TAGS[role], page)]
        if role == "Link":
            return [("link", _address(node), page), *inner, ("unlink", "", page)]
        if role in _INLINE:
            return [("style", _INLINE[role], page), *inner, ("unstyle", "", page)]
        return [("border", "", page), *inner, ("border", "", page)]

    def _children(self, node: _Node, page: int | None) -> list[_Step]:
        page = self._page(node, page)
        found = node.get("/K")
        kids = found if isinstance(found, list) else [found]
        steps: list[_Step] = []
        shown: dict[str, int | None] = {}
        for kid in kids:
            number = kid.idnum if isinstance(kid, IndirectObject) else None
            if number is not None and number in self.seen:
                continue
            if number is not None:
                self.seen.add(number)
            steps += self._child(kid, page, shown)
        return steps

    def _child(self, kid: object, page: int | None, shown: dict[str, int | None]) -> list[_Step]:
        value = resolved(kid)
        if isinstance(value, int):
            return self._texts(page, value, shown)
        if not isinstance(value, dict) or value.get("/Type") == "/OBJR":
            return []
        if value.get("/Type") == "/MCR":
            mark = value.get("/MCID")
            on = self._page(value, page)
            return self._texts(on, mark, shown) if isinstance(mark, int) else []
        return [("node", value, page)]

    def _texts(self, page: int | None, mark: int, shown: dict[str, int | None]) -> list[_Step]:
        """Return the pieces of one mark; what stays on the screen is drawn on every page."""
        runs = self.marked.get((page, mark), [])
        words = "".join(run.text for run in runs)
        if shown.setdefault(words, page) != page:
            return []
        return [("text", run, page) for run in runs]

    def _page(self, node: _Node, page: int | None) -> int | None:
        """Return the number of the page that a node names, else that of the one around it."""
        named = isinstance(node, DictionaryObject) and "/Pg" in node
        raw = node.raw_get("/Pg") if isinstance(node, DictionaryObject) and named else None
        return self.pages.get(raw.idnum, page) if isinstance(raw, IndirectObject) else page


def _address(node: _Node) -> str:
    """Return where a link leads, "" for a place in the file."""
    found = node.get("/K")
    for kid in found if isinstance(found, list) else [found]:
        value = resolved(kid)
        if isinstance(value, dict) and value.get("/Type") == "/OBJR":
            address = uri_of(value.get("/Obj"))
            if address.startswith(("http://", "https://", "mailto:")):
                return address
    return ""


def uri_of(annotation: object) -> str:
    """Return the address that an annotation leads to, or ""."""
    link = resolved(annotation)
    action = resolved(link.get("/A")) if isinstance(link, dict) else None
    address = resolved(action.get("/URI")) if isinstance(action, dict) else None
    return str(address) if isinstance(address, str) else ""


def resolved(value: object) -> object:
    """Return what a reference refers to; anything else as it is."""
    return value.get_object() if isinstance(value, IndirectObject) else value


def _roles(root: _Node) -> dict[str, str]:
    """Return what the file's own roles stand for."""
    found = root.get("/RoleMap")
    pairs = found.items() if isinstance(found, dict) else ()
    own = {str(key).removeprefix("/"): str(value).removeprefix("/") for key, value in pairs}
    return {key: own.get(value, value) for key, value in own.items() if key not in _TAGS}
