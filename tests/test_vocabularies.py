"""The packaged vocabularies: each language is understood, the codes of the built-in topics."""

from __future__ import annotations

import re

import pytest
from conftest import Program

from feedsmith import resources
from feedsmith.config import Config, parse_config
from feedsmith.model import Article
from feedsmith.topics import assign, compile_topics, vocabulary

SENTENCES = {
    "ja": (
        "衆院選で与党が過半数割れ",
        "首相は国会で、選挙の結果を受けて辞任を表明した。野党は内閣の総辞職を求めている。",
        "politics",
    ),
    "ko": (
        "프로야구 결승전에서 홈런으로 우승",
        "선수들은 경기가 끝난 뒤 감독과 함께 우승을 축하했다. 투수는 득점을 허용하지 않았다.",
        "sport",
    ),
    "ar": (
        "المنتخب يفوز بكأس العالم",
        "فاز المنتخب في المباراة النهائية بعد هدف للمهاجم، وقال المدرب إن اللاعبين فرحوا.",
        "sport",
    ),
    "zh": ("央行宣布降息", "央行宣布下调利率，股市应声上涨，投资者预计通胀将放缓。", "business"),
    "pt": (
        "Governo perde votação no parlamento",
        "Os deputados da oposição votaram contra o orçamento e querem eleições.",
        "politics",
    ),
    "en": ("Vaccine for hens", "The doctors and nurses of the hospital gave it.", "health"),
    "zh-TW": ("颱風登陸", "強烈颱風帶來豪雨，消防人員展開救援，火災與車禍頻傳。", "disaster"),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_vocabulary_understands_its_language(language: str) -> None:
    title, text, expected = SENTENCES[language]
    article = Article(title=title, text=text, html="", language=language)
    assert [t.slug for t in assign(article, compile_topics(Config())).topics] == [expected]


@pytest.mark.parametrize("language", vocabulary.LANGUAGES)
def test_a_vocabulary_has_two_hundred_terms_and_more(language: str) -> None:
    lines = resources.text("topics/data", f"{language}.txt").splitlines()
    terms = [term for line in lines[1:] for term in line.partition(":")[2].split(";")]
    assert len(terms) >= 200
    slugs = {line.partition(":")[0] for line in lines[1:]}
    assert slugs == set(vocabulary.builtins())


def test_a_long_text_without_spaces_counts_as_long() -> None:
    short = Article(title="", text="央行宣布降息。", html="", language="zh")
    long = Article(
        title="", text="央行宣布降息。" + "他们说了很多话。" * 150, html="", language="zh"
    )
    catalog = compile_topics(Config())
    points = [
        float(re.findall(r"\d+\.\d+", str(assign(a, catalog).why + assign(a, catalog).misses))[0])
        for a in (short, long)
    ]
    assert points[0] > 2 * points[1]


# Source: IPTC NewsCodes, Media Topics; code and name of the concept that comes nearest.
MEDIA_TOPICS = {
    "politics": ("11000000", "politics and government"),
    "world": ("", ""),
    "conflict": ("16000000", "conflict, war and peace"),
    "business": ("04000000", "economy, business and finance"),
    "labour": ("09000000", "labour"),
    "technology": ("20000756", "technology and engineering"),
    "science": ("13000000", "science and technology"),
    "health": ("07000000", "health"),
    "environment": ("06000000", "environment"),
    "weather": ("17000000", "weather"),
    "disaster": ("03000000", "disaster, accident and emergency incident"),
    "crime": ("02000000", "crime, law and justice"),
    "education": ("05000000", "education"),
    "religion": ("12000000", "religion"),
    "society": ("14000000", "society"),
    "culture": ("01000000", "arts, culture, entertainment and media"),
    "lifestyle": ("10000000", "lifestyle and leisure"),
    "sport": ("15000000", "sport"),
    "games": ("20000538", "leisure"),
    "autos": ("", ""),
    "unsorted": ("", ""),
}


def test_built_in_topics_and_those_declared_by_their_name_have_an_iptc_code() -> None:
    codes = {topic.slug: topic.code for topic in compile_topics(Config()).topics}
    assert codes == {slug: code for slug, (code, _) in MEDIA_TOPICS.items()}
    mine = parse_config('[[topic]]\ntitle="Wirtschaft"\n[[topic]]\ntitle="Bees"\nany=["bee"]')
    assert {t.slug: t.code for t in compile_topics(mine).declared} == {
        "wirtschaft": "04000000",
        "bees": "",
    }


def test_feeds_name_the_code_last_and_json_feed_leaves_it_to_machines(program: Program) -> None:
    text = "The striker scored a goal in the last minute of the match, the coach said. " * 4
    program.write("in/a.html", f"<html lang=en><h1>A goal for the cup team</h1><p>{text}</p>")
    program.ok("build", "in")
    atom = (program.folder / "out/atom.xml").read_text("utf-8")
    assert re.findall('<category[^>]*term="([^"]*)"', atom) == ["sport", "15000000"]
    assert 'scheme="http://cv.iptc.org/newscodes/mediatopic/"' in atom
    rss = (program.folder / "out/rss.xml").read_text("utf-8")
    assert '<category domain="http://cv.iptc.org/newscodes/mediatopic/">15000000<' in rss
    (entry,) = program.entries().values()
    assert entry["tags"] == ["Sport"]
