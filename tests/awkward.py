"""Makes awkward articles: what has broken feeds of others, in every combination, always the same.

As a program: python tests/awkward.py NUMBER FOLDER
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from pathlib import Path

# (title, language, sentence of the body); "{}" is a number.
KINDS = (
    ("Why <b>bold</b> & <i>italic</i> fail, part {}", "en", "A <b> is no tag here & never was."),
    ("AT&amp;T, &lt;pre&gt; and &#8217; number {}", "en", "The old page said &amp;amp; three times."),
    ("CDATA ends with ]]> and begins with <![CDATA[ {}", "en", "x ]]> y <!-- z --> & so on."),
    ("5 > 3 && 2 < 4, {} times", "en", "The sum a < b > c was never printed right."),
    ("Flags 🏴󠁧󠁢󠁳󠁣󠁴󠁿 and families 👩‍👩‍👧‍👦 {}", "en", "The signal was 🚢⚓️ and then 👍🏽."),
    ("الميناء يفتح أبوابه من جديد {}", "ar", "وصلت العبارة الأولى إلى الميناء في الصباح، وقال المجلس إنه راض عن النتيجة."),
    ("הנמל נפתח מחדש {}", "he", "המעבורת הראשונה הגיעה לנמל בבוקר, והמועצה אמרה שהיא מרוצה מהתוצאה."),
    ("港口今天重新开放 {}", "zh", "第一班渡轮早上到达港口，市议会表示对结果感到满意，并将在月底公布数字。"),
    ("港が再び開かれた {}", "ja", "最初のフェリーは朝に港に着き、議会は結果に満足していると述べた。"),
    ("항구가 다시 열렸다 {}", "ko", "첫 여객선이 아침에 항구에 도착했고 의회는 결과에 만족한다고 말했다."),
    ("Turned \u202eback\u202c and zero\u200bwidth {}", "en", "The sign was written \u202ebackwards\u202c."),
    ("Bell \x07, escape \x1b[31m and tab\tin title {}", "en", "A line\x0bfeed\x0c and a \x01 in it."),
    ("Half a pair \ufffe and \uffff, a nonchar {}", "en", "Nobody can show \ufffe or \U0001fffe."),
    ("The same title again and again", "en", "Only the text tells this one from the others: {}."),
    ("Very long " + "and longer " * 250 + "{}", "en", "The title went on for a page or two."),
    ("Quotes \" ' “ ” « » ` \\ % {}", "en", "“He said: \"so\"”, wrote O'Neill & Sons."),
    ("Ａ　ｆｕｌｌ　ｗｉｄｔｈ　ｔｉｔｌｅ　{}", "en", "Combining: e\u0301 a\u0308, ligature \ufb01, soft\u00adhyphen."),
    ("javascript:alert({}) <script>alert(1)</script>", "en", "<script>alert(1)</script> stood there."),
)  # fmt: skip
ZONES = tuple(timezone(timedelta(minutes=m)) for m in (180, -480, 330))
START = datetime(2015, 1, 1, tzinfo=UTC)
PROSE = (
    "The harbour council of Port Ellery met late and its {} members spoke of sheet {} of the plan.",
    "Fishermen and the crew of the last ferry filled the gallery and asked for figure {} to be read.",
    "Nobody had been promised more than that, and the mayor went home by boat number {} at night.",
)


def title_of(number: int) -> str:
    return KINDS[number % len(KINDS)][0].replace("{}", str(number))


def page(number: int) -> str:
    """Return the page of an article."""
    title, (_, language, sentence) = title_of(number), KINDS[number % len(KINDS)]
    when = START + timedelta(hours=7 * number)
    zone = ZONES[number % len(ZONES)]
    url = f"https://awkward.example/{number}/ä?a=1&b=%3C{number}"
    lines = [sentence.replace("{}", str(number)), *(p.replace("{}", str(number)) for p in PROSE)]
    body = "".join(f"<p>{escape(line, quote=False)} {number}</p>" for line in lines)
    link = f'<p><a href="../{number + 1}?x=1&amp;y=2">Next</a> <img src="/i/{number}.png" alt="&lt;"></p>'
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f'<link rel="canonical" href="{escape(url)}">'
        f'<meta property="article:published_time" content="{when.astimezone(zone).isoformat()}">'
        f'<meta property="article:tag" content="a &amp; b &lt;{number % 7}&gt;">'
        f'<meta property="og:image" content="https://awkward.example/i/{number}.jpg?w=1&amp;h=2">'
        f'<meta name="author" content="O\'Neill &amp; &lt;Sons&gt;"></head>'
        f"<body><article><h1>{escape(title)}</h1>{body}{link}</article></body></html>"
    )


def write(count: int, folder: Path) -> None:
    """Write so many articles, a thousand a folder at most."""
    for number in range(count):
        path = folder / f"{number // 1000}" / f"{number}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(number), encoding="utf-8")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
