"""Names of the parts of a source that holds many articles: each once, and always the same."""

from __future__ import annotations

from feedsmith import text


class Parts:
    """Names given so far; the only article of a source needs none."""

    def __init__(self, number: int) -> None:
        self._is_one = number == 1
        self._seen: dict[str, int] = {}

    def of(self, name: str) -> str:
        """Return a name that was not given before.

        >>> parts = Parts(3)
        >>> parts.of("a"), parts.of("a"), parts.of(""), Parts(1).of("a")
        ('a', 'a~2', 'item', '')
        """
        if self._is_one:
            return ""
        name = text.one_line(name) or "item"
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return f"{name}~{count}" if count > 1 else name
