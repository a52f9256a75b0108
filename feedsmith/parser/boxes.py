"""Which elements of a page are boxes that are no part of an article, by what they are called."""

from __future__ import annotations

from feedsmith import dom
from feedsmith.dom import Tree
from feedsmith.parser import marks as words
from feedsmith.parser.sight import ancestors

_JUNK_SHARE = 0.4  # of the page's prose; a "sidebar" that holds more is the article
_BESIDE_SHARE = 0.7  # the same where the title is known and lies elsewhere
HIDDEN = "hidden"  # what speaks against an element that no reader sees
ANOTHER = "another article"  # what speaks against one that stands below or beside the page's own
_SURE = (
    ANOTHER, "comment", "respond", "repl", "disqus", "discussion", "fb-comments", "livefyre",
    "related",
)  # fmt: skip
_CONSENT = ("cookie", "consent", "gdpr", "cmp", "onetrust", "didomi", "dialog", "alertdialog")
_DIALOG_SHARE = 0.9  # of the page's prose; consent walls hold more than short news behind them
# Boxes that never hold a part of an article, unless nearly all of the page lies in them.
_NEVER = (
    *_SURE[:-1], *_CONSENT, "nav", "navigation", "form", "webform", "modal", "popup", "newsletter",
    "search",
)  # fmt: skip
_LEAST_CHARS = 300  # characters of prose; an article outside the comments has as much
_NEVER_JUNK = frozenset({"body", "main", "h1"})
_TABLE = frozenset({"tbody", "tr", "th", "td"})  # a row of class "player" is no player
_SAYING = frozenset({"role", "hidden", "style"})
_MARKS = frozenset({"class", "id", "itemprop", "rel"})


def read_marks(tree: Tree) -> tuple[list[str], list[str]]:
    """Return two texts for each element: its marks, and what speaks against it.

    Marks are class, id, itemprop and rel words as they stand. What speaks against an element is
    its name, its role, "hidden" or one of its class words; "" where nothing does.
    """
    marks, against = [], []
    for tag, attributes in zip(tree.tags, dom.attributes(tree.nodes), strict=True):
        if not attributes:
            marks.append("")
            against.append(tag if tag in words.JUNK_TAGS else "")
            continue
        mark = said = ""
        for name, value in attributes:
            if name in _MARKS:
                mark = f"{mark} {value}" if mark else value
            elif name in _SAYING:
                said = said or _said(name, value)
        marks.append(mark)
        if tag in words.JUNK_TAGS:
            against.append(tag)
        elif tag in _NEVER_JUNK:
            against.append("")
        else:
            is_named = mark and tag not in _TABLE
            against.append(said or (words.find_mark(mark) if is_named else ""))
    against[0] = ""
    return marks, against


def _said(name: str, value: str) -> str:
    """Return what an attribute other than the marks says against its element."""
    if name == "role":
        return value if value in words.JUNK_ROLES else ""
    is_hidden = name == "hidden" or "display:none" in value.replace(" ", "")
    return HIDDEN if is_hidden else ""


def clear_title(tree: Tree, against: list[str], place: int, prose: list[int]) -> None:
    """Forget what speaks against the elements around the title and some prose: they are the page.

    Args:
        tree: the page.
        against: what speaks against each element; changed.
        place: the element that prints the title.
        prose: characters of prose inside each element.
    """
    while place:
        if prose[place] >= _LEAST_CHARS:
            against[place] = ""
        place = tree.parents[place]


def mark_others(tree: Tree, against: list[str], headings: list[int], prose: list[int]) -> None:
    """Mark the articles that stand beside the page's own, as where scrolling never ends.

    They lie in elements like the one around the title, each with a heading of the title's rank and
    some prose.

    Args:
        tree: the page.
        against: what speaks against each element; changed.
        headings: the elements that print headings of the title's rank, the title's own first.
        prose: characters of prose inside each element.
    """
    title, *others = headings
    above = ancestors(tree, title)
    below = {parent: at for at, parent in zip(above, list(above)[1:], strict=False)}
    for other in others:
        at = other
        while at and tree.parents[at] not in above:
            at = tree.parents[at]
        own = below.get(tree.parents[at], 0)
        if (
            at != own
            and tree.tags[at] == tree.tags[own]
            and tree.nodes[at].get("class") == tree.nodes[own].get("class")
            and min(prose[at], prose[own]) >= _LEAST_CHARS
        ):
            against[at] = ANOTHER


def is_hopeless(word: str) -> bool:
    """Say whether a box of this word never holds a part of an article.

    >>> is_hopeless("comments-area"), is_hopeless("sidebar")
    (True, False)
    """
    return word.startswith(_NEVER)


def find_boxes(
    tree: Tree, against: list[str], prose: list[int], *, title: bool = False
) -> list[str]:
    """Return for each element the word of the box, no part of an article, that it lies in, or "".

    A word that would take away more than _JUNK_SHARE of the page's prose marks no such box here:
    a "paywall" around every paragraph is the article. Readers' comments and related articles may
    well be longer than the article, so for them it is enough that some prose is left.

    Args:
        tree: the page.
        against: what speaks against each element (`read_marks`).
        prose: characters of prose inside each element.
        title: if what speaks against elements around the title was cleared (`clear_title`).
    """
    taken: dict[str, int] = {}
    ends: dict[str, int] = {}  # of the last box of each word; what lies inside is counted with it
    for at, word in enumerate(against):
        if word and at > ends.get(word, -1):
            taken[word] = taken.get(word, 0) + prose[at]
            ends[word] = tree.ends[at]
    limit = _JUNK_SHARE * prose[0]
    most = max(limit, prose[0] - _LEAST_CHARS)
    dialogs = _DIALOG_SHARE * prose[0] if title else limit
    limit = max(limit, min(_BESIDE_SHARE * prose[0], most)) if title else limit
    limits = {
        word: dialogs if word.startswith(_CONSENT) else most if word.startswith(_SURE) else limit
        for word in taken
    }
    spared = {word for word, chars in taken.items() if chars > limits[word]}
    boxed = [""] * len(against)
    for at in range(1, len(against)):
        word = against[at]
        boxed[at] = boxed[tree.parents[at]] or (word if word not in spared else "")
    return boxed
