"""What `feedsmith build --dry-run` says of its plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from feedsmith.cli import show
from feedsmith.rehearsal import Difference, Plan

_SHOWN = 40  # lines of a kind, unless --verbose


def tell(plan: Plan, *, is_verbose: bool) -> None:
    """Print what a build would do: files, entries, what would be written and removed where."""
    shown = 10**9 if is_verbose else _SHOWN
    _print([f"{what:8} {path}" for what, path in plan.files], "files", shown)
    _print([f"{what:8} {title}" for what, _, title in plan.entries], "entries", shown)
    main = Difference("", plan.writes, plan.removes)
    _print(_lines(main), "in the out folder", shown)
    for tree in plan.trees:
        _print(_lines(tree), f"in the tree {tree.name!r}", shown)
    counts = (
        ("files", Counter(what for what, _ in plan.files)),
        ("entries", Counter(what for what, _, _ in plan.entries)),
        ("out", _count(main)),
        *((f"tree {tree.name!r}", _count(tree)) for tree in plan.trees),
    )
    told = [
        f"{noun}: {', '.join(f'{number} {what}' for what, number in count.items() if number)}"
        for noun, count in counts
        if count.total()
    ]
    show.result(f"dry run, nothing is written; {'; '.join(told) or 'nothing would change'}")


def _lines(found: Difference) -> list[str]:
    written = [f"write    {path}" for path in found.writes]
    return [*written, *(f"remove   {path}" for path in found.removes)]


def _count(found: Difference) -> Counter[str]:
    return Counter({"to write": len(found.writes), "to remove": len(found.removes)})


def _print(lines: Sequence[str], head: str, shown: int) -> None:
    if lines:
        show.aside(f"{head}:")
    for line in lines[:shown]:
        show.aside(f"  {line}")
    if len(lines) > shown:
        show.aside(f"  … and {len(lines) - shown} more (--verbose has all)")
