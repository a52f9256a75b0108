"""The lines that themes of blogs put below a text: a sentence, or a row of labels, with a day.

"This entry was posted on 2 September 2024 at 19:25 and is filed under Ferries. You can follow …" is
too long for a dateline and reads like prose, and so does a row that goes on with many categories.
"""

from __future__ import annotations

import re

# "This entry …", in the languages of the themes; then at most four words up to the day's "on".
_ENTRY = re.compile(
    r"(?:this|dies(?:er|es)|cet(?:te)?|ce|esta|este|quest[oa]|deze|dit) "
    r"(?:entry|post|article|story|item|eintrag|beitrag|artikel|text|entrée|billet|note|entrada"
    r"|artículo|nota|articolo|bericht)"
    r"(?: (?!original|first|previous|zuerst|ursprünglich|initial|primer)[^\s.\d]+){1,4}? "
    r"(?:on|am|le|el|il|op) (?=[^.]{0,24}\d)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"\b(?:posted|published|written|created|veröffentlicht|geschrieben|erstellt|verfasst|publiziert"
    r"|gepostet|publiée?|écrite?|postée?|publicad[oa]|escrit[oa]|pubblicat[oa]|scritt[oa]"
    r"|geplaatst|gepubliceerd|geschreven)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:updated|modified|changed|edited|revised|aktualisiert|geändert|bearbeitet|mise? à jour"
    r"|modifiée?|actualizad[oa]|modificad[oa]|aggiornat[oa]|bijgewerkt|gewijzigd)\b",
    re.IGNORECASE,
)
_SAID_CHARS = 160  # characters in which such a sentence names the day and says what happened on it
_DAY_CHARS = 60  # characters from the day on; a weekday, a month, a time and its zone have as many
_FILED = re.compile(
    r"\s(?:kategorien?|schlagw(?:ort|örter)|stichw(?:ort|örter)|tags?|categor(?:y|ies)"
    r"|filed (?:under|in)|posted in|catégories?|mots[- ]clés|étiquettes?|categorías?|etiquetas?"
    r"|categorie|keywords|topics|labels)\s?:",
    re.IGNORECASE,
)


def day_told(line: str) -> str:
    """Return the part of a sentence about the entry that prints the day of publication, or "".

    >>> day_told("This entry was posted on May 2, 2024 at 7:25 pm and is filed under Ferries.")
    'May 2, 2024 at 7:25 pm and is filed under Ferries.'
    >>> day_told("This entry was originally published on May 2, 2024 in the Hallow Gazette.")
    ''
    """
    head = line[:_SAID_CHARS]
    found = _ENTRY.match(head)
    if found is None or not _WRITTEN.search(head) or _CHANGED.search(head):
        return ""
    return head[found.end() : found.end() + _DAY_CHARS]


def before_labels(line: str) -> str:
    """Return what a row of labels says before its categories, "" where it names none.

    >>> before_labels("Author: Ada | Published on 2 May 2024 Categories: Ferries, Harbour")
    'Author: Ada | Published on 2 May 2024'
    """
    found = _FILED.search(line) if ":" in line else None
    return line[: found.start()] if found else ""
