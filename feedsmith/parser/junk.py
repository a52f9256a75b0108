"""What is no part of an article: words that mark such boxes, phrases and shapes of such lines.

Tables first, then one small test for each. A mark is looked for in class, id and role words, a
phrase in whole short lines; long prose is never junk by its words.
"""

import re

# Boxes beside or inside an article, by the words of their class and id. Whole words only, where a
# word is a list of alternatives of one family: sharing, selling, more to read, page furniture.
_FAMILIES = (
    (
        r"shar(?:e|es|ing)|social|socials|follow(?:-us)?|sharebar|sharebuttons|addtoany|addthis"
        r"|sharedaddy"
    ),
    (
        r"ads?|advert(?:s|isement|isements|ising)?|adslot|sponsor(?:ed|s)?|promos?|promoted"
        r"|promotion|banner|taboola|outbrain|affiliate|commercial"
    ),
    (
        r"newsletters?|subscri(?:be|ption|ptions)|signup|sign-up|paywall|piano"
        r"|donat(?:e|ion|ions)|membership|mailing|mailchimp|mc4wp|optin"
    ),
    (
        r"related|recommend(?:ed|ation|ations)|trending|popular|most-read|mostread|read-?more"
        r"|readmore|readalso|also-?read|more-(?:stories|news|on|from|articles|posts)|up-?next"
        r"|further|teasers?|yarpp|jp-relatedposts|relatedposts|latest-(?:news|posts|stories)"
        r"|similar|you-may|nextprev|prevnext|post-navigation|pagination|pager|latest"
    ),
    (
        r"comments?|disqus|respond|reply|replies|commentlist|livefyre|discussion|fb-comments"
        r"|webform|contact-form"
    ),
    (
        r"cookies?|consent|gdpr|cmp|onetrust|didomi|privacy|popups?|modal|overlay|lightbox|dialog"
        r"|tooltip|toast"
    ),
    (
        r"nav|navbar|navigation|menus?|breadcrumbs?|footer|masthead|topbar|toolbar|sidebar"
        r"|side-bar|aside|skip(?:-link|-to-content)?|site-header|widgets?|searchform|search-form"
        r"|toc|table-of-contents|screen-reader-text|sr-only|visually-?hidden|hidden|sf-hidden"
        r"|print-only|noprint|no-print|hide"
    ),
    (
        r"author-?(?:bio|box|info|card|about|profile|description)|about-(?:the-)?author|bio|bios"
        r"|user-profile|tags?|tag-?list|taglist|tagcloud|post-tags|categories|category-list"
        r"|keywords|meta-tags|entry-footer|post-footer|article-footer|copyright|credits?"
        r"|disclaimer|rating|ratings|votes?|poll|quiz|print|feedback|report|audio-?player|player"
        r"|video-?player|playlist|podcast|slideshow-?nav|transcript-toggle|correction-form"
    ),
)
_MARK = re.compile(r"(?:^|[\s_-])(" + "|".join(_FAMILIES) + r")(?=$|[\s_-])")
_CONSENT = re.compile(r"\bcookies?\b|\bGDPR\b|\bcookie-", re.IGNORECASE)
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:captions?|cutline|legende|(?:photo|image|img)-?credit)(?:-?text)?(?=$|[\s_-])"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
JUNK_TAGS = frozenset({
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button",
    "select", "option", "textarea", "input", "label", "iframe", "object", "embed", "canvas",
    "svg", "dialog", "menu", "link", "meta", "audio", "video", "map",
})  # fmt: skip
JUNK_ROLES = frozenset({
    "navigation", "banner", "complementary", "contentinfo", "search", "dialog",
    "alertdialog", "menu", "toolbar", "tablist",
})  # fmt: skip

# Lines that are never part of the text. Each alternative is anchored at the line's start.
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
    r")\s*[.:…»>→-]*\Z",
    re.IGNORECASE,
)
_PHRASE_CHARS = 200  # characters; a longer line is prose, whatever it begins with
_CLOCK = re.compile(r"[\d:.,/%|+\s–-]+\Z")
_SENTENCE = re.compile(r"[.!?;:,…。！？，、؟।](?=[\s\"'”’»)\]]|\Z)|[。！？，、]")
_END = re.compile(r"[.!?…:;。！？।؟][\"'”’»)\]）」]*\Z")
_GLUED = re.compile(r"[a-z](?:icon|Icon)\b|[a-z]{3}[A-Z][a-z]{2}")
_ICON_TOKENS = 12  # words; a row of labels this long without a single stop is no sentence
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PROSE_CHARS = 80  # characters; shorter lines must end like a sentence
_PROSE_MIN_CHARS = 30  # characters; below that a sentence may as well be a caption or a label
_CJK_WORTH = 3  # letters of other scripts that one such character stands for


def find_mark(words: str) -> str:
    """Return the class or id word that marks a box which is no part of an article, or "".

    >>> find_mark("post-shareBar left"), find_mark("article-text")
    ('share', '')
    """
    if not words.islower():
        words = _CAMEL.sub("-", words).lower()
    found = _MARK.search(words)
    return found[1] if found else ""


def is_caption(words: str) -> bool:
    """Say whether class or id words mark the text under a picture.

    >>> is_caption("wp-caption-text"), is_caption("lede")
    (True, False)
    """
    return bool(_CAPTION.search(words))


def is_consent(line: str) -> bool:
    """Say whether a paragraph speaks of cookies, as consent dialogs do in every paragraph.

    >>> is_consent("We and our partners store cookies on your device.")
    True
    """
    return bool(_CONSENT.search(line))


def is_phrase(line: str) -> bool:
    """Say whether a whole line is a phrase that pages put around articles.

    >>> is_phrase("Share this article"), is_phrase("Share prices fell on Monday.")
    (True, False)
    """
    return len(line) <= _PHRASE_CHARS and bool(_PHRASE.match(line) or _CLOCK.match(line))


def is_label_row(line: str) -> bool:
    """Say whether a long line is a row of labels or icon names: many words and not one stop.

    >>> is_label_row("bellicon " * 20), is_label_row("A plain sentence, with a stop.")
    (True, False)
    """
    words = line.count(" ") + 1
    if words < _ICON_TOKENS:
        return False
    if not _SENTENCE.search(line):
        return words > 2 * _ICON_TOKENS or bool(_GLUED.search(line))
    return not ends_sentence(line) and len(_GLUED.findall(line)) > words // 6


def ends_sentence(line: str) -> bool:
    """Say whether a line ends with a stop, quotes and brackets behind it aside.

    >>> ends_sentence('He said “no.”'), ends_sentence("A headline")
    (True, False)
    """
    return bool(_END.search(line[-8:]))


def is_label(line: str) -> bool:
    """Say whether a line is a phrase or a row of labels, and so no part of a text."""
    return is_phrase(line) or is_label_row(line)


def prose_chars(line: str) -> int:
    """Return how many characters of a line that is no label count as prose: all, or none.

    >>> prose_chars("Home News Sport"), prose_chars("The ferry was late again, the office said.")
    (0, 42)
    """
    size = len(line)
    if not line.isascii() and _CJK.search(line):
        size += (_CJK_WORTH - 1) * len(_CJK.findall(line))
    if size < _PROSE_MIN_CHARS or line.startswith("http"):
        return 0
    if ends_sentence(line) or (size >= _PROSE_CHARS and _SENTENCE.search(line)):
        return size
    return 0
