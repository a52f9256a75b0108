"""A printed line → its tokens and their shape, one letter a token, which `dates` matches.

Letters: I ISO date and time, Q year-month-day, P numeric day/month/year in any order, Y year, D one
or two digits, N other number, M month, W weekday, T clock time, t time with a point, Z zone,
z offset, A half of day, L and U labels, f filler, o ordinal ending, x unknown word, "-" dash,
"," other punctuation.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from feedsmith.dates import words
from feedsmith.dates.values import Label
from feedsmith.text import MONTHS

MAX_CHARS = 200  # characters; the longest dateline among the fixtures has 96
_MAX_TOKENS = 60  # tokens; punctuation counts

_LETTER = r"[^\W\d_]|[\u0900-\u0dff\u0e00-\u0e7f]"
_OFFSET = r"[+-](?:0\d|1[0-4]):?(?:00|15|30|45)(?!\d)"
_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?"
_TOKEN = re.compile(
    rf"(?P<I>\d{{4}}-\d\d-\d\d(?:t{_CLOCK}(?:\s?z\b|\s?{_OFFSET})?|\s{_CLOCK}\s?(?:z\b|{_OFFSET}))"
    rf"|\d{{8}}t\d{{4}}(?:\d\d)?(?:z\b|{_OFFSET})?)"
    r"|(?P<Q>\d{4}(?P<q>[-/.])\s?\d{1,2}(?P=q)\s?\d{1,2}(?!\d)\.?)"
    r"|(?P<P>(?<![\d./-])\d{1,2}\s?(?P<p>[-/.])\s?\d{1,2}\s?(?P=p)\s?"
    r"(?:(?:19|20|25)\d\d(?=\D|\d{1,2}:\d\d|$)|\d\d(?![\d:]))(?![./-]\d))"
    r"|(?P<T>\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?![\d:])"
    r"|\d{1,2}\s?h\s?[0-5]\d(?!\w)"
    r"|\d{1,2}\s?h(?!\w))"
    r"|(?P<t>\d{1,2}\.\d\d(?![\d.]))"
    r"|(?P<Z>(?:gmt|utc)\s?[+-]\s?(?:\d{1,2}:\d\d|\d{4}(?!\d)|\d\d(?!\d)|\d))"
    rf"|(?P<z>{_OFFSET}|\+(?:0\d|1[0-4])(?![\d:]))"
    r"|(?P<Y>(?:1[349]|2[0156])\d\d(?=\D|\d{1,2}[:.h]\d\d|$))"
    r"|(?P<D>\d{1,2}(?!\d))|(?P<N>\d+)"
    rf"|(?P<x>(?:{_LETTER})+)|(?P<dash>[-–—~])|(?P<comma>[^\s\w])"
)
# Spellings that are undone before the line is cut, in this order.
_GLUED_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z])")
_HALF_OF_DAY = re.compile(r"\b([apμπ])\.?\s?([mμ])\b\.?(?=[^\w]|$)")
_READING_TIME = re.compile(
    r"\d+\s?-?\s?min\w*\.?\s"
    r"(?:read|de lecture|lesezeit|de lectura|de leitura|di lettura|leestijd|lasning)"
)
_VIETNAMESE_MONTH = re.compile(r"(?:,\s*)?thang\s(\d{1,2})\b")
_ENGLISH_MONTHS = tuple(month.lower() for month in MONTHS)
_THAI_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
# Months of two words (Levant) or with points inside (Thai), as `plain` folds them.
_LONG_MONTHS = (
    ("تشرين الاول", "october"),
    ("تشرين الثاني", "november"),
    ("كانون الاول", "december"),
    ("كانون الثاني", "january"),
    *zip(_THAI_MONTHS, _ENGLISH_MONTHS, strict=True),
)
_CJK_ERA = re.compile(r"(令和|平成|民国|民國)\s?(\d{1,3}|元)\s?年")
_CJK_ERA_START = {"令和": 2018, "平成": 1988, "民国": 1911, "民國": 1911}
_CJK_DATE = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]?")
_CJK_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]")
_CJK_TIME = re.compile(
    r"(\d{1,2})\s?[時时시点點](?![間间간])\s?(?:(\d{1,2})\s?[分분]?)?(?:\s?\d{1,2}\s?[秒초])?"
)
_CJK_WORDS = (
    (re.compile("最終更新|最后更新|最後更新|更新|수정|修改|修正"), " updated "),
    (re.compile("发布|發布|發佈|发表|發表|刊登|입력|등록|게재|公開|掲載|配信|投稿"), " published "),
    (re.compile(r"(?<=\d)\s?(?:分钟|分鐘|分|분)(?:钟)?\s?(?:前|전)"), " minutes ago "),
    (re.compile(r"(?<=\d)\s?(?:个)?(?:小时|小時|時間|시간)\s?(?:前|전)"), " hours ago "),
    (re.compile(r"(?<=\d)\s?(?:天|日|일)\s?(?:前|전)"), " days ago "),
    (re.compile("今天|今日|오늘"), " today "),
    (re.compile("昨天|昨日|어제"), " yesterday "),
    (re.compile("上午|午前|오전|凌晨|早上"), " am "),
    (re.compile("下午|午後|오후|晚上"), " pm "),
    (
        re.compile(
            "(?:星期|周|週|礼拜)[一二三四五六日天]|(?:[月火水木金土日]曜日?|[월화수목금토일]요일)|[月火水木金土日월화수목금토일](?=\\s?[)\\]])"
        ),
        " monday ",
    ),
    (re.compile("时间|時間|日期|日時|시간|날짜|일시"), " "),
)
_COPYRIGHT = re.compile(
    r"©|\(c\)|copyright|all rights reserved|alle rechte|tous droits", re.IGNORECASE
)


# A day between the edge of a line and what parts its pieces: "· 2 Sep 2024 ·", "quill — 2.9.24".
_STANDS_ALONE = re.compile(
    r"(?:\A|[,-])f?(?:W,?)?(?:Do?,?M,?Y|MDo?,?Y|Q|P|I)(?:,?f?[TtA]+Z?)?(?:[,-]|\Z)"
)
_ONLY_LABEL = re.compile("[fLU,]+")
_LABEL_CHARS = 24  # characters of a label on a line of its own
# How many unknown words a dateline may have: names and places beside the date, but no sentence.
_MAX_UNKNOWN = 8  # words
_MAX_LOWER_UNKNOWN = 3  # words that start in lower case, as those of prose do
_MAX_LOWER_BESIDE_AGO = 1  # of these beside "2 hours ago", which itself is often glued


@dataclass(frozen=True, slots=True)
class Shape:
    """The tokens of a line, folded (months as numbers), and one letter for each of them."""

    letters: str
    tokens: tuple[str, ...]
    folded: str


@functools.cache
def _cjk() -> re.Pattern[str]:
    # Compiled only where it is needed: a set of so many characters costs 4 ms.
    return re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def is_copyright(line: str) -> bool:
    """Say whether the line is a notice of rights, whose year is no date."""
    return bool(_COPYRIGHT.search(line))


def is_prose(line: str, shape: Shape) -> bool:
    """Say whether a line has more unknown words than a dateline has.

    Words in lower case weigh more: a sentence has them, names and places do not. Without a label,
    a line that opens with other words and goes on in lower case is a sentence too.
    """
    unknown = shape.letters.count("x")
    if unknown == 0:
        return False
    if unknown > _MAX_UNKNOWN:
        return True
    lower = sum(1 for word in _lower_words(line) if words.classes().get(word, "x") == "x")
    if _STANDS_ALONE.search(shape.letters):
        return lower > _MAX_LOWER_UNKNOWN
    if "L" in shape.letters or "U" in shape.letters or shape.letters[0] not in "xf":
        return lower > _MAX_LOWER_UNKNOWN
    return lower > 0


def is_sentence(line: str, shape: Shape) -> bool:
    """Say whether a line is more than a count of time back with a label and names around it."""
    if shape.letters.count("x") > _MAX_UNKNOWN:
        return True
    known = words.ago_words() | words.unit_seconds().keys() | words.classes().keys()
    return sum(1 for word in _lower_words(line) if word not in known) > _MAX_LOWER_BESIDE_AGO


def _lower_words(line: str) -> list[str]:
    """Return the folded words that start in lower case, without the punctuation around them."""
    lower = [word for word in _GLUED_CASE.sub(" ", line).split() if word[:1].islower()]
    return [words.plain(word).strip(".,:;()|-") for word in lower]


def to_shape(line: str, language: str) -> Shape:
    """Return the shape of a line; an over-long one is cut.

    >>> to_shape("2 Sep, 2024 19:25 BST", "").letters
    'DM,YTZ'
    """
    folded = unfold(line[:MAX_CHARS])
    months, classes = words.months(language), words.classes()
    letters, tokens = [], []
    for token in _TOKEN.finditer(folded):
        kind, word = token.lastgroup or "x", token[0]
        if kind == "x" and word in months:
            kind, word = "M", str(months[word])
        elif kind == "x":
            kind = classes.get(word, "x")
        letters.append(_LETTERS.get(kind, kind))
        tokens.append(word)
        if len(tokens) >= _MAX_TOKENS:
            break
    return Shape("".join(letters), tuple(tokens), folded)


def opens_with_weekday(line: str) -> bool:
    """Say whether a line begins with the name of a day, in any language.

    >>> opens_with_weekday("Sonntag, 24. Dezember 2023"), opens_with_weekday("24 December 2023")
    (True, False)
    """
    return to_shape(line, "").letters.startswith("W")


def is_bare(line: str) -> bool:
    """Say whether a line holds no word that is no part of a date.

    >>> is_bare("Dec. 12, 2023, at 3:28 p.m."), is_bare("12 Dec 2023 by Ada Quill")
    (True, False)
    """
    return "x" not in to_shape(line, "").letters


def find_label(line: str) -> Label:
    """Return what a line that is only a label says of the date behind it; "" for any other line.

    >>> find_label("Last updated:"), find_label("Date published"), find_label("Updated ferries")
    ('updated', 'published', '')
    """
    if len(line) > _LABEL_CHARS or any(map(str.isdigit, line)):
        return ""
    letters = to_shape(line, "").letters
    return label_of(letters) if _ONLY_LABEL.fullmatch(letters) else ""


def label_of(letters: str) -> Label:
    """Return the label nearest to the date that follows these letters.

    >>> label_of("L,U"), label_of("xx")
    ('updated', '')
    """
    updated, published = letters.rfind("U"), letters.rfind("L")
    if updated == published:
        return ""
    return "updated" if updated > published else "published"


_LETTERS = {"dash": "-", "comma": ","}


def unfold(line: str) -> str:
    """Return the folded line with glued words parted and East Asian forms spelled out."""
    text = words.plain(_GLUED_CASE.sub(" ", line))
    text = _HALF_OF_DAY.sub(r"\1\2 ", _READING_TIME.sub(" ", text))
    if "thang " in text:
        text = _VIETNAMESE_MONTH.sub(_month_word, text)
    if text.isascii():
        return text
    if _cjk().search(text):
        return _unfold_cjk(text)
    for spelled, month in _LONG_MONTHS:
        text = text.replace(spelled, month)
    return text


def _unfold_cjk(text: str) -> str:
    text = _CJK_ERA.sub(_era_year, text)
    text = _CJK_DATE.sub(r" \1-\2-\3 ", text)
    text = _CJK_DAY.sub(_month_and_day, text)
    text = _CJK_TIME.sub(lambda m: f" {m[1]}:{int(m[2] or 0):02d} ", text)
    for pattern, word in _CJK_WORDS:
        text = pattern.sub(word, text)
    return text


def _era_year(match: re.Match[str]) -> str:
    year = 1 if match[2] == "元" else int(match[2])
    return f"{_CJK_ERA_START[match[1]] + year}年"


def _month_word(match: re.Match[str]) -> str:
    number = int(match[1])
    return f" {_ENGLISH_MONTHS[number - 1]} " if 1 <= number <= len(_ENGLISH_MONTHS) else match[0]


def _month_and_day(match: re.Match[str]) -> str:
    return f"{_month_word(match)}{match[2]} "
