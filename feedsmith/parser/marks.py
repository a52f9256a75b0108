"""What class, id and role words say of an element of a page: sharing, selling, menus, captions.

Tables first, then one small test for each. Only pages need them, and compiling costs 0.01 s.
"""

import functools
import re

from feedsmith.parser.spelling import spelled

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
        r"comments?(?:-?(?:list(?:ing)?|box|wrap(?:per)?|area|section|thread|form|body))?|disqus|respond"
        r"|reply|replies|livefyre|discussion|fb-comments"
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


# What a mark may begin with. Most class and id words have none of these, which a look at the words
# tells four times as fast as the pattern does.
_OPENERS = frozenset([word.split("-")[0] for word in spelled("|".join(_FAMILIES))])
_CONSENT = re.compile(r"\bcookies?\b|\bGDPR\b|\bcookie-", re.IGNORECASE)
_KNOWN_MARKS = 20_000  # marks; pages of one site share theirs, which saves a tenth of the time
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:captions?|cutline|legende|(?:photo|image|img)-?credit)(?:-?text)?(?=$|[\s_-])"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SUBTITLE = re.compile(
    r"(?:^|[\s_-])(?:sub-?title|sub-?head(?:line|ing)?|stand-?first|dek|deck|sub-?deck|lede|lead-?text|leadtext|intro"
    r"|introduction|summary|chapo|chapeau|sottotitolo|occhiello|bajada|sumario|vorspann|subline|tagline|abstract"
    r"|excerpt|teaser|synopsis|ingress|manchet|strapline|alternativeheadline|article-?description|description)(?=$|[\s_-])"
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?lines?|authors?|writer|autor|auteur|autore|contributors?|author-?names?"
    r"|rel:author)(?=$|[\s_-])"
)
JUNK_TAGS = frozenset({
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button",
    "select", "option", "textarea", "input", "label", "iframe", "object", "embed", "canvas",
    "svg", "dialog", "menu", "link", "meta", "audio", "video", "map",
})  # fmt: skip
JUNK_ROLES = frozenset({
    "navigation", "banner", "complementary", "contentinfo", "search", "dialog",
    "alertdialog", "menu", "toolbar", "tablist",
})  # fmt: skip


@functools.lru_cache(maxsize=_KNOWN_MARKS)
def find_mark(words: str) -> str:
    """Return the class or id word that marks a box which is no part of an article, or "".

    >>> find_mark("post-shareBar left"), find_mark("article-text")
    ('share', '')
    """
    words = words if words.islower() else dashed(words)
    if _OPENERS.isdisjoint(words.replace("_", " ").replace("-", " ").split()):
        return ""
    found = _MARK.search(words)
    return found[1] if found else ""


def dashed(words: str) -> str:
    """Return class or id words in lower case, a dash where a capital began a word.

    >>> dashed("articleBody left")
    'article-body left'
    """
    return _CAMEL.sub("-", words).lower()


def is_caption(words: str) -> bool:
    """Say whether class or id words mark the text under a picture.

    >>> is_caption("wp-caption-text"), is_caption("lede")
    (True, False)
    """
    return bool(_CAPTION.search(words))


_BODY = re.compile(
    r"(?:^|[\s_-])(?:article-?body|articlebody|story-?body|entry-?content|post-?(?:content|body|text)|article-?(?:content|text|copy|main)"
    r"|content-?body|body-?(?:content|text|copy)|story-?(?:content|text)|main-?text|news-?(?:text|body|content)|rich-?text|e-content)(?=$|[\s_-])"
)


@functools.lru_cache(maxsize=_KNOWN_MARKS)
def is_body(words: str) -> bool:
    """Say whether class or id words name an element as the body of an article.

    >>> is_body("post-articleBody"), is_body("news")
    (True, False)
    """
    return bool(_BODY.search(dashed(words)))


@functools.lru_cache(maxsize=_KNOWN_MARKS)
def is_caption_box(words: str) -> bool:
    """Say the same as `is_caption` of words as they stand, remembering the answer."""
    return is_caption(dashed(words))


def is_consent(line: str) -> bool:
    """Say whether a paragraph speaks of cookies, as consent dialogs do in every paragraph.

    >>> is_consent("We and our partners store cookies on your device.")
    True
    """
    lower = line.lower()
    return ("coo" in lower or "gdpr" in lower) and bool(_CONSENT.search(line))


def is_subtitle(words: str) -> bool:
    """Say whether class or id words mark the line under the title.

    >>> is_subtitle("article-standfirst"), is_subtitle("body")
    (True, False)
    """
    return bool(_SUBTITLE.search(words))


def is_byline(words: str) -> bool:
    """Say whether class or id words mark the line that names the authors.

    >>> is_byline("post-author"), is_byline("authority")
    (True, False)
    """
    return bool(_BYLINE.search(words))
