"""What is no part of an article, by the words and the shape of a line; and what reads like prose.

A phrase is looked for in whole short lines; long prose is never junk by its words.
"""

import functools
import re

# Lines that are never part of the text, in lower case: comparing without regard to case costs five
# times as much. Each alternative is anchored at the line's start.
_PHRASE = re.compile(
    r"(?:"
    r"advert(?:isement|orial|ising)?|sponsored(?: content)?|story continues below"
    r"|article continues|continue reading|scroll (?:down|to continue)"
    r"|read (?:more|also|next|full|the full)\b.{0,140}|also read\b.{0,140}"
    r"|(?:see|watch) (?:also|more|now)\b.{0,140}"
    r"|(?:related|more|recommended)(?: (?:articles?|stor(?:y|ies)|posts?|topics?|coverage|content"
    r"|reading|links?|news|from|on|by)\b.{0,80})?:?"
    r"|most (?:read|popular|viewed|recent).{0,30}|trending.{0,20}"
    r"|you (?:may|might) (?:also )?(?:like|be interested).{0,40}|don'?t miss.{0,100}"
    r"|share(?: (?:this|on|via|now|article|full article)\b.{0,60})?:?|(?:social )?sharing|tweet"
    r"|e-?mail|print|pin ?it|copy (?:link|url|this link).{0,30}|facebook|twitter|linked ?in"
    r"|whats ?app|reddit|telegram|pinterest|flipboard|instagram|youtube|messenger|bookmark"
    r"|save(?: (?:article|this|this (?:story|article|post)))?|listen(?: to (?:this"
    r"|the) (?:article|story))?.{0,20}"
    r"|follow (?:us|me|him|her|@).{0,80}|sign (?:up|in)\b.{0,140}|log ?in|register(?: now)?"
    r"|subscribe\b.{0,140}|join (?:us|our|the conversation).{0,100}"
    r"|get (?:the|our|all) .{0,60}(?:newsletter|inbox|app\b).{0,80}"
    r"|(?:by )?(?:signing|clicking) .{0,40}you agree.{0,140}|newsletters?"
    r"|(?:all|some) rights reserved\b.{0,80}|copyright\b.{0,100}|©.{0,120}|\(c\) \d{4}.{0,80}"
    r"|reprints?.{0,20}|(?:terms|privacy|cookie)\b.{0,40}|skip to .{0,30}|jump to .{0,30}"
    r"|back to .{0,30}|go to .{0,30}|home|menu|search|close|next|prev(?:ious)?"
    r"|(?:\d+ )?comments?(?: \(?\d+\)?)?|(?:leave|post|add) a (?:comment|reply).{0,20}"
    r"|view (?:all|more|comments|gallery|image|original|in browser).{0,40}"
    r"|show (?:all|more|comments|caption).{0,30}|hide caption|toggle caption"
    r"|enlarge(?: this image| image)?|click (?:here|to).{0,100}"
    r"|(?:tags?|topics?|filed under|categor(?:y|ies)|keywords)\s?:.{0,300}|loading\b.{0,30}"
    r"|play(?: video)?|pause|mute|unmute|watch(?: live)?|live|podcasts?|videos?|photos?|gallery"
    r"|image(?: caption| source.{0,60})?"
    r"|(?:photo|image|picture|foto|bild|credit|source|quelle)\s?(?:credit|by|source)?\s?[:/].{0,80}"
    r"|getty images|reuters|(?:file )?photo|opens in (?:a )?new (?:window|tab)|, opens new tab"
    r"|purchase licensing rights|lesen sie auch.{0,140}|mehr zum thema.{0,60}|teilen|drucken"
    r"|anzeige|werbung|lire aussi.{0,140}|à lire.{0,140}|publicité|partager|lea también.{0,140}"
    r"|leer también.{0,140}|te puede interesar.{0,100}|publicidad|compartir|compartilhar"
    r"|leia (?:também|mais).{0,140}|leggi anche.{0,140}|condividi|lees ook.{0,140}"
    r"|czytaj (?:też|także|więcej).{0,140}|читайте также.{0,140}|реклама|поделиться"
    r")\s*[.:…»>→-]*\Z"
)
_PHRASE_CHARS = 200  # characters; a longer line is prose, whatever it begins with
_CLOCK = re.compile(r"[\d:.,/%|+\s–-]+\Z")
_SENTENCE = re.compile(r"[.!?;:,…。！？，、؟।](?=[\s\"'”’»)\]]|\Z)|[。！？，、]")
_BYLINE = re.compile(
    r"(?i:(?:written|words|posted|text) by|by|von|par|por|di|door|av|af|text)\s*(?::\s*)?"
    r"(?:\s(?=[^a-zß-öø-ÿ])|\Z)"
)
_BYLINE_STARTS = frozenset("wpbvdatWPBVDAT")  # letters; asking them first is ten times as fast
_BYLINE_CHARS = 100  # characters of a visible byline
_STOPS = (".", "!", "?", "…", "。")
_LASTS = frozenset(".!?…:;。！？।؟\"'”’»)]）」")  # characters that `_END` may end with
_END = re.compile(r"[.!?…:;。！？।؟][\"'”’»)\]）」]*\Z")
_GLUED = re.compile(r"[a-z](?:icon|Icon)\b|[a-z]{3}[A-Z][a-z]{2}")
_ICON_TOKENS = 12  # words; a row of labels this long without a single stop is no sentence
_PROSE = 80  # letters; shorter lines must end like a sentence
_PROSE_MIN = 30  # letters; below that a sentence may as well be a caption or a label
_CJK_WORTH = 3  # letters of other scripts that one such character stands for
_BELOW_CJK = bytes(range(0xE3))  # of UTF-8: all bytes but the first of what lies behind U+3000


def is_phrase(line: str) -> bool:
    """Say whether a whole line is a phrase that pages put around articles.

    >>> is_phrase("Share this article"), is_phrase("Share prices fell on Monday.")
    (True, False)
    """
    return len(line) <= _PHRASE_CHARS and bool(_PHRASE.match(line.lower()) or _CLOCK.match(line))


def is_label_row(line: str) -> bool:
    """Say whether a long line is a row of labels or icon names: many words and not one stop.

    >>> is_label_row("bellicon " * 20), is_label_row("A plain sentence, with a stop.")
    (True, False)
    """
    words = line.count(" ") + 1
    if words < _ICON_TOKENS or line.endswith(_STOPS):
        return False
    if not _SENTENCE.search(line):
        return words > 2 * _ICON_TOKENS or bool(_GLUED.search(line))
    return not ends_sentence(line) and len(_GLUED.findall(line)) > words // 6


def ends_sentence(line: str) -> bool:
    """Say whether a line ends with a stop, quotes and brackets behind it aside.

    >>> ends_sentence('He said “no.”'), ends_sentence("A headline")
    (True, False)
    """
    if line.endswith(_STOPS):
        return True
    return line[-1:] in _LASTS and bool(_END.search(line[-8:]))


def is_byline(line: str) -> bool:
    """Say whether a line names who wrote the text, or opens such a line.

    >>> is_byline("By Ada Quill"), is_byline("By a margin of nine votes, Hallow decides")
    (True, False)
    """
    if line[:1] not in _BYLINE_STARTS or len(line) >= _BYLINE_CHARS:
        return False
    return bool(_BYLINE.match(line)) and not ends_sentence(line)


@functools.cache
def _cjk() -> re.Pattern[str]:
    # Compiled only where it is needed: a set of so many characters costs 4 ms.
    return re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def weight(line: str) -> int:
    """Return how many Latin letters a line is worth: its length, Chinese characters counted more.

    >>> weight("ferry"), weight("渡し船")
    (5, 9)
    """
    if line.isascii() or not line.encode("utf-8", "surrogatepass").translate(None, _BELOW_CJK):
        return len(line)
    return len(line) + (_CJK_WORTH - 1) * len(_cjk().findall(line))


def judge(line: str) -> tuple[bool, int]:
    """Say whether a line is a label, no part of a text, and how many of its letters are prose.

    Prose are all of a line's letters or none. A label is a phrase or a row of labels.

    >>> judge("Home News Sport"), judge("The ferry was late again, the office said.")
    ((False, 0), (False, 42))
    """
    ends = ends_sentence(line)
    if not (ends and len(line) > _PHRASE_CHARS) and (is_phrase(line) or is_label_row(line)):
        return True, 0
    size = weight(line)
    if size < _PROSE_MIN or line.startswith("http"):
        return False, 0
    return False, size if ends or (size >= _PROSE and _SENTENCE.search(line)) else 0
