"""Topics: rules of every kind, built-in vocabularies, folders, the catalog and its complaints."""

import dataclasses
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsmith.config import Config, TopicConfig, TopicsConfig, parse_config
from feedsmith.errors import ConfigError
from feedsmith.model import Article
from feedsmith.topics import Assignment, Catalog, assign, compile_topics, vocabulary

DATA = Path(__file__).parent / "data" / "topics"
PAGE = Article(title="A quiet morning", text="Nothing much happened.", html="")
STRIKE = Article(
    title="Missile strike on the port of Ardovia",
    text=(
        "Artillery and missiles hit the harbour before dawn, the army of Ardovia said. Troops from"
        " the north answered with drones, and a ceasefire signed in spring is over. The defence"
        " minister spoke of an invasion. Soldiers closed the road to the border."
    ),
    html="",
    language="en",
)
MATCH = Article(
    title="Late goal gives Port Rovers the cup",
    text=(
        "The striker scored in the last minute of the match and the stadium went wild. It is the"
        " third championship for the team, whose coach had promised the fans a victory. The"
        " goalkeeper saved a penalty before half-time."
    ),
    html="",
    language="en",
)


def slugs(article: Article, config: Config | str = "") -> list[str]:
    config = parse_config(config) if isinstance(config, str) else config
    return [topic.slug for topic in assign(article, compile_topics(config)).topics]


def page(**fields: object) -> Article:
    return dataclasses.replace(PAGE, **fields)  # type: ignore[arg-type]


def one_rule(kind: str, term: str) -> Config:
    topic = TopicConfig(title="Mine", min=0.1, **{kind: (term,)})  # type: ignore[arg-type]
    return Config(topic=(topic,))


def rule_cases() -> list[list[str]]:
    lines = (DATA / "rules.txt").read_text("utf-8").splitlines()
    return [re.split(r" \| ", line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("case", rule_cases(), ids=" ".join)
def test_a_rule_finds_what_it_says(case: list[str]) -> None:
    rule, title, text, expected = case
    kind, term = rule.split(": ", 1)
    found = slugs(page(title=title, text=text), one_rule(kind, term))
    assert found == (["mine"] if expected == "yes" else ["unsorted"])


@pytest.mark.parametrize(
    ("term", "fields", "expected"),
    [
        ("author:ruiz", {"authors": ("Ana Ruiz",)}, True),
        ('author:"ana ruiz"', {"authors": ("Ana María", "Ruiz Ana")}, False),
        ('author:"ana ruiz"', {"authors": ("Bo Lind", "Ana Ruiz")}, True),
        ("author:ruiz", {"authors": ("Ruizel",)}, False),
        ("author:/^a.*z$/", {"authors": ("Bo Lind", "Ana Ruiz")}, True),
        ("site:harbourpost.example", {"url": "https://www.harbourpost.example/a"}, True),
        ("site:harbourpost.example", {"url": "https://news.harbourpost.example/a"}, True),
        ("site:www.harbourpost.example", {"url": "https://harbourpost.example/a"}, True),
        ("site:harbourpost.example", {"url": "https://notharbourpost.example/a"}, False),
        ("site:harbourpost.example", {"site": "harbourpost.example"}, True),
        ('site:"harbour post"', {"site": "The Harbour Post"}, True),
        ("url:/2031/", {"url": "https://example.org/a/2031"}, True),
        ("url:/regatta/", {"url": "https://example.org/Regatta-2"}, True),
        ("url:live", {"url": "https://example.org/live/3"}, True),
        ("url:live", {}, False),
        ("lang:en", {"language": "en-GB"}, True),
        ("lang:en-gb", {"language": "en"}, False),
        ("lang:en", {"language": None}, False),
        ("tag:longread", {"tags": ("Longread", "sea")}, True),
        ("tag:long", {"tags": ("Longread", "sea")}, False),
        ("tag:long*", {"tags": ("sea", "Longread")}, True),
        ('section:"local life"', {"sections": ("News", "Local Life")}, True),
        ('section:"news local"', {"sections": ("News", "Local Life")}, False),
        ("path:clippings/", {"path": "clippings/sea/x.html"}, True),
        ("path:clippings/sea", {"path": "Clippings/Sea/x.html"}, True),
        ("path:sea/", {"path": "clippings/sea/x.html"}, True),
        ("path:ea/", {"path": "clippings/sea/x.html"}, False),
    ],
)
def test_a_field_rule_looks_at_its_field_only(
    term: str, fields: dict[str, object], *, expected: bool
) -> None:
    config = one_rule("any", term)._replace(topics=TopicsConfig(folders=False))
    assert (slugs(page(**fields), config) == ["mine"]) is expected


def test_points_are_three_for_the_title_and_a_logarithm_for_the_text() -> None:
    config = '[[topic]]\ntitle="Tides"\nany=["tide"]\nmin={}'
    assert slugs(page(title="Tide"), config.format(3)) == ["tides"]
    assert slugs(page(title="Tide"), config.format(3.1)) == ["unsorted"]
    assert slugs(page(text="tide, tide, tide"), config.format(2)) == ["tides"]
    assert slugs(page(text="tide, tide"), config.format(2)) == ["unsorted"]
    assert slugs(page(text="tide"), config.format(1).replace('tide"]', 'tide^0.5"]')) == [
        "unsorted"
    ]
    assert slugs(page(text="tide"), config.format(2).replace('tide"]', 'tide^2"]')) == ["tides"]


LONG = "The council met and nothing much happened on that day. " * 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A tide. " + LONG, "tides"),  # in the opening
        (LONG + "A tide.", "unsorted"),  # in passing
        (LONG + "A tide and a tide.", "unsorted"),
        (LONG + "A tide and an ebb.", "tides"),  # two terms
        (LONG + "Tide, tide, tide.", "tides"),
    ],
)
def test_what_a_long_text_mentions_once_is_not_what_it_is_about(text: str, expected: str) -> None:
    config = '[[topic]]\ntitle="Tides"\nany=["{}", "{}"]\n'
    assert slugs(page(text=text), config.format("tide", "ebb")) == [expected]
    assert slugs(page(text=text), config.format("/tides?/", "/ebbs?/")) == [expected]
    assert slugs(page(text=text), config.format("tide", "ebb") + "min = 1") == ["tides"]
    assert slugs(page(text=text), '[[topic]]\ntitle="Tides"\nquery="tide"') == ["tides"]


def test_a_word_cut_by_the_end_of_the_opening_is_not_in_it() -> None:
    text = f"{'x' * 236} tideway was cut. {LONG}"
    assert slugs(page(text=text), '[[topic]]\ntitle="Tides"\nany=["tid"]') == ["unsorted"]
    assert slugs(page(text=text), '[[topic]]\ntitle="Tides"\nany=["tideway"]') == ["unsorted"]


def test_an_opening_in_a_script_without_spaces_is_its_first_signs() -> None:
    config = '[[topic]]\ntitle="Sea"\nany=["海"]'
    assert slugs(page(text="海" + "山" * 300), config) == ["sea"]
    assert slugs(page(text="山" * 300 + "海"), config) == ["unsorted"]


def test_all_needs_every_term_and_none_vetoes() -> None:
    config = """
        [[topic]]
        title = "Ferries"
        any = ["ferry", "ferries"]
        all = ["lang:en", "harbour"]
        none = ["ferry tale"]
    """
    full = page(title="The ferry", text="In the harbour.", language="en")
    assert slugs(full, config) == ["ferries"]
    assert slugs(dataclasses.replace(full, language="de"), config) == ["unsorted"]
    assert slugs(dataclasses.replace(full, title="The boat"), config) == ["unsorted"]
    assert slugs(dataclasses.replace(full, text="A ferry tale in the harbour."), config) == [
        "unsorted"
    ]


def test_declared_rules_are_not_limited_by_max() -> None:
    config = "[topics]\nmax = 1\n" + "".join(
        f'[[topic]]\ntitle = "T{n}"\nany = ["quiet"]\n' for n in range(5)
    )
    assert slugs(PAGE, config) == ["t0", "t1", "t2", "t3", "t4"]


def test_the_rule_with_more_points_comes_first() -> None:
    config = """
        [[topic]]
        title = "Sea"
        any = ["tide"]
        [[topic]]
        title = "Land"
        any = ["hill"]
    """
    article = page(title="The hill", text="Hill, hill and tide.")
    result = assign(article, compile_topics(parse_config(config)))
    assert [topic.slug for topic in result.topics] == ["land", "sea"]
    assert result.why == ("Land: rule hill (title, opening, 2x)", "Sea: rule tide (opening, 1x)")


def test_nothing_declared_means_the_built_in_topics() -> None:
    assert slugs(STRIKE) == ["conflict", "world"]
    assert slugs(MATCH) == ["sport"]
    assert slugs(PAGE) == ["unsorted"]


def test_an_unknown_language_is_read_as_english_and_a_foreign_one_is_not() -> None:
    assert slugs(dataclasses.replace(MATCH, language=None)) == ["sport"]
    assert slugs(dataclasses.replace(MATCH, language="en-GB")) == ["sport"]
    assert slugs(dataclasses.replace(MATCH, language="xx")) == ["unsorted"]


def test_why_names_terms_fields_and_points() -> None:
    why = assign(MATCH, compile_topics(Config())).why[0]
    assert why.startswith("sport: 4.")
    assert " from cup (title), goal (title), goalkeeper*^3 (1x), " in why
    assert why.endswith(", …")


def test_the_page_s_own_section_helps_and_suffices_without_vocabulary() -> None:
    thin = page(title="Port Rovers", text="The coach was pleased.", language="en")
    assert slugs(thin) == ["unsorted"]
    assert slugs(dataclasses.replace(thin, sections=("Home", "Football"))) == ["sport"]
    assert slugs(page(language="xx", sections=("Sports",))) == ["sport"]
    assert slugs(page(language="xx", tags=("Sports",))) == ["unsorted"]


def test_world_comes_from_the_page_s_own_section() -> None:
    assert slugs(page(sections=("World News",))) == ["world"]
    assert slugs(dataclasses.replace(MATCH, sections=("World",))) == ["sport", "world"]


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        (
            "de",
            "Spätes Tor: Hafen FC holt den Titel",
            "Der Stürmer traf, das Stadion tobte. Die Mannschaft und ihr Trainer feiern den Sieg.",
            "sport",
        ),
        (
            "fr",
            "Élections en Ardovie : le scrutin est reporté",
            "Le gouvernement et le parlement en ont décidé ainsi, dit le premier ministre.",
            "politics",
        ),
        (
            "es",
            "Un terremoto sacude la costa de Ardovia",
            "Los bomberos buscan heridos; el sismo causó un incendio y un derrumbe.",
            "disaster",
        ),
        (
            "it-CH",
            "Il vaccino arriva negli ospedali di Ardovia",
            "I medici e gli infermieri curano i pazienti contro il virus; la terapia è nuova.",
            "health",
        ),
        (
            "ru",
            "Центробанк Ардовии поднял ключевую ставку",
            "Инфляция растёт, банки и инвесторы ждут новых мер. Рынок акций упал.",
            "business",
        ),
    ],
)
def test_other_languages_have_their_own_vocabulary(
    language: str, title: str, text: str, expected: str
) -> None:
    article = page(title=title, text=text, language=language)
    assert slugs(article) == [expected]
    assert slugs(dataclasses.replace(article, language="xx")) == ["unsorted"]


@pytest.mark.parametrize("language", vocabulary.LANGUAGES)
def test_every_vocabulary_speaks_of_built_in_topics_only(language: str) -> None:
    found = vocabulary.vocabulary_for(language)
    assert found is not None
    topics = {vote.topic for votes in found.votes for vote in votes}
    assert topics <= set(vocabulary.builtins())
    assert len(topics) >= 18


def test_a_topic_declared_by_name_has_its_way_when_nothing_fits_better() -> None:
    hint = page(title="Port Rovers", text="The coach was pleased with the team.", language="en")
    assert slugs(hint) == ["unsorted"]
    assert slugs(hint, '[[topic]]\ntitle = "Sport"') == ["sport"]
    assert slugs(STRIKE, '[[topic]]\ntitle = "Sport"') == ["unsorted"]


def test_a_declared_topic_looks_after_its_undeclared_neighbours() -> None:
    assert slugs(STRIKE, '[[topic]]\ntitle = "Politics"') == ["politics"]
    both = '[[topic]]\ntitle = "Politics"\n[[topic]]\ntitle = "War"'
    assert slugs(STRIKE, both) == ["war"]


def test_what_nobody_matches_says_how_near_it_came() -> None:
    thin = page(title="Port Rovers", text="The coach was pleased.", language="en")
    why = assign(thin, compile_topics(Config())).why
    assert re.fullmatch(r"unsorted: best is sport 0\.\d\d, needed 1\.20", why[0])
    assert assign(page(text="Hm."), compile_topics(Config())).why == (
        "unsorted: no rule, folder or term matches",
    )


def test_folders_with_one_slug_and_other_names_stay_apart_from_a_topic() -> None:
    config = '[[topic]]\ntitle = "Sea"\nslug = "poeziya"\nany = ["sea"]'
    assert slugs(page(path="Поэзия/x.html"), config)[0].startswith("poeziya-")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Sports", "sports"),
        ("Football", "unsorted"),
        ("Спорт", "sport"),
        ("Health & Sport", "health-and-sport"),
        ("Bees", "unsorted"),
    ],
)
def test_a_title_that_is_a_built_in_name_brings_its_vocabulary(title: str, expected: str) -> None:
    assert slugs(MATCH, Config(topic=(TopicConfig(title=title),))) == [expected]


def test_like_brings_a_vocabulary_that_all_and_none_narrow() -> None:
    config = '[[topic]]\ntitle = "Ball games"\nlike = "sports"\n'
    assert slugs(MATCH, config) == ["ball-games"]
    assert slugs(MATCH, config + 'all = ["lang:fr"]') == ["unsorted"]
    assert slugs(MATCH, config + 'all = ["lang:en"]') == ["ball-games"]
    assert slugs(MATCH, config + 'none = ["rovers"]') == ["unsorted"]
    assert slugs(PAGE, config + 'all = ["quiet"]') == ["unsorted"]
    assert slugs(PAGE, config + 'any = ["quiet"]') == ["ball-games"]


def test_a_bare_title_is_its_own_rule() -> None:
    config = '[[topic]]\ntitle = "Port Rovers"\n'
    assert slugs(MATCH, config) == ["port-rovers"]
    assert slugs(page(text="Port Rovers lost."), config) == ["unsorted"]
    assert slugs(page(sections=("Port Rovers",)), config) == ["port-rovers"]


def test_built_in_topics_can_be_switched() -> None:
    mine = '[[topic]]\ntitle = "Rovers"\nany = ["rovers"]\n'
    assert slugs(MATCH, mine) == ["rovers"]
    assert slugs(MATCH, "[topics]\nbuiltin = true\n" + mine) == ["rovers", "sport"]
    assert slugs(MATCH, "[topics]\nbuiltin = false\n") == ["unsorted"]
    assert slugs(MATCH, '[topics]\nbuiltin = ["Sports"]\n') == ["sport"]
    assert slugs(STRIKE, '[topics]\nbuiltin = ["conflict"]\n') == ["conflict"]


def test_a_declared_topic_stands_in_for_the_built_in_one() -> None:
    config = parse_config('[topics]\nbuiltin = true\n[[topic]]\ntitle = "World news"\n')
    catalog = compile_topics(config)
    assert catalog.topics[0].slug == "world-news"
    assert "world" not in catalog.by_slug
    assert catalog.by_slug["conflict"].parent == "world-news"
    assert slugs(STRIKE, config) == ["conflict", "world-news"]


def test_topics_are_declared_then_built_in_then_the_catch_all() -> None:
    catalog = compile_topics(parse_config('[[topic]]\ntitle="Sea"\nparent="world"\nany=["sea"]'))
    assert [(t.slug, t.parent, t.declared) for t in catalog.topics] == [
        ("sea", "world", True),
        ("world", None, False),
        ("unsorted", None, False),
    ]
    assert slugs(page(title="Sea"), '[[topic]]\ntitle="Sea"\nparent="World"\nany=["sea"]') == [
        "sea",
        "world",
    ]


def test_every_ancestor_is_included_once() -> None:
    config = """
        [[topic]]
        title = "Sea"
        any = ["tide"]
        [[topic]]
        title = "Coast"
        parent = "Sea"
        any = ["beach"]
        [[topic]]
        title = "Dunes"
        parent = "coast"
        any = ["dune"]
    """
    result = assign(page(title="Dune"), compile_topics(parse_config(config)))
    assert [topic.slug for topic in result.topics] == ["dunes", "coast", "sea"]
    assert result.why[1:] == ("Coast: includes Dunes", "Sea: includes Dunes")


def test_the_catch_all_has_a_name_or_is_off() -> None:
    assert slugs(PAGE, '[topics]\nunsorted = "the-rest"') == ["the-rest"]
    assert slugs(PAGE, '[topics]\nunsorted = ""') == []
    assert slugs(PAGE, '[topics]\nunsorted = "society"') == ["society"]
    catalog = compile_topics(parse_config('[topics]\nunsorted = "the-rest"'))
    assert catalog.topics[-1].title == "The rest"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("sport/x.html", ["sport"]),
        ("Wirtschaft/x.html", ["business"]),
        ("clippings/Sports/x.html", ["sport"]),
        ("conflict/x.txt", ["conflict", "world"]),
        ("recipes/x.txt", ["recipes"]),
        ("Sea_and-shore/x.txt", ["sea-and-shore"]),
        ("recipes/soups/x.txt", ["soups", "recipes"]),
        ("recipes/soups/cold/x.txt", ["soups", "recipes"]),
        ("articles/2031/05/x.txt", ["unsorted"]),
        ("saved/May 2031/x.txt", ["unsorted"]),
        ("q3/2031-05-01/x.txt", ["unsorted"]),
        ("9f86d081884c7d65/x.txt", ["unsorted"]),
        ("a/x.txt", ["unsorted"]),
        ("unsorted/x.txt", ["unsorted"]),
        ("The whole story of the harbour/index.html", ["unsorted"]),
        ("sport/index.html", ["sport"]),
        ("page_files/x.html", ["unsorted"]),
        (".hidden/x.html", ["unsorted"]),
        ("x.html", ["unsorted"]),
        ("", ["unsorted"]),
    ],
)
def test_a_folder_names_a_topic(path: str, expected: list[str]) -> None:
    assert slugs(page(path=path)) == expected


def test_folders_can_be_switched_off() -> None:
    assert slugs(page(path="sport/x.html"), "[topics]\nfolders = false") == ["unsorted"]


def test_a_folder_of_another_name_never_takes_a_topic_s_slug() -> None:
    config = '[[topic]]\ntitle = "Tide tables"\nslug = "sea"\nany = ["tide"]\n'
    assert slugs(page(path="Tide-Tables/x.html"), config) == ["sea"]
    assert slugs(page(path="sea/x.html"), config) == ["sea"]
    config = '[[topic]]\ntitle = "C"\nany = ["c"]\n[[topic]]\ntitle = "Fado"\nany = ["fado"]\n'
    assert slugs(page(path="Фадо/x.html"), config)[0].startswith("fado-")


def test_folder_titles_are_tidy() -> None:
    result = assign(page(path="sea_and-shore/x.txt"), compile_topics(Config()))
    assert result.topics[0].title == "Sea and shore"
    assert result.why == ("sea-and-shore: folder sea_and-shore/",)


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        ('[[topic]]\ntitle="Sea!"\n[[topic]]\ntitle="Sea?"', ["'Sea!'", "'Sea?'", "'sea'"]),
        ('[[topic]]\ntitle="A"\nslug="b"\n[[topic]]\ntitle="B"', ["'A'", "'B'", "'b'"]),
        ('[[topic]]\ntitle="Sea"\nparent="wrold"', ["'Sea'", "parent", "'wrold'", "'world'"]),
        ('[[topic]]\ntitle="Sea"\nparent="Sea"', ["'Sea'", "parent", "below itself"]),
        (
            '[[topic]]\ntitle="Sea"\nparent="Tide"\n[[topic]]\ntitle="Tide"\nparent="Sea"',
            ["'Sea'", "parent", "below itself"],
        ),
        ('[[topic]]\ntitle="Sea"\nlike="sprot"', ["'Sea'", "like", "'sprot'", "'sport'"]),
        ('[[topic]]\ntitle="Sea"\nany=["/(/"]', ["'Sea'", "any", "'/(/'", "regex"]),
        ('[[topic]]\ntitle="Sea"\nnone=["/(a+)+$/"]', ["'Sea'", "none", "repetition"]),
        ('[[topic]]\ntitle="Sea"\nall=["  "]', ["'Sea'", "all", "no word"]),
        ('[[topic]]\ntitle="Sea"\nany=["*"]', ["'Sea'", "any", "no word"]),
        ('[[topic]]\ntitle="Sea"\nany=["tilte:x"]', ["'Sea'", "'tilte'", "'title'"]),
        ('[topics]\nbuiltin=["sprot"]', ["topics.builtin", "'sprot'", "'sport'"]),
    ],
)
def test_what_cannot_be_is_a_config_error(config: str, parts: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        compile_topics(parse_config(config))
    for part in parts:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_colon_without_a_field_is_just_text() -> None:
    assert slugs(page(title="Re:Invent"), one_rule("any", "re:invent")) == ["mine"]


def test_many_keywords_in_one_topic_find_each_other_nothing() -> None:
    terms = tuple(f"word{n}" for n in range(5000)) + tuple(f"two words{n}" for n in range(5000))
    config = Config(topic=(TopicConfig(title="Many", any=terms),))
    assert slugs(page(text="two words4999 and word17"), config) == ["many"]
    assert slugs(page(text="two words and word"), config) == ["unsorted"]


def test_a_catalog_survives_pickling() -> None:
    config = parse_config('[topics]\nbuiltin=true\n[[topic]]\ntitle="Sea"\nany=["/se./", "tide*"]')
    catalog = compile_topics(config)
    again = assign(MATCH, pickle.loads(pickle.dumps(catalog)))
    assert again == assign(MATCH, catalog)
    assert again.why == assign(MATCH, catalog).why


CATALOGS = [
    compile_topics(config)
    for config in (
        Config(),
        parse_config(
            """
            [topics]
            builtin = true
            [[topic]]
            title = "Sea"
            any = ["tide*", "/se[ae]/", "港", "author:b", "url:x", "€"]
            none = ["title:land"]
            [[topic]]
            title = "Politique"
            [[topic]]
            title = "Ball"
            like = "sport"
            all = ["lang:en"]
            """
        ),
    )
]
LABELS = st.lists(st.text(max_size=12), max_size=3).map(tuple)


@settings(deadline=None)
@given(
    catalog=st.sampled_from(CATALOGS),
    article=st.builds(
        Article,
        title=st.text(max_size=60),
        text=st.text(max_size=200),
        html=st.just(""),
        path=st.text(alphabet="abß港/.-_ 12Я", max_size=20),
        url=st.none() | st.sampled_from(["https://example.org/x", "http://[", "x"]),
        language=st.none() | st.sampled_from(["en", "de-AT", "", "-", "mul", "I"]),
        authors=LABELS,
        tags=LABELS,
        sections=LABELS,
        site=st.none() | st.text(max_size=10),
    ),
)
def test_assign_never_raises_and_is_deterministic(catalog: Catalog, article: Article) -> None:
    result: Assignment = assign(article, catalog)
    assert result == assign(article, catalog)
    assert result.why == assign(article, catalog).why
    assert result.topics
    assert len(result.why) == len(result.topics)
    assert len({topic.slug for topic in result.topics}) == len(result.topics)
    assert all(re.fullmatch(r"[a-z0-9-]+", topic.slug) for topic in result.topics)
