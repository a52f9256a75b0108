"""Names of the parts of a source that holds many articles: each once, and always the same."""

from __future__ import annotations

from feedsmith import text


class Names:
    """Names given so far; one that was given before gets the first number that is free."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, name: str) -> str:
        """Return a name that was not given before.

        >>> names = Names()
        >>> [names.of(name) for name in ("a", "a", "a~2", "b")]
        ['a', 'a~2', 'a~2~2', 'b']
        """
        count = self._seen.get(name, 0) + 1
        while (found := f"{name}~{count}" if count > 1 else name) in self._seen:
            count += 1
        self._seen[name] = count
        self._seen.setdefault(found, 1)
        return found


class Parts:
    """Names of articles by what calls them; the only article of a source needs none."""

    def __init__(self, number: int) -> None:
        self._is_one = number == 1
        self._names = Names()

    def of(self, name: str) -> str:
        """Return a name that was not given before.

        >>> parts = Parts(3)
        >>> parts.of("a"), parts.of("a"), parts.of(""), Parts(1).of("a")
        ('a', 'a~2', 'item', '')
        """
        return "" if self._is_one else self._names.of(text.one_line(name) or "item")
