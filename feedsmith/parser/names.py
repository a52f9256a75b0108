"""Names of people, out of a line that says who wrote something.

A line is cut at what parts names; each part loses "By", titles, addresses and what is said behind
a name ("for Reuters", "Senior Writer"); what is left must look like a name.
"""

from __future__ import annotations

import re

from feedsmith import text

_VERBS = (
    r"(?:(?:words|written|posted|published|reported|story|stories|text|article|recipe|contributed"
    r"|created|submitted|compiled|analysis|opinion|commentary|review|interview|essay|column|blog"
    r")(?: (?:and|&) (?:photos|photography|images|pictures|illustrations))? by"
    r"|geschrieben von|verfasst von|erstellt von|veröffentlicht von|ein (?:artikel|beitrag"
    r"|gastbeitrag|kommentar|interview|bericht) von|écrit par|publié par|rédigé par"
    r"|propos recueillis par|escrito por|publicado por|scritto da|pubblicato da|geschreven door)"
)
_LABELS = (
    r"authors?|autor(?:en|a|e|i|as|es)?|auteure?s?|autore|författare|forfatter|auteur|автор|writer"
    r"|text(?: (?:&|und|and) (?:fotos?|photos?|bilder))?|texte|texto|testo|tekst"
)
_BY = re.compile(
    rf"^(?:{_VERBS}|by|von|vom|par|por|di|door|av|af|od|yazan)(?::\s*|\s+|(?<=y)(?=(?-i:[A-Z])))"
    rf"|^(?:{_LABELS})\s*:\s*|^автор\s+|^(?:headshot of|social links for)\s+",
    re.IGNORECASE,
)
_SAID_BY = re.compile(
    r"(?:^|[\s.,|•·])(?:(?:written|posted|authored) by|(?:last )?updated(?: on)? .{0,30}? by"
    r"|posted in .{0,40}? by|(?:geschrieben|verfasst|erstellt) von|(?:gast)?(?:artikel|beitrag) von"
    r"|escrito por|écrit par|scritto da|auth?or(?:en|in)?:)\s*:?\s*",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(r"By ([^,.]{5,40}), (?:an?|one|the|who|our) \w")
_SPLIT = re.compile(
    r"\s*[;|/•·⋅∙▪~\n]\s*|,\s*|\s+(?:and|und|et|y|e|en|och|og|&|with|i|и|and/or)\s+", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S*|\S*@\S+\.\w+\S*|(?<!\w)@\w+|(?<=[a-z])@\w+\Z")
_ASIDE = re.compile(r"\s*[(\[<].*?(?:[)\]>]|\Z)")
# What is said behind a name: "Ada Quill for the Post", "Ada Quill - Harbour Desk".
_BEHIND = re.compile(
    r"\s+(?:for|from|at|in|on|of the|on behalf|is|has|was|via|bei|aus|für|@)\s.*"
    r"|\s+[–—-]+\s.*|\s+@.*",
    re.DOTALL,
)
_DEGREE_ALONE = re.compile(
    r"\A(?:ph\.?\s?d|m\.?d|m\.?a|b\.?a|b\.?s|m\.?s|m\.?sc|b\.?sc|mba|jd|esq|jr|sr|r\.?n|dr|prof|ii|iii"
    r"|iv|cfa|cfp|cpa|d\.?o|rdn?|ld|mph|dds|dmd|dvm|vmd|edd|psyd|lcsw|pharm\.?d|facs|np|pa-c)\.?\Z",
    re.IGNORECASE,
)
# What people are; behind a name it is cut off, in front of it there is no name.
_JOB = re.compile(
    r"\b(?:correspondent|reporter|editor|writer|contributor|contributing|columnist|journalist|redakteur(?:in)?|producer"
    r"|photographer|analyst|manager|strategist|director|founder|co-founder|ceo|cto|cmo|chief|president|partner|senior"
    r"|lead|head|specialist|engineer|consultant|attorney|lawyer|nutritionist|dietitian|reviewer|author|autor(?:in)?|auteur"
    r"|philosophe|associate|assistant|professor|researcher|blogger|freelance|staff|web|managing|executive|deputy|guest"
    r"|gastautor(?:in)?|special|published|updated|posted|veröffentlicht|follow|view|min|read|share|shares|comments?)\b",
    re.IGNORECASE,
)
# Words of offices and publishers, and of the labels around a byline. No name holds them.
_OFFICE = re.compile(
    r"\b(?:correspondents|reporters|reporting|editors|editorial|edition|writers|team|desk|newsdesk|contributors|columnists"
    r"|journalists|redaktion|redacción|rédaction|redazione|redactie|redakcja|newsroom|admin|administrator|webmaster"
    r"|postmaster|webdesk|bureau|agency|agencies|agencia|agence|presse|press|pressemitteilung|news|media|online|digital"
    r"|magazine|times|journal|tribune|gazette|herald|guardian|telegraph|daily|gmbh|inc|ltd|llc|gast|producers"
    r"|photographers|photos?|fotos?|wire|health|sports?|business|politics|technology|science|university|institute|college"
    r"|department|association|foundation|council|company|marketing|management|program|faculty|collective|artikel|beitrag|strategy|reviewed|edited"
    r"|publisher|blog|website|official|studio|services?|solutions|group|shop|store|forum|about|posts?|minutes?|mins"
    r"|subscribe|contact|image|images|instagram|facebook|twitter|linkedin|whatsapp|telegram|email|e-mail|translated"
    r"|übersetzung|illustrations?|sponsored|limited|offer|undefined|null|none|unknown|anonymous|name|date|data|datum"
    r"|last|top|like|by|via|with|more|no|all|alle|the|our|your|my|this|how|why|what|when|home|tags?)\b",
    re.IGNORECASE,
)
_ODD = re.compile(r"[\d_=:*#\"“”„?!<>()\[\]{}+…©$%^\\]|\w\.(?=[^\W\d_][^\W\d_])(?=[a-z])")
_LINE_CHARS = 4000  # characters of a byline; a longer one is no list of people
_PART_CHARS = 1000  # characters of one name with what is said of it in brackets
_NAME_CHARS = 60  # characters of one name
_NAME_WORDS = 5  # words of one name, particles included
_PARTICLES = frozenset({
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von",
    "der", "den", "ten", "ter", "af", "av", "bin", "bint", "ibn", "al", "el", "y", "e", "zu", "zur",
    "vom", "dem", "los", "las", "st", "v.", "ben",
})  # fmt: skip
# Where a visible byline ends: "By Ada Quill12 May", "By Ada Quill | Updated".
_LINE_END = re.compile(
    r"\d|\s[|•·⋅–—-]\s|(?-i:\s(?:on|in|at|for|am|as|By)\s)|\b(?:updated|published|posted)\b|(?<=[a-z])(?-i:Updated|Published|Posted)"
    rf"|\b(?:{text.MONTH_FORMS})\b(?=[ .]*\d)",
    re.IGNORECASE,
)
# Where another label follows without a blank: "Ada QuillStaff".
_GLUED = re.compile(r"(?<=[a-z]{3})(?<!\bFitz)(?=[A-Z@])")


def head_of(line: str) -> str:
    """Return the names in a visible byline: what stands behind "By" and before the date.

    >>> head_of("By Ada Quill | 12 May")
    'Ada Quill'
    """
    return _GLUED.split(_LINE_END.split(_BY.sub("", line))[0])[0]


def is_opened(line: str) -> bool:
    """Say whether a line begins like a byline.

    >>> is_opened("Written by Ada Quill"), is_opened("Ada Quill")
    (True, False)
    """
    return bool(_BY.match(line))


def said_by(line: str) -> str:
    """Return what stands behind "written by" in a line, or "".

    >>> said_by("Last updated on May 3 by Ada Quill")
    'Ada Quill'
    """
    found = _SAID_BY.search(line)
    return line[found.end() :] if found else ""


def introduced_by(paragraph: str) -> str:
    """Return the name with which a paragraph opens that says who wrote the text, or "".

    >>> introduced_by("By Ada Quill, one of the editors of a letter about tides.")
    'Ada Quill'
    """
    found = _INTRODUCED.match(paragraph)
    return found[1] if found and names_of(found[1]) == [found[1]] and is_full(found[1]) else ""


def names_of(byline: str) -> list[str]:
    """Return the people that a byline names.

    >>> names_of("By Ada Quill, PhD and Jon de Vries")
    ['Ada Quill', 'Jon de Vries']
    """
    line = _BY.sub("", _ADDRESS.sub(" ", byline[:_LINE_CHARS]).strip())
    parts = (_trim(part) for part in _SPLIT.split(line) if len(part) <= _PART_CHARS)
    return [name for name in parts if _is_name(name)]


def desks_of(byline: str) -> list[str]:
    """Return the one office or organisation that a byline names, if it is fit to be printed.

    >>> desks_of("By Harbour Post Staff"), desks_of("https://harbour.example")
    (['Harbour Post Staff'], [])
    """
    name = _trim(_BY.sub("", _ADDRESS.sub(" ", byline[:_LINE_CHARS]).strip()))
    words = name.split()
    if not 0 < len(words) <= _NAME_WORDS or len(name) > _NAME_CHARS or _ODD.search(name):
        return []
    return [] if text.fold(name) in _NOBODY else [name]


_NOBODY = frozenset({
    "admin", "administrator", "webmaster", "wordpressadmin", "wpadmin", "site admin", "root",
    "user", "test", "default", "author", "autor", "editor", "guest", "guest author", "no author",
    "publisher", "name", "by", "undefined", "null", "none", "unknown", "anonymous",
})  # fmt: skip


def is_full(name: str) -> bool:
    """Say whether a name is more than a first name or a handle.

    >>> is_full("Ada Quill"), is_full("ada"), is_full("新華")
    (True, False, True)
    """
    return " " in name or (not name[:1].isascii() and not name[:1].isupper() and len(name) > 1)


def _trim(part: str) -> str:
    name = _BY.sub("", _BEHIND.sub("", _ASIDE.sub("", part.strip()))).strip(" .,:–—-·|*\"'")
    return _without_role(name)


def _without_role(name: str) -> str:
    """Return a name without the job behind it: "Ada Quill Senior Writer"."""
    found = None if _OFFICE.search(name) else _JOB.search(name)
    if found and name[: found.start()].count(" ") >= 2:
        return name[: found.start()].strip()
    return name


def _is_name(name: str) -> bool:
    words = name.split()
    if not words or len(name) > _NAME_CHARS or len(words) > _NAME_WORDS:
        return False
    if any(kind.search(name) for kind in (_DEGREE_ALONE, _ODD, _JOB, _OFFICE)):
        return False
    return len(words) == 1 or (all(map(_is_part, words)) and words[-1].lower() not in _PARTICLES)


def _is_part(word: str) -> bool:
    return (
        not word[0].islower()
        or word.lower() in _PARTICLES
        or word[:2].lower() in {"d'", "d’", "o'"}
    )
