"""What the beginning of the text gives: summary, place, and a title where there is none."""

from __future__ import annotations

import re

from feedsmith import text
from feedsmith.dates import find_place
from feedsmith.model import Document
from feedsmith.parser.page import Answer, Choice

_SUMMARY_CHARS = 300  # characters of a summary made from the lede
_LEDE_CHARS = 60  # characters; a shorter first paragraph is a place or a label
_SHORT_STATE = re.compile(r", (?:[A-Z][a-z]{1,4}|[A-Z](?:\.[A-Z])+)\Z")
_OPENING_CHARS = 100  # characters of a title made from the lede


def find_place_of(document: Document, lede: str) -> Choice[str]:
    """Return where the story was filed: as stated, else as the wire dateline says."""
    stated = choice(document.hints.place, "stated", document.wrapper)
    return stated if stated.value else choice(_wired(lede), "wire", "start of the text")


def _wired(lede: str) -> str | None:
    """Return the place that opens a text, with the stop of a state's name: "HALLOW, Mo. (AP)"."""
    place = find_place(lede)
    is_short = place and _SHORT_STATE.search(place) and lede.startswith(f"{place}. (")
    return f"{place}." if is_short else place


def choice(value: str | None, rule: str, where: str) -> Choice[str]:
    """Return a value with the rule that gave it, or no choice for none."""
    return Choice(Answer(value, where), rule) if value else Choice(None)


def opening(lede: str) -> Choice[str]:
    """Return the title of a text that has none: its first sentence, cut short."""
    value = text.shorten(lede.replace("\n", " "), max_chars=_OPENING_CHARS)
    return choice(value, "opening", "start of the text")


def find_summary(under: str | None, lede: str) -> Choice[str]:
    """Return the subtitle as summary, else the lede, cut short."""
    source, rule = (under, "subtitle") if under else (lede.replace("\n", " "), "lede")
    return choice(text.shorten(source, max_chars=_SUMMARY_CHARS), rule, rule)


def lede(paragraphs: list[str], under: str | None) -> str:
    """Return the first paragraph that is neither a label nor the subtitle again."""
    return next((p for p in paragraphs if len(p) >= _LEDE_CHARS and p != under), paragraphs[0])
