"""Data files of the package: vocabularies, section names, weights. Read through importlib only."""

from functools import cache
from importlib.resources import files


@cache
def text(folder: str, name: str) -> str:
    """Return the text of a packaged file, such as `text("topics/data", "en.txt")`."""
    return files("feedsmith").joinpath(folder, name).read_text(encoding="utf-8")
