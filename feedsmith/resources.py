"""Data files of the package: vocabularies, section names. Read through its loader only."""

import pkgutil
from functools import cache


@cache
def text(folder: str, name: str) -> str:
    """Return the text of a packaged file, such as `text("topics/data", "en.txt")`."""
    # `importlib.resources` does the same, and costs 0.01 s to import.
    found = pkgutil.get_data("feedsmith", f"{folder}/{name}")
    if found is None:
        raise FileNotFoundError(f"feedsmith/{folder}/{name}")
    return found.decode("utf-8")
